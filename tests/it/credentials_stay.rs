//! Credentials go to the origin of the base URL, over TLS or loopback, and nowhere else.

use crate::support::{Act, PASSWORD, Script, USER, all_of, once};
use scanops::{ErrorKind, RetryPolicy, insightvm::Client, tenable_sc, transfer::Upload};

fn redirect(status: &str, to: &str) -> Act {
    Act::answer(status, &[("Location", to)], "")
}

/// A call with each way to log in that a header carries, and the headers that it carries.
async fn call_with(way: &str, url: String) -> (scanops::Error, &'static [&'static str]) {
    let sc = tenable_sc::Client::builder(url.clone()).retry(RetryPolicy::never());
    match way {
        "basic and token" => {
            let console = once(url).two_factor_token("123456").build().unwrap();
            let error = console.get_scan_engines().await.unwrap_err();
            (error, &["authorization", "token"])
        }
        "keys" => {
            let sc = sc.api_key("access", "secret").build().unwrap();
            (sc.scan_results().list().await.unwrap_err(), &["x-apikey"])
        }
        _ => {
            let sc = sc.password("user", "password").build().unwrap();
            let error = sc.scan_results().list().await.unwrap_err();
            (error, &["x-securitycenter", "cookie"])
        }
    }
}

#[tokio::test]
async fn a_redirect_to_another_origin_carries_nothing_there() {
    let login = || {
        let token = r#"{"response":{"token":4711},"error_code":0}"#;
        Act::answer("200 OK", &[("Set-Cookie", "TNS_SESSIONID=abc")], token)
    };
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        for way in ["basic and token", "keys", "session"] {
            let elsewhere = Script::start([Act::json("{}")]).await;
            let target = format!("{}/api/3/scan_engines?session=abc", elsewhere.url());
            let mut acts = vec![redirect(status, &target)];
            if way == "session" {
                acts.insert(0, login());
            }
            let server = Script::start(acts).await;
            let (error, secrets) = call_with(way, server.url()).await;
            assert_eq!(error.kind(), ErrorKind::Redirect, "{status}");
            assert!(error.to_string().contains(&elsewhere.url()), "{error}");
            assert!(!error.to_string().contains("abc"), "a query may be a secret: {error}");
            assert_eq!(elsewhere.connections(), 0, "{status}: nobody even knocked there");
            for secret in secrets {
                let head = server.heads().pop().unwrap();
                assert!(head.contains(&format!("\n{secret}: ")), "{secret} reaches its server");
            }
        }
    }
}

#[tokio::test]
async fn headers_that_carry_credentials_are_refused_where_they_would_not_be_kept() {
    for name in ["Authorization", "X-ApiKey", "X-SecurityCenter", "Token", "Cookie"] {
        let builder = once("https://console.example.com").header(name, "the-secret");
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains("carries credentials"), "{error}");
        assert!(!format!("{error:?}").contains("the-secret"));
    }
}

/// The proxy of the environment is read by the HTTP client once, so that this needs a process of
/// its own: this same test, started again.
#[tokio::test]
async fn a_proxy_of_the_environment_gets_nothing_meant_for_this_machine() {
    const INNER: &str = "SCANOPS_TEST_WITH_PROXY";
    let engine = Act::json(r#"{"id": 7, "name": "e"}"#);
    if let Ok(url) = std::env::var(INNER) {
        let console = once(url).build().unwrap();
        assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
        return;
    }
    let (server, proxy) = (Script::start([engine]).await, Script::start([Act::HangUp]).await);
    let status = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "credentials_stay::a_proxy_of_the_environment_gets_nothing_meant_for_this_machine",
        ])
        .env(INNER, server.url())
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url())
        .env("ALL_PROXY", proxy.url())
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .stdout(std::process::Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(status.success());
    assert_eq!((server.requests(), proxy.connections()), (1, 0));
}

#[tokio::test]
async fn a_redirect_to_https_or_another_port_is_another_origin() {
    let server = Script::start([]).await;
    drop(server);
    for target in ["https://127.0.0.1/", "//127.0.0.1:1/", "http://user:pw@127.0.0.2/", "ftp://x/"]
    {
        let server = Script::start([redirect("302 Found", target)]).await;
        let error = once(server.url()).build().unwrap().get_scan_engines().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{target}");
        assert!(!format!("{error} {error:?}").contains("pw"), "{error}");
    }
}

#[tokio::test]
async fn a_get_is_followed_within_its_origin_with_its_credentials() {
    let engine = r#"{"id": 7, "name": "e"}"#;
    let server = Script::start([redirect("302 Found", "/elsewhere"), Act::json(engine)]).await;
    let console = once(server.url()).build().unwrap();
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    let heads = server.heads();
    assert!(heads[1].starts_with("get /elsewhere "), "{}", heads[1]);
    assert!(heads[1].contains("authorization: basic "));
}

#[tokio::test]
async fn another_method_is_not_turned_into_a_get() {
    for status in ["301 Moved", "302 Found", "303 See Other"] {
        let server = Script::start([redirect(status, "/login")]).await;
        let console = once(server.url()).build().unwrap();
        let error = console.delete_scan_engine(7).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect);
        assert!(error.to_string().contains("/login"), "{error}");
        assert_eq!(server.requests(), 1);
    }
    let server = Script::start([redirect("307 Temporary", "/there"), Act::json("{}")]).await;
    let console = once(server.url()).build().unwrap();
    console.set_scan_engine_pool_scan_engines(7, &[8]).await.unwrap();
    assert!(server.heads()[1].starts_with("put /there "));
    assert!(server.heads()[1].contains("content-length: 3"));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = Script::start([redirect("302 Found", "/again")]).await;
    let console = once(server.url()).build().unwrap();
    let error = console.get_scan_engines().await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Redirect, 6));
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_error() {
    let server = Script::start([redirect("302 Found", "http://[")]).await;
    let error = once(server.url()).build().unwrap().get_scan_engines().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    let server = Script::start([Act::answer("302 Found", &[], "")]).await;
    let error = once(server.url()).build().unwrap().get_scan_engines().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused_before_a_socket_opens() {
    // `build` opens none, and there is no client without it.
    for url in ["http://console.example.com:3780", "http://10.0.0.1", "http://[fe80::1]"] {
        let error = once(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("clear text"), "{error}");
        assert!(error.to_string().contains("danger_allow_plain_http_credentials"), "{error}");
        once(url).danger_allow_plain_http_credentials().build().unwrap();
        Client::builder(url).anonymous().build().expect("there are no credentials to protect");
    }
    for url in ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "https://console"] {
        once(url).build().unwrap();
    }
}

#[tokio::test]
async fn plain_http_on_this_machine_goes_to_no_proxy() {
    let proxy = Script::start([Act::json(r#"{"id": 7, "name": "proxied"}"#)]).await;
    let error = once("http://127.0.0.1:1").proxy(proxy.url()).build().unwrap_err();
    assert!(error.to_string().contains("proxy"), "{error}");
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn debug_shows_no_credential() {
    let builder = Client::builder("https://console:3780")
        .basic_auth("the-user", "the-password")
        .two_factor_token("the-token")
        .retry(RetryPolicy::never())
        .proxy("http://p-user:p-password@proxy:3128");
    let shown = format!("{builder:?} {builder:#?}");
    let client = builder.build().unwrap();
    let call = client.request(reqwest::Method::GET, "/api/3/scan_engines");
    let shown = format!("{shown} {client:?} {client:#?} {call:?}");
    for secret in ["the-user", "the-password", "the-token", "p-user", "p-password", "dGhlLX"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("[REDACTED]") && shown.contains("console:3780"));
}

#[tokio::test]
async fn debug_shows_no_credential_of_tenable_sc() {
    let server = Script::start([Act::answer("200 OK", &[], "<NessusClientData_v2/>")]).await;
    let keys = || tenable_sc::Client::builder(server.url()).api_key("the-access", "the-secret");
    let session = tenable_sc::Client::builder(server.url()).password("user", "the-password");
    let mut shown = vec![format!("{:?} {session:?}", keys())];
    shown.push(format!("{:?}", session.build().unwrap()));
    let client = keys().build().unwrap();
    let results = client.scan_results();
    shown.push(format!("{client:?} {results:?} {:?} {:?}", client.files(), client.system()));
    shown.push(format!("{:?} {:?} {:?}", results.list(), results.get(1), results.stop(1)));
    shown.push(format!("{:?} {:?} {:?}", results.pause(1), results.watch(1), results.download(1)));
    let upload = || Upload::bytes("the-report");
    shown.push(format!("{:?} {:?}", results.import(upload(), 1), results.reimport(1)));
    shown.push(format!("{:?}", client.files().upload(upload())));
    let report = results.download(1).await.unwrap();
    shown.push(format!("{report:?}"));
    shown.push(format!("{:?}", report.save_to("x")));
    let shown = shown.concat();
    for secret in ["the-access", "the-secret", "the-password", "the-report"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn no_error_shows_a_credential() {
    let server = Script::start([
        Act::answer("401 No", &[("Set-Cookie", "JSESSIONID=cookie-secret")], "who?"),
        Act::HangUp,
        Act::json("nonsense"),
    ])
    .await;
    let console = once(server.url()).build().unwrap();
    for _ in 0..3 {
        let error = console.get_scan_engines().await.unwrap_err();
        let shown = format!("{error} {error:?} {error:#?}");
        for secret in [USER, PASSWORD, "bnhhZG1", "cookie-secret"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

/// What the HTTP stack says of a failure has the URL in it that was asked last: after a redirect,
/// one that the server made up, with a ticket in it perhaps.
#[tokio::test]
async fn no_error_shows_the_query_of_a_redirect_that_was_followed() {
    let cut = Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec());
    let no_http = Act::Send(b"what?\r\n\r\n".to_vec());
    for act in [Act::HangUp, cut, no_http] {
        let acts = [redirect("302 Found", "/there?ticket=the-ticket"), act];
        let server = Script::start(acts).await;
        let console = once(server.url()).build().unwrap();
        let error = console.get_scan_engines().await.unwrap_err();
        assert_eq!(server.requests(), 2);
        let shown = all_of(&error);
        assert!(shown.contains("source") && !shown.contains("the-ticket"), "{shown}");
    }
    // The same of a report, whose connection breaks while it streams.
    let part =
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<NessusClientData_v2><Policy>01234567890";
    let acts = [redirect("307 There", "/there?ticket=the-ticket"), Act::Send(part.to_vec())];
    let sc = crate::support::api_key_client(&Script::start(acts).await.url());
    let mut report = sc.scan_results().download(1).await.unwrap();
    let error = loop {
        match report.next_chunk().await {
            Ok(part) => assert!(part.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    assert!(!format!("{error} {error:?}").contains("the-ticket"), "{error:?}");
}
