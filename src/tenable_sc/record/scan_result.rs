//! The record of a scan result.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::{
    progress::Progress,
    reference::{Group, RepositoryReference, ScanReference, User},
    values::{DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus},
    wire::{Wire, record},
};

record! {
    /// One run of a scan, or one imported report: how it went, and what became of its results.
    ///
    /// A record has the fields that were asked for, and the server may leave out more. So all but
    /// [`id`](Self::id), which servers always send, can be `None`.
    pub struct ScanResult {
        /// The id of the scan result.
        pub id: u64 = "id",
        /// The name of the scan.
        pub name: Option<String> = "name",
        /// Its description.
        pub description: Option<String> = "description",
        /// What it was run with: the name of its policy.
        pub details: Option<String> = "details",
        /// How far the scan is.
        pub status: Option<ScanStatus> = "status",
        /// Whether the scan still runs.
        pub running: Option<bool> = "running",
        /// Why the scan failed.
        pub error_details: Option<String> = "errorDetails",
        /// How far the import of its results is.
        pub import_status: Option<ImportStatus> = "importStatus",
        /// When the import began; `None` before.
        pub import_start: Option<Timestamp> = "importStart" as "Option<i64>",
        /// When the import ended; `None` before.
        pub import_finish: Option<Timestamp> = "importFinish" as "Option<i64>",
        /// How long the import took; `None` before its end.
        pub import_duration: Option<Duration> = "importDuration" as "Option<u64>",
        /// Why the import failed.
        pub import_error_details: Option<String> = "importErrorDetails",
        /// When the record was created. A list's times are compared with this one by default.
        pub created_time: Option<Timestamp> = "createdTime" as "Option<i64>",
        /// When the scan began; `None` before.
        pub start_time: Option<Timestamp> = "startTime" as "Option<i64>",
        /// When the scan ended; `None` before.
        pub finish_time: Option<Timestamp> = "finishTime" as "Option<i64>",
        /// How long the scan has run; `None` before it does.
        pub scan_duration: Option<Duration> = "scanDuration" as "Option<u64>",
        /// How many addresses there are to scan; `None` while that is not known.
        pub total_ips: Option<u64> = "totalIPs",
        /// How many addresses were scanned.
        pub scanned_ips: Option<u64> = "scannedIPs",
        /// How many addresses are done.
        pub completed_ips: Option<u64> = "completedIPs",
        /// How many checks there are; `None` while that is not known.
        pub total_checks: Option<u64> = "totalChecks",
        /// How many checks are done.
        pub completed_checks: Option<u64> = "completedChecks",
        /// How many checks a host gets; `None` while that is not known.
        pub checks_per_host: Option<u64> = "checksPerHost",
        /// What the findings are about.
        pub data_format: Option<DataFormat> = "dataFormat",
        /// How the findings were made.
        pub result_type: Option<ResultType> = "resultType",
        /// Where the result comes from.
        pub result_source: Option<ResultSource> = "resultSource",
        /// Whether there is a report to download.
        pub download_available: Option<bool> = "downloadAvailable",
        /// The form in which the report can be downloaded.
        pub download_format: Option<DownloadFormat> = "downloadFormat",
        /// Whether there is a file for the vendor's support to download.
        pub diagnostic_available: Option<bool> = "diagnosticAvailable",
        /// The id of the agent scan that the results were fetched from.
        pub agent_scan_uuid: Option<String> = "agentScanUUID",
        /// The id of what groups the runs of that agent scan.
        pub agent_scan_container_uuid: Option<String> = "agentScanContainerUUID",
        /// The name of the field that times are compared with.
        pub time_compare_field: Option<String> = "timeCompareField",
        /// The id of the synchronisation that the results came with; `None` for any other.
        pub results_sync_id: Option<u64> = "resultsSyncID",
        /// Whether the logged-in user may use the result.
        pub can_use: Option<bool> = "canUse",
        /// Whether the logged-in user may manage the result.
        pub can_manage: Option<bool> = "canManage",
        /// Who started the scan.
        pub initiator: Option<Box<User>> = "initiator",
        /// Who owns the result.
        pub owner: Option<Box<User>> = "owner",
        /// The group of the owner.
        pub owner_group: Option<Box<Group>> = "ownerGroup",
        /// The definition that the scan was run from. Where there is none, servers may still
        /// send a record: it has no id.
        pub scan: Option<Box<ScanReference>> = "scan",
        /// The repository that the results are imported into.
        pub repository: Option<Box<RepositoryReference>> = "repository",
        /// How far the scan is, in detail. Not in lists.
        pub progress: Option<Box<Progress>> = "progress",
        /// The groups that the result is shared with.
        pub groups: Option<Vec<Group>> = "groups",
    }
}

/// Ids of what the record refers to. Usually they are in the nested record (`owner.id`); a scan that
/// was just launched has only the ids (`ownerID`). Both are looked at.
impl ScanResult {
    /// The id of who started the scan.
    #[must_use]
    pub fn initiator_id(&self) -> Option<u64> {
        self.initiator.as_ref().and_then(|user| user.id).or_else(|| self.extra_id("initiatorID"))
    }

    /// The id of who owns the result.
    #[must_use]
    pub fn owner_id(&self) -> Option<u64> {
        self.owner.as_ref().and_then(|user| user.id).or_else(|| self.extra_id("ownerID"))
    }

    /// The id of the definition that the scan was run from; `None` where there is none.
    #[must_use]
    pub fn scan_id(&self) -> Option<u64> {
        self.scan.as_ref().and_then(|scan| scan.id).or_else(|| self.extra_id("scanID"))
    }

    /// The id of the repository that the results are imported into.
    #[must_use]
    pub fn repository_id(&self) -> Option<u64> {
        let id = self.repository.as_ref().and_then(|repository| repository.id);
        id.or_else(|| self.extra_id("repositoryID"))
    }

    /// The id of the job that runs the scan: `jobID`, or `job` as the vendor documents it.
    #[must_use]
    pub fn job_id(&self) -> Option<u64> {
        self.extra_id("jobID").or_else(|| self.extra_id("job"))
    }

    /// A number, or the id in a record.
    fn extra_id(&self, name: &str) -> Option<u64> {
        let value = self.extra.get(name)?;
        u64::read(value.get("id").unwrap_or(value).clone()).ok()
    }
}

impl ScanResult {
    /// Whether the scan has ended and its import too, successfully or not.
    ///
    /// Scan and import have statuses of their own: a scan can be [`Completed`](ScanStatus::Completed)
    /// before its import begins, and then this is false. For a scan that ended with
    /// [`NoResults`](ImportStatus::NoResults) it may never become true: the record does not show
    /// whether an import will still follow. Both statuses must be among the fields asked for.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.status.as_ref().is_some_and(ScanStatus::has_ended)
            && self.import_status.as_ref().is_some_and(ImportStatus::has_ended)
    }

    /// This record, with the fields that only `other` has, or that only `other` has typed.
    pub(super) fn completed_with(self, other: Self) -> Self {
        let untyped = self.extra.clone();
        let other_untyped = other.extra.clone();
        let mut fields = Map::from(self);
        for (name, value) in Map::from(other) {
            let is_missing = !fields.contains_key(&name);
            let is_better = untyped.contains_key(&name) && !other_untyped.contains_key(&name);
            if is_missing || is_better {
                fields.insert(name, value);
            }
        }
        Self::from_fields(fields)
    }
}

impl TryFrom<Map<String, Value>> for ScanResult {
    type Error = MissingId;

    fn try_from(fields: Map<String, Value>) -> Result<Self, MissingId> {
        match fields.get("id").map(|id| u64::read(id.clone())) {
            Some(Ok(_)) => Ok(Self::from_fields(fields)),
            _ => Err(MissingId { fields }),
        }
    }
}

impl<'de> Deserialize<'de> for ScanResult {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(Map::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// An object that is not a scan result: it has no id, or one that is not a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingId {
    fields: Map<String, Value>,
}

impl MissingId {
    /// The object.
    #[must_use]
    pub fn into_fields(self) -> Map<String, Value> {
        self.fields
    }
}

impl fmt::Display for MissingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scan result without a usable id")
    }
}

impl std::error::Error for MissingId {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::tenable_sc::record::{Field, samples};

    fn record(fields: Value) -> ScanResult {
        serde_json::from_value(fields).unwrap()
    }

    fn epoch(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn strings_become_numbers_times_and_flags() {
        let record = record(samples::whole());
        assert_eq!(record.id, 121);
        assert_eq!(record.name.as_deref(), Some("weekly"));
        assert_eq!(record.status, Some(ScanStatus::Running));
        assert_eq!(record.import_status, Some(ImportStatus::NoResults));
        assert_eq!(record.start_time, Some(epoch(1_550_189_100)));
        assert_eq!(record.created_time, Some(epoch(1_550_189_095)));
        assert_eq!(record.scan_duration, Some(Duration::from_secs(83)));
        assert_eq!(record.completed_ips, Some(200));
        assert_eq!(record.download_available, Some(true));
        assert_eq!(record.download_format, Some(DownloadFormat::V2));
        assert_eq!(record.data_format, Some(DataFormat::Ipv4));
        assert_eq!(record.result_type, Some(ResultType::Active));
        assert_eq!(record.result_source, Some(ResultSource::Internal));
        assert_eq!(record.can_manage, Some(false));
    }

    #[test]
    fn minus_one_empty_and_null_are_none_and_kept() {
        let record = record(samples::whole());
        assert_eq!(record.description, None);
        assert_eq!(record.import_start, None);
        assert_eq!(record.import_finish, None);
        assert_eq!(record.import_duration, None);
        assert_eq!(record.finish_time, None);
        assert_eq!(record.total_checks, None);
        assert_eq!(record.results_sync_id, None);
        assert_eq!(record.agent_scan_uuid, None);
        assert_eq!(record.extra.get("finishTime"), Some(&json!("-1")));
        assert_eq!(record.extra.get("noSuchField"), None);
    }

    #[test]
    fn records_within_the_record_are_records() {
        let record = record(samples::whole());
        let initiator = record.initiator.unwrap();
        assert_eq!(initiator.username.as_deref(), Some("ann"));
        assert_eq!(initiator.uuid.as_deref(), Some("77"));
        assert_eq!(record.owner.unwrap().last_name.as_deref(), Some("Bee"));
        assert_eq!(record.owner_group.unwrap().id, Some(0));
        assert_eq!(record.groups.unwrap().len(), 1);
        assert_eq!(record.repository.unwrap().name.as_deref(), Some("Main"));
        assert_eq!(record.progress.unwrap().scanned_size, Some(29));
    }

    #[test]
    fn ids_are_read_from_whole_records_and_from_flat_ones() {
        let whole = record(samples::whole());
        let flat = record(json!({
            "id": "9",
            "initiatorID": "1",
            "ownerID": 2,
            "scanID": "-1",
            "jobID": "4711",
            "repositoryID": "7",
        }));
        for record in [&whole, &flat] {
            assert_eq!(record.initiator_id(), Some(1));
            assert_eq!(record.owner_id(), Some(2));
            assert_eq!(record.scan_id(), None);
            assert_eq!(record.job_id(), Some(4711));
            assert_eq!(record.repository_id(), Some(7));
        }
        assert_eq!(record(json!({ "id": 1, "job": { "id": "5" } })).job_id(), Some(5));
        for job in [json!({ "id": -1 }), json!({}), json!([]), json!(null)] {
            assert_eq!(record(json!({ "id": 1, "job": job })).job_id(), None);
        }
    }

    #[test]
    fn an_untypable_value_affects_one_field_only() {
        let sent = json!({
            "id": 5,
            "name": 12,
            "status": "Hibernating",
            "startTime": { "date": "today" },
            "running": "maybe",
            "owner": "ann",
            "groups": ["all"],
            "progress": [],
            "totalIPs": [1, 2],
            "finishTime": "99999999999999",
        });
        let record = record(sent.clone());
        assert_eq!(record.id, 5);
        assert_eq!(record.name, None);
        assert_eq!(record.status, Some(ScanStatus::Other("Hibernating".to_owned())));
        assert_eq!(record.start_time, None);
        assert_eq!(record.running, None);
        assert_eq!(record.owner, None);
        assert_eq!(record.groups, None);
        assert_eq!(record.progress, None);
        assert_eq!(record.total_ips, None);
        assert_eq!(record.extra.len(), 8);
        assert_eq!(serde_json::to_value(&record).unwrap(), sent);
    }

    #[test]
    fn fields_of_newer_servers_are_kept() {
        let record = record(samples::whole());
        assert_eq!(record.extra.get("ioSyncStatus"), Some(&json!(null)));
        assert_eq!(record.extra.get("uuid"), Some(&json!("8A1C")));
    }

    #[test]
    fn a_field_that_was_set_later_counts() {
        let mut record = record(json!({ "id": 1, "finishTime": "-1" }));
        record.finish_time = Some(epoch(5));
        let written = serde_json::to_value(&record).unwrap();
        assert_eq!(written, json!({ "id": 1, "finishTime": 5 }));
        let mut made = ScanResult { id: 7, ..ScanResult::default() };
        made.status = Some(ScanStatus::Paused);
        assert_eq!(serde_json::to_value(&made).unwrap(), json!({ "id": 7, "status": "Paused" }));
    }

    #[test]
    fn without_a_usable_id_there_is_no_record() {
        for fields in [json!({}), json!({ "id": "-1" }), json!({ "id": null, "name": "a" })] {
            let error = serde_json::from_value::<ScanResult>(fields.clone()).unwrap_err();
            assert_eq!(error.to_string(), "a scan result without a usable id");
            let fields = fields.as_object().unwrap().clone();
            let missing = ScanResult::try_from(fields.clone()).unwrap_err();
            assert_eq!(missing.into_fields(), fields);
        }
        assert!(serde_json::from_str::<ScanResult>(r#""""#).is_err());
    }

    #[test]
    fn settled_is_a_scan_whose_import_has_ended() {
        let settled = |status: &str, import: &str| {
            record(json!({ "id": 1, "status": status, "importStatus": import })).is_settled()
        };
        assert!(settled("Completed", "Finished"));
        assert!(settled("Partial", "Error"));
        assert!(!settled("Completed", "Importing"));
        assert!(!settled("Completed", "No Results"));
        assert!(!settled("Running", "Finished"));
        assert!(!record(json!({ "id": 1, "status": "Completed" })).is_settled());
    }

    #[test]
    fn every_field_to_ask_for_is_a_field_of_the_record() {
        // `job_id` reads these two.
        let job = ["job", "jobID"];
        for field in Field::KNOWN {
            let name = field.as_str();
            assert!(job.contains(&name) || ScanResult::NAMES.contains(&name), "{name}");
        }
        for name in ScanResult::NAMES {
            assert!(
                *name == "checksPerHost" || Field::KNOWN.contains(&Field::from(*name)),
                "{name}"
            );
        }
    }

    #[test]
    fn debug_shows_the_fields_that_have_a_value() {
        let record = record(json!({ "id": "1", "startTime": "-1", "owner": { "id": "2" } }));
        assert_eq!(
            format!("{record:?}"),
            r#"ScanResult { id: 1, owner: Some(User { id: Some(2) }), extra: {"startTime": String("-1")} }"#
        );
    }

    #[test]
    fn a_record_is_no_larger_than_its_cost_in_a_list() {
        assert!(size_of::<ScanResult>() <= 720, "{}", size_of::<ScanResult>());
    }

    /// The names that stand in a JSON value, at any depth.
    fn names(value: &Value) -> usize {
        match value {
            Value::Object(fields) => fields.len() + fields.values().map(names).sum::<usize>(),
            Value::Array(items) => items.iter().map(names).sum(),
            _ => 0,
        }
    }

    proptest! {
        #[test]
        fn any_record_is_written_in_a_form_that_reads_the_same(sent in samples::scan_result()) {
            let record = record(sent.clone());
            let written = serde_json::to_value(&record).unwrap();
            let text = serde_json::to_string(&record).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ScanResult>(&text).unwrap(), &record);
            prop_assert_eq!(&Value::Object(record.clone().into()), &written);
            // Nothing is lost: not a name, and not a value that could not be typed.
            prop_assert_eq!(names(&written), names(&sent));
            for (name, value) in &record.extra {
                prop_assert_eq!(sent.get(name), Some(value));
            }
        }
    }
}
