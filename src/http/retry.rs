//! Whether a failed attempt is followed by another, and after how long.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::{Error, Result};

/// When a call that failed is tried again.
///
/// Waits grow from [`base_delay`](Self::base_delay) by doubling up to
/// [`max_delay`](Self::max_delay), and each is drawn evenly from zero to that ceiling ("full
/// jitter"), so that many clients that failed together don't come back together. A `Retry-After`
/// is waited out in full, with a draw from `base_delay` on top.
///
/// ```
/// use std::time::Duration;
/// use scanops::http::RetryPolicy;
///
/// let patient = RetryPolicy::new().max_attempts(8).max_delay(Duration::from_secs(60));
/// let console = scanops::insightvm::Client::builder("https://console:3780")
///     .retry(patient)
///     .build()?;
/// # Ok::<(), scanops::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
    pub(super) max_retry_after: Duration,
    budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy {
    /// The defaults: 4 attempts, waits from 500 ms to 30 s, `Retry-After` up to 2 minutes, a
    /// budget of 20 retries.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_attempts: 4,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(120),
            budget: 20,
        }
    }

    /// One attempt, whatever happens.
    #[must_use]
    pub const fn never() -> Self {
        Self { max_attempts: 1, ..Self::new() }
    }

    /// How often a call is tried at most, the first time included. Default 4; at least 1.
    #[must_use]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The ceiling of the first wait. Default 500 ms; more than zero.
    #[must_use]
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The ceiling that waits grow to. Default 30 s; at least [`base_delay`](Self::base_delay).
    #[must_use]
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest `Retry-After` that is waited out. Default 2 minutes. Where the server asks for
    /// more, the call fails at once, and [`Error::retry_after`] says for how much.
    #[must_use]
    pub const fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// How many retries the client (all its clones together) may have ahead of its successes.
    /// Default 20. Each retry takes one, each call that succeeds gives a tenth back; with none
    /// left, failures are returned at once. It keeps a hundred tasks from hammering a server
    /// that is down.
    #[must_use]
    pub const fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.max_attempts == 0 {
            return Err(Error::config(
                "the retry policy allows no attempt at all; 1 means no retry",
            ));
        }
        if self.base_delay.is_zero() {
            return Err(Error::config("the retry policy's base delay is zero"));
        }
        if self.max_delay < self.base_delay {
            return Err(Error::config(format!(
                "the retry policy's longest delay ({:?}) is shorter than its base delay ({:?})",
                self.max_delay, self.base_delay
            )));
        }
        Ok(())
    }

    /// The ceilings of the waits between attempts: as many as there may be retries.
    fn ceilings(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        ExponentialBuilder::new()
            .with_min_delay(self.base_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(self.max_attempts.saturating_sub(1) as usize)
            .build()
    }
}

/// Why no further attempt is made though the failure may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiveUp {
    Exhausted,
    WaitTooLong,
    Budget,
    Deadline,
}

impl GiveUp {
    /// For the end of the error's message.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::Exhausted => "the policy allows no further attempt",
            Self::WaitTooLong => "the server asked for a longer wait than the policy allows",
            Self::Budget => "not retried: the client's retry budget is used up",
            Self::Deadline => "not retried: the next attempt would start past the deadline",
        }
    }
}

/// The attempts of one call.
pub(crate) struct Schedule<C> {
    policy: RetryPolicy,
    ceilings: C,
}

impl Schedule<()> {
    pub(crate) fn new(
        policy: &RetryPolicy,
    ) -> Schedule<impl Iterator<Item = Duration> + Send + use<>> {
        Schedule { policy: policy.clone(), ceilings: policy.ceilings() }
    }

    pub(crate) fn boxed(
        policy: &RetryPolicy,
    ) -> Schedule<Box<dyn Iterator<Item = Duration> + Send>> {
        Schedule { policy: policy.clone(), ceilings: Box::new(policy.ceilings()) }
    }
}

impl<C: Iterator<Item = Duration>> Schedule<C> {
    /// The wait before the next attempt. `fraction` is a draw from 0 to 1, `left` the time to the
    /// deadline.
    pub(crate) fn next_wait(
        &mut self,
        error: &Error,
        fraction: f64,
        left: Option<Duration>,
        budget: &Budget,
    ) -> Result<Duration, GiveUp> {
        let ceiling = self.ceilings.next().ok_or(GiveUp::Exhausted)?;
        let wait = match error.retry_after() {
            Some(asked) if asked > self.policy.max_retry_after => {
                return Err(GiveUp::WaitTooLong);
            }
            Some(asked) => asked.saturating_add(share(self.policy.base_delay, fraction)),
            None => share(ceiling, fraction),
        };
        if left.is_some_and(|left| wait >= left) {
            return Err(GiveUp::Deadline);
        }
        if !budget.take() {
            return Err(GiveUp::Budget);
        }
        Ok(wait)
    }
}

/// The times that a transfer may begin again.
pub(crate) struct Restarts {
    pub(super) transport: super::Transport,
    pub(super) schedule: Schedule<Box<dyn Iterator<Item = Duration> + Send>>,
}

impl Restarts {
    /// Waits as the policy says, or returns the error where it allows no further attempt.
    pub(crate) async fn wait_after(&mut self, error: Error) -> Result<()> {
        // A transfer has no deadline as long as it moves.
        self.transport.wait_after(&mut self.schedule, error, None).await
    }
}

/// A part of a wait. A caller's own `Random` may return anything: what is no fraction is all of it.
fn share(wait: Duration, fraction: f64) -> Duration {
    if (0.0..1.0).contains(&fraction) { wait.mul_f64(fraction) } else { wait }
}

/// The retries that all calls of a client share, in tenths.
#[derive(Debug)]
pub(crate) struct Budget {
    tenths: AtomicU32,
    full: u32,
}

impl Budget {
    pub(crate) fn new(policy: &RetryPolicy) -> Self {
        let full = policy.budget.saturating_mul(10);
        Self { tenths: AtomicU32::new(full), full }
    }

    fn take(&self) -> bool {
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(10))
            .is_ok()
    }

    /// A call succeeded.
    pub(crate) fn refill(&self) {
        // Almost always full: a load, and no write that other threads would wait for.
        if self.tenths.load(Ordering::Relaxed) < self.full {
            let _ = self.tenths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < self.full).then_some(left + 1)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use proptest::prelude::*;

    fn lost() -> Error {
        Error::new(ErrorKind::Disconnected, "lost")
    }

    fn waits(policy: &RetryPolicy, fraction: f64) -> Vec<Duration> {
        let budget = Budget::new(policy);
        let mut schedule = Schedule::new(policy);
        std::iter::from_fn(|| schedule.next_wait(&lost(), fraction, None, &budget).ok()).collect()
    }

    #[test]
    fn ceilings_double_up_to_the_longest() {
        let policy = RetryPolicy::new()
            .max_attempts(6)
            .base_delay(Duration::from_secs(1))
            .max_delay(Duration::from_secs(5));
        let expected = [1, 2, 4, 5, 5].map(Duration::from_secs);
        assert_eq!(waits(&policy, 1.0), expected);
        assert_eq!(waits(&policy, 0.5), expected.map(|wait| wait / 2));
        assert_eq!(waits(&policy, 0.0), [Duration::ZERO; 5]);
        assert!(waits(&RetryPolicy::never(), 1.0).is_empty());
    }

    #[test]
    fn retry_after_is_waited_in_full_or_not_at_all() {
        let policy = RetryPolicy::new();
        let budget = Budget::new(&policy);
        let asked = |seconds| lost().with_retry_after(Some(Duration::from_secs(seconds)));
        let next = |error: &Error| Schedule::new(&policy).next_wait(error, 0.5, None, &budget);
        assert_eq!(next(&asked(60)), Ok(Duration::from_millis(60_250)));
        assert_eq!(next(&asked(0)), Ok(Duration::from_millis(250)));
        assert_eq!(next(&asked(121)), Err(GiveUp::WaitTooLong));
    }

    #[test]
    fn no_attempt_starts_past_the_deadline() {
        let policy = RetryPolicy::new().base_delay(Duration::from_secs(1));
        let budget = Budget::new(&policy);
        let left = |secs| Some(Duration::from_secs_f64(secs));
        let next = |left| Schedule::new(&policy).next_wait(&lost(), 1.0, left, &budget);
        assert_eq!(next(left(1.1)), Ok(Duration::from_secs(1)));
        assert_eq!(next(left(1.0)), Err(GiveUp::Deadline));
        assert_eq!(next(left(0.0)), Err(GiveUp::Deadline));
    }

    #[test]
    fn the_budget_is_shared_and_refilled_by_success() {
        let policy = RetryPolicy::new().budget(2);
        let budget = Budget::new(&policy);
        let next = || Schedule::new(&policy).next_wait(&lost(), 0.0, None, &budget);
        assert!(next().is_ok());
        assert!(next().is_ok());
        assert_eq!(next(), Err(GiveUp::Budget));
        for _ in 0..9 {
            budget.refill();
        }
        assert_eq!(next(), Err(GiveUp::Budget));
        budget.refill();
        assert!(next().is_ok());
        for _ in 0..1000 {
            budget.refill();
        }
        assert!(next().is_ok() && next().is_ok());
        assert_eq!(next(), Err(GiveUp::Budget), "never more than it began with");
    }

    #[test]
    fn a_policy_that_can_not_work_is_refused() {
        let zero = Duration::ZERO;
        assert!(RetryPolicy::new().check().is_ok());
        assert!(RetryPolicy::never().check().is_ok());
        assert!(RetryPolicy::new().max_attempts(0).check().is_err());
        assert!(RetryPolicy::new().base_delay(zero).check().is_err());
        assert!(RetryPolicy::new().max_delay(Duration::from_millis(1)).check().is_err());
    }

    proptest! {
        #[test]
        fn jitter_stays_within_its_ceiling(
            attempts in 1u32..40, base in 1u64..10_000, over in 0u64..100_000, fraction in 0.0..1.0f64,
        ) {
            let policy = RetryPolicy::new()
                .max_attempts(attempts)
                .budget(1000)
                .base_delay(Duration::from_millis(base))
                .max_delay(Duration::from_millis(base + over));
            let waits = waits(&policy, fraction);
            prop_assert_eq!(waits.len(), attempts as usize - 1);
            for (index, wait) in waits.iter().enumerate() {
                let doubled = base.saturating_mul(1 << index.min(40)).min(base + over);
                let ceiling = Duration::from_millis(doubled).mul_f64(fraction);
                // The doubling is done in single precision.
                prop_assert!(*wait <= ceiling.mul_f64(1.000_01) + Duration::from_micros(1));
            }
        }
    }
}
