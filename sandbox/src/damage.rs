//! Damaged responses: a body that is cut, changed, or slowed down.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::connection::{Connection, End};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Damage {
    Cut { after: u64, end: End },
    Flip { offset: u64 },
    Slow { bytes: usize, pause: Duration },
}

impl Damage {
    /// Damages a response that is sent on this connection.
    pub(crate) fn apply(self, response: Response, connection: Connection) -> Response {
        response.map(|body| match self {
            Self::Cut { after, end } => Body::new(Cut { body, left: after, end, connection }),
            Self::Flip { offset } => Body::new(Flip { body, before: Some(offset) }),
            Self::Slow { bytes, pause } => {
                Body::new(Slow { body, held: Bytes::new(), bytes, pause, paused: None })
            }
        })
    }
}

type Polled = Poll<Option<Result<Frame<Bytes>, axum::Error>>>;

fn poll(body: &mut Body, context: &mut Context<'_>) -> Polled {
    hyper::body::Body::poll_frame(Pin::new(body), context)
}

/// The size of the original body, which these bodies claim too. hyper asks for it before the first
/// byte is sent.
fn size(body: &Body) -> SizeHint {
    hyper::body::Body::size_hint(body)
}

/// A length in memory as a length on the wire.
fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A body that has no end: the connection ends.
struct Cut {
    body: Body,
    left: u64,
    end: End,
    connection: Connection,
}

impl hyper::body::Body for Cut {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if self.left == 0 {
            // The connection ends once what was sent before has left: no waker is needed.
            self.connection.end(self.end);
            return Poll::Pending;
        }
        let polled = ready!(poll(&mut self.body, context));
        let Some(Ok(frame)) = polled else { return Poll::Ready(polled) };
        Poll::Ready(Some(Ok(frame.map_data(|mut data| {
            data.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= wide(data.len());
            data
        }))))
    }

    fn size_hint(&self) -> SizeHint {
        size(&self.body)
    }
}

/// A body with one inverted byte.
struct Flip {
    body: Body,
    /// How many bytes come before it; `None` once it is sent.
    before: Option<u64>,
}

impl hyper::body::Body for Flip {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let polled = ready!(poll(&mut self.body, context));
        let Some(Ok(frame)) = polled else { return Poll::Ready(polled) };
        Poll::Ready(Some(Ok(frame.map_data(|data| self.flip(data)))))
    }

    fn size_hint(&self) -> SizeHint {
        size(&self.body)
    }
}

impl Flip {
    fn flip(&mut self, data: Bytes) -> Bytes {
        let Some(before) = self.before else { return data };
        if before >= wide(data.len()) {
            self.before = Some(before - wide(data.len()));
            return data;
        }
        self.before = None;
        let mut changed = data.to_vec();
        let byte = usize::try_from(before).ok().and_then(|offset| changed.get_mut(offset));
        if let Some(byte) = byte {
            *byte = !*byte;
        }
        changed.into()
    }
}

/// A body in small pieces, with pauses.
struct Slow {
    body: Body,
    held: Bytes,
    bytes: usize,
    pause: Duration,
    paused: Option<Pin<Box<Sleep>>>,
}

impl hyper::body::Body for Slow {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if let Some(paused) = &mut self.paused {
            ready!(paused.as_mut().poll(context));
            self.paused = None;
        }
        while self.held.is_empty() {
            let polled = ready!(poll(&mut self.body, context));
            match polled {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.held = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                end => return Poll::Ready(end),
            }
        }
        let length = self.bytes.min(self.held.len());
        let piece = self.held.split_to(length);
        self.paused = Some(Box::pin(sleep(self.pause)));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        size(&self.body)
    }
}
