//! The severity of a finding.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The severity of a finding, as the scanner rates it: from 0 (info) to 4 (critical).
///
/// It is ordered, so `finding.severity >= Severity::High` selects high and critical. In JSON it is its
/// name in lower case; the number is accepted too.
///
/// ```
/// use scanops_nessus::Severity;
///
/// assert!(Severity::Critical > Severity::High);
/// assert_eq!(Severity::from(3), Severity::High);
/// assert_eq!(Severity::High.to_string(), "high");
/// assert_eq!(Severity::High.number(), 3);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// 0: information, no risk.
    #[default]
    Info,
    /// 1.
    Low,
    /// 2.
    Medium,
    /// 3.
    High,
    /// 4.
    Critical,
    /// A number beyond 4, which no scanner is known to write. In JSON, the number.
    Other(u8),
}

impl Severity {
    /// The known values, in their order.
    pub const KNOWN: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The number that it has in a report.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Info => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Critical => 4,
            Self::Other(number) => number,
        }
    }
}

impl From<u8> for Severity {
    fn from(number: u8) -> Self {
        Self::KNOWN.get(usize::from(number)).copied().unwrap_or(Self::Other(number))
    }
}

/// The error of parsing a [`Severity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotASeverity;

impl fmt::Display for NotASeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a severity: info, low, medium, high, critical, or a number")
    }
}

impl std::error::Error for NotASeverity {}

impl FromStr for Severity {
    type Err = NotASeverity;

    fn from_str(text: &str) -> Result<Self, NotASeverity> {
        let named = Self::KNOWN.iter().find(|known| known.name().eq_ignore_ascii_case(text));
        named
            .copied()
            .or_else(|| text.parse().ok().map(|number: u8| number.into()))
            .ok_or(NotASeverity)
    }
}

impl Severity {
    fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
            Self::Other(_) => "other",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(number) => number.fmt(f),
            known => f.pad(known.name()),
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Other(number) => to.serialize_u8(*number),
            known => to.serialize_str(known.name()),
        }
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Severity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a severity by name or number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Severity, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Severity, E> {
                u8::try_from(number).map(Severity::from).map_err(E::custom)
            }
        }

        from.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_kept() {
        for number in 0..=u8::MAX {
            let severity = Severity::from(number);
            assert_eq!(severity.number(), number);
            let json = serde_json::to_string(&severity).unwrap();
            assert_eq!(serde_json::from_str::<Severity>(&json).unwrap(), severity, "{json}");
            assert_eq!(severity.to_string().parse(), Ok(severity));
        }
        for json in ["\"high\"", "3", "\"HIGH\"", "\"3\""] {
            assert_eq!(serde_json::from_str::<Severity>(json).unwrap(), Severity::High);
        }
        assert!(serde_json::from_str::<Severity>("256").is_err());
        assert!("".parse::<Severity>().is_err() && "other".parse::<Severity>().is_err());
    }
}
