//! Which path and method is which operation, and what each does.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{delete, get, put};
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{
    Call, Console, Here, Ids, Json, Object, Rejection, guard, json_response, producing,
    unknown_path, write_errors, wrong_method,
};
use super::paging::Paging;
use super::records::{Engine, EnginePool, Scan, Scanner, Site};
use super::state::{Error, State};
use crate::responses::typed;

const ENGINES: &str = "/api/3/scan_engines";
const POOLS: &str = "/api/3/scan_engine_pools";
const SITES: &str = "/api/3/sites";

type Reply = Result<Response, Rejection>;

/// All operations.
pub(super) fn router(console: &Arc<Console>) -> Router {
    let json = |operations| producing("application/json", operations);
    let secrets = producing("text/plain", get(current_secret).post(create_secret));
    let operations = Router::new()
        .route("/scan_engines", json(get(list_engines).post(create_engine)))
        .route("/scan_engines/{id}", json(get(get_engine).put(update_engine).delete(delete_engine)))
        .route("/scan_engines/{id}/scan_engine_pools", json(get(pools_of_engine)))
        .route("/scan_engines/{id}/scans", json(get(scans_of_engine)))
        .route("/scan_engines/{id}/sites", json(get(sites_of_engine)))
        .route("/scan_engines/shared_secret", secrets.merge(json(delete(revoke_secret))))
        .route("/scan_engines/shared_secret/time_to_live", json(get(secret_time_to_live)))
        .route("/scan_engine_pools", json(get(list_pools).post(create_pool)))
        .route("/scan_engine_pools/{id}", json(get(get_pool).put(update_pool).delete(delete_pool)))
        .route("/scan_engine_pools/{id}/engines", json(get(pool_engines).put(set_pool_engines)))
        .route(
            "/scan_engine_pools/{id}/engines/{engine}",
            json(put(add_pool_engine).delete(remove_pool_engine)),
        )
        .route("/scan_engine_pools/{id}/sites", json(get(sites_of_pool)));
    Router::new()
        .nest("/api/3", operations)
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(console), guard))
        .layer(from_fn_with_state(Arc::clone(console), write_errors))
        .with_state(Arc::clone(console))
}

fn invalid<T>(message: &str) -> Result<T, Error> {
    Err(Error::Invalid(message.to_owned()))
}

async fn list_engines(call: Call) -> Reply {
    call.json(|state, here| {
        Ok(list(here, state.scanners().map(|(id, it)| scanner_view(state, here, id, it))))
    })
}

async fn create_engine(call: Call, body: Object) -> Reply {
    let engine = body.read::<EngineBody>()?.check(None)?;
    let engine = Engine::unpaired(engine.name, engine.address, engine.port);
    let id = call.console.with(|state| state.add_engine(engine));
    let created = created(&call.here, "Scan Engine", ENGINES, id);
    Ok(json_response(StatusCode::CREATED, &created))
}

async fn get_engine(call: Call, Ids(id): Ids<i32>) -> Reply {
    call.json(|state, here| Ok(scanner_view(state, here, id, state.scanner(id)?)))
}

async fn update_engine(call: Call, Ids(id): Ids<i32>, body: Object) -> Reply {
    call.change(|state| {
        let engine = state.engine(id)?;
        let given = body.read::<EngineBody>()?.check(Some(id))?;
        (engine.name, engine.address, engine.port) = (given.name, given.address, given.port);
        Ok(())
    })
}

async fn delete_engine(call: Call, Ids(id): Ids<i32>) -> Reply {
    call.change(|state| state.delete_engine(id))
}

async fn scans_of_engine(call: Call, Ids(id): Ids<i32>, paging: Paging) -> Reply {
    call.json(|state, here| {
        let name = match state.scanner(id)? {
            Scanner::Engine(engine) => &engine.name,
            Scanner::Pool(pool) => &pool.name,
        };
        let view = |scan: &&Scan| scan_view(here, name, scan);
        paging.page(here, Scan::SORTABLE, state.scans_of(id), view)
    })
}

async fn sites_of_engine(call: Call, Ids(id): Ids<i32>, paging: Paging) -> Reply {
    call.json(|state, here| {
        state.scanner(id)?;
        let view = |site: &&Site| {
            let mut view = json!(site);
            view["links"] = json!([here.link("self", format!("{SITES}/{}", site.id))]);
            view
        };
        paging.page(here, Site::SORTABLE, state.sites_of(id), view)
    })
}

/// Real consoles reject the id of a new engine, although their schema requires it. Elsewhere a
/// resource may be sent back as it was read.
fn check_id(given: Option<&Value>, own: Option<i32>) -> Result<(), Error> {
    match (given, own) {
        (None, _) => Ok(()),
        (Some(given), Some(own)) if *given == json!(own) => Ok(()),
        (_, Some(_)) => invalid("id: is not the id in the path."),
        (_, None) => invalid("id: is assigned by the console and must not be given."),
    }
}

fn not_blank(name: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() { invalid(&format!("{name}: must not be blank.")) } else { Ok(()) }
}

/// What a client sends of an engine.
#[derive(Deserialize)]
struct EngineBody {
    id: Option<Value>,
    name: String,
    address: String,
    port: u16,
    // Sites choose their engine, and not the reverse: the console checks this list and ignores it.
    #[serde(rename = "sites")]
    _sites: Option<Vec<i32>>,
}

impl EngineBody {
    fn check(self, own_id: Option<i32>) -> Result<Self, Error> {
        check_id(self.id.as_ref(), own_id)?;
        not_blank("name", &self.name)?;
        not_blank("address", &self.address)?;
        if self.port == 0 { invalid("port: must be between 1 and 65535.") } else { Ok(self) }
    }
}

/// An engine, or a pool as consoles list it among the engines: it has neither address nor port.
fn scanner_view(state: &State, here: &Here, id: i32, scanner: &Scanner) -> Value {
    let mut view = match scanner {
        Scanner::Pool(EnginePool { name, .. }) => {
            json!({"name": name, "address": name, "port": -1})
        }
        Scanner::Engine(engine) => {
            let mut view = json!(engine);
            view["isAWSPreAuthEngine"] = false.into();
            view["enginePools"] = state.pools_of(id).map(|(pool, _)| pool).collect();
            view
        }
    };
    let path = format!("{ENGINES}/{id}");
    view["id"] = id.into();
    view["sites"] = state.sites_of(id).map(|site| site.id).collect();
    view["links"] = json!([
        here.link("self", &path),
        here.link("Engine Pools", format!("{path}/scan_engine_pools")),
        here.link("Scans", format!("{path}/scans")),
        here.link("Sites", format!("{path}/sites")),
    ]);
    view
}

fn scan_view(here: &Here, engine_name: &str, scan: &Scan) -> Value {
    let mut view = json!(scan);
    let engine = scan.engine_id;
    // How newer consoles name the engines of a scan, which can be several.
    view["engineIds"] = json!([{"id": engine, "newScanEngine": false, "scope": "global"}]);
    view["engineName"] = engine_name.into();
    if let Some(end) = scan.end_time() {
        view["endTime"] = end.into();
    }
    view["links"] = json!([
        here.link("self", format!("/api/3/scans/{}", scan.id)),
        here.member("Scan Engine", ENGINES, engine),
    ]);
    view
}

/// A list that is not in pages.
fn list(here: &Here, resources: impl Iterator<Item = Value>) -> Value {
    json!({"links": [here.itself()], "resources": resources.collect::<Vec<_>>()})
}

fn created(here: &Here, rel: &str, collection: &str, id: i32) -> Value {
    json!({"id": id, "links": [here.itself(), here.member(rel, collection, id)]})
}

async fn list_pools(call: Call) -> Reply {
    call.json(|state, here| {
        Ok(list(here, state.pools().map(|(id, pool)| pool_view(state, here, id, pool))))
    })
}

async fn pools_of_engine(call: Call, Ids(id): Ids<i32>) -> Reply {
    call.json(|state, here| {
        state.scanner(id)?;
        Ok(list(here, state.pools_of(id).map(|(id, pool)| pool_view(state, here, id, pool))))
    })
}

/// Responds with 200, as documented, and not with 201 as for a new engine.
async fn create_pool(call: Call, body: Object) -> Reply {
    /// Here `sites` must not be null.
    #[derive(Deserialize)]
    struct NewPool {
        id: Option<Value>,
        name: String,
        engines: Option<BTreeSet<i32>>,
        #[serde(default, rename = "sites")]
        _sites: Vec<i32>,
    }
    call.json(|state, here| {
        let NewPool { id, name, engines, .. } = body.read()?;
        check_id(id.as_ref(), None)?;
        not_blank("name", &name)?;
        let engines = engines.unwrap_or_default();
        if engines.is_empty() {
            return invalid("engines: a new pool needs at least one.");
        }
        let id = state.add_pool(EnginePool { name, engines })?;
        Ok(created(here, "Engine Pool", POOLS, id))
    })
}

async fn get_pool(call: Call, Ids(id): Ids<i32>) -> Reply {
    call.json(|state, here| {
        let pool = state.pool(id)?.clone();
        Ok(pool_view(state, here, id, &pool))
    })
}

/// If the body names no engines, they stay.
async fn update_pool(call: Call, Ids(id): Ids<i32>, body: Object) -> Reply {
    #[derive(Deserialize)]
    struct ChangedPool {
        id: Option<Value>,
        name: String,
        engines: Option<BTreeSet<i32>>,
        #[serde(rename = "sites")]
        _sites: Option<Vec<i32>>,
    }
    call.change(|state| {
        state.pool(id)?;
        let ChangedPool { id: given, name, engines, .. } = body.read()?;
        check_id(given.as_ref(), Some(id))?;
        not_blank("name", &name)?;
        if let Some(engines) = engines {
            state.set_engines(id, engines)?;
        }
        state.pool(id)?.name = name;
        Ok(())
    })
}

async fn delete_pool(call: Call, Ids(id): Ids<i32>) -> Reply {
    call.change(|state| state.delete_pool(id))
}

async fn pool_engines(call: Call, Ids(id): Ids<i32>) -> Reply {
    call.json(|state, here| {
        let ids = state.pool(id)?.engines.iter().copied();
        Ok(id_list(here, "Engine", ENGINES, ids))
    })
}

/// These engines and no others.
async fn set_pool_engines(
    call: Call,
    Ids(id): Ids<i32>,
    Json(engines): Json<BTreeSet<i32>>,
) -> Reply {
    call.change(|state| state.set_engines(id, engines))
}

async fn add_pool_engine(call: Call, Ids((id, engine)): Ids<(i32, i32)>) -> Reply {
    call.change(|state| {
        state.engine(engine)?;
        state.pool(id)?.engines.insert(engine);
        Ok(())
    })
}

async fn remove_pool_engine(call: Call, Ids((id, engine)): Ids<(i32, i32)>) -> Reply {
    call.change(|state| {
        state.pool(id)?.engines.remove(&engine).then_some(()).ok_or(Error::NotFound)
    })
}

/// Ids only, and not in pages.
async fn sites_of_pool(call: Call, Ids(id): Ids<i32>) -> Reply {
    call.json(|state, here| {
        state.pool(id)?;
        Ok(id_list(here, "Site", SITES, state.sites_of(id).map(|site| site.id)))
    })
}

fn pool_view(state: &State, here: &Here, id: i32, pool: &EnginePool) -> Value {
    let path = format!("{POOLS}/{id}");
    json!({
        "id": id,
        "name": pool.name,
        "engines": pool.engines,
        "sites": state.sites_of(id).map(|site| site.id).collect::<Vec<_>>(),
        "links": [
            here.link("self", &path),
            here.link("Engines", format!("{path}/engines")),
            here.link("Sites", format!("{path}/sites")),
        ],
    })
}

fn id_list(here: &Here, rel: &str, collection: &str, ids: impl Iterator<Item = i32>) -> Value {
    let (mut links, mut resources) = (vec![here.itself()], Vec::new());
    for id in ids {
        links.push(here.member(rel, collection, id));
        resources.push(id);
    }
    json!({"links": links, "resources": resources})
}

fn secret(status: StatusCode, value: String) -> Response {
    typed(status, "text/plain;charset=UTF-8", value)
}

async fn current_secret(call: Call) -> Reply {
    let value = call.console.with(|state| state.secret().map(|it| it.value.clone()))?;
    Ok(secret(StatusCode::OK, value))
}

/// Responds with 201 also if an earlier one is still valid.
async fn create_secret(call: Call) -> Reply {
    let value = call.console.with(|state| state.secret_or_new().value.clone());
    Ok(secret(StatusCode::CREATED, value))
}

async fn revoke_secret(call: Call) -> Reply {
    call.change(State::revoke_secret)
}

async fn secret_time_to_live(call: Call) -> Reply {
    call.json(|state, _| Ok(state.secret()?.time_left(state.now).as_secs().into()))
}
