//! What a report says about itself and about a host.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    texts::{Texts, lines, push},
    time::{absolute, local},
};

/// What a report says about itself. All its findings share one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Report {
    /// The name of the report: in Tenable.sc, that of the scan. Empty if it has none.
    pub name: String,
    /// The name of the scan policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// A scanned host. All its findings share one.
///
/// The fields are the properties that most programs need. Each property is in one place only: in
/// its field, or in [`properties`](Self::properties).
///
/// ```
/// use scanops_nessus::Host;
///
/// let mut host = Host::default();
/// host.name = "10.0.0.7".into();
/// host.os = Some("Debian 12".into());
/// assert_eq!(host.property("system-type"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Host {
    /// The name it was scanned by: an address or a name.
    pub name: String,
    /// Its address: `host-ip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// Its fully qualified name: `host-fqdn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fqdn: Option<String>,
    /// Its UUID, which an agent on it has: `host-uuid`, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// Its operating system, if the scanner could determine it: `operating-system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// Its hardware addresses: the lines of `mac-address`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub macs: Vec<String>,
    /// When its scan began. In JSON, whole seconds since 1970.
    ///
    /// Begin and end are always taken from the same pair of properties, so that their difference
    /// is the duration of the scan: `HOST_START_TIMESTAMP` and `HOST_END_TIMESTAMP`, which are
    /// absolute, if both are there, or else `HOST_START` and `HOST_END`. The latter are absolute
    /// if they have an offset (web-application scans); otherwise they are the scanner's local time
    /// without a zone and are taken as UTC.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<i64>"))]
    pub start: Option<Timestamp>,
    /// When its scan ended, as described for [`start`](Self::start).
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<i64>"))]
    pub end: Option<Timestamp>,
    /// All other properties by name, repeats in their order.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub properties: Texts,
}

use jiff::fmt::serde::timestamp::second::optional as seconds;

type ReadTime = fn(&str) -> Option<Timestamp>;

const STAMPS: [&str; 2] = ["HOST_START_TIMESTAMP", "HOST_END_TIMESTAMP"];
const TEXTS: [&str; 2] = ["HOST_START", "HOST_END"];

impl Host {
    /// The first value of one of the other properties.
    ///
    /// ```
    /// # use scanops_nessus::Findings;
    /// # let report = br#"<NessusClientData_v2><Report name="r"><ReportHost name="h">
    /// # <HostProperties><tag name="system-type">router</tag></HostProperties>
    /// # <ReportItem pluginID="19506"/></ReportHost></Report></NessusClientData_v2>"#;
    /// # let finding = Findings::new(&report[..]).next().unwrap()?;
    /// assert_eq!(finding.host.property("system-type"), Some("router"));
    /// # Ok::<(), scanops_nessus::Error>(())
    /// ```
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.first().map(String::as_str)
    }

    /// Moves properties to their fields. Values that don't fit their field remain properties.
    pub(crate) fn settle(&mut self) {
        let properties = &mut self.properties;
        for (field, name) in [
            (&mut self.ip, "host-ip"),
            (&mut self.fqdn, "host-fqdn"),
            (&mut self.uuid, "host-uuid"),
            (&mut self.os, "operating-system"),
        ] {
            if field.is_none() {
                *field = take(properties, name, |text| Some(text.to_owned()));
            }
        }
        for text in properties.remove("mac-address").unwrap_or_default() {
            if let Some(lines) = lines(&text) {
                self.macs.extend(lines.map(str::to_owned));
            } else {
                push(properties, "mac-address", text);
            }
        }
        self.settle_times();
    }

    /// Sets begin and end from one pair of properties.
    fn settle_times(&mut self) {
        if self.start.is_some() || self.end.is_some() {
            return;
        }
        let properties = &mut self.properties;
        let pairs = [(STAMPS, absolute as ReadTime), (TEXTS, absolute), (TEXTS, local)];
        let has = |properties: &Texts, name, read: ReadTime| {
            properties
                .get(name)
                .is_some_and(|texts: &Vec<String>| texts.iter().any(|text| read(text).is_some()))
        };
        // A whole pair first, then half of one.
        for whole in [true, false] {
            for (names, read) in pairs {
                let found = names.iter().filter(|name| has(properties, **name, read)).count();
                if found == 2 || (found == 1 && !whole) {
                    self.start = take(properties, names[0], read);
                    self.end = take(properties, names[1], read);
                    return;
                }
            }
        }
    }
}

/// Takes the first value of a property that can be read.
fn take<T>(properties: &mut Texts, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let texts = properties.get_mut(name)?;
    let (at, value) =
        texts.iter().enumerate().find_map(|(at, text)| read(text).map(|value| (at, value)))?;
    texts.remove(at);
    if texts.is_empty() {
        properties.remove(name);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(properties: &[(&str, &str)]) -> Host {
        let mut host = Host::default();
        for (name, text) in properties {
            push(&mut host.properties, name, (*text).to_owned());
        }
        host.settle();
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
        assert_eq!((host.start, host.end), (absolute("1536888791"), None));
        assert_eq!(host.property("HOST_START"), Some("Fri Sep 14 03:33:11 2018"));
        assert_eq!(host.property("HOST_END"), Some("yesterday"));
        assert_eq!(host.property("host-ip"), Some("10.0.0.8"));
        assert_eq!((host.property("os"), &host.os), (Some("windows"), &None));
    }

    #[test]
    fn begin_and_end_are_from_one_pair() {
        let (start, end) =
            (("HOST_START", "Fri Sep 14 03:33:11 2018"), ("HOST_END", "Fri Sep 14 03:34:11 2018"));
        let (start_stamp, end_stamp) =
            (("HOST_START_TIMESTAMP", "1536888791"), ("HOST_END_TIMESTAMP", "1536888891"));
        let times = |properties: &[_]| {
            let host = host(properties);
            (host.start.map(Timestamp::as_second), host.end.map(Timestamp::as_second))
        };
        let stamps = (Some(1_536_888_791), Some(1_536_888_891));
        let texts = (Some(1_536_895_991), Some(1_536_896_051));
        assert_eq!(times(&[start, end, start_stamp, end_stamp]), stamps);
        assert_eq!(times(&[start, end, end_stamp]), texts);
        assert_eq!(times(&[start, end_stamp]), (None, stamps.1));
        assert_eq!(times(&[end]), (None, texts.1));
        let iso = ("HOST_START", "2018-09-14T03:33:11.5+00:00");
        assert_eq!(times(&[iso, ("HOST_END", "2018-09-14T05:34:11+02:00")]), texts);
    }
}
