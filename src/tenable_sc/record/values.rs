//! The open enumerations of a scan result.

use scanops_nessus::open_enum;

open_enum! {
    /// How far a scan is. How far its results are is [`ImportStatus`].
    pub enum ScanStatus {
        /// It is in the server's queue.
        Queued = "Queued",
        /// The server prepares it.
        Preparing = "Preparing",
        /// The server looks up host names.
        ResolvingHostnames = "Resolving Hostnames",
        /// The server checks what is to be scanned.
        VerifyingTargets = "Verifying Targets",
        /// The server prepares the scanners.
        InitializingScanners = "Initializing Scanners",
        /// It runs.
        Running = "Running",
        /// A user paused it, and the scanners have not paused yet.
        Pausing = "Pausing",
        /// It is paused, and can be resumed.
        Paused = "Paused",
        /// A user resumed it, and the scanners have not resumed yet.
        Resuming = "Resuming",
        /// A user stopped it, and the scanners have not stopped yet.
        Stopping = "Stopping",
        /// A user stopped it.
        Stopped = "Stopped",
        /// It ran to its end.
        Completed = "Completed",
        /// It ended before all targets were scanned.
        Partial = "Partial",
        /// It failed.
        Error = "Error",
    }
}

impl ScanStatus {
    /// Whether the scan has ended, successfully or not, and can't be resumed.
    ///
    /// A paused scan has not ended. Nor has one whose status this crate does not know: it is better to
    /// wait until a deadline than to take a scan that still runs for a finished one.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Stopped | Self::Completed | Self::Partial | Self::Error)
    }
}

open_enum! {
    /// How far the results of a scan are on their way into the repository.
    pub enum ImportStatus {
        /// There is nothing to import: not yet, or not at all. See
        /// [`has_ended`](ImportStatus::has_ended).
        NoResults = "No Results",
        /// The import is in the server's queue.
        ImportPending = "Import Pending",
        /// The import runs.
        Importing = "Importing",
        /// The results are in the repository.
        Finished = "Finished",
        /// The import failed.
        Error = "Error",
    }
}

impl ImportStatus {
    /// Whether the import has ended, successfully or not.
    ///
    /// [`NoResults`](Self::NoResults) is the status of scans that still run and of scans that ended
    /// without results, so by itself it is not an end. Nor is a status that this crate does not know.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Finished | Self::Error)
    }
}

open_enum! {
    /// The form in which the report of a scan can be downloaded.
    pub enum DownloadFormat {
        /// A `.nessus` document, version 2.
        V2 = "v2",
        /// SCAP 1.2.
        Scap1_2 = "scap1_2",
    }
}

open_enum! {
    /// What the findings of a scan or of a repository are about.
    pub enum DataFormat {
        /// Hosts that an agent runs on.
        Agent = "agent",
        /// Hosts with IPv4 addresses.
        Ipv4 = "IPv4",
        /// Hosts with IPv6 addresses.
        Ipv6 = "IPv6",
        /// Mobile devices.
        Mobile = "mobile",
        /// Any of them.
        Universal = "universal",
    }
}

open_enum! {
    /// How the findings of a scan were made.
    pub enum ResultType {
        /// By asking the hosts.
        Active = "active",
        /// By listening to the network.
        Passive = "passive",
    }
}

open_enum! {
    /// Where a scan result comes from.
    pub enum ResultSource {
        /// A scan of this server.
        Internal = "internal",
        /// Somewhere else.
        External = "external",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_ends_in_four_ways() {
        let ended: Vec<_> = ScanStatus::KNOWN.iter().filter(|status| status.has_ended()).collect();
        let four =
            [ScanStatus::Stopped, ScanStatus::Completed, ScanStatus::Partial, ScanStatus::Error];
        assert_eq!(ended, four.iter().collect::<Vec<_>>());
        assert!(!ScanStatus::from("Hibernating").has_ended());
    }

    #[test]
    fn an_import_ends_in_two_ways() {
        assert!(ImportStatus::Finished.has_ended());
        assert!(ImportStatus::Error.has_ended());
        for status in ["No Results", "Import Pending", "Importing", "Undecided"] {
            assert!(!ImportStatus::from(status).has_ended(), "{status}");
        }
    }
}
