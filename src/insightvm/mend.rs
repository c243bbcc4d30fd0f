//! Reading what real consoles send: nulls where the documents have values, empty answers, and
//! pages in whose place something else came.

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    Error, ErrorKind, Result,
    http::{Answer, looks_like_html, summary},
};

/// A record of a list that could not be typed.
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SetAside {
    /// Its place in the list as sent, from 0.
    pub index: usize,
    /// The record as sent.
    pub value: Value,
    /// Why it could not be typed.
    pub reason: String,
}

/// The typed body of an answer.
///
/// What fits is typed at once. Only what does not is looked at closely: nulls count as missing, a
/// missing name as empty, and of a list, the records that still don't fit are set aside.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<(T, Vec<SetAside>)> {
    let reason = match serde_json::from_slice(&answer.body) {
        Ok(value) => return Ok((value, Vec::new())),
        Err(reason) => reason,
    };
    if answer.body.trim_ascii().is_empty() {
        return read_nothing(answer);
    }
    if looks_like_html(&answer.body) {
        let title = summary(&answer.body);
        return Err(answer
            .refuse(ErrorKind::Decode, "the answer is an HTML page, not JSON")
            .with_answer(None, title));
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else {
        return Err(answer
            .refuse(ErrorKind::Decode, "the answer is not JSON")
            .with_answer(None, summary(&answer.body))
            .with_source(reason));
    };
    strip_nulls(&mut body);
    if let Ok(value) = T::deserialize(&body) {
        return Ok((value, Vec::new()));
    }
    let set_aside = match body.as_object_mut() {
        Some(object) => mend::<T>(object),
        None => Vec::new(),
    };
    match T::deserialize(&body) {
        Ok(value) => {
            if !set_aside.is_empty() {
                tracing::warn!(
                    operation = answer.call.operation,
                    records = set_aside.len(),
                    "records that could not be typed were set aside",
                );
            }
            Ok((value, set_aside))
        }
        Err(reason) => Err(answer
            .refuse(ErrorKind::Decode, "the answer is JSON, but not what this call returns")
            .with_source(reason)),
    }
}

/// An empty body. It is a full answer to what changes something (204 is documented for that), and
/// none to what asks for something.
fn read_nothing<T: DeserializeOwned>(answer: &Answer) -> Result<(T, Vec<SetAside>)> {
    let empty = || -> Error { answer.refuse(ErrorKind::Decode, "the answer is empty") };
    if !matches!(answer.call.method, Method::PUT | Method::DELETE) {
        return Err(empty());
    }
    let nothing = Value::Object(Map::new());
    T::deserialize(&nothing).map(|value| (value, Vec::new())).map_err(|_| empty())
}

/// Takes nulls out of objects and arrays, at any depth (which the JSON parser bounds).
fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, value| !value.is_null());
            object.values_mut().for_each(strip_nulls);
        }
        Value::Array(array) => {
            array.retain(|value| !value.is_null());
            array.iter_mut().for_each(strip_nulls);
        }
        _ => {}
    }
}

/// Makes a body fit that is a record, or a list of records.
fn mend<T: DeserializeOwned>(body: &mut Map<String, Value>) -> Vec<SetAside> {
    let Some(Value::Array(records)) = body.get_mut("resources") else {
        name(body);
        return Vec::new();
    };
    let mut set_aside = Vec::new();
    let mut kept = Vec::with_capacity(records.len());
    for (index, record) in records.drain(..).enumerate() {
        match mend_record::<T>(record) {
            Ok(record) => kept.push(record),
            Err((value, reason)) => {
                set_aside.push(SetAside { index, value, reason: reason.to_string() });
            }
        }
    }
    *records = kept;
    set_aside
}

/// A record that fits into a list of type `T`, or the record with the reason why it does not.
fn mend_record<T: DeserializeOwned>(record: Value) -> Result<Value, (Value, serde_json::Error)> {
    let list = |record: Value| {
        Value::Object(Map::from_iter([("resources".to_owned(), Value::Array(vec![record]))]))
    };
    let Err(reason) = T::deserialize(list(record.clone())) else { return Ok(record) };
    let mut named = record.clone();
    if named.as_object_mut().is_some_and(name) && T::deserialize(list(named.clone())).is_ok() {
        return Ok(named);
    }
    Err((record, reason))
}

/// Gives a record that has an id and no name an empty one. Says whether it did.
fn name(record: &mut Map<String, Value>) -> bool {
    if record.contains_key("id") && !record.contains_key("name") {
        record.insert("name".to_owned(), Value::String(String::new()));
        return true;
    }
    false
}
