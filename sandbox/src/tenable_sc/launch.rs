//! Scans that are started. This is none of the calls on scan results, but it makes them.

use axum::extract::State;
use serde_json::Value;

use super::answer::{Answer, Refusal, Reply};
use super::body::{PathId, object};
use super::center::Shared;
use super::document::Document;
use super::fields::text;
use super::records::Record;

/// `POST scan/{id}/launch`: as the last result of that scan was made, one more.
///
/// It answers with a record that is flatter than those of the other calls.
pub(super) async fn launch(State(center): State<Shared>, PathId(scan): PathId) -> Answer {
    let now = center.now();
    center.with(|world| {
        let last = world.results().rev().find(|record| record.scan == Some(scan)).cloned();
        let last = last.ok_or_else(|| {
            Refusal::not_found(format!("Unable to find existing Scan #{scan}.\n"))
        })?;
        let mut record = Record {
            id: 0,
            error_details: "".into(),
            import_error_details: "".into(),
            created: now,
            finished: None,
            hosts: None,
            done: 0,
            items: None,
            document: match &last.document {
                Document::Missing => Document::Made(None),
                document => document.clone(),
            },
            ..last.as_ref().clone()
        };
        record.set_state("Queued".into(), "No Results".into(), now);
        let id = world.add(record, now);
        let record = world.result(id)?;
        let flat = object([
            ("id", text(id)),
            ("name", record.name.as_str().into()),
            ("description", (&*record.description).into()),
            ("details", (&*record.details).into()),
            ("status", (&*record.status).into()),
            ("initiatorID", text(record.initiator.id)),
            ("ownerID", text(record.owner.id)),
            ("scanID", text(scan)),
            ("repositoryID", text(record.repository.id)),
            ("jobID", text(1000 + id)),
            ("dataFormat", record.repository.data_format.as_str().into()),
            ("downloadFormat", "v2".into()),
            ("resultType", "active".into()),
            ("resultsSyncID", "-1".into()),
        ]);
        Ok(Reply::with(object([("scanID", text(scan)), ("scanResult", Value::Object(flat))])))
    })
}
