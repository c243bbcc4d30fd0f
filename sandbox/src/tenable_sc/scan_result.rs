//! Scan results of the caller's own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;

use super::document::Document;
use super::records::Record;
use super::world::World;
use crate::time::Moment;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A scan result of a world of the caller's own making. All but its name has a default.
///
/// ```
/// use scanops_sandbox::TenableSc;
/// use scanops_sandbox::tenable_sc::ScanResult;
///
/// # async fn example() -> std::io::Result<()> {
/// let center = TenableSc::builder()
///     .scan_results([
///         ScanResult::new("weekly").report(&b"<NessusClientData_v2/>"[..]),
///         ScanResult::new("now").status("Running").addresses(64).done(16),
///         ScanResult::new("lost").status("Error").error("No scanners are available."),
///     ])
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ScanResult {
    id: Option<u64>,
    name: String,
    description: String,
    policy: Option<String>,
    status: String,
    import_status: Option<String>,
    error: String,
    import_error: String,
    created: Option<SystemTime>,
    age: Duration,
    scan: Option<u64>,
    repository: Option<u64>,
    owner: u64,
    addresses: u32,
    done: Option<u32>,
    usable: bool,
    manageable: bool,
    document: Document,
    scap: Option<Bytes>,
    outcome: String,
    import_outcome: String,
}

impl ScanResult {
    /// A result of this name whose scan and import have ended well.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            description: String::new(),
            policy: None,
            status: "Completed".to_owned(),
            import_status: None,
            error: String::new(),
            import_error: String::new(),
            created: None,
            age: 2 * HOUR,
            scan: Some(11),
            repository: None,
            owner: 1,
            addresses: 254,
            done: None,
            usable: true,
            manageable: true,
            document: Document::Made(None),
            scap: None,
            outcome: "Completed".to_owned(),
            import_outcome: "Finished".to_owned(),
        }
    }

    /// Its id, which no other may have. By default the one after the largest so far, from 1 on.
    pub fn id(mut self, id: u64) -> Self {
        self.id = Some(id);
        self
    }

    /// Its description. Empty by default.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// The policy it was scanned with, which stands in its field `details`. "Basic Network Scan"
    /// by default.
    pub fn policy(mut self, name: impl Into<String>) -> Self {
        self.policy = Some(name.into());
        self
    }

    /// The status of its scan, `Completed` by default. It may be one that no document lists.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = status.into();
        self
    }

    /// The status of its import. By default `Finished` where the scan is `Completed` or `Partial`,
    /// and `No Results` otherwise.
    pub fn import_status(mut self, status: impl Into<String>) -> Self {
        self.import_status = Some(status.into());
        self
    }

    /// What its field `errorDetails` says. Empty by default.
    pub fn error(mut self, text: impl Into<String>) -> Self {
        self.error = text.into();
        self
    }

    /// What its field `importErrorDetails` says. Empty by default.
    pub fn import_error(mut self, text: impl Into<String>) -> Self {
        self.import_error = text.into();
        self
    }

    /// When it was created: two hours before the server starts by default. What else happened by
    /// its state follows: the scan took 77 minutes, its import three.
    pub fn created(mut self, time: SystemTime) -> Self {
        self.created = Some(time);
        self
    }

    /// How long before the start of the server it was created, in place of
    /// [`created`](Self::created).
    pub fn age(mut self, age: Duration) -> Self {
        (self.created, self.age) = (None, age);
        self
    }

    /// The id of the definition that was scanned by, 11 by default. The definition is called as
    /// the result is.
    pub fn scan(mut self, id: u64) -> Self {
        self.scan = Some(id);
        self
    }

    /// Says that it was imported: it has no definition, and its `scan.id` is -1.
    pub fn imported(mut self) -> Self {
        self.scan = None;
        self
    }

    /// The id of its repository: the first by default.
    pub fn repository(mut self, id: u64) -> Self {
        self.repository = Some(id);
        self
    }

    /// The id of the user who started and owns it: 1, who is `secman`, by default, or 2.
    pub fn owner(mut self, id: u64) -> Self {
        self.owner = id;
        self
    }

    /// How many addresses its scan has, 254 by default.
    pub fn addresses(mut self, count: u32) -> Self {
        self.addresses = count;
        self
    }

    /// How many addresses are done. By default none before the scan runs, half of them while it
    /// does, and all once it is completed.
    pub fn done(mut self, count: u32) -> Self {
        self.done = Some(count);
        self
    }

    /// Whether it is in the list `usable`. It is by default.
    pub fn usable(mut self, yes: bool) -> Self {
        self.usable = yes;
        self
    }

    /// Whether it is in the list `manageable`. It is by default.
    pub fn manageable(mut self, yes: bool) -> Self {
        self.manageable = yes;
        self
    }

    /// How large its report is, in bytes of .nessus, in place of the server's
    /// [`report_size`](super::TenableScBuilder::report_size). It is made while it is sent.
    pub fn report_size(mut self, bytes: u64) -> Self {
        self.document = Document::Made(Some(bytes));
        self
    }

    /// Its report, which is sent as it is where it is a zip, and is put into one otherwise. It
    /// need not be a report.
    pub fn report(mut self, content: impl Into<Bytes>) -> Self {
        self.document = Document::Bytes(content.into());
        self
    }

    /// The same from a file, which is opened and read whenever the report is asked for.
    pub fn report_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.document = Document::File(Arc::from(path.into()));
        self
    }

    /// Its report as `scap1_2`, treated as [`report`](Self::report). By default there is none, and
    /// asking for it is refused.
    pub fn scap_report(mut self, content: impl Into<Bytes>) -> Self {
        self.scap = Some(content.into());
        self
    }

    /// The status that its scan ends in when it moves on, `Completed` by default.
    pub fn ends(mut self, status: impl Into<String>) -> Self {
        self.outcome = status.into();
        self
    }

    /// The status that its import ends in when it moves on, `Finished` by default.
    pub fn import_ends(mut self, status: impl Into<String>) -> Self {
        self.import_outcome = status.into();
        self
    }

    /// What becomes of it in a world. Where that lacks something, says what.
    pub(super) fn record(self, world: &World, now: Moment) -> Result<Record, String> {
        let Self { name, .. } = self;
        if self.id.is_some_and(|id| id == 0 || world.result(id).is_ok()) {
            return Err(format!("'{name}': its id is 0, or another result has it"));
        }
        let repository = match self.repository {
            None => world.first_repository(),
            Some(id) => world.repository(id).ok(),
        };
        let repository = repository.ok_or_else(|| format!("'{name}': no such repository"))?;
        let user = world.user(self.owner).map_err(|_| format!("'{name}': no such user"))?;
        let created = self.created.map_or(now.before(self.age), Moment::from);
        let has_results = ["Completed", "Partial"].contains(&self.status.as_str());
        let import_status = self
            .import_status
            .unwrap_or_else(|| if has_results { "Finished" } else { "No Results" }.to_owned());
        let mut record = Record {
            id: self.id.unwrap_or(0),
            name,
            description: self.description.into(),
            details: self.policy.map_or("Basic Network Scan".into(), Into::into),
            status: "Queued".into(),
            import_status: "No Results".into(),
            error_details: self.error.into(),
            import_error_details: "".into(),
            created,
            started: None,
            finished: None,
            import_started: None,
            import_finished: None,
            scan: self.scan,
            repository,
            initiator: user,
            owner: user,
            targets: self.addresses,
            hosts: None,
            done: 0,
            items: None,
            can_use: self.usable,
            can_manage: self.manageable,
            document: self.document,
            scap: self.scap,
            outcome: self.outcome.into(),
            import_outcome: self.import_outcome.into(),
            due: None,
        };
        // In the order in which it happened, so that each date is that of its own step.
        let at = |after: Duration| created.after(after).min(now.max(created));
        if self.status != "Queued" {
            record.set_state("Running".into(), "No Results".into(), created);
            record.done = self.addresses / 2;
        }
        record.set_state(self.status.into(), "No Results".into(), at(77 * MINUTE));
        if ["Importing", "Finished", "Error"].contains(&import_status.as_str()) {
            let status = record.status.clone();
            record.set_state(status, "Importing".into(), at(78 * MINUTE));
        }
        let status = record.status.clone();
        record.set_state(status, import_status.into(), at(81 * MINUTE));
        record.import_error_details = self.import_error.into();
        record.done = self.done.unwrap_or(record.done).min(self.addresses);
        Ok(record)
    }
}
