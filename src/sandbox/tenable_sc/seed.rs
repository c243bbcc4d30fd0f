//! The world that a server starts with.

use std::time::Duration;

use super::records::{Definition, Group, Repository, ScanResult, User};
use super::world::World;
use crate::sandbox::time::Moment;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

static FULL_ACCESS: Group = Group { id: 0, name: "Full Access", description: "Full Access group" };
static AUDIT: Group = Group { id: 1, name: "Audit", description: "" };

static USERS: [User; 2] = [
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

static REPOSITORIES: [Repository; 2] = [
    Repository {
        id: 1,
        name: "Headquarters",
        description: "Everything in the main building",
        data_format: "IPv4",
        uuid: "0B5E5A3F-6C0C-4E43-9A2D-7F1C0D9E2B01",
    },
    Repository {
        id: 2,
        name: "Agents",
        description: "",
        data_format: "agent",
        uuid: "0B5E5A3F-6C0C-4E43-9A2D-7F1C0D9E2B02",
    },
];

static INTERNAL: Definition = Definition {
    id: 11,
    name: "Daily internal scan",
    description: "10.0.0.0/24, without printers",
};
static DMZ: Definition = Definition { id: 12, name: "DMZ", description: "" };
static COMPLIANCE: Definition =
    Definition { id: 13, name: "Compliance audit", description: "CIS benchmarks, level 1" };

/// The world as the documentation of this module lists it.
pub(super) fn world(now: Moment) -> World {
    let mut world = World::new(&REPOSITORIES, &USERS);
    for result in results(now) {
        world.add(result);
    }
    world
}

fn results(now: Moment) -> [ScanResult; 9] {
    let [secman, auditor] = &USERS;
    let [headquarters, agents] = &REPOSITORIES;
    let base = |name: &str, scan: Option<&'static Definition>, started: Moment| ScanResult {
        id: 0,
        name: name.to_owned(),
        description: scan.map_or("", |scan| scan.description),
        details: "Basic Network Scan",
        status: "Queued".to_owned(),
        import_status: "No Results".to_owned(),
        error_details: "",
        import_error_details: "",
        created: started,
        started: Some(started),
        finished: None,
        import_started: None,
        import_finished: None,
        scan,
        repository: headquarters,
        initiator: secman,
        owner: secman,
        hosts: Some(254),
        done: 0,
        can_use: true,
        can_manage: true,
    };
    let agent_import = base("Daily agent scan [Agent Scan Import]", None, now.before(2 * DAY));
    let failed = base("DMZ", Some(&DMZ), now.before(4 * DAY));
    let running = base("Daily internal scan", Some(&INTERNAL), now.before(40 * MINUTE));
    let queued = base("DMZ", Some(&DMZ), now.before(MINUTE));
    let compliance = base("Compliance audit", Some(&COMPLIANCE), now.before(6 * DAY));
    [
        ScanResult {
            repository: agents,
            hosts: Some(61),
            done: 61,
            ..ended(agent_import, "Completed")
        },
        ScanResult { done: 120, ..state(running, "Running") },
        ScanResult { done: 33, ..state(base("DMZ", Some(&DMZ), now.before(3 * HOUR)), "Paused") },
        importing(base("Daily internal scan", Some(&INTERNAL), now.before(DAY))),
        ScanResult {
            done: 190,
            can_use: false,
            ..ended(base("DMZ", Some(&DMZ), now.before(3 * DAY)), "Partial")
        },
        ScanResult {
            error_details: "No scanners are available for zone 'DMZ'.",
            finished: Some(failed.created.after(MINUTE)),
            hosts: None,
            ..state(failed, "Error")
        },
        ScanResult { started: None, hosts: None, ..queued },
        ended(base("Daily internal scan", Some(&INTERNAL), now.before(45 * DAY)), "Completed"),
        ScanResult {
            can_manage: false,
            owner: auditor,
            initiator: auditor,
            ..ended(compliance, "Completed")
        },
    ]
}

fn state(result: ScanResult, status: &str) -> ScanResult {
    ScanResult { status: status.to_owned(), ..result }
}

/// A result whose scan is over but not its import.
fn importing(result: ScanResult) -> ScanResult {
    let finished = result.created.after(HOUR + 17 * MINUTE);
    ScanResult {
        finished: Some(finished),
        import_started: Some(finished.after(MINUTE)),
        import_status: "Importing".to_owned(),
        done: 254,
        ..state(result, "Completed")
    }
}

/// A result of which nothing more is to come.
fn ended(result: ScanResult, status: &str) -> ScanResult {
    let result = importing(result);
    ScanResult {
        import_finished: result.import_started.map(|started| started.after(3 * MINUTE)),
        import_status: "Finished".to_owned(),
        ..state(result, status)
    }
}
