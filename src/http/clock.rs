//! Time and chance, as things that a test can put in its own hands.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    time::{Duration, Instant, SystemTime},
};

/// What the transport asks for the time, and waits by, between two attempts of a call.
///
/// The default is [`SystemClock`]. A test gives its own to see which waits would happen, without
/// waiting. (The limits on connecting and on one attempt bound real sockets, and so always run on
/// the real clock.)
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// A reading that never goes back: for deadlines.
    fn now(&self) -> Instant;

    /// The time of day: for a `Retry-After` that is a date.
    fn time_of_day(&self) -> SystemTime;

    /// Completes when `duration` has passed.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's own clock, and tokio's timer.
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

/// Where the jitter of the waits comes from.
///
/// The default is [`FastRandom`]. A test gives its own to know the waits beforehand.
pub trait Random: fmt::Debug + Send + Sync + 'static {
    /// A number from 0 (included) to 1 (excluded), evenly spread.
    fn fraction(&self) -> f64;
}

/// A quick generator, seeded from the system for each thread. Not for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct FastRandom;

impl Random for FastRandom {
    fn fraction(&self) -> f64 {
        fastrand::f64()
    }
}
