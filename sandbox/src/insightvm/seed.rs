//! The world that a console starts with.

use std::time::Duration;

use fastrand::Rng;

use super::records::{Engine, Pool, Scan, Scanner, Site, Vulnerabilities};
use super::world::World;
use crate::time::{Moment, Took};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

// Sites and scans are made before what they belong to, which is added second and third and gets
// these ids.
const DEFAULT_POOL: i32 = 2;
const LOCAL_ENGINE: i32 = 3;

/// A world around the console's built-in engines. `engines` replace those that come by default;
/// `scans` is how many the local engine has run until `now`.
pub(super) fn world(engines: Option<Vec<Engine>>, scans: usize, now: Moment) -> World {
    let mut world = World::new(sites(now), local_scans(scans, now));
    add_engine(&mut world, hosted_engine(), now);
    add_pool(&mut world, "Default Engine Pool", [LOCAL_ENGINE]);
    add_engine(&mut world, local_engine(), now);
    if let Some(engines) = engines {
        for engine in engines {
            add_engine(&mut world, engine, now);
        }
    } else {
        let [frankfurt, dublin, ..] =
            default_engines().map(|engine| add_engine(&mut world, engine, now));
        add_pool(&mut world, "Europe", [frankfurt, dublin]);
    }
    world
}

fn add_engine(world: &mut World, engine: Engine, now: Moment) -> i32 {
    let refreshed = now.before(HOUR / 4);
    let updated = now.before(2 * DAY);
    // The version is known of engines that the console has talked to.
    let seen = engine.product_version.as_ref().map(|_| (refreshed, updated));
    world.add(Scanner::Engine(Engine { seen, ..engine }))
}

fn add_pool(world: &mut World, name: &str, engines: impl Into<Vec<i32>>) -> i32 {
    let name = name.to_owned();
    let engines = engines.into().into_iter().collect();
    world.add(Scanner::Pool(Pool { name, engines }))
}

fn hosted_engine() -> Engine {
    let name = "Rapid7 Hosted Scan Engine".to_owned();
    Engine::unpaired(name, "hosted-engine.example.com".to_owned(), 40814).status("unknown")
}

fn local_engine() -> Engine {
    Engine::new("Local scan engine", "127.0.0.1").serial_number("A7F2C0DE5B1E4D93")
}

/// One for each status that the documents know, but for `unknown`, which the hosted engine has.
fn default_engines() -> [Engine; 4] {
    [
        Engine::new("Frankfurt", "scan-fra-01.example.com").serial_number("5E0B7714C3A94F1D"),
        Engine::new("Dublin", "scan-dub-01.example.com").status("not-responding"),
        Engine::new("Singapore", "scan-sin-01.example.com")
            .status("incompatible-version")
            .product_version("6.6.281"),
        Engine::unpaired("Branch office".to_owned(), "10.20.30.40".to_owned(), 40815),
    ]
}

fn sites(now: Moment) -> Vec<Site> {
    vec![
        Site {
            id: 1,
            name: "Headquarters",
            description: Some("Everything in the main building"),
            kind: "static",
            connection: None,
            importance: "high",
            template: "full-audit-without-web-spider",
            assets: 412,
            risk_score: 1_284_511.25,
            vulnerabilities: Vulnerabilities::new(311, 2_940, 705),
            last_scan: Some(now.before(8 * HOUR)),
            scanner: Some(LOCAL_ENGINE),
        },
        Site {
            id: 2,
            name: "Data centre",
            description: None,
            kind: "static",
            connection: None,
            importance: "very_high",
            template: "full-audit",
            assets: 1_530,
            risk_score: 4_457_823.78,
            vulnerabilities: Vulnerabilities::new(902, 11_873, 3_344),
            last_scan: Some(now.before(DAY)),
            scanner: Some(DEFAULT_POOL),
        },
        Site {
            id: 3,
            name: "Cloud workloads",
            description: Some("Found by the AWS connection"),
            kind: "dynamic",
            connection: Some("aws"),
            importance: "normal",
            template: "discovery",
            assets: 0,
            risk_score: 0.0,
            vulnerabilities: Vulnerabilities::new(0, 0, 0),
            last_scan: None,
            scanner: Some(LOCAL_ENGINE),
        },
    ]
}

/// How a scan can have ended, as often as it stands here.
const OUTCOMES: [(&str, Option<&str>); 8] = [
    ("finished", None),
    ("finished", None),
    ("finished", None),
    ("finished", None),
    ("finished", None),
    ("stopped", Some("Stopped by a user.")),
    ("aborted", Some("The console was restarted.")),
    ("error", Some("The scan engine ran out of memory.")),
];

/// Scans up to `now`, the oldest first. The last one still runs.
fn local_scans(count: usize, now: Moment) -> Vec<Scan> {
    // The same in every run, so that what a test has seen once it sees again.
    let mut random = Rng::with_seed(3780);
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    // Many scans came the quicker one after the other: they all are of the last two years.
    let apart = (2 * 365 * DAY / count.max(1)).min(8 * HOUR);
    (1..=count)
        .map(|number| {
            let started = now.before(apart * (count - number) + HOUR / 4);
            let scan = ended_scan(number, started, apart, &mut random);
            if number < count { scan } else { running(scan) }
        })
        .collect()
}

/// A scan that was over before `next`, when the one after it began.
fn ended_scan(number: u32, started: Moment, next: Duration, random: &mut Rng) -> Scan {
    let (status, message) = random.choice(OUTCOMES).unwrap_or(("unknown", None));
    let manual = random.u8(..4) == 0;
    let took = next.min(2 * HOUR) * random.u32(10..1000) / 1000;
    Scan {
        id: number.into(),
        engine: LOCAL_ENGINE,
        name: format!("{} {number}", if manual { "Ad hoc" } else { "Nightly" }),
        kind: if manual { "Manual" } else { "Scheduled" },
        status,
        message,
        started_by: manual.then_some(("Alex Auditor", "aauditor")),
        started,
        took: Some(Took(took)),
        assets: random.i32(1..500),
        vulnerabilities: Vulnerabilities::new(
            random.u32(..40),
            random.u32(..400),
            random.u32(..200),
        ),
    }
}

fn running(scan: Scan) -> Scan {
    Scan { status: "running", message: None, took: None, ..scan }
}
