//! Reads one element with all that is in it: an item, or the properties of a host.

use std::{borrow::Cow, ops::Range};

use memchr::{memchr, memchr2, memmem};
use quick_xml::{XmlVersion, events::attributes::Attributes};

use crate::{
    Error, Limits, Result,
    budget::Budget,
    error::brief,
    outline::{
        BLANKS, check_name, decode_into, ends_early, nameless_instruction, push_lines, split_name,
        tag_end,
    },
};

/// The name of text outside elements. No element can have it.
pub(crate) const STRAY: &str = "#text";

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
        check_name(name)?;
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
        budget.take_bytes(length)?;
        Ok(names.collect::<Vec<_>>().join("/"))
    }

    fn described(&self, error: Error, at: usize) -> Error {
        let names: Vec<_> = self.open.iter().skip(1).map(|open| brief(open.name)).collect();
        error.at(at as u64).within(&names.join("/"))
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
        let attribute = attribute.map_err(Error::of_quick_xml)?;
        let value =
            attribute.normalized_value(XmlVersion::Explicit1_0).map_err(Error::of_quick_xml)?;
        let name = attribute.key.into_inner();
        budget.entry(name, &value)?;
        each(name, value)?;
    }
    Ok(())
}
