//! One finding.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Compliance, Host, Plugin, Report, Severity, open_enum, texts::Texts};

/// One finding: what one plugin found on one port of one host.
///
/// Nothing of the report's item is lost: what has no field is in [`Plugin::other`] or in
/// [`other`](Self::other), as text.
///
/// In JSON a finding is an object without line breaks, so a file of findings can have one per line.
/// The plugin's fields are in that object itself; report, host and scores are objects within it:
/// `{"report":{"name":"r"},"host":{"name":"h"},"plugin_id":57582,"port":443,…}`. Fields without a
/// value are left out, unknown fields are ignored when reading, and what is read equals what was
/// written. The [key](Self::key) is not part of it. [`brief`](Self::brief) is a smaller form.
///
/// ```
/// use scanops_nessus::{Finding, Findings};
///
/// let report = br#"<NessusClientData_v2><Report name="r"><ReportHost name="h">
///     <ReportItem pluginID="57582" port="443" protocol="tcp" severity="2">
///         <cve>CVE-2004-2761</cve><plugin_output>a &lt; b</plugin_output>
///     </ReportItem></ReportHost></Report></NessusClientData_v2>"#;
/// let finding = Findings::new(&report[..]).next().unwrap()?;
/// assert_eq!((finding.plugin.id, finding.port), (57582, 443));
/// assert_eq!(finding.plugin_output.as_deref(), Some("a < b"));
///
/// let line = serde_json::to_string(&finding)?;
/// assert!(!line.contains('\n') && line.contains(r#""severity":"medium""#));
/// assert_eq!(serde_json::from_str::<Finding>(&line)?, finding);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The report that contains it.
    #[serde(default)]
    pub report: Arc<Report>,
    /// The host.
    #[serde(default)]
    pub host: Arc<Host>,
    /// The plugin that found it, and what the report says about the plugin.
    #[serde(flatten)]
    pub plugin: Arc<Plugin>,
    /// The port. 0 if the finding is about the host as a whole.
    #[serde(default)]
    pub port: u16,
    /// The protocol of that port.
    #[serde(default)]
    pub protocol: Protocol,
    /// The service on that port (`svc_name`): `www`, `cifs`, `general`, …
    #[serde(default)]
    pub service: String,
    /// The severity. [`Info`](Severity::Info) if the item has none.
    #[serde(default)]
    pub severity: Severity,
    /// What the plugin printed for this host. It can be megabytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_output: Option<String>,
    /// The result of a compliance check, if it is one. Equal results are shared, as the plugin is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Arc<Compliance>>,
    /// The item's other information about the host, by name, repeats in their order: `attachment`
    /// elements, further `plugin_output` elements, and what is in them (`attachment@name`); further
    /// attributes of the item (`@attribute`); text of the item outside elements (`#text`), without
    /// surrounding white space.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub other: Texts,
}

impl Finding {
    /// The same JSON without the host's [`properties`](Host::properties), which otherwise are
    /// repeated with every finding. It reads back as a `Finding` whose host has none.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use scanops_nessus::{Finding, Host};
    ///
    /// let mut host = Host::default();
    /// host.name = "10.0.0.7".into();
    /// host.properties.insert("cpe".into(), vec!["cpe:/o:linux".into()]);
    /// let mut finding = Finding::default();
    /// finding.host = Arc::new(host);
    ///
    /// let line = serde_json::to_string(&finding.brief())?;
    /// assert!(!line.contains("properties"));
    /// assert_eq!(serde_json::from_str::<Finding>(&line)?.host.name, "10.0.0.7");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn brief(&self) -> impl Serialize + '_ {
        let Host { name, ip, fqdn, uuid, os, macs, start, end, properties: _ } = &*self.host;
        let host = Host {
            name: name.clone(),
            ip: ip.clone(),
            fqdn: fqdn.clone(),
            uuid: uuid.clone(),
            os: os.clone(),
            macs: macs.clone(),
            start: *start,
            end: *end,
            properties: Texts::new(),
        };
        Brief {
            report: &self.report,
            host,
            plugin: &self.plugin,
            port: self.port,
            protocol: &self.protocol,
            service: &self.service,
            severity: self.severity,
            plugin_output: self.plugin_output.as_deref(),
            compliance: self.compliance.as_deref(),
            other: &self.other,
        }
    }
}

#[derive(Serialize)]
struct Brief<'a> {
    report: &'a Report,
    host: Host,
    #[serde(flatten)]
    plugin: &'a Plugin,
    port: u16,
    protocol: &'a Protocol,
    service: &'a str,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin_output: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compliance: Option<&'a Compliance>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    other: &'a Texts,
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
