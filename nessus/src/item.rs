//! Parses an item's text into a finding: pure functions.

use std::{borrow::Cow, ops::Range, sync::Arc};

use memchr::memchr;

use crate::{
    Compliance, Error, ErrorKind, Finding, Host, Limits, Plugin, Protocol, Report, Result,
    Severity,
    budget::{Budget, Spent},
    error::brief,
    fields::{set_compliance, set_plugin},
    texts::{Texts, push},
    walk::{Content, STRAY, each_attribute, walk},
};

/// The attributes of an item.
#[derive(Debug, Default)]
pub(crate) struct Head<'a> {
    pub(crate) id: u32,
    pub(crate) name: Cow<'a, str>,
    pub(crate) family: Cow<'a, str>,
    port: u16,
    severity: Severity,
    protocol: Protocol,
    service: String,
    other: Texts,
    /// Why the item is invalid.
    pub(crate) invalid: Option<String>,
}

impl<'a> Head<'a> {
    /// Reads what follows the name in the item's start tag.
    pub(crate) fn read(attributes: &'a str, budget: &mut Budget) -> Result<Self> {
        let (mut head, mut has_id) = (Self::default(), false);
        each_attribute(attributes, budget, |name, value| {
            let invalid = match name {
                "pluginID" => {
                    has_id = true;
                    value.parse().map(|id| head.id = id).is_err()
                }
                "port" => value.parse().map(|port| head.port = port).is_err(),
                "severity" => value.parse::<u8>().map(|it| head.severity = it.into()).is_err(),
                "pluginName" => {
                    head.name = value;
                    return Ok(());
                }
                "pluginFamily" => {
                    head.family = value;
                    return Ok(());
                }
                "protocol" => {
                    head.protocol = Protocol::from(&*value);
                    return Ok(());
                }
                "svc_name" => {
                    head.service = value.into_owned();
                    return Ok(());
                }
                _ => {
                    push(&mut head.other, &format!("@{name}"), value.into_owned());
                    return Ok(());
                }
            };
            if invalid && head.invalid.is_none() {
                head.invalid = Some(format!("its {name} is {:?}", brief(&value)));
            }
            Ok(())
        })?;
        if !has_id && head.invalid.is_none() {
            head.invalid = Some("it has no pluginID".to_owned());
        }
        Ok(head)
    }

    /// The finding with these attributes.
    pub(crate) fn finding(
        self,
        report: &Arc<Report>,
        host: &Arc<Host>,
        plugin: Arc<Plugin>,
    ) -> Finding {
        Finding {
            report: Arc::clone(report),
            host: Arc::clone(host),
            plugin,
            port: self.port,
            protocol: self.protocol,
            service: self.service,
            severity: self.severity,
            plugin_output: None,
            compliance: None,
            other: self.other,
        }
    }
}

/// An item that was read.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) finding: Finding,
    /// The parts of the item that are the same for all hosts. `None` if other parts than
    /// `plugin_output` belong to the host.
    pub(crate) constant: Option<Constant>,
}

/// The parts of an item that are the same for each host: those before and after its
/// `plugin_output`, and what they take of the limits.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    pub(crate) before: Range<usize>,
    pub(crate) after: Range<usize>,
    pub(crate) has_output: bool,
    pub(crate) spent: Spent,
}

pub(crate) const OUTPUT: &str = "<plugin_output>";
pub(crate) const OUTPUT_END: &str = "</plugin_output>";
pub(crate) const ITEM_END: &str = "</ReportItem>";

/// Reads an item. `text` begins with its start tag and ends with its end tag, unless it is
/// malformed. Positions of errors count from the beginning of `text`.
pub(crate) fn read(
    text: &str,
    report: &Arc<Report>,
    host: &Arc<Host>,
    limits: Limits,
) -> Result<Item> {
    let (mut content, mut budget) = (ItemContent::default(), Budget::new(limits));
    let (mut head, mut head_spent, mut head_end) = (Head::default(), Spent::default(), 0);
    walk(text, limits, &mut budget, &mut content, |attributes, end, budget| {
        head = Head::read(attributes, budget)?;
        (head_spent, head_end) = (budget.spent, end);
        Ok(())
    })?;
    if let Some(invalid) = head.invalid {
        return Err(Error::new(ErrorKind::InvalidItem, invalid).at(0));
    }
    let ItemContent { mut plugin, compliance, output, output_at, other } = content;
    let mut constant = None;
    if other.is_empty()
        && let Some((before, after)) = around(text, head_end, output.is_some().then_some(output_at))
    {
        let spent =
            (budget.spent - head_spent).without_bytes(output.as_ref().map_or(0, String::len));
        constant = Some(Constant { before, after, has_output: output.is_some(), spent });
    }
    plugin.id = head.id;
    plugin.name = std::mem::take(&mut head.name).into_owned();
    plugin.family = std::mem::take(&mut head.family).into_owned();
    let mut finding = head.finding(report, host, Arc::new(plugin));
    finding.plugin_output = output;
    finding.compliance = compliance.map(Arc::new);
    for (name, texts) in other {
        finding.other.entry(name).or_default().extend(texts);
    }
    Ok(Item { finding, constant })
}

/// The parts of an item before and after its `plugin_output`, if that is a text without markup.
fn around(
    text: &str,
    head_end: usize,
    output: Option<Range<usize>>,
) -> Option<(Range<usize>, Range<usize>)> {
    let end = text.strip_suffix(ITEM_END)?.len();
    let Some(output) = output else { return Some((head_end..end, end..end)) };
    let inner = text.get(output.clone())?.strip_prefix(OUTPUT)?.strip_suffix(OUTPUT_END)?;
    memchr(b'<', inner.as_bytes()).is_none().then_some((head_end..output.start, output.end..end))
}

impl<'a> Content<'a> for ItemContent {
    fn begin(&mut self, name: &'a str, attributes: &'a str, budget: &mut Budget) -> Result<()> {
        if attributes.is_empty() {
            return Ok(());
        }
        budget.take_prefixes(name, attributes)?;
        each_attribute(attributes, budget, |attribute, value| {
            self.nested(&format!("{name}@{attribute}"), &value);
            Ok(())
        })
    }

    fn end(
        &mut self,
        name: &'a str,
        text: &str,
        at: Range<usize>,
        budget: &mut Budget,
    ) -> Result<()> {
        if name == "plugin_output" && self.output.is_none() {
            self.output = Some(text.to_owned());
            self.output_at = at;
            return Ok(());
        }
        if is_of_host(name) && !name.starts_with(COMPLIANCE) {
            push(&mut self.other, name, text.to_owned());
            return Ok(());
        }
        if name.ends_with("see_also") || name.ends_with("see-also") {
            budget.lines(text)?;
        }
        match name.strip_prefix(COMPLIANCE) {
            Some(field) => set_compliance(self.compliance.get_or_insert_default(), field, text),
            None => set_plugin(&mut self.plugin, name, text),
        }
        Ok(())
    }

    fn nested(&mut self, path: &str, text: &str) {
        let other = if is_of_host(path) { &mut self.other } else { &mut self.plugin.other };
        push(other, path, text.to_owned());
    }

    fn stray(&mut self, text: &str) {
        push(&mut self.other, STRAY, text.to_owned());
    }
}

#[derive(Default)]
struct ItemContent {
    plugin: Plugin,
    compliance: Option<Compliance>,
    output: Option<String>,
    /// Where its `plugin_output` is.
    output_at: Range<usize>,
    other: Texts,
}

const COMPLIANCE: &str = "cm:compliance-";

/// Whether the element at the beginning of a path is known to belong to the host.
fn is_of_host(path: &str) -> bool {
    let outer = path.split(['/', '@']).next().unwrap_or(path);
    matches!(outer, "attachment" | "plugin_output") || outer.starts_with(COMPLIANCE)
}
