//! Imports of uploaded files, and of reports that the server has already.

use std::sync::Arc;

use axum::extract::State;

use super::answer::{Answer, Refusal, Reply};
use super::body::{PathId, Properties};
use super::center::Shared;
use super::document::Document;
use super::records::{Record, User};
use super::repository::Repository;
use super::uploads::{Contents, Uploaded};
use super::world::World;
use crate::time::Moment;

/// What belongs to imports and re-imports alike: each is a string, or absent. Other properties of
/// a scan definition are taken as they are.
const STRINGS: [&str; 5] = [
    "classifyMitigatedAge",
    "dhcpTracking",
    "scanningVirtualHosts",
    "timeoutAction",
    "rolloverType",
];

/// `POST scanResult/import`: a new result. If it is refused, the file stays. A file that is no
/// report is none: the call succeeds, and the import of the new result ends in an error.
pub(super) async fn import(State(center): State<Shared>, mut body: Properties) -> Answer {
    check(&mut body)?;
    let repository = body.required_reference("repository")?;
    let filename = body.required_text("filename")?;
    let name = body.text("name")?;
    let now = center.now();
    center.with(|world| {
        willing(world)?;
        let repository = world.repository(repository)?;
        let owner = world.user(1)?;
        let file = world.uploads.take(&filename)?;
        let mut record = imported(file, name, repository, owner, now);
        if !world.moves() {
            record.settle_import(now);
        }
        world.add(record, now);
        Ok(Reply::nothing())
    })
}

/// `POST scanResult/{id}/import`
pub(super) async fn import_again(
    State(center): State<Shared>,
    PathId(id): PathId,
    mut body: Properties,
) -> Answer {
    check(&mut body)?;
    let now = center.now();
    center.with(|world| {
        world.result(id)?;
        willing(world)?;
        let moves = world.moves();
        world.change(id, now, |record| {
            record.import_again(now)?;
            if !moves {
                record.settle_import(now);
            }
            Ok(Reply::nothing())
        })
    })
}

fn check(body: &mut Properties) -> Result<(), Refusal> {
    STRINGS.into_iter().try_for_each(|name| body.text(name).map(drop))
}

fn willing(world: &World) -> Result<(), Refusal> {
    match &world.orders.refuse_imports {
        None => Ok(()),
        Some(message) => Err(Refusal::invalid(message)),
    }
}

/// The name of a file without what follows the last dot.
fn stem(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.is_empty() { "Imported scan" } else { stem }
}

fn imported(
    file: Uploaded,
    name: Option<String>,
    repository: Arc<Repository>,
    owner: &'static User,
    now: Moment,
) -> Record {
    let (contents, error) = match file.contents {
        Ok(contents) => (contents, None),
        Err(error) => (Contents::default(), Some(error)),
    };
    let own_name = Some(contents.name).filter(|name| !name.is_empty());
    let document = match (&error, file.content) {
        (Some(_), _) => Document::Missing,
        (None, Some(content)) => Document::Bytes(content),
        (None, None) => Document::Made(Some(file.size)),
    };
    let started = contents.started.unwrap_or(now);
    let outcome = if error.is_some() { "Error" } else { "Finished" };
    Record {
        id: 0,
        name: name.or(own_name).unwrap_or_else(|| stem(&file.original_name).to_owned()),
        description: "".into(),
        details: "".into(),
        status: "Completed".into(),
        import_status: "Import Pending".into(),
        error_details: "".into(),
        import_error_details: error.unwrap_or_default().into(),
        created: now,
        started: Some(started),
        finished: Some(contents.finished.unwrap_or(now.max(started))),
        import_started: None,
        import_finished: None,
        scan: None,
        repository,
        initiator: owner,
        owner,
        targets: contents.hosts,
        hosts: Some(contents.hosts),
        done: contents.hosts,
        items: Some(contents.items),
        can_use: true,
        can_manage: true,
        document,
        scap: None,
        outcome: "Completed".into(),
        import_outcome: outcome.into(),
        due: None,
    }
}
