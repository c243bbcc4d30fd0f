//! What build.rs would accept and we do not: a spec that a person can't rely on.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

const SPEC: &str = "spec/insightvm.yaml";
const README: &str = "spec/README.md";

/// All complaints together, a line each.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let document: Value = serde_saphyr::from_str(&read(SPEC)?)
        .map_err(|error| format!("{SPEC}: {}", error.without_snippet()))?;
    let complaints = complaints(&document, &read(README)?);
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

fn complaints(document: &Value, readme: &str) -> Vec<String> {
    let mut out = Vec::new();
    operations(document, readme, &mut out);
    descriptions(document, &mut out);
    unused(document, &mut out);
    deviations(document, readme, &mut out);
    out
}

fn entries<'a>(value: &'a Value, keys: &[&str]) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let inner = keys.iter().try_fold(value, |value, key| value.get(key));
    inner.and_then(Value::as_object).into_iter().flatten()
}

fn operations(document: &Value, readme: &str, out: &mut Vec<String>) {
    let tags: BTreeSet<_> = document["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = BTreeSet::new();
    for (path, item) in entries(document, &["paths"]) {
        for (method, operation) in entries(item, &[]) {
            let mut complain = |what: String| out.push(format!("{SPEC}: {method} {path}: {what}"));
            let text = |key: &str| operation[key].as_str().filter(|text| !text.trim().is_empty());
            match text("operationId") {
                None => complain("has no operationId".into()),
                Some(id) if !ids.insert(id) => complain(format!("{id} is taken already")),
                Some(id) if !readme.contains(&format!("| `{id}` |")) => {
                    complain(format!("{id} is not in the table of operations in {README}"));
                }
                Some(_) => {}
            }
            for key in ["summary", "description"] {
                if text(key).is_none() {
                    complain(format!("has no {key}"));
                }
            }
            match operation["tags"].as_array().map(Vec::as_slice) {
                Some([tag]) if tag.as_str().is_some_and(|tag| tags.contains(tag)) => {}
                Some([tag]) => complain(format!("its tag {tag} is not declared")),
                _ => complain("has not exactly one tag".into()),
            }
            let mut success: Vec<_> = entries(operation, &["responses"])
                .filter(|(code, _)| code.starts_with('2'))
                .map(|(_, response)| response)
                .collect();
            success.dedup();
            if success.len() != 1 {
                complain(format!("has {} types of success, not one", success.len()));
            }
            if operation["responses"]["2XX"].is_null() {
                complain("does not accept every 2xx".into());
            }
        }
    }
}

fn descriptions(document: &Value, out: &mut Vec<String>) {
    let mut demand = |place: String, value: &Value| {
        let described = value["description"].as_str().is_some_and(|text| !text.trim().is_empty());
        if !described && value["$ref"].is_null() {
            out.push(format!("{SPEC}: {place} has no description"));
        }
    };
    for section in ["parameters", "responses", "schemas"] {
        for (name, part) in entries(document, &["components", section]) {
            demand(format!("components › {section} › {name}"), part);
            for (property, schema) in entries(part, &["properties"]) {
                demand(format!("components › {section} › {name} › {property}"), schema);
            }
        }
    }
}

fn unused(document: &Value, out: &mut Vec<String>) {
    let mut used = BTreeSet::new();
    visit(document, &mut |key, value| {
        if key == "$ref" {
            used.extend(value.as_str().map(str::to_owned));
        }
    });
    for (section, parts) in entries(document, &["components"]) {
        if section == "securitySchemes" {
            continue;
        }
        for (name, _) in entries(parts, &[]) {
            if !used.contains(&format!("#/components/{section}/{name}")) {
                out.push(format!("{SPEC}: components › {section} › {name} is used nowhere"));
            }
        }
    }
}

/// Each `x-deviation` has its row in the README, and each row its place in the spec.
fn deviations(document: &Value, readme: &str, out: &mut Vec<String>) {
    let mut marked = BTreeSet::new();
    visit(document, &mut |key, value| {
        if key == "x-deviation" {
            match value {
                Value::Array(list) => {
                    marked.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                other => marked.extend(other.as_str().map(str::to_owned)),
            }
        }
    });
    let section = readme.split("\n## Deviations").nth(1).unwrap_or_default();
    let listed: BTreeSet<_> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    for slug in marked.difference(&listed) {
        out.push(format!("{README}: the deviation `{slug}` of the spec is not in the table"));
    }
    for slug in listed.difference(&marked) {
        out.push(format!("{SPEC}: no `x-deviation: {slug}`, which {README} lists"));
    }
}

fn visit(value: &Value, look: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                look(key, value);
                visit(value, look);
            }
        }
        Value::Array(array) => array.iter().for_each(|value| visit(value, look)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TABLES: &str = "| `getThing` |\n\n## Deviations\n| `odd` | x |\n";

    fn document() -> Value {
        json!({
            "tags": [{"name": "Things"}],
            "x-deviation": ["odd"],
            "paths": {"/thing": {"get": {
                "operationId": "getThing", "summary": "s", "description": "d", "tags": ["Things"],
                "responses": {
                    "200": {"$ref": "#/components/responses/Thing"},
                    "2XX": {"$ref": "#/components/responses/Thing"},
                },
            }}},
            "components": {
                "responses": {"Thing": {
                    "description": "d",
                    "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Thing"},
                    }},
                }},
                "schemas": {"Thing": {
                    "description": "d", "properties": {"id": {"description": "d"}},
                }},
            },
        })
    }

    #[test]
    fn what_is_in_order_passes() {
        assert_eq!(complaints(&document(), TABLES), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_named_once_with_its_place() {
        let pointer = |path: &str| path.replace('.', "/");
        for (path, value, complaint) in [
            (".paths.~1thing.get.operationId", json!(""), "get /thing: has no operationId"),
            (".paths.~1thing.get.operationId", json!("other"), "not in the table of operations"),
            (".paths.~1thing.get.summary", Value::Null, "has no summary"),
            (".paths.~1thing.get.tags", json!([]), "not exactly one tag"),
            (".paths.~1thing.get.tags.0", json!("Other"), "is not declared"),
            (".paths.~1thing.get.responses.200", json!({}), "has 2 types of success"),
            (".paths.~1thing.get.responses.2XX", Value::Null, "2xx"),
            (".components.schemas.Thing.description", json!(" "), "Thing has no description"),
            (".components.schemas.Thing.properties.id", json!({}), "id has no description"),
            (".x-deviation", json!("even"), "`even` of the spec is not in the table"),
            (".x-deviation", json!([]), "no `x-deviation: odd`"),
        ] {
            let mut document = document();
            *document.pointer_mut(&pointer(path)).unwrap() = value;
            let complaints = complaints(&document, TABLES);
            assert!(
                complaints.iter().any(|found| found.contains(complaint)),
                "{path}: {complaints:?}"
            );
        }
    }

    #[test]
    fn a_component_that_nothing_refers_to_is_named() {
        let mut document = document();
        document["components"]["schemas"]["Lost"] = json!({"description": "d"});
        assert_eq!(
            complaints(&document, TABLES),
            ["spec/insightvm.yaml: components › schemas › Lost is used nowhere"]
        );
    }
}
