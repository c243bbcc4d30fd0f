//! The state of a server, and the rules by which it changes. Knows no HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::records::{Report, Repository, ScanResult, User, find_user};
use crate::time::{HOUR, after, between};

type Result<T> = std::result::Result<T, ApiError>;

/// Everything that a server knows.
#[derive(Default)]
pub(super) struct State {
    /// The time of the request or call that uses the state.
    pub(super) now: Timestamp,
    /// Shared with responses that are still being written, and copied when they change.
    results: BTreeMap<u64, Arc<ScanResult>>,
    last_id: u64,
    pub(super) repositories: Arc<[Repository]>,
    /// How long a result stays in a state that it leaves by itself. `None` if it never does.
    step: Option<Duration>,
    /// When which result moves on.
    due: BTreeMap<u64, Timestamp>,
    pub(super) uploads: Uploads,
    pub(super) sessions: Sessions,
    pub(super) settings: Settings,
}

/// How a server behaves until further notice: see [`TenableSc::configure`](super::TenableSc::configure).
///
/// In JSON, for the [control interface](crate#control-over-http), its properties have these names.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// Rejects all imports and re-imports with `error_code` 146 and this message.
    pub reject_imports: Option<String>,
    /// Makes all mails fail, with this text after "Scan Result email failed."
    pub fail_mail: Option<String>,
    /// Downloads are the bare document instead of a zip, as of some servers. Their headers still
    /// announce a zip.
    pub bare_downloads: bool,
    /// The list ignores `timeCompareField`, as older servers may, and compares `startTime` and
    /// `endTime` with the creation of a scan result in any case.
    pub ignore_time_compare_field: bool,
    /// The user has no session left. While that is so, a login gets `{"releaseSession":true}` and no
    /// token, unless it asks for the release; then it succeeds, and all earlier sessions end.
    pub occupy_sessions: bool,
    /// Warnings in all responses.
    pub warnings: Vec<Warning>,
}

/// A warning in a response.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// Its number.
    pub code: i64,
    /// Its text.
    pub warning: String,
}

/// The largest id that can be given: leaves room for more than will ever be added after it.
const LAST_ID: u64 = i64::MAX.unsigned_abs();

impl State {
    /// A server without scan results.
    pub(super) fn new(
        repositories: Vec<Repository>,
        step: Option<Duration>,
        now: Timestamp,
    ) -> Self {
        Self { now, repositories: repositories.into(), step, ..Self::default() }
    }

    /// Adds a scan result of a test, or returns what is wrong with it.
    pub(super) fn add_given(&mut self, mut result: ScanResult) -> std::result::Result<u64, String> {
        let name = &result.name;
        match result.given_id {
            Some(0) => return Err(format!("'{name}': its id is 0, and the first is 1")),
            Some(id) if id > LAST_ID => {
                return Err(format!("'{name}': its id {id} is larger than {LAST_ID}"));
            }
            Some(id) if self.results.contains_key(&id) => {
                return Err(format!("'{name}': another result has its id {id}"));
            }
            _ => {}
        }
        self.check(&result).map_err(|missing| format!("'{name}': {missing}"))?;
        result.complete(self.now);
        Ok(self.add(result))
    }

    fn check(&self, result: &ScanResult) -> std::result::Result<(), &'static str> {
        if user(result.owner).is_err() {
            return Err("no such user");
        }
        let repository = find_repository(&self.repositories, result.repository);
        repository.map(drop).ok_or("no such repository")
    }

    /// Adds a scan result. Unless it has an id it gets one that was never used before.
    pub(super) fn add(&mut self, mut result: ScanResult) -> u64 {
        let id = result.given_id.take().unwrap_or_else(|| self.last_id.saturating_add(1));
        self.last_id = self.last_id.max(id);
        self.results.insert(id, Arc::new(ScanResult { id, ..result }));
        self.schedule(id, self.now);
        id
    }

    /// Scan results by id.
    pub(super) fn results(&self) -> impl DoubleEndedIterator<Item = &Arc<ScanResult>> {
        self.results.values()
    }

    pub(super) fn result(&self, id: u64) -> Result<&Arc<ScanResult>> {
        self.results.get(&id).ok_or_else(|| no_result(id))
    }

    /// Changes a scan result as a client commands. If nothing moves by itself, what takes time is
    /// over at once.
    pub(super) fn command(
        &mut self,
        id: u64,
        command: fn(&mut ScanResult, Timestamp) -> Result<()>,
    ) -> Result<()> {
        let result = self.results.get_mut(&id).ok_or_else(|| no_result(id))?;
        let result = Arc::make_mut(result);
        command(result, self.now)?;
        if self.step.is_none() {
            result.settle(self.now);
        }
        self.schedule(id, self.now);
        Ok(())
    }

    /// Changes a scan result by the setters of a test.
    pub(super) fn change(
        &mut self,
        id: u64,
        change: impl FnOnce(ScanResult) -> ScanResult,
    ) -> std::result::Result<(), String> {
        let mut changed = ScanResult::clone(self.result(id).map_err(|error| error.message)?);
        changed.change(self.now, change);
        self.check(&changed)?;
        self.results.insert(id, Arc::new(changed));
        self.schedule(id, self.now);
        Ok(())
    }

    /// Moves a scan result one step on, and returns its status and import status.
    pub(super) fn advance(&mut self, id: u64) -> Option<(String, String)> {
        let result = Arc::make_mut(self.results.get_mut(&id)?);
        result.advance(self.now);
        let state = (result.status.to_string(), result.shown_import_status().to_owned());
        self.schedule(id, self.now);
        Some(state)
    }

    pub(super) fn delete(&mut self, id: u64) -> Result<()> {
        self.results.remove(&id).map(drop).ok_or_else(|| no_result(id))
    }

    /// Makes everything happen that is due until now, each at its own time.
    pub(super) fn catch_up(&mut self, now: Timestamp) {
        let next = |due: &BTreeMap<u64, Timestamp>| due.iter().map(|(id, due)| (*due, *id)).min();
        while let Some((due, id)) = next(&self.due).filter(|(due, _)| *due <= now) {
            if let Some(result) = self.results.get_mut(&id) {
                Arc::make_mut(result).tick(due);
            }
            self.schedule(id, due);
        }
        self.now = now;
    }

    fn schedule(&mut self, id: u64, from: Timestamp) {
        match (self.step, self.results.get(&id)) {
            (Some(step), Some(result)) if result.moves() => {
                self.due.insert(id, after(from, step));
            }
            _ => {
                self.due.remove(&id);
            }
        }
    }

    /// Copies a result for each of these users, or for its owner if there are none.
    pub(super) fn copy(&mut self, id: u64, mut owners: Vec<u64>) -> Result<()> {
        let original = self.result(id)?;
        if !original.is_over() {
            return Err(original.state_error("copied"));
        }
        let copy = ScanResult {
            created: Some(self.now),
            initiator: Some(original.initiator()),
            ..ScanResult::clone(original)
        };
        owners.iter().try_for_each(|owner| user(*owner).map(drop))?;
        if owners.is_empty() {
            owners.push(copy.owner);
        }
        for owner in owners {
            self.add(ScanResult { owner, ..copy.clone() });
        }
        Ok(())
    }

    /// Launches a scan: one more result like the last one of that scan.
    pub(super) fn launch(&mut self, scan: u64) -> Result<u64> {
        let last = self.results().rev().find(|result| result.scan == Some(scan));
        let last = last.ok_or_else(|| {
            ApiError::not_found(format!("Unable to find existing Scan #{scan}.\n"))
        })?;
        let mut result = ScanResult {
            error: "".into(),
            import_error: "".into(),
            created: Some(self.now),
            finished: None,
            items: None,
            ..ScanResult::clone(last)
        };
        if matches!(result.report, Report::None) {
            result.report = Report::MadeUp(None);
        }
        result.set_state("Queued".into(), "No Results".into(), self.now);
        Ok(self.add(result))
    }

    fn check_imports(&self) -> Result<()> {
        match &self.settings.reject_imports {
            None => Ok(()),
            Some(message) => Err(ApiError::invalid(message)),
        }
    }

    /// Imports an uploaded file. If this is rejected, the file stays. A file that is not a report
    /// is accepted, and the import of the new result ends in an error.
    pub(super) fn import(
        &mut self,
        filename: &str,
        name: Option<String>,
        repository: u64,
    ) -> Result<()> {
        self.check_imports()?;
        if find_repository(&self.repositories, Some(repository)).is_none() {
            return Err(ApiError::invalid(format!(
                "Group #0 does not have access to the Repository #{repository}.\n"
            )));
        }
        let mut result = self.uploads.take(filename)?.into_result(name, self.now);
        result.repository = Some(repository);
        if self.step.is_none() {
            result.settle(self.now);
        }
        self.add(result);
        Ok(())
    }

    /// Imports the report of a result once more.
    pub(super) fn import_again(&mut self, id: u64) -> Result<()> {
        self.result(id)?;
        self.check_imports()?;
        self.command(id, ScanResult::import_again)
    }

    /// Mails a result. Returns why it could not be sent.
    pub(super) fn mail(&self, id: u64, addresses: &str) -> Result<Option<String>> {
        let result = self.result(id)?;
        if let Some(wrong) = addresses.split(',').find(|address| !is_address(address)) {
            return Ok(Some(format!("'{wrong}' is not a valid email address.")));
        }
        if !result.has_report() {
            return Ok(Some(format!("Scan Result #{id} has no results.")));
        }
        Ok(self.settings.fail_mail.clone())
    }
}

fn user(id: u64) -> Result<&'static User> {
    find_user(id)
        .ok_or_else(|| ApiError::not_found(format!("Unable to find existing User #{id}.\n")))
}

/// A repository by id, or the first.
pub(super) fn find_repository(all: &[Repository], id: Option<u64>) -> Option<&Repository> {
    all.iter().find(|repository| id.is_none_or(|id| repository.id == id))
}

fn no_result(id: u64) -> ApiError {
    ApiError::not_found(format!("Unable to find existing Scan #{id} for Organization #1.\n"))
}

fn is_address(text: &str) -> bool {
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    plain
        && text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// Uploaded files by the names that they were given: their sizes, and the files until they are
/// cleared or imported.
#[derive(Default)]
pub(super) struct Uploads(BTreeMap<String, (u64, Option<UploadedFile>)>);

/// A file that was not imported yet.
pub(super) struct UploadedFile {
    /// Its name on the client's side.
    pub(super) original_name: String,
    pub(super) size: u64,
    /// The file itself, if it is small.
    pub(super) content: Option<Bytes>,
    /// What is in it, or why it can't be imported.
    pub(super) contents: std::result::Result<Contents, String>,
}

/// What is in a report.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) name: String,
    pub(super) hosts: u32,
    pub(super) items: u32,
    /// When the scan of its first host began and that of its last one ended.
    pub(super) started: Option<Timestamp>,
    pub(super) finished: Option<Timestamp>,
}

impl Uploads {
    /// Adds a file and returns its new name.
    pub(super) fn add(&mut self, file: UploadedFile) -> String {
        let random_name = || (0..6).map(|_| fastrand::alphanumeric()).collect();
        let mut name: String = random_name();
        while self.0.contains_key(&name) {
            name = random_name();
        }
        self.0.insert(name.clone(), (file.size, Some(file)));
        name
    }

    /// Removes a file.
    pub(super) fn take(&mut self, name: &str) -> Result<UploadedFile> {
        let file = self.0.get_mut(name).and_then(|(_, file)| file.take());
        file.ok_or_else(|| ApiError::not_found(format!("Unable to find file '{name}'.\n")))
    }

    /// The names of all files that are there.
    pub(super) fn names(&self) -> Vec<String> {
        let present = self.0.iter().filter(|(_, (_, file))| file.is_some());
        present.map(|(name, _)| name.clone()).collect()
    }

    /// How large a file is or was.
    pub(super) fn size(&self, name: &str) -> Option<u64> {
        self.0.get(name).map(|(size, _)| *size)
    }
}

impl UploadedFile {
    /// The result of its import, which is still to be done.
    fn into_result(self, name: Option<String>, now: Timestamp) -> ScanResult {
        let (contents, error) = match self.contents {
            Ok(contents) => (contents, None),
            Err(error) => (Contents::default(), Some(error)),
        };
        let name = name.or(Some(contents.name).filter(|name| !name.is_empty()));
        let name = name.unwrap_or_else(|| {
            let original = self.original_name.as_str();
            let stem = original.rsplit_once('.').map_or(original, |(stem, _)| stem);
            if stem.is_empty() { "Imported scan" } else { stem }.to_owned()
        });
        let started = contents.started.unwrap_or(now);
        ScanResult {
            policy: "".into(),
            import_status: Some("Import Pending".into()),
            created: Some(now),
            started: Some(started),
            finished: Some(contents.finished.unwrap_or(now.max(started))),
            scan: None,
            addresses: contents.hosts,
            done: Some(contents.hosts),
            items: Some(contents.items),
            report: match (&error, self.content) {
                (Some(_), _) => Report::None,
                (None, Some(content)) => Report::Bytes(content),
                (None, None) => Report::MadeUp(Some(self.size)),
            },
            import_ends: if error.is_some() { "Error" } else { "Finished" }.into(),
            import_error: error.unwrap_or_default().into(),
            ..ScanResult::new(name)
        }
    }
}

/// For how long a session lasts without a request.
pub(super) const IDLE: Duration = HOUR;

/// What a request of a session carries: both must be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) token: u32,
    pub(super) cookie: String,
}

/// All open sessions, and when each was last used.
#[derive(Default)]
pub(super) struct Sessions {
    open: Vec<(Session, Timestamp)>,
    /// How many were opened so far.
    pub(super) logins: u64,
}

impl Sessions {
    pub(super) fn open(&mut self, now: Timestamp) -> Session {
        let cookie = format!("{:032x}", fastrand::u128(..));
        let session = Session { token: fastrand::u32(1..), cookie };
        self.open.push((session.clone(), now));
        self.logins += 1;
        session
    }

    /// Whether a session is open. If so, it lasts for another hour.
    pub(super) fn admit(&mut self, session: &Session, now: Timestamp) -> bool {
        self.open.retain(|(_, used)| between(*used, now) < IDLE);
        let found = self.open.iter_mut().find(|(open, _)| open == session);
        found.map(|(_, used)| *used = now).is_some()
    }

    pub(super) fn close(&mut self, session: &Session) {
        self.open.retain(|(open, _)| open != session);
    }

    pub(super) fn close_all(&mut self) {
        self.open.clear();
    }
}
