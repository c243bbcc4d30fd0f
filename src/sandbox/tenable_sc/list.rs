//! The list of scan results.

use std::time::Duration;

use axum::extract::State;
use serde_json::{Map, Value};

use super::answer::{Answer, Refusal, Reply};
use super::body::Parameters;
use super::center::Shared;
use super::fields::listed;
use super::records::ScanResult;
use crate::sandbox::time::Moment;

/// How far back a list goes that names no start.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What `filter` may hold.
const FILTERS: [&str; 5] =
    ["usable", "manageable", "optimizeCompletedScans", "running", "completed"];

/// `GET scanResult`
///
/// `optimizeCompletedScanResults`, which is what the reference sends, and the documented filter
/// `optimizeCompletedScans` only ask for haste: they are taken, and change nothing here.
pub(super) async fn list(State(center): State<Shared>, parameters: Parameters) -> Answer {
    let wanted = Wanted::of(&parameters, center.now())?;
    let lists = center.with(|world| {
        let list = |kind: fn(&ScanResult) -> bool| -> Value {
            let results = world.results().filter(|result| kind(result) && wanted.has(result));
            results.map(|result| listed(result, wanted.fields.as_deref())).collect()
        };
        let mut lists = Map::new();
        if wanted.either("usable", "manageable") {
            lists.insert("usable".to_owned(), list(|result| result.can_use));
        }
        if wanted.either("manageable", "usable") {
            lists.insert("manageable".to_owned(), list(|result| result.can_manage));
        }
        lists
    });
    Ok(Reply::with(lists))
}

/// Which results a request wants to see, and what of them.
struct Wanted<'a> {
    fields: Option<Vec<&'a str>>,
    filters: Vec<&'a str>,
    /// When they were created, in seconds. Both ends belong to it.
    created: (i64, i64),
}

impl<'a> Wanted<'a> {
    fn of(parameters: &'a Parameters, now: Moment) -> Result<Self, Refusal> {
        let filters = parameters.list("filter").unwrap_or_default();
        if let Some(unknown) = filters.iter().find(|filter| !FILTERS.contains(filter)) {
            return Err(Refusal::invalid(format!("filter: '{unknown}' is not accepted.\n")));
        }
        let start = parameters.epoch("startTime")?;
        let end = parameters.epoch("endTime")?;
        Ok(Self {
            fields: parameters.list("fields"),
            filters,
            created: (start.unwrap_or(now.before(MONTH).seconds()), end.unwrap_or(now.seconds())),
        })
    }

    /// Whether one of two opposite filters lets something through: none means the same as both.
    fn either(&self, this: &str, other: &str) -> bool {
        self.filters.contains(&this) || !self.filters.contains(&other)
    }

    fn has(&self, result: &ScanResult) -> bool {
        let (start, end) = self.created;
        let in_state = if result.is_over() {
            self.either("completed", "running")
        } else {
            self.either("running", "completed")
        };
        in_state && (start..=end).contains(&result.created.seconds())
    }
}
