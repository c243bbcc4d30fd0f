//! Plugins that were read, to be used again.

use std::{collections::HashMap, hash::BuildHasher as _, sync::Arc};

use foldhash::fast::FixedState;
use memchr::{memchr, memmem};

use crate::{
    Compliance, Finding, Host, Limits, Plugin, Report,
    budget::{Budget, Spent},
    item::{Head, ITEM_END, Item, OUTPUT, OUTPUT_END},
    outline::{decode, split_name, tag_end},
};

/// Plugins by what the items that they were read from have in common, within a number of bytes.
///
/// An item whose constant bytes equal those of one that was read before needs no parsing but that
/// of its attributes and its `plugin_output`. A plugin id can have several variants: all
/// compliance checks share one.
#[derive(Debug)]
pub(crate) struct Cache {
    /// What was used since the other half was replaced.
    young: HashMap<u64, Arc<Variant>>,
    /// What was used before. It goes when `young` is full.
    old: HashMap<u64, Arc<Variant>>,
    bytes: usize,
    seen: Seen,
    item_end: memmem::Finder<'static>,
    output: memmem::Finder<'static>,
    limits: Limits,
}

/// Keys that were met, as far as there is room for them.
#[derive(Debug)]
struct Seen(Box<[u64]>);

impl Seen {
    /// Whether the key was met before.
    fn insert(&mut self, key: u64) -> bool {
        let slots = self.0.len() as u64;
        let slot = usize::try_from((key >> 32) % slots.max(1)).unwrap_or(0);
        self.0.get_mut(slot).is_some_and(|slot| std::mem::replace(slot, key) == key)
    }
}

/// The constant bytes of an item, and what was read from them.
#[derive(Debug)]
struct Variant {
    before: Box<str>,
    after: Box<str>,
    has_output: bool,
    plugin: Arc<Plugin>,
    compliance: Option<Arc<Compliance>>,
    /// What they take of the limits.
    spent: Spent,
}

impl Cache {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            bytes: 0,
            seen: Seen(vec![0; 8192].into()),
            item_end: memmem::Finder::new(ITEM_END),
            output: memmem::Finder::new(OUTPUT),
            limits,
        }
    }

    /// The finding of the item at the beginning of `text`, and the length of the item. `None` if
    /// the item has to be read: it is not known, it is malformed, or it goes on behind `text`.
    pub(crate) fn finding(
        &mut self,
        text: &str,
        report: &Arc<Report>,
        host: &Arc<Host>,
    ) -> Option<(Finding, usize)> {
        if self.young.is_empty() && self.old.is_empty() {
            return None;
        }
        let head_end = tag_end(text.as_bytes(), 1)? + 1;
        let tag = text.get(1..head_end - 1)?;
        if tag.ends_with('/') {
            return None;
        }
        // These may be found where they mean something else, in a comment for example. The bytes
        // around them then equal those of no item that was read.
        let body = text.get(head_end..)?;
        let body = body.get(..self.item_end.find(body.as_bytes())?)?;
        let length = head_end + body.len() + ITEM_END.len();
        if length > self.limits.item {
            return None;
        }
        let (before, output, after) = match self.output.find(body.as_bytes()) {
            None => (body, None, ""),
            Some(at) => {
                let output = body.get(at + OUTPUT.len()..)?;
                let (output, after) = output.split_at_checked(memchr(b'<', output.as_bytes())?)?;
                (body.get(..at)?, Some(output), after.strip_prefix(OUTPUT_END)?)
            }
        };
        let variant = self.get(key(tag, before, after, output.is_some()))?;
        if *variant.before != *before
            || *variant.after != *after
            || variant.has_output != output.is_some()
        {
            return None;
        }
        let (name, attributes) = split_name(tag);
        if name != "ReportItem" {
            return None;
        }
        let mut budget = Budget::new(self.limits);
        let head = Head::read(attributes, &mut budget).ok()?;
        let plugin = &variant.plugin;
        if (plugin.id, &*plugin.name, &*plugin.family) != (head.id, &*head.name, &*head.family)
            || head.invalid.is_some()
        {
            return None;
        }
        let output = output.map(decode).transpose().ok()?;
        budget.take(variant.spent.with_bytes(output.as_ref().map_or(0, String::len))).ok()?;
        let mut finding = head.finding(report, host, Arc::clone(plugin));
        finding.plugin_output = output;
        finding.compliance.clone_from(&variant.compliance);
        Some((finding, length))
    }

    /// Keeps what is constant in an item that was read from `text`.
    pub(crate) fn insert(&mut self, text: &str, item: &Item) {
        let Some(constant) = &item.constant else { return };
        let (Some(before), Some(after)) =
            (text.get(constant.before.clone()), text.get(constant.after.clone()))
        else {
            return;
        };
        let tag = text.get(1..constant.before.start.saturating_sub(1)).unwrap_or_default();
        let key = key(tag, before, after, constant.has_output);
        // What is there once may be there once only: keeping all of that would cost more than it
        // saves.
        if !self.seen.insert(key) {
            return;
        }
        let variant = Variant {
            before: before.into(),
            after: after.into(),
            has_output: constant.has_output,
            plugin: Arc::clone(&item.finding.plugin),
            compliance: item.finding.compliance.clone(),
            spent: constant.spent,
        };
        self.keep(key, Arc::new(variant));
    }

    fn get(&mut self, key: u64) -> Option<Arc<Variant>> {
        if let Some(variant) = self.young.get(&key) {
            return Some(Arc::clone(variant));
        }
        let variant = self.old.remove(&key)?;
        self.keep(key, Arc::clone(&variant));
        Some(variant)
    }

    fn keep(&mut self, key: u64, variant: Arc<Variant>) {
        let half = self.limits.cache / 2;
        let bytes = variant.bytes();
        if bytes > half / 4 {
            return;
        }
        if self.bytes + bytes > half {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.young.insert(key, variant);
    }
}

impl Variant {
    /// About what it takes in memory: its bytes, its texts, and what they are kept in.
    fn bytes(&self) -> usize {
        2 * (self.before.len() + self.after.len() + self.spent.bytes())
            + self.spent.elements() * 256
            + 1024
    }
}

/// A number for these bytes. Bytes with the same number are compared: that collisions can be
/// constructed costs no more than reading without a cache does.
fn key(tag: &str, before: &str, after: &str, has_output: bool) -> u64 {
    let id = tag.split_once("pluginID=").map_or("", |(_, behind)| behind);
    let id = id.split(' ').next().unwrap_or_default();
    FixedState::default().hash_one((id, before, after, has_output))
}
