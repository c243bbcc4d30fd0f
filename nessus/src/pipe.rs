//! The channel between threads and tasks.
//!
//! Each end can be waited for by a thread (`send`, `recv`) and by a task of any runtime
//! (`poll_send`, `poll_recv`).

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker, ready},
    thread::{self, Thread},
};

use futures_channel::mpsc;
use futures_core::Stream as _;

/// A channel on which `capacity` messages and one more can wait.
pub(crate) fn pipe<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (to, from) = mpsc::channel(capacity);
    (Sender(to), Receiver(from))
}

#[derive(Debug)]
pub(crate) struct Sender<T>(mpsc::Sender<T>);

#[derive(Debug)]
pub(crate) struct Receiver<T>(mpsc::Receiver<T>);

/// The other end was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed;

impl<T> Sender<T> {
    /// Sends what `message` gives as soon as there is room.
    pub(crate) fn poll_send(
        &mut self,
        context: &mut Context<'_>,
        message: impl FnOnce() -> T,
    ) -> Poll<Result<(), Closed>> {
        ready!(self.0.poll_ready(context)).map_err(|_| Closed)?;
        Poll::Ready(self.0.start_send(message()).map_err(|_| Closed))
    }

    /// Sends a message, blocking the thread until there is room.
    pub(crate) fn send(&mut self, message: T) -> Result<(), Closed> {
        let mut message = Some(message);
        block_on(|context| {
            ready!(self.0.poll_ready(context)).map_err(|_| Closed)?;
            let Some(message) = message.take() else { return Poll::Ready(Ok(())) };
            Poll::Ready(self.0.start_send(message).map_err(|_| Closed))
        })
    }
}

impl<T> Receiver<T> {
    /// The next message, or `None` once the sender was dropped.
    pub(crate) fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.0).poll_next(context)
    }

    /// The next message, blocking the thread until there is one.
    pub(crate) fn recv(&mut self) -> Option<T> {
        block_on(|context| self.poll_recv(context))
    }
}

/// Wakes a thread that is parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    // Nothing to wait for, in most cases.
    if let Poll::Ready(value) = poll(&mut Context::from_waker(Waker::noop())) {
        return value;
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_in_order_and_a_dropped_end_is_noticed() {
        let (mut to, mut from) = pipe(1);
        let sender = thread::spawn(move || {
            let sent = (0..1000).take_while(|n| to.send(*n).is_ok()).count();
            (sent, to)
        });
        for n in 0..500 {
            assert_eq!(from.recv(), Some(n));
        }
        drop(from);
        let (sent, mut to) = sender.join().unwrap();
        assert!((500..510).contains(&sent));
        let context = &mut Context::from_waker(Waker::noop());
        assert_eq!(to.poll_send(context, || 0), Poll::Ready(Err(Closed)));

        let (mut to, mut from) = pipe(1);
        to.send(1).unwrap();
        to.send(2).unwrap();
        let context = &mut Context::from_waker(Waker::noop());
        assert!(to.poll_send(context, || 3).is_pending());
        drop(to);
        assert_eq!((from.recv(), from.recv(), from.recv()), (Some(1), Some(2), None));
    }
}
