//! The names of progenitor's client library that generated code uses, over our own transport.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::Value;

/// An operation, as the specification describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationInfo {
    /// The vendor's id.
    pub(crate) operation_id: &'static str,
    /// The media type of its response.
    pub(crate) accept: &'static str,
    /// Whether it may be repeated although its method says otherwise.
    pub(crate) idempotent: bool,
}

/// Percent-encodes one segment of a path.
pub(super) fn encode_path(segment: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(segment, RESERVED).to_string()
}

/// A query parameter: omitted if its value is none, repeated if it is a list.
pub(super) struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    pub(super) fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = query_values(self.value).map_err(S::Error::custom)?;
        serializer.collect_seq(values.into_iter().map(|value| (self.name, value)))
    }
}

/// The values of a query parameter as text.
pub(super) fn query_values<T: Serialize>(value: &T) -> serde_json::Result<Vec<String>> {
    let text = |value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(match serde_json::to_value(value)? {
        Value::Null => Vec::new(),
        Value::Array(values) => values.into_iter().map(text).collect(),
        value => vec![text(value)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query<T: Serialize>(value: &T) -> String {
        let request = reqwest::Client::new()
            .get("http://console/")
            .query(&QueryParam::new("sort", value))
            .build()
            .unwrap();
        request.url().query().unwrap_or_default().to_owned()
    }

    #[test]
    fn query_parameters_are_left_out_or_repeated() {
        assert_eq!(query(&None::<i32>), "");
        assert_eq!(query(&Some(0)), "sort=0");
        assert_eq!(
            query(&Some(vec!["a,DESC".to_owned(), "b&c".to_owned()])),
            "sort=a%2CDESC&sort=b%26c"
        );
        assert_eq!(query(&Some(Vec::<String>::new())), "");
    }

    #[test]
    fn a_path_segment_stays_one() {
        assert_eq!(encode_path("a/b c?d#e%"), "a%2Fb%20c%3Fd%23e%25");
        assert_eq!(encode_path("-1"), "-1");
    }
}
