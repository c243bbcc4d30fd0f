//! The open enumerations of the InsightVM API.

use crate::open_enum::open_enum;

open_enum! {
    /// The state of a scan engine, seen from the console.
    pub enum ScanEngineStatus {
        /// The engine works.
        Active = "active",
        /// The engine's software does not match the console's.
        IncompatibleVersion = "incompatible-version",
        /// The engine does not answer.
        NotResponding = "not-responding",
        /// The console may not connect to the engine yet.
        PendingAuthorization = "pending-authorization",
        /// The console does not know.
        Unknown = "unknown",
    }
}

open_enum! {
    /// The state of a scan.
    pub enum ScanStatus {
        /// The console gave up on it.
        Aborted = "aborted",
        /// The console does not know.
        Unknown = "unknown",
        /// It runs.
        Running = "running",
        /// It ran to its end.
        Finished = "finished",
        /// Somebody stopped it.
        Stopped = "stopped",
        /// It failed.
        Error = "error",
        /// Somebody paused it.
        Paused = "paused",
        /// It was handed to an engine.
        Dispatched = "dispatched",
        /// Its results are being taken over into the console.
        Integrating = "integrating",
    }
}

open_enum! {
    /// What started a scan.
    pub enum ScanType {
        /// An automated action.
        Automated = "Automated",
        /// A person.
        Manual = "Manual",
        /// A schedule.
        Scheduled = "Scheduled",
    }
}

open_enum! {
    /// How a site gets its assets.
    pub enum SiteType {
        /// From agents.
        Agent = "agent",
        /// From a discovery connection.
        Dynamic = "dynamic",
        /// From a list of addresses.
        Static = "static",
    }
}

open_enum! {
    /// The discovery connection of a dynamic site.
    pub enum SiteConnectionType {
        /// Mobile devices, from Exchange by LDAP.
        ActivesyncLdap = "activesync-ldap",
        /// Mobile devices, from Office 365.
        ActivesyncOffice365 = "activesync-office365",
        /// Mobile devices, from Exchange by PowerShell.
        ActivesyncPowershell = "activesync-powershell",
        /// Amazon Web Services.
        Aws = "aws",
        /// Leases of DHCP servers.
        Dhcp = "dhcp",
        /// Rapid7's Project Sonar.
        Sonar = "sonar",
        /// VMware vSphere.
        Vsphere = "vsphere",
    }
}
