//! Imports of uploaded files, and of reports that the server has already.

use axum::extract::State;

use super::answer::{Answer, Refusal, Reply};
use super::body::{PathId, Properties};
use super::center::Shared;
use super::records::{Repository, ScanResult, User};
use super::world::World;
use crate::sandbox::time::Moment;

/// What belongs to imports and re-imports alike: each is a string, or absent. Other properties of
/// a scan definition are taken as they are.
const STRINGS: [&str; 5] = [
    "classifyMitigatedAge",
    "dhcpTracking",
    "scanningVirtualHosts",
    "timeoutAction",
    "rolloverType",
];

/// `POST scanResult/import`: a new result. If it is refused, the file stays.
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
        let original_name = world.uploads.take(&filename)?;
        let name = name.unwrap_or_else(|| stem(original_name).to_owned());
        world.add(imported(name, repository, owner, now));
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
        world.result_mut(id)?.import_again(now)?;
        Ok(Reply::nothing())
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
    name: String,
    repository: &'static Repository,
    owner: &'static User,
    now: Moment,
) -> ScanResult {
    ScanResult {
        id: 0,
        name,
        description: "",
        details: "",
        status: "Completed".to_owned(),
        import_status: "Finished".to_owned(),
        error_details: "",
        import_error_details: "",
        created: now,
        started: Some(now),
        finished: Some(now),
        import_started: Some(now),
        import_finished: Some(now),
        scan: None,
        repository,
        initiator: owner,
        owner,
        hosts: Some(1),
        done: 1,
        can_use: true,
        can_manage: true,
    }
}
