//! What a server knows: scan results, and what they belong to.

use std::borrow::Cow;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use jiff::Timestamp;
use scanops_nessus::Finding;
use serde::{Deserialize, Serialize};

use crate::host::setters;
use crate::nessus_xml::nessus_report;
use crate::time::{HOUR, MINUTE, after, before, timestamp};

/// Text that is often one of a few.
pub(super) type Text = Cow<'static, str>;

/// A scan result. Everything but its name has a default.
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
///
/// In JSON, for the [control interface](crate#control-over-http), its properties are `id`, `name`,
/// `description`, `policy`, `status`, `import_status`, `error`, `import_error`, `created`, `started`,
/// `finished`, `import_started`, `import_finished`, `scan`, `repository`, `owner`, `addresses`,
/// `done`, `usable`, `manageable`, `ends`, `import_ends`: what the methods of these names set. Times
/// are like `"2026-01-05T08:00:00Z"`, and `"scan": null` is an imported result. The property `report`
/// is one of `{"size": 70000}`, `{"text": "…"}`, `{"findings": […]}` and `"none"`. A
/// finding is as a [`Finding`] is written in JSON, of which only `plugin_id` is required and unknown
/// properties are ignored. An age, a file and a SCAP report can be set in Rust only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[must_use]
pub struct ScanResult {
    #[serde(rename = "id")]
    pub(super) given_id: Option<u64>,
    /// Set when it is added.
    #[serde(skip)]
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: Text,
    pub(super) policy: Text,
    pub(super) status: Text,
    /// Set when it is added, as all times are that apply to its state.
    pub(super) import_status: Option<Text>,
    pub(super) error: Text,
    pub(super) import_error: Text,
    pub(super) created: Option<Timestamp>,
    #[serde(skip)]
    pub(super) age: Duration,
    pub(super) started: Option<Timestamp>,
    pub(super) finished: Option<Timestamp>,
    pub(super) import_started: Option<Timestamp>,
    pub(super) import_finished: Option<Timestamp>,
    /// The id of the scan's definition, which has its name. `None` if it was imported.
    pub(super) scan: Option<u64>,
    pub(super) repository: Option<u64>,
    pub(super) owner: u64,
    /// Who started it, if not its owner.
    #[serde(skip)]
    pub(super) initiator: Option<u64>,
    /// How many addresses the scan has.
    pub(super) addresses: u32,
    /// How many of them are done.
    pub(super) done: Option<u32>,
    /// How many findings were imported, if it was.
    #[serde(skip)]
    pub(super) items: Option<u32>,
    pub(super) usable: bool,
    pub(super) manageable: bool,
    #[serde(skip_serializing)]
    pub(super) report: Report,
    #[serde(skip)]
    pub(super) scap_report: Option<Bytes>,
    pub(super) ends: Text,
    pub(super) import_ends: Text,
    /// Whether it is stopping, and what it has found is to be imported then.
    #[serde(skip)]
    pub(super) import_stopped: bool,
}

/// Where the report of a scan result comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "GivenReport")]
pub(super) enum Report {
    /// It is made up with this size, or with the server's own.
    MadeUp(Option<u64>),
    Bytes(Bytes),
    File(Arc<PathBuf>),
    None,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum GivenReport {
    Size(u64),
    Text(String),
    Findings(Vec<Finding>),
    None,
}

impl From<GivenReport> for Report {
    fn from(given: GivenReport) -> Self {
        match given {
            GivenReport::Size(size) => Self::MadeUp(Some(size)),
            GivenReport::Text(text) => Self::Bytes(text.into()),
            GivenReport::Findings(findings) => Self::Bytes(nessus_report(&findings).into()),
            GivenReport::None => Self::None,
        }
    }
}

impl Default for ScanResult {
    fn default() -> Self {
        Self {
            given_id: None,
            id: 0,
            name: String::new(),
            description: "".into(),
            policy: "Basic Network Scan".into(),
            status: "Completed".into(),
            import_status: None,
            error: "".into(),
            import_error: "".into(),
            created: None,
            age: 2 * HOUR,
            started: None,
            finished: None,
            import_started: None,
            import_finished: None,
            scan: Some(11),
            repository: None,
            owner: 1,
            initiator: None,
            addresses: 254,
            done: None,
            items: None,
            usable: true,
            manageable: true,
            report: Report::MadeUp(None),
            scap_report: None,
            ends: "Completed".into(),
            import_ends: "Finished".into(),
            import_stopped: false,
        }
    }
}

impl ScanResult {
    /// A result of this name, scanned and imported successfully.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    setters! {
        /// Its id, which no other may have, from 1 to 2^63 - 1. By default the one after the largest
        /// so far, from 1 on.
        id(value: u64) => given_id = Some(value);
        /// Its name.
        name(value: impl Into<String>) => name = value.into();
        /// Its description. Empty by default.
        description(value: impl Into<Text>) => description = value.into();
        /// The policy it was scanned with, in its field `details`. "Basic Network Scan" by default.
        policy(value: impl Into<Text>) => policy = value.into();
        /// The status of its scan, `Completed` by default. It may be one that no document lists.
        status(value: impl Into<Text>) => status = value.into();
        /// The status of its import. By default `Finished` if the scan is `Completed` or
        /// `Partial`, and `No Results` otherwise.
        import_status(value: impl Into<Text>) => import_status = Some(value.into());
        /// Its field `errorDetails`. Empty by default.
        error(value: impl Into<Text>) => error = value.into();
        /// Its field `importErrorDetails`. Empty by default.
        import_error(value: impl Into<Text>) => import_error = value.into();
        /// How long before the start of the server (or before it is added) it was created, if none
        /// of [`created`](Self::created), [`started`](Self::started) and
        /// [`finished`](Self::finished) is given: two hours by default. The other times follow by its state: the scan took 77 minutes, its import
        /// began a minute later and took three.
        age(value: Duration) => age = value;
        /// The id of the scan definition that it was run from, 11 by default. The definition has the name
        /// of the result.
        scan(value: u64) => scan = Some(value);
        /// The id of its repository: the first by default.
        repository(value: u64) => repository = Some(value);
        /// The id of the user who started and owns it: 1, `secman`, by default, or 2.
        owner(id: u64) => owner = id;
        /// How many addresses its scan has, 254 by default.
        addresses(value: u32) => addresses = value;
        /// How many addresses are done. By default none before the scan runs, all once it is
        /// completed, and half of them in every other state.
        done(value: u32) => done = Some(value);
        /// Whether it is in the list `usable`. It is by default.
        usable(value: bool) => usable = value;
        /// Whether it is in the list `manageable`. It is by default.
        manageable(value: bool) => manageable = value;
        /// Its report as `scap1_2`, treated as [`report`](Self::report). By default there is none,
        /// and a request for it is rejected.
        scap_report(value: impl Into<Bytes>) => scap_report = Some(value.into());
        /// The status that its scan ends in when it moves on, `Completed` by default.
        ends(value: impl Into<Text>) => ends = value.into();
        /// The status that its import ends in when it moves on, `Finished` by default.
        import_ends(value: impl Into<Text>) => import_ends = value.into();
        /// When it was created. By default when its scan began, if that is given, and otherwise as
        /// long before its end as a scan takes.
        created(time: impl Into<SystemTime>) => created = Some(timestamp(time.into()));
        /// When its scan began: when it was created, by default.
        started(time: impl Into<SystemTime>) => started = Some(timestamp(time.into()));
        /// When its scan ended.
        finished(time: impl Into<SystemTime>) => finished = Some(timestamp(time.into()));
        /// When its import began.
        import_started(time: impl Into<SystemTime>) => import_started = Some(timestamp(time.into()));
        /// When its import ended.
        import_finished(time: impl Into<SystemTime>) => import_finished = Some(timestamp(time.into()));
        /// The size of its report in bytes of .nessus, in place of the server's
        /// [`report_size`](super::TenableScBuilder::report_size). It is made up while it is sent.
        report_size(bytes: u64) => report = Report::MadeUp(Some(bytes));
        /// Its report, which is sent as it is if it is a zip, and as the entry of one otherwise. It
        /// need not be a report.
        report(content: impl Into<Bytes>) => report = Report::Bytes(content.into());
        /// The same from a file, which is opened and read whenever the report is requested.
        report_file(path: impl Into<PathBuf>) => report = Report::File(Arc::new(path.into()));
    }

    /// Makes it an imported result: it has no definition, and its `scan.id` is -1.
    pub fn imported(mut self) -> Self {
        self.scan = None;
        self
    }

    /// A report of these findings, as [`nessus_report`] writes it.
    pub fn findings<'a>(self, findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        self.report(nessus_report(findings))
    }

    /// Who started it.
    pub(super) fn initiator(&self) -> u64 {
        self.initiator.unwrap_or(self.owner)
    }

    /// Fills in what was not given, so that it is consistent at this time.
    pub(super) fn complete(&mut self, now: Timestamp) {
        let given = self.times().map(Option::take);
        let [started, finished, import_started, import_finished] = given;
        let (status, done) = (self.status.clone(), self.done.take());
        let import_status = self.import_status.take().unwrap_or_else(|| {
            let has_results = ["Completed", "Partial"].contains(&&*status);
            if has_results { "Finished" } else { "No Results" }.into()
        });
        let scanned = finished.map(|finished| before(finished, 77 * MINUTE));
        let created = self.created.or(started).or(scanned);
        let created = created.unwrap_or_else(|| before(now, self.age));
        let latest = now.max(created);
        let soon = |time, by| after(time, by).min(latest);
        self.created = Some(created);
        // In the order in which it happened, so that each time is that of its own step.
        self.set_state("Queued".into(), "No Results".into(), created);
        if status != "Queued" {
            self.set_state("Running".into(), "No Results".into(), started.unwrap_or(created));
            self.done = Some(self.addresses / 2);
        }
        let finished = finished.unwrap_or_else(|| soon(created, 77 * MINUTE));
        self.set_state(status.clone(), "No Results".into(), finished);
        let import_started = import_started.unwrap_or_else(|| soon(finished, MINUTE));
        if ["Importing", "Finished", "Error"].contains(&&*import_status) {
            self.set_state(status.clone(), "Importing".into(), import_started);
        }
        let imported = import_finished.unwrap_or_else(|| soon(import_started, 3 * MINUTE));
        self.set_state(status, import_status, imported);
        self.keep_given(given);
        self.done = Some(done.or(self.done).unwrap_or(0).min(self.addresses));
    }

    /// The times of its scan and of its import.
    fn times(&mut self) -> [&mut Option<Timestamp>; 4] {
        let Self { started, finished, import_started, import_finished, .. } = self;
        [started, finished, import_started, import_finished]
    }

    /// Times that were given are kept, whatever the state.
    fn keep_given(&mut self, given: [Option<Timestamp>; 4]) {
        for (time, given) in self.times().into_iter().zip(given) {
            *time = given.or(*time);
        }
    }

    /// Takes the fields that JSON does not have from the result that this one replaces.
    pub(super) fn with_hidden_fields_of(self, old: Self, has_report: bool) -> Self {
        let ScanResult { id, age, initiator, items, scap_report, import_stopped, .. } = old;
        let report = if has_report { self.report } else { old.report };
        Self { id, age, initiator, items, report, scap_report, import_stopped, ..self }
    }

    /// Changes it, and lets times and counts follow its new state, except those that were set.
    pub(super) fn change(&mut self, now: Timestamp, change: impl FnOnce(Self) -> Self) {
        let mut old = self.clone();
        *self = Self { id: old.id, given_id: old.given_id, ..change(old.clone()) };
        let (mut set, done) = (self.times().map(|time| *time), self.done);
        for (time, old) in set.iter_mut().zip(old.times()) {
            time.take_if(|time| Some(*time) == *old);
        }
        let import_status = self.import_status.clone().unwrap_or_else(|| "No Results".into());
        let status = mem::replace(&mut self.status, old.status.clone());
        if (&old.status, &old.import_status) != (&status, &Some(import_status.clone())) {
            self.set_state(status, import_status, now);
        }
        self.keep_given(set);
        if done != old.done {
            self.done = done;
        }
    }
}

/// A repository.
///
/// ```
/// use scanops_sandbox::tenable_sc::{Repository, ScanResult};
/// use scanops_sandbox::TenableSc;
///
/// # async fn example() -> std::io::Result<()> {
/// let center = TenableSc::builder()
///     .repositories([Repository::new(7, "Branch office")])
///     .scan_results([ScanResult::new("weekly").repository(7)])
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Repository {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) data_format: String,
    pub(super) uuid: String,
}

impl Repository {
    /// A repository of this id and name, for IPv4 addresses and without a description.
    pub fn new(id: u64, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            description: String::new(),
            data_format: "IPv4".to_owned(),
            uuid: format!("0B5E5A3F-6C0C-4E43-9A2D-7F1C0D9E{:04X}", id & 0xFFFF),
        }
    }

    setters! {
        /// What it is for. Empty by default.
        description(value: impl Into<String>) => description = value.into();
        /// What it holds: `IPv4` by default, `IPv6`, `agent`, `universal`.
        data_format(value: impl Into<String>) => data_format = value.into();
    }
}

/// A user, and the group that they are in.
#[derive(Debug)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) username: &'static str,
    pub(super) firstname: &'static str,
    pub(super) lastname: &'static str,
    pub(super) uuid: &'static str,
    /// Its id, name and description.
    pub(super) group: (u64, &'static str, &'static str),
}

static USERS: [User; 2] = [
    User {
        id: 1,
        username: "secman",
        firstname: "Sam",
        lastname: "Secman",
        uuid: "5C0A5C2D-8E0F-4C57-B8B5-4B0D4C5E1A01",
        group: (0, "Full Access", "Full Access group"),
    },
    User {
        id: 2,
        username: "aauditor",
        firstname: "Alex",
        lastname: "Auditor",
        uuid: "5C0A5C2D-8E0F-4C57-B8B5-4B0D4C5E1A02",
        group: (1, "Audit", ""),
    },
];

pub(super) fn find_user(id: u64) -> Option<&'static User> {
    USERS.iter().find(|user| user.id == id)
}
