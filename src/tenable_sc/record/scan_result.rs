//! The record of a scan result.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::{
    define::record,
    progress::Progress,
    reference::{Group, RepositoryReference, ScanReference, User},
    values::{DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus},
    wire::{FromWire, IdOf},
};

record! {
    /// One run of a scan, or one imported report: how it went, and what became of its results.
    ///
    /// A record has the fields that were asked for, and the server may leave out more. So all but
    /// [`id`](Self::id), which servers always send, can be `None`.
    pub struct ScanResult {
        required {
            /// The id of the scan result.
            id: u64 = "id";
        }
        plain {
            /// The name of the scan.
            name: &str = "name";
            /// Its description.
            description: &str = "description";
            /// What it was run with: the name of its policy.
            details: &str = "details";
            /// How far the scan is.
            status: ScanStatus = "status";
            /// Whether the scan still runs.
            running: bool = "running";
            /// Why the scan failed.
            error_details: &str = "errorDetails";
            /// How far the import of its results is.
            import_status: ImportStatus = "importStatus";
            /// When the import began; `None` before.
            import_start: SystemTime = "importStart";
            /// When the import ended; `None` before.
            import_finish: SystemTime = "importFinish";
            /// How long the import took; `None` before its end.
            import_duration: Duration = "importDuration";
            /// Why the import failed.
            import_error_details: &str = "importErrorDetails";
            /// When the record was made. The list's time window is about this one.
            created_time: SystemTime = "createdTime";
            /// When the scan began; `None` before.
            start_time: SystemTime = "startTime";
            /// When the scan ended; `None` before.
            finish_time: SystemTime = "finishTime";
            /// How long the scan has run; `None` before it does.
            scan_duration: Duration = "scanDuration";
            /// How many addresses there are to scan; `None` while that is not known.
            total_ips: u64 = "totalIPs";
            /// How many addresses were scanned.
            scanned_ips: u64 = "scannedIPs";
            /// How many addresses are done.
            completed_ips: u64 = "completedIPs";
            /// How many checks there are; `None` while that is not known.
            total_checks: u64 = "totalChecks";
            /// How many checks are done.
            completed_checks: u64 = "completedChecks";
            /// How many checks a host gets; `None` while that is not known.
            checks_per_host: u64 = "checksPerHost";
            /// What the findings are about.
            data_format: DataFormat = "dataFormat";
            /// How the findings were made.
            result_type: ResultType = "resultType";
            /// Where the result comes from.
            result_source: ResultSource = "resultSource";
            /// Whether there is a report to download.
            download_available: bool = "downloadAvailable";
            /// The form in which the report can be downloaded.
            download_format: DownloadFormat = "downloadFormat";
            /// Whether there is a file for the vendor's support to download.
            diagnostic_available: bool = "diagnosticAvailable";
            /// The id of the agent scan that the results were fetched from.
            agent_scan_uuid: &str = "agentScanUUID";
            /// The id of what groups the runs of that agent scan.
            agent_scan_container_uuid: &str = "agentScanContainerUUID";
            /// The name of the field that times are compared with.
            time_compare_field: &str = "timeCompareField";
            /// The id of the synchronisation that the results came with; `None` for any other.
            results_sync_id: u64 = "resultsSyncID";
            /// Whether the logged-in user may use the result.
            can_use: bool = "canUse";
            /// Whether the logged-in user may manage the result.
            can_manage: bool = "canManage";
        }
        records {
            /// Who started the scan.
            initiator: User = "initiator";
            /// Who owns the result.
            owner: User = "owner";
            /// The group of the owner.
            owner_group: Group = "ownerGroup";
            /// The definition that the scan was run from. Where there is none, servers may still
            /// send a record: it has no id.
            scan: ScanReference = "scan";
            /// The repository that the results are imported into.
            repository: RepositoryReference = "repository";
            /// How far the scan is, in detail. Not in lists.
            progress: Progress = "progress";
        }
        lists {
            /// The groups that the result is shared with.
            groups: Group = "groups";
        }
        also {
            "initiatorID": u64,
            "ownerID": u64,
            "scanID": u64,
            "repositoryID": u64,
            "jobID": u64,
            "job": IdOf,
        }
    }
}

/// Ids of what the record refers to. A record that comes from the launch of a scan has only these,
/// any other has the id inside of the record referred to; they are read from either.
impl ScanResult {
    /// The id of who started the scan.
    #[must_use]
    pub fn initiator_id(&self) -> Option<u64> {
        self.initiator().and_then(User::id).or_else(|| self.read("initiatorID"))
    }

    /// The id of who owns the result.
    #[must_use]
    pub fn owner_id(&self) -> Option<u64> {
        self.owner().and_then(User::id).or_else(|| self.read("ownerID"))
    }

    /// The id of the definition that the scan was run from; `None` where there is none.
    #[must_use]
    pub fn scan_id(&self) -> Option<u64> {
        self.scan().and_then(ScanReference::id).or_else(|| self.read("scanID"))
    }

    /// The id of the repository that the results are imported into.
    #[must_use]
    pub fn repository_id(&self) -> Option<u64> {
        self.repository().and_then(RepositoryReference::id).or_else(|| self.read("repositoryID"))
    }

    /// The id of the job that runs the scan.
    #[must_use]
    pub fn job_id(&self) -> Option<u64> {
        let job = self.read("jobID").or_else(|| self.read("job"));
        job.map(|IdOf(id)| id)
    }
}

impl ScanResult {
    /// Whether the scan has ended and its import too, well or badly.
    ///
    /// This is never said too early, as the two go their own ways: a scan can be
    /// [`Completed`](ScanStatus::Completed) before its import begins. It may never be said of a
    /// scan that ended with [`NoResults`](ImportStatus::NoResults): the record does not show
    /// whether an import will still follow. Both statuses must be among the fields asked for.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.status().is_some_and(|status| status.has_ended())
            && self.import_status().is_some_and(|status| status.has_ended())
    }

    /// This record, with the fields that only `other` has.
    pub(super) fn completed_with(self, other: Self) -> Self {
        let id = self.id;
        let mut fields = Map::from(self);
        for (name, value) in Map::from(other) {
            fields.entry(name).or_insert(value);
        }
        Self::assemble(fields, id)
    }
}

impl TryFrom<Map<String, Value>> for ScanResult {
    type Error = MissingId;

    fn try_from(fields: Map<String, Value>) -> Result<Self, MissingId> {
        match fields.get("id").and_then(u64::from_wire) {
            Some(id) => Ok(Self::assemble(fields, id)),
            None => Err(MissingId { fields }),
        }
    }
}

impl<'de> Deserialize<'de> for ScanResult {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(Map::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// An object that is no scan result, as it has no id, or one that can't be read.
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

    fn epoch(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn strings_become_numbers_times_and_flags() {
        let record = record(samples::whole());
        assert_eq!(record.id(), 121);
        assert_eq!(record.name(), Some("weekly"));
        assert_eq!(record.status(), Some(ScanStatus::Running));
        assert_eq!(record.import_status(), Some(ImportStatus::NoResults));
        assert_eq!(record.start_time(), Some(epoch(1_550_189_100)));
        assert_eq!(record.created_time(), Some(epoch(1_550_189_095)));
        assert_eq!(record.scan_duration(), Some(Duration::from_secs(83)));
        assert_eq!(record.completed_ips(), Some(200));
        assert_eq!(record.download_available(), Some(true));
        assert_eq!(record.download_format(), Some(DownloadFormat::V2));
        assert_eq!(record.data_format(), Some(DataFormat::Ipv4));
        assert_eq!(record.result_type(), Some(ResultType::Active));
        assert_eq!(record.result_source(), Some(ResultSource::Internal));
        assert_eq!(record.can_manage(), Some(false));
    }

    #[test]
    fn minus_one_empty_and_null_are_none() {
        let record = record(samples::whole());
        assert_eq!(record.description(), None);
        assert_eq!(record.import_start(), None);
        assert_eq!(record.import_finish(), None);
        assert_eq!(record.import_duration(), None);
        assert_eq!(record.finish_time(), None);
        assert_eq!(record.total_checks(), None);
        assert_eq!(record.results_sync_id(), None);
        assert_eq!(record.agent_scan_uuid(), None);
        assert_eq!(record.raw("finishTime"), Some(&json!("-1")));
        assert_eq!(record.raw("noSuchField"), None);
    }

    #[test]
    fn records_within_the_record_are_lent() {
        let record = record(samples::whole());
        assert_eq!(record.initiator().and_then(User::username), Some("ann"));
        assert_eq!(record.initiator().and_then(User::uuid), Some("77"));
        assert_eq!(record.owner().and_then(User::last_name), Some("Bee"));
        assert_eq!(record.owner_group().and_then(Group::id), Some(0));
        assert_eq!(record.groups().map(<[Group]>::len), Some(1));
        assert_eq!(record.repository().and_then(RepositoryReference::name), Some("Main"));
        assert_eq!(record.progress().and_then(Progress::scanned_size), Some(29));
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
        assert_eq!(flat.unknown().count(), 0);
    }

    #[test]
    fn surprises_cost_one_field_only() {
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
        });
        let record = record(sent.clone());
        assert_eq!(record.id(), 5);
        assert_eq!(record.name(), None);
        assert_eq!(record.status(), Some(ScanStatus::Other("Hibernating".to_owned())));
        assert_eq!(record.start_time(), None);
        assert_eq!(record.running(), None);
        assert_eq!(record.owner(), None);
        assert_eq!(record.groups(), None);
        assert_eq!(record.progress(), None);
        assert_eq!(record.total_ips(), None);
        assert_eq!(record.raw("owner"), Some(&json!("ann")));
        assert_eq!(serde_json::to_value(&record).unwrap(), sent);
    }

    #[test]
    fn fields_of_newer_servers_are_kept() {
        let record = record(samples::whole());
        let unknown: Vec<_> = record.unknown().collect();
        assert_eq!(unknown, [("ioSyncStatus", &json!(null)), ("uuid", &json!("8A1C"))]);
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
    fn every_field_to_ask_for_has_an_accessor() {
        for field in Field::KNOWN {
            assert!(ScanResult::KNOWN.contains(&field.as_str()), "{field}");
        }
        let other = ["checksPerHost", "initiatorID", "ownerID", "scanID", "repositoryID"];
        for name in ScanResult::KNOWN {
            assert!(other.contains(name) || Field::KNOWN.contains(&Field::from(*name)), "{name}");
        }
    }

    #[test]
    fn debug_shows_what_was_sent() {
        let record = record(json!({ "id": "1", "startTime": "-1", "owner": { "id": "2" } }));
        let shown = r#"ScanResult { id: "1", startTime: "-1", owner: User { id: "2" } }"#;
        assert_eq!(format!("{record:?}"), shown);
    }

    #[test]
    fn the_usual_form_is_written_as_it_was_read() {
        let record = record(samples::whole());
        assert_eq!(serde_json::to_value(&record).unwrap(), samples::whole());
        assert_eq!(Value::Object(record.into()), samples::whole());
    }

    proptest! {
        #[test]
        fn any_record_is_written_as_it_was_read(sent in samples::scan_result()) {
            let record = record(sent.clone());
            prop_assert_eq!(serde_json::to_value(&record).unwrap(), sent.clone());
            let text = serde_json::to_string(&record).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ScanResult>(&text).unwrap(), &record);
            prop_assert_eq!(Value::Object(record.into()), sent);
        }
    }
}
