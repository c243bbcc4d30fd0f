//! The cursor of a pull, and how far it is.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{Cursor, Result, transfer::Tally};

/// The cursor and the progress of a pull. Cheap to clone; clones are of the same pull.
#[derive(Clone)]
pub struct PullHandle(pub(super) Arc<Shared>);

impl PullHandle {
    /// The cursor as it is now.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.0.cursor().clone()
    }

    /// Saves the cursor as it is now: see [`Cursor::save`]. Several tasks may save it at once; the file
    /// then has the latest one.
    pub async fn save_cursor(&self, path: impl AsRef<Path>) -> Result<()> {
        let _saving = self.0.saving.lock().await;
        self.cursor().save(path).await
    }

    /// How far the pull is.
    #[must_use]
    pub fn progress(&self) -> PullProgress {
        let Shared { counts, tally, .. } = &*self.0;
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        PullProgress {
            new: get(&counts.new),
            skipped: get(&counts.skipped),
            delivered: get(&counts.delivered),
            acknowledged: get(&counts.acknowledged),
            without_report: get(&counts.without_report),
            failed: get(&counts.failed),
            bytes: tally.bytes(),
            findings: tally.findings(),
        }
    }
}

impl fmt::Debug for PullHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PullHandle").field(&self.progress()).finish()
    }
}

/// How far a [pull](crate::tenable_sc::ScanResults::pull) is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PullProgress {
    /// How many results are to be delivered in this run, as far as the list was read.
    pub new: u64,
    /// How many of those are not delivered in this run, because the result was deleted or is being
    /// imported again, or because a newer import of it is delivered instead.
    pub skipped: u64,
    /// How many with a report were delivered.
    pub delivered: u64,
    /// How many of those were acknowledged.
    pub acknowledged: u64,
    /// How many without a report were delivered.
    pub without_report: u64,
    /// How many could not be delivered: each was an error of the stream, and is tried again in the
    /// next run. A report that was delivered and can't be downloaded or read does not count here,
    /// as only the program knows whether it tries again. It counts in
    /// [`delivered`](Self::delivered), and not in [`acknowledged`](Self::acknowledged).
    pub failed: u64,
    /// How many bytes of reports have arrived, with those of interrupted downloads.
    pub bytes: u64,
    /// How many findings were read.
    pub findings: u64,
}

/// What the stream, its results and its handles share.
pub(super) struct Shared {
    cursor: Mutex<Cursor>,
    /// Held while the cursor is saved.
    saving: tokio::sync::Mutex<()>,
    pub(super) counts: Counts,
    pub(super) tally: Arc<Tally>,
}

#[derive(Default)]
pub(super) struct Counts {
    pub(super) new: AtomicU64,
    pub(super) skipped: AtomicU64,
    pub(super) delivered: AtomicU64,
    pub(super) acknowledged: AtomicU64,
    pub(super) without_report: AtomicU64,
    pub(super) failed: AtomicU64,
}

impl Shared {
    pub(super) fn new(cursor: Cursor) -> Self {
        Self {
            cursor: Mutex::new(cursor),
            saving: tokio::sync::Mutex::default(),
            counts: Counts::default(),
            tally: Arc::default(),
        }
    }

    pub(super) fn cursor(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
