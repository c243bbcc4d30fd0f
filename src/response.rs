//! What a successful call returns.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use jiff::Timestamp;
use reqwest::{StatusCode, header::HeaderMap};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The value of a successful call, and what the server sent with it.
///
/// Every call of both products returns one. It dereferences to the value, so fields and methods of
/// the value can be used directly; [`into_inner`](Self::into_inner) takes the value out.
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
/// let record = sc.scan_results().get(121).await?;
/// println!("{:?} is {:?}", record.name, record.status); // fields of the record
/// println!("{} after {} attempts", record.status(), record.attempts()); // what came with it
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    // Boxed: most callers only use the value.
    parts: Box<Parts>,
}

/// What came with a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) invalid_records: InvalidRecords,
    pub(crate) timestamp: Option<Timestamp>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, parts: Parts) -> Self {
        Self { value, parts: Box::new(parts) }
    }

    /// Converts the value and keeps everything else.
    #[must_use]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: convert(self.value), parts: self.parts }
    }

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status. Always a success; some consoles send 200 where 201 is documented, or the
    /// other way round.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// The HTTP headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// How many attempts the call took. 1 unless it was retried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.parts.attempts
    }

    /// The server's warnings, in its order. Tenable.sc sends them; this crate adds one where a call
    /// succeeded but what the server returned could not be read.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.parts.warnings
    }

    /// The records of a list that could not be read, as the server sent them. One invalid record
    /// does not cost the other records of its list. The first 500 are kept; a
    /// [warning](Self::warnings) says how many more there are.
    #[must_use]
    pub fn invalid_records(&self) -> &[InvalidRecord] {
        &self.parts.invalid_records.kept
    }

    pub(crate) fn with_invalid_records(mut self, records: InvalidRecords) -> Self {
        let more = records.more;
        self.parts.invalid_records = records;
        if more > 0 {
            self.warn(format!("{more} more records could not be read, and are not kept"));
        }
        self
    }

    /// Adds a warning of this crate's own.
    pub(crate) fn warn(&mut self, message: String) {
        self.parts.warnings.push(Warning { code: None, message });
    }

    /// The server's clock when it responded. Tenable.sc sends it; InsightVM does not.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.parts.timestamp
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers may hold a session's cookies.
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.parts.status)
            .field("attempts", &self.parts.attempts)
            .field("warnings", &self.parts.warnings)
            .field("invalid_records", &self.parts.invalid_records.kept)
            .finish_non_exhaustive()
    }
}

/// A warning that came with a successful response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Warning {
    /// The product's number for it, if it has one.
    pub code: Option<i64>,
    /// The text.
    pub message: String,
}

/// A record of a list that could not be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct InvalidRecord {
    /// The name of its list, where a response has several: `usable`, `manageable`.
    pub list: Option<String>,
    /// Its index in the list, from 0.
    pub index: usize,
    /// The record as the server sent it.
    pub value: Value,
    /// Why it could not be read. At most 300 characters.
    pub reason: String,
}

/// The first invalid records of a response. The others are only counted, so that a response that is
/// full of them takes no more memory than its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct InvalidRecords {
    pub(crate) kept: Vec<InvalidRecord>,
    pub(crate) more: usize,
}

impl InvalidRecords {
    /// Not fewer than a page of InsightVM has: see `pages.rs`.
    pub(crate) const KEPT: usize = 500;

    pub(crate) fn push(&mut self, record: impl FnOnce() -> InvalidRecord) {
        if self.kept.len() < Self::KEPT {
            self.kept.push(record());
        } else {
            self.more += 1;
        }
    }
}
