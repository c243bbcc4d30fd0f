//! Parses an item's text into a finding: pure functions.

use std::{borrow::Cow, ops::Range, sync::Arc};

use memchr::{memchr, memchr2, memmem};
use quick_xml::{XmlVersion, events::attributes::Attributes};

use crate::{
    Compliance, Error, ErrorKind, Finding, Host, Limits, Plugin, Protocol, Report, Result,
    Severity,
    error::brief,
    fields::{set_compliance, set_plugin},
    outline::{
        BLANKS, decode_into, ends_early, nameless_instruction, push_lines, split_name, tag_end,
    },
    texts::{Texts, push},
};

/// How much of the limits an item has used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    limits: Limits,
    pub(crate) spent: Spent,
}

/// The amounts that count towards the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    elements: usize,
    bytes: usize,
}

impl Spent {
    pub(crate) fn elements(self) -> usize {
        self.elements
    }

    pub(crate) fn bytes(self) -> usize {
        self.bytes
    }

    pub(crate) fn with_bytes(self, bytes: usize) -> Self {
        Self { bytes: self.bytes + bytes, ..self }
    }
}

impl std::ops::Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { elements: self.elements + other.elements, bytes: self.bytes + other.bytes }
    }
}

impl std::ops::Sub for Spent {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { elements: self.elements - other.elements, bytes: self.bytes - other.bytes }
    }
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, spent: Spent::default() }
    }

    /// Counts the names of attributes, each of which is kept as `prefix@name`.
    pub(crate) fn take_prefixes(&mut self, prefix: &str, attributes: &str) -> Result<()> {
        // At least as many as there are attributes: each has a `=`.
        let count = attributes.bytes().filter(|byte| *byte == b'=').count();
        let bytes = count.min(self.limits.attributes).saturating_mul(prefix.len() + 1);
        self.take(Spent { elements: 0, bytes })
    }

    /// Counts the properties that a host has already once more, before further ones are added: the
    /// findings that were returned keep a copy of the host.
    pub(crate) fn take_again(&mut self) -> Result<()> {
        const LEAST: usize = 1024;
        let spent = self.spent;
        self.take(Spent { elements: spent.elements + 1, bytes: spent.bytes.max(LEAST) })
    }

    pub(crate) fn take(&mut self, spent: Spent) -> Result<()> {
        self.spent = self.spent + spent;
        if self.spent.elements > self.limits.elements {
            let limit = self.limits.elements;
            return Err(Error::limit(format!(
                "it has more than {limit} elements, attributes and lines"
            )));
        }
        if self.spent.bytes > self.limits.item {
            let limit = self.limits.item;
            return Err(Error::limit(format!("its names and texts take more than {limit} bytes")));
        }
        Ok(())
    }

    /// Counts an element or attribute.
    pub(crate) fn entry(&mut self, name: &str, text: &str) -> Result<()> {
        self.take(Spent { elements: 1, bytes: name.len() + text.len() })
    }

    /// Counts the lines that a text is split into.
    pub(crate) fn lines(&mut self, text: &str) -> Result<()> {
        self.take(Spent { elements: memchr::memchr_iter(b'\n', text.as_bytes()).count(), bytes: 0 })
    }
}

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

/// Calls `each` with each attribute, decoded.
pub(crate) fn each_attribute<'a>(
    attributes: &'a str,
    budget: &mut Budget,
    mut each: impl FnMut(&'a str, Cow<'a, str>) -> Result<()>,
) -> Result<()> {
    for (count, attribute) in Attributes::new(attributes, 0).enumerate() {
        if count >= budget.limits.attributes {
            let limit = budget.limits.attributes;
            return Err(Error::limit(format!("a tag has more than {limit} attributes")));
        }
        let attribute = attribute.map_err(|error| Error::malformed(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|error| Error::malformed(error.to_string()))?;
        let name = attribute.key.into_inner();
        budget.entry(name, &value)?;
        each(name, value)?;
    }
    Ok(())
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
        let mut spent = budget.spent - head_spent;
        spent.bytes -= output.as_ref().map_or(0, String::len);
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

/// How deep an item and the properties of a host are in the document.
const DEPTH: usize = 3;

/// Where the content of an element goes.
pub(crate) trait Content<'a> {
    /// An element directly in the one that is read begins.
    fn begin(&mut self, name: &'a str, attributes: &'a str, budget: &mut Budget) -> Result<()>;
    /// It ends; `at` is where it is in the text.
    fn end(
        &mut self,
        name: &'a str,
        text: &str,
        at: Range<usize>,
        budget: &mut Budget,
    ) -> Result<()>;
    /// A nested element, or an attribute of one, by its path.
    fn nested(&mut self, path: &str, text: &str);
    /// Text outside elements.
    fn stray(&mut self, text: &str);
}

/// Reads the element at the beginning of a text. Calls `root` with its attributes and the length of
/// its start tag.
pub(crate) fn walk<'a>(
    text: &'a str,
    limits: Limits,
    budget: &mut Budget,
    content: &mut impl Content<'a>,
    root: impl FnOnce(&'a str, usize, &mut Budget) -> Result<()>,
) -> Result<()> {
    let mut walk = Walk {
        whole: text,
        position: 0,
        open: Vec::with_capacity(4),
        text: String::new(),
        root: Some(root),
        limits,
    };
    loop {
        let at = walk.position;
        if walk.step(budget, content).map_err(|error| walk.described(error, at))? {
            return Ok(());
        }
    }
}

struct Walk<'a, F> {
    whole: &'a str,
    position: usize,
    open: Vec<Open<'a>>,
    /// The text of the open elements, that of the innermost last.
    text: String,
    root: Option<F>,
    limits: Limits,
}

#[derive(Clone, Copy, Debug)]
struct Open<'a> {
    name: &'a str,
    /// Where it begins in the document's text.
    at: usize,
    /// Where its text begins.
    text: usize,
}

impl<'a, F: FnOnce(&'a str, usize, &mut Budget) -> Result<()>> Walk<'a, F> {
    /// Reads up to the next tag, or that tag. True once the element has ended.
    fn step(&mut self, budget: &mut Budget, content: &mut impl Content<'a>) -> Result<bool> {
        let at = self.position;
        let rest = self.whole.get(at..).unwrap_or_default();
        match rest.as_bytes() {
            [] | [b'<'] => return Err(ends_early().at(self.whole.len() as u64)),
            [b'<', b'!', ..] => self.section(rest)?,
            [b'<', b'?', ..] => {
                nameless_instruction(rest.get(2..).unwrap_or_default())?;
                let end = memmem::find(rest.get(2..).unwrap_or_default().as_bytes(), b"?>");
                self.position += end.ok_or_else(ends_early)? + 4;
            }
            [b'<', b'/', ..] => {
                self.end_tag(rest)?;
                return self.leave(None, budget, content);
            }
            [b'<', ..] => {
                let end = tag_end(rest.as_bytes(), 1).ok_or_else(ends_early)?;
                self.position += end + 1;
                let tag = rest.get(1..end).unwrap_or_default();
                let (inner, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
                self.enter(inner, at, budget, content)?;
                if empty {
                    return self.leave(None, budget, content);
                }
            }
            _ => {
                let end = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                let (text, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
                self.position += text.len();
                // Fast path: a text without references that is all of its element's content.
                if behind.starts_with("</")
                    && self.open.last().is_some_and(|open| open.text == self.text.len())
                    && self.open.len() > 1
                    && memchr2(b'&', b'\r', text.as_bytes()).is_none()
                {
                    let tag = self.position;
                    self.end_tag(behind).map_err(|error| error.at(tag as u64))?;
                    return self.leave(Some(text), budget, content);
                }
                decode_into(text, &mut self.text).map_err(|error| error.shifted(at as u64))?;
            }
        }
        Ok(false)
    }

    /// Skips a comment, or reads a CDATA section.
    fn section(&mut self, rest: &'a str) -> Result<()> {
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = memmem::find(comment.as_bytes(), b"-->");
            self.position += end.ok_or_else(|| Error::malformed("a comment is not closed"))? + 7;
            Ok(())
        } else if let Some(section) = rest.strip_prefix("<![CDATA[") {
            let end = memmem::find(section.as_bytes(), b"]]>");
            let end = end.ok_or_else(|| Error::malformed("a CDATA section is not closed"))?;
            push_lines(section.get(..end).unwrap_or_default(), &mut self.text);
            self.position += end + 12;
            Ok(())
        } else if rest.as_bytes().get(2).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'D')) {
            Err(Error::malformed("it has a DOCTYPE, which no report has"))
        } else {
            Err(Error::malformed("`<!` begins neither a comment nor a CDATA section"))
        }
    }

    /// Reads an end tag, which must be that of the innermost element.
    fn end_tag(&mut self, rest: &'a str) -> Result<()> {
        let end = memchr(b'>', rest.as_bytes()).ok_or_else(ends_early)?;
        let name = rest.get(2..end).unwrap_or_default().trim_end_matches(BLANKS);
        let open = self.open.last().map_or("", |open| open.name);
        if name != open {
            let (open, name) = (brief(open), brief(name));
            return Err(Error::malformed(format!("expected `</{open}>`, found `</{name}>`")));
        }
        self.position += end + 1;
        Ok(())
    }

    fn enter(
        &mut self,
        tag: &'a str,
        at: usize,
        budget: &mut Budget,
        content: &mut impl Content<'a>,
    ) -> Result<()> {
        if self.open.len() == 1 {
            self.stray(budget, content)?;
        }
        let (end, text) = (self.position, self.text.len());
        let (name, attributes) = split_name(tag);
        let attributes = attributes.trim_matches(BLANKS);
        self.open.push(Open { name, at, text });
        if name.is_empty() {
            return Err(Error::malformed("a tag has no name"));
        }
        if DEPTH + self.open.len() > self.limits.depth {
            let message = format!("elements nest deeper than {}", self.limits.depth);
            return Err(Error::limit(message));
        }
        match self.open.len() {
            1 => match self.root.take() {
                Some(root) => root(attributes, end, budget),
                None => Ok(()),
            },
            2 => content.begin(name, attributes, budget),
            _ if attributes.is_empty() => Ok(()),
            _ => {
                let path = self.path(budget)?;
                budget.take_prefixes(&path, attributes)?;
                each_attribute(attributes, budget, |name, value| {
                    content.nested(&format!("{path}@{name}"), &value);
                    Ok(())
                })
            }
        }
    }

    /// `text` is that of the element, if it is not in `self.text`.
    fn leave(
        &mut self,
        text: Option<&str>,
        budget: &mut Budget,
        content: &mut impl Content<'a>,
    ) -> Result<bool> {
        let Some(&Open { name, at, text: start }) = self.open.last() else { return Ok(true) };
        match self.open.len() {
            1 => self.stray(budget, content)?,
            2 => {
                let text = text.unwrap_or_else(|| self.text.get(start..).unwrap_or_default());
                budget.entry(name, text)?;
                content.end(name, text, at..self.position, budget)?;
            }
            _ => {
                let path = self.path(budget)?;
                let text = text.unwrap_or_else(|| self.text.get(start..).unwrap_or_default());
                budget.entry("", text)?;
                content.nested(&path, text);
            }
        }
        self.text.truncate(start);
        self.open.pop();
        Ok(self.open.is_empty())
    }

    /// Passes on the text directly in the element.
    fn stray(&mut self, budget: &mut Budget, content: &mut impl Content<'a>) -> Result<()> {
        let text = self.text.trim_matches(BLANKS);
        if !text.is_empty() {
            budget.entry(STRAY, text)?;
            content.stray(text);
        }
        self.text.clear();
        Ok(())
    }

    /// The names of the open elements but the outermost. They count towards the limits.
    fn path(&self, budget: &mut Budget) -> Result<String> {
        let names = self.open.iter().skip(1).map(|open| open.name);
        let length = names.clone().map(|name| name.len() + 1).sum();
        budget.take(Spent { elements: 0, bytes: length })?;
        Ok(names.collect::<Vec<_>>().join("/"))
    }

    fn described(&self, error: Error, at: usize) -> Error {
        let names: Vec<_> = self.open.iter().skip(1).map(|open| brief(open.name)).collect();
        error.at(at as u64).within(&names.join("/"))
    }
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

/// The name of text outside elements. No element can have it.
pub(crate) const STRAY: &str = "#text";

/// Whether the element at the beginning of a path is known to belong to the host.
fn is_of_host(path: &str) -> bool {
    let outer = path.split(['/', '@']).next().unwrap_or(path);
    matches!(outer, "attachment" | "plugin_output") || outer.starts_with(COMPLIANCE)
}
