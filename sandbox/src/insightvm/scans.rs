//! The scans that an engine has run.

use axum::extract::State;
use serde::Serialize;

use super::answer::Answer;
use super::body::PathIds;
use super::console::Shared;
use super::links::{Here, Link};
use super::paging::Paging;
use super::records::{Scan, Scanner, Vulnerabilities};
use super::routes::ENGINES;
use super::sorting::{Key, Property, Sortable};
use crate::time::{Moment, Took};

/// `GET scan_engines/{id}/scans`
pub(super) async fn of_engine(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
    paging: Paging,
) -> Answer {
    console.with(|world| {
        let name = match world.scanner(id)? {
            Scanner::Engine(engine) => &engine.name,
            Scanner::Pool(pool) => &pool.name,
        };
        paging.answer(&here, world.scans_of(id), |scan| view(&here, name, scan))
    })
}

impl Sortable for Scan {
    const PROPERTIES: &'static [Property<Self>] = &[
        ("id", |scan| Key::Integer(scan.id)),
        ("scanName", |scan| scan.name.as_str().into()),
        ("scanType", |scan| scan.kind.into()),
        ("status", |scan| scan.status.into()),
        ("message", |scan| scan.message.into()),
        ("startTime", |scan| scan.started.into()),
        ("endTime", |scan| scan.ended().into()),
        ("duration", |scan| scan.took.into()),
        ("assets", |scan| scan.assets.into()),
        ("startedBy", |scan| scan.started_by.map(|(name, _)| name).into()),
        ("startedByUsername", |scan| scan.started_by.map(|(_, login)| login).into()),
        ("engineId", |scan| scan.engine.into()),
        // Only scans of one engine are ever sorted.
        ("engineName", |_| Key::Missing),
    ];
}

/// A scan as it is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    id: i64,
    scan_name: &'a str,
    scan_type: &'a str,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by_username: Option<&'a str>,
    start_time: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Took>,
    engine_id: i32,
    engine_ids: [EngineId; 1],
    engine_name: &'a str,
    assets: i32,
    vulnerabilities: Vulnerabilities,
    links: [Link; 2],
}

/// How newer consoles name the engines of a scan, which can be several.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EngineId {
    id: i32,
    new_scan_engine: bool,
    scope: &'static str,
}

fn view<'a>(here: &Here, engine_name: &'a str, scan: &'a Scan) -> View<'a> {
    let (started_by, started_by_username) = scan.started_by.unzip();
    View {
        id: scan.id,
        scan_name: &scan.name,
        scan_type: scan.kind,
        status: scan.status,
        message: scan.message,
        started_by,
        started_by_username,
        start_time: scan.started,
        end_time: scan.ended(),
        duration: scan.took,
        engine_id: scan.engine,
        engine_ids: [EngineId { id: scan.engine, new_scan_engine: false, scope: "global" }],
        engine_name,
        assets: scan.assets,
        vulnerabilities: scan.vulnerabilities,
        links: [
            here.link("self", format!("/api/3/scans/{}", scan.id)),
            here.member("Scan Engine", ENGINES, scan.engine),
        ],
    }
}
