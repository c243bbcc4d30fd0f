//! How a scan result moves from state to state.
//!
//! There are two machines, of the scan and of the import. The second one starts when the first one
//! has ended. Both are open: a result can be put into a state that is not known here.

use super::answer::Refusal;
use super::records::ScanResult;
use crate::sandbox::time::Moment;

/// The states in which a scan has ended.
const OVER: [&str; 4] = ["Completed", "Partial", "Stopped", "Error"];
/// What follows what, as long as the scan has not ended.
const STEPS: [(&str, &str); 10] = [
    ("Queued", "Preparing"),
    ("Preparing", "Resolving Hostnames"),
    ("Resolving Hostnames", "Verifying Targets"),
    ("Verifying Targets", "Initializing Scanners"),
    ("Initializing Scanners", "Running"),
    ("Running", "Completed"),
    ("Pausing", "Paused"),
    ("Paused", "Resuming"),
    ("Resuming", "Running"),
    ("Stopping", "Stopped"),
];
/// What follows what in the import of a scan that has ended.
const IMPORT_STEPS: [(&str, &str); 2] =
    [("Import Pending", "Importing"), ("Importing", "Finished")];

/// The import status before there is anything to import, and where there never will be.
const NO_RESULTS: &str = "No Results";

impl ScanResult {
    /// Whether the scan has ended, well or not.
    pub(super) fn is_over(&self) -> bool {
        OVER.contains(&self.status.as_str())
    }

    /// Whether there is a report.
    pub(super) fn has_report(&self) -> bool {
        ["Completed", "Partial"].contains(&self.status.as_str())
    }

    /// Puts it into a state. Dates and counts follow.
    pub(super) fn set_state(&mut self, status: String, import_status: String, now: Moment) {
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
        if self.status == "Completed" {
            self.done = *self.hosts.get_or_insert(1);
        }
        self.follow_import(now);
    }

    fn follow_import(&mut self, now: Moment) {
        match self.import_status.as_str() {
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
        let (status, import_status) = (self.status.as_str(), self.import_status.as_str());
        let (status, import_status) = match (next(&STEPS, status), self.is_over()) {
            (Some("Completed"), _) => ("Completed", "Import Pending"),
            (Some(status), _) => (status, NO_RESULTS),
            (None, true) => (status, next(&IMPORT_STEPS, import_status).unwrap_or(import_status)),
            (None, false) => (status, import_status),
        };
        self.set_state(status.to_owned(), import_status.to_owned(), now);
    }

    /// Pauses it, if it runs.
    pub(super) fn pause(&mut self, now: Moment) -> Result<(), Refusal> {
        self.switch("Running", "Paused", "paused", now)
    }

    /// Resumes it, if it was paused.
    pub(super) fn resume(&mut self, now: Moment) -> Result<(), Refusal> {
        self.switch("Paused", "Running", "resumed", now)
    }

    fn switch(&mut self, from: &str, to: &str, done: &str, now: Moment) -> Result<(), Refusal> {
        if self.status != from {
            return Err(self.unfit(done));
        }
        self.set_state(to.to_owned(), NO_RESULTS.to_owned(), now);
        Ok(())
    }

    /// Stops the scan, unless it has ended.
    pub(super) fn stop(&mut self, now: Moment) -> Result<(), Refusal> {
        if self.is_over() {
            return Err(self.unfit("stopped"));
        }
        self.set_state("Stopped".to_owned(), NO_RESULTS.to_owned(), now);
        Ok(())
    }

    /// Stops the import, if there is one at work.
    pub(super) fn stop_import(&mut self, now: Moment) -> Result<(), Refusal> {
        if next(&IMPORT_STEPS, &self.import_status).is_none() {
            return Err(Refusal::invalid(format!(
                "The import of Scan Result #{} is {} and can't be stopped.\n",
                self.id, self.import_status
            )));
        }
        self.import_error_details = "The import was stopped.";
        self.set_state(self.status.clone(), "Error".to_owned(), now);
        Ok(())
    }

    /// Imports the report once more. The sandbox needs no time for that.
    pub(super) fn import_again(&mut self, now: Moment) -> Result<(), Refusal> {
        if !self.has_report() {
            return Err(self.unfit("imported"));
        }
        self.import_error_details = "";
        self.import_started = Some(now);
        self.import_finished = Some(now);
        self.set_state(self.status.clone(), "Finished".to_owned(), now);
        Ok(())
    }

    /// A refusal because of the state that it is in.
    pub(super) fn unfit(&self, for_being: &str) -> Refusal {
        Refusal::invalid(format!(
            "Scan Result #{} is {} and can't be {for_being}.\n",
            self.id, self.status
        ))
    }
}

fn next(steps: &[(&'static str, &'static str)], from: &str) -> Option<&'static str> {
    steps.iter().find_map(|(step, next)| (*step == from).then_some(*next))
}
