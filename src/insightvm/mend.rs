//! Reading what real consoles send: nulls where the documents have values, empty answers, and
//! pages in whose place something else came.

use std::fmt;

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    Error, ErrorKind, Result,
    http::{Response, looks_like_html, summary},
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
    /// Why it could not be typed, in at most 300 characters.
    pub reason: String,
}

/// How many records of one list are set aside before the list is no list of such records.
const MOST_SET_ASIDE: usize = 1000;
/// The largest answer that is looked at closely: as a tree it takes many times its text. A page of
/// 500 records has a tenth of it.
const MENDABLE: usize = 8 * 1024 * 1024;
const MISFIT: &str = "the response is JSON, but not what this call returns";
/// How much of a reason is kept: it may quote what the server sent.
const REASON: usize = 300;

/// The typed body of an answer.
///
/// What fits is typed at once. Only what does not is looked at closely: nulls count as missing, a
/// missing name as empty, and of a list, the records that still don't fit are set aside.
pub(super) fn read<T: DeserializeOwned>(answer: &Response) -> Result<(T, Vec<SetAside>)> {
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
            .error(ErrorKind::Decode, "the response is an HTML page, not JSON")
            .with_server_message(title));
    }
    let mendable = answer.body.get(..answer.body.len().min(MENDABLE)).unwrap_or_default();
    let Ok(Value::Object(mut body)) = serde_json::from_slice(mendable) else {
        let what = if reason.is_data() { MISFIT } else { "the response is not JSON" };
        return Err(answer
            .error(ErrorKind::Decode, what)
            .with_server_message(summary(&answer.body))
            .with_source(shortened(&reason)));
    };
    let message = body.get("message").and_then(Value::as_str).map(str::to_owned);
    let set_aside = mend::<T>(&mut body);
    let value = set_aside.and_then(|set_aside| {
        let value = T::deserialize(Value::Object(body)).map_err(|reason| shortened(&reason))?;
        Ok((value, set_aside))
    });
    match value {
        Ok((value, set_aside)) => {
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
            .error(ErrorKind::Decode, MISFIT)
            .with_server_message(message)
            .with_source(reason)),
    }
}

/// An empty body. It is a full answer to what changes something (204 is documented for that), and
/// none to what asks for something.
fn read_nothing<T: DeserializeOwned>(answer: &Response) -> Result<(T, Vec<SetAside>)> {
    let empty = || -> Error {
        let error = answer.error(ErrorKind::Decode, "the response is empty");
        match answer.call.method {
            Method::GET => error,
            _ => error.with_note("what was asked for has probably been done"),
        }
    };
    if !matches!(answer.call.method, Method::PUT | Method::DELETE) {
        return Err(empty());
    }
    let nothing = Value::Object(Map::new());
    T::deserialize(nothing).map(|value| (value, Vec::new())).map_err(|_| empty())
}

/// Why something could not be typed, without the megabytes that it may quote.
#[derive(Debug)]
struct Reason(String);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Reason {}

fn shortened(reason: &serde_json::Error) -> Reason {
    let text = reason.to_string();
    let end = text.char_indices().nth(REASON).map_or(text.len(), |(end, _)| end);
    Reason(text.get(..end).unwrap_or_default().to_owned())
}

/// Makes a body fit that is a record, or a list of records.
fn mend<T: DeserializeOwned>(body: &mut Map<String, Value>) -> Result<Vec<SetAside>, Reason> {
    let records = match body.remove("resources") {
        Some(Value::Array(records)) => records,
        // The console says that there is nothing in the list.
        Some(Value::Null) => Vec::new(),
        None if says_it_is_empty(body) => Vec::new(),
        other => {
            body.extend(other.map(|other| ("resources".to_owned(), other)));
            strip_nulls_of(body);
            name(body);
            return Ok(Vec::new());
        }
    };
    let mut set_aside = Vec::new();
    let mut kept = Vec::with_capacity(records.len());
    for (index, record) in records.into_iter().enumerate() {
        match mend_record::<T>(record) {
            Ok(Value::Null) => {}
            Ok(record) => kept.push(record),
            Err(_) if set_aside.len() == MOST_SET_ASIDE => {
                return Err(Reason(format!(
                    "more than {MOST_SET_ASIDE} records of the list can't be typed"
                )));
            }
            Err((value, Reason(reason))) => set_aside.push(SetAside { index, value, reason }),
        }
    }
    strip_nulls_of(body);
    body.insert("resources".to_owned(), Value::Array(kept));
    // Links are a help, and no reason to lose a list.
    if T::deserialize(list_like(body)).is_err() {
        body.remove("links");
    }
    Ok(set_aside)
}

/// A page that says that it is one of none. Some leave out what they are empty of.
fn says_it_is_empty(body: &Map<String, Value>) -> bool {
    let page = body.get("page").unwrap_or(&Value::Null);
    ["totalResources", "totalPages"].iter().any(|total| page.get(total) == Some(&0.into()))
}

/// The list without its records.
fn list_like(body: &Map<String, Value>) -> Value {
    let rest = body.iter().filter(|(key, _)| *key != "resources");
    let mut list: Map<_, _> = rest.map(|(key, value)| (key.clone(), value.clone())).collect();
    list.insert("resources".to_owned(), Value::Array(Vec::new()));
    Value::Object(list)
}

/// A record that fits into a list of type `T`, or the record as sent with the reason why it does
/// not. A null is no record.
fn mend_record<T: DeserializeOwned>(record: Value) -> Result<Value, (Value, Reason)> {
    let fits = |record: &Value| {
        let list = Map::from_iter([("resources".to_owned(), Value::Array(vec![record.clone()]))]);
        T::deserialize(Value::Object(list)).map(drop)
    };
    if record.is_null() || fits(&record).is_ok() {
        return Ok(record);
    }
    let mut mended = record.clone();
    strip_nulls(&mut mended);
    let Err(reason) = fits(&mended) else { return Ok(mended) };
    if mended.as_object_mut().is_some_and(name) && fits(&mended).is_ok() {
        return Ok(mended);
    }
    Err((record, shortened(&reason)))
}

/// Takes nulls out of objects and arrays, at any depth (which the JSON parser bounds).
fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => strip_nulls_of(object),
        Value::Array(array) => {
            array.retain(|value| !value.is_null());
            array.iter_mut().for_each(strip_nulls);
        }
        _ => {}
    }
}

fn strip_nulls_of(object: &mut Map<String, Value>) {
    object.retain(|_, value| !value.is_null());
    object.values_mut().for_each(strip_nulls);
}

/// Gives a record that has an id and no name an empty one. Says whether it did.
fn name(record: &mut Map<String, Value>) -> bool {
    if record.contains_key("id") && !record.contains_key("name") {
        record.insert("name".to_owned(), Value::String(String::new()));
        return true;
    }
    false
}
