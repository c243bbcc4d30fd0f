//! What clients send: an id in the path, a query, and JSON bodies, checked property by property.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::answer::Refusal;

/// The id in a path.
pub(super) struct PathId(pub(super) u64);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Refusal::malformed(rejection.status(), rejection.body_text()))?;
        id.parse().map(Self).map_err(|_| Refusal::invalid(format!("'{id}' is not a valid ID.\n")))
    }
}

/// The query of a request. Parameters that nobody asks it for are ignored, as the product does.
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// A parameter, if it was given.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The parts of a parameter that is a list, if it was given.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.text(name)?.split(',').map(str::trim);
        Some(list.filter(|part| !part.is_empty()).collect())
    }

    /// A moment in seconds since 1970, if it was given.
    pub(super) fn epoch(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let parse = |text: &str| {
            text.parse().map_err(|_| Refusal::invalid(format!("{name}: '{text}' is no time.\n")))
        };
        self.text(name).map(parse).transpose()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(Refusal::malformed(rejection.status(), rejection.body_text())),
        }
    }
}

/// A body that is an object, or no body at all. Properties that nobody asks it for are ignored.
pub(super) struct Properties(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Properties {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Refusal::malformed(rejection.status(), rejection.body_text()))?;
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(properties)) => Ok(Self(properties)),
            Ok(_) => Err(Refusal::invalid("A JSON object is expected.\n")),
            Err(error) => Err(Refusal::invalid(format!("The body is not JSON: {error}.\n"))),
        }
    }
}

impl Properties {
    /// A property that may be missing or null, which is the same.
    pub(super) fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// A text that may be missing.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::invalid(format!("{name}: a string is expected.\n"))),
        }
    }

    /// A text that must be there and say something.
    pub(super) fn required_text(&mut self, name: &str) -> Result<String, Refusal> {
        let text = self.text(name)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| Refusal::invalid(format!("{name}: must be given.\n")))
    }

    /// A boolean, or its name, as the product writes booleans. False where it is missing.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::String(flag)) if flag == "true" => Ok(true),
            Some(Value::String(flag)) if flag == "false" => Ok(false),
            Some(_) => Err(Refusal::invalid(format!("{name}: true or false is expected.\n"))),
        }
    }

    /// A reference to something, as `{"id":1}` or `{"id":"1"}`, which must be there.
    pub(super) fn required_reference(&mut self, name: &str) -> Result<u64, Refusal> {
        let value = self.value(name);
        let id = value.as_ref().and_then(referred);
        id.ok_or_else(|| Refusal::invalid(format!("{name}: an object with an ID is expected.\n")))
    }

    /// References to several things. None where the property is missing.
    pub(super) fn references(&mut self, name: &str) -> Result<Vec<u64>, Refusal> {
        let ids = match self.value(name) {
            None => Some(Vec::new()),
            Some(Value::Array(values)) => values.iter().map(referred).collect(),
            Some(_) => None,
        };
        ids.ok_or_else(|| Refusal::invalid(format!("{name}: a list of IDs is expected.\n")))
    }
}

fn referred(value: &Value) -> Option<u64> {
    match value.get("id")? {
        Value::Number(id) => id.as_u64(),
        Value::String(id) => id.parse().ok(),
        _ => None,
    }
}

/// An object of these properties.
pub(super) fn object<V: Into<Value>>(
    properties: impl IntoIterator<Item = (&'static str, V)>,
) -> Map<String, Value> {
    properties.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}
