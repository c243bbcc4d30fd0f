//! Which fields of a scan result to ask for.

use crate::tenable_sc::names::names;

names! {
    /// A field of a scan result, for the calls that let the server send some fields only.
    ///
    /// Any other field that a server has is asked for by its name: `Field::from("ioSyncStatus")`.
    pub enum Field {
        /// [`id`](super::ScanResult::id), which servers always send.
        Id = "id",
        /// [`name`](super::ScanResult::name).
        Name = "name",
        /// [`description`](super::ScanResult::description).
        Description = "description",
        /// [`details`](super::ScanResult::details).
        Details = "details",
        /// [`status`](super::ScanResult::status).
        Status = "status",
        /// [`running`](super::ScanResult::running).
        Running = "running",
        /// [`error_details`](super::ScanResult::error_details).
        ErrorDetails = "errorDetails",
        /// [`import_status`](super::ScanResult::import_status).
        ImportStatus = "importStatus",
        /// [`import_start`](super::ScanResult::import_start).
        ImportStart = "importStart",
        /// [`import_finish`](super::ScanResult::import_finish).
        ImportFinish = "importFinish",
        /// [`import_duration`](super::ScanResult::import_duration).
        ImportDuration = "importDuration",
        /// [`import_error_details`](super::ScanResult::import_error_details).
        ImportErrorDetails = "importErrorDetails",
        /// [`created_time`](super::ScanResult::created_time).
        CreatedTime = "createdTime",
        /// [`start_time`](super::ScanResult::start_time).
        StartTime = "startTime",
        /// [`finish_time`](super::ScanResult::finish_time).
        FinishTime = "finishTime",
        /// [`scan_duration`](super::ScanResult::scan_duration).
        ScanDuration = "scanDuration",
        /// [`total_ips`](super::ScanResult::total_ips).
        TotalIps = "totalIPs",
        /// [`scanned_ips`](super::ScanResult::scanned_ips).
        ScannedIps = "scannedIPs",
        /// [`completed_ips`](super::ScanResult::completed_ips).
        CompletedIps = "completedIPs",
        /// [`total_checks`](super::ScanResult::total_checks).
        TotalChecks = "totalChecks",
        /// [`completed_checks`](super::ScanResult::completed_checks).
        CompletedChecks = "completedChecks",
        /// [`data_format`](super::ScanResult::data_format).
        DataFormat = "dataFormat",
        /// [`result_type`](super::ScanResult::result_type).
        ResultType = "resultType",
        /// [`result_source`](super::ScanResult::result_source).
        ResultSource = "resultSource",
        /// [`download_available`](super::ScanResult::download_available).
        DownloadAvailable = "downloadAvailable",
        /// [`download_format`](super::ScanResult::download_format).
        DownloadFormat = "downloadFormat",
        /// [`diagnostic_available`](super::ScanResult::diagnostic_available).
        DiagnosticAvailable = "diagnosticAvailable",
        /// [`agent_scan_uuid`](super::ScanResult::agent_scan_uuid).
        AgentScanUuid = "agentScanUUID",
        /// [`agent_scan_container_uuid`](super::ScanResult::agent_scan_container_uuid).
        AgentScanContainerUuid = "agentScanContainerUUID",
        /// [`time_compare_field`](super::ScanResult::time_compare_field).
        TimeCompareField = "timeCompareField",
        /// [`results_sync_id`](super::ScanResult::results_sync_id).
        ResultsSyncId = "resultsSyncID",
        /// [`can_use`](super::ScanResult::can_use).
        CanUse = "canUse",
        /// [`can_manage`](super::ScanResult::can_manage).
        CanManage = "canManage",
        /// [`initiator`](super::ScanResult::initiator).
        Initiator = "initiator",
        /// [`owner`](super::ScanResult::owner).
        Owner = "owner",
        /// [`owner_group`](super::ScanResult::owner_group).
        OwnerGroup = "ownerGroup",
        /// [`groups`](super::ScanResult::groups).
        Groups = "groups",
        /// [`scan`](super::ScanResult::scan).
        Scan = "scan",
        /// [`repository`](super::ScanResult::repository).
        Repository = "repository",
        /// [`job_id`](super::ScanResult::job_id), as the vendor's documentation names it.
        Job = "job",
        /// [`job_id`](super::ScanResult::job_id), as servers name it in their responses.
        JobId = "jobID",
        /// [`progress`](super::ScanResult::progress). Not in a list: servers send it by id only.
        Progress = "progress",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_field_can_be_named() {
        assert_eq!(Field::from("startTime"), Field::StartTime);
        assert_eq!(Field::from("ioSyncStatus"), Field::Other("ioSyncStatus".to_owned()));
        assert_eq!(Field::AgentScanContainerUuid.as_str(), "agentScanContainerUUID");
        assert_eq!(Field::from("pluginSet").as_str(), "pluginSet");
    }
}
