//! Digests: findings and scans are compared by them, not by their texts.

use std::{
    collections::HashMap,
    fmt::{self, Write as _},
    hash::{BuildHasher, Hash, Hasher, RandomState},
    mem,
    sync::{Arc, Weak},
};

use uuid::Uuid;

use super::entries::Entry;
use crate::{Finding, FindingKey, Host, Plugin, key::push_host};

/// The findings of one reading of a report, in any order: equal if another reading gave the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Total {
    count: u64,
    digests: u64,
}

impl Total {
    pub(super) fn add(&mut self, digests: &Digests, entry: &Entry) {
        self.count += 1;
        self.digests = self.digests.wrapping_add(digests.of(&(entry.key, entry.content())));
    }
}

/// A key as two numbers, which need no alignment of 16 bytes.
pub(super) type Key = (u64, u64);

pub(super) fn host_key(host: &Host) -> Key {
    let mut text = String::new();
    push_host(&mut text, host);
    Uuid::new_v5(&FindingKey::NAMESPACE, text.as_bytes()).as_u64_pair()
}

/// Makes digests with a secret seed: no report can be made to have equal ones.
#[derive(Default)]
pub(super) struct Digests {
    hash: RandomState,
    /// The digests of plugins, of which most findings share theirs: scores, and the rest. They are
    /// found by the address of the plugin, which stays its own as long as there is a reference; a
    /// weak one does not keep its texts.
    plugins: HashMap<usize, (Weak<Plugin>, [u64; 2])>,
}

/// More plugins are not remembered.
const PLUGINS: usize = 2048;

/// Half of a digest.
#[allow(clippy::cast_possible_truncation, reason = "that is what it is for")]
fn half(digest: u64) -> u32 {
    digest as u32
}

impl Digests {
    pub(super) fn of(&self, value: &impl Hash) -> u64 {
        self.hash.hash_one(value)
    }

    fn of_debug(&self, value: &impl fmt::Debug) -> u64 {
        struct Written<H>(H);

        impl<H: Hasher> fmt::Write for Written<H> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0.write(text.as_bytes());
                Ok(())
            }
        }

        let mut hasher = Written(self.hash.build_hasher());
        let _ = write!(hasher, "{value:?}");
        hasher.0.finish()
    }

    pub(super) fn finding(&mut self, finding: &Finding) -> Entry {
        let [scores, plugin] = self.plugin(&finding.plugin);
        Entry {
            key: finding.key().uuid().as_u64_pair(),
            output: self.of(&finding.plugin_output),
            scores: half(scores),
            plugin: half(plugin),
            compliance: half(self.of(&finding.compliance)),
            other: half(self.of(&(&finding.service, &finding.other))),
            number: 0,
            severity: finding.severity.number(),
            flags: 0,
        }
    }

    fn plugin(&mut self, plugin: &Arc<Plugin>) -> [u64; 2] {
        let address = Arc::as_ptr(plugin).addr();
        if let Some((_, digests)) = self.plugins.get(&address) {
            return *digests;
        }
        let mut rest = Plugin::clone(plugin);
        let scores = (
            [&mut rest.cvss2, &mut rest.cvss3, &mut rest.cvss4].map(mem::take),
            (rest.epss_score.take(), rest.vpr_score.take()),
        );
        let digests = [self.of_debug(&scores), self.of_debug(&rest)];
        if self.plugins.len() >= PLUGINS {
            self.plugins.clear();
        }
        self.plugins.insert(address, (Arc::downgrade(plugin), digests));
        digests
    }
}
