//! The operations on scan engines.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::answer::{Answer, Created, Refusal, Resources, done, json};
use super::body::{PathIds, Properties};
use super::console::Shared;
use super::links::{Here, Link};
use super::records::{Engine, Pool, Scanner};
use super::routes::ENGINES;
use super::world::World;
use crate::time::Moment;

/// `GET scan_engines`
pub(super) async fn list(State(console): State<Shared>, here: Here) -> Answer {
    console.with(|world| {
        let resources =
            world.scanners().map(|(id, scanner)| view(world, &here, id, scanner)).collect();
        let links = vec![here.itself()];
        json(StatusCode::OK, &Resources { links, resources })
    })
}

/// `POST scan_engines`
pub(super) async fn create(
    State(console): State<Shared>,
    here: Here,
    mut body: Properties,
) -> Answer {
    body.without_id()?;
    let asked = Asked::read(&mut body)?;
    let engine = Engine::unpaired(asked.name, asked.address, asked.port);
    let id = console.with(|world| world.add(Scanner::Engine(engine)));
    let links = [here.itself(), here.member("Scan Engine", ENGINES, id)];
    json(StatusCode::CREATED, &Created { id, links })
}

/// `GET scan_engines/{id}`
pub(super) async fn get(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
) -> Answer {
    console.with(|world| json(StatusCode::OK, &view(world, &here, id, world.scanner(id)?)))
}

/// `PUT scan_engines/{id}`
pub(super) async fn update(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
    mut body: Properties,
) -> Answer {
    console.with(|world| {
        let engine = world.engine_mut(id)?;
        body.with_id(id)?;
        let asked = Asked::read(&mut body)?;
        engine.name = asked.name;
        engine.address = asked.address;
        engine.port = asked.port;
        done(&here)
    })
}

/// `DELETE scan_engines/{id}`
pub(super) async fn delete(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
) -> Answer {
    console.with(|world| world.delete_engine(id))?;
    done(&here)
}

/// What a client may say of an engine.
struct Asked {
    name: String,
    address: String,
    port: i32,
}

impl Asked {
    fn read(body: &mut Properties) -> Result<Self, Refusal> {
        let port = body.required("port")?;
        if !(1..=65535).contains(&port) {
            return Err(Refusal::bad_request("port: must be between 1 and 65535."));
        }
        // Sites choose their engine, and not the reverse: the console takes this list and does
        // nothing with it.
        body.optional::<Vec<i32>>("sites")?;
        Ok(Self { name: body.text("name")?, address: body.text("address")?, port })
    }
}

/// An engine as it is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    id: i32,
    name: &'a str,
    address: &'a str,
    port: i32,
    sites: Vec<i32>,
    links: Vec<Link>,
    #[serde(flatten)]
    details: Option<Details<'a>>,
}

/// What only a real engine has.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    status: &'a str,
    #[serde(rename = "isAWSPreAuthEngine")]
    is_aws_pre_auth_engine: bool,
    engine_pools: Vec<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_refreshed_date: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_updated_date: Option<Moment>,
}

fn view<'a>(world: &World, here: &Here, id: i32, scanner: &'a Scanner) -> View<'a> {
    let sites = world.sites_of(id).map(|site| site.id).collect();
    let path = format!("{ENGINES}/{id}");
    let links = vec![
        here.link("self", &path),
        here.link("Engine Pools", format!("{path}/scan_engine_pools")),
        here.link("Scans", format!("{path}/scans")),
        here.link("Sites", format!("{path}/sites")),
    ];
    match scanner {
        Scanner::Engine(engine) => View {
            id,
            name: &engine.name,
            address: &engine.address,
            port: engine.port,
            sites,
            links,
            details: Some(details(world, id, engine)),
        },
        // A pool has no address and no port of its own; this is what consoles send in their place.
        Scanner::Pool(Pool { name, .. }) => {
            View { id, name, address: name, port: -1, sites, links, details: None }
        }
    }
}

fn details<'a>(world: &World, id: i32, engine: &'a Engine) -> Details<'a> {
    let (refreshed, updated) = engine.seen.unzip();
    Details {
        status: &engine.status,
        is_aws_pre_auth_engine: false,
        engine_pools: world.pools_of(id).map(|(pool, _)| pool).collect(),
        product_version: engine.product_version.as_deref(),
        content_version: engine.content_version.as_deref(),
        serial_number: engine.serial_number.as_deref(),
        last_refreshed_date: refreshed,
        last_updated_date: updated,
    }
}
