//! What an answer's body suffers on its way: it is cut, changed, or slowed down.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::wire::{Ending, Line};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Damage {
    Cut { after: u64, ending: Ending },
    Flip { offset: u64 },
    Slow { bytes: usize, pause: Duration },
}

impl Damage {
    /// Does it to an answer that is sent on this line.
    pub(crate) fn to(self, response: Response, line: Line) -> Response {
        response.map(|whole| match self {
            Self::Cut { after, ending } => Body::new(Cut { whole, left: after, ending, line }),
            Self::Flip { offset } => Body::new(Flip { whole, before: Some(offset) }),
            Self::Slow { bytes, pause } => {
                Body::new(Slow { whole, held: Bytes::new(), bytes, pause, rest: None })
            }
        })
    }
}

type Polled = Poll<Option<Result<Frame<Bytes>, axum::Error>>>;

fn poll(body: &mut Body, context: &mut Context<'_>) -> Polled {
    hyper::body::Body::poll_frame(Pin::new(body), context)
}

/// How many bytes a body has, which these bodies claim to have too. It is asked for before the
/// first of them is sent.
fn size(body: &Body) -> SizeHint {
    hyper::body::Body::size_hint(body)
}

/// A length in memory as a length on the wire.
fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A body that has no end: the line ends.
struct Cut {
    whole: Body,
    left: u64,
    ending: Ending,
    line: Line,
}

impl hyper::body::Body for Cut {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if self.left == 0 {
            // The line ends once what was sent before has left: nobody needs to ask again.
            self.line.end(self.ending);
            return Poll::Pending;
        }
        let polled = ready!(poll(&mut self.whole, context));
        let Some(Ok(frame)) = polled else { return Poll::Ready(polled) };
        Poll::Ready(Some(Ok(frame.map_data(|mut data| {
            data.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= wide(data.len());
            data
        }))))
    }

    fn size_hint(&self) -> SizeHint {
        size(&self.whole)
    }
}

/// A body with one byte that is not as it was.
struct Flip {
    whole: Body,
    /// How many bytes come before it; none once it is through.
    before: Option<u64>,
}

impl hyper::body::Body for Flip {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let polled = ready!(poll(&mut self.whole, context));
        let Some(Ok(frame)) = polled else { return Poll::Ready(polled) };
        Poll::Ready(Some(Ok(frame.map_data(|data| self.flip(data)))))
    }

    fn size_hint(&self) -> SizeHint {
        size(&self.whole)
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
    whole: Body,
    held: Bytes,
    bytes: usize,
    pause: Duration,
    rest: Option<Pin<Box<Sleep>>>,
}

impl hyper::body::Body for Slow {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if let Some(rest) = &mut self.rest {
            ready!(rest.as_mut().poll(context));
            self.rest = None;
        }
        while self.held.is_empty() {
            let polled = ready!(poll(&mut self.whole, context));
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
        self.rest = Some(Box::pin(sleep(self.pause)));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        size(&self.whole)
    }
}
