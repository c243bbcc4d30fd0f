//! `lint`: whether `spec/insightvm.yaml` is OpenAPI that the generator can express and that a person
//! can rely on.

use std::{collections::BTreeSet, fs, path::Path};

use openapiv3::{Operation, Parameter, ReferenceOr, RequestBody, Response, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value;

const SPEC: &str = "spec/insightvm.yaml";
const README: &str = "spec/README.md";

/// Reports all problems together, a line each.
pub(crate) fn run(root: &Path) -> Result<String, String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let document: Value = serde_saphyr::from_str(&read(SPEC)?)
        .map_err(|error| format!("{SPEC}: {}", error.without_snippet()))?;
    let problems = problems(&document, &read(README)?);
    if problems.is_empty() { Ok(format!("{SPEC} is in order.")) } else { Err(problems.join("\n")) }
}

fn problems(document: &Value, readme: &str) -> Vec<String> {
    let mut out = Vec::new();
    parts(document, &mut out);
    operations(document, readme, &mut out);
    descriptions(document, &mut out);
    references(document, &mut out);
    deviations(document, readme, &mut out);
    out
}

/// Whether each operation and each component is OpenAPI.
fn parts(document: &Value, out: &mut Vec<String>) {
    for (path, item) in entries(document, &["paths"]) {
        for (method, operation) in entries(item, &[]) {
            let place = format!("{method} {path}");
            parse::<Operation>(operation, &place, out);
        }
    }
    for section in ["parameters", "requestBodies", "responses", "schemas"] {
        for (name, part) in entries(document, &["components", section]) {
            let place = format!("components › {section} › {name}");
            match section {
                "parameters" => parse::<ReferenceOr<Parameter>>(part, &place, out),
                "requestBodies" => parse::<ReferenceOr<RequestBody>>(part, &place, out),
                "responses" => parse::<ReferenceOr<Response>>(part, &place, out),
                _ => {
                    parse::<ReferenceOr<Schema>>(part, &place, out);
                    schema(part, &place, out);
                }
            }
        }
    }
}

fn parse<T: DeserializeOwned>(part: &Value, place: &str, out: &mut Vec<String>) {
    if let Err(error) = serde_path_to_error::deserialize::<_, T>(part) {
        out.push(format!("{SPEC}: {place}: {}: {}", error.path(), error.inner()));
    }
}

fn resolved<'a>(document: &'a Value, target: &Value) -> Option<&'a Value> {
    document.pointer(target.as_str()?.strip_prefix('#')?)
}

/// Checks what openapiv3 accepts, but the generator ignores or rejects.
fn schema(part: &Value, place: &str, out: &mut Vec<String>) {
    const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
    if let Some(name) = part["type"].as_str().filter(|name| !TYPES.contains(name)) {
        out.push(format!("{SPEC}: {place}: `{name}` is not a type"));
    }
    for name in part["required"].as_array().into_iter().flatten() {
        if name.as_str().is_none_or(|name| part["properties"][name].is_null()) {
            out.push(format!("{SPEC}: {place}: requires {name}, which is not a property of it"));
        }
    }
    for (name, property) in entries(part, &["properties"]) {
        schema(property, &format!("{place} › {name}"), out);
    }
    if !part["items"].is_null() {
        schema(&part["items"], &format!("{place} › items"), out);
    }
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
            let mut report = |what: String| out.push(format!("{SPEC}: {method} {path}: {what}"));
            let text = |key: &str| operation[key].as_str().filter(|text| !text.trim().is_empty());
            match text("operationId") {
                None => report("has no operationId".into()),
                Some(id) if !ids.insert(id) => report(format!("{id} is taken already")),
                Some(id) if !readme.contains(&format!("| `{id}` |")) => {
                    report(format!("{id} is not in the table of operations in {README}"));
                }
                Some(_) => {}
            }
            for key in ["summary", "description"] {
                if text(key).is_none() {
                    report(format!("has no {key}"));
                }
            }
            match operation["tags"].as_array().map(Vec::as_slice) {
                Some([tag]) if tag.as_str().is_some_and(|tag| tags.contains(tag)) => {}
                Some([tag]) => report(format!("its tag {tag} is not declared")),
                _ => report("has not exactly one tag".into()),
            }
            // The generator knows one type of success and one of failure, over 400 to 599.
            for (what, classes) in [("success", &["2"][..]), ("error", &["4", "5", "default"])] {
                let mut types: Vec<_> = entries(operation, &["responses"])
                    .filter(|(code, _)| classes.iter().any(|class| code.starts_with(class)))
                    .map(|(_, response)| &part(document, response)["content"])
                    .collect();
                types.dedup();
                if types.len() > 1 || (types.is_empty() && what == "success") {
                    report(format!("has {} types of {what}, not one", types.len()));
                }
            }
            if operation["responses"]["2XX"].is_null() {
                report("does not accept every 2xx".into());
            }
        }
    }
}

/// The part that a reference points to, or the part itself.
fn part<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    resolved(document, &part["$ref"]).unwrap_or(part)
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

/// Each reference has its target (without it the generator panics), and each component is referred to.
fn references(document: &Value, out: &mut Vec<String>) {
    let mut used = BTreeSet::new();
    visit(document, &mut |key, value| {
        if key == "$ref" {
            used.extend(value.as_str().map(str::to_owned));
            if resolved(document, value).is_none() {
                out.push(format!("{SPEC}: `$ref: {value}` points to nothing"));
            }
        }
    });
    for (section, parts) in entries(document, &["components"]) {
        for (name, _) in entries(parts, &[]).filter(|_| section != "securitySchemes") {
            if !used.contains(&format!("#/components/{section}/{name}")) {
                out.push(format!("{SPEC}: components › {section} › {name} is used nowhere"));
            }
        }
    }
}

/// Each `x-deviation` has a row in the README, and each row an `x-deviation`.
fn deviations(document: &Value, readme: &str, out: &mut Vec<String>) {
    let mut marked = BTreeSet::new();
    visit(document, &mut |key, value| {
        if key == "x-deviation" {
            // One, or a list.
            let slugs = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            marked.extend(slugs.iter().filter_map(Value::as_str).map(str::to_owned));
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
                    "404": {"$ref": "#/components/responses/Wrong"},
                    "503": {"$ref": "#/components/responses/Wrong"},
                },
            }}},
            "components": {
                "responses": {
                    "Thing": {
                        "description": "d",
                        "content": {"application/json": {
                            "schema": {"$ref": "#/components/schemas/Thing"},
                        }},
                    },
                    "Wrong": {
                        "description": "d",
                        "content": {"application/json": {"schema": {"type": "string"}}},
                    },
                },
                "schemas": {"Thing": {
                    "type": "object", "required": ["id"], "description": "d",
                    "properties": {"id": {"type": "integer", "description": "d"}},
                }},
            },
        })
    }

    #[test]
    fn what_is_in_order_passes() {
        assert_eq!(problems(&document(), TABLES), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_named_once_with_its_place() {
        let pointer = |path: &str| path.replace('.', "/");
        for (path, value, problem) in [
            (".paths.~1thing.get.operationId", json!(""), "get /thing: has no operationId"),
            (".paths.~1thing.get.operationId", json!("other"), "not in the table of operations"),
            (".paths.~1thing.get.summary", Value::Null, "has no summary"),
            (".paths.~1thing.get.tags", json!([]), "not exactly one tag"),
            (".paths.~1thing.get.tags.0", json!("Other"), "is not declared"),
            (".paths.~1thing.get.responses.200", json!({}), "has 2 types of success"),
            (".paths.~1thing.get.responses.2XX", Value::Null, "2xx"),
            (
                ".paths.~1thing.get.responses.503",
                json!({"description": "d"}),
                "has 2 types of error",
            ),
            (".paths.~1thing.get.responses", json!([]), "get /thing: responses"),
            (
                ".paths.~1thing.get.responses.404",
                json!({"$ref": "#/components/responses/Lost"}),
                "points to nothing",
            ),
            (".components.schemas.Thing.required", json!(["name"]), "requires \"name\", which is"),
            (
                ".components.schemas.Thing.properties.id.type",
                json!("int"),
                "Thing › id: `int` is not",
            ),
            (
                ".components.schemas.Thing.properties.id.type",
                json!(7),
                "components › schemas › Thing",
            ),
            (".components.schemas.Thing.description", json!(" "), "Thing has no description"),
            (".components.schemas.Thing.properties.id", json!({}), "id has no description"),
            (".x-deviation", json!("even"), "`even` of the spec is not in the table"),
            (".x-deviation", json!([]), "no `x-deviation: odd`"),
        ] {
            let mut document = document();
            *document.pointer_mut(&pointer(path)).unwrap() = value;
            let found = problems(&document, TABLES);
            assert!(found.iter().any(|found| found.contains(problem)), "{path}: {found:?}");
        }
    }

    #[test]
    fn a_component_that_nothing_refers_to_is_named() {
        let mut document = document();
        document["components"]["schemas"]["Lost"] = json!({"description": "d"});
        assert_eq!(
            problems(&document, TABLES),
            ["spec/insightvm.yaml: components › schemas › Lost is used nowhere"]
        );
    }
}
