//! How a server is configured, and what it starts with.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::http::{Center, Config};
use super::records::{Repository, ScanResult};
use super::state::State;
use super::{TenableSc, control, routes};
use crate::host::{Options, builder_options, setters};
use crate::time::{DAY, HOUR, MINUTE};

/// Configures a [`TenableSc`].
///
/// ```
/// use scanops_sandbox::TenableSc;
///
/// # async fn example() -> std::io::Result<()> {
/// let center = TenableSc::builder()
///     .credentials("secman", "correct horse")
///     .report_size(2 * 1024 * 1024 * 1024)
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct TenableScBuilder {
    config: Config,
    step: Option<Duration>,
    repositories: Vec<Repository>,
    results: Results,
    options: Options,
}

builder_options!(TenableScBuilder);

enum Results {
    Given(Vec<ScanResult>),
    /// Not made before they are added: there may be a hundred thousand.
    MadeUp(u32),
}

impl TenableScBuilder {
    pub(super) fn new() -> Self {
        Self {
            config: Config {
                access_key: random_key(),
                secret_key: random_key(),
                report_size: 1024 * 1024,
                keep_uploads: 4 * 1024 * 1024,
            },
            step: None,
            repositories: default_repositories(),
            results: Results::Given(default_results()),
            options: Options::new("secman"),
        }
    }

    /// The API key that is accepted instead of a session. A random one by default.
    pub fn keys(mut self, access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        self.config.access_key = access_key.into();
        self.config.secret_key = secret_key.into();
        self
    }

    /// Lets clients log in with a certificate: `GET system` opens a session for them. By default it
    /// opens none.
    ///
    /// With [`https`](Self::https) clients are asked for a certificate, which must be the one that
    /// [`TenableSc::client_identity_pem`] returns. Clients without one can still log in by other
    /// means. Over plain HTTP there are no certificates, so every client is treated as if it had
    /// presented one.
    ///
    /// ```
    /// use scanops::tenable_sc::Client;
    /// use scanops_sandbox::TenableSc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let center = TenableSc::builder().https().certificate_login().start().await?;
    /// let client = Client::builder(center.url())
    ///     .pin_certificate_sha256(center.fingerprint().expect("it speaks HTTPS"))
    ///     .client_certificate(center.client_identity_pem().expect("it asks for one"))
    ///     .build()?;
    /// client.scan_results().get(1).await?;
    /// assert_eq!(center.logins(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn certificate_login(mut self) -> Self {
        self.options.client_certificates = true;
        self
    }

    setters! {
        /// How many bytes of .nessus a downloaded zip holds, 1 MiB by default. The report is made up
        /// while it is sent, so that any size takes the same little memory. It has exactly this
        /// size, unless that is too small for a report with one host, about 1 KB.
        report_size(bytes: u64) => config.report_size = bytes;
        /// The scan results to start with, in place of the nine
        /// [default ones](crate::tenable_sc).
        scan_results(results: impl IntoIterator<Item = ScanResult>) =>
            results = Results::Given(results.into_iter().collect());
        /// The number of made-up scan results to start with, in place of the nine. They were created
        /// in the last twenty days; of twenty of them, one is Partial and one in Error.
        scan_results_count(count: u32) => results = Results::MadeUp(count);
        /// The repositories, in place of the two default ones.
        repositories(repositories: impl IntoIterator<Item = Repository>) =>
            repositories = repositories.into_iter().collect();
        /// Up to which size an uploaded file is kept in memory, 4 MiB by default: once it is
        /// imported, downloads of its result return it. A larger one is read and counted, and the
        /// download is a made-up report of the same size.
        keep_uploads(bytes: usize) => config.keep_uploads = bytes;
    }

    /// Makes scans move by themselves with the server's [clock](Self::clock): each state that a
    /// scan or an import leaves by itself lasts this long, at least a millisecond, and a running
    /// scan ten times as long, in which its progress grows by tenths.
    ///
    /// Commands pass through `Pausing`, `Resuming` and `Stopping` then, and imports through `Import
    /// Pending` and `Importing`. By default nothing moves by itself, and commands take effect at
    /// once.
    ///
    /// ```
    /// use scanops_sandbox::{ManualClock, TenableSc};
    /// use std::time::Duration;
    ///
    /// # async fn example() -> std::io::Result<()> {
    /// let clock = ManualClock::new();
    /// let minute = Duration::from_secs(60);
    /// let center = TenableSc::builder().clock(clock.clone()).step_every(minute).start().await?;
    /// clock.advance(5 * minute); // Scan result 7, which was queued, is running now.
    /// # Ok(())
    /// # }
    /// ```
    pub fn step_every(mut self, time: Duration) -> Self {
        self.step = Some(time.max(Duration::from_millis(1)));
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    /// If the port can't be bound on the loopback interface, and
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if two scan results have the same id, or a
    /// repository or user does not exist.
    pub async fn start(self) -> io::Result<TenableSc> {
        let clock = self.options.clock.clone();
        let mut state = State::new(self.repositories, self.step, clock.now());
        let add = |result| state.add_given(result).map_err(super::invalid_input).map(drop);
        match self.results {
            Results::Given(results) => results.into_iter().try_for_each(add)?,
            Results::MadeUp(count) => made_up(count).try_for_each(add)?,
        }
        let center = Arc::new(Center {
            config: self.config,
            login: self.options.login.clone(),
            certificate_login: self.options.client_certificates,
            clock,
            state: Mutex::new(state),
        });
        let (router, control) = (routes::router(&center), control::router(&center));
        let (center, host) = self.options.serve(|_| (center, router, control)).await?;
        Ok(TenableSc { center, host })
    }
}

fn made_up(count: u32) -> impl Iterator<Item = ScanResult> {
    let apart = 20 * DAY / count.max(1);
    (0..count).map(move |number| {
        let status = match number % 20 {
            7 => "Partial",
            13 => "Error",
            _ => "Completed",
        };
        ScanResult::new(format!("Scan {:06}", number + 1))
            .status(status)
            .age(apart * (count - number))
            .scan(u64::from(number % 50) + 1)
    })
}

/// A key as the product makes them: 32 hexadecimal digits.
fn random_key() -> String {
    format!("{:032x}", fastrand::u128(..))
}

fn default_repositories() -> Vec<Repository> {
    vec![
        Repository::new(1, "Headquarters").description("Everything in the main building"),
        Repository::new(2, "Agents").data_format("agent"),
    ]
}

/// The scan results that the documentation of the module lists, from 1 on.
fn default_results() -> Vec<ScanResult> {
    let daily =
        || ScanResult::new("Daily internal scan").description("10.0.0.0/24, without printers");
    let dmz = || ScanResult::new("DMZ").scan(12);
    vec![
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
