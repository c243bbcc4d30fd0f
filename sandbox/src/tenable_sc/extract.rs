//! What is read of a request.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::error::ApiError;

/// The id in a path.
pub(super) struct Id(pub(super) u64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(id) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|rejection| {
                ApiError::with_status(rejection.status().as_u16(), rejection.body_text())
            })?;
        id.parse().map(Self).map_err(|_| ApiError::invalid(format!("'{id}' is not a valid ID.\n")))
    }
}

/// The query of a request. Unknown parameters are ignored, as the product does.
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The parts of a parameter that is a list.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.text(name)?.split(',').map(str::trim);
        Some(list.filter(|part| !part.is_empty()).collect())
    }

    /// A time in seconds since 1970.
    pub(super) fn epoch(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let parse = |text: &str| {
            let message = || format!("{name}: '{text}' is not a valid time.\n");
            text.parse().map_err(|_| ApiError::invalid(message()))
        };
        self.text(name).map(parse).transpose()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(parameters)| Self(parameters)).map_err(|rejection| {
            ApiError::with_status(rejection.status().as_u16(), rejection.body_text())
        })
    }
}

/// A body that is an object, or no body at all. Unknown properties are ignored.
pub(super) struct Properties(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Properties {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            ApiError::with_status(rejection.status().as_u16(), rejection.body_text())
        })?;
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(properties)) => Ok(Self(properties)),
            Ok(_) => Err(ApiError::invalid("A JSON object is expected.\n")),
            Err(error) => Err(ApiError::invalid(format!("The body is not JSON: {error}.\n"))),
        }
    }
}

impl Properties {
    /// A property, as `read` understands it. Missing and null are the same.
    fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.0.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let message = || format!("{name}: {expected} is expected.\n");
        read(value).map(Some).ok_or_else(|| ApiError::invalid(message()))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        self.read(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A text that must be there and not be blank.
    pub(super) fn required_text(&self, name: &str) -> Result<String, ApiError> {
        let text = self.text(name)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| ApiError::invalid(format!("{name}: must be given.\n")))
    }

    /// A boolean, or its name, as the product writes booleans. False if it is missing.
    pub(super) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        let flag = self.read(name, "true or false", |value| match value {
            Value::String(flag) => flag.parse().ok(),
            value => value.as_bool(),
        })?;
        Ok(flag.unwrap_or(false))
    }

    /// A reference to something, as `{"id":1}` or `{"id":"1"}`, which must be there.
    pub(super) fn required_reference(&self, name: &str) -> Result<u64, ApiError> {
        let id = self.read(name, "an object with an ID", referred)?;
        id.ok_or_else(|| ApiError::invalid(format!("{name}: must be given.\n")))
    }

    /// References to several things, none if the property is missing.
    pub(super) fn references(&self, name: &str) -> Result<Vec<u64>, ApiError> {
        let ids = |value: &Value| value.as_array()?.iter().map(referred).collect();
        Ok(self.read(name, "a list of IDs", ids)?.unwrap_or_default())
    }
}

fn referred(value: &Value) -> Option<u64> {
    match value.get("id")? {
        Value::String(id) => id.parse().ok(),
        id => id.as_u64(),
    }
}
