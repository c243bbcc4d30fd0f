//! Whether a scan result has its report.

use std::time::Duration;

use jiff::Timestamp;

use crate::tenable_sc::record::{ImportStatus, ScanResult, ScanStatus};

/// For how long after the end of its scan an import may still begin.
const GRACE: Duration = Duration::from_secs(60 * 60);

/// Whether a scan result has its report, and since when.
#[derive(Debug, PartialEq)]
pub(super) enum Readiness {
    /// Its scan or its import has not ended.
    NotYet,
    /// It has a report since then.
    Ready { time: Timestamp },
    /// It has none since then, and is not expected to have one.
    Never { time: Timestamp, reason: String },
}

impl Readiness {
    /// Since when, in milliseconds since 1970.
    pub(super) fn time(&self) -> Option<i64> {
        match self {
            Self::NotYet => None,
            Self::Ready { time } | Self::Never { time, .. } => Some(time.as_millisecond()),
        }
    }
}

/// Judges a record at a time by the server's clock.
pub(super) fn readiness(record: &ScanResult, now: Timestamp) -> Readiness {
    let status = record.status.as_ref();
    // If the scan's status is not known here, the import's status decides.
    let runs = |status: &ScanStatus| ScanStatus::KNOWN.contains(status) && !status.has_ended();
    if status.is_some_and(runs) {
        return Readiness::NotYet;
    }
    let after_grace = |time: Option<Timestamp>| {
        time.and_then(|time| time.checked_add(GRACE).ok()).filter(|time| *time <= now)
    };
    let imported = record.import_finish;
    let ended = record.finish_time.or(record.created_time);
    let settled = after_grace(ended);
    let failed = status == Some(&ScanStatus::Error);
    // The first text that there is.
    let reason = |texts: [Option<&String>; 2], otherwise: &str| {
        texts.into_iter().flatten().next().map_or_else(|| otherwise.to_owned(), Clone::clone)
    };
    let errors = [record.import_error_details.as_ref(), record.error_details.as_ref()];
    let never = |time: Option<Timestamp>, otherwise: &str| match time {
        Some(time) => Readiness::Never { time, reason: reason(errors, otherwise) },
        None => Readiness::NotYet,
    };
    match &record.import_status {
        Some(ImportStatus::Finished) | None if record.download_available == Some(false) => {
            // The server may still be about to make the report. The time differs from the one that
            // the report will have, so that the report is new when it is there.
            never(after_grace(imported.or(ended)), "there is no report to download")
        }
        Some(ImportStatus::Finished) | None => {
            let time = imported.or(settled);
            time.map_or(Readiness::NotYet, |time| Readiness::Ready { time })
        }
        Some(ImportStatus::Error) => {
            never(imported.or(settled), "the import of its results failed")
        }
        Some(ImportStatus::NoResults) if failed => never(ended, "the scan failed"),
        Some(ImportStatus::NoResults) => never(settled, "the scan ended without results"),
        Some(_) => Readiness::NotYet,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_000_000;

    /// Since when, and why there is no report.
    fn judged(fields: serde_json::Value) -> Option<(i64, Option<String>)> {
        let mut fields = fields;
        fields["id"] = json!("1");
        let record: ScanResult = serde_json::from_value(fields).unwrap();
        let now = Timestamp::from_second(NOW).unwrap();
        match readiness(&record, now) {
            Readiness::NotYet => None,
            Readiness::Ready { time } => Some((time.as_second(), None)),
            Readiness::Never { time, reason } => Some((time.as_second(), Some(reason))),
        }
    }

    #[test]
    fn a_report_is_ready_once_the_import_has_finished() {
        for import in ["No Results", "Import Pending", "Importing", "Blocked"] {
            let record =
                json!({ "status": "Completed", "importStatus": import, "finishTime": NOW });
            assert_eq!(judged(record), None, "{import}");
        }
        for status in ["Completed", "Partial", "Stopped", "Completed oddly"] {
            let record = json!({
                "status": status, "importStatus": "Finished", "importFinish": "700",
                "finishTime": "600", "downloadAvailable": "true",
            });
            assert_eq!(judged(record), Some((700, None)), "{status}");
        }
        for status in ["Queued", "Running", "Paused", "Stopping"] {
            let record =
                json!({ "status": status, "importStatus": "Finished", "importFinish": "700" });
            assert_eq!(judged(record), None, "{status}");
        }
    }

    #[test]
    fn without_an_import_time_it_is_one_hour_after_the_scan() {
        for (finished, expected) in [(NOW - 3600, Some((NOW, None))), (NOW - 3599, None)] {
            let record = json!({
                "status": "Completed", "importStatus": "Finished", "importFinish": "-1",
                "finishTime": finished,
            });
            assert_eq!(judged(record), expected);
            assert_eq!(judged(json!({ "status": "Completed", "finishTime": finished })), expected);
        }
    }

    #[test]
    fn a_report_that_is_not_available_yet_is_waited_for_and_comes_when_it_is() {
        let record = |import_finish: i64, available: bool| {
            json!({ "status": "Completed", "importStatus": "Finished", "finishTime": 5,
            "importFinish": import_finish, "downloadAvailable": available })
        };
        let recent = NOW - 3599;
        assert_eq!(judged(record(recent, false)), None);
        assert_eq!(judged(record(recent, true)), Some((recent, None)));
        // Its time differs from the one that it has once a report is there.
        let judgement = judged(record(NOW - 3600, false)).unwrap();
        assert_eq!((judgement.0, judgement.1.is_some()), (NOW, true));
        assert_eq!(judged(record(NOW - 3600, true)), Some((NOW - 3600, None)));
    }

    #[test]
    fn zero_is_not_a_time() {
        for none in ["0", "-1"] {
            let record = json!({
                "status": "Completed", "importStatus": "Finished", "importFinish": none,
                "finishTime": none, "createdTime": "700",
            });
            assert_eq!(judged(record), Some((700 + 3600, None)), "{none}");
            let record = json!({
                "status": "Completed", "importStatus": "Finished", "importFinish": none,
                "finishTime": none, "createdTime": none,
            });
            assert_eq!(judged(record), None, "{none}");
        }
    }

    #[test]
    fn a_result_that_gets_no_report_says_why() {
        for (record, time, reason) in [
            (
                json!({ "status": "Error", "importStatus": "No Results", "finishTime": NOW }),
                NOW,
                "the scan failed",
            ),
            (
                json!({ "status": "Error", "importStatus": "No Results", "createdTime": NOW - 5,
                "finishTime": "-1", "errorDetails": "No scanner." }),
                NOW - 5,
                "No scanner.",
            ),
            (
                json!({ "status": "Completed", "importStatus": "No Results", "finishTime": 5 }),
                3605,
                "the scan ended without results",
            ),
            (
                json!({ "status": "Completed", "importStatus": "Error", "finishTime": 5,
                "importFinish": 9, "importErrorDetails": "Disk full." }),
                9,
                "Disk full.",
            ),
            (
                json!({ "status": "Completed", "importStatus": "Finished", "importFinish": 9,
                "downloadAvailable": false }),
                3609,
                "there is no report to download",
            ),
        ] {
            assert_eq!(judged(record), Some((time, Some(reason.to_owned()))));
        }
    }
}
