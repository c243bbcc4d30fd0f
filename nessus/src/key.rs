//! The key of a finding, which stays the same in all scans.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::{Compliance, Finding, Host};

/// Identifies a finding across scans: see [`Finding::key`].
///
/// # The recipe
/// The key is a string of seven parts with `|` between them. This is version 1 of its format:
/// another version of this crate gives the same key for the same finding, or a key that begins
/// with another number.
///
/// | part | what |
/// | --- | --- |
/// | version | `1` |
/// | scope | set by the caller ([`in_scope`](Self::in_scope)): usually the repository. Empty by default |
/// | host | `uuid:` and 32 digits in lower case, if [`uuid`](Host::uuid) is a UUID and not zero; or else `fqdn:` and [`fqdn`](Host::fqdn) in lower case without a final dot (a URL, which has a `/`, as it is), unless it is a `localhost`; or else `ip:` and [`ip`](Host::ip) in lower case; or else `name:` and [`name`](Host::name) |
/// | plugin | [its number](crate::Plugin::id) |
/// | port | [the number](Finding::port) |
/// | protocol | [its name](Finding::protocol) in lower case |
/// | check | of a compliance check, `name:` and its [name](Compliance::check_name), or else `id:` and its [id](Compliance::check_id); empty for all others |
///
/// Spaces, tabs and line breaks around host and check are removed. In each part `%`, `|`, and the
/// ASCII control characters are written as `%` and two hexadecimal digits in upper case. Lower case
/// concerns A to Z only.
///
/// Output, severity, scores, dates, the service's name and the report's name are not part of it.
///
/// Limits:
/// * A report can have several items with the same key. Scanners write plugin 22964 (service
///   detection) twice for a port with TLS, and web-application scans write one item for each URL,
///   which is in the output only. If the key is the primary key of a table, a later item
///   replaces an earlier one.
///   [`diff`](crate::diff) counts them.
/// * Two hosts with the same name (behind a load balancer, or by a router's reverse lookup) are one
///   host. Put the address into the scope, if they are to be two. Two audits with a check of the
///   same name are one check.
/// * A host that is known by its address in one scan and by name in another is two hosts. UUIDs
///   come from agents, and stay; `TAG` and `bios-uuid` are not used, because reports have them only
///   if the scanner could log in.
/// * The id of a check is not preferred to its name, because it changes whenever its text does.
///
/// # The UUID
/// [`uuid`](Self::uuid) is version 5 of the text, under [`NAMESPACE`](Self::NAMESPACE). Its 36
/// characters fit the `_id` of an Elasticsearch document, which takes at most 512 bytes; the text
/// may not, as names have any length. This is the whole recipe in Python:
///
/// ```python
#[doc = include_str!("key.py")]
/// ```
///
/// # Examples
/// ```
/// use scanops_nessus::{FindingKey, Findings};
///
/// let report = br#"<NessusClientData_v2><Report name="r"><ReportHost name="10.0.0.7">
///     <HostProperties><tag name="host-fqdn">WWW.example.com.</tag></HostProperties>
///     <ReportItem pluginID="57582" port="443" protocol="tcp"/></ReportHost></Report>
///     </NessusClientData_v2>"#;
/// let finding = Findings::new(&report[..]).next().unwrap()?;
/// let key = finding.key().in_scope("repository:3");
/// assert_eq!(key.to_string(), "1|repository:3|fqdn:www.example.com|57582|443|tcp|");
/// assert_eq!(key.uuid().to_string(), "9397f6e7-56e0-53e3-8d65-29cd526b88e8");
/// assert_eq!(key.as_str().parse::<FindingKey>()?, key);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingKey(String);

/// The parts of a key, the version included.
const PARTS: usize = 7;

impl Finding {
    /// Identifies this finding across scans: host, plugin, port, protocol, and, for compliance, the
    /// check. [`FindingKey`] has the recipe.
    ///
    /// ```
    /// use scanops_nessus::Finding;
    ///
    /// let mut finding = Finding::default();
    /// finding.port = 443;
    /// let key = finding.key();
    /// finding.plugin_output = Some("today's output".into());
    /// assert_eq!(finding.key(), key);
    /// ```
    #[must_use]
    pub fn key(&self) -> FindingKey {
        let mut text = String::with_capacity(96);
        text.push_str("1||");
        push_host(&mut text, &self.host);
        let _ = write!(text, "|{}|{}|", self.plugin.id, self.port);
        push(&mut text, &self.protocol.as_str().to_ascii_lowercase());
        text.push('|');
        if let Some(compliance) = &self.compliance {
            push_check(&mut text, compliance);
        }
        FindingKey(text)
    }
}

impl FindingKey {
    /// The namespace of the UUIDs.
    pub const NAMESPACE: Uuid = Uuid::from_u128(0x6664_caa3_5eca_4287_ae21_4559_e1a8_9984);

    /// The same key in another scope. Hosts of different networks can have the same address; the
    /// repository that a scan is imported to distinguishes them.
    #[must_use]
    pub fn in_scope(&self, scope: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + scope.len());
        text.push_str("1|");
        push(&mut text, scope);
        text.push('|');
        text.push_str(self.0.splitn(3, '|').nth(2).unwrap_or_default());
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The UUID (version 5) of the text: the same in any language, for the same finding.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        Uuid::new_v5(&Self::NAMESPACE, self.0.as_bytes())
    }
}

/// The host's part of the key.
pub(crate) fn push_host(text: &mut String, host: &Host) {
    let given = |text: &Option<String>| trim(text.as_deref().unwrap_or_default()).to_owned();
    let digits = given(&host.uuid).to_ascii_lowercase().replace('-', "");
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let mut fqdn = given(&host.fqdn);
    if !fqdn.contains('/') {
        fqdn.make_ascii_lowercase();
        fqdn.truncate(fqdn.strip_suffix('.').map_or(fqdn.len(), str::len));
    }
    let ip = given(&host.ip).to_ascii_lowercase();
    let (kind, value) = if digits.len() == 32 && is_hex && digits.bytes().any(|digit| digit != b'0')
    {
        ("uuid:", digits.as_str())
    } else if !fqdn.is_empty() && fqdn.split('.').next() != Some("localhost") {
        ("fqdn:", fqdn.as_str())
    } else if !ip.is_empty() {
        ("ip:", ip.as_str())
    } else {
        ("name:", trim(&host.name))
    };
    text.push_str(kind);
    push(text, value);
}

fn push_check(text: &mut String, compliance: &Compliance) {
    let given = |text: &'_ Option<String>| trim(text.as_deref().unwrap_or_default()).to_owned();
    let (name, id) = (given(&compliance.check_name), given(&compliance.check_id));
    if !name.is_empty() {
        text.push_str("name:");
        push(text, &name);
    } else if !id.is_empty() {
        text.push_str("id:");
        push(text, &id);
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// Adds a part.
fn push(text: &mut String, part: &str) {
    for character in part.chars() {
        if matches!(character, '%' | '|') || character.is_ascii_control() {
            let _ = write!(text, "%{:02X}", u32::from(character));
        } else {
            text.push(character);
        }
    }
}

/// The error of parsing a [`FindingKey`]: this version does not write such a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAKey;

impl fmt::Display for NotAKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a key of a finding of the form 1|scope|host|plugin|port|protocol|check")
    }
}

impl std::error::Error for NotAKey {}

impl FromStr for FindingKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let parts: Vec<_> = text.splitn(PARTS + 1, '|').collect();
        let &["1", _, host, plugin, port, _, check] = &parts[..] else {
            return Err(NotAKey);
        };
        let number = |text: &str, most: u32| {
            text.parse().is_ok_and(|number: u32| number <= most && number.to_string() == text)
        };
        let begins = |text: &str, kinds: &[&str]| kinds.iter().any(|kind| text.starts_with(kind));
        let valid = begins(host, &["uuid:", "fqdn:", "ip:", "name:"])
            && number(plugin, u32::MAX)
            && number(port, u16::MAX.into())
            && (check.is_empty() || begins(check, &["name:", "id:"]))
            && parts.iter().all(|part| is_escaped(part));
        if valid { Ok(Self(text.to_owned())) } else { Err(NotAKey) }
    }
}

/// Whether a part is what [`push`] writes.
fn is_escaped(part: &str) -> bool {
    let mut pieces = part.split('%');
    let plain = |piece: &str| !piece.bytes().any(|byte| byte.is_ascii_control());
    pieces.next().is_some_and(plain)
        && pieces.all(|piece| {
            let code = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            code.is_some_and(|code| {
                (matches!(code, b'%' | b'|') || code.is_ascii_control())
                    && piece.starts_with(&format!("{code:02X}"))
                    && plain(piece)
            })
        })
}

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for FindingKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Serialize for FindingKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FindingKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}
