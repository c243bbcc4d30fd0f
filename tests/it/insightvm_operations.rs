//! Each of the 22 operations, with each documented success and each documented error, through the typed
//! client and the generated httpmock bindings. One table, and for that longer than a file should be.

use httpmock::MockServer;
use scanops::{
    ErrorKind,
    insightvm::{
        Client, ScanEngineStatus, ScanStatus, ScanType, SiteType,
        mock::MockServerExt,
        types::{
            ApiError, CreatedReference, EnginePool, EnginePoolCreate, EnginePoolUpdate,
            EnginePools, EngineReferences, Links, Scan, ScanEngine, ScanEngineCreate,
            ScanEngineUpdate, ScanEngines, ScanPage, Site, SitePage, SiteReferences,
        },
    },
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn typed<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn links() -> Value {
    json!([{"href": "https://hostname:3780/api/3/...", "rel": "self"}])
}

fn engine() -> Value {
    json!({
        "address": "corporate-scan-engine-001.acme.com", "contentVersion": "1.2", "id": 6,
        "isAWSPreAuthEngine": false, "lastRefreshedDate": "2017-09-01T00:00:00.125Z",
        "lastUpdatedDate": "", "links": links(), "name": "Corporate Scan Engine 001",
        "port": 40894, "productVersion": "6.5", "serialNumber": "", "sites": [42],
        "enginePools": [7], "status": "active",
    })
}

fn pool() -> Value {
    json!({
        "engines": [42], "id": 6, "links": links(), "name": "Corporate Scan Engine 001",
        "sites": [42],
    })
}

fn page(resources: &Value) -> Value {
    json!({
        "links": links(),
        "page": {"number": 6, "size": 10, "totalPages": 13, "totalResources": 123},
        "resources": resources,
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

fn error(status: u16) -> ApiError {
    typed(
        json!({"links": links(), "message": "An error has occurred.", "status": status.to_string()}),
    )
}

const ERRORS: [(&str, u16, ErrorKind); 5] = [
    ("bad_request", 400, ErrorKind::Rejected),
    ("unauthorized", 401, ErrorKind::Unauthorized),
    ("not_found", 404, ErrorKind::NotFound),
    ("internal_server_error", 500, ErrorKind::Server),
    ("service_unavailable", 503, ErrorKind::Unavailable),
];

async fn server_and_client() -> (MockServer, Client) {
    let server = MockServer::start_async().await;
    let client = crate::support::once(server.base_url()).build().unwrap();
    (server, client)
}

fn check_error(name: &str, operation: &str, failure: &scanops::Error) {
    let (_, status, kind) = ERRORS.into_iter().find(|error| error.0 == name).unwrap();
    assert_eq!(failure.kind(), kind, "{operation} {status}");
    assert_eq!(failure.status().unwrap().as_u16(), status);
    assert_eq!(failure.operation(), Some(operation));
    assert_eq!(failure.server_message(), Some("An error has occurred."));
    assert_eq!(failure.attempts(), 1);
    assert!(failure.to_string().starts_with(operation), "{failure}");
}

/// A test for one operation: its successes with a value and what must be read out of it, and its
/// errors. `$when` gives what the server must see beyond method and path.
macro_rules! operation {
    (
        $name:ident as $operation:literal,
        when $when:expr,
        call |$c:ident| $call:expr,
        value $value:expr,
        documented $documented:ident,
        check $check:expr,
        errors [$($error:ident),*] $(,)?
    ) => {
        #[tokio::test]
        async fn $name() {
            let value = $value;
            for other_2xx in [None, Some(200), Some(201), Some(202)] {
                let (server, client) = server_and_client().await;
                let mock = server.$name(|when, then| {
                    $when(when);
                    match other_2xx {
                        None => then.$documented(&value),
                        Some(status) => then.success(status, &value),
                    };
                });
                let answer = {
                    let $c = &client;
                    $call.await
                }.unwrap();
                mock.assert();
                if let Some(status) = other_2xx {
                    assert_eq!(answer.status().as_u16(), status);
                }
                assert!(answer.invalid_records().is_empty() && answer.warnings().is_empty());
                $check(answer.into_inner());
            }
            $({
                let (server, client) = server_and_client().await;
                let status = ERRORS.iter().find(|it| it.0 == stringify!($error)).unwrap().1;
                let mock = server.$name(|when, then| {
                    $when(when);
                    then.$error(&error(status));
                });
                let failure = {
                    let $c = &client;
                    $call.await
                }.map(|_| ()).unwrap_err();
                mock.assert();
                check_error(stringify!($error), $operation, &failure);
            })*
        }
    };
}

fn has_links(answer: &Links) {
    assert_eq!(answer.links[0].rel.as_deref(), Some("self"));
}

operation! {
    get_scan_engine_pools as "getScanEnginePools",
    when |_| {},
    call |c| c.get_scan_engine_pools(),
    value typed::<EnginePools>(json!({"links": links(), "resources": [pool()]})),
    documented ok,
    check |answer: EnginePools| assert_eq!(answer.resources, [typed::<EnginePool>(pool())]),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    create_scan_engine_pool as "createScanEnginePool",
    when |when: scanops::insightvm::mock::operations::CreateScanEnginePoolWhen| {
        when.body(&typed::<EnginePoolCreate>(json!({"name": "p", "engines": [42]})))
    },
    call |c| c.create_scan_engine_pool(&EnginePoolCreate::new("p", [42])),
    value typed::<CreatedReference>(json!({"id": 1, "links": links()})),
    documented ok,
    check |answer: CreatedReference| assert_eq!(answer.id, Some(1)),
    errors [bad_request, unauthorized, internal_server_error, service_unavailable],
}

operation! {
    get_engine_pool as "getEnginePool",
    when |when: scanops::insightvm::mock::operations::GetEnginePoolWhen| when.id(6),
    call |c| c.get_engine_pool(6),
    value typed::<EnginePool>(pool()),
    documented ok,
    check |answer: EnginePool| assert_eq!((answer.engines, answer.sites), (vec![42], vec![42])),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    update_scan_engine_pool as "updateScanEnginePool",
    when |when: scanops::insightvm::mock::operations::UpdateScanEnginePoolWhen| {
        when.id(6).body(&typed::<EnginePoolUpdate>(json!({"name": "p"})))
    },
    call |c| c.update_scan_engine_pool(6, &EnginePoolUpdate::new("p")),
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [bad_request, unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    remove_scan_engine_pool as "removeScanEnginePool",
    when |when: scanops::insightvm::mock::operations::RemoveScanEnginePoolWhen| when.id(6),
    call |c| c.remove_scan_engine_pool(6),
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    get_scan_engine_pool_scan_engines as "getScanEnginePoolScanEngines",
    when |when: scanops::insightvm::mock::operations::GetScanEnginePoolScanEnginesWhen| when.id(6),
    call |c| c.get_scan_engine_pool_scan_engines(6),
    value typed::<EngineReferences>(json!({"links": links(), "resources": [42]})),
    documented ok,
    check |answer: EngineReferences| assert_eq!(answer.resources, [42]),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    set_scan_engine_pool_scan_engines as "setScanEnginePoolScanEngines",
    when |when: scanops::insightvm::mock::operations::SetScanEnginePoolScanEnginesWhen| {
        when.id(6).body(&vec![42, 43])
    },
    call |c| c.set_scan_engine_pool_scan_engines(6, &[42, 43]),
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [bad_request, unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    add_scan_engine_pool_scan_engine as "addScanEnginePoolScanEngine",
    when |when: scanops::insightvm::mock::operations::AddScanEnginePoolScanEngineWhen| {
        when.id(6).engine_id(42)
    },
    call |c| c.add_scan_engine_pool_scan_engine(6, 42),
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [bad_request, unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    remove_scan_engine_pool_scan_engine as "removeScanEnginePoolScanEngine",
    when |when: scanops::insightvm::mock::operations::RemoveScanEnginePoolScanEngineWhen| {
        when.id(6).engine_id(42)
    },
    call |c| c.remove_scan_engine_pool_scan_engine(6, 42),
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    get_scan_engine_pool_sites as "getScanEnginePoolSites",
    when |when: scanops::insightvm::mock::operations::GetScanEnginePoolSitesWhen| when.id(6),
    call |c| c.get_scan_engine_pool_sites(6),
    value typed::<SiteReferences>(json!({"links": links(), "resources": [42]})),
    documented ok,
    check |answer: SiteReferences| assert_eq!(answer.resources, [42]),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    get_scan_engines as "getScanEngines",
    when |_| {},
    call |c| c.get_scan_engines(),
    value typed::<ScanEngines>(json!({"links": links(), "resources": [engine()]})),
    documented ok,
    check |answer: ScanEngines| {
        let engine = &answer.resources[0];
        assert_eq!(engine.status, Some(ScanEngineStatus::Active));
        assert_eq!((engine.id, engine.port), (6, Some(40894)));
        assert_eq!(engine.is_aws_pre_auth_engine, Some(false));
        assert_eq!(engine.engine_pools, [7]);
        assert_eq!(serde_json::to_value(engine).unwrap(), self::engine());
    },
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    create_scan_engine as "createScanEngine",
    when |when: scanops::insightvm::mock::operations::CreateScanEngineWhen| {
        when.body(&typed::<ScanEngineCreate>(json!({"name": "e", "address": "a", "port": 40814})))
    },
    call |c| c.create_scan_engine(&ScanEngineCreate::new("e", "a", 40814)),
    value typed::<CreatedReference>(json!({"id": 1, "links": links()})),
    documented created,
    check |answer: CreatedReference| assert_eq!(answer.id, Some(1)),
    errors [bad_request, unauthorized, internal_server_error, service_unavailable],
}

operation! {
    delete_shared_secret as "deleteSharedSecret",
    when |_| {},
    call |c| c.delete_shared_secret(),
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    get_scan_engine as "getScanEngine",
    when |when: scanops::insightvm::mock::operations::GetScanEngineWhen| when.id(6),
    call |c| c.get_scan_engine(6),
    value typed::<ScanEngine>(engine()),
    documented ok,
    check |answer: ScanEngine| assert_eq!(answer, typed(engine())),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    update_scan_engine as "updateScanEngine",
    when |when: scanops::insightvm::mock::operations::UpdateScanEngineWhen| {
        when.id(6).body(&typed::<ScanEngineUpdate>(
            json!({"name": "e", "address": "a", "port": 1, "sites": [1]}),
        ))
    },
    call |c| {
        let mut body = ScanEngineUpdate::new("e", "a", 1);
        body.sites = Some(vec![1]);
        async move { c.update_scan_engine(6, &body).await }
    },
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [bad_request, unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    delete_scan_engine as "deleteScanEngine",
    when |when: scanops::insightvm::mock::operations::DeleteScanEngineWhen| when.id(6),
    call |c| c.delete_scan_engine(6),
    value typed::<Links>(json!({"links": links()})),
    documented ok,
    check |answer: Links| has_links(&answer),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    get_assigned_engine_pools as "getAssignedEnginePools",
    when |when: scanops::insightvm::mock::operations::GetAssignedEnginePoolsWhen| when.id(6),
    call |c| c.get_assigned_engine_pools(6),
    value typed::<EnginePools>(json!({"links": links(), "resources": [pool()]})),
    documented ok,
    check |answer: EnginePools| assert_eq!(answer.resources, [typed::<EnginePool>(pool())]),
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    get_scan_engine_scans as "getScanEngineScans",
    when |when: scanops::insightvm::mock::operations::GetScanEngineScansWhen| {
        when.id(6).page(6).size(500).sort(&vec!["startTime,DESC".to_owned(), "id".to_owned()])
    },
    call |c| {
        let sort = ["startTime,DESC".to_owned(), "id".to_owned()];
        async move { c.get_scan_engine_scans(6, Some(6), Some(500), Some(&sort)).await }
    },
    value typed::<ScanPage>(page(&json!([scan()]))),
    documented ok,
    check |answer: ScanPage| {
        let found = &answer.resources[0];
        assert_eq!(found.status, Some(ScanStatus::Finished));
        assert_eq!(found.scan_type, Some(ScanType::Manual));
        assert_eq!(found.engine_ids[0].id, Some(42));
        assert_eq!(found.vulnerabilities.as_ref().unwrap().total, Some(95));
        assert_eq!(serde_json::to_value(found).unwrap(), scan());
        assert_eq!(found, &typed::<Scan>(scan()));
        assert_eq!(answer.page.unwrap().total_resources, Some(123));
    },
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

operation! {
    get_scan_engine_sites as "getScanEngineSites",
    when |when: scanops::insightvm::mock::operations::GetScanEngineSitesWhen| {
        when.id(6).page(None).size(None).sort(None)
    },
    call |c| c.get_scan_engine_sites(6, None, None, None),
    value typed::<SitePage>(page(&json!([site()]))),
    documented ok,
    check |answer: SitePage| {
        assert_eq!(answer.resources[0].type_, Some(SiteType::Static));
        assert_eq!(serde_json::to_value(&answer.resources[0]).unwrap(), site());
        assert_eq!(answer.resources[0], typed::<Site>(site()));
    },
    errors [unauthorized, not_found, internal_server_error, service_unavailable],
}

// The other three answer with text or a bare number.

const SECRET: &str = "99DB-B9F0-5B16-AE0F";

/// Text comes as consoles send it; the document's example has it in quotes.
macro_rules! secret {
    ($name:ident as $operation:literal, $documented:ident, [$($error:ident),*]) => {
        #[tokio::test]
        async fn $name() {
            for body in [SECRET.to_owned(), format!("{SECRET}\n"), format!("\"{SECRET}\"")] {
                for status in [200, 201] {
                    let (server, client) = server_and_client().await;
                    let mock = server.$name(|when, then| {
                        when.into_inner().header("accept", "text/plain");
                        then.into_inner().status(status).header("content-type", "text/plain").body(&body);
                    });
                    let answer = client.$name().await.unwrap();
                    mock.assert();
                    assert_eq!((answer.status().as_u16(), answer.expose()), (status, SECRET));
                    assert!(!format!("{answer:?}").contains("99DB"));
                }
            }
            let (server, client) = server_and_client().await;
            server.$name(|_, then| {
                then.$documented(json!(SECRET));
            });
            assert_eq!(client.$name().await.unwrap().expose(), SECRET);
            $({
                let (server, client) = server_and_client().await;
                let status = ERRORS.iter().find(|it| it.0 == stringify!($error)).unwrap().1;
                server.$name(|_, then| {
                    then.$error(&error(status));
                });
                let failure = client.$name().await.unwrap_err();
                check_error(stringify!($error), $operation, &failure);
            })*
        }
    };
}

secret!(
    get_current_shared_secret as "getCurrentSharedSecret",
    ok,
    [unauthorized, not_found, internal_server_error, service_unavailable]
);
secret!(
    create_shared_secret as "createSharedSecret",
    created,
    [bad_request, unauthorized, internal_server_error, service_unavailable]
);

#[tokio::test]
async fn get_current_shared_secret_time_to_live() {
    for status in [200, 201] {
        let (server, client) = server_and_client().await;
        let mock = server.get_current_shared_secret_time_to_live(|_, then| {
            then.success(status, 42);
        });
        let answer = client.get_current_shared_secret_time_to_live().await.unwrap();
        mock.assert();
        assert_eq!((answer.status().as_u16(), answer.into_inner()), (status, 42));
    }
    for (name, status, _) in ERRORS.into_iter().skip(1) {
        let (server, client) = server_and_client().await;
        server.get_current_shared_secret_time_to_live(|_, then| {
            then.into_inner().status(status).json_body_obj(&error(status));
        });
        let failure = client.get_current_shared_secret_time_to_live().await.unwrap_err();
        check_error(name, "getCurrentSharedSecretTimeToLive", &failure);
    }
}

#[tokio::test]
async fn the_shared_secret_has_typed_calls_of_its_own() {
    let (server, client) = server_and_client().await;
    server.get_current_shared_secret(|_, then| {
        then.into_inner().status(200).body(SECRET);
    });
    server.create_shared_secret(|_, then| {
        then.into_inner().status(201).body(SECRET);
    });
    server.get_current_shared_secret_time_to_live(|_, then| {
        then.ok(3599);
    });
    assert_eq!(client.get_current_shared_secret().await.unwrap().expose(), SECRET);
    assert_eq!(client.create_shared_secret().await.unwrap().expose(), SECRET);
    assert_eq!(client.shared_secret_time_to_live().await.unwrap().as_secs(), 3599);
}

#[tokio::test]
async fn every_request_is_authenticated_and_carries_nothing_odd() {
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
    let client = crate::support::once(server.base_url())
        .two_factor_token("123456")
        .user_agent_suffix("nightly/1")
        .header("X-Mine", "yes")
        .build()
        .unwrap();
    assert!(client.get_scan_engines().await.unwrap().resources.is_empty());
    mock.assert();
}

#[tokio::test]
async fn an_invalid_argument_names_its_operation() {
    let console = crate::support::once("http://127.0.0.1:1").build().unwrap();
    let error = console.get_scan_engine(0).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
    assert_eq!(error.operation(), Some("getScanEngine"), "{error}");
    assert!(error.to_string().starts_with("getScanEngine: `id` is 0"), "{error}");
    assert!(format!("{error:?}").contains("getScanEngine"), "{error:?}");
    let create = ScanEngineCreate::new("e", "a", 0);
    let error = console.create_scan_engine(&create).await.unwrap_err();
    assert_eq!(error.operation(), Some("createScanEngine"), "{error}");
    assert!(error.to_string().contains("`port`"), "{error}");
}

#[tokio::test]
async fn futures_can_be_joined_and_spawned_from_a_clone() {
    let server = MockServer::start_async().await;
    server.get_scan_engine(|when, then| {
        when.id(7);
        then.ok(&ScanEngine::new(7, "Berlin 1"));
    });
    let console = crate::support::once(server.base_url()).build().unwrap();
    let both = futures_util::future::join(console.get_scan_engine(7), console.get_scan_engine(7));
    let (one, other) = both.await;
    assert_eq!(*one.unwrap(), *other.unwrap());
    let clone = console.clone();
    let spawned = tokio::spawn(async move { clone.get_scan_engine(7).await });
    assert_eq!(spawned.await.unwrap().unwrap().name, "Berlin 1");
}
