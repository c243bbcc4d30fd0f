//! Files that were uploaded.

use std::collections::BTreeMap;

use axum::body::Bytes;

use super::answer::Refusal;
use crate::time::Moment;

/// Files that were uploaded, by the names that they were given.
#[derive(Default)]
pub(super) struct Uploads(BTreeMap<String, Upload>);

struct Upload {
    size: u64,
    /// None after it was cleared or imported.
    file: Option<Uploaded>,
}

/// A file that waits for its import.
pub(super) struct Uploaded {
    /// The name that it had on the client's side.
    pub(super) original_name: String,
    pub(super) size: u64,
    /// The file itself, if it is small.
    pub(super) content: Option<Bytes>,
    /// What is in it, or why it can't be imported.
    pub(super) contents: Result<Contents, String>,
}

/// What is in a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) name: String,
    pub(super) hosts: u32,
    pub(super) items: u32,
    /// When the first of its hosts was begun and the last one done.
    pub(super) started: Option<Moment>,
    pub(super) finished: Option<Moment>,
}

impl Uploads {
    /// Adds a file and returns its new name.
    pub(super) fn add(&mut self, file: Uploaded) -> String {
        let mut name = random_name();
        while self.0.contains_key(&name) {
            name = random_name();
        }
        self.0.insert(name.clone(), Upload { size: file.size, file: Some(file) });
        name
    }

    /// Takes a file away.
    pub(super) fn take(&mut self, name: &str) -> Result<Uploaded, Refusal> {
        let file = self.0.get_mut(name).and_then(|upload| upload.file.take());
        file.ok_or_else(|| Refusal::not_found(format!("Unable to find file '{name}'.\n")))
    }

    /// The names of all files that are there.
    pub(super) fn names(&self) -> Vec<String> {
        let present = self.0.iter().filter(|(_, upload)| upload.file.is_some());
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
