//! Bodies that stand still: the motion of one that is sent, and the limit on one that is received.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use crate::{Error, ErrorKind, Result};

/// How the body of a request moves, told by the body itself.
#[derive(Clone, Debug)]
pub(crate) struct Motion(Arc<Mutex<State>>);

#[derive(Clone, Copy, Debug)]
enum State {
    /// The network was given a part at this time, and has not asked for the next.
    Sending(Instant),
    /// The network asks, and the source has nothing yet: nobody's stall.
    WaitingForSource,
    /// All was given, at this time.
    Sent(Instant),
}

impl Motion {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State::Sending(Instant::now()))))
    }

    /// The source gave a part.
    pub(crate) fn moved(&self) {
        self.set(State::Sending(Instant::now()));
    }

    /// The source has nothing yet.
    pub(crate) fn waits_for_source(&self) {
        self.set(State::WaitingForSource);
    }

    /// The source has ended.
    pub(crate) fn ended(&self) {
        self.set(State::Sent(Instant::now()));
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn state(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs an attempt for as long as its body moves: no longer than `stall` between two parts,
    /// and no longer than `answer` from the end of the body to the end of the answer.
    pub(super) async fn watch<T>(
        &self,
        stall: Option<Duration>,
        answer: Duration,
        attempt: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let watchdog = async {
            loop {
                let (since, limit, what) = match (self.state(), stall) {
                    (State::Sending(since), Some(stall)) => {
                        (since, stall, "took no more of the body")
                    }
                    (State::Sent(since), _) => (since, answer, "gave no complete answer to it"),
                    // Looked at again soon: nobody tells when the state changes.
                    _ => (Instant::now(), Duration::from_secs(1), ""),
                };
                sleep_until(since + limit).await;
                let unmoved = match self.state() {
                    State::Sending(now) | State::Sent(now) => now == since,
                    State::WaitingForSource => false,
                };
                if unmoved && !what.is_empty() {
                    return Error::new(
                        ErrorKind::Timeout,
                        format!("the upload stalled: for {limit:?} the server {what}"),
                    );
                }
            }
        };
        tokio::pin!(attempt, watchdog);
        std::future::poll_fn(|context| {
            if let std::task::Poll::Ready(result) = attempt.as_mut().poll(context) {
                return std::task::Poll::Ready(result);
            }
            watchdog.as_mut().poll(context).map(Err)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    const STALL: Duration = Duration::from_secs(60);
    const ANSWER: Duration = Duration::from_secs(180);

    async fn run(
        motion: &Motion,
        work: impl Future<Output = Result<()>>,
    ) -> (Result<()>, Duration) {
        let start = Instant::now();
        let result = motion.watch(Some(STALL), ANSWER, work).await;
        (result, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_ends_the_attempt() {
        let motion = Motion::new();
        let moving = async {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_secs(50)).await;
                motion.moved();
            }
            pending().await
        };
        let (result, after) = run(&motion, moving).await;
        assert!(result.unwrap_err().is_timeout());
        assert_eq!(after, Duration::from_secs(10 * 50 + 60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_source_is_no_stall() {
        let motion = Motion::new();
        let slow = async {
            motion.waits_for_source();
            tokio::time::sleep(Duration::from_secs(10_000)).await;
            motion.moved();
            Ok(())
        };
        run(&motion, slow).await.0.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_sent_may_wait_for_its_answer_as_long_as_any_call() {
        let motion = Motion::new();
        let sent = async {
            motion.ended();
            pending().await
        };
        let (result, after) = run(&motion, sent).await;
        assert!(result.unwrap_err().to_string().contains("answer"));
        assert_eq!(after, ANSWER);
    }

    #[tokio::test(start_paused = true)]
    async fn it_can_be_switched_off() {
        let motion = Motion::new();
        let slow = async {
            tokio::time::sleep(Duration::from_secs(100_000)).await;
            Ok(())
        };
        motion.watch(None, ANSWER, slow).await.unwrap();
    }
}
