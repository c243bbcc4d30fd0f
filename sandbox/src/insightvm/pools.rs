//! The operations on engine pools, and on the engines in them.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::answer::{Answer, Created, Refusal, Resources, done, json};
use super::body::{IdList, PathIds, Properties};
use super::console::Shared;
use super::links::{Here, Link};
use super::records::{Pool, Scanner};
use super::routes::{ENGINES, POOLS};
use super::world::World;

/// `GET scan_engine_pools`
pub(super) async fn list(State(console): State<Shared>, here: Here) -> Answer {
    console.with(|world| answer_pools(world, &here, world.pools()))
}

/// `GET scan_engines/{id}/scan_engine_pools`
pub(super) async fn of_engine(
    State(console): State<Shared>,
    PathIds(engine): PathIds<i32>,
    here: Here,
) -> Answer {
    console.with(|world| {
        world.scanner(engine)?;
        answer_pools(world, &here, world.pools_of(engine))
    })
}

/// `POST scan_engine_pools`: the documents say 200 here, and 201 for a new engine.
pub(super) async fn create(
    State(console): State<Shared>,
    here: Here,
    mut body: Properties,
) -> Answer {
    body.without_id()?;
    body.not_null("sites")?;
    let Asked { name, engines } = Asked::read(&mut body)?;
    let engines = engines.filter(|engines| !engines.is_empty());
    let Some(engines) = engines else {
        return Err(Refusal::bad_request("engines: a new pool needs at least one."));
    };
    let id = console.with(|world| {
        let engines = world.engine_set(&engines)?;
        Ok(world.add(Scanner::Pool(Pool { name, engines })))
    })?;
    let links = [here.itself(), here.member("Engine Pool", POOLS, id)];
    json(StatusCode::OK, &Created { id, links })
}

/// `GET scan_engine_pools/{id}`
pub(super) async fn get(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
) -> Answer {
    console.with(|world| {
        let pool = world.pool(id)?;
        json(StatusCode::OK, &view(world, &here, id, pool))
    })
}

/// `PUT scan_engine_pools/{id}`: where the body names no engines, they stay.
pub(super) async fn update(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
    mut body: Properties,
) -> Answer {
    console.with(|world| {
        world.pool(id)?;
        body.with_id(id)?;
        let Asked { name, engines } = Asked::read(&mut body)?;
        let engines = engines.map(|ids| world.engine_set(&ids)).transpose()?;
        let pool = world.pool_mut(id)?;
        pool.name = name;
        if let Some(engines) = engines {
            pool.engines = engines;
        }
        done(&here)
    })
}

/// `DELETE scan_engine_pools/{id}`
pub(super) async fn delete(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
) -> Answer {
    console.with(|world| world.delete_pool(id))?;
    done(&here)
}

/// `GET scan_engine_pools/{id}/engines`
pub(super) async fn engines(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
) -> Answer {
    let resources: Vec<i32> =
        console.with(|world| Ok(world.pool(id)?.engines.iter().copied().collect()))?;
    let members = resources.iter().map(|id| here.member("Engine", ENGINES, *id));
    let links = [here.itself()].into_iter().chain(members).collect();
    json(StatusCode::OK, &Resources { links, resources })
}

/// `PUT scan_engine_pools/{id}/engines`: these and no others.
pub(super) async fn set_engines(
    State(console): State<Shared>,
    PathIds(id): PathIds<i32>,
    here: Here,
    IdList(ids): IdList,
) -> Answer {
    console.with(|world| {
        world.pool(id)?;
        let engines = world.engine_set(&ids)?;
        world.pool_mut(id)?.engines = engines;
        done(&here)
    })
}

/// `PUT scan_engine_pools/{id}/engines/{engine}`
pub(super) async fn add_engine(
    State(console): State<Shared>,
    PathIds((id, engine)): PathIds<(i32, i32)>,
    here: Here,
) -> Answer {
    console.with(|world| {
        world.engine(engine)?;
        world.pool_mut(id)?.engines.insert(engine);
        done(&here)
    })
}

/// `DELETE scan_engine_pools/{id}/engines/{engine}`
pub(super) async fn remove_engine(
    State(console): State<Shared>,
    PathIds((id, engine)): PathIds<(i32, i32)>,
    here: Here,
) -> Answer {
    console.with(|world| {
        if world.pool_mut(id)?.engines.remove(&engine) {
            done(&here)
        } else {
            Err(Refusal::not_found())
        }
    })
}

/// What a client may say of a pool.
struct Asked {
    name: String,
    engines: Option<Vec<i32>>,
}

impl Asked {
    fn read(body: &mut Properties) -> Result<Self, Refusal> {
        // Sites choose their pool, and not the reverse.
        body.optional::<Vec<i32>>("sites")?;
        Ok(Self { name: body.text("name")?, engines: body.optional("engines")? })
    }
}

/// A pool as it is sent.
#[derive(Serialize)]
struct View<'a> {
    id: i32,
    name: &'a str,
    engines: Vec<i32>,
    sites: Vec<i32>,
    links: [Link; 3],
}

fn view<'a>(world: &World, here: &Here, id: i32, pool: &'a Pool) -> View<'a> {
    let path = format!("{POOLS}/{id}");
    View {
        id,
        name: &pool.name,
        engines: pool.engines.iter().copied().collect(),
        sites: world.sites_of(id).map(|site| site.id).collect(),
        links: [
            here.link("self", &path),
            here.link("Engines", format!("{path}/engines")),
            here.link("Sites", format!("{path}/sites")),
        ],
    }
}

fn answer_pools<'a>(
    world: &World,
    here: &Here,
    pools: impl Iterator<Item = (i32, &'a Pool)>,
) -> Answer {
    let resources = pools.map(|(id, pool)| view(world, here, id, pool)).collect();
    let links = vec![here.itself()];
    json(StatusCode::OK, &Resources { links, resources })
}
