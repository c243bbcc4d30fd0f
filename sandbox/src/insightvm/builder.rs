//! How a console is made: its world, its credentials, its clock and its port.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use super::auth::Credentials;
use super::console::Console;
use super::records::Engine;
use super::{InsightVm, routes, seed};
use crate::host::{Listen, listening};
use crate::{ManualClock, clock::Clock};

/// Makes an [`InsightVm`].
///
/// ```
/// use scanops_sandbox::insightvm::{Engine, InsightVm};
///
/// # async fn example() -> std::io::Result<()> {
/// let console = InsightVm::builder()
///     .engines([Engine::new("Lyon", "lyon.example.com").status("not-responding")])
///     .scans(100_000)
///     .credentials("auditor", "correct horse")
///     .token("123456")
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct InsightVmBuilder {
    engines: Option<Vec<Engine>>,
    scans: usize,
    user: String,
    password: String,
    token: Option<String>,
    clock: Clock,
    listen: Listen,
}

listening!(InsightVmBuilder);

impl InsightVmBuilder {
    pub(super) fn new() -> Self {
        Self {
            engines: None,
            scans: 25,
            user: "nxadmin".to_owned(),
            password: "sandbox".to_owned(),
            token: None,
            clock: Clock::System,
            listen: Listen::default(),
        }
    }

    /// The engines beside the built-in ones, with ids from 4 on in the order given. They replace
    /// the default ones, and the pool of two of those.
    pub fn engines(mut self, engines: impl IntoIterator<Item = Engine>) -> Self {
        self.engines = Some(engines.into_iter().collect());
        self
    }

    /// How many scans the local engine (id 3) has run: 25 by default. A hundred thousand cost some
    /// 20 MB of memory.
    pub fn scans(mut self, count: usize) -> Self {
        self.scans = count;
        self
    }

    /// What to log in with: `nxadmin` and `sandbox` by default. Basic authentication has no way to
    /// send a user name with a colon.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.user = user.into();
        self.password = password.into();
        self
    }

    /// Asks for two-factor authentication: requests must also carry this value in a header `Token`.
    /// By default such a header is not looked at.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The console's clock, the system's by default. The shared secret expires by it, and the
    /// dates of the world lie before what it says at the start.
    pub fn clock(mut self, clock: ManualClock) -> Self {
        self.clock = Clock::Manual(clock);
        self
    }

    /// Starts the console.
    ///
    /// # Errors
    /// When the port can't be taken on the loopback interface.
    pub async fn start(self) -> io::Result<InsightVm> {
        let place = self.listen.take().await?;
        let world = seed::world(self.engines, self.scans, self.clock.time_of_day().into());
        let console = Arc::new(Console {
            origin: place.url().to_owned(),
            credentials: Credentials::new(&self.user, &self.password, self.token),
            clock: self.clock,
            world: Mutex::new(world),
        });
        let host = place.serve(routes::router(Arc::clone(&console)), console);
        Ok(InsightVm { user: self.user, password: self.password, host })
    }
}

impl fmt::Debug for InsightVmBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsightVmBuilder")
            .field("engines", &self.engines)
            .field("scans", &self.scans)
            .field("user", &self.user)
            .field("clock", &self.clock)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}
