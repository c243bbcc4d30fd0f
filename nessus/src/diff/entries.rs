//! The findings of the old report, and how those of the new one are paired with them.

use std::cmp::Ordering;

use super::{Change, ChangedField, digest::Key};

/// What is kept of a finding of the old report, and computed of those of the new one: 48 bytes.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: Key,
    /// Digests of its fields.
    pub(super) output: u64,
    pub(super) scores: u32,
    pub(super) plugin: u32,
    pub(super) compliance: u32,
    pub(super) other: u32,
    /// The order in the report, as far as it can be counted.
    pub(super) number: u32,
    pub(super) severity: u8,
    pub(super) flags: u8,
}

/// The new report has the same.
const SAME: u8 = 1;
/// It was paired with a finding of the new report.
const PAIRED: u8 = 1 << 1;
/// Another with its key was paired.
const STILL: u8 = 1 << 2;
/// It was read again.
const SEEN: u8 = 1 << 3;

impl Entry {
    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(super) fn content(&self) -> (u64, [u32; 4], u8) {
        let halves = [self.scores, self.plugin, self.compliance, self.other];
        (self.output, halves, self.severity)
    }

    fn differences(&self, new: &Self) -> Vec<ChangedField> {
        let fields = [
            (self.severity != new.severity, ChangedField::Severity),
            (self.output != new.output, ChangedField::Output),
            (self.scores != new.scores, ChangedField::Scores),
            (self.plugin != new.plugin, ChangedField::Plugin),
            (self.compliance != new.compliance, ChangedField::Compliance),
            (self.other != new.other, ChangedField::Other),
        ];
        fields.into_iter().filter_map(|(differs, field)| differs.then_some(field)).collect()
    }
}

/// What became of a finding of the old report.
pub(super) enum Old {
    Paired,
    /// It was not paired. Whether another finding with its key was.
    Gone {
        still_reported: bool,
    },
}

/// The findings of the old report. Each step of the comparison needs them in another order.
#[derive(Default)]
pub(super) struct Entries(Vec<Entry>);

impl Entries {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a finding of the old report.
    pub(super) fn add(&mut self, entry: Entry) {
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(Entry { number, ..entry });
    }

    /// Sorts them for [`mark_same`](Self::mark_same) and [`find_again`](Self::find_again).
    pub(super) fn sort_by_content(&mut self) {
        self.0.sort_unstable_by_key(|entry| (entry.key, entry.content(), entry.number));
    }

    /// Marks the first that is equal to this finding of the new report.
    pub(super) fn mark_same(&mut self, new: &Entry) {
        set_first_without(equal(&mut self.0, new), SAME);
    }

    /// Sorts them for [`pair`](Self::pair): of each key, those that were not marked in their order,
    /// then those that were by content.
    pub(super) fn sort_to_pair(&mut self) {
        self.0.sort_unstable_by_key(|entry| {
            let same = entry.has(SAME);
            let content = if same { entry.content() } else { Default::default() };
            (entry.key, same, content, entry.number)
        });
    }

    /// Pairs a finding of the new report, with one that is equal if there is one.
    pub(super) fn pair(&mut self, new: &Entry) -> Change {
        let group = range(&mut self.0, |entry| entry.key.cmp(&new.key));
        let others = group.partition_point(|entry| !entry.has(SAME));
        let (others, same) = group.split_at_mut(others);
        let same = range(same, |entry| entry.content().cmp(&new.content()));
        if set_first_without(same, PAIRED).is_some() {
            return Change::Unchanged;
        }
        set_first_without(others, PAIRED).map_or(Change::New, |old| Change::Changed {
            fields: old.differences(new),
            old_severity: old.severity.into(),
        })
    }

    /// Once all of the new report is paired: finds the keys that it has. False if it was not the
    /// same report both times.
    #[must_use]
    pub(super) fn settle(&mut self) -> bool {
        for group in self.0.chunk_by_mut(|one, other| one.key == other.key) {
            if group.iter().any(|entry| entry.has(SAME) && !entry.has(PAIRED)) {
                return false;
            }
            if group.iter().any(|entry| entry.has(PAIRED)) {
                for entry in group {
                    entry.flags |= STILL;
                }
            }
        }
        true
    }

    /// Finds a finding of the old report that is read again. `None` if it was not there before.
    pub(super) fn find_again(&mut self, old: &Entry) -> Option<Old> {
        let entry = set_first_without(equal(&mut self.0, old), SEEN)?;
        Some(if entry.has(PAIRED) {
            Old::Paired
        } else {
            Old::Gone { still_reported: entry.has(STILL) }
        })
    }

    /// Whether each was found again.
    pub(super) fn all_found_again(&self) -> bool {
        self.0.iter().all(|entry| entry.has(SEEN))
    }
}

/// The entries for which a comparison says equal. They must be sorted by it.
fn range(entries: &mut [Entry], compare: impl Fn(&Entry) -> Ordering) -> &mut [Entry] {
    let start = entries.partition_point(|entry| compare(entry).is_lt());
    let rest = entries.get_mut(start..).unwrap_or_default();
    let length = rest.partition_point(|entry| compare(entry).is_eq());
    rest.get_mut(..length).unwrap_or_default()
}

/// The entries with the same key and content, where they are sorted by these.
fn equal<'e>(entries: &'e mut [Entry], like: &Entry) -> &'e mut [Entry] {
    range(entries, |entry| (entry.key, entry.content()).cmp(&(like.key, like.content())))
}

/// Sets a flag in the first entry that does not have it, where those that have it come first.
fn set_first_without(entries: &mut [Entry], flag: u8) -> Option<&Entry> {
    let at = entries.partition_point(|entry| entry.has(flag));
    let entry = entries.get_mut(at)?;
    entry.flags |= flag;
    Some(entry)
}
