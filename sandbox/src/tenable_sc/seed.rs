//! The world that a server starts with.

use std::time::Duration;

use super::records::{Group, User};
use super::repository::Repository;
use super::scan_result::ScanResult;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

static FULL_ACCESS: Group = Group { id: 0, name: "Full Access", description: "Full Access group" };
static AUDIT: Group = Group { id: 1, name: "Audit", description: "" };

pub(super) static USERS: [User; 2] = [
    User {
        id: 1,
        username: "secman",
        firstname: "Sam",
        lastname: "Secman",
        uuid: "5C0A5C2D-8E0F-4C57-B8B5-4B0D4C5E1A01",
        group: &FULL_ACCESS,
    },
    User {
        id: 2,
        username: "aauditor",
        firstname: "Alex",
        lastname: "Auditor",
        uuid: "5C0A5C2D-8E0F-4C57-B8B5-4B0D4C5E1A02",
        group: &AUDIT,
    },
];

/// The repositories of the world that the documentation of this module lists.
pub(super) fn repositories() -> Vec<Repository> {
    vec![
        Repository::new(1, "Headquarters").description("Everything in the main building"),
        Repository::new(2, "Agents").data_format("agent"),
    ]
}

/// The scan results of that world, from 1 on.
pub(super) fn results() -> [ScanResult; 9] {
    let daily = || {
        let result = ScanResult::new("Daily internal scan");
        result.description("10.0.0.0/24, without printers")
    };
    let dmz = || ScanResult::new("DMZ").scan(12);
    [
        ScanResult::new("Daily agent scan [Agent Scan Import]")
            .imported()
            .repository(2)
            .addresses(61)
            .age(2 * DAY),
        daily().status("Running").done(120).age(40 * MINUTE),
        dmz().status("Paused").done(33).age(3 * HOUR),
        daily().import_status("Importing").age(DAY),
        dmz().status("Partial").done(190).usable(false).age(3 * DAY),
        dmz().status("Error").error("No scanners are available for zone 'DMZ'.").age(4 * DAY),
        dmz().status("Queued").age(MINUTE),
        daily().age(45 * DAY),
        ScanResult::new("Compliance audit")
            .description("CIS benchmarks, level 1")
            .scan(13)
            .owner(2)
            .manageable(false)
            .age(6 * DAY),
    ]
}
