//! JSON Schemas of types whose JSON differs from their structure.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{FindingKey, Severity, Xref};

/// The schema of a day, as jiff writes it.
pub(crate) struct Date;

macro_rules! schema {
    ($type:ident, $schema:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn schema_id() -> Cow<'static, str> {
                concat!("scanops_nessus::", stringify!($type)).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

schema!(Date, json_schema!({ "type": "string", "format": "date" }));
schema!(FindingKey, json_schema!({ "type": "string", "pattern": r"^1(\|[^|]*){6}$" }));
schema!(Xref, json_schema!({ "type": "string", "pattern": "^[^:]*:" }));
schema!(
    Severity,
    json_schema!({
        "anyOf": [
            { "enum": Severity::KNOWN },
            { "type": "integer", "minimum": 5, "maximum": 255 },
        ],
    })
);
