//! How one value of the server's JSON becomes one value of Rust.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::values::{
    DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus,
};

/// Read from a value that may come in more than one form.
///
/// `None` says that there is nothing to know: the server does not know it yet (`"-1"`, `""`,
/// `null`), or sent what nobody expected here.
pub(super) trait FromWire<'a>: Sized {
    fn from_wire(value: &'a Value) -> Option<Self>;

    /// The forms that servers are known to send.
    #[cfg(feature = "schemars")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema;
}

/// Writes `FromWire::schema` from the JSON types of a field; any field may be null.
macro_rules! schema {
    ($($type:literal),+) => {
        #[cfg(feature = "schemars")]
        fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({ "type": [$($type,)+ "null"] })
        }
    };
}

impl<'a> FromWire<'a> for &'a str {
    fn from_wire(value: &'a Value) -> Option<Self> {
        value.as_str().filter(|text| !text.is_empty())
    }

    schema!("string");
}

impl FromWire<'_> for u64 {
    fn from_wire(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        }
    }

    schema!("string", "integer");
}

impl FromWire<'_> for f64 {
    fn from_wire(value: &Value) -> Option<Self> {
        let number = match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        // Rust reads "inf" and "NaN" as numbers; no load is that high.
        number.filter(|number: &Self| number.is_finite())
    }

    schema!("string", "number");
}

impl FromWire<'_> for bool {
    fn from_wire(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            other => match u64::from_wire(other) {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
        }
    }

    schema!("string", "boolean", "integer");
}

impl FromWire<'_> for SystemTime {
    fn from_wire(value: &Value) -> Option<Self> {
        Self::UNIX_EPOCH.checked_add(Duration::from_wire(value)?)
    }

    schema!("string", "integer");
}

impl FromWire<'_> for Duration {
    fn from_wire(value: &Value) -> Option<Self> {
        u64::from_wire(value).map(Self::from_secs)
    }

    schema!("string", "integer");
}

impl<'a> FromWire<'a> for &'a [Value] {
    fn from_wire(value: &'a Value) -> Option<Self> {
        value.as_array().map(Vec::as_slice)
    }

    schema!("array");
}

/// A number, or a record of which only the number matters.
pub(super) struct IdOf(pub(super) u64);

impl FromWire<'_> for IdOf {
    fn from_wire(value: &Value) -> Option<Self> {
        u64::from_wire(value.get("id").unwrap_or(value)).map(Self)
    }

    schema!("string", "integer", "object");
}

macro_rules! open {
    ($($name:ident),+) => {$(
        impl FromWire<'_> for $name {
            fn from_wire(value: &Value) -> Option<Self> {
                <&str>::from_wire(value).map(Self::from)
            }

            #[cfg(feature = "schemars")]
            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let values = generator.subschema_for::<Self>();
                schemars::json_schema!({ "anyOf": [values, { "type": "null" }] })
            }
        }
    )+};
}
open!(DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::tenable_sc::record::samples;

    fn read<'a, T: FromWire<'a>>(value: &'a Value) -> Option<T> {
        T::from_wire(value)
    }

    #[test]
    fn numbers_come_as_strings_or_numbers() {
        for value in [json!("2048"), json!(2048)] {
            assert_eq!(read(&value), Some(2048_u64));
            assert_eq!(read(&value), Some(2048.0_f64));
            assert_eq!(read(&value), Some(Duration::from_secs(2048)));
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(2048);
            assert_eq!(read(&value), Some(time));
        }
        assert_eq!(read(&json!(u64::MAX.to_string())), Some(u64::MAX));
        assert_eq!(read(&json!("0.25")), Some(0.25));
    }

    #[test]
    fn minus_one_empty_and_null_are_nothing() {
        for value in [json!("-1"), json!(-1), json!(""), json!(null)] {
            assert_eq!(read::<u64>(&value), None);
            assert_eq!(read::<SystemTime>(&value), None);
            assert_eq!(read::<Duration>(&value), None);
            assert_eq!(read::<bool>(&value), None);
        }
        for value in [json!(""), json!(null)] {
            assert_eq!(read::<&str>(&value), None);
            assert_eq!(read::<ScanStatus>(&value), None);
            assert_eq!(read::<f64>(&value), None);
        }
    }

    #[test]
    fn booleans_come_in_many_forms() {
        for value in [json!("true"), json!("True"), json!(true), json!("1"), json!(1)] {
            assert_eq!(read(&value), Some(true), "{value}");
        }
        for value in [json!("false"), json!("FALSE"), json!(false), json!("0"), json!(0)] {
            assert_eq!(read(&value), Some(false), "{value}");
        }
        assert_eq!(read::<bool>(&json!("2")), None);
    }

    #[test]
    fn what_no_type_can_hold_is_nothing() {
        assert_eq!(read::<u64>(&json!("18446744073709551616")), None);
        assert_eq!(read::<u64>(&json!(1.5)), None);
        assert_eq!(read::<f64>(&json!("NaN")), None);
        // Whether a time so late can be told depends on the system; it must not panic on any.
        let _ = read::<SystemTime>(&json!(u64::MAX));
    }

    #[test]
    fn an_id_may_be_inside_a_record() {
        for value in [json!("7"), json!(7), json!({ "id": "7" }), json!({ "id": 7 })] {
            assert_eq!(read(&value).map(|IdOf(id)| id), Some(7));
        }
        for value in [json!({ "id": -1 }), json!({}), json!([]), json!(null)] {
            assert!(read::<IdOf>(&value).is_none(), "{value}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(value in samples::json()) {
            let _ = (read::<&str>(&value), read::<u64>(&value), read::<f64>(&value));
            let _ = (read::<bool>(&value), read::<SystemTime>(&value), read::<Duration>(&value));
            let _ = (read::<&[Value]>(&value), read::<IdOf>(&value), read::<ScanStatus>(&value));
        }

        #[test]
        fn any_number_is_the_same_in_quotes(number: u64) {
            prop_assert_eq!(read::<u64>(&json!(number)), Some(number));
            prop_assert_eq!(read::<u64>(&json!(number.to_string())), Some(number));
        }
    }
}
