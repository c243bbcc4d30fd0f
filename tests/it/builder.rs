//! Settings that can't work are clear errors when the client is built.

use std::time::Duration;

use crate::support::{Reply, ScriptedServer, assert_error, console_builder};
use scanops::{Error, ErrorKind, RetryPolicy, insightvm::Client, reqwest};

const URL: &str = "https://console:3780";

#[test]
fn each_setting_that_can_not_work_is_named() {
    let zero = Duration::ZERO;
    let ok = || console_builder(URL);
    for (builder, message) in vec![
        (console_builder("https://console/api/3"), "path `/api/3`"),
        (console_builder("console:3780"), "`https://` missing"),
        (console_builder("https://admin:secret@console"), "user name or password"),
        (console_builder("https://console?x"), "query"),
        (console_builder(""), "base URL"),
        (ok().header("X-Mine", "a\r\nX-Evil: b"), "line break"),
        (ok().header("X Mine", "a"), "\"X Mine\" is not a valid header name"),
        (ok().user_agent_suffix("a\nb"), "the user agent suffix contains a line break"),
        (ok().two_factor_token("12\n34"), "the two-factor token contains a line break"),
        (ok().two_factor_token(""), "the two-factor token is empty"),
        (ok().basic_auth("", "pw"), "the user name is empty"),
        (ok().basic_auth("a:b", "pw"), "colon"),
        (Client::builder(URL).two_factor_token("1"), "without user and password"),
        (Client::builder(URL), "no credentials are given"),
        (ok().anonymous(), "both `basic_auth` and `anonymous`"),
        (ok().connect_timeout(zero), "the connect timeout is zero"),
        (ok().attempt_timeout(zero), "the attempt timeout is zero"),
        (ok().deadline(zero), "the deadline is zero"),
        (ok().response_limit(0), "the response limit is zero"),
        (ok().retry(RetryPolicy::new().max_attempts(0)), "no attempt"),
        (ok().retry(RetryPolicy::new().base_delay(zero)), "base delay is zero"),
        (ok().proxy("not a url"), "the proxy is not a URL"),
        (ok().proxy("htp://proxy:3128"), "scheme \"htp\" is not supported"),
        (ok().proxy("socks5://proxy:1080"), "scheme \"socks5\" is not supported"),
    ] {
        let error = builder.build().unwrap_err();
        assert_error(&error, ErrorKind::Config, message);
        for secret in ["secret", "Evil", "12\n34"] {
            assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
        }
    }
}

#[cfg(feature = "rustls")]
#[test]
fn each_trust_setting_that_can_not_work_is_named() {
    for (builder, message) in [
        (console_builder(URL).pin_certificate_sha256("AA:BB"), "not a SHA-256 fingerprint"),
        (console_builder(URL).add_root_certificate_pem("hello"), "no `BEGIN CERTIFICATE`"),
        (
            console_builder(URL)
                .pin_certificate_sha256("0".repeat(64))
                .add_root_certificate_pem("x"),
            "use one of the two",
        ),
        (
            console_builder("http://localhost").pin_certificate_sha256("0".repeat(64)),
            "has no certificates",
        ),
    ] {
        let error = builder.build().unwrap_err();
        assert_error(&error, ErrorKind::Config, message);
    }
}

#[test]
fn a_client_is_shared_and_cheap() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    fn sendable<T: Send>(_: &T) {}
    check::<Client>();
    let future = |client: Client| async move { client.get_scan_engines().await };
    sendable(&future(console_builder(URL).build().unwrap()));
}

#[tokio::test]
async fn a_proxy_gets_the_request() {
    let proxy = ScriptedServer::of(Reply::json(r#"{"id": 7, "name": "e"}"#)).await;
    let console = Client::builder("http://console.example.com")
        .anonymous()
        .proxy(format!("http://user:pw@{}", proxy.address))
        .build()
        .unwrap();
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    let head = &proxy.heads()[0];
    assert!(head.starts_with("get http://console.example.com/api/3/scan_engines/7 "), "{head}");
    assert!(head.contains("proxy-authorization: basic "), "{head}");
}

#[tokio::test]
async fn a_custom_reqwest_builder_is_the_base() {
    let server = ScriptedServer::of(Reply::json(r#"{"id": 7, "name": "e"}"#)).await;
    let address = server.address;
    let own = move || {
        reqwest::Client::builder()
            .resolve("console.example.com", address)
            .redirect(reqwest::redirect::Policy::limited(3))
            .user_agent("gone")
    };
    let url = format!("http://console.example.com:{}", server.address.port());
    let console = console_builder(url)
        .danger_allow_plain_http_credentials()
        .no_proxy()
        .reqwest_builder(own)
        .build()
        .unwrap();
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    assert!(server.heads()[0].contains("user-agent: scanops/"), "{}", server.heads()[0]);
}

#[tokio::test]
async fn of_proxy_and_no_proxy_the_last_call_counts() {
    let proxy = ScriptedServer::of(Reply::json(r#"{"id": 7, "name": "e"}"#)).await;
    let url = "http://console.example.com";
    let console = Client::builder(url).anonymous().no_proxy().proxy(proxy.url()).build().unwrap();
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    let console = Client::builder(url)
        .anonymous()
        .proxy(proxy.url())
        .no_proxy()
        .connect_timeout(Duration::from_secs(1))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(proxy.requests(), 1);
}

#[tokio::test]
async fn an_error_can_be_made_from_a_reqwest_error() {
    let server =
        ScriptedServer::start([Reply::http("404 Not Found", &[], "no"), Reply::json("no")]).await;
    let http = reqwest::Client::new();
    let get = || async { Ok::<_, Error>(http.get(server.url()).send().await?) };
    let error = Error::from(get().await.unwrap().error_for_status().unwrap_err());
    assert!(error.is_not_found() && error.status().unwrap() == 404);
    let error = Error::from(get().await.unwrap().json::<i32>().await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn the_defaults_are_those_that_the_docs_name() {
    let console = Client::builder(URL).anonymous();
    let sc = scanops::tenable_sc::Client::builder(URL).api_key("access", "secret");
    let policy = "RetryPolicy { max_attempts: 4, base_delay: 500ms, max_delay: 30s, \
                  max_retry_after: 120s, budget: 20 }";
    for shown in [format!("{console:?}"), format!("{sc:?}")] {
        let expected = format!(
            "connect_timeout: 10s, attempt_timeout: 180s, deadline: None, retry: {policy}, \
             response_limit: 67108864"
        );
        assert!(shown.contains(&expected), "{shown}");
    }
    let (console, sc) = (console.build().unwrap(), sc.build().unwrap());
    for shown in [format!("{console:?}"), format!("{sc:?}")] {
        // 64 MiB.
        let expected = "Limits { attempt: 180s, stall: Some(60s), minimum_throughput: None, response: 67108864 }, deadline: None";
        assert!(shown.contains(expected) && shown.contains(policy), "{shown}");
    }
    let pull = format!("{:?}", sc.scan_results().pull(scanops::Cursor::new()));
    // 24 hours.
    assert!(pull.contains("concurrency: 1, overlap: 86400s, look_back: None"), "{pull}");
}
