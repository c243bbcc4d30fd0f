//! The world that a caller wants to have.

use std::io;
use std::time::Duration;

use super::builder::TenableScBuilder;
use super::repository::Repository;
use super::scan_result::ScanResult;
use super::seed;
use super::world::World;
use crate::time::Moment;

/// How far back the results go of which there are many.
const SPAN: Duration = Duration::from_secs(20 * 24 * 60 * 60);
/// More often than this nothing happens.
const SHORTEST: Duration = Duration::from_millis(1);

/// What a caller wants of the world. Without a wish it is the one that the documentation lists.
#[derive(Debug)]
pub(super) struct Plan {
    repositories: Option<Vec<Repository>>,
    results: Option<Results>,
    step: Option<Duration>,
    pub(super) keep_uploads: usize,
}

#[derive(Debug)]
enum Results {
    Own(Vec<ScanResult>),
    Many(u32),
}

impl Plan {
    pub(super) fn new() -> Self {
        Self { repositories: None, results: None, step: None, keep_uploads: 4 * 1024 * 1024 }
    }

    /// Makes the world.
    pub(super) fn world(self, now: Moment) -> io::Result<World> {
        let repositories = self.repositories.unwrap_or_else(seed::repositories);
        let mut world = World::new(repositories, &seed::USERS, self.step);
        let mut add = |result: ScanResult| {
            let record = result.record(&world, now);
            let record =
                record.map_err(|wrong| io::Error::new(io::ErrorKind::InvalidInput, wrong))?;
            world.add(record, now);
            Ok::<_, io::Error>(())
        };
        match self.results {
            None => seed::results().into_iter().try_for_each(&mut add)?,
            Some(Results::Own(results)) => results.into_iter().try_for_each(&mut add)?,
            Some(Results::Many(count)) => many(count).try_for_each(&mut add)?,
        }
        Ok(world)
    }
}

fn many(count: u32) -> impl Iterator<Item = ScanResult> {
    let apart = SPAN / count.max(1);
    (0..count).map(move |number| {
        let status = match number % 20 {
            7 => "Partial",
            13 => "Error",
            _ => "Completed",
        };
        ScanResult::new(format!("Scan {:06}", number + 1))
            .status(status)
            .age(apart * (count - number))
            .scan(u64::from(number % 50) + 1)
    })
}

impl TenableScBuilder {
    /// The scan results to begin with, in place of the nine of the [default
    /// world](crate::tenable_sc).
    pub fn scan_results(mut self, results: impl IntoIterator<Item = ScanResult>) -> Self {
        self.plan.results = Some(Results::Own(results.into_iter().collect()));
        self
    }

    /// So many scan results to begin with, made up, in place of the nine. They were made in the
    /// last twenty days; of twenty of them, one is Partial and one in Error.
    pub fn scan_results_count(mut self, count: u32) -> Self {
        self.plan.results = Some(Results::Many(count));
        self
    }

    /// The repositories, in place of the two of the default world.
    pub fn repositories(mut self, repositories: impl IntoIterator<Item = Repository>) -> Self {
        self.plan.repositories = Some(repositories.into_iter().collect());
        self
    }

    /// Lets scans move by themselves with the server's [clock](Self::clock): each state that a
    /// scan or an import leaves by itself lasts this long, at least a millisecond, and a running
    /// scan ten times as long, in which its progress grows by tenths.
    ///
    /// Orders pass through `Pausing`, `Resuming` and `Stopping` then, and imports through `Import
    /// Pending` and `Importing`. By default nothing moves by itself, and orders take effect at
    /// once.
    ///
    /// ```
    /// use scanops_sandbox::{ManualClock, TenableSc};
    /// use std::time::Duration;
    ///
    /// # async fn example() -> std::io::Result<()> {
    /// let clock = ManualClock::new();
    /// let minute = Duration::from_secs(60);
    /// let center = TenableSc::builder().clock(clock.clone()).step_every(minute).start().await?;
    /// clock.advance(5 * minute); // Scan result 7, which was queued, is running now.
    /// # Ok(())
    /// # }
    /// ```
    pub fn step_every(mut self, time: Duration) -> Self {
        self.plan.step = Some(time.max(SHORTEST));
        self
    }

    /// Up to which size an uploaded file is kept in memory, 4 MiB by default: once imported, it is
    /// what a download of its result gives. Of a larger one only what is in it is read and
    /// counted, and the download is a report made up of the same size.
    pub fn keep_uploads(mut self, bytes: usize) -> Self {
        self.plan.keep_uploads = bytes;
        self
    }
}
