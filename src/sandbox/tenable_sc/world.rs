//! The state of a server, and the rules by which it changes.

use std::collections::BTreeMap;

use super::answer::Refusal;
use super::records::{Repository, ScanResult, User};
use super::sessions::Sessions;

/// Everything that a server knows.
pub(super) struct World {
    results: BTreeMap<u64, ScanResult>,
    last_id: u64,
    repositories: &'static [Repository],
    users: &'static [User],
    pub(super) uploads: Uploads,
    pub(super) sessions: Sessions,
    pub(super) orders: Orders,
}

impl World {
    /// A world without scan results. Who sends an API key is the first user.
    pub(super) fn new(repositories: &'static [Repository], users: &'static [User]) -> Self {
        Self {
            results: BTreeMap::new(),
            last_id: 0,
            repositories,
            users,
            uploads: Uploads::default(),
            sessions: Sessions::default(),
            orders: Orders::default(),
        }
    }

    /// Adds a scan result and gives it its id, which no other ever had.
    pub(super) fn add(&mut self, result: ScanResult) {
        self.last_id += 1;
        let id = self.last_id;
        self.results.insert(id, ScanResult { id, ..result });
    }

    /// Scan results by id.
    pub(super) fn results(&self) -> impl Iterator<Item = &ScanResult> {
        self.results.values()
    }

    /// A scan result.
    pub(super) fn result(&self, id: u64) -> Result<&ScanResult, Refusal> {
        self.results.get(&id).ok_or_else(|| no_result(id))
    }

    /// A scan result to be changed.
    pub(super) fn result_mut(&mut self, id: u64) -> Result<&mut ScanResult, Refusal> {
        self.results.get_mut(&id).ok_or_else(|| no_result(id))
    }

    /// Deletes a scan result.
    pub(super) fn delete(&mut self, id: u64) -> Result<(), Refusal> {
        self.results.remove(&id).map(drop).ok_or_else(|| no_result(id))
    }

    /// A repository that the visitor may use.
    pub(super) fn repository(&self, id: u64) -> Result<&'static Repository, Refusal> {
        self.repositories.iter().find(|repository| repository.id == id).ok_or_else(|| {
            Refusal::invalid(format!("Group #0 does not have access to the Repository #{id}.\n"))
        })
    }

    /// A user.
    pub(super) fn user(&self, id: u64) -> Result<&'static User, Refusal> {
        let user = self.users.iter().find(|user| user.id == id);
        user.ok_or_else(|| Refusal::not_found(format!("Unable to find existing User #{id}.\n")))
    }
}

fn no_result(id: u64) -> Refusal {
    Refusal::not_found(format!("Unable to find existing Scan #{id} for Organization #1.\n"))
}

/// What tests have ordered the server to do until further notice.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) refuse_imports: Option<String>,
    pub(super) fail_mail: Option<String>,
}

/// Files that were uploaded, by the names that they were given.
#[derive(Default)]
pub(super) struct Uploads(BTreeMap<String, Upload>);

/// A file that was uploaded. Its content is not kept.
struct Upload {
    original_name: String,
    size: u64,
    /// Not after it was cleared or imported.
    present: bool,
}

impl Uploads {
    /// Adds a file and returns its new name.
    pub(super) fn add(&mut self, original_name: String, size: u64) -> String {
        let mut name = random_name();
        while self.0.contains_key(&name) {
            name = random_name();
        }
        self.0.insert(name.clone(), Upload { original_name, size, present: true });
        name
    }

    /// Takes a file away and returns the name that it had on the client's side.
    pub(super) fn take(&mut self, name: &str) -> Result<&str, Refusal> {
        let upload = self.0.get_mut(name).filter(|upload| upload.present);
        let upload =
            upload.ok_or_else(|| Refusal::not_found(format!("Unable to find file '{name}'.\n")))?;
        upload.present = false;
        Ok(&upload.original_name)
    }

    /// The names of all files that are there.
    pub(super) fn names(&self) -> Vec<String> {
        let present = self.0.iter().filter(|(_, upload)| upload.present);
        present.map(|(name, _)| name.clone()).collect()
    }

    /// How large a file is or was.
    pub(super) fn size(&self, name: &str) -> Option<u64> {
        self.0.get(name).map(|upload| upload.size)
    }
}

fn random_name() -> String {
    (0..6).map(|_| fastrand::alphanumeric()).collect()
}
