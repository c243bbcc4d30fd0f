//! The list of scan results.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;

use super::answer::{Refusal, Reply};
use super::body::Parameters;
use super::center::Shared;
use super::fields::listed;
use super::records::Record;
use crate::time::Moment;

/// How far back a list goes that names no start.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What `filter` may hold.
const FILTERS: [&str; 5] =
    ["usable", "manageable", "optimizeCompletedScans", "running", "completed"];

/// How much of a list is written at a time.
const CHUNK: usize = 32 * 1024;

/// `GET scanResult`
///
/// `timeCompareField` chooses the time that `startTime` and `endTime` are compared with, unless the
/// server was set to ignore it. `optimizeCompletedScanResults`, which is what the reference sends, and the documented filter
/// `optimizeCompletedScans` only ask for haste: they are taken, and change nothing here.
pub(super) async fn list(
    State(center): State<Shared>,
    parameters: Parameters,
) -> Result<Reply, Refusal> {
    let ignores = center.with(|world| world.orders.ignore_time_compare_field);
    let wanted = Wanted::of(&parameters, center.now(), ignores)?;
    let lists = center.with(|world| {
        let list = |kind: fn(&Record) -> bool| {
            let results = world.results().rev();
            results.filter(|result| kind(result) && wanted.has(result)).cloned().collect()
        };
        let mut lists = Vec::new();
        // From the last: they are written from the end.
        if wanted.either("manageable", "usable") {
            lists.push(("manageable", list(|result| result.can_manage)));
        }
        if wanted.either("usable", "manageable") {
            lists.push(("usable", list(|result| result.can_use)));
        }
        lists
    });
    let fields = wanted.fields.map(|fields| fields.into_iter().map(str::to_owned).collect());
    Ok(Reply::listing(Listing { lists, fields, begun: false, inside: false }))
}

/// Which results a request wants to see, and what of them.
struct Wanted<'a> {
    fields: Option<Vec<&'a str>>,
    filters: Vec<&'a str>,
    /// When they were created or finished, in seconds. Both ends belong to it.
    period: (i64, i64),
    /// Whether that is when they finished.
    by_finish_time: bool,
}

impl<'a> Wanted<'a> {
    fn of(
        parameters: &'a Parameters,
        now: Moment,
        ignores_time_compare_field: bool,
    ) -> Result<Self, Refusal> {
        let filters = parameters.list("filter").unwrap_or_default();
        if let Some(unknown) = filters.iter().find(|filter| !FILTERS.contains(filter)) {
            return Err(Refusal::invalid(format!("filter: '{unknown}' is not accepted.\n")));
        }
        let by_finish_time = match parameters.text("timeCompareField") {
            _ if ignores_time_compare_field => false,
            None | Some("createdTime") => false,
            Some("finishTime") => true,
            Some(other) => {
                let message = format!("timeCompareField: '{other}' is not accepted.\n");
                return Err(Refusal::invalid(message));
            }
        };
        let start = parameters.epoch("startTime")?;
        let end = parameters.epoch("endTime")?;
        Ok(Self {
            fields: parameters.list("fields"),
            filters,
            by_finish_time,
            period: (start.unwrap_or(now.before(MONTH).seconds()), end.unwrap_or(now.seconds())),
        })
    }

    /// Whether one of two opposite filters lets something through: none means the same as both.
    fn either(&self, this: &str, other: &str) -> bool {
        self.filters.contains(&this) || !self.filters.contains(&other)
    }

    fn has(&self, result: &Record) -> bool {
        let (start, end) = self.period;
        let time = if self.by_finish_time { result.finished } else { Some(result.created) };
        let in_state = if result.is_over() {
            self.either("completed", "running")
        } else {
            self.either("running", "completed")
        };
        in_state && time.is_some_and(|time| (start..=end).contains(&time.seconds()))
    }
}

/// Lists that are written while they are sent: a list of many thousands would take a thousand
/// times the memory of its results otherwise. All of it shows the moment of the request.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// The lists that are still to be written, and what is left of them, from the end.
    lists: Vec<(&'static str, Vec<Arc<Record>>)>,
    fields: Option<Vec<String>>,
    /// Whether a list was written before.
    begun: bool,
    /// Whether one is being written.
    inside: bool,
}

impl Listing {
    /// Writes on. False where nothing is left.
    pub(super) fn write(&mut self, to: &mut Vec<u8>) -> serde_json::Result<bool> {
        while to.len() < CHUNK {
            let Some((name, results)) = self.lists.last_mut() else {
                to.extend_from_slice(if self.begun { b"}" } else { b"{}" });
                return Ok(false);
            };
            if !self.inside {
                to.push(if self.begun { b',' } else { b'{' });
                serde_json::to_writer(&mut *to, name)?;
                to.extend_from_slice(b":[");
                self.begun = true;
            }
            if let Some(result) = results.pop() {
                if std::mem::replace(&mut self.inside, true) && to.last() != Some(&b'[') {
                    to.push(b',');
                }
                serde_json::to_writer(&mut *to, &listed(&result, self.fields.as_deref()))?;
            } else {
                to.push(b']');
                self.lists.pop();
                self.inside = false;
            }
        }
        Ok(true)
    }
}
