//! Each operation of the spec, with each documented success and error, through the typed client and
//! the generated httpmock bindings.

use httpmock::MockServer;
use scanops::{
    ErrorKind,
    insightvm::{
        Client,
        mock::MockServerExt,
        types::{
            ApiError, CreatedReference, EnginePool, EnginePoolCreate, EnginePoolUpdate,
            EnginePools, EngineReferences, Links, ScanEngine, ScanEngineCreate, ScanEngineUpdate,
            ScanEngines, ScanPage, SitePage, SiteReferences,
        },
    },
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::console_builder;

fn typed<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn links() -> Value {
    json!([{"href": "https://hostname:3780/api/3/...", "rel": "self"}])
}

fn only_links() -> Value {
    json!({"links": links()})
}

fn created() -> Value {
    json!({"id": 1, "links": links()})
}

fn list(resources: &Value) -> Value {
    json!({"links": links(), "resources": resources})
}

fn page(resources: &Value) -> Value {
    json!({
        "links": links(),
        "page": {"number": 6, "size": 10, "totalPages": 13, "totalResources": 123},
        "resources": resources,
    })
}

fn engine() -> Value {
    json!({
        "address": "corporate-scan-engine-001.acme.com", "contentVersion": "1.2", "id": 6,
        "isAWSPreAuthEngine": false, "lastRefreshedDate": "2017-09-01T00:00:00.125Z",
        "lastUpdatedDate": "2017-09-01T00:00:00Z", "links": links(), "name": "Corporate Scan Engine 001",
        "port": 40894, "productVersion": "6.5", "serialNumber": "", "sites": [42],
        "enginePools": [7], "status": "active",
    })
}

fn pool() -> Value {
    json!({
        "engines": [42], "id": 6, "links": links(), "name": "Corporate Scan Engine 001",
        "sites": [43],
    })
}

fn scan() -> Value {
    json!({
        "assets": 3, "duration": "PT51.316S", "endTime": "2017-09-01T00:00:51.316Z",
        "engineId": 6, "engineIds": [{"id": 42, "newScanEngine": true, "scope": "global"}],
        "engineName": "e", "id": 5_000_000_000_i64, "links": links(), "message": "",
        "scanName": "weekly", "scanType": "Manual", "startTime": "2017-09-01T00:00:00.125Z",
        "startedBy": "a", "startedByUsername": "b", "status": "finished",
        "vulnerabilities": {"critical": 16, "moderate": 3, "severe": 76, "total": 95},
    })
}

fn site() -> Value {
    json!({
        "assets": 768, "connectionType": "aws", "description": "", "id": 1,
        "importance": "normal", "lastScanTime": "2017-09-01T00:00:00.125Z", "links": links(),
        "name": "Berlin", "riskScore": 4_457_823.78, "scanEngine": 6,
        "scanTemplate": "full-audit", "type": "static",
        "vulnerabilities": {"critical": 16, "moderate": 3, "severe": 76, "total": 95},
    })
}

async fn server_and_client() -> (MockServer, Client) {
    let server = MockServer::start_async().await;
    let client = console_builder(server.base_url()).build().unwrap();
    (server, client)
}

/// The id of an operation in the spec, which is the method's name in camel case.
fn operation_id(method: &str) -> String {
    let mut words = method.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |id, word| id + &word[..1].to_uppercase() + &word[1..])
}

/// The status of a documented error by the name of its binding, and the kind that it becomes.
fn documented_error(name: &str) -> (u16, ErrorKind) {
    match name {
        "bad_request" => (400, ErrorKind::Rejected),
        "unauthorized" => (401, ErrorKind::Unauthorized),
        "not_found" => (404, ErrorKind::NotFound),
        "internal_server_error" => (500, ErrorKind::Server),
        "service_unavailable" => (503, ErrorKind::Unavailable),
        _ => unreachable!(),
    }
}

/// Calls a method against each of its documented errors.
macro_rules! check_errors {
    ($name:ident $arguments:tt, [$($error:ident),*]) => {$({
        let (status, kind) = documented_error(stringify!($error));
        let (server, client) = server_and_client().await;
        let mock = server.$name(|_, then| {
            then.$error(&typed::<ApiError>(json!({
                "links": links(), "message": "An error has occurred.", "status": status.to_string(),
            })));
        });
        let error = client.$name $arguments.await.map(drop).unwrap_err();
        mock.assert();
        let id = operation_id(stringify!($name));
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (kind, status), "{id}");
        assert_eq!(error.operation(), Some(id.as_str()));
        assert_eq!(error.server_message(), Some("An error has occurred."));
        assert_eq!(error.attempts(), 1);
        assert!(error.to_string().starts_with(&id), "{error}");
    })*};
}

/// A test for each operation: the call, what its request must contain beyond method and path, the
/// documented response, and the documented errors that not all operations have.
macro_rules! operations {
    ($(
        $name:ident $arguments:tt sends [$($matcher:tt)*],
        $documented:ident $type:ty = $json:expr, or $errors:tt;
    )*) => {
        const OPERATIONS: &[&str] = &[$(stringify!($name)),*];

        $(#[tokio::test]
        async fn $name() {
            let value: $type = typed($json);
            let untyped = format!("{value:?}").contains("extra: {\"");
            assert!(!untyped, "not each documented field is typed: {value:?}");
            // Consoles also send other 2xx statuses than the documented one.
            for status in [None, Some(200), Some(201), Some(202)] {
                let (server, client) = server_and_client().await;
                let mock = server.$name(|when, then| {
                    let _ = when $($matcher)*;
                    match status {
                        None => then.$documented(&value),
                        Some(status) => then.success(status, &value),
                    };
                });
                let response = client.$name $arguments.await.unwrap();
                mock.assert();
                if let Some(status) = status {
                    assert_eq!(response.status().as_u16(), status);
                }
                assert!(response.invalid_records().is_empty() && response.warnings().is_empty());
                assert_eq!(*response, value);
                assert_eq!(serde_json::to_value(&*response).unwrap(), $json);
            }
            check_errors!(
                $name $arguments,
                [unauthorized, internal_server_error, service_unavailable]
            );
            check_errors!($name $arguments, $errors);
        })*
    };
}

fn engine_update() -> ScanEngineUpdate {
    let mut update = ScanEngineUpdate::new("e", "a", 1);
    update.sites = Some(vec![1]);
    update
}

fn sort() -> Vec<String> {
    vec!["startTime,DESC".to_owned(), "id".to_owned()]
}

operations! {
    get_scan_engine_pools() sends [],
        ok EnginePools = list(&json!([pool()])), or [not_found];
    create_scan_engine_pool(&EnginePoolCreate::new("p", [42]))
        sends [.body(&typed(json!({"name": "p", "engines": [42]})))],
        ok CreatedReference = created(), or [bad_request];
    get_engine_pool(6) sends [.id(6)],
        ok EnginePool = pool(), or [not_found];
    update_scan_engine_pool(6, &EnginePoolUpdate::new("p"))
        sends [.id(6).body(&typed(json!({"name": "p"})))],
        ok Links = only_links(), or [bad_request, not_found];
    remove_scan_engine_pool(6) sends [.id(6)],
        ok Links = only_links(), or [not_found];
    get_scan_engine_pool_scan_engines(6) sends [.id(6)],
        ok EngineReferences = list(&json!([42])), or [not_found];
    set_scan_engine_pool_scan_engines(6, &[42, 43]) sends [.id(6).body(&vec![42, 43])],
        ok Links = only_links(), or [bad_request, not_found];
    add_scan_engine_pool_scan_engine(6, 42) sends [.id(6).engine_id(42)],
        ok Links = only_links(), or [bad_request, not_found];
    remove_scan_engine_pool_scan_engine(6, 42) sends [.id(6).engine_id(42)],
        ok Links = only_links(), or [not_found];
    get_scan_engine_pool_sites(6) sends [.id(6)],
        ok SiteReferences = list(&json!([42])), or [not_found];
    get_scan_engines() sends [],
        ok ScanEngines = list(&json!([engine()])), or [not_found];
    create_scan_engine(&ScanEngineCreate::new("e", "a", 40814))
        sends [.body(&typed(json!({"name": "e", "address": "a", "port": 40814})))],
        created CreatedReference = created(), or [bad_request];
    delete_shared_secret() sends [],
        ok Links = only_links(), or [not_found];
    get_scan_engine(6) sends [.id(6)],
        ok ScanEngine = engine(), or [not_found];
    update_scan_engine(6, &engine_update())
        sends [.id(6).body(&typed(json!({"name": "e", "address": "a", "port": 1, "sites": [1]})))],
        ok Links = only_links(), or [bad_request, not_found];
    delete_scan_engine(6) sends [.id(6)],
        ok Links = only_links(), or [not_found];
    get_assigned_engine_pools(6) sends [.id(6)],
        ok EnginePools = list(&json!([pool()])), or [not_found];
    get_scan_engine_scans(6, Some(6), Some(500), Some(&sort()))
        sends [.id(6).page(6).size(500).sort(&sort())],
        ok ScanPage = page(&json!([scan()])), or [bad_request, not_found];
    get_scan_engine_sites(6, None, None, None) sends [.id(6).page(None).size(None).sort(None)],
        ok SitePage = page(&json!([site()])), or [bad_request, not_found];
}

const SECRET: &str = "99DB-B9F0-5B16-AE0F";

/// Consoles send these responses as text; the documented example is a JSON string.
macro_rules! secrets {
    ($($name:ident, $documented:ident, or $errors:tt;)*) => {$(
        #[tokio::test]
        async fn $name() {
            for status in [200, 201] {
                let (server, client) = server_and_client().await;
                let mock = server.$name(|when, then| {
                    when.into_inner().header("accept", "text/plain");
                    then.into_inner().status(status).header("content-type", "text/plain").body(SECRET);
                });
                let secret = client.$name().await.unwrap();
                mock.assert();
                assert_eq!((secret.status().as_u16(), secret.expose()), (status, SECRET));
            }
            let (server, client) = server_and_client().await;
            server.$name(|_, then| {
                then.$documented(json!(SECRET));
            });
            assert_eq!(client.$name().await.unwrap().expose(), SECRET);
            check_errors!($name(), [unauthorized, internal_server_error, service_unavailable]);
            check_errors!($name(), $errors);
        }
    )*};
}

secrets! {
    get_current_shared_secret, ok, or [not_found];
    create_shared_secret, created, or [bad_request];
}

#[tokio::test]
async fn get_current_shared_secret_time_to_live() {
    for status in [200, 201] {
        let (server, client) = server_and_client().await;
        let mock = server.get_current_shared_secret_time_to_live(|_, then| {
            then.success(status, 42);
        });
        let response = client.get_current_shared_secret_time_to_live().await.unwrap();
        mock.assert();
        assert_eq!((response.status().as_u16(), response.into_inner()), (status, 42));
        assert_eq!(client.shared_secret_time_to_live().await.unwrap().as_secs(), 42);
    }
    check_errors!(
        get_current_shared_secret_time_to_live(),
        [unauthorized, not_found, internal_server_error, service_unavailable]
    );
}

#[test]
fn each_operation_of_the_spec_has_a_test() {
    let spec = include_str!("../../spec/insightvm.yaml");
    let mut documented: Vec<_> =
        spec.lines().filter_map(|line| line.trim().strip_prefix("operationId: ")).collect();
    let secrets = [
        "get_current_shared_secret",
        "create_shared_secret",
        "get_current_shared_secret_time_to_live",
    ];
    let tested = OPERATIONS.iter().chain(&secrets);
    let mut tested: Vec<_> = tested.map(|method| operation_id(method)).collect();
    tested.sort();
    documented.sort_unstable();
    assert_eq!(tested, documented);
}

#[tokio::test]
async fn every_request_carries_its_credentials_and_headers() {
    let server = MockServer::start_async().await;
    let mock = server.get_scan_engines(|when, then| {
        when.into_inner()
            .header("authorization", "Basic bnhhZG1pbjpjb3JyZWN0IGhvcnNl")
            .header("token", "123456")
            .header("accept", "application/json")
            .header("user-agent", concat!("scanops/", env!("CARGO_PKG_VERSION"), " nightly/1"))
            .header("x-mine", "yes")
            .header_missing("api-version");
        then.ok(&ScanEngines::default());
    });
    let client = console_builder(server.base_url())
        .two_factor_token("123456")
        .user_agent_suffix("nightly/1")
        .header("X-Mine", "yes")
        .build()
        .unwrap();
    assert!(client.get_scan_engines().await.unwrap().resources.is_empty());
    mock.assert();
}
