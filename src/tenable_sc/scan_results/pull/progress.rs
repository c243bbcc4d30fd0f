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

    /// Gives up a result that can't be read, as if it was acknowledged: for one that is an error of the
    /// stream in every run, and so is never delivered. Its id is
    /// [`Error::scan_result`](crate::Error::scan_result).
    ///
    /// This takes effect when the cursor is stored. If the result is imported again, it is new again.
    /// Returns whether there was such a result: one that was delivered, or failed, and was not
    /// acknowledged, in this run or an earlier one.
    ///
    /// ```
    /// # async fn f(pull: &mut scanops::tenable_sc::PullStream) -> scanops::Result<()> {
    /// while let Some(pulled) = pull.next_result().await.transpose() {
    ///     match pulled {
    ///         Err(error) => match error.scan_result() {
    ///             // This user may not read it.
    ///             Some(id) if error.is_forbidden() => _ = pull.handle().give_up(id),
    ///             Some(_) => eprintln!("{error}"),
    ///             None => return Err(error),
    ///         },
    ///         // …
    /// #       _ => {}
    ///     }
    ///     pull.handle().save_cursor("cursor.json").await?;
    /// }
    /// # Ok(()) }
    /// ```
    #[allow(clippy::must_use_candidate, reason = "it changes the cursor")]
    pub fn give_up(&self, id: u64) -> bool {
        let mut cursor = self.0.cursor();
        let versions = cursor.open_of(id);
        for version in &versions {
            cursor.acknowledge(*version);
        }
        !versions.is_empty()
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
    /// How many of those are not delivered in this run, because the result was deleted, was
    /// [given up](PullHandle::give_up) or is being imported again, or because another import of it is
    /// delivered instead.
    pub skipped: u64,
    /// How many with a report were delivered.
    pub delivered: u64,
    /// How many of those were acknowledged.
    pub acknowledged: u64,
    /// How many without a report were delivered.
    pub without_report: u64,
    /// How many could not be delivered: each was an error of the stream that names the result, and is
    /// tried again in the next run. A report that was delivered and can't be downloaded or read does
    /// not count here, as only the program knows whether it tries again. It counts in
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

impl Counts {
    /// A result is not delivered in this run.
    pub(super) fn skip(&self, id: u64, why: &str) {
        tracing::info!(id, why, "a scan result is not delivered");
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }
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
