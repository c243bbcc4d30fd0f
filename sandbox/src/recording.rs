//! The latest requests, written down while they are read.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::http::request::Parts;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::recorded::{KEPT, Recorded};

/// A request of which more may come.
type Entry = Arc<Mutex<Recorded>>;

/// The latest requests.
pub(super) struct Records {
    most: usize,
    entries: Mutex<VecDeque<Entry>>,
}

impl Records {
    /// A record of so many requests at the most.
    pub(super) fn new(most: usize) -> Self {
        Self { most, entries: Mutex::default() }
    }

    /// Writes a request down, its body as far and as soon as somebody reads it.
    pub(super) fn add(&self, head: &Parts, body: Incoming) -> Tapped {
        let entry = Arc::new(Mutex::new(Recorded {
            method: head.method.clone(),
            uri: head.uri.clone(),
            headers: head.headers.clone(),
            body: Vec::new(),
            length: 0,
            ended: body.is_end_stream(),
        }));
        let mut entries = lock(&self.entries);
        entries.push_back(Arc::clone(&entry));
        while entries.len() > self.most {
            entries.pop_front();
        }
        Tapped { body, entry }
    }

    pub(super) fn all(&self) -> Vec<Recorded> {
        lock(&self.entries).iter().map(|entry| lock(entry).clone()).collect()
    }

    pub(super) fn clear(&self) {
        lock(&self.entries).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request's body. What is read of it is written down.
pub(super) struct Tapped {
    body: Incoming,
    entry: Entry,
}

impl Body for Tapped {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let mut entry = lock(&self.entry);
        match &frame {
            None => entry.ended = true,
            Some(Err(_)) => {}
            Some(Ok(frame)) => {
                let data: &[u8] = frame.data_ref().map_or(&[], |data| data);
                entry.length += u64::try_from(data.len()).unwrap_or(u64::MAX);
                let kept = data.len().min(KEPT.saturating_sub(entry.body.len()));
                entry.body.extend_from_slice(data.get(..kept).unwrap_or_default());
                // Who knows the length may not ask for the end.
                entry.ended = self.body.is_end_stream();
            }
        }
        drop(entry);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
