//! Time and randomness that tests can replace.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    time::{Duration, Instant, SystemTime},
};

/// The source of time for deadlines, retries and watches.
///
/// The default is [`SystemClock`]. A test passes its own to observe the waits without waiting.
/// The timeouts on connecting, on one attempt and on stalls, and a deadline while a request is on its
/// way, bound real sockets: they always run on tokio's clock.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// A monotonic reading.
    fn now(&self) -> Instant;

    /// The time of day. Used for a `Retry-After` that is a date, and by
    /// [`ended_scans`](crate::insightvm::Client::ended_scans).
    fn time_of_day(&self) -> SystemTime;

    /// Completes when `duration` has passed.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The system's clock and tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The source of jitter for the waits between retries.
///
/// The default is [`FastRandom`]. A test passes its own to know the waits in advance.
pub trait Random: fmt::Debug + Send + Sync + 'static {
    /// A number from 0 (inclusive) to 1 (exclusive), uniformly distributed.
    fn fraction(&self) -> f64;
}

/// A fast generator, seeded from the system for each thread. Not for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct FastRandom;

impl Random for FastRandom {
    fn fraction(&self) -> f64 {
        fastrand::f64()
    }
}
