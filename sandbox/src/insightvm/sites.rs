//! The sites that engines and pools scan.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::answer::{Answer, Resources, json};
use super::body::PathIds;
use super::console::Shared;
use super::links::{Here, Link};
use super::paging::Paging;
use super::records::{Site, Vulnerabilities};
use super::sorting::{Key, Property, Sortable};
use crate::time::Moment;

const SITES: &str = "/api/3/sites";

/// `GET scan_engines/{id}/sites`
pub(super) async fn of_engine(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
    paging: Paging,
) -> Answer {
    console.with(|world| {
        world.scanner(id)?;
        paging.answer(&here, world.sites_of(id), |site| view(&here, site))
    })
}

/// `GET scan_engine_pools/{id}/sites`: ids only, and not paged.
pub(super) async fn of_pool(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
) -> Answer {
    let resources: Vec<i32> = console.with(|world| {
        world.pool(id)?;
        Ok(world.sites_of(id).map(|site| site.id).collect())
    })?;
    let members = resources.iter().map(|id| here.member("Site", SITES, *id));
    let links = [here.itself()].into_iter().chain(members).collect();
    json(StatusCode::OK, &Resources { links, resources })
}

impl Sortable for Site {
    const PROPERTIES: &'static [Property<Self>] = &[
        ("id", |site| site.id.into()),
        ("name", |site| site.name.into()),
        ("description", |site| site.description.into()),
        ("type", |site| site.kind.into()),
        ("connectionType", |site| site.connection.into()),
        ("importance", |site| site.importance.into()),
        ("scanTemplate", |site| site.template.into()),
        ("scanEngine", |site| site.scanner.into()),
        ("lastScanTime", |site| site.last_scan.into()),
        ("assets", |site| site.assets.into()),
        ("riskScore", |site| Key::Real(site.risk_score)),
    ];
}

/// A site as it is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    id: i32,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_type: Option<&'a str>,
    importance: &'a str,
    scan_template: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scan_engine: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_scan_time: Option<Moment>,
    assets: i32,
    risk_score: f64,
    vulnerabilities: Vulnerabilities,
    links: [Link; 1],
}

fn view<'a>(here: &Here, site: &'a Site) -> View<'a> {
    View {
        id: site.id,
        name: site.name,
        description: site.description,
        kind: site.kind,
        connection_type: site.connection,
        importance: site.importance,
        scan_template: site.template,
        scan_engine: site.scanner,
        last_scan_time: site.last_scan,
        assets: site.assets,
        risk_score: site.risk_score,
        vulnerabilities: site.vulnerabilities,
        links: [here.link("self", format!("{SITES}/{}", site.id))],
    }
}
