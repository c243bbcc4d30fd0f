//! Lenient decoding of what consoles send.
//!
//! * A field that is null counts as missing.
//! * A field of another type than the schema's is converted if its meaning is clear (a number
//!   in quotes). Otherwise it stays in `extra` under its own name. The record and its other fields
//!   are read all the same.
//! * A record of a list that can't be read at all becomes an [`InvalidRecord`].
//!
//! A response is read field by field and record by record out of its text. There is never a tree
//! of the whole.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, SeqAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use crate::{InvalidRecord, response::InvalidRecords};

/// How much of a reason is kept, in characters.
const MAX_REASON: usize = 300;

/// Why something could not be read. It is cut to a short text, as serde's errors may quote megabytes
/// of the response.
#[derive(Debug)]
pub(crate) struct Reason(String);

pub(crate) type Result<T, E = Reason> = std::result::Result<T, E>;

impl Reason {
    fn new(text: impl fmt::Display) -> Self {
        Self(text.to_string().chars().take(MAX_REASON).collect())
    }

    fn of_field(name: &str, error: &serde_json::Error) -> Self {
        Self::new(format_args!("`{name}`: {error}"))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Reason {}

/// A struct of the specification. build.rs implements it with [`record!`].
pub(crate) trait Record: Default {
    fn read(fields: &mut Fields<'_>) -> Result<Self>;
}

/// Implements [`Record`] and `Deserialize` for a struct: each field with the method of [`Fields`]
/// that reads it, and its name in JSON. Then come the required fields, for a constructor.
macro_rules! record {
    (
        $record:ident { $($field:ident = $read:ident($name:literal)),* $(,)? }
        $(new($($required:ident: $type:ty),+))?
    ) => {
        $(impl $record {
            /// A value with the required fields. The others are empty.
            #[must_use]
            pub fn new($($required: impl Into<$type>),+) -> Self {
                Self { $($required: $required.into(),)+ ..Self::default() }
            }
        })?

        impl crate::insightvm::decode::Record for $record {
            fn read(
                fields: &mut crate::insightvm::decode::Fields<'_>,
            ) -> crate::insightvm::decode::Result<Self> {
                Ok(Self { $($field: fields.$read($name)?),* })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $record {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::insightvm::decode::deserialize(from)
            }
        }
    };
}
pub(crate) use record;

/// A record from any format that serde knows. Invalid records in a list are an error here, as
/// there is nowhere to keep them.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: Record>(from: D) -> Result<T, D::Error> {
    let object = Map::<String, Value>::deserialize(from)?;
    let entries = object.into_iter().map(|(name, value)| (name, Entry::Tree(value)));
    let mut fields = Fields::new(entries.collect());
    let value = T::read(&mut fields).map_err(D::Error::custom)?;
    match fields.invalid.kept.first() {
        Some(InvalidRecord { index, reason, .. }) => {
            Err(D::Error::custom(format_args!("record {index}: {reason}")))
        }
        None => Ok(value),
    }
}

/// What was read from a JSON text.
#[derive(Debug)]
pub(crate) struct Decoded<T> {
    pub(crate) value: T,
    pub(crate) invalid: InvalidRecords,
    /// Whether the type has fields besides the links, and the text has none of them.
    pub(crate) is_bare: bool,
}

/// What a JSON text can be read as.
pub(crate) trait Json: Sized {
    fn from_json(text: &str) -> Result<Decoded<Self>>;
}

impl<T: Record> Json for T {
    fn from_json(text: &str) -> Result<Decoded<Self>> {
        let object: BTreeMap<String, &RawValue> =
            serde_json::from_str(text).map_err(Reason::new)?;
        let entries = object.into_iter().map(|(name, value)| (name, Entry::Text(value)));
        let mut fields = Fields::new(entries.collect());
        let value = T::read(&mut fields)?;
        Ok(Decoded {
            value,
            invalid: fields.invalid,
            is_bare: fields.wanted > 0 && fields.found == 0,
        })
    }
}

/// Numbers: ids in lists, and seconds.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Json for $number {
            fn from_json(text: &str) -> Result<Decoded<Self>> {
                let raw: &RawValue = serde_json::from_str(text).map_err(Reason::new)?;
                let value = Entry::Text(raw).convert().map_err(Reason::new)?;
                Ok(Decoded { value, invalid: InvalidRecords::default(), is_bare: false })
            }
        }

        impl Field for $number {
            fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self> {
                let entry = fields.take(name);
                let entry = entry.ok_or_else(|| Reason::new(format_args!("`{name}` is missing")))?;
                entry.convert().map_err(|error| Reason::of_field(name, &error))
            }
        }
    )*};
}
numbers!(i32, i64);

/// The fields of an object that have not been read yet.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    entries: BTreeMap<String, Entry<'a>>,
    invalid: InvalidRecords,
    /// Whether it is a page that says that there are no records. Some omit the empty list.
    is_empty_page: bool,
    /// Whether it is a page that says that there are records, or an error message.
    has_records: bool,
    /// How many fields other than the links were looked for, and read.
    wanted: usize,
    found: usize,
}

/// A value: in the text of a response, or from another format.
#[derive(Debug)]
enum Entry<'a> {
    Text(&'a RawValue),
    Tree(Value),
}

impl<'a> Fields<'a> {
    fn new(entries: BTreeMap<String, Entry<'a>>) -> Self {
        let page: Option<Value> = entries.get("page").and_then(|page| page.parse().ok());
        let totals = |test: fn(&Value) -> bool| {
            let page = page.as_ref();
            page.is_some_and(|page| {
                ["totalResources", "totalPages"].iter().any(|it| test(&page[it]))
            })
        };
        let is_empty_page = totals(|total| *total == 0);
        let has_records =
            totals(|total| total.as_u64().unwrap_or(0) > 0) || entries.contains_key("message");
        let invalid = InvalidRecords::default();
        Self { entries, invalid, is_empty_page, has_records, wanted: 0, found: 0 }
    }

    /// A value that is there and not null.
    fn take(&mut self, name: &str) -> Option<Entry<'a>> {
        let entry = self.entries.remove(name).filter(|entry| !entry.is_null());
        let counts = usize::from(name != "links");
        self.wanted += counts;
        self.found += if entry.is_some() { counts } else { 0 };
        entry
    }

    /// Leaves a value of another type than expected for `extra`.
    fn put_back(&mut self, name: &str, entry: Entry<'a>) {
        self.found -= usize::from(name != "links");
        self.entries.insert(name.to_owned(), entry);
    }

    pub(crate) fn read<T: Field>(&mut self, name: &str) -> Result<T> {
        T::read(self, name)
    }

    /// The records of a list. An object without them is not an empty list: to take an error
    /// message for one would hide every record.
    pub(crate) fn records<T: Json + DeserializeOwned>(&mut self, name: &str) -> Result<Vec<T>> {
        let mut records = Records { kept: Vec::new(), invalid: &mut self.invalid };
        match self.entries.remove(name) {
            // Consoles send null for an empty list, and for one that they could not read.
            Some(entry) if entry.is_null() && self.has_records => {
                return Err(Reason::new(format_args!("`{name}` is null")));
            }
            Some(entry) if entry.is_null() => {}
            None if !self.is_empty_page => {
                return Err(Reason::new(format_args!("`{name}` is missing")));
            }
            Some(Entry::Text(text)) => {
                let mut from = serde_json::Deserializer::from_str(text.get());
                return from
                    .deserialize_seq(records)
                    .map_err(|error| Reason::of_field(name, &error));
            }
            Some(Entry::Tree(Value::Array(values))) => {
                for (index, value) in values.into_iter().enumerate() {
                    let read = T::deserialize(&value).map_err(Reason::new);
                    records.push(index, read, || value);
                }
            }
            Some(Entry::Tree(_)) => {
                return Err(Reason::new(format_args!("`{name}` is not a list")));
            }
            None => {}
        }
        Ok(records.kept)
    }

    /// What has not been read, for `extra`.
    #[expect(clippy::unnecessary_wraps, reason = "called like the others")]
    pub(crate) fn rest(&mut self, _: &str) -> Result<Map<String, Value>> {
        let entries = std::mem::take(&mut self.entries).into_iter();
        Ok(entries.map(|(name, entry)| (name, entry.into_value())).collect())
    }
}

impl Entry<'_> {
    fn is_null(&self) -> bool {
        match self {
            Entry::Text(text) => text.get() == "null",
            Entry::Tree(value) => value.is_null(),
        }
    }

    fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        match self {
            Entry::Text(text) => serde_json::from_str(text.get()),
            Entry::Tree(value) => T::deserialize(value),
        }
    }

    /// The value as a `T`: by its type, or by its meaning where that is clear.
    fn convert<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        let error = match self.parse() {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let meant = match self {
            // Objects and lists have no other meaning.
            Entry::Text(text) if text.get().starts_with(['{', '[']) => None,
            // A number as it was written: as a string it must not change.
            Entry::Text(text)
                if text.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) =>
            {
                self.parse::<Value>().ok().as_ref().and_then(meanings).map(|mut meanings| {
                    meanings.pop();
                    meanings.push(text.get().into());
                    meanings
                })
            }
            _ => self.parse::<Value>().ok().as_ref().and_then(meanings),
        };
        let mut typed = meant.into_iter().flatten().filter_map(|value| T::deserialize(value).ok());
        typed.next().ok_or(error)
    }

    /// The elements of a list without those that are null.
    fn list<T: DeserializeOwned>(&self) -> Option<Vec<T>> {
        if let Ok(list) = self.parse::<Vec<Option<T>>>() {
            return Some(list.into_iter().flatten().collect());
        }
        let list = self.parse::<Vec<Value>>().ok()?.into_iter().filter(|value| !value.is_null());
        list.map(|value| Entry::Tree(value).convert().ok()).collect()
    }

    fn into_value(self) -> Value {
        match self {
            // What is nested too deeply for a tree stays text.
            Entry::Text(text) => serde_json::from_str(text.get())
                .unwrap_or_else(|_| Value::String(text.get().to_owned())),
            Entry::Tree(value) => value,
        }
    }
}

/// What else a value can mean: a number or a boolean in quotes, a whole number with a fraction of
/// zero, a number where a string is expected.
fn meanings(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::String(text) => match serde_json::from_str(text.trim()).ok()? {
            value @ (Value::Number(_) | Value::Bool(_)) => Some(vec![value]),
            _ => None,
        },
        Value::Number(number) => {
            let float = number.as_f64().filter(|float| float.fract() == 0.0);
            // "5" for 5.0, as serde_json does not round.
            let whole = float.and_then(|float| format!("{float:.0}").parse::<i64>().ok());
            Some(whole.map(Value::from).into_iter().chain([number.to_string().into()]).collect())
        }
        _ => None,
    }
}

/// A field of a struct.
pub(crate) trait Field: Sized {
    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self>;
}

impl<T: DeserializeOwned> Field for Option<T> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self> {
        let Some(entry) = fields.take(name) else { return Ok(None) };
        let value = entry.convert().ok();
        if value.is_none() {
            fields.put_back(name, entry);
        }
        Ok(value)
    }
}

impl<T: DeserializeOwned> Field for Vec<T> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self> {
        let Some(entry) = fields.take(name) else { return Ok(Self::new()) };
        let list = entry.list();
        if list.is_none() {
            fields.put_back(name, entry);
        }
        Ok(list.unwrap_or_default())
    }
}

/// A text that is required. Consoles omit even names; the record is read without.
impl Field for String {
    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self> {
        let Some(entry) = fields.take(name) else { return Ok(Self::new()) };
        entry.convert().map_err(|error| Reason::of_field(name, &error))
    }
}

/// Collects the records of a list.
struct Records<'i, T> {
    kept: Vec<T>,
    invalid: &'i mut InvalidRecords,
}

impl<T> Records<'_, T> {
    fn push(&mut self, index: usize, read: Result<T>, value: impl FnOnce() -> Value) {
        match read {
            Ok(record) => self.kept.push(record),
            Err(Reason(reason)) => {
                let record = || InvalidRecord { list: None, index, value: value(), reason };
                self.invalid.push(record);
            }
        }
    }
}

impl<'de, T: Json> Visitor<'de> for Records<'_, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Vec<T>, A::Error> {
        for index in 0.. {
            let Some(text) = list.next_element::<&RawValue>()? else { break };
            let read = T::from_json(text.get()).map(|decoded| decoded.value);
            let value = || Entry::Text(text).into_value();
            self.push(index, read, value);
        }
        Ok(self.kept)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};
    use serde_json::json;

    use super::*;
    use crate::insightvm::types::{ScanEngine, ScanEngines};

    /// Values of every kind, also such as fields can have.
    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            select(vec![
                json!(null),
                json!(true),
                json!("true"),
                json!(7),
                json!("7"),
                json!(7.0),
                json!(-0.5),
                json!(1e300),
                json!("1e300"),
                json!(u64::MAX),
                json!("active"),
                json!("2017-09-01T00:00:00.125Z"),
                json!({"href": "https://console/", "rel": "self"}),
            ]),
            "\\PC{0,8}".prop_map(Value::String),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn engine() -> impl Strategy<Value = Value> {
        let names = vec![
            "id",
            "name",
            "port",
            "sites",
            "links",
            "status",
            "lastUpdatedDate",
            "serialNumber",
            "isAWSPreAuthEngine",
            "extra",
            "resources",
            "unknown",
        ];
        prop::collection::btree_map(select(names), value(), 0..10).prop_map(|map| {
            let fields = map.into_iter().map(|(name, value)| (name.to_owned(), value));
            Value::Object(fields.chain([("id".to_owned(), json!(6))]).collect())
        })
    }

    proptest! {
        #[test]
        fn a_record_with_an_id_and_a_name_is_read_whatever_else_it_has(sent in engine()) {
            let name = &sent["name"];
            prop_assume!(name.is_null() || name.is_string() || name.is_number());
            let read = ScanEngine::from_json(&sent.to_string()).unwrap().value;
            // Nothing is lost, and what is written is read as the same.
            let written = serde_json::to_value(&read).unwrap();
            for (name, value) in sent.as_object().unwrap() {
                let is_empty = |value: &Value| {
                    value.is_null() || value.as_array().is_some_and(|it| it.iter().all(Value::is_null))
                };
                prop_assert!(is_empty(value) || !written[name].is_null(), "{name} is lost");
            }
            prop_assert_eq!(&serde_json::from_value::<ScanEngine>(written.clone()).unwrap(), &read);
            prop_assert_eq!(&ScanEngine::from_json(&written.to_string()).unwrap().value, &read);
        }

        #[test]
        fn a_list_keeps_every_record(records in prop::collection::vec(value(), 0..8)) {
            let list = json!({"resources": records}).to_string();
            let Decoded { value, invalid, .. } = ScanEngines::from_json(&list).unwrap();
            prop_assert_eq!(value.resources.len() + invalid.kept.len(), records.len());
            for record in invalid.kept {
                prop_assert_eq!(&record.value, &records[record.index]);
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = ScanEngines::from_json(&text);
            let _ = i64::from_json(&text);
        }
    }

    #[test]
    fn what_is_not_a_list_is_an_error() {
        let error = ScanEngines::from_json(r#"{"resources": {"id": 1}}"#).err().unwrap();
        assert!(format!("{error:?}").contains("expected a list of records"), "{error:?}");
    }

    #[test]
    fn deeply_nested_json_is_kept_as_text() {
        let deep = "[".repeat(500) + &"]".repeat(500);
        let list = format!(r#"{{"resources": [{{"id": 1, "deep": {deep}}}, {deep}]}}"#);
        let Decoded { value, invalid, .. } = ScanEngines::from_json(&list).unwrap();
        assert_eq!(value.resources[0].extra["deep"], deep);
        assert_eq!((invalid.kept[0].index, &invalid.kept[0].value), (1, &json!(deep)));
    }

    #[test]
    fn other_formats_of_serde_work_too() {
        let engine: ScanEngine = serde_saphyr::from_str("id: 6\nname: north\nport: many").unwrap();
        assert_eq!((engine.id, &engine.extra["port"]), (6, &json!("many")));
        let list = json!({"resources": [{"name": "no id"}]});
        let error = serde_json::from_value::<ScanEngines>(list).unwrap_err();
        assert!(error.to_string().contains("record 0: `id` is missing"), "{error}");
    }
}
