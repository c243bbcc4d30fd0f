//! A simple and slow reader of .nessus documents, which handles one XML event after the other,
//! without cutting, caching or sharing. The crate must give the same findings.
#![allow(clippy::too_many_lines, reason = "one event after the other")]

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use scanops_nessus::Finding;
use serde_json::{Value, json};

use crate::fields::{FIELDS, Kind, add, at};

/// The findings up to the end or the first error, and how many items were invalid.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) findings: Vec<Finding>,
    pub(crate) invalid: usize,
    pub(crate) failed: Option<String>,
}

pub(crate) fn read(document: &str) -> Read {
    let mut read = Read::default();
    if let Err(error) = document_of(document, &mut read) {
        read.failed = Some(error);
    }
    read
}

/// An open element.
#[derive(Default)]
struct Open {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

type Result<T = ()> = std::result::Result<T, String>;

fn document_of(document: &str, read: &mut Read) -> Result {
    let document = document.strip_prefix('\u{feff}').unwrap_or(document);
    let mut reader = Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut rooted) = (Vec::<Open>::new(), false);
    let mut report = json!({});
    let (mut host, mut item) = (Value::Null, Value::Null);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                let name = tag.name().into_inner().to_owned();
                if name.is_empty() || name.contains(['/', '=', '"', '\'', '<', '&']) {
                    return Err("no name".into());
                }
                if open.len() >= 64 {
                    return Err("too deep".into());
                }
                let within =
                    |path: &[&str]| open.iter().map(|it| it.name.as_str()).eq(path.iter().copied());
                // The crate ignores the attributes of other elements.
                let read_attributes = within(&[ROOT]) && name == "Report"
                    || within(&[ROOT, "Report"]) && name == "ReportHost"
                    || in_host(&open, &["ReportItem", "HostProperties"])
                    || within(&[ROOT, "Report", "ReportHost"]) && name == "ReportItem";
                let attributes = if read_attributes { attributes(&tag)? } else { Vec::new() };
                match open.len() {
                    0 if rooted => return Err("second root".into()),
                    0 if name != ROOT => return Err("not a report".into()),
                    0 => rooted = true,
                    1 if name == "Report" => report["name"] = first(&attributes, "name"),
                    2 if within(&[ROOT, "Report"]) && name == "ReportHost" => {
                        host = json!({ "name": first(&attributes, "name"), "properties": {} });
                    }
                    3 if within(&[ROOT, "Report", "ReportHost"]) && name == "ReportItem" => {
                        item = Value::Null;
                    }
                    _ => {}
                }
                stray(&mut open, &mut item, &mut host);
                open.push(Open { name, attributes, text: String::new() });
            }
            Event::End(_) => {
                stray(&mut open, &mut item, &mut host);
                let Some(ended) = open.pop() else { return Err("unmatched".into()) };
                let path: Vec<_> = open.iter().map(|it| it.name.clone()).collect();
                let path: Vec<_> = path.iter().map(String::as_str).collect();
                match &path[..] {
                    [ROOT, "Report", "ReportHost"] if ended.name == "ReportItem" => {
                        (item["report"], item["host"]) = (report.clone(), host.clone());
                        match finish(item.take(), &ended) {
                            Some(finding) => read.findings.push(finding),
                            None => read.invalid += 1,
                        }
                    }
                    [ROOT, "Report", "ReportHost"] if ended.name == "HostProperties" => {
                        settle(&mut host);
                    }
                    [ROOT, "Report", "ReportHost", "ReportItem", inner @ ..] => {
                        element(&mut item, inner, &ended);
                    }
                    [ROOT, "Report", "ReportHost", "HostProperties", inner @ ..] => {
                        property(&mut host, inner, &ended);
                    }
                    [ROOT, "Policy"] if ended.name == "policyName" => {
                        report["policy"] = ended.text.trim_matches(BLANKS).into();
                    }
                    _ => {}
                }
            }
            Event::Text(text) => {
                let text = text.xml10_content();
                match open.last_mut() {
                    Some(open) => open.text.push_str(&text),
                    None if text.trim_matches(BLANKS).is_empty() => {}
                    None => return Err("text outside".into()),
                }
            }
            Event::CData(text) => {
                let Some(open) = open.last_mut() else { return Err("text outside".into()) };
                open.text.push_str(&text.xml10_content());
            }
            Event::GeneralRef(name) => {
                let Some(open) = open.last_mut() else { return Err("text outside".into()) };
                match quick_xml::escape::resolve_predefined_entity(&name) {
                    Some(text) => open.text.push_str(text),
                    None => open.text.push(
                        name.resolve_char_ref()
                            .map_err(|error| error.to_string())?
                            .ok_or("entity")?,
                    ),
                }
            }
            Event::DocType(_) => return Err("DOCTYPE".into()),
            Event::Eof if open.is_empty() && rooted => return Ok(()),
            Event::Eof => return Err("ends early".into()),
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(std::result::Result::ok);
                let known = ["UTF-8", "UTF8", "US-ASCII", "ASCII"];
                if encoding
                    .is_some_and(|it| !known.iter().any(|known| known.eq_ignore_ascii_case(&it)))
                {
                    return Err("encoding".into());
                }
            }
            Event::PI(instruction) => {
                let nameless = ['?', '>'].iter().chain(&BLANKS);
                if nameless.copied().any(|first| instruction.starts_with(first)) {
                    return Err("no name".into());
                }
            }
            Event::Empty(_) | Event::Comment(_) => {}
        }
    }
}

const ROOT: &str = "NessusClientData_v2";
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

fn in_host(open: &[Open], within: &[&str]) -> bool {
    let mut names = open.iter().map(|it| it.name.as_str());
    names.by_ref().take(3).eq([ROOT, "Report", "ReportHost"])
        && names.next().is_some_and(|name| within.contains(&name))
}

fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>> {
    tag.attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value: Cow<'_, str> = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| error.to_string())?;
            Ok((attribute.key.into_inner().to_owned(), value.into_owned()))
        })
        .collect()
}

fn first(attributes: &[(String, String)], name: &str) -> Value {
    attributes.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value).into()
}

/// Text directly in an item or in the properties of a host.
fn stray(open: &mut [Open], item: &mut Value, host: &mut Value) {
    if !in_host(open, &["ReportItem", "HostProperties"]) || open.len() != 4 {
        return;
    }
    let Some(element) = open.last_mut() else { return };
    let text = std::mem::take(&mut element.text);
    let text = text.trim_matches(BLANKS);
    if !text.is_empty() {
        let is_item = element.name == "ReportItem";
        let texts = if is_item { &mut item["other"] } else { &mut host["properties"] };
        push(texts, "#text", text);
    }
}

fn push(texts: &mut Value, name: &str, text: &str) {
    add(&mut texts[name], json!([text]));
}

fn element(item: &mut Value, inner: &[&str], ended: &Open) {
    let path = [inner, &[ended.name.as_str()]].concat().join("/");
    let outer = path.split('/').next().unwrap_or(&path);
    let of_host =
        ["attachment", "plugin_output"].contains(&outer) || outer.starts_with("cm:compliance-");
    let other = if of_host { "other" } else { "plugin_other" };
    for (name, value) in &ended.attributes {
        push(&mut item[other], &format!("{path}@{name}"), value);
    }
    let field = FIELDS.iter().find(|(name, ..)| inner.is_empty() && *name == path);
    if let Some((_, field, kind)) = field
        && let Some(read) = kind.read(&ended.text)
        && add(at(item, field), read)
    {
        // A date has no field for a time of day.
        let time = ended.text.split_once('T').map(|(_, time)| time);
        if *kind != Kind::Date || matches!(time, None | Some("00:00:00+00:00" | "00:00:00Z")) {
            return;
        }
    }
    match path.strip_prefix("cm:compliance-") {
        Some(field) if inner.is_empty() => push(at(item, "compliance/other"), field, &ended.text),
        _ => push(&mut item[other], &path, &ended.text),
    }
}

fn finish(mut item: Value, ended: &Open) -> Option<Finding> {
    for (name, value) in &ended.attributes {
        match name.as_str() {
            "pluginID" => item["plugin_id"] = value.parse::<u32>().ok()?.into(),
            "port" => item["port"] = value.parse::<u16>().ok()?.into(),
            "severity" => item["severity"] = value.parse::<u8>().ok()?.into(),
            "protocol" => item["protocol"] = value.as_str().into(),
            "pluginName" => item["plugin_name"] = value.as_str().into(),
            "pluginFamily" => item["plugin_family"] = value.as_str().into(),
            "svc_name" => item["service"] = value.as_str().into(),
            _ => push(&mut item["other"], &format!("@{name}"), value),
        }
    }
    // Fails if there is no pluginID.
    serde_json::from_value(item).ok()
}

fn property(host: &mut Value, inner: &[&str], ended: &Open) {
    let path = [inner, &[ended.name.as_str()]].concat().join("/");
    let mut key = &path;
    for (name, value) in &ended.attributes {
        if path == "tag" && name == "name" {
            key = value;
        } else {
            push(&mut host["properties"], &format!("{path}@{name}"), value);
        }
    }
    push(&mut host["properties"], key, &ended.text);
}

/// Moves the plain properties to their fields. (Times are tested where they are read.)
fn settle(host: &mut Value) {
    let Value::Object(mut properties) = host["properties"].take() else { return };
    for (field, name) in [
        ("ip", "host-ip"),
        ("fqdn", "host-fqdn"),
        ("uuid", "host-uuid"),
        ("os", "operating-system"),
    ] {
        if host.get(field).is_none()
            && let Some(texts) = properties.get_mut(name).and_then(Value::as_array_mut)
        {
            host[field] = texts.remove(0);
            if texts.is_empty() {
                properties.remove(name);
            }
        }
    }
    let macs = properties.remove("mac-address").unwrap_or_default();
    host["properties"] = properties.into();
    for text in macs.as_array().into_iter().flatten().filter_map(Value::as_str) {
        match Kind::Lines.read(text) {
            Some(lines) => drop(add(&mut host["macs"], lines)),
            None => push(&mut host["properties"], "mac-address", text),
        }
    }
}
