//! What a console knows: engines, pools, sites, scans. Their JSON has the names of the product's.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, Serializer};

use crate::host::setters;
use crate::time::{after, iso, iso_duration};

/// Text that is often one of a few.
type Text = Cow<'static, str>;

/// A scan engine of a console: see [`InsightVmBuilder::engines`](super::InsightVmBuilder::engines).
///
/// By default it is on port 40814, active, and of a recent version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[must_use]
pub struct Engine {
    pub(super) name: String,
    pub(super) address: String,
    #[serde(default = "default_port")]
    pub(super) port: u16,
    #[serde(default = "active")]
    pub(super) status: String,
    #[serde(default = "product_version", skip_serializing_if = "Option::is_none")]
    product_version: Option<String>,
    #[serde(default = "content_version", skip_serializing_if = "Option::is_none")]
    content_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial_number: Option<String>,
    /// When the console last heard from it, and when it was last updated.
    #[serde(skip_deserializing, serialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) last_refreshed_date: Option<Timestamp>,
    #[serde(skip_deserializing, serialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_date: Option<Timestamp>,
}

fn default_port() -> u16 {
    40814
}

fn active() -> String {
    "active".to_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn product_version() -> Option<String> {
    Some("8.31.0".to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn content_version() -> Option<String> {
    Some("1.1.3717".to_owned())
}

impl Engine {
    /// An engine with this name at this host.
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            status: active(),
            product_version: product_version(),
            content_version: content_version(),
            ..Self::unpaired(name, address, default_port())
        }
    }

    /// An engine that the console has not communicated with yet.
    pub(super) fn unpaired(name: impl Into<String>, address: impl Into<String>, port: u16) -> Self {
        Self {
            name: name.into(),
            address: address.into(),
            port,
            status: "pending-authorization".to_owned(),
            product_version: None,
            content_version: None,
            serial_number: None,
            last_refreshed_date: None,
            last_updated_date: None,
        }
    }

    /// Whether the console has ever communicated with it.
    pub(super) fn was_seen(&self) -> bool {
        self.product_version.is_some()
    }

    setters! {
        /// The port on which the console reaches it, 40814 by default.
        port(value: u16) => port = value;
        /// Its status, `active` by default. The documents list also `incompatible-version`,
        /// `not-responding`, `pending-authorization` and `unknown`; consoles send others, and so
        /// may this one.
        status(value: impl Into<String>) => status = value.into();
        /// The version of its software.
        product_version(value: impl Into<String>) => product_version = Some(value.into());
        /// Its serial number, none by default.
        serial_number(value: impl Into<String>) => serial_number = Some(value.into());
    }
}

/// Several engines that sites use as one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct EnginePool {
    pub(super) name: String,
    pub(super) engines: BTreeSet<i32>,
}

impl EnginePool {
    /// A pool of the engines with these ids.
    pub fn new(name: impl Into<String>, engines: impl IntoIterator<Item = i32>) -> Self {
        Self { name: name.into(), engines: engines.into_iter().collect() }
    }
}

/// A site can be scanned by either, which is why they share ids and are listed together.
#[derive(Debug, Clone)]
pub(super) enum Scanner {
    Engine(Engine),
    Pool(EnginePool),
}

/// A site of a console: see [`InsightVmBuilder::sites`](super::InsightVmBuilder::sites).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[must_use]
pub struct Site {
    #[serde(skip_deserializing)]
    pub(super) id: i32,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Text>,
    #[serde(rename = "type", default = "static_site")]
    kind: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_type: Option<Text>,
    #[serde(default = "normal")]
    importance: Text,
    #[serde(default = "full_audit")]
    scan_template: Text,
    /// The engine or pool that scans it; none once that was deleted.
    #[serde(default = "local_engine", skip_serializing_if = "Option::is_none")]
    pub(super) scan_engine: Option<i32>,
    #[serde(serialize_with = "date", skip_serializing_if = "Option::is_none")]
    last_scan_time: Option<Timestamp>,
    #[serde(default)]
    assets: u32,
    #[serde(default)]
    risk_score: f64,
    #[serde(default)]
    vulnerabilities: Vulnerabilities,
}

fn static_site() -> Text {
    "static".into()
}

fn normal() -> Text {
    "normal".into()
}

fn full_audit() -> Text {
    "full-audit".into()
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn local_engine() -> Option<i32> {
    Some(LOCAL_ENGINE)
}

/// The id of a console's own engine.
pub(super) const LOCAL_ENGINE: i32 = 3;

impl Site {
    /// The properties that a list can be ordered by.
    pub(super) const SORTABLE: &str = "id name description type connectionType importance scanTemplate scanEngine \
        lastScanTime assets riskScore";

    /// A site of this name, without assets.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: 0,
            name: name.into(),
            description: None,
            kind: static_site(),
            connection_type: None,
            importance: normal(),
            scan_template: full_audit(),
            scan_engine: local_engine(),
            last_scan_time: None,
            assets: 0,
            risk_score: 0.0,
            vulnerabilities: Vulnerabilities::default(),
        }
    }

    setters! {
        /// What it is for. None by default.
        description(value: impl Into<Text>) => description = Some(value.into());
        /// The kind of site: `static` by default, `dynamic`, `agent`.
        kind(value: impl Into<Text>) => kind = value.into();
        /// Where a dynamic site finds its assets, such as `aws`. None by default.
        connection_type(value: impl Into<Text>) => connection_type = Some(value.into());
        /// How important it is, `normal` by default.
        importance(value: impl Into<Text>) => importance = value.into();
        /// The template that it is scanned with, `full-audit` by default.
        scan_template(value: impl Into<Text>) => scan_template = value.into();
        /// The engine or the pool that scans it, 3 (the local engine) by default.
        engine(value: i32) => scan_engine = Some(value);
        /// When it was last scanned. Never by default.
        last_scan(value: impl Into<Timestamp>) => last_scan_time = Some(value.into());
        /// How many assets it has.
        assets(value: u32) => assets = value;
        /// Its risk score.
        risk_score(value: f64) => risk_score = value;
        /// How many vulnerabilities were found.
        vulnerabilities(value: Vulnerabilities) => vulnerabilities = value;
    }
}

/// One run of a scan: see [`InsightVmBuilder::engine_scans`](super::InsightVmBuilder::engine_scans).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[must_use]
pub struct Scan {
    #[serde(skip_deserializing)]
    pub(super) id: i64,
    #[serde(rename = "scanName")]
    name: String,
    #[serde(rename = "scanType", default = "scheduled")]
    kind: Text,
    #[serde(default = "finished")]
    status: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by_username: Option<Text>,
    #[serde(serialize_with = "some_date")]
    start_time: Timestamp,
    #[serde(serialize_with = "duration", skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<SignedDuration>,
    #[serde(default = "local")]
    pub(super) engine_id: i32,
    #[serde(default)]
    assets: u32,
    #[serde(default)]
    vulnerabilities: Vulnerabilities,
}

fn scheduled() -> Text {
    "Scheduled".into()
}

fn finished() -> Text {
    "finished".into()
}

fn local() -> i32 {
    LOCAL_ENGINE
}

impl Scan {
    /// The properties that a list can be ordered by.
    pub(super) const SORTABLE: &str = "id scanName scanType status message startTime endTime duration assets startedBy \
        startedByUsername engineId engineName";

    /// A finished scan of this name that the local engine has run, without an end.
    pub fn new(name: impl Into<String>, started: impl Into<Timestamp>) -> Self {
        Self {
            id: 0,
            name: name.into(),
            kind: scheduled(),
            status: finished(),
            message: None,
            started_by: None,
            started_by_username: None,
            start_time: started.into(),
            duration: None,
            engine_id: LOCAL_ENGINE,
            assets: 0,
            vulnerabilities: Vulnerabilities::default(),
        }
    }

    setters! {
        /// The engine that ran it, 3 (the local engine) by default.
        engine(value: i32) => engine_id = value;
        /// Its status: `finished` by default, `running`, `stopped`, `aborted`, `error`, or another.
        status(value: impl Into<Text>) => status = value.into();
        /// Why it ended as it did. None by default.
        message(value: impl Into<Text>) => message = Some(value.into());
        /// How it was started: `Scheduled` by default, `Manual`.
        kind(value: impl Into<Text>) => kind = value.into();
        /// How long it took. None by default, as of a scan that still runs.
        duration(value: impl Into<SignedDuration>) => duration = Some(value.into());
        /// How many assets it found.
        assets(value: u32) => assets = value;
        /// How many vulnerabilities it found.
        vulnerabilities(value: Vulnerabilities) => vulnerabilities = value;
    }

    /// Who started it: their full name and their login. None by default.
    pub fn started_by(mut self, name: impl Into<Text>, login: impl Into<Text>) -> Self {
        (self.started_by, self.started_by_username) = (Some(name.into()), Some(login.into()));
        self
    }

    /// When it ended, if it has.
    pub(super) fn end_time(&self) -> Option<String> {
        let duration = self.duration?.unsigned_abs();
        Some(iso(after(self.start_time, duration)))
    }
}

/// How many vulnerabilities were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "GivenVulnerabilities")]
pub struct Vulnerabilities {
    critical: u32,
    moderate: u32,
    severe: u32,
    total: u32,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct GivenVulnerabilities {
    critical: u32,
    moderate: u32,
    severe: u32,
}

impl From<GivenVulnerabilities> for Vulnerabilities {
    fn from(given: GivenVulnerabilities) -> Self {
        Self::new(given.critical, given.severe, given.moderate)
    }
}

impl Vulnerabilities {
    /// A number for each severity.
    #[must_use]
    pub fn new(critical: u32, severe: u32, moderate: u32) -> Self {
        let total = critical.saturating_add(severe).saturating_add(moderate);
        Self { critical, moderate, severe, total }
    }
}

#[expect(clippy::ref_option, reason = "called by serde")]
fn date<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    time.map(iso).serialize(to)
}

fn some_date<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    iso(*time).serialize(to)
}

#[expect(clippy::ref_option, reason = "called by serde")]
fn duration<S: Serializer>(time: &Option<SignedDuration>, to: S) -> Result<S::Ok, S::Error> {
    time.map(iso_duration).serialize(to)
}
