//! The list of scan results.

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::error::ApiError;
use super::extract::Parameters;
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

/// Lists of results as they were at the time of the request.
#[derive(Clone)]
pub(super) struct Listing {
    lists: Vec<(&'static str, Vec<Arc<ScanResult>>)>,
    fields: Option<Vec<String>>,
    repositories: Arc<[Repository]>,
}

impl Listing {
    /// Both ends of the period belong to it. It is compared with the creation or the end of a scan,
    /// as `timeCompareField` says, unless the server ignores that. Of two opposite filters neither
    /// means the same as both.
    pub(super) fn new(state: &State, parameters: &Parameters) -> Result<Self, ApiError> {
        let filters = parameters.list("filter").unwrap_or_default();
        if let Some(unknown) = filters.iter().find(|filter| !FILTERS.contains(filter)) {
            return Err(ApiError::not_accepted("filter", unknown));
        }
        let shows = |this, opposite| filters.contains(&this) || !filters.contains(&opposite);
        let by_creation = match parameters.text("timeCompareField") {
            _ if state.settings.ignore_time_compare_field => true,
            None | Some("createdTime") => true,
            Some("finishTime") => false,
            Some(other) => return Err(ApiError::not_accepted("timeCompareField", other)),
        };
        let start = parameters.epoch("startTime")?;
        let start = start.unwrap_or_else(|| before(state.now, MONTH).as_second());
        let period = start..=parameters.epoch("endTime")?.unwrap_or(state.now.as_second());
        let (running, completed) = (shows("running", "completed"), shows("completed", "running"));
        let matches = |result: &ScanResult| {
            let time = if by_creation { result.created } else { result.finished };
            let in_state = if result.is_over() { completed } else { running };
            in_state && time.is_some_and(|time| period.contains(&time.as_second()))
        };
        let list = |listed: fn(&ScanResult) -> bool| {
            let results = state.results().filter(|result| listed(result) && matches(result));
            results.cloned().collect()
        };
        let mut lists: Vec<(_, Vec<_>)> = Vec::new();
        if shows("usable", "manageable") {
            lists.push(("usable", list(|result| result.usable)));
        }
        if shows("manageable", "usable") {
            lists.push(("manageable", list(|result| result.manageable)));
        }
        let fields = parameters.list("fields");
        let fields = fields.map(|fields| fields.into_iter().map(str::to_owned).collect());
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
