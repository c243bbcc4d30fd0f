//! A Tenable.sc: the eleven calls on scan results, uploads and logins, over a world in memory.
//!
//! The world it starts with has two repositories, two users and nine scan results:
//!
//! | id | status | import status | |
//! | --- | --- | --- | --- |
//! | 1 | Completed | Finished | |
//! | 2 | Running | No Results | halfway, on two scanners |
//! | 3 | Paused | No Results | |
//! | 4 | Completed | Importing | |
//! | 5 | Partial | Finished | manageable, but not usable |
//! | 6 | Error | No Results | its `progress` is `[]` |
//! | 7 | Queued | No Results | most of its numbers are `"-1"` |
//! | 8 | Completed | Finished | 45 days old: not listed by default |
//! | 9 | Completed | Finished | usable, but not manageable |
//!
//! Its repositories are 1, "Headquarters", and 2, "Agents"; its users 1, `secman`, and 2,
//! `aauditor`. The scans 11, 12 and 13 can be launched. Another world comes from
//! [`scan_results`](TenableScBuilder::scan_results), of [`ScanResult`]s,
//! [`scan_results_count`](TenableScBuilder::scan_results_count) and
//! [`repositories`](TenableScBuilder::repositories).
//!
//! # Time
//!
//! Nothing moves by itself: [`TenableSc::advance`] and [`TenableSc::set_state`] do that, and the
//! calls that pause, resume, stop and import take effect at once. With
//! [`step_every`](TenableScBuilder::step_every) scans and imports move with the clock instead.
//!
//! # Reports
//!
//! A report is made up while it is sent, at any [size](TenableScBuilder::report_size): hosts with
//! properties, findings of all severities with scores, references, outputs and compliance checks.
//! It costs a server the same few megabytes at 10 GiB as at one. [`ScanResult::report`] and
//! [`ScanResult::report_file`] send the caller's own.
//!
//! An upload is read while it arrives. Its import becomes a result with the report's name, the
//! counts of its hosts and findings (`totalIPs`, `totalChecks`) and its dates. The import of a file
//! that is no whole report is granted, and ends in `Error` with `importErrorDetails`. Reading takes
//! the memory of one finding, within the default [limits](scanops_nessus::Limits); up to 4 MiB of
//! the file itself [are kept](TenableScBuilder::keep_uploads) for a later download.
//!
//! # As real servers do
//!
//! Where documents and real servers differ it does as real servers do: most values are strings;
//! `response` is `""` where there is nothing to say; refusals are JSON under `text/html`; a mail
//! that could not be sent is an HTTP 200 with `error_code` 0; a download claims to be base64.
//!
//! By order it also puts [warnings](TenableSc::warn) into its answers, [refuses](Refused) calls in
//! the product's words, under HTTP 200 too, and sends [bare documents](TenableSc::bare_downloads)
//! in place of zips.

mod answer;
mod auth;
mod body;
mod builder;
mod center;
mod control;
mod document;
mod download;
mod fields;
mod files;
mod import;
mod intake;
mod launch;
mod life;
mod list;
mod login;
mod orders;
mod plan;
mod product;
mod progress;
mod records;
mod report;
mod repository;
mod results;
mod routes;
mod scan_result;
mod seed;
mod sessions;
mod uploads;
mod world;
mod zip;

use std::fmt;
use std::io;

use super::host::{Host, hosted};
use auth::Credentials;
use center::Shared;

pub use builder::TenableScBuilder;
pub use orders::Refused;
pub use repository::Repository;
pub use scan_result::ScanResult;

/// A running Tenable.sc. It stops when it is dropped.
pub struct TenableSc {
    center: Shared,
    host: Host,
}

hosted!(TenableSc);

impl TenableSc {
    /// Starts a Tenable.sc with a small believable world on a free port.
    ///
    /// # Errors
    /// When no port can be taken on the loopback interface.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A Tenable.sc of the caller's own making.
    pub fn builder() -> TenableScBuilder {
        TenableScBuilder::new()
    }

    /// The access key of the API key that it expects.
    #[must_use]
    pub fn access_key(&self) -> &str {
        &self.credentials().access_key
    }

    /// The secret key of the API key that it expects.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.credentials().secret_key
    }

    /// The user name it expects of those who open a session.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.credentials().user
    }

    /// The password it expects of those who open a session.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.credentials().password
    }

    /// A client certificate and its key as PEM, to log in with: the only one that is accepted. None
    /// unless the builder was told both [`certificate_login`](TenableScBuilder::certificate_login)
    /// and [`https`](TenableScBuilder::https).
    #[must_use]
    pub fn client_identity_pem(&self) -> Option<&str> {
        self.host.certificates()?.identity_pem.as_deref()
    }

    /// How many sessions were opened so far, by password or by certificate.
    #[must_use]
    pub fn logins(&self) -> u64 {
        self.center.with(|world| world.sessions.logins())
    }

    /// Ends all sessions: their next request is answered with 403 and `error_code` 12.
    pub fn expire_sessions(&self) {
        self.center.with(|world| world.sessions.close_all());
    }

    /// Whether the user has no session left. While that is so, a login is answered with
    /// `{"releaseSession":true}` and no token, unless it asks for the release; then it succeeds,
    /// and all earlier sessions end.
    pub fn occupy_sessions(&self, occupied: bool) {
        self.center.with(|world| world.sessions.occupy(occupied));
    }

    /// The names, as assigned by the server, of all files that were uploaded and neither cleared
    /// nor imported since.
    #[must_use]
    pub fn uploads(&self) -> Vec<String> {
        self.center.with(|world| world.uploads.names())
    }

    /// How many bytes were uploaded as the file of that name, even if it is gone by now.
    #[must_use]
    pub fn upload_size(&self, name: &str) -> Option<u64> {
        self.center.with(|world| world.uploads.size(name))
    }

    /// Refuses all imports and re-imports with `error_code` 146 and this message, until
    /// [`accept_imports`](Self::accept_imports).
    pub fn refuse_imports(&self, message: impl Into<String>) {
        let message = message.into();
        self.center.with(|world| world.orders.refuse_imports = Some(message));
    }

    /// Takes imports again.
    pub fn accept_imports(&self) {
        self.center.with(|world| world.orders.refuse_imports = None);
    }

    /// Lets all mails fail, with this text behind "Scan Result email failed.", until
    /// [`deliver_mail`](Self::deliver_mail).
    pub fn fail_mail(&self, message: impl Into<String>) {
        let message = message.into();
        self.center.with(|world| world.orders.fail_mail = Some(message));
    }

    /// Sends mails again.
    pub fn deliver_mail(&self) {
        self.center.with(|world| world.orders.fail_mail = None);
    }

    /// Puts a scan result into a state, which may be one that no document lists. Dates and counts
    /// follow. False where there is no such result.
    pub fn set_state(
        &self,
        id: u64,
        status: impl Into<String>,
        import_status: impl Into<String>,
    ) -> bool {
        let (status, import_status) = (status.into(), import_status.into());
        let now = self.center.now();
        self.center.with(|world| {
            let changed = world.change(id, now, |record| {
                record.set_state(status.into(), import_status.into(), now);
                Ok(())
            });
            changed.is_ok()
        })
    }

    /// Moves a scan result one step on, from Queued over Running to Completed, and then from
    /// Import Pending to Finished. Returns the status and the import status that it has then; none
    /// where there is no such result.
    #[expect(clippy::must_use_candidate, reason = "it is called for what it does")]
    pub fn advance(&self, id: u64) -> Option<(String, String)> {
        let now = self.center.now();
        self.center.with(|world| {
            let state = world.change(id, now, |record| {
                record.advance(now);
                Ok((record.status.clone().into_owned(), record.import_status.clone().into_owned()))
            });
            state.ok()
        })
    }

    fn credentials(&self) -> &Credentials {
        &self.center.credentials
    }
}

impl fmt::Debug for TenableSc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenableSc")
            .field("url", &self.url())
            .field("user", &self.user())
            .finish_non_exhaustive()
    }
}
