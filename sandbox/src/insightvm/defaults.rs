//! What a console starts with.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::records::{Engine, EnginePool, LOCAL_ENGINE, Scan, Site, Vulnerabilities};
use super::state::{Error, State};
use crate::time::{DAY, HOUR, before};

const DEFAULT_POOL: i32 = 2;

/// What replaces the default state.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    pub(super) engines: Option<Vec<Engine>>,
    pub(super) pools: Option<Vec<EnginePool>>,
    pub(super) sites: Option<Vec<Site>>,
    pub(super) scans: Option<Vec<Scan>>,
    /// How many scans are made up if none are given.
    pub(super) scan_count: Option<usize>,
}

/// The state of a console with its built-in engines.
pub(super) fn state(given: Given, now: Timestamp) -> Result<State, Error> {
    let mut state = State::new(now);
    let hosted = Engine::unpaired("Rapid7 Hosted Scan Engine", "hosted-engine.example.com", 40814);
    state.add_engine(hosted.status("unknown"));
    // Has an engine that is added below.
    let pool = EnginePool::new("Default Engine Pool", [LOCAL_ENGINE]);
    state.add(super::records::Scanner::Pool(pool));
    let local = Engine::new("Local scan engine", "127.0.0.1").serial_number("A7F2C0DE5B1E4D93");
    state.add_engine(local);
    // The default pool consists of default engines.
    let europe = || vec![EnginePool::new("Europe", [4, 5])];
    let pools =
        given.pools.unwrap_or_else(|| if given.engines.is_none() { europe() } else { Vec::new() });
    for engine in given.engines.unwrap_or_else(engines) {
        state.add_engine(engine);
    }
    for pool in pools {
        state.add_pool(pool)?;
    }
    for site in given.sites.unwrap_or_else(|| sites(now)) {
        state.add_site(site);
    }
    let made_up = || scans(given.scan_count.unwrap_or(25), now);
    for scan in given.scans.unwrap_or_else(made_up) {
        state.add_scan(scan);
    }
    Ok(state)
}

/// One for each status that the documents list, except `unknown`, which the hosted engine has.
fn engines() -> Vec<Engine> {
    vec![
        Engine::new("Frankfurt", "scan-fra-01.example.com").serial_number("5E0B7714C3A94F1D"),
        Engine::new("Dublin", "scan-dub-01.example.com").status("not-responding"),
        Engine::new("Singapore", "scan-sin-01.example.com")
            .status("incompatible-version")
            .product_version("6.6.281"),
        Engine::unpaired("Branch office", "10.20.30.40", 40815),
    ]
}

fn sites(now: Timestamp) -> Vec<Site> {
    vec![
        Site::new("Headquarters")
            .description("Everything in the main building")
            .importance("high")
            .scan_template("full-audit-without-web-spider")
            .assets(412)
            .risk_score(1_284_511.25)
            .vulnerabilities(Vulnerabilities::new(311, 2_940, 705))
            .last_scan(before(now, 8 * HOUR)),
        Site::new("Data centre")
            .importance("very_high")
            .assets(1_530)
            .risk_score(4_457_823.78)
            .vulnerabilities(Vulnerabilities::new(902, 11_873, 3_344))
            .last_scan(before(now, DAY))
            .engine(DEFAULT_POOL),
        Site::new("Cloud workloads")
            .description("Found by the AWS connection")
            .kind("dynamic")
            .connection_type("aws")
            .scan_template("discovery"),
    ]
}

/// How a scan can have ended, as often as it is listed here.
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
fn scans(count: usize, now: Timestamp) -> Vec<Scan> {
    // The same in every run, so that tests can rely on it.
    let mut random = Rng::with_seed(3780);
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    // Many scans followed each other more quickly: all are of the last two years.
    let apart = (2 * 365 * DAY / count.max(1)).min(8 * HOUR);
    (1..=count)
        .map(|number| {
            let started = before(now, apart * (count - number) + HOUR / 4);
            let (status, message) = random.choice(OUTCOMES).unwrap_or_default();
            let manual = random.u8(..4) == 0;
            // Over before the next one begins.
            let took = apart.min(2 * HOUR) * random.u32(10..1000) / 1000;
            let name = format!("{} {number}", if manual { "Ad hoc" } else { "Nightly" });
            let mut scan = Scan::new(name, started).assets(random.u32(1..500)).vulnerabilities(
                Vulnerabilities::new(random.u32(..40), random.u32(..400), random.u32(..200)),
            );
            if manual {
                scan = scan.kind("Manual").started_by("Alex Auditor", "aauditor");
            }
            if number == count {
                return scan.status("running");
            }
            scan = scan.status(status).duration(SignedDuration::try_from(took).unwrap_or_default());
            if let Some(message) = message { scan.message(message) } else { scan }
        })
        .collect()
}
