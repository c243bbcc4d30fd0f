//! Where in a document reading is.

use std::fmt;

/// The elements that are open, from the root on.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Their names, without anything between them, and that of the one that was left last.
    names: String,
    /// Where the names of the open ones end.
    end: usize,
    open: Vec<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    /// Where in `names` its name begins.
    start: usize,
    /// Which host of its report, or which item of its host, it is. Zero for all else.
    index: u64,
    /// How many hosts or items it has had so far.
    counted: u64,
}

impl Place {
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn push(&mut self, name: &str) {
        let mut index = 0;
        if let "ReportHost" | "ReportItem" = name
            && let Some(parent) = self.open.last_mut()
        {
            parent.counted += 1;
            index = parent.counted;
        }
        self.names.truncate(self.end);
        self.open.push(Open { start: self.end, index, counted: 0 });
        self.names.push_str(name);
        self.end = self.names.len();
    }

    pub(super) fn pop(&mut self) {
        if let Some(last) = self.open.pop() {
            self.names.truncate(self.end);
            self.end = last.start;
        }
    }

    /// The name of the element that was left last, until another is gone into.
    pub(super) fn left(&self) -> &str {
        self.names.get(self.end..).unwrap_or_default()
    }

    /// The name of the innermost element. Empty outside the root.
    pub(super) fn name(&self) -> &str {
        let name = |last: &Open| self.names.get(last.start..self.end);
        self.open.last().and_then(name).unwrap_or_default()
    }

    /// The names from the element at `depth` (1 is the root) on, with slashes between.
    pub(super) fn below(&self, depth: usize) -> String {
        let names: Vec<_> = self.elements().skip(depth).map(|(name, _)| name).collect();
        names.join("/")
    }

    fn elements(&self) -> impl Iterator<Item = (&str, u64)> {
        let ends = self.open.iter().skip(1).map(|open| open.start).chain([self.end]);
        self.open
            .iter()
            .zip(ends)
            .map(|(open, end)| (self.names.get(open.start..end).unwrap_or_default(), open.index))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, (name, index)) in self.elements().enumerate() {
            if depth > 0 {
                f.write_str("/")?;
            }
            f.write_str(name)?;
            if index > 0 {
                write!(f, "[{index}]")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_items_are_numbered_from_one() {
        let mut place = Place::default();
        assert_eq!((place.to_string().as_str(), place.name()), ("", ""));
        for name in ["Root", "Report", "ReportHost"] {
            place.push(name);
        }
        place.pop();
        place.push("ReportHost");
        for _ in 0..16 {
            place.push("ReportItem");
            place.pop();
        }
        place.push("ReportItem");
        place.push("é");
        assert_eq!(place.to_string(), "Root/Report/ReportHost[2]/ReportItem[17]/é");
        assert_eq!((place.name(), place.depth()), ("é", 5));
        assert_eq!(place.below(3), "ReportItem/é");
        place.pop();
        assert_eq!((place.name(), place.left()), ("ReportItem", "é"));
        place.pop();
        assert_eq!((place.name(), place.left()), ("ReportHost", "ReportItem"));
    }
}
