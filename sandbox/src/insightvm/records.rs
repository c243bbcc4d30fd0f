//! What a console keeps: engines, pools, sites, scans.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use crate::time::{Moment, Took};

/// A scan engine for a console to start with: see
/// [`InsightVmBuilder::engines`](super::InsightVmBuilder::engines).
///
/// It is on port 40814, active, and of a recent version, unless it is told otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) port: i32,
    pub(super) status: String,
    pub(super) product_version: Option<String>,
    pub(super) content_version: Option<String>,
    pub(super) serial_number: Option<String>,
    /// When the console last heard from it, and when it was last updated.
    pub(super) seen: Option<(Moment, Moment)>,
}

impl Engine {
    /// An engine with this name at this host.
    #[must_use]
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            product_version: Some("8.31.0".to_owned()),
            content_version: Some("1.1.3717".to_owned()),
            ..Self::unpaired(name.into(), address.into(), 40814).status("active")
        }
    }

    /// An engine that a client has just made: the console knows nothing of it but what it was told.
    pub(super) fn unpaired(name: String, address: String, port: i32) -> Self {
        Self {
            name,
            address,
            port,
            status: "pending-authorization".to_owned(),
            product_version: None,
            content_version: None,
            serial_number: None,
            seen: None,
        }
    }

    /// The port on which the console reaches it, 40814 by default.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port.into();
        self
    }

    /// Its status, `active` by default. The documents know also `incompatible-version`,
    /// `not-responding`, `pending-authorization` and `unknown`; consoles send others, and so may
    /// this one.
    #[must_use]
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = status.into();
        self
    }

    /// The version of its software.
    #[must_use]
    pub fn product_version(mut self, version: impl Into<String>) -> Self {
        self.product_version = Some(version.into());
        self
    }

    /// Its serial number, none by default.
    #[must_use]
    pub fn serial_number(mut self, number: impl Into<String>) -> Self {
        self.serial_number = Some(number.into());
        self
    }
}

/// Several engines that sites use as one.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) engines: BTreeSet<i32>,
}

/// Both can be given to a site to be scanned by, which is why they share ids and are listed
/// together.
#[derive(Debug, Clone)]
pub(super) enum Scanner {
    Engine(Engine),
    Pool(Pool),
}

/// What is scanned.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) id: i32,
    pub(super) name: &'static str,
    pub(super) description: Option<&'static str>,
    pub(super) kind: &'static str,
    pub(super) connection: Option<&'static str>,
    pub(super) importance: &'static str,
    pub(super) template: &'static str,
    pub(super) assets: i32,
    pub(super) risk_score: f64,
    pub(super) vulnerabilities: Vulnerabilities,
    pub(super) last_scan: Option<Moment>,
    /// The engine or pool that scans it; none once that was deleted.
    pub(super) scanner: Option<i32>,
}

/// One run of a scan. There can be a hundred thousand: what they share is not copied into each.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    pub(super) id: i64,
    pub(super) engine: i32,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) message: Option<&'static str>,
    /// The full name and the login of whoever started it; nobody did where the schedule did.
    pub(super) started_by: Option<(&'static str, &'static str)>,
    pub(super) started: Moment,
    /// None while it runs.
    pub(super) took: Option<Took>,
    pub(super) assets: i32,
    pub(super) vulnerabilities: Vulnerabilities,
}

impl Scan {
    /// When it ended, if it has.
    pub(super) fn ended(&self) -> Option<Moment> {
        let Took(took) = self.took?;
        Some(self.started.after(took))
    }
}

/// How many vulnerabilities were found.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Vulnerabilities {
    critical: u32,
    moderate: u32,
    severe: u32,
    total: u64,
}

impl Vulnerabilities {
    pub(super) fn new(critical: u32, severe: u32, moderate: u32) -> Self {
        let total = u64::from(critical) + u64::from(severe) + u64::from(moderate);
        Self { critical, moderate, severe, total }
    }
}

/// For how long a shared secret is valid.
const VALID: Duration = Duration::from_secs(60 * 60);

/// What a new engine shows to be admitted by the console.
pub(super) struct Secret {
    value: String,
    expires: Moment,
}

impl Secret {
    /// A new secret: groups of four hexadecimal digits.
    pub(super) fn new(now: Moment) -> Self {
        let groups: Vec<String> = (0..8).map(|_| format!("{:04X}", fastrand::u16(..))).collect();
        Self { value: groups.join("-"), expires: now.after(VALID) }
    }

    pub(super) fn value(&self) -> &str {
        &self.value
    }

    pub(super) fn is_valid(&self, now: Moment) -> bool {
        !self.time_left(now).is_zero()
    }

    /// How long it is still valid: nothing where it has expired.
    pub(super) fn time_left(&self, now: Moment) -> Duration {
        now.until(self.expires)
    }
}
