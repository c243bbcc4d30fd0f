//! What a server keeps: scan results, and what they belong to.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Bytes;

use super::document::Document;
use super::repository::Repository;
use crate::time::Moment;

/// A text that mostly is one of a few.
pub(super) type Text = Cow<'static, str>;

/// The result of one run of a scan, or of an import.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: Text,
    /// The name of the policy.
    pub(super) details: Text,
    pub(super) status: Text,
    pub(super) import_status: Text,
    pub(super) error_details: Text,
    pub(super) import_error_details: Text,
    pub(super) created: Moment,
    pub(super) started: Option<Moment>,
    pub(super) finished: Option<Moment>,
    pub(super) import_started: Option<Moment>,
    pub(super) import_finished: Option<Moment>,
    /// The id of the scan's definition, which has its name. None where it was imported.
    pub(super) scan: Option<u64>,
    pub(super) repository: Arc<Repository>,
    pub(super) initiator: &'static User,
    pub(super) owner: &'static User,
    /// How many addresses the scan was told to look at.
    pub(super) targets: u32,
    /// How many it has, once that is known.
    pub(super) hosts: Option<u32>,
    /// How many of them are done.
    pub(super) done: u32,
    /// How many findings were imported, where it was.
    pub(super) items: Option<u32>,
    pub(super) can_use: bool,
    pub(super) can_manage: bool,
    pub(super) document: Document,
    /// The report in the other format, which few have.
    pub(super) scap: Option<Bytes>,
    /// The state that its scan ends in.
    pub(super) outcome: Text,
    /// The state that its import ends in.
    pub(super) import_outcome: Text,
    /// When it moves on by itself.
    pub(super) due: Option<Moment>,
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
