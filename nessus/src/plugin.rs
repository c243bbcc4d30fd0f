//! What describes a plugin.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{open_enum, texts::Texts};

/// What a report says about a plugin: the part of an item that does not depend on the host.
///
/// Findings of the same plugin share one record from the second on, as long as the report describes
/// the plugin with the same bytes and the record is still in the
/// [cache](crate::Limits#structfield.cache). Don't compare plugins by address.
///
/// In the JSON of a [`Finding`](crate::Finding) its fields are those of the finding's own object.
/// `id`, `name`, `family`, the plugin's two dates and `other` have the prefix `plugin_` there.
///
/// ```
/// use scanops_nessus::Plugin;
///
/// let mut plugin = Plugin::default();
/// (plugin.id, plugin.name) = (57582, "SSL Self-Signed Certificate".into());
/// plugin.cves.push("CVE-2004-2761".into());
/// assert!(plugin.cvss3.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Plugin {
    /// The plugin's number. 0 is the scanner itself: an open port, for example.
    #[serde(rename = "plugin_id")]
    pub id: u32,
    /// The plugin's name, which is the finding's title.
    #[serde(default, rename = "plugin_name")]
    pub name: String,
    /// The family of the plugin.
    #[serde(default, rename = "plugin_family")]
    pub family: String,
    /// The risk in a word: `None` to `Critical`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_factor: Option<String>,
    /// The finding in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synopsis: Option<String>,
    /// The finding at length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How to fix it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solution: Option<String>,
    /// CVE identifiers: `CVE-2017-11305`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cves: Vec<String>,
    /// Bugtraq identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bids: Vec<u32>,
    /// Identifiers in other catalogues.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub xrefs: Vec<Xref>,
    /// Further reading: the lines of `see_also`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub see_also: Vec<String>,
    /// Scores of CVSS version 2.
    #[serde(default, skip_serializing_if = "Cvss::is_empty")]
    pub cvss2: Cvss,
    /// Scores of CVSS version 3.
    #[serde(default, skip_serializing_if = "Cvss::is_empty")]
    pub cvss3: Cvss,
    /// Scores of CVSS version 4, where temporal is called threat.
    #[serde(default, skip_serializing_if = "Cvss::is_empty")]
    pub cvss4: Cvss,
    /// The probability of exploitation within 30 days, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss_score: Option<f64>,
    /// Tenable's vulnerability priority rating, from 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpr_score: Option<f64>,
    /// Whether and how it is exploited.
    #[serde(default, skip_serializing_if = "Exploit::is_empty")]
    pub exploit: Exploit,
    /// When the vulnerability was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<crate::schema::Date>"))]
    pub vuln_publication_date: Option<Date>,
    /// When a patch was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<crate::schema::Date>"))]
    pub patch_publication_date: Option<Date>,
    /// When the plugin was published: `plugin_publication_date`.
    #[serde(default, rename = "plugin_publication_date", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<crate::schema::Date>"))]
    pub publication_date: Option<Date>,
    /// When the plugin was last changed: `plugin_modification_date`.
    #[serde(default, rename = "plugin_modification_date", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<crate::schema::Date>"))]
    pub modification_date: Option<Date>,
    /// How the plugin works: `local`, `remote`, `combined`, `summary`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_type: Option<String>,
    /// The plugin's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fname: Option<String>,
    /// The plugin's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_version: Option<String>,
    /// All other elements of the item by name, repeats in their order: elements that have no field,
    /// that are there more often than their field can hold, or whose text their field can't hold
    /// (a date that is not one). An element within another has both names (`outer/inner`), an
    /// attribute is `element@attribute`.
    ///
    /// Elements that are known to belong to the host are in
    /// [`Finding::other`](crate::Finding::other).
    #[serde(default, rename = "plugin_other", skip_serializing_if = "Texts::is_empty")]
    pub other: Texts,
}

/// The identifier of a vulnerability in another catalogue: `CWE:79` is number 79 of CWE.
///
/// ```
/// use scanops_nessus::Xref;
///
/// let xref: Xref = "MSFT:MS17-4011574".parse()?;
/// assert_eq!((xref.source.as_str(), xref.id.as_str()), ("MSFT", "MS17-4011574"));
/// assert_eq!(xref.to_string(), "MSFT:MS17-4011574");
/// # Ok::<(), scanops_nessus::NotAnXref>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Xref {
    /// The catalogue: `CWE`, `MSFT`, `IAVA`, … Has no colon.
    pub source: String,
    /// The identifier in it.
    pub id: String,
}

/// The error of parsing an [`Xref`]: the text has no colon.
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
        let text = String::deserialize(from)?;
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
            /// Whether no field has a value.
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

    /// Whether and how a vulnerability is exploited. `None` if the plugin has no information.
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
        /// How to fix it: `cm:compliance-solution`.
        solution: Option<String>,
        /// Which rules require it, as written (`800-53|CM-6,CSCv6|3.1`): `cm:compliance-reference`.
        reference: Option<String>,
        /// Further reading: the lines of `cm:compliance-see-also`.
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
        /// A person must check it.
        Warning = "WARNING",
        /// It could not be checked.
        Error = "ERROR",
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
