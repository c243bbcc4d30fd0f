//! Every data type has a JSON Schema, which describes the JSON that servers send.

use scanops::{
    insightvm::{ScanStatus, types},
    nessus::{Finding, Host},
    tenable_sc::{self, record},
};
use schemars::{JsonSchema, schema_for};

fn properties<T: JsonSchema>() -> Vec<String> {
    let schema = schema_for!(T);
    let properties = schema.get("properties").and_then(|it| it.as_object()).unwrap();
    properties.keys().cloned().collect()
}

#[test]
fn records_have_their_wire_names() {
    let scan_result = properties::<record::ScanResult>();
    for name in ["id", "status", "importStatus", "totalIPs", "owner", "progress", "groups"] {
        assert!(scan_result.iter().any(|it| it == name), "{name}: {scan_result:?}");
    }
    assert!(properties::<record::Progress>().contains(&"scanners".to_owned()));
    assert!(properties::<record::ScanResultList>().contains(&"usable".to_owned()));
    assert!(properties::<tenable_sc::UploadedFile>().contains(&"originalFilename".to_owned()));
    assert!(properties::<scanops::Warning>().contains(&"code".to_owned()));
    assert!(properties::<types::ScanEngine>().contains(&"isAWSPreAuthEngine".to_owned()));
    assert!(properties::<types::ScanPage>().contains(&"resources".to_owned()));
    assert!(properties::<scanops::InvalidRecord>().contains(&"reason".to_owned()));
}

#[test]
fn the_schema_of_a_scan_result_accepts_what_is_written() {
    let schema = serde_json::to_value(schema_for!(record::ScanResultList)).unwrap();
    for name in ["ScanResult", "User", "ScannerProgress", "ScanStatus"] {
        assert!(schema["$defs"].get(name).is_some(), "{name}");
    }
    let schema = &schema["$defs"]["ScanResult"];
    assert_eq!(schema["required"], serde_json::json!(["id"]));
    let fields = &schema["properties"];
    assert_eq!(fields["name"]["type"], serde_json::json!(["string", "null"]));
    let about = fields["name"]["description"].as_str().unwrap();
    assert!(about.starts_with("The name of the scan."), "{about}");
    for time in ["finishTime", "scanDuration", "totalIPs"] {
        assert_eq!(fields[time]["type"], serde_json::json!(["integer", "null"]), "{time}");
    }
    assert!(schema_for!(record::Progress).get("required").is_none());
    let listed = serde_json::to_value(schema_for!(record::Listed)).unwrap();
    assert!(listed["properties"].get("record").is_some());
    assert!(properties::<scanops::InvalidRecord>().contains(&"list".to_owned()));

    // A record is written as the schema says.
    let record: record::ScanResult = serde_json::from_str(
        r#"{"id": "1", "name": "a", "finishTime": "5", "totalIPs": "-1", "owner": {"id": "2"}}"#,
    )
    .unwrap();
    let whole = serde_json::to_value(schema_for!(record::ScanResult)).unwrap();
    let mut written = serde_json::to_value(&record).unwrap();
    // An untypable value is written as it was sent.
    assert_eq!(written.as_object_mut().unwrap().remove("totalIPs"), Some("-1".into()));
    assert!(jsonschema::validator_for(&whole).unwrap().is_valid(&written), "{written}");
}

#[test]
fn open_enumerations_name_what_is_known_and_allow_the_rest() {
    let schema = serde_json::to_value(schema_for!(ScanStatus)).unwrap();
    assert!(schema["anyOf"][0]["enum"].as_array().unwrap().contains(&"running".into()));
    assert_eq!(schema["anyOf"][1]["type"], "string");
}

#[test]
fn findings_have_the_names_of_their_json() {
    let finding = properties::<Finding>();
    for name in ["host", "plugin_id", "severity", "cvss3", "xrefs", "compliance", "other"] {
        assert!(finding.iter().any(|it| it == name), "{name}: {finding:?}");
    }
    assert!(properties::<Host>().contains(&"macs".to_owned()));
    let schema = serde_json::to_value(schema_for!(Finding)).unwrap();
    assert_eq!(schema["$defs"]["Date"]["format"], "date");
    assert_eq!(schema["$defs"]["Severity"]["anyOf"][0]["enum"][4], "critical");
    let start = &schema["$defs"]["Host"]["properties"]["start"];
    assert!(start["type"].as_array().unwrap().contains(&"integer".into()), "{start}");
}
