//! The list of scan results.

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::error::ApiError;
use super::fields::listed;
use super::records::{Repository, ScanResult};
use super::state::State;
use crate::time::before;

/// How far back a list without a start goes.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The values of `filter`. `optimizeCompletedScans`, as the undocumented parameter
/// `optimizeCompletedScanResults`, only asks for speed, and changes nothing here.
const FILTERS: [&str; 5] =
    ["usable", "manageable", "optimizeCompletedScans", "running", "completed"];

/// How much of a list is written at a time.
const CHUNK: usize = 32 * 1024;

/// Which results a request asks for, and which of their fields.
pub(super) struct Query<'a> {
    pub(super) fields: Option<Vec<&'a str>>,
    pub(super) filters: Vec<&'a str>,
    pub(super) time_compare_field: Option<&'a str>,
    /// Seconds since 1970.
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
}

impl Query<'_> {
    /// Whether one of two opposite filters lets something through: neither means the same as both.
    fn either(&self, this: &str, other: &str) -> bool {
        self.filters.contains(&this) || !self.filters.contains(&other)
    }
}

/// Lists of results as they were at the time of the request.
#[derive(Clone)]
pub(super) struct Listing {
    lists: Vec<(&'static str, Vec<Arc<ScanResult>>)>,
    fields: Option<Vec<String>>,
    repositories: Arc<[Repository]>,
}

impl Listing {
    /// Both ends of the period belong to it. It is compared with the creation or the end of a scan,
    /// as `timeCompareField` says, unless the server ignores that.
    pub(super) fn new(state: &State, query: &Query<'_>) -> Result<Self, ApiError> {
        if let Some(unknown) = query.filters.iter().find(|filter| !FILTERS.contains(filter)) {
            return Err(ApiError::invalid(format!("filter: '{unknown}' is not accepted.\n")));
        }
        let by_creation = match query.time_compare_field {
            _ if state.settings.ignore_time_compare_field => true,
            None | Some("createdTime") => true,
            Some("finishTime") => false,
            Some(other) => {
                let message = format!("timeCompareField: '{other}' is not accepted.\n");
                return Err(ApiError::invalid(message));
            }
        };
        let start = query.start.unwrap_or_else(|| before(state.now, MONTH).as_second());
        let period = start..=query.end.unwrap_or_else(|| state.now.as_second());
        let matches = |result: &ScanResult| {
            let time = if by_creation { result.created } else { result.finished };
            let in_state = if result.is_over() {
                query.either("completed", "running")
            } else {
                query.either("running", "completed")
            };
            in_state && time.is_some_and(|time| period.contains(&time.as_second()))
        };
        let list = |listed: fn(&ScanResult) -> bool| {
            let results = state.results().filter(|result| listed(result) && matches(result));
            results.cloned().collect()
        };
        let mut lists: Vec<(_, Vec<_>)> = Vec::new();
        if query.either("usable", "manageable") {
            lists.push(("usable", list(|result| result.usable)));
        }
        if query.either("manageable", "usable") {
            lists.push(("manageable", list(|result| result.manageable)));
        }
        let fields = query.fields.as_ref();
        let fields = fields.map(|fields| fields.iter().map(|&field| field.to_owned()).collect());
        Ok(Self { lists, fields, repositories: Arc::clone(&state.repositories) })
    }

    /// Its JSON between two other texts, written while it is sent: whole, a list of many thousands
    /// would take a thousand times the memory of its results.
    pub(super) fn write(self, start: &str, end: &str) -> impl Iterator<Item = Bytes> + use<> {
        let Self { lists, fields, repositories } = self;
        let mut pieces = iter::once(format!("{start}{{"))
            .chain(lists.into_iter().enumerate().flat_map(move |(nth, (name, results))| {
                let (fields, repositories) = (fields.clone(), Arc::clone(&repositories));
                let begin = format!("{}\"{name}\":[", if nth == 0 { "" } else { "," });
                let results = results.into_iter().enumerate().map(move |(nth, result)| {
                    let comma = if nth == 0 { "" } else { "," };
                    let record = listed((&result, &repositories), fields.as_deref());
                    format!("{comma}{}", serde_json::Value::Object(record))
                });
                iter::once(begin).chain(results).chain(iter::once("]".to_owned()))
            }))
            .chain(iter::once(format!("}}{end}")));
        iter::from_fn(move || {
            let mut chunk = String::new();
            while chunk.len() < CHUNK {
                let Some(piece) = pieces.next() else { break };
                chunk += &piece;
            }
            (!chunk.is_empty()).then(|| chunk.into())
        })
    }
}
