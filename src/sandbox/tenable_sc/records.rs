//! What a server keeps: scan results, and what they belong to.

use crate::sandbox::time::Moment;

/// The result of one run of a scan, or of an import.
#[derive(Debug, Clone)]
pub(super) struct ScanResult {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: &'static str,
    /// The name of the policy.
    pub(super) details: &'static str,
    pub(super) status: String,
    pub(super) import_status: String,
    pub(super) error_details: &'static str,
    pub(super) import_error_details: &'static str,
    pub(super) created: Moment,
    pub(super) started: Option<Moment>,
    pub(super) finished: Option<Moment>,
    pub(super) import_started: Option<Moment>,
    pub(super) import_finished: Option<Moment>,
    /// None where it was imported.
    pub(super) scan: Option<&'static Definition>,
    pub(super) repository: &'static Repository,
    pub(super) initiator: &'static User,
    pub(super) owner: &'static User,
    /// How many addresses the scan has, once that is known.
    pub(super) hosts: Option<u32>,
    /// How many of them are done.
    pub(super) done: u32,
    pub(super) can_use: bool,
    pub(super) can_manage: bool,
}

/// A scan that is run again and again.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
}

/// Where what was found is kept.
#[derive(Debug)]
pub(super) struct Repository {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) data_format: &'static str,
    pub(super) uuid: &'static str,
}

/// A user, who is in a group.
#[derive(Debug)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) username: &'static str,
    pub(super) firstname: &'static str,
    pub(super) lastname: &'static str,
    pub(super) uuid: &'static str,
    pub(super) group: &'static Group,
}

/// Users who share what they own.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
}
