//! Scan results as they are sent: which fields they have, and which of them were asked for.

use serde_json::{Map, Value, json};

use super::body::Parameters;
use super::progress::progress;
use super::records::{Record, User};
use crate::time::Moment;

/// The fields of a scan result that a list shows unless it is told otherwise.
const BRIEF: [&str; 4] = ["id", "name", "description", "status"];

/// A field: its name, and how it is read.
type Field = (&'static str, fn(&Record) -> Value);

/// All fields but `progress`, which lists never show.
const FIELDS: &[Field] = &[
    ("id", |result| text(result.id)),
    ("name", |result| result.name.as_str().into()),
    ("description", |result| (&*result.description).into()),
    ("details", |result| (&*result.details).into()),
    ("status", |result| (&*result.status).into()),
    ("errorDetails", |result| (&*result.error_details).into()),
    ("importStatus", |result| (&*result.import_status).into()),
    ("importStart", |result| epoch(result.import_started)),
    ("importFinish", |result| epoch(result.import_finished)),
    ("importDuration", |result| seconds(result.import_started, result.import_finished)),
    ("importErrorDetails", |result| result.import_error().into()),
    ("ioSyncStatus", |_| Value::Null),
    ("createdTime", |result| epoch(Some(result.created))),
    ("startTime", |result| epoch(result.started)),
    ("finishTime", |result| epoch(result.finished)),
    ("scanDuration", |result| seconds(result.started, result.finished)),
    ("timeCompareField", |_| "createdTime".into()),
    ("running", |result| flag(!result.is_over())),
    ("totalIPs", |result| number(result.hosts)),
    ("scannedIPs", |result| text(result.done)),
    ("completedIPs", |result| text(result.done)),
    ("completedChecks", |result| text(result.completed_checks())),
    ("totalChecks", |result| number(result.total_checks())),
    ("downloadAvailable", |result| flag(result.has_report())),
    ("downloadFormat", |_| "v2".into()),
    ("diagnosticAvailable", |_| flag(false)),
    ("dataFormat", |result| result.repository.data_format.as_str().into()),
    ("resultType", |_| "active".into()),
    ("resultSource", |_| "internal".into()),
    ("resultsSyncID", |_| "-1".into()),
    ("jobID", |result| text(1000 + result.id)),
    ("agentScanUUID", |_| Value::Null),
    ("agentScanContainerUUID", |_| Value::Null),
    ("canUse", |result| flag(result.can_use)),
    ("canManage", |result| flag(result.can_manage)),
    ("groups", |_| json!([])),
    ("initiator", |result| user(result.initiator)),
    ("owner", |result| user(result.owner)),
    ("ownerGroup", |result| {
        let group = result.owner.group;
        json!({"id": text(group.id), "name": group.name, "description": group.description})
    }),
    ("scan", |result| match result.scan {
        Some(id) => json!({
            "id": text(id),
            "name": result.name,
            "description": result.description,
            "type": "policy",
        }),
        // The one id that is a number.
        None => json!({"id": -1, "name": "", "description": ""}),
    }),
    ("repository", |result| {
        let repository = &result.repository;
        json!({
            "id": text(repository.id),
            "name": repository.name,
            "description": repository.description,
            "type": "Local",
            "dataFormat": repository.data_format,
            "uuid": repository.uuid,
        })
    }),
];

/// The whole record, as the calls on one result send it.
pub(super) fn whole(result: &Record) -> Map<String, Value> {
    let mut record = pick(result, |_| true);
    record.insert("progress".to_owned(), progress(result));
    record
}

/// What was asked for of one result: everything by default.
pub(super) fn one(result: &Record, parameters: &Parameters) -> Map<String, Value> {
    match parameters.list("fields") {
        None => whole(result),
        Some(wanted) => {
            let mut record = pick_all(result, &wanted);
            if wanted.contains(&"progress") {
                record.insert("progress".to_owned(), progress(result));
            }
            record
        }
    }
}

/// What was asked for of a result in a list: little by default.
pub(super) fn listed(result: &Record, wanted: Option<&[impl AsRef<str>]>) -> Map<String, Value> {
    match wanted {
        None => pick_all(result, &BRIEF),
        Some(wanted) => pick_all(result, wanted),
    }
}

/// The wanted fields. The documents say that the id always comes; names that are none are ignored.
fn pick_all(result: &Record, wanted: &[impl AsRef<str>]) -> Map<String, Value> {
    pick(result, |name| name == "id" || wanted.iter().any(|wanted| wanted.as_ref() == name))
}

fn pick(result: &Record, wanted: impl Fn(&str) -> bool) -> Map<String, Value> {
    let wanted = FIELDS.iter().filter(|(name, _)| wanted(name));
    wanted.map(|(name, read)| ((*name).to_owned(), read(result))).collect()
}

/// A number as the product writes nearly all of them.
pub(super) fn text(number: impl Into<u64>) -> Value {
    number.into().to_string().into()
}

/// A number that may not be known yet.
pub(super) fn number(number: Option<impl Into<u64>>) -> Value {
    number.map_or_else(|| "-1".into(), text)
}

/// A boolean as the product writes it.
fn flag(flag: bool) -> Value {
    flag.to_string().into()
}

/// A moment that may not have come yet.
fn epoch(moment: Option<Moment>) -> Value {
    moment.map_or_else(|| "-1".into(), |moment| moment.seconds().to_string().into())
}

/// How long something took, once it is over.
fn seconds(start: Option<Moment>, end: Option<Moment>) -> Value {
    number(start.zip(end).map(|(start, end)| start.until(end).as_secs()))
}

fn user(user: &User) -> Value {
    json!({
        "id": text(user.id),
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "uuid": user.uuid,
    })
}
