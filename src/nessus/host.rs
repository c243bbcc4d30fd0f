//! What a report says of itself and of a host.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{
    date::{epoch, from_ctime, from_epoch},
    item::lines,
    xml::{Texts, push},
};

/// What a report says of itself. All its findings share one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Report {
    /// The name of the report: in Tenable.sc, that of the scan. Empty where it has none.
    pub name: String,
    /// The name of the policy that was scanned with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// A host that was scanned. All its findings share one.
///
/// The fields are those of its properties that most programs ask for. Each property is in one
/// place alone: in its field, or in [`properties`](Self::properties).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Host {
    /// The name that it was scanned by: an address, or a name.
    pub name: String,
    /// Its address: `host-ip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// Its full name: `host-fqdn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fqdn: Option<String>,
    /// Its operating system, as far as the scanner could tell: `operating-system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// Its hardware addresses: the lines of `mac-address`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub macs: Vec<String>,
    /// When its scan began: `HOST_START_TIMESTAMP`, or else `HOST_START`. The latter is the
    /// scanner's local time without a zone, and is taken as UTC. In JSON, seconds since 1970.
    #[serde(with = "epoch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<u64>"))]
    pub start: Option<SystemTime>,
    /// When its scan ended, as for [`start`](Self::start): `HOST_END_TIMESTAMP` or `HOST_END`.
    #[serde(with = "epoch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<u64>"))]
    pub end: Option<SystemTime>,
    /// All other properties by their name, repeats kept in their order.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub properties: Texts,
}

impl Host {
    /// The first value of one of the other properties.
    ///
    /// ```
    /// # use scanops::nessus::Findings;
    /// # let report = br#"<NessusClientData_v2><Report name="r"><ReportHost name="h">
    /// # <HostProperties><tag name="system-type">router</tag></HostProperties>
    /// # <ReportItem pluginID="19506"/></ReportHost></Report></NessusClientData_v2>"#;
    /// # let finding = Findings::new(&report[..]).next().unwrap()?;
    /// assert_eq!(finding.host.property("system-type"), Some("router"));
    /// # Ok::<(), scanops::Error>(())
    /// ```
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.first().map(String::as_str)
    }

    /// Moves properties to the fields that are theirs. A value that can't be one stays.
    pub(super) fn add(&mut self, properties: Texts) {
        for (name, texts) in properties {
            self.properties.entry(name).or_default().extend(texts);
        }
        let properties = &mut self.properties;
        fill(&mut self.ip, properties, "host-ip", |text| Some(text.to_owned()));
        fill(&mut self.fqdn, properties, "host-fqdn", |text| Some(text.to_owned()));
        fill(&mut self.os, properties, "operating-system", |text| Some(text.to_owned()));
        for (time, stamp, text) in [
            (&mut self.start, "HOST_START_TIMESTAMP", "HOST_START"),
            (&mut self.end, "HOST_END_TIMESTAMP", "HOST_END"),
        ] {
            fill(time, properties, stamp, from_epoch);
            fill(time, properties, text, from_ctime);
        }
        for addresses in properties.remove("mac-address").unwrap_or_default() {
            if lines(&mut self.macs, &addresses).is_none() {
                push(properties, "mac-address", addresses);
            }
        }
    }
}

/// Fills an empty field with the first value of a property that can be one.
fn fill<T>(
    field: &mut Option<T>,
    properties: &mut Texts,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) {
    if field.is_some() {
        return;
    }
    for text in properties.remove(name).unwrap_or_default() {
        match read(&text).filter(|_| field.is_none()) {
            Some(value) => *field = Some(value),
            None => push(properties, name, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(properties: &[(&str, &str)]) -> Host {
        let mut texts = Texts::new();
        for (name, text) in properties {
            push(&mut texts, *name, *text);
        }
        let mut host = Host::default();
        host.add(texts);
        host
    }

    #[test]
    fn each_property_is_in_one_place() {
        let host = host(&[
            ("host-ip", "10.0.0.7"),
            ("host-ip", "10.0.0.8"),
            ("mac-address", "00:50:56:A6:60:BC\n00:50:56:A6:60:BD"),
            ("HOST_START", "Fri Sep 14 03:33:11 2018"),
            ("HOST_START_TIMESTAMP", "1536888791"),
            ("HOST_END", "yesterday"),
            ("os", "windows"),
        ]);
        assert_eq!(host.ip.as_deref(), Some("10.0.0.7"));
        assert_eq!(host.macs, ["00:50:56:A6:60:BC", "00:50:56:A6:60:BD"]);
        assert_eq!((host.start, host.end), (from_epoch("1536888791"), None));
        assert_eq!(host.property("HOST_START"), Some("Fri Sep 14 03:33:11 2018"));
        assert_eq!(host.property("HOST_END"), Some("yesterday"));
        assert_eq!(host.property("host-ip"), Some("10.0.0.8"));
        assert_eq!((host.property("os"), &host.os), (Some("windows"), &None));
    }
}
