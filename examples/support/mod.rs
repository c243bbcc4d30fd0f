//! What the examples for Tenable.sc share: which server, and how a failure is reported.
#![allow(clippy::print_stderr, reason = "a program for a terminal")]

use std::{env, error::Error, process::ExitCode, time::Duration};

use scanops::tenable_sc::Client;
use scanops_sandbox::TenableSc;

/// How long a scan of the server in this process stays in each of its states.
const STEP: Duration = Duration::from_millis(200);

/// The server that the environment names, or one in this process, which lives as long as this.
pub(crate) struct Server {
    pub(crate) client: Client,
    sandbox: Option<TenableSc>,
}

impl Server {
    /// `TENABLE_SC_URL` with `TENABLE_SC_ACCESS_KEY` and `TENABLE_SC_SECRET_KEY`, or with
    /// `TENABLE_SC_USER` and `TENABLE_SC_PASSWORD`; `TENABLE_SC_FINGERPRINT` pins a certificate.
    pub(crate) async fn connect() -> Result<Self, Box<dyn Error>> {
        let Ok(url) = env::var("TENABLE_SC_URL") else {
            let sandbox = TenableSc::builder().step_every(STEP).start().await?;
            eprintln!("No TENABLE_SC_URL is set: this is a Tenable.sc in this process.");
            let client = Client::builder(sandbox.url())
                .api_key(sandbox.access_key(), sandbox.secret_key())
                .build()?;
            return Ok(Self { client, sandbox: Some(sandbox) });
        };
        let get = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
        let mut builder = Client::builder(url);
        builder = match env::var("TENABLE_SC_ACCESS_KEY") {
            Ok(access) => builder.api_key(access, get("TENABLE_SC_SECRET_KEY")?),
            Err(_) => builder.password(get("TENABLE_SC_USER")?, get("TENABLE_SC_PASSWORD")?),
        };
        if let Ok(fingerprint) = env::var("TENABLE_SC_FINGERPRINT") {
            builder = builder.pin_certificate_sha256(fingerprint);
        }
        Ok(Self { client: builder.build()?, sandbox: None })
    }

    /// Whether it is the server in this process.
    #[allow(dead_code, reason = "one example asks")]
    pub(crate) fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// How often to ask after a scan.
    #[allow(dead_code, reason = "one example watches")]
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_secs(if self.sandbox.is_some() { 1 } else { 15 })
    }

    /// Ends the session, and the server if it is in this process.
    pub(crate) async fn leave(self) -> Result<(), Box<dyn Error>> {
        self.client.logout().await?;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
        Ok(())
    }
}

/// The id given as argument.
#[allow(dead_code, reason = "one example has none")]
pub(crate) fn id(argument: Option<String>, usage: &str) -> Result<u64, Box<dyn Error>> {
    let argument = argument.ok_or_else(|| format!("usage: {usage}"))?;
    Ok(argument.parse().map_err(|_| format!("{argument:?} is no id; usage: {usage}"))?)
}

/// One readable message, with what it comes from.
pub(crate) fn exit(result: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        message = format!("{message}\n  because: {inner}");
        cause = inner.source();
    }
    eprintln!("{message}");
    ExitCode::FAILURE
}
