//! The fields of a finding: the element of an item that each is read from, its path in the JSON, and
//! its type. The reference reader and arbitrary findings are made from this table.

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};
use scanops_nessus::{
    Finding,
    jiff::{Timestamp, civil},
};
use serde::Serialize;
use serde_json::{Value, json};

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    Flag,
    Score,
    Date,
    /// A text of each element.
    Texts,
    /// The lines of each element.
    Lines,
    Numbers,
    Xrefs,
    Flags,
    Map,
    Time,
    U16,
    U32,
    Severity,
}

use Kind::{
    Date, Flag, Flags, Lines, Map, Numbers, Score, Severity, Text, Texts, Time, U16, U32, Xrefs,
};

/// The element, if it is read from one; the path in the JSON; the type.
pub(crate) const FIELDS: [(&str, &str, Kind); 72] = [
    ("", "report/name", Text),
    ("", "report/policy", Text),
    ("", "host/name", Text),
    ("", "host/ip", Text),
    ("", "host/fqdn", Text),
    ("", "host/uuid", Text),
    ("", "host/os", Text),
    ("", "host/macs", Texts),
    ("", "host/start", Time),
    ("", "host/end", Time),
    ("", "host/properties", Map),
    ("", "plugin_id", U32),
    ("", "plugin_name", Text),
    ("", "plugin_family", Text),
    ("", "port", U16),
    ("", "protocol", Text),
    ("", "service", Text),
    ("", "severity", Severity),
    ("", "other", Map),
    ("", "plugin_other", Map),
    ("", "exploit/frameworks", Flags),
    ("", "compliance/other", Map),
    ("plugin_output", "plugin_output", Text),
    ("description", "description", Text),
    ("synopsis", "synopsis", Text),
    ("solution", "solution", Text),
    ("risk_factor", "risk_factor", Text),
    ("cve", "cves", Texts),
    ("xref", "xrefs", Xrefs),
    ("bid", "bids", Numbers),
    ("see_also", "see_also", Lines),
    ("fname", "fname", Text),
    ("plugin_type", "plugin_type", Text),
    ("script_version", "script_version", Text),
    ("plugin_modification_date", "plugin_modification_date", Date),
    ("plugin_publication_date", "plugin_publication_date", Date),
    ("vuln_publication_date", "vuln_publication_date", Date),
    ("patch_publication_date", "patch_publication_date", Date),
    ("epss_score", "epss_score", Score),
    ("vpr_score", "vpr_score", Score),
    ("cvss_base_score", "cvss2/base_score", Score),
    ("cvss_vector", "cvss2/base_vector", Text),
    ("cvss_temporal_score", "cvss2/temporal_score", Score),
    ("cvss_temporal_vector", "cvss2/temporal_vector", Text),
    ("cvss3_base_score", "cvss3/base_score", Score),
    ("cvss3_vector", "cvss3/base_vector", Text),
    ("cvss3_temporal_score", "cvss3/temporal_score", Score),
    ("cvss3_temporal_vector", "cvss3/temporal_vector", Text),
    ("cvss4_base_score", "cvss4/base_score", Score),
    ("cvss4_vector", "cvss4/base_vector", Text),
    ("cvss4_threat_score", "cvss4/temporal_score", Score),
    ("cvss4_threat_vector", "cvss4/temporal_vector", Text),
    ("exploit_available", "exploit/available", Flag),
    ("exploitability_ease", "exploit/ease", Text),
    ("exploited_by_malware", "exploit/by_malware", Flag),
    ("exploited_by_nessus", "exploit/by_nessus", Flag),
    ("in_the_news", "exploit/in_the_news", Flag),
    ("exploit_framework_core", "exploit/frameworks/core", Flag),
    ("metasploit_name", "exploit/metasploit_name", Text),
    ("canvas_package", "exploit/canvas_package", Text),
    ("d2_elliot_name", "exploit/d2_elliot_name", Text),
    ("cm:compliance-result", "compliance/result", Text),
    ("cm:compliance-check-name", "compliance/check_name", Text),
    ("cm:compliance-check-id", "compliance/check_id", Text),
    ("cm:compliance-actual-value", "compliance/actual_value", Text),
    ("cm:compliance-policy-value", "compliance/policy_value", Text),
    ("cm:compliance-info", "compliance/info", Text),
    ("cm:compliance-solution", "compliance/solution", Text),
    ("cm:compliance-reference", "compliance/reference", Text),
    ("cm:compliance-see-also", "compliance/see_also", Lines),
    ("cm:compliance-audit-file", "compliance/audit_file", Text),
    ("cm:compliance-error", "compliance/error", Text),
];

impl Kind {
    /// Parses the text of an element. `None` if the field can't hold it.
    pub(crate) fn read(self, text: &str) -> Option<Value> {
        match self {
            Text => Some(json!(text)),
            Flag => text.parse::<bool>().ok().map(Value::from),
            Score => text.parse().ok().filter(|score: &f64| score.is_finite()).map(Value::from),
            Date => date(text).map(Value::from),
            Texts => Some(json!([text])),
            Numbers => text.parse::<u32>().ok().map(|number| json!([number])),
            Xrefs => text.contains(':').then(|| json!([text])),
            Lines => (text.len() <= 65_536 && !text.trim().is_empty())
                .then(|| text.lines().filter(|line| !line.is_empty()).collect()),
            Flags | Map | Time | U16 | U32 | Severity => None,
        }
    }

    /// Any value.
    fn any(self) -> BoxedStrategy<Value> {
        let date = (-9999_i16..=9999, 1_i8..=12, 1_i8..=28);
        let severities = select(vec!["info", "low", "medium", "high", "critical"]);
        match self {
            Text => as_json(text()),
            Flag => as_json(any::<bool>()),
            Score => as_json(any::<f64>()),
            Date => {
                as_json(date.prop_map(|(year, month, day)| civil::Date::constant(year, month, day)))
            }
            Texts | Lines => as_json(vec(text(), 1..3)),
            Numbers => as_json(vec(any::<u32>(), 1..3)),
            Xrefs => as_json(vec("[^:]{0,5}:\\PC{0,5}", 1..3)),
            Flags => as_json(btree_map(text(), any::<bool>(), 1..3)),
            Map => as_json(btree_map(text(), vec(text(), 0..3), 1..3)),
            Time => as_json(Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()),
            U16 => as_json(any::<u16>()),
            U32 => as_json(any::<u32>()),
            Severity => prop_oneof![as_json(severities), as_json(5..=u8::MAX)].boxed(),
        }
    }
}

fn as_json(strategy: impl Strategy<Value: Serialize> + 'static) -> BoxedStrategy<Value> {
    strategy.prop_map(|value| json!(value)).boxed()
}

/// The day of `2017/12/12`, `2017-12-12` or a timestamp.
fn date(text: &str) -> Option<String> {
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    let parts: Vec<_> = if day.contains('/') { day.split('/') } else { day.split('-') }.collect();
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let ([year, month, day], true) = (&parts[..], parts.iter().all(digits)) else { return None };
    if year.len() != 4 || time.is_some() && text.parse::<Timestamp>().is_err() {
        return None;
    }
    let year = year.parse().ok().filter(|year| *year > 0)?;
    civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok().map(|day| day.to_string())
}

/// The value at a path, which is created if it is missing.
pub(crate) fn at<'v>(json: &'v mut Value, path: &str) -> &'v mut Value {
    path.splitn(3, '/').fold(json, |value, key| &mut value[key])
}

/// Adds a parsed value to a field. False if the field has a value already and can hold only one.
pub(crate) fn add(field: &mut Value, read: Value) -> bool {
    match (field, read) {
        (Value::Array(all), Value::Array(more)) => all.extend(more),
        (field @ Value::Null, read) => *field = read,
        _ => return false,
    }
    true
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => select(vec!["", "tcp", "PASSED", "a\n\0\u{1f980}"]).prop_map(str::to_owned),
        2 => "\\PC{0,12}",
        1 => any::<String>(),
    ]
}

/// Any finding, as JSON.
pub(crate) fn any_finding() -> impl Strategy<Value = Value> {
    let field = |(_, path, kind): &(_, &'static str, Kind)| {
        option::of(kind.any()).prop_map({
            let path = *path;
            move |value| value.map(|value| (path, value))
        })
    };
    (FIELDS.iter().map(field).collect::<Vec<_>>(), any::<bool>()).prop_map(|(fields, has_check)| {
        let mut finding = serde_json::to_value(Finding::default()).unwrap();
        if has_check {
            finding["compliance"] = json!({});
        }
        for (path, value) in fields.into_iter().flatten() {
            *at(&mut finding, path) = value;
        }
        finding
    })
}
