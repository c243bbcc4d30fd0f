//! How one value of the server's JSON becomes one field of a record, and how it is written back.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::values::{
    DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus,
};

/// A type that servers send in more than one form.
pub(super) trait Wire: Sized {
    /// Reads a value, or gives it back where this type can't hold it.
    fn read(value: Value) -> Result<Self, Value>;

    /// Writes it in one form, which [`read`](Self::read) accepts.
    fn write(&self) -> Value;
}

/// A field of a record: an `Option` of a [`Wire`] type, or an id that is always there.
pub(super) trait Field {
    /// Sets the field, or gives the value back where it can't be typed.
    fn set(&mut self, value: Value) -> Option<Value>;

    /// The value to write, if there is one.
    fn get(&self) -> Option<Value>;
}

impl<T: Wire> Field for Option<T> {
    fn set(&mut self, value: Value) -> Option<Value> {
        match T::read(value) {
            Ok(typed) => {
                *self = Some(typed);
                None
            }
            Err(value) => Some(value),
        }
    }

    fn get(&self) -> Option<Value> {
        self.as_ref().map(Wire::write)
    }
}

impl Field for u64 {
    fn set(&mut self, value: Value) -> Option<Value> {
        match <Self as Wire>::read(value) {
            Ok(number) => {
                *self = number;
                None
            }
            Err(value) => Some(value),
        }
    }

    fn get(&self) -> Option<Value> {
        Some(self.write())
    }
}

fn whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
}

/// A text. An empty one says that there is none.
impl Wire for String {
    fn read(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) if !text.is_empty() => Ok(text),
            other => Err(other),
        }
    }

    fn write(&self) -> Value {
        self.as_str().into()
    }
}

/// Digits in a string, or a number. `-1` says that it is not known.
impl Wire for u64 {
    fn read(value: Value) -> Result<Self, Value> {
        whole_number(&value).ok_or(value)
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

impl Wire for f64 {
    fn read(value: Value) -> Result<Self, Value> {
        let number = match &value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        // Rust parses "inf" and "NaN", which JSON has no numbers for.
        number.filter(|number: &Self| number.is_finite()).ok_or(value)
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

/// `true`, `"true"`, `1`, `"1"`, and the same for false.
impl Wire for bool {
    fn read(value: Value) -> Result<Self, Value> {
        let flag = match &value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => match number.as_u64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        };
        flag.ok_or(value)
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

/// Whether a value says that there is no time, such as that of an end that has not come: servers send
/// `-1` or `0`, or nothing.
pub(crate) fn is_no_time(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() || matches!(text.parse(), Ok(-1_i64..=0)),
        other => matches!(other.as_i64(), Some(-1..=0)),
    }
}

/// Seconds since 1970, unless it is [no time](is_no_time).
impl Wire for Timestamp {
    fn read(value: Value) -> Result<Self, Value> {
        if is_no_time(&value) {
            return Err(value);
        }
        let seconds = whole_number(&value).and_then(|it| i64::try_from(it).ok());
        seconds.and_then(|it| Self::from_second(it).ok()).ok_or(value)
    }

    fn write(&self) -> Value {
        self.as_second().into()
    }
}

/// Seconds.
impl Wire for Duration {
    fn read(value: Value) -> Result<Self, Value> {
        u64::read(value).map(Self::from_secs)
    }

    fn write(&self) -> Value {
        self.as_secs().into()
    }
}

macro_rules! enumerations {
    ($($name:ident),+) => {$(
        impl Wire for $name {
            fn read(value: Value) -> Result<Self, Value> {
                String::read(value).map(Self::from)
            }

            fn write(&self) -> Value {
                self.as_str().into()
            }
        }
    )+};
}
enumerations!(DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus);

/// A record that any JSON object can be read as.
pub(super) trait Record:
    From<Map<String, Value>> + Into<Map<String, Value>> + Clone
{
}

/// A record in a field of another one. Servers send `[]` or `""` where there is none.
impl<R: Record> Wire for Box<R> {
    fn read(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(fields) => Ok(Self::new(R::from(fields))),
            other => Err(other),
        }
    }

    fn write(&self) -> Value {
        Value::Object(R::clone(self).into())
    }
}

/// A list of records. One with anything else in it can't be typed.
impl<R: Record> Wire for Vec<R> {
    fn read(value: Value) -> Result<Self, Value> {
        match value {
            Value::Array(items) if items.iter().all(Value::is_object) => Ok(items
                .into_iter()
                .filter_map(|item| match item {
                    Value::Object(fields) => Some(R::from(fields)),
                    _ => None,
                })
                .collect()),
            other => Err(other),
        }
    }

    fn write(&self) -> Value {
        self.iter().map(|record| Value::Object(record.clone().into())).collect()
    }
}

impl Wire for Vec<Value> {
    fn read(value: Value) -> Result<Self, Value> {
        match value {
            Value::Array(items) => Ok(items),
            other => Err(other),
        }
    }

    fn write(&self) -> Value {
        self.clone().into()
    }
}

/// Declares a record: a struct of public fields, each with its name in the server's JSON, and the
/// map `extra`.
///
/// Each value of the JSON object is in its field, or in `extra` if it does not have the field's type.
/// (serde's own attributes can't do that: a field's deserialiser has nowhere to put such a value.) `as` names the type that a JSON Schema describes, where it is not the field's.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $record:ident {
            $(
                $(#[$field_meta:meta])*
                pub $field:ident: $type:ty = $name:literal $(as $schema:literal)?,
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $record {
            $(
                $(#[$field_meta])*
                #[doc = concat!("\n\n`", $name, "` in the server's JSON.")]
                #[cfg_attr(feature = "schemars", schemars(rename = $name $(, with = $schema)?))]
                pub $field: $type,
            )+
            /// Everything else that the server sent, under the server's names: fields that are not
            /// known here, and known ones whose value can't be typed, such as a `"-1"` that says
            /// that there is no value.
            #[cfg_attr(feature = "schemars", schemars(flatten))]
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        impl $record {
            /// The names of the fields in the server's JSON.
            #[cfg(test)]
            #[allow(dead_code, reason = "one record's names are tested")]
            pub(super) const NAMES: &[&str] = &[$($name),+];

            fn from_fields(fields: ::serde_json::Map<String, ::serde_json::Value>) -> Self {
                let mut record = Self::default();
                for (name, value) in fields {
                    let untyped = match name.as_str() {
                        $( $name => $crate::tenable_sc::record::wire::Field::set(
                            &mut record.$field,
                            value,
                        ), )+
                        _ => Some(value),
                    };
                    if let Some(value) = untyped {
                        record.extra.insert(name, value);
                    }
                }
                record
            }
        }

        impl From<$record> for ::serde_json::Map<String, ::serde_json::Value> {
            /// The fields under the server's names: numbers and booleans as such, times in seconds
            /// since 1970, durations in seconds.
            fn from(record: $record) -> Self {
                let mut fields = record.extra;
                // After `extra`: a field that was set since counts, not what the server had sent.
                $(
                    let value = $crate::tenable_sc::record::wire::Field::get(&record.$field);
                    if let Some(value) = value {
                        fields.insert($name.to_owned(), value);
                    }
                )+
                fields
            }
        }

        impl ::serde::Serialize for $record {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                ::serde_json::Map::from(self.clone()).serialize(to)
            }
        }

        /// The fields that have a value.
        impl ::std::fmt::Debug for $record {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut record = f.debug_struct(stringify!($record));
                $(
                    if $crate::tenable_sc::record::wire::Field::get(&self.$field).is_some() {
                        record.field(stringify!($field), &self.$field);
                    }
                )+
                if !self.extra.is_empty() {
                    record.field("extra", &self.extra);
                }
                record.finish()
            }
        }
    };
}
pub(super) use record;

/// Lets records that need no id be read from any JSON object.
macro_rules! from_any_object {
    ($($record:ident),+) => {$(
        impl $crate::tenable_sc::record::wire::Record for $record {}

        impl From<::serde_json::Map<String, ::serde_json::Value>> for $record {
            fn from(fields: ::serde_json::Map<String, ::serde_json::Value>) -> Self {
                Self::from_fields(fields)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $record {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                ::serde_json::Map::deserialize(from).map(Self::from)
            }
        }
    )+};
}
pub(super) use from_any_object;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::tenable_sc::record::samples;

    fn read<T: Wire>(value: &Value) -> Option<T> {
        T::read(value.clone()).ok()
    }

    #[test]
    fn numbers_come_as_strings_or_numbers() {
        for value in [json!("2048"), json!(2048)] {
            assert_eq!(read(&value), Some(2048_u64));
            assert_eq!(read(&value), Some(2048.0_f64));
            assert_eq!(read(&value), Some(Duration::from_secs(2048)));
            assert_eq!(read(&value), Some(Timestamp::from_second(2048).unwrap()));
        }
        assert_eq!(read(&json!(u64::MAX.to_string())), Some(u64::MAX));
        assert_eq!(read(&json!("0.25")), Some(0.25));
    }

    #[test]
    fn minus_one_empty_and_null_are_not_typed() {
        for value in [json!("-1"), json!(-1), json!(""), json!(null)] {
            assert_eq!(u64::read(value.clone()), Err(value.clone()));
            assert_eq!(Timestamp::read(value.clone()), Err(value.clone()));
            assert_eq!(Duration::read(value.clone()), Err(value.clone()));
            assert_eq!(bool::read(value.clone()), Err(value));
        }
        for value in [json!(""), json!(null)] {
            assert_eq!(String::read(value.clone()), Err(value.clone()));
            assert_eq!(ScanStatus::read(value.clone()), Err(value.clone()));
            assert_eq!(f64::read(value.clone()), Err(value));
        }
    }

    #[test]
    fn zero_is_a_number_and_not_a_time() {
        for value in [json!("0"), json!(0)] {
            assert_eq!(Timestamp::read(value.clone()), Err(value.clone()));
            assert_eq!(read(&value), Some(0_u64));
            assert_eq!(read(&value), Some(Duration::ZERO));
        }
        assert_eq!(read(&json!("1")), Some(Timestamp::from_second(1).unwrap()));
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
    fn a_number_out_of_range_is_not_typed() {
        assert_eq!(read::<u64>(&json!("18446744073709551616")), None);
        assert_eq!(read::<u64>(&json!(1.5)), None);
        assert_eq!(read::<f64>(&json!("NaN")), None);
        assert_eq!(read::<Timestamp>(&json!(u64::MAX)), None);
        assert_eq!(read::<Timestamp>(&json!("9999999999999")), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(value in samples::json()) {
            let _ = (read::<String>(&value), read::<u64>(&value), read::<f64>(&value));
            let _ = (read::<bool>(&value), read::<Timestamp>(&value), read::<Duration>(&value));
            let _ = read::<ScanStatus>(&value);
        }

        #[test]
        fn what_is_written_is_read_as_the_same(value in samples::json()) {
            fn check<T: Wire + PartialEq + std::fmt::Debug>(value: &Value) {
                if let Some(typed) = read::<T>(value) {
                    assert_eq!(read::<T>(&typed.write()).as_ref(), Some(&typed));
                }
            }
            check::<String>(&value);
            check::<u64>(&value);
            check::<f64>(&value);
            check::<bool>(&value);
            check::<Timestamp>(&value);
            check::<Duration>(&value);
            check::<ScanStatus>(&value);
        }

        #[test]
        fn any_number_is_the_same_in_quotes(number: u64) {
            prop_assert_eq!(read::<u64>(&json!(number)), Some(number));
            prop_assert_eq!(read::<u64>(&json!(number.to_string())), Some(number));
        }
    }
}
