//! A Tenable.sc: the eleven calls on scan results, uploads and logins, in memory.
//!
//! It starts with two repositories, two users and nine scan results:
//!
//! | id | status | import status | |
//! | --- | --- | --- | --- |
//! | 1 | Completed | Finished | has a report |
//! | 2 | Running | No Results | halfway, on two scanners |
//! | 3 | Paused | No Results | |
//! | 4 | Completed | Importing | has a report |
//! | 5 | Partial | Finished | has a report; manageable, but not usable |
//! | 6 | Error | No Results | its `progress` is `[]` |
//! | 7 | Queued | No Results | most of its numbers are `"-1"` |
//! | 8 | Completed | Finished | has a report; 45 days old: not listed by default |
//! | 9 | Completed | Finished | has a report; usable, but not manageable |
//!
//! A result has a report to download if its status is `Completed` or `Partial`, whatever its import
//! does, unless an import has failed to read its file.
//!
//! Its repositories are 1, "Headquarters", and 2, "Agents"; its users 1, `secman`, and 2,
//! `aauditor`. The scans 11, 12 and 13 can be launched. [`TenableScBuilder`] replaces the
//! repositories and scan results; [`TenableSc::add`] and [`TenableSc::change`] add and change scan
//! results while it runs.
//!
//! # Time
//!
//! Nothing moves by itself: [`TenableSc::advance`], [`TenableSc::change`] and
//! [`TenableSc::set_state`] do that, and the calls that pause, resume, stop and import take effect
//! at once. With [`step_every`](TenableScBuilder::step_every) scans and imports move with the clock
//! instead.
//!
//! A plain stop leaves a result `Stopped` without results; a stop that asks for the import of what was
//! found (`{"type":"import"}`) leaves it `Stopped` with an import. A stopped result has no report to
//! download, even when its import has finished. Whether real servers have one is not known;
//! [`change`](TenableSc::change) it to `Partial` where a test needs one.
//!
//! # Reports
//!
//! A report is made up while it is sent, at any [size](TenableScBuilder::report_size): hosts with
//! properties, findings of all severities with scores, references, outputs and compliance checks.
//! It takes a server the same few megabytes at 10 GiB as at one. In a made-up report nothing says
//! whether the scan had credentials, so [`trust`](scanops_nessus::trust) finds them unknown; the
//! reports of two results of one scan differ; and hosts are scanned at fixed times, whatever those of
//! the result.
//!
//! Where a test needs more than that, [`ScanResult::report`], [`ScanResult::report_file`] and
//! [`ScanResult::findings`] send a report of your own, as the example of
//! [`nessus_report`](crate::nessus_report) writes one.
//!
//! An upload is read while it arrives. Its import becomes a result with the report's name, the
//! counts of its hosts and findings (`totalIPs`, `totalChecks`) and its times. The import of a file
//! that is not a complete report is accepted, and ends in `Error` with `importErrorDetails`. Reading
//! takes the memory of one finding, within the default [limits](scanops_nessus::Limits); up to
//! 4 MiB of the file itself [are kept](TenableScBuilder::keep_uploads) for a later download.
//!
//! # As real servers behave
//!
//! Where documents and real servers differ it follows the real ones: most values are strings;
//! `response` is `""` if there is no result; errors are JSON under `text/html`; a mail that could
//! not be sent is an HTTP 200 with `error_code` 0; a download claims to be base64.
//!
//! On request it also responds with an [error](crate::Fault::error) that looks like its own, under
//! HTTP 200 too, and shows the behaviour that [`Settings`] lists: warnings, bare documents instead of
//! zips, and others.

mod builder;
mod control;
mod error;
mod extract;
mod fields;
mod http;
mod intake;
mod life;
mod list;
mod records;
mod report;
mod routes;
mod state;

use std::io;
use std::sync::Arc;

use crate::host::{Host, hosted};
use http::Center;

pub use builder::TenableScBuilder;
pub use records::{Repository, ScanResult};
pub use state::{Settings, Warning};

/// A running Tenable.sc. It stops when it is dropped.
pub struct TenableSc {
    center: Arc<Center>,
    host: Host,
}

hosted!(TenableSc);

impl TenableSc {
    /// Starts a Tenable.sc with the default scan results on a free port.
    ///
    /// # Errors
    /// If no port can be bound on the loopback interface.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Configures a Tenable.sc.
    pub fn builder() -> TenableScBuilder {
        TenableScBuilder::new()
    }

    /// The access key of the API key.
    #[must_use]
    pub fn access_key(&self) -> &str {
        &self.center.config.access_key
    }

    /// The secret key of the API key.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.center.config.secret_key
    }

    /// A client certificate and its key as PEM, to log in with: the only one that is accepted.
    /// `None` unless the builder was given both
    /// [`certificate_login`](TenableScBuilder::certificate_login) and
    /// [`https`](TenableScBuilder::https).
    #[cfg(feature = "rustls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
    #[must_use]
    pub fn client_identity_pem(&self) -> Option<&str> {
        self.host.certificates.as_ref()?.identity_pem.as_deref()
    }

    /// How many sessions were opened so far, by password or by certificate.
    #[must_use]
    pub fn logins(&self) -> u64 {
        self.center.with(|state| state.sessions.logins)
    }

    /// Ends all sessions: their next request gets a 403 with `error_code` 12.
    pub fn expire_sessions(&self) {
        self.center.with(|state| state.sessions.close_all());
    }

    /// The names, as assigned by the server, of all files that were uploaded and neither cleared
    /// nor imported since.
    #[must_use]
    pub fn uploads(&self) -> Vec<String> {
        self.center.with(|state| state.uploads.names())
    }

    /// How many bytes were uploaded as the file of that name, even if it is gone by now.
    #[must_use]
    pub fn upload_size(&self, name: &str) -> Option<u64> {
        self.center.with(|state| state.uploads.size(name))
    }

    /// Changes how the server behaves until further notice.
    ///
    /// ```
    /// # async fn example() -> std::io::Result<()> {
    /// # let center = scanops_sandbox::TenableSc::start().await?;
    /// center.configure(|settings| settings.fail_mail = Some("No SMTP server.".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        self.center.with(|state| change(&mut state.settings));
    }

    /// Adds a scan result, and returns its id.
    ///
    /// # Errors
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if another result has its id, or its
    /// repository or owner does not exist.
    pub fn add(&self, result: ScanResult) -> io::Result<u64> {
        self.center.with(|state| state.add_given(result)).map_err(invalid_input)
    }

    /// Changes a scan result, with the setters of [`ScanResult`]. Its id stays. A new
    /// status also changes times and counts to what that status has, except those that are set too.
    ///
    /// ```
    /// # async fn example() -> std::io::Result<()> {
    /// # let center = scanops_sandbox::TenableSc::start().await?;
    /// // The import of result 4 is over: it took until now.
    /// center.change(4, |result| result.import_status("Finished"))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is no such result, or its new
    /// repository or owner does not exist.
    pub fn change(&self, id: u64, change: impl FnOnce(ScanResult) -> ScanResult) -> io::Result<()> {
        self.center.with(|state| state.change(id, change)).map_err(invalid_input)
    }

    /// Puts a scan result into a state, which may be one that no document lists. Times and counts
    /// follow: before a scan runs, and when one that had ended goes on, none of its addresses is done.
    /// False if there is no such result.
    pub fn set_state(
        &self,
        id: u64,
        status: impl Into<String>,
        import_status: impl Into<String>,
    ) -> bool {
        let (status, import_status) = (status.into(), import_status.into());
        self.change(id, |result| result.status(status).import_status(import_status)).is_ok()
    }

    /// Advances a scan result by one step: from Queued through Running to Completed, and then from
    /// Import Pending to Finished. Returns the status and the import status that it has then;
    /// `None` if there is no such result.
    #[expect(clippy::must_use_candidate, reason = "it is called for what it does")]
    pub fn advance(&self, id: u64) -> Option<(String, String)> {
        self.center.with(|state| state.advance(id))
    }
}

fn invalid_input(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}
