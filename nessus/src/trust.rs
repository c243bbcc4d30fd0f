//! Whether a host was scanned with working credentials, and how.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use uuid::Uuid;

use crate::{Event, Finding, Host, Result};

/// How a host was scanned: with working credentials or not, and on what evidence; with which policy,
/// plugins and settings. When is in [`host.start`](Host::start) and [`host.end`](Host::end).
///
/// A scan that can't log in sees a fraction of what is wrong with a host, and reports the rest as if
/// it were not there. [`trust`] reads this for each host of a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HostTrust {
    /// The host.
    pub host: Arc<Host>,
    /// Whether the scanner had working credentials for it.
    pub credentials: Credentials,
    /// The evidence for that, in the order of the report, the host's property last. Each statement
    /// once.
    pub evidence: Vec<Evidence>,
    /// The scan policy: from plugin 19506, or else from the property `policy-used`, or else, if the
    /// host has findings, from the [report](crate::Report::policy).
    pub policy: Option<String>,
    /// The version of the plugin set, from plugin 19506 (`Plugin feed version`): usually a time to
    /// the minute, `202203221555`.
    pub plugin_set: Option<String>,
    /// The first 100 lines of plugin 19506, which describes the scan of this host, by the name
    /// before the colon: `Scan type`, `Port range`, `Thorough tests`, … Of several such items, the
    /// first. Values longer than 200 characters are cut; [`diff`](crate::diff) compares the whole
    /// ones. Empty if there is none: the plugin is disabled, or the scan of the host did not end.
    pub settings: BTreeMap<String, String>,
    /// Digests of the whole values of those settings that were cut.
    #[serde(skip)]
    pub(crate) cut_settings: BTreeMap<String, Uuid>,
}

/// Whether a scanner had working credentials for a host.
///
/// # Decision table
/// The first row whose conditions hold decides. "The scan says yes" is one of: `Credentialed checks :
/// yes` of plugin 19506, followed by anything; the host's property `Credentialed_Scan` is `true`;
/// plugin 117887 (patch assessment is available). "The scan says no" is one of: `Credentialed
/// checks : no`; `Credentialed_Scan` is `false`; plugin 21745 (patch assessment failed).
///
/// | # | the scan says yes | the scan says no | what else | credentials |
/// | --- | --- | --- | --- | --- |
/// | 1 | ✓ | ✓ | | [`Unclear`](Self::Unclear): contradictory |
/// | 2 | ✓ | | 104410, 110385, 117885, 24786 or 117886 | [`Limited`](Self::Limited) |
/// | 3 | ✓ | | | [`Working`](Self::Working) |
/// | 4 | | ✓ | 141118, 110095, 110385, 117885 or 24786: a login worked | [`Unclear`](Self::Unclear): contradictory |
/// | 5 | | ✓ | 104410 or 21745 | [`Failed`](Self::Failed) |
/// | 6 | | ✓ | | [`Absent`](Self::Absent) |
/// | 7 | | | 104410, and one of 141118, 110095, 110385, 117885, 24786 | [`Unclear`](Self::Unclear): a login worked, another did not |
/// | 8 | | | 104410 | [`Failed`](Self::Failed) |
/// | 9 | | | 110385, 117885 or 24786 | [`Limited`](Self::Limited) |
/// | 10 | | | 110095 | [`Working`](Self::Working) |
/// | 11 | | | 141118 or 117886 | [`Unclear`](Self::Unclear): a login alone, or a missing assessment, is not enough |
/// | 12 | | | 110723 | [`Absent`](Self::Absent) |
/// | 13 | | | | [`Unknown`](Self::Unknown) |
///
/// # What the plugins mean
/// | plugin | title | means |
/// | --- | --- | --- |
/// | 19506 | Nessus Scan Information | the scan's own summary; the name of the account is in it, where one was used |
/// | 117887 | OS Security Patch Assessment Available | local checks ran |
/// | 117886 | OS Security Patch Assessment Not Available | they did not; no failure by itself, as it is written for unsupported systems and without credentials too |
/// | 21745 | OS Security Patch Assessment Failed (before: Authentication Failure - Local Checks Not Run) | they should have run, and could not; a failed login is one of several causes |
/// | 141118 | Target Credential Status …: Valid Credentials Provided | a login worked, by one protocol; nothing about privileges |
/// | 104410 | …: Failure for Provided Credentials | by one protocol, no login worked; another may have |
/// | 110723 | …: No Credentials Provided | a protocol was there for which the scan has none |
/// | 110095 | Target Credential Issues …: No Issues Found | logged in, with the privileges for all planned checks |
/// | 110385 | …: Insufficient Privilege | logged in, without |
/// | 117885 | …: Intermittent Authentication Failure | logged in, not each time |
/// | 24786 | Nessus Windows Scan Not Performed with Admin Privileges | logged in, without |
///
/// Not used: 122502 and 122503, which are about integrations (patch management), not the host; and
/// anything that another program adds to the report. A plugin that the policy disables is not evidence.
/// An agent needs no login: its 19506 says yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Credentials {
    /// The report has no information about it.
    Unknown,
    /// The scan was not credentialed, and there is no evidence that a login was tried.
    Absent,
    /// Credentials were given, and local checks did not run.
    Failed,
    /// The evidence is contradictory or insufficient.
    Unclear,
    /// A login worked, but not by each protocol, not each time, or without the privileges that all
    /// checks need.
    Limited,
    /// The scan was credentialed, and no evidence contradicts it.
    Working,
}

/// A statement of a report about the credentials for a host.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Evidence {
    /// The plugin. `None` is the host's property `Credentialed_Scan`.
    pub plugin: Option<u32>,
    /// The statement: for plugin 19506 and the property, the value (at most 200 characters); for
    /// others, the meaning of the plugin.
    pub says: String,
}

/// How each host of a report was scanned, in constant memory: see [`HostTrust`].
///
/// Errors of the events are passed on; after one of a single item, the rest of its host is judged
/// without that item.
///
/// ```
/// use scanops_nessus::{Credentials, Findings, trust};
///
/// let report = br#"<NessusClientData_v2><Report name="weekly"><ReportHost name="10.0.0.7">
///     <HostProperties><tag name="Credentialed_Scan">false</tag></HostProperties>
///     <ReportItem pluginID="104410" port="22"/></ReportHost></Report></NessusClientData_v2>"#;
/// for host in trust(Findings::new(&report[..]).events()) {
///     let host = host?;
///     if host.credentials < Credentials::Working {
///         println!("{}: {:?}, {:?}", host.host.name, host.credentials, host.evidence);
///     }
/// #   assert_eq!(host.credentials, Credentials::Failed);
/// }
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
pub fn trust(
    events: impl IntoIterator<Item = Result<Event>>,
) -> impl Iterator<Item = Result<HostTrust>> {
    let mut hosts = TrustReader::new();
    events.into_iter().filter_map(move |event| match event {
        Ok(event) => hosts.read(&event).map(Ok),
        Err(error) => Some(Err(error)),
    })
}

/// Reads [`HostTrust`] from events one by one: along with other work, or from an async stream.
///
/// ```
/// use scanops_nessus::{Findings, TrustReader};
///
/// # let report = br#"<NessusClientData_v2><Report name="r"><ReportHost name="10.0.0.7"/></Report>
/// # </NessusClientData_v2>"#;
/// let mut hosts = TrustReader::new();
/// for event in Findings::new(&report[..]).events() {
///     if let Some(host) = hosts.read(&event?) {
///         println!("{}: {:?}", host.host.name, host.credentials);
///     }
/// }
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TrustReader {
    found: u16,
    evidence: Vec<Evidence>,
    policy: Option<String>,
    settings: BTreeMap<String, String>,
    cut_settings: BTreeMap<String, Uuid>,
}

/// Bits of `TrustReader::found`: what the evidence is for.
const YES: u16 = 1;
const NO: u16 = 1 << 1;
const PROTOCOL_FAILED: u16 = 1 << 2;
const LOGGED_IN: u16 = 1 << 3;
const SUFFICIENT: u16 = 1 << 4;
const LIMITED: u16 = 1 << 5;
const NOT_ASSESSED: u16 = 1 << 6;
const NOT_GIVEN: u16 = 1 << 7;
const ASSESSMENT_FAILED: u16 = 1 << 8;

const SCAN_INFORMATION: u32 = 19506;
/// The line of plugin 19506 with the name of the policy.
pub(crate) const POLICY: &str = "Scan policy used";
/// Longer values are cut, and further lines ignored, to bound what a hostile report can take.
const VALUE: usize = 200;
const LINES: usize = 100;

impl TrustReader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next event. At the end of a host, returns the result for it.
    pub fn read(&mut self, event: &Event) -> Option<HostTrust> {
        match event {
            Event::HostStart(_) => *self = Self::default(),
            Event::Finding(finding) => self.finding(finding),
            Event::HostEnd { host, .. } => return Some(self.end(host)),
        }
        None
    }

    fn finding(&mut self, finding: &Finding) {
        let id = finding.plugin.id;
        if self.policy.is_none() {
            self.policy = finding.report.policy.clone().filter(|policy| !policy.is_empty());
        }
        if id == SCAN_INFORMATION {
            return self.scan_information(finding.plugin_output.as_deref().unwrap_or_default());
        }
        let (bits, says) = match id {
            117_887 => (YES, "patch assessment is available"),
            117_886 => (NOT_ASSESSED, "patch assessment is not available"),
            21_745 => (NO | ASSESSMENT_FAILED, "patch assessment failed"),
            141_118 => (LOGGED_IN, "a login worked"),
            104_410 => (PROTOCOL_FAILED, "no login worked by a protocol"),
            110_723 => (NOT_GIVEN, "no credentials for a protocol"),
            110_095 => (LOGGED_IN | SUFFICIENT, "logged in with sufficient privileges"),
            110_385 => (LOGGED_IN | LIMITED, "logged in with insufficient privileges"),
            117_885 => (LOGGED_IN | LIMITED, "logged in, but not each time"),
            24_786 => (LOGGED_IN | LIMITED, "logged in without administrative privileges"),
            _ => return,
        };
        self.add(Some(id), bits, says);
    }

    fn scan_information(&mut self, output: &str) {
        let (mut lines, mut cut) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in output.lines().take(LINES).filter_map(|line| line.split_once(':')) {
            let (name, whole) = (brief(name), value.trim());
            if lines.contains_key(&name) {
                continue;
            }
            let value = brief(whole);
            if value.len() < whole.len() {
                cut.insert(name.clone(), Uuid::new_v5(&Uuid::NAMESPACE_OID, whole.as_bytes()));
            }
            lines.insert(name, value);
        }
        if let Some(value) = lines.get("Credentialed checks") {
            self.add_yes_or_no(Some(SCAN_INFORMATION), value);
        }
        if self.settings.is_empty() {
            (self.settings, self.cut_settings) = (lines, cut);
        }
    }

    fn add_yes_or_no(&mut self, plugin: Option<u32>, value: &str) {
        let word = value.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let bits = match word.to_ascii_lowercase().as_str() {
            "yes" | "true" => YES,
            "no" | "false" => NO,
            _ => return,
        };
        self.add(plugin, bits, value);
    }

    fn add(&mut self, plugin: Option<u32>, bits: u16, says: &str) {
        // A plugin is repeated only if it adds something.
        let known = |known: &Evidence| {
            known.plugin == plugin && (self.found & bits == bits || known.says == says)
        };
        if !self.evidence.iter().any(known) {
            self.evidence.push(Evidence { plugin, says: says.to_owned() });
        }
        self.found |= bits;
    }

    fn end(&mut self, host: &Arc<Host>) -> HostTrust {
        for value in host.properties.get("Credentialed_Scan").into_iter().flatten() {
            self.add_yes_or_no(None, &brief(value));
        }
        let Self { found, evidence, policy, settings, cut_settings } = std::mem::take(self);
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let setting = |name| given(settings.get(name).map(String::as_str));
        HostTrust {
            host: Arc::clone(host),
            credentials: decide(found),
            evidence,
            policy: setting(POLICY).or_else(|| given(host.property("policy-used"))).or(policy),
            plugin_set: setting("Plugin feed version"),
            settings,
            cut_settings,
        }
    }
}

/// The decision table of [`Credentials`].
fn decide(found: u16) -> Credentials {
    let has = |bits: u16| found & bits != 0;
    match (has(YES), has(NO)) {
        (true, true) => Credentials::Unclear,
        (true, false) if has(PROTOCOL_FAILED | LIMITED | NOT_ASSESSED) => Credentials::Limited,
        (true, false) => Credentials::Working,
        (false, true) if has(LOGGED_IN) => Credentials::Unclear,
        (false, true) if has(PROTOCOL_FAILED | ASSESSMENT_FAILED) => Credentials::Failed,
        (false, true) => Credentials::Absent,
        (false, false) if has(PROTOCOL_FAILED) && has(LOGGED_IN) => Credentials::Unclear,
        (false, false) if has(PROTOCOL_FAILED) => Credentials::Failed,
        (false, false) if has(LIMITED) => Credentials::Limited,
        (false, false) if has(SUFFICIENT) => Credentials::Working,
        (false, false) if has(LOGGED_IN | NOT_ASSESSED) => Credentials::Unclear,
        (false, false) if has(NOT_GIVEN) => Credentials::Absent,
        (false, false) => Credentials::Unknown,
    }
}

/// A text without surrounding white space, cut.
fn brief(text: &str) -> String {
    text.trim().chars().take(VALUE).collect()
}
