//! How a scan result moves from state to state.
//!
//! There are two machines, of the scan and of the import. The second one starts when the first one
//! has ended. Both are open: a result can be put into a state that is not known here.

use jiff::Timestamp;

use super::error::ApiError;
use super::records::{Report, ScanResult, Text};

/// The states in which a scan has ended.
const OVER: [&str; 4] = ["Completed", "Partial", "Stopped", "Error"];
/// The states in which it has found something to import.
const WITH_RESULTS: [&str; 2] = ["Completed", "Partial"];
/// The states in which it is not known yet how many addresses it has.
const EARLY: [&str; 3] = ["Queued", "Preparing", "Resolving Hostnames"];
/// The states in which none of them is done.
const BEFORE_RUNNING: [&str; 5] =
    ["Queued", "Preparing", "Resolving Hostnames", "Verifying Targets", "Initializing Scanners"];
/// The states between a command and its effect.
const PASSING: [&str; 3] = ["Pausing", "Resuming", "Stopping"];
/// What follows what, as long as the scan has not ended. After Running it depends on the
/// scan.
const STEPS: [(&str, &str); 9] = [
    ("Queued", "Preparing"),
    ("Preparing", "Resolving Hostnames"),
    ("Resolving Hostnames", "Verifying Targets"),
    ("Verifying Targets", "Initializing Scanners"),
    ("Initializing Scanners", "Running"),
    ("Pausing", "Paused"),
    ("Paused", "Resuming"),
    ("Resuming", "Running"),
    ("Stopping", "Stopped"),
];
/// The states of an import in progress.
const IMPORTING: [&str; 2] = ["Import Pending", "Importing"];

/// The import status before there is anything to import, and where there never will be.
const NO_RESULTS: &str = "No Results";

/// In how many steps a running scan gets through its addresses.
const TENTHS: u32 = 10;

impl ScanResult {
    /// Whether the scan has ended, well or not.
    pub(super) fn is_over(&self) -> bool {
        OVER.contains(&&*self.status)
    }

    /// Whether there is a report.
    pub(super) fn has_report(&self) -> bool {
        let is_there = !matches!(self.report, Report::None);
        is_there && WITH_RESULTS.contains(&&*self.status)
    }

    /// How many addresses it has, once that is known.
    pub(super) fn hosts(&self) -> Option<u32> {
        (!EARLY.contains(&&*self.status)).then_some(self.addresses)
    }

    /// Whether it moves on by itself.
    pub(super) fn moves(&self) -> bool {
        match &*self.status {
            "Paused" => false,
            "Running" => true,
            _ if self.is_over() => self.is_importing(),
            status => next(status).is_some(),
        }
    }

    pub(super) fn shown_import_status(&self) -> &str {
        self.import_status.as_deref().unwrap_or(NO_RESULTS)
    }

    /// Whether its import has begun and not ended.
    fn is_importing(&self) -> bool {
        IMPORTING.contains(&self.shown_import_status())
    }

    /// What went wrong with its import, once it has ended.
    pub(super) fn shown_import_error(&self) -> &str {
        if self.is_importing() { "" } else { &self.import_error }
    }

    /// Puts it into a state. Times and counts follow: a scan that had ended and goes on begins anew.
    pub(super) fn set_state(&mut self, status: Text, import_status: Text, now: Timestamp) {
        let was_over = self.is_over();
        self.status = status;
        self.import_status = Some(import_status);
        self.import_stopped &= self.status == "Stopping";
        if self.status == "Queued" {
            self.started = None;
        } else {
            self.started.get_or_insert(now);
        }
        if self.is_over() {
            self.finished.get_or_insert(now);
        } else {
            self.finished = None;
        }
        if self.status == "Completed" {
            self.done = Some(self.addresses);
        } else if BEFORE_RUNNING.contains(&&*self.status) || (was_over && !self.is_over()) {
            self.done = Some(0);
        }
        self.follow_import(now);
    }

    fn follow_import(&mut self, now: Timestamp) {
        match self.shown_import_status() {
            "Importing" => {
                self.import_started.get_or_insert(now);
                self.import_finished = None;
            }
            "Finished" | "Error" => {
                self.import_started.get_or_insert(now);
                self.import_finished.get_or_insert(now);
            }
            _ => {
                self.import_started = None;
                self.import_finished = None;
            }
        }
    }

    /// Moves one step on, or stays where there is no next one.
    pub(super) fn advance(&mut self, now: Timestamp) {
        let (status, import_status) = match &*self.status {
            "Running" if WITH_RESULTS.contains(&&*self.ends) => {
                (self.ends.clone(), "Import Pending".into())
            }
            "Running" => (self.ends.clone(), NO_RESULTS.into()),
            _ if self.is_over() => match self.shown_import_status() {
                "Import Pending" => (self.status.clone(), "Importing".into()),
                "Importing" => (self.status.clone(), self.import_ends.clone()),
                _ => return,
            },
            "Stopping" if self.import_stopped => ("Stopped".into(), "Import Pending".into()),
            status => match next(status) {
                Some(status) => (status.into(), NO_RESULTS.into()),
                None => return,
            },
        };
        self.set_state(status, import_status, now);
    }

    /// Does what happens in one step of the clock: a running scan gets through a tenth of its
    /// addresses.
    pub(super) fn tick(&mut self, now: Timestamp) {
        let hosts = self.hosts().unwrap_or(0);
        if self.status == "Running" {
            let done = self.done.unwrap_or(0).saturating_add(hosts.div_ceil(TENTHS));
            self.done = Some(done.min(hosts));
        }
        if self.status != "Running" || self.done.unwrap_or(0) == hosts {
            self.advance(now);
        }
    }

    /// Skips the states between a command and its effect, and those of an import, for servers where
    /// nothing moves by itself.
    pub(super) fn settle(&mut self, now: Timestamp) {
        if PASSING.contains(&&*self.status) {
            self.advance(now);
        }
        if self.is_over() {
            for _ in IMPORTING {
                self.advance(now);
            }
        }
    }

    /// Pauses it, if it runs.
    pub(super) fn pause(&mut self, now: Timestamp) -> Result<(), ApiError> {
        self.command(self.status == "Running", "Pausing", "paused", now)
    }

    /// Resumes it, if it was paused.
    pub(super) fn resume(&mut self, now: Timestamp) -> Result<(), ApiError> {
        self.command(self.status == "Paused", "Resuming", "resumed", now)
    }

    /// Stops the scan, unless it has ended or is about to.
    pub(super) fn stop(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let ends = self.is_over() || self.status == "Stopping";
        self.command(!ends, "Stopping", "stopped", now)
    }

    fn command(
        &mut self,
        allowed: bool,
        status: &'static str,
        done: &str,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if !allowed {
            return Err(self.state_error(done));
        }
        self.set_state(status.into(), NO_RESULTS.into(), now);
        Ok(())
    }

    /// Stops the scan, and imports what it has found by then.
    pub(super) fn stop_and_import(&mut self, now: Timestamp) -> Result<(), ApiError> {
        self.stop(now)?;
        self.import_stopped = true;
        Ok(())
    }

    /// Begins to import the report once more.
    pub(super) fn import_again(&mut self, now: Timestamp) -> Result<(), ApiError> {
        if !self.has_report() {
            return Err(self.state_error("imported"));
        }
        self.import_error = "".into();
        self.set_state(self.status.clone(), "Import Pending".into(), now);
        Ok(())
    }

    /// The error of an operation that its state does not allow.
    pub(super) fn state_error(&self, done: &str) -> ApiError {
        ApiError::invalid(format!(
            "Scan Result #{} is {} and can't be {done}.\n",
            self.id, self.status
        ))
    }
}

fn next(status: &str) -> Option<&'static str> {
    STEPS.iter().find_map(|(step, next)| (*step == status).then_some(*next))
}
