//! One finding, with all that its plugin says of it.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Date, Host, Report, Severity, xml::Texts};
use crate::open_enum::open_enum;

/// One finding: what one plugin found on one port of one host.
///
/// Nothing of the report's item is lost. What has no field, is there more often than its field can
/// hold, or is not what its field holds (a date that is none) is in [`other`](Self::other), as text
/// under its element's name.
///
/// In JSON it is one object, and so a finding one line. Fields without a value are left out; what is
/// read again equals what was written. Fields that are not known when reading are ignored.
///
/// ```
/// use scanops::nessus::{Finding, Findings};
///
/// let report = br#"<NessusClientData_v2><Report name="r"><ReportHost name="h">
///     <ReportItem pluginID="57582" port="443" protocol="tcp" severity="2">
///         <cve>CVE-2004-2761</cve><plugin_output>a &lt; b</plugin_output>
///     </ReportItem></ReportHost></Report></NessusClientData_v2>"#;
/// let finding = Findings::new(&report[..]).next().unwrap()?;
/// assert_eq!(finding.plugin_output.as_deref(), Some("a < b"));
///
/// let line = serde_json::to_string(&finding)?;
/// assert!(!line.contains('\n') && line.contains(r#""severity":"medium""#));
/// assert_eq!(serde_json::from_str::<Finding>(&line)?, finding);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The report that it is from.
    #[serde(default)]
    pub report: Arc<Report>,
    /// The host that it was found on.
    #[serde(default)]
    pub host: Arc<Host>,
    /// The plugin that found it. 0 is the scanner itself: an open port, for one.
    pub plugin_id: u32,
    /// The plugin's name, which is the finding's title.
    #[serde(default)]
    pub plugin_name: String,
    /// The family that the plugin is in.
    #[serde(default)]
    pub plugin_family: String,
    /// The port that it was found on. 0 where it is about the host as a whole.
    #[serde(default)]
    pub port: u16,
    /// The protocol of that port.
    #[serde(default)]
    pub protocol: Protocol,
    /// The service on that port (`svc_name`): `www`, `cifs`, `general`, …
    #[serde(default)]
    pub service: String,
    /// How bad it is. [`Info`](Severity::Info) where the item does not say.
    #[serde(default)]
    pub severity: Severity,
    /// How bad it is, in a word: `None` to `Critical`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_factor: Option<String>,
    /// What was found, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synopsis: Option<String>,
    /// What was found, at length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solution: Option<String>,
    /// What the plugin put out on this host. It can be megabytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_output: Option<String>,
    /// Its CVE numbers: `CVE-2017-11305`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cves: Vec<String>,
    /// Its Bugtraq numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bids: Vec<u32>,
    /// Its numbers elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub xrefs: Vec<Xref>,
    /// Where to read on: the lines of `see_also`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub see_also: Vec<String>,
    /// Its scores by CVSS version 2.
    #[serde(default, skip_serializing_if = "Cvss::is_empty")]
    pub cvss2: Cvss,
    /// Its scores by CVSS version 3.
    #[serde(default, skip_serializing_if = "Cvss::is_empty")]
    pub cvss3: Cvss,
    /// Its scores by CVSS version 4, where temporal is called threat.
    #[serde(default, skip_serializing_if = "Cvss::is_empty")]
    pub cvss4: Cvss,
    /// How likely it is to be exploited within 30 days, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss_score: Option<f64>,
    /// Tenable's own priority, from 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpr_score: Option<f64>,
    /// Whether and how it is exploited.
    #[serde(default, skip_serializing_if = "Exploit::is_empty")]
    pub exploit: Exploit,
    /// When the vulnerability became known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vuln_publication_date: Option<Date>,
    /// When there was a patch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch_publication_date: Option<Date>,
    /// When there was the plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_publication_date: Option<Date>,
    /// When the plugin was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_modification_date: Option<Date>,
    /// How the plugin works: `local`, `remote`, `combined`, `summary`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_type: Option<String>,
    /// The plugin's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fname: Option<String>,
    /// The plugin's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_version: Option<String>,
    /// What a compliance check found, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Box<Compliance>>,
    /// All other elements by their name, repeats kept in their order. An element within another
    /// is under both names (`outer/inner`), an attribute of one under `element@attribute`, a
    /// further attribute of the item itself under `@attribute`, a text of the item that is in no
    /// element under `#text`, without the blanks around it.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub other: Texts,
}

impl Finding {
    pub(super) fn new(report: Arc<Report>, host: Arc<Host>) -> Self {
        Self {
            report,
            host,
            plugin_id: 0,
            plugin_name: String::new(),
            plugin_family: String::new(),
            port: 0,
            protocol: Protocol::default(),
            service: String::new(),
            severity: Severity::Info,
            risk_factor: None,
            synopsis: None,
            description: None,
            solution: None,
            plugin_output: None,
            cves: Vec::new(),
            bids: Vec::new(),
            xrefs: Vec::new(),
            see_also: Vec::new(),
            cvss2: Cvss::default(),
            cvss3: Cvss::default(),
            cvss4: Cvss::default(),
            epss_score: None,
            vpr_score: None,
            exploit: Exploit::default(),
            vuln_publication_date: None,
            patch_publication_date: None,
            plugin_publication_date: None,
            plugin_modification_date: None,
            plugin_type: None,
            fname: None,
            script_version: None,
            compliance: None,
            other: Texts::new(),
        }
    }
}

open_enum! {
    /// The protocol of a port.
    pub enum Protocol {
        /// TCP.
        Tcp = "tcp",
        /// UDP.
        Udp = "udp",
        /// ICMP, which has no ports.
        Icmp = "icmp",
    }
}

impl Default for Protocol {
    /// No protocol: an empty text.
    fn default() -> Self {
        Self::Other(String::new())
    }
}

/// The number of a finding somewhere else: `CWE:79` is number 79 of CWE.
///
/// ```
/// use scanops::nessus::Xref;
///
/// let xref: Xref = "MSFT:MS17-4011574".parse()?;
/// assert_eq!((xref.source.as_str(), xref.id.as_str()), ("MSFT", "MS17-4011574"));
/// assert_eq!(xref.to_string(), "MSFT:MS17-4011574");
/// # Ok::<(), scanops::nessus::NotAnXref>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Xref {
    /// Who gave the number: `CWE`, `MSFT`, `IAVA`, … It has no colon.
    pub source: String,
    /// The number.
    pub id: String,
}

/// A text is no cross reference: it has no colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAnXref;

impl fmt::Display for NotAnXref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a cross reference of the form CWE:79")
    }
}

impl std::error::Error for NotAnXref {}

impl FromStr for Xref {
    type Err = NotAnXref;

    fn from_str(text: &str) -> Result<Self, NotAnXref> {
        let (source, id) = text.split_once(':').ok_or(NotAnXref)?;
        Ok(Self { source: source.to_owned(), id: id.to_owned() })
    }
}

impl fmt::Display for Xref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.id)
    }
}

impl Serialize for Xref {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Xref {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

macro_rules! optional {
    ($($(#[$meta:meta])* pub struct $name:ident {
        $( $(#[$doc:meta])* $field:ident: $type:ty, )+
    })+) => { $(
        $(#[$meta])*
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(default)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$doc])* #[serde(skip_serializing_if = "is_default")] pub $field: $type, )+
        }

        impl $name {
            /// Whether nothing is known.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                is_default(self)
            }
        }
    )+ };
}

optional! {
    /// Scores by one version of CVSS, from 0 to 10, and the vectors that they come from.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    pub struct Cvss {
        /// The base score.
        base_score: Option<f64>,
        /// The vector of the base score.
        base_vector: Option<String>,
        /// The temporal score; in version 4, the threat score.
        temporal_score: Option<f64>,
        /// The vector of the temporal score.
        temporal_vector: Option<String>,
    }

    /// Whether and how a vulnerability is exploited. `None` where the plugin does not say.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct Exploit {
        /// Whether there is an exploit: `exploit_available`.
        available: Option<bool>,
        /// How easy it is, in words: `exploitability_ease`.
        ease: Option<String>,
        /// Whether malware uses it: `exploited_by_malware`.
        by_malware: Option<bool>,
        /// Whether the scanner itself exploited it: `exploited_by_nessus`.
        by_nessus: Option<bool>,
        /// Whether it was in the news: `in_the_news`.
        in_the_news: Option<bool>,
        /// Whether frameworks have it: `exploit_framework_metasploit` is `metasploit` here.
        frameworks: std::collections::BTreeMap<String, bool>,
        /// The name of Metasploit's module: `metasploit_name`.
        metasploit_name: Option<String>,
        /// Canvas's package: `canvas_package`.
        canvas_package: Option<String>,
        /// The name in D2 Elliot: `d2_elliot_name`.
        d2_elliot_name: Option<String>,
    }

    /// What a compliance check found: the `cm:compliance-…` elements of an item.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct Compliance {
        /// Whether the host complies: `cm:compliance-result`.
        result: Option<ComplianceResult>,
        /// What was checked: `cm:compliance-check-name`.
        check_name: Option<String>,
        /// Which check it was: `cm:compliance-check-id`.
        check_id: Option<String>,
        /// What the host has: `cm:compliance-actual-value`.
        actual_value: Option<String>,
        /// What it should have: `cm:compliance-policy-value`.
        policy_value: Option<String>,
        /// Why: `cm:compliance-info`.
        info: Option<String>,
        /// What to do: `cm:compliance-solution`.
        solution: Option<String>,
        /// Which rules ask for it, as written (`800-53|CM-6,CSCv6|3.1`): `cm:compliance-reference`.
        reference: Option<String>,
        /// Where to read on: the lines of `cm:compliance-see-also`.
        see_also: Vec<String>,
        /// The file that the check is from: `cm:compliance-audit-file`.
        audit_file: Option<String>,
        /// Why it could not be checked: `cm:compliance-error`.
        error: Option<String>,
        /// All others by their name without `cm:compliance-`, repeats kept in their order.
        other: Texts,
    }
}

open_enum! {
    /// Whether a host complies.
    pub enum ComplianceResult {
        /// It does.
        Passed = "PASSED",
        /// It does not.
        Failed = "FAILED",
        /// A person must look.
        Warning = "WARNING",
        /// It could not be checked.
        Error = "ERROR",
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
