//! Records for the tests: some as servers send them, and any number as no server would.

use proptest::{
    collection::{btree_map, vec},
    num::f64,
    prelude::*,
    sample::{select, subsequence},
};
use serde_json::{Map, Value, json};

use super::field::Field;

/// A whole record in the server's usual form.
pub(super) fn whole() -> Value {
    let mut record: Value = serde_json::from_str(WHOLE).unwrap();
    record["progress"] = progress();
    record
}

const WHOLE: &str = r#"{
    "id": "121",
    "name": "weekly",
    "description": "",
    "details": "Basic Network Scan",
    "status": "Running",
    "importStatus": "No Results",
    "importStart": "-1",
    "importFinish": "-1",
    "importDuration": "-1",
    "diagnosticAvailable": "false",
    "downloadAvailable": "true",
    "downloadFormat": "v2",
    "dataFormat": "IPv4",
    "resultType": "active",
    "resultSource": "internal",
    "running": "true",
    "errorDetails": "",
    "importErrorDetails": "",
    "totalIPs": "256",
    "scannedIPs": "29",
    "startTime": "1550189100",
    "finishTime": "-1",
    "scanDuration": "83",
    "createdTime": "1550189095",
    "completedIPs": "200",
    "completedChecks": "8458",
    "totalChecks": "-1",
    "agentScanUUID": null,
    "agentScanContainerUUID": null,
    "timeCompareField": "createdTime",
    "canUse": "true",
    "canManage": "false",
    "resultsSyncID": "-1",
    "jobID": "4711",
    "ioSyncStatus": null,
    "uuid": "8A1C",
    "groups": [{ "id": "0", "name": "Full Access", "description": "" }],
    "initiator":
        { "id": "1", "username": "ann", "firstname": "Ann", "lastname": "", "uuid": "77" },
    "owner": { "id": "2", "username": "bob", "firstname": "Bob", "lastname": "Bee" },
    "ownerGroup": { "id": "0", "name": "Full Access", "description": "Full Access group" },
    "scan": { "id": -1, "name": "", "description": "" },
    "repository": { "id": "7", "name": "Main", "description": "", "dataFormat": "IPv4" }
}"#;

/// The progress of a scan in the server's usual form.
pub(super) fn progress() -> Value {
    serde_json::from_str(PROGRESS).unwrap()
}

const PROGRESS: &str = r#"{
    "completedIPs": "200",
    "completedChecks": "8458",
    "totalChecks": "-1",
    "checksPerHost": "-1",
    "totalIPs": "256",
    "runState": "Running",
    "status": "Running",
    "scanningIPs": "192.168.1.50",
    "scanningSize": 1,
    "scannedIPs": "192.168.1.1-192.168.1.29",
    "scannedSize": 29,
    "awaitingDownloadIPs": "",
    "awaitingDownloadSize": 0,
    "distributedSize": 200,
    "deadHostIPs": "192.168.1.60-192.168.1.230",
    "deadHostSize": 171,
    "scanners": [{
        "id": "2",
        "name": "rack 3",
        "description": "",
        "loadAvg": "0.25",
        "chunkCompleted": "4",
        "completedChecks": "8458",
        "chunks": [{ "ips": "192.168.1.50" }],
        "scanningIPs": "192.168.1.50",
        "scanningSize": 1
    }]
}"#;

/// Any JSON.
pub(super) fn json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            btree_map(name(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Any scan result: an id, and any fields, known and not, of any form.
pub(super) fn scan_result() -> impl Strategy<Value = Value> {
    let id = any::<u64>().prop_flat_map(|id| select(vec![json!(id), json!(id.to_string())]));
    let usual = whole().as_object().unwrap().clone();
    let usual: Vec<_> = usual.into_iter().filter(|(name, _)| name != "id").collect();
    let sent = subsequence(usual.clone(), 0..=usual.len());
    (id, sent, btree_map(name(), json(), 0..12)).prop_map(|(id, usual, surprises)| {
        let mut fields: Map<_, _> = usual.into_iter().chain(surprises).collect();
        fields.insert("id".to_owned(), id);
        Value::Object(fields)
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        select(Field::KNOWN).prop_map(|field| field.as_str().to_owned()),
        select(&["firstname", "scanners", "scanningSize", "loadAvg", "ownerID", "uuid"][..])
            .prop_map(ToOwned::to_owned),
        ".{0,8}",
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec![json!(null), json!(""), json!("-1"), json!(-1), json!(0), json!("true")]),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(|number| number.to_string().into()),
        (f64::NORMAL | f64::SUBNORMAL | f64::ZERO | f64::NEGATIVE).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ]
}
