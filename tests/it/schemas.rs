//! Every data type has a JSON Schema, which describes the JSON that servers send.

use scanops::{
    insightvm::{ScanStatus, types},
    nessus::{Finding, Host},
    tenable_sc::{self, record},
};
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

fn schema<T: JsonSchema>() -> Value {
    serde_json::to_value(schema_for!(T)).unwrap()
}

#[test]
fn records_have_their_wire_names() {
    for (schema, names) in [
        (schema::<record::ScanResult>(), "id status importStatus totalIPs owner progress groups"),
        (schema::<record::Progress>(), "scanners"),
        (schema::<record::ScanResultList>(), "usable"),
        (schema::<record::Listed>(), "record"),
        (schema::<tenable_sc::UploadedFile>(), "originalFilename"),
        (schema::<scanops::Warning>(), "code"),
        (schema::<scanops::InvalidRecord>(), "reason list"),
        (schema::<types::ScanEngine>(), "isAWSPreAuthEngine"),
        (schema::<types::ScanPage>(), "resources"),
        (schema::<Finding>(), "host plugin_id severity cvss3 xrefs compliance other"),
        (schema::<Host>(), "macs"),
    ] {
        for name in names.split(' ') {
            assert!(schema["properties"].get(name).is_some(), "{name}: {schema}");
        }
    }
}

#[test]
fn the_schema_of_a_scan_result_accepts_what_is_written() {
    let whole = schema::<record::ScanResult>();
    assert_eq!(whole["required"], json!(["id"]));
    let fields = &whole["properties"];
    assert_eq!(fields["name"]["type"], json!(["string", "null"]));
    let about = fields["name"]["description"].as_str().unwrap();
    assert!(about.starts_with("The name of the scan."), "{about}");
    for time in ["finishTime", "scanDuration", "totalIPs"] {
        assert_eq!(fields[time]["type"], json!(["integer", "null"]), "{time}");
    }
    for name in ["User", "ScannerProgress", "ScanStatus"] {
        assert!(whole["$defs"].get(name).is_some(), "{name}");
    }
    assert!(schema::<record::Progress>().get("required").is_none());

    let record: record::ScanResult = serde_json::from_str(
        r#"{"id": "1", "name": "a", "finishTime": "5", "totalIPs": "-1", "owner": {"id": "2"}}"#,
    )
    .unwrap();
    let mut written = serde_json::to_value(&record).unwrap();
    // An untypable value is written as it was sent.
    assert_eq!(written.as_object_mut().unwrap().remove("totalIPs"), Some("-1".into()));
    assert!(jsonschema::validator_for(&whole).unwrap().is_valid(&written), "{written}");
}

#[test]
fn open_enumerations_name_what_is_known_and_allow_the_rest() {
    let schema = schema::<ScanStatus>();
    assert!(schema["anyOf"][0]["enum"].as_array().unwrap().contains(&"running".into()));
    assert_eq!(schema["anyOf"][1]["type"], "string");
}

#[test]
fn findings_have_typed_dates_severities_and_times() {
    let schema = schema::<Finding>();
    assert_eq!(schema["$defs"]["Date"]["format"], "date");
    assert_eq!(schema["$defs"]["Severity"]["anyOf"][0]["enum"][4], "critical");
    let start = &schema["$defs"]["Host"]["properties"]["start"];
    assert!(start["type"].as_array().unwrap().contains(&"integer".into()), "{start}");
}
