//! JSON Schemas of the records: the forms that servers are known to send.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

/// The schema of a record, while its fields are added.
pub(super) struct Object {
    description: String,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Object {
    /// `about` are the lines of the record's doc comment.
    pub(super) fn new(about: &[&str]) -> Self {
        Self { description: text(about), properties: Map::new(), required: Vec::new() }
    }

    /// `about` are the lines of the field's doc comment.
    pub(super) fn property(&mut self, name: &str, about: &[&str], mut schema: Schema) {
        if !about.is_empty() {
            schema.insert("description".to_owned(), text(about).into());
        }
        self.properties.insert(name.to_owned(), schema.to_value());
    }

    /// Says that the server sends the field always, and never as null.
    pub(super) fn require(&mut self, name: &'static str) {
        self.required.push(name);
        let types = self.properties.get_mut(name).and_then(|schema| schema.get_mut("type"));
        if let Some(Value::Array(types)) = types {
            types.retain(|name| name != "null");
        }
    }

    /// Fields beyond the known ones are allowed, as servers add some.
    pub(super) fn finish(self) -> Schema {
        let mut schema = json_schema!({
            "type": "object",
            "description": self.description,
            "properties": self.properties,
        });
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.into());
        }
        schema
    }
}

/// A record in a field: servers write `[]` or `""` where there is none.
pub(super) fn nested<R: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let record = generator.subschema_for::<R>();
    let nothing = json_schema!({
        "type": ["array", "string", "null"],
        "maxItems": 0,
        "maxLength": 0,
    });
    json_schema!({ "anyOf": [record, nothing] })
}

/// A list of records in a field.
pub(super) fn list<R: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let record = generator.subschema_for::<R>();
    json_schema!({ "type": ["array", "null"], "items": record })
}

/// The first paragraph: what follows speaks of Rust.
fn text(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| line.trim());
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use schemars::schema_for;
    use serde_json::json;

    use crate::tenable_sc::record::{Field, Listed, Progress, ScanResult, ScanResultList};

    #[test]
    fn every_field_is_described() {
        let schema = schema_for!(ScanResult);
        let properties = schema.get("properties").unwrap();
        for field in Field::KNOWN {
            assert!(properties.get(field.as_str()).is_some(), "{field}");
        }
        assert_eq!(
            properties.get("name"),
            Some(&json!({ "type": ["string", "null"], "description": "The name of the scan." })),
        );
    }

    #[test]
    fn the_id_alone_is_required() {
        let schema = schema_for!(ScanResult);
        assert_eq!(schema.get("required"), Some(&json!(["id"])));
        let id = schema.pointer("/properties/id/type");
        assert_eq!(id, Some(&json!(["string", "integer"])));
        assert_eq!(schema_for!(Progress).get("required"), None);
    }

    #[test]
    fn records_refer_to_each_other() {
        let schema = schema_for!(ScanResultList);
        for name in ["ScanResult", "User", "ScannerProgress", "ScanStatus"] {
            assert!(schema.pointer(&format!("/$defs/{name}")).is_some(), "{name}");
        }
        assert!(schema_for!(Listed).pointer("/properties/record").is_some());
    }
}
