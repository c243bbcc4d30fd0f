//! How much an item or the properties of a host may take.

use std::ops::{Add, Sub};

use crate::{Error, Limits, Result};

/// How much of the limits an item has used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
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
        Self { bytes: self.bytes.saturating_add(bytes), ..self }
    }

    pub(crate) fn without_bytes(self, bytes: usize) -> Self {
        Self { bytes: self.bytes - bytes, ..self }
    }
}

impl Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            elements: self.elements.saturating_add(other.elements),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

impl Sub for Spent {
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
        self.take_bytes(bytes)
    }

    /// Counts the properties that a host has already once more, before further ones are added: the
    /// findings that were returned keep a copy of the host.
    pub(crate) fn take_again(&mut self) -> Result<()> {
        const LEAST: usize = 1024;
        let spent = self.spent;
        let elements = spent.elements.saturating_add(1);
        self.take(Spent { elements, bytes: spent.bytes.max(LEAST) })
    }

    /// Counts a text.
    pub(crate) fn take_bytes(&mut self, bytes: usize) -> Result<()> {
        self.take(Spent { elements: 0, bytes })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn what_no_number_can_hold_is_beyond_the_limits() {
        let most = Spent { elements: usize::MAX, bytes: usize::MAX };
        assert_eq!(most + Spent { elements: 1, bytes: 1 }, most);
        assert_eq!(most.with_bytes(1), most);
        let mut budget = Budget::new(Limits::default());
        budget.take_bytes(1).unwrap();
        assert_eq!(budget.take_bytes(usize::MAX).unwrap_err().kind(), ErrorKind::Limit);
        assert_eq!(budget.take_again().unwrap_err().kind(), ErrorKind::Limit);
    }
}
