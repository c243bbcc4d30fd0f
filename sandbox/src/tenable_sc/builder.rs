//! How a Tenable.sc is made: its credentials, its clock, its reports and its port.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use super::auth::Credentials;
use super::center::Center;
use super::plan::Plan;
use super::{TenableSc, routes};
use crate::host::{Listen, listening};
use crate::{ManualClock, clock::Clock};

/// Makes a [`TenableSc`].
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
    credentials: Credentials,
    report_size: u64,
    clock: Clock,
    listen: Listen,
    pub(super) plan: Plan,
}

listening!(TenableScBuilder);

impl TenableScBuilder {
    pub(super) fn new() -> Self {
        Self {
            credentials: Credentials {
                user: "secman".to_owned(),
                password: "sandbox".to_owned(),
                access_key: random_key(),
                secret_key: random_key(),
            },
            report_size: 1024 * 1024,
            clock: Clock::System,
            listen: Listen::default(),
            plan: Plan::new(),
        }
    }

    /// What to open a session with: `secman` and `sandbox` by default.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials.user = user.into();
        self.credentials.password = password.into();
        self
    }

    /// The API key that is accepted instead of a session. A new one is made up by default.
    pub fn keys(mut self, access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        self.credentials.access_key = access_key.into();
        self.credentials.secret_key = secret_key.into();
        self
    }

    /// Lets clients log in with a certificate: `GET system` opens a session for them. By default it
    /// opens none.
    ///
    /// With [`https`](Self::https) clients are asked for a certificate, which must be the one that
    /// [`TenableSc::client_identity_pem`] gives. Who has none can still log in by other means.
    /// Plain HTTP knows no certificates, so everybody is taken for somebody who has shown one.
    ///
    /// ```
    /// use scanops::tenable_sc::Client;
    /// use scanops_sandbox::TenableSc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let center = TenableSc::builder().https().certificate_login().start().await?;
    /// # #[cfg(feature = "rustls")] {
    /// let client = Client::builder(center.url())
    ///     .pin_certificate_sha256(center.fingerprint().expect("it speaks HTTPS"))
    ///     .client_certificate(center.client_identity_pem().expect("it asks for one"))
    ///     .build()?;
    /// client.scan_results().get(1).await?;
    /// assert_eq!(center.logins(), 1);
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn certificate_login(mut self) -> Self {
        self.listen.ask_clients = true;
        self
    }

    /// How many bytes of .nessus a downloaded zip holds, 1 MiB by default. The report is made
    /// while it is sent, so that any size costs the same little memory. It has exactly this size,
    /// unless that is too small for a report with one host, some 2 KB.
    pub fn report_size(mut self, bytes: u64) -> Self {
        self.report_size = bytes;
        self
    }

    /// The server's clock, the system's by default. Sessions expire by it after an hour without
    /// a request, and the dates of the world lie before what it says at the start.
    pub fn clock(mut self, clock: ManualClock) -> Self {
        self.clock = Clock::Manual(clock);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    /// When the port can't be taken on the loopback interface, and where the world that was asked
    /// for does not hold together: two scan results have one id, or a repository or user is
    /// missing.
    pub async fn start(self) -> io::Result<TenableSc> {
        let keep_uploads = self.plan.keep_uploads;
        let world = self.plan.world(self.clock.time_of_day().into())?;
        let place = self.listen.clone().take().await?;
        let center = Arc::new(Center {
            credentials: self.credentials,
            certificate_login: self.listen.ask_clients,
            report_size: self.report_size,
            keep_uploads,
            clock: self.clock,
            world: Mutex::new(world),
        });
        let host = place.serve(routes::router(Arc::clone(&center)), Arc::clone(&center) as _);
        Ok(TenableSc { center, host })
    }
}

/// A key as the product makes them: 32 hexadecimal digits.
fn random_key() -> String {
    format!("{:032x}", fastrand::u128(..))
}

impl fmt::Debug for TenableScBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenableScBuilder")
            .field("user", &self.credentials.user)
            .field("report_size", &self.report_size)
            .field("clock", &self.clock)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}
