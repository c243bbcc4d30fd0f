//! How a scan result moves from state to state.
//!
//! There are two machines, of the scan and of the import. The second one starts when the first one
//! has ended. Both are open: a result can be put into a state that is not known here.

use super::answer::Refusal;
use super::records::{Record, Text};
use crate::time::Moment;

/// The states in which a scan has ended.
const OVER: [&str; 4] = ["Completed", "Partial", "Stopped", "Error"];
/// The states in which it has found something to import.
const FRUITFUL: [&str; 2] = ["Completed", "Partial"];
/// The states in which it is not known yet how many addresses it has.
const EARLY: [&str; 3] = ["Queued", "Preparing", "Resolving Hostnames"];
/// The states between an order and its effect.
const PASSING: [&str; 3] = ["Pausing", "Resuming", "Stopping"];
/// What follows what, as long as the scan has not ended. Behind Running it is the scan's own
/// outcome.
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
/// The states of an import that goes on.
const IMPORTING: [&str; 2] = ["Import Pending", "Importing"];

/// The import status before there is anything to import, and where there never will be.
const NO_RESULTS: &str = "No Results";

/// In how many steps a running scan gets through its addresses.
const TENTHS: u32 = 10;

impl Record {
    /// Whether the scan has ended, well or not.
    pub(super) fn is_over(&self) -> bool {
        OVER.contains(&&*self.status)
    }

    /// Whether there is a report.
    pub(super) fn has_report(&self) -> bool {
        let is_there = !matches!(self.document, super::document::Document::Missing);
        is_there && FRUITFUL.contains(&&*self.status)
    }

    /// Whether it goes on without an order.
    pub(super) fn moves(&self) -> bool {
        match &*self.status {
            "Paused" => false,
            "Running" => true,
            _ if self.is_over() => self.is_importing(),
            status => next(status).is_some(),
        }
    }

    /// Whether its import has begun and not ended.
    fn is_importing(&self) -> bool {
        IMPORTING.contains(&&*self.import_status)
    }

    /// What went wrong with its import, once it has ended.
    pub(super) fn import_error(&self) -> &str {
        if self.is_importing() { "" } else { &self.import_error_details }
    }

    /// Puts it into a state. Dates and counts follow.
    pub(super) fn set_state(&mut self, status: Text, import_status: Text, now: Moment) {
        self.status = status;
        self.import_status = import_status;
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
        if self.status != "Error" && !EARLY.contains(&&*self.status) {
            self.hosts.get_or_insert(self.targets);
        }
        if self.status == "Completed" {
            self.done = self.hosts.unwrap_or(0);
        }
        self.follow_import(now);
    }

    fn follow_import(&mut self, now: Moment) {
        match &*self.import_status {
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
    pub(super) fn advance(&mut self, now: Moment) {
        let (status, import_status) = match &*self.status {
            "Running" if FRUITFUL.contains(&&*self.outcome) => {
                (self.outcome.clone(), "Import Pending".into())
            }
            "Running" => (self.outcome.clone(), NO_RESULTS.into()),
            _ if self.is_over() => match &*self.import_status {
                "Import Pending" => (self.status.clone(), "Importing".into()),
                "Importing" => (self.status.clone(), self.import_outcome.clone()),
                _ => (self.status.clone(), self.import_status.clone()),
            },
            status => match next(status) {
                Some(status) => (status.into(), NO_RESULTS.into()),
                None => (self.status.clone(), self.import_status.clone()),
            },
        };
        self.set_state(status, import_status, now);
    }

    /// Moves on by as much as happens in one step of the clock: a scan that runs gets through a
    /// tenth of its addresses.
    pub(super) fn tick(&mut self, now: Moment) {
        let hosts = self.hosts.unwrap_or(0);
        if self.status == "Running" {
            self.done = self.done.saturating_add(hosts.div_ceil(TENTHS)).min(hosts);
        }
        if self.status != "Running" || self.done == hosts {
            self.advance(now);
        }
    }

    /// Gets through the states between an order and its effect, where nothing moves by itself.
    pub(super) fn settle(&mut self, now: Moment) {
        if PASSING.contains(&&*self.status) {
            self.advance(now);
        }
    }

    /// Pauses it, if it runs.
    pub(super) fn pause(&mut self, now: Moment) -> Result<(), Refusal> {
        self.switch("Running", "Pausing", "paused", now)
    }

    /// Resumes it, if it was paused.
    pub(super) fn resume(&mut self, now: Moment) -> Result<(), Refusal> {
        self.switch("Paused", "Resuming", "resumed", now)
    }

    fn switch(
        &mut self,
        from: &str,
        to: &'static str,
        done: &str,
        now: Moment,
    ) -> Result<(), Refusal> {
        if self.status != from {
            return Err(self.unfit(done));
        }
        self.set_state(to.into(), NO_RESULTS.into(), now);
        Ok(())
    }

    /// Stops the scan, unless it has ended or is about to.
    pub(super) fn stop(&mut self, now: Moment) -> Result<(), Refusal> {
        if self.is_over() || self.status == "Stopping" {
            return Err(self.unfit("stopped"));
        }
        self.set_state("Stopping".into(), NO_RESULTS.into(), now);
        Ok(())
    }

    /// Stops the scan, and imports what it has found by then.
    pub(super) fn stop_and_import(&mut self, now: Moment) -> Result<(), Refusal> {
        self.stop(now)?;
        self.set_state("Stopped".into(), "Import Pending".into(), now);
        Ok(())
    }

    /// Begins to import the report once more.
    pub(super) fn import_again(&mut self, now: Moment) -> Result<(), Refusal> {
        if !self.has_report() {
            return Err(self.unfit("imported"));
        }
        self.import_error_details = "".into();
        self.set_state(self.status.clone(), "Import Pending".into(), now);
        Ok(())
    }

    /// Goes on with an import until it has ended, where nothing moves by itself.
    pub(super) fn settle_import(&mut self, now: Moment) {
        for _ in IMPORTING {
            self.advance(now);
        }
    }

    /// A refusal because of the state that it is in.
    pub(super) fn unfit(&self, for_being: &str) -> Refusal {
        Refusal::invalid(format!(
            "Scan Result #{} is {} and can't be {for_being}.\n",
            self.id, self.status
        ))
    }
}

fn next(status: &str) -> Option<&'static str> {
    STEPS.iter().find_map(|(step, next)| (*step == status).then_some(*next))
}
