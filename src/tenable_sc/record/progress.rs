//! How far a scan is: overall, and on each scanner.

use serde_json::Value;

use super::{
    values::ScanStatus,
    wire::{from_any_object, record},
};

record! {
    /// How far a scan is.
    ///
    /// [`total_ips`](Self::total_ips) and [`completed_ips`](Self::completed_ips) are counts. Any other
    /// field whose name ends in `ips` is a string that lists addresses and ranges.
    pub struct Progress {
        /// How many addresses are done.
        pub completed_ips: Option<u64> = "completedIPs",
        /// How many checks are done.
        pub completed_checks: Option<u64> = "completedChecks",
        /// How many checks there are; `None` while that is not known.
        pub total_checks: Option<u64> = "totalChecks",
        /// How many checks a host gets; `None` while that is not known.
        pub checks_per_host: Option<u64> = "checksPerHost",
        /// How many addresses there are; `None` while that is not known.
        pub total_ips: Option<u64> = "totalIPs",
        /// What the scanners are doing.
        pub run_state: Option<String> = "runState",
        /// The state of the scan.
        pub status: Option<ScanStatus> = "status",
        /// The addresses that are being scanned.
        pub scanning_ips: Option<String> = "scanningIPs",
        /// How many addresses are being scanned.
        pub scanning_size: Option<u64> = "scanningSize",
        /// The addresses that were scanned.
        pub scanned_ips: Option<String> = "scannedIPs",
        /// How many addresses were scanned.
        pub scanned_size: Option<u64> = "scannedSize",
        /// The addresses whose results are yet to be fetched from the scanners.
        pub awaiting_download_ips: Option<String> = "awaitingDownloadIPs",
        /// How many addresses' results are yet to be fetched from the scanners.
        pub awaiting_download_size: Option<u64> = "awaitingDownloadSize",
        /// How many addresses were given to scanners.
        pub distributed_size: Option<u64> = "distributedSize",
        /// The addresses that did not respond.
        pub dead_host_ips: Option<String> = "deadHostIPs",
        /// The number of addresses that did not respond.
        pub dead_host_size: Option<u64> = "deadHostSize",
        /// The progress of each scanner.
        pub scanners: Option<Vec<ScannerProgress>> = "scanners",
    }
}

record! {
    /// How far one scanner is with its part of a scan.
    ///
    /// [`total_ips`](Self::total_ips) and [`completed_ips`](Self::completed_ips) are counts. Any other
    /// field whose name ends in `ips` is a string that lists addresses and ranges.
    pub struct ScannerProgress {
        /// The scanner's id.
        pub id: Option<u64> = "id",
        /// Its name.
        pub name: Option<String> = "name",
        /// Its description.
        pub description: Option<String> = "description",
        /// The load of the machine that it runs on.
        pub load_average: Option<f64> = "loadAvg",
        /// How many chunks of the scan it has done.
        pub completed_chunks: Option<u64> = "chunkCompleted",
        /// The chunks that it was given, in a form that is not documented.
        pub chunks: Option<Vec<Value>> = "chunks",
        /// How many addresses are done.
        pub completed_ips: Option<u64> = "completedIPs",
        /// How many checks are done.
        pub completed_checks: Option<u64> = "completedChecks",
        /// How many addresses it was given; `None` while that is not known.
        pub total_ips: Option<u64> = "totalIPs",
        /// The addresses that are being scanned.
        pub scanning_ips: Option<String> = "scanningIPs",
        /// How many addresses are being scanned.
        pub scanning_size: Option<u64> = "scanningSize",
        /// The addresses that were scanned.
        pub scanned_ips: Option<String> = "scannedIPs",
        /// How many addresses were scanned.
        pub scanned_size: Option<u64> = "scannedSize",
        /// The addresses whose results are yet to be fetched from it.
        pub awaiting_download_ips: Option<String> = "awaitingDownloadIPs",
        /// How many addresses' results are yet to be fetched from it.
        pub awaiting_download_size: Option<u64> = "awaitingDownloadSize",
        /// How many addresses it was given.
        pub distributed_size: Option<u64> = "distributedSize",
        /// The addresses that did not respond.
        pub dead_host_ips: Option<String> = "deadHostIPs",
        /// The number of addresses that did not respond.
        pub dead_host_size: Option<u64> = "deadHostSize",
    }
}

from_any_object!(Progress, ScannerProgress);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tenable_sc::record::samples;

    fn progress(fields: Value) -> Progress {
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn counts_are_numbers_and_address_lists_are_texts() {
        let progress = progress(samples::progress());
        assert_eq!(progress.completed_ips, Some(200));
        assert_eq!(progress.total_checks, None);
        assert_eq!(progress.scanning_ips.as_deref(), Some("192.168.1.50"));
        assert_eq!(progress.scanning_size, Some(1));
        assert_eq!(progress.awaiting_download_ips, None);
        assert_eq!(progress.awaiting_download_size, Some(0));
        assert_eq!(progress.status, Some(ScanStatus::Running));
    }

    #[test]
    fn each_scanner_has_its_own() {
        let progress = progress(samples::progress());
        let [scanner] = progress.scanners.as_deref().unwrap() else { panic!("one scanner") };
        assert_eq!(scanner.id, Some(2));
        assert_eq!(scanner.load_average, Some(0.25));
        assert_eq!(scanner.completed_chunks, Some(4));
        assert_eq!(scanner.chunks.as_ref().map(Vec::len), Some(1));
    }

    #[test]
    fn a_list_that_is_not_of_records_is_kept_as_it_came() {
        let sent = json!({ "scanners": [{ "id": "2" }, "scanner 3"], "completedIPs": 1 });
        let progress = progress(sent.clone());
        assert_eq!(progress.scanners, None);
        assert_eq!(progress.completed_ips, Some(1));
        assert_eq!(progress.extra.get("scanners"), sent.get("scanners"));
        assert_eq!(serde_json::to_value(&progress).unwrap(), sent);
    }
}
