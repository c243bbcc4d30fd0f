//! A Rapid7 InsightVM console: the 22 operations on scan engines and engine pools, in memory.
//!
//! It starts with the console's built-in engines (1 and 3) and pool (2), four engines in different
//! states (4 to 7), a pool of two of them (8), three sites, and 25 scans on the local engine.
//! [`InsightVmBuilder`] replaces each of these, and [`InsightVm`] adds to them while it runs.
//!
//! # As real consoles behave
//!
//! Where documents and real consoles differ it follows the real ones: pools are listed among the
//! engines, with port -1; `status` is a number in errors; an `id` in the body of a create is
//! rejected; `sites` in a new engine or a changed one is ignored; an `Accept` that excludes the response is a 406.

mod control;
mod defaults;
mod http;
mod paging;
mod records;
mod routes;
mod state;

use std::io;
use std::sync::{Arc, Mutex};

pub use records::{Engine, EnginePool, Scan, Site, Vulnerabilities};

use crate::host::{Host, Options, builder_options, hosted, setters};
use defaults::Given;
use http::Console;
use state::Error;

/// A running console. It stops when it is dropped.
pub struct InsightVm {
    console: Arc<Console>,
    host: Host,
}

hosted!(InsightVm);

#[expect(clippy::must_use_candidate, reason = "some are called for what they do")]
impl InsightVm {
    /// Starts a console with the default engines, pools, sites and scans on a free port.
    ///
    /// # Errors
    /// If no port can be bound on the loopback interface.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Configures a console.
    pub fn builder() -> InsightVmBuilder {
        InsightVmBuilder::new()
    }

    /// Adds an engine, and returns its id.
    pub fn add_engine(&self, engine: Engine) -> i32 {
        self.console.with(|state| state.add_engine(engine))
    }

    /// Changes the status of an engine. False if there is no engine with this id.
    pub fn set_engine_status(&self, id: i32, status: impl Into<String>) -> bool {
        self.console.with(|state| state.engine(id).map(|it| it.status = status.into()).is_ok())
    }

    /// Adds a pool, and returns its id. `None` if one of its engines does not exist.
    pub fn add_pool(&self, pool: EnginePool) -> Option<i32> {
        self.console.with(|state| state.add_pool(pool).ok())
    }

    /// Adds a site, and returns its id.
    pub fn add_site(&self, site: Site) -> i32 {
        self.console.with(|state| state.add_site(site))
    }

    /// Adds a scan, and returns its id.
    pub fn add_scan(&self, scan: Scan) -> i64 {
        self.console.with(|state| state.add_scan(scan))
    }

    /// Changes a scan, with the setters of [`Scan`]. False if there is no scan with this id.
    pub fn change_scan(&self, id: i64, change: impl FnOnce(Scan) -> Scan) -> bool {
        self.console.with(|state| state.change_scan(id, change).is_ok())
    }
}

/// Configures an [`InsightVm`].
///
/// ```
/// use scanops_sandbox::insightvm::{Engine, EnginePool, InsightVm, Scan, Site};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let lyon = Engine::new("Lyon", "lyon.example.com").status("not-responding"); // id 4
/// let console = InsightVm::builder()
///     .engines([lyon])
///     .pools([EnginePool::new("France", [4])]) // id 5
///     .sites([Site::new("Branch office").engine(5).assets(12)])
///     .engine_scans([
///         Scan::new("Monthly", "2026-01-01T02:00:00Z".parse::<jiff::Timestamp>()?)
///             .engine(4)
///             .status("error")
///             .message("The scan engine ran out of memory."),
///     ])
///     .credentials("auditor", "correct horse")
///     .token("123456")
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct InsightVmBuilder {
    given: Given,
    token: Option<String>,
    options: Options,
}

builder_options!(InsightVmBuilder);

impl InsightVmBuilder {
    fn new() -> Self {
        Self { given: Given::default(), token: None, options: Options::new("nxadmin") }
    }

    setters! {
        /// The engines besides the built-in ones, with ids from 4 on in the order given. They
        /// replace the default ones, and the pool of two of those.
        engines(engines: impl IntoIterator<Item = Engine>) =>
            given.engines = Some(engines.into_iter().collect());
        /// The pools besides the built-in one, with the ids after those of the engines.
        pools(pools: impl IntoIterator<Item = EnginePool>) =>
            given.pools = Some(pools.into_iter().collect());
        /// The sites, with ids from 1 on, in place of the three default ones.
        sites(sites: impl IntoIterator<Item = Site>) =>
            given.sites = Some(sites.into_iter().collect());
        /// The scans that engines have run, with ids from 1 on, in place of the made-up ones.
        engine_scans(scans: impl IntoIterator<Item = Scan>) =>
            given.scans = Some(scans.into_iter().collect());
        /// How many made-up scans the local engine (id 3) has run: 25 by default. A hundred thousand
        /// take some 40 MB of memory.
        scans(count: usize) => given.scan_count = Some(count);
        /// Requires two-factor authentication: requests must also carry this value in a header
        /// `Token`. By default such a header is ignored.
        token(token: impl Into<String>) => token = Some(token.into());
    }

    /// Starts the console.
    ///
    /// # Errors
    /// If the port can't be bound on the loopback interface, and
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if a pool names an engine that does not exist.
    pub async fn start(self) -> io::Result<InsightVm> {
        let (login, clock) = (self.options.login.clone(), self.options.clock.clone());
        let state = defaults::state(self.given, clock.now()).map_err(|error| match error {
            Error::Invalid(message) => io::Error::new(io::ErrorKind::InvalidInput, message),
            Error::NotFound => io::ErrorKind::InvalidInput.into(),
        })?;
        let serve = self.options.serve(|origin| {
            let console = Arc::new(Console {
                origin,
                login,
                token: self.token,
                clock,
                state: Mutex::new(state),
            });
            let (router, control) = (routes::router(&console), control::router(&console));
            (console, router, control)
        });
        let (console, host) = serve.await?;
        Ok(InsightVm { console, host })
    }
}
