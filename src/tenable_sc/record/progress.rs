//! How far a scan is, in all and on each scanner.

use serde_json::Value;

use super::{
    define::{read_from_any_object, record},
    values::ScanStatus,
};

record! {
    /// How far a scan is.
    ///
    /// What ends in `ips` here is a text that lists addresses and ranges, unless it is counted:
    /// [`total_ips`](Self::total_ips) and [`completed_ips`](Self::completed_ips).
    pub struct Progress {
        plain {
            /// How many addresses are done.
            completed_ips: u64 = "completedIPs";
            /// How many checks are done.
            completed_checks: u64 = "completedChecks";
            /// How many checks there are; `None` while that is not known.
            total_checks: u64 = "totalChecks";
            /// How many checks a host gets; `None` while that is not known.
            checks_per_host: u64 = "checksPerHost";
            /// How many addresses there are; `None` while that is not known.
            total_ips: u64 = "totalIPs";
            /// What the scanners are doing.
            run_state: &str = "runState";
            /// The state of the scan.
            status: ScanStatus = "status";
            /// The addresses that are being scanned.
            scanning_ips: &str = "scanningIPs";
            /// How many addresses are being scanned.
            scanning_size: u64 = "scanningSize";
            /// The addresses that were scanned.
            scanned_ips: &str = "scannedIPs";
            /// How many addresses were scanned.
            scanned_size: u64 = "scannedSize";
            /// The addresses whose results are yet to be fetched from the scanners.
            awaiting_download_ips: &str = "awaitingDownloadIPs";
            /// How many addresses' results are yet to be fetched from the scanners.
            awaiting_download_size: u64 = "awaitingDownloadSize";
            /// How many addresses were given to scanners.
            distributed_size: u64 = "distributedSize";
            /// The addresses where nothing answered.
            dead_host_ips: &str = "deadHostIPs";
            /// At how many addresses nothing answered.
            dead_host_size: u64 = "deadHostSize";
        }
        lists {
            /// The same for each scanner.
            scanners: ScannerProgress = "scanners";
        }
    }
}

record! {
    /// How far one scanner is with its part of a scan.
    ///
    /// What ends in `ips` here is a text that lists addresses and ranges, unless it is counted:
    /// [`total_ips`](Self::total_ips) and [`completed_ips`](Self::completed_ips).
    pub struct ScannerProgress {
        plain {
            /// The scanner's id.
            id: u64 = "id";
            /// Its name.
            name: &str = "name";
            /// Its description.
            description: &str = "description";
            /// The load of the machine that it runs on.
            load_average: f64 = "loadAvg";
            /// How many chunks of the scan it has done.
            completed_chunks: u64 = "chunkCompleted";
            /// The chunks that it was given, in a form that nobody documents.
            chunks: &[Value] = "chunks";
            /// How many addresses are done.
            completed_ips: u64 = "completedIPs";
            /// How many checks are done.
            completed_checks: u64 = "completedChecks";
            /// How many addresses it was given; `None` while that is not known.
            total_ips: u64 = "totalIPs";
            /// The addresses that are being scanned.
            scanning_ips: &str = "scanningIPs";
            /// How many addresses are being scanned.
            scanning_size: u64 = "scanningSize";
            /// The addresses that were scanned.
            scanned_ips: &str = "scannedIPs";
            /// How many addresses were scanned.
            scanned_size: u64 = "scannedSize";
            /// The addresses whose results are yet to be fetched from it.
            awaiting_download_ips: &str = "awaitingDownloadIPs";
            /// How many addresses' results are yet to be fetched from it.
            awaiting_download_size: u64 = "awaitingDownloadSize";
            /// How many addresses it was given.
            distributed_size: u64 = "distributedSize";
            /// The addresses where nothing answered.
            dead_host_ips: &str = "deadHostIPs";
            /// At how many addresses nothing answered.
            dead_host_size: u64 = "deadHostSize";
        }
    }
}

read_from_any_object!(Progress, ScannerProgress);

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
        assert_eq!(progress.completed_ips(), Some(200));
        assert_eq!(progress.total_checks(), None);
        assert_eq!(progress.scanning_ips(), Some("192.168.1.50"));
        assert_eq!(progress.scanning_size(), Some(1));
        assert_eq!(progress.awaiting_download_ips(), None);
        assert_eq!(progress.awaiting_download_size(), Some(0));
        assert_eq!(progress.status(), Some(ScanStatus::Running));
    }

    #[test]
    fn each_scanner_has_its_own() {
        let progress = progress(samples::progress());
        let [scanner] = progress.scanners().unwrap() else { panic!("one scanner") };
        assert_eq!(scanner.id(), Some(2));
        assert_eq!(scanner.load_average(), Some(0.25));
        assert_eq!(scanner.completed_chunks(), Some(4));
        assert_eq!(scanner.chunks().map(<[Value]>::len), Some(1));
    }

    #[test]
    fn a_list_that_is_not_of_records_is_kept_as_it_came() {
        let sent = json!({ "scanners": [{ "id": "2" }, "scanner 3"], "completedIPs": "1" });
        let progress = progress(sent.clone());
        assert_eq!(progress.scanners(), None);
        assert_eq!(progress.completed_ips(), Some(1));
        assert_eq!(progress.raw("scanners"), sent.get("scanners"));
        assert_eq!(serde_json::to_value(&progress).unwrap(), sent);
    }
}
