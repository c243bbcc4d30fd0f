//! The order of a list, as its `sort` parameters ask for it.

use std::cmp::Ordering;

use super::answer::Refusal;
use crate::time::{Moment, Took};

/// A property by name, and where its value is.
pub(super) type Property<T> = (&'static str, fn(&T) -> Key<'_>);

/// What can be listed in an order of the client's choice.
pub(super) trait Sortable: Sized + 'static {
    /// The properties to sort by.
    const PROPERTIES: &'static [Property<Self>];
}

/// One `sort` parameter: `property[,ASC|DESC]`.
#[derive(Debug)]
pub(super) struct Order {
    property: String,
    descending: bool,
}

impl Order {
    pub(super) fn parse(written: &str) -> Result<Self, Refusal> {
        let (property, direction) = written.split_once(',').unwrap_or((written, "ASC"));
        let descending = match direction.to_ascii_uppercase().as_str() {
            "ASC" => false,
            "DESC" => true,
            _ => {
                return Err(Refusal::bad_request("sort: the direction must be ASC or DESC."));
            }
        };
        let property = property.to_owned();
        Ok(Self { property, descending })
    }

    /// The parameter again. The property must be one that was found among [`Sortable::PROPERTIES`]:
    /// only then is there nothing to escape.
    pub(super) fn as_parameter(&self) -> String {
        let direction = if self.descending { ",DESC" } else { "" };
        format!("sort={}{direction}", self.property)
    }
}

/// Sorts by the first order, equals by the second, and so on. What is equal in all stays as it is.
pub(super) fn sort<T: Sortable>(items: &mut [&T], orders: &[Order]) -> Result<(), Refusal> {
    let keys = orders
        .iter()
        .map(|order| {
            let known = T::PROPERTIES.iter().find(|(name, _)| *name == order.property);
            let (_, key) = known.ok_or_else(|| {
                Refusal::bad_request(format!("sort: there is no property {}.", order.property))
            })?;
            Ok((key, order.descending))
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    items.sort_by(|one, two| {
        keys.iter()
            .map(|(key, descending)| {
                let ascending = key(one).compare(key(two));
                if *descending { ascending.reverse() } else { ascending }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

/// A value to sort by. What is missing comes first.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key<'a> {
    Missing,
    Integer(i64),
    Real(f64),
    Text(&'a str),
}

impl Key<'_> {
    fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(one), Self::Integer(two)) => one.cmp(&two),
            (Self::Real(one), Self::Real(two)) => one.total_cmp(&two),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Integer(_) => 1,
            Self::Real(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

impl From<i32> for Key<'_> {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<Moment> for Key<'_> {
    fn from(moment: Moment) -> Self {
        Self::Integer(moment.millis())
    }
}

impl From<Took> for Key<'_> {
    fn from(took: Took) -> Self {
        Self::Integer(took.millis())
    }
}

impl<'a> From<&'a str> for Key<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a, T: Into<Key<'a>>> From<Option<T>> for Key<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}
