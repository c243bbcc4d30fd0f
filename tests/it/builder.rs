//! Settings that can't work are clear errors when the client is built.

use std::time::Duration;

use crate::support::{Reply, ScriptedServer, assert_error, console_builder, secs};
use scanops::{Error, ErrorKind, RetryPolicy, insightvm::Client, reqwest};

const URL: &str = "https://console:3780";

#[test]
fn each_setting_that_can_not_work_is_named() {
    let zero = Duration::ZERO;
    #[cfg(feature = "rustls")]
    let pin = "0".repeat(64);
    let ok = || console_builder(URL);
    for (builder, message) in vec![
        (console_builder("https://console/api/3"), "path `/api/3`"),
        (console_builder("https://admin:secret@console"), "user name or password"),
        (ok().header("X-Mine", "a\r\nX-Evil: b"), "line break"),
        (ok().header("X Mine", "a"), "\"X Mine\" is not a valid header name"),
        (ok().user_agent_suffix("a\nb"), "the user agent suffix contains a line break"),
        (ok().two_factor_token("12\n34"), "the two-factor token contains a line break"),
        (ok().basic_auth("a:b", "pw"), "colon"),
        (Client::builder(URL).two_factor_token("1"), "without user and password"),
        (Client::builder(URL).anonymous().two_factor_token("1"), "both `two_factor_token` and"),
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
        #[cfg(feature = "rustls")]
        (ok().pin_certificate_sha256("AA:BB"), "not a SHA-256 fingerprint"),
        #[cfg(feature = "rustls")]
        (ok().add_root_certificate_pem("hello"), "no `BEGIN CERTIFICATE`"),
        #[cfg(feature = "rustls")]
        (ok().pin_certificate_sha256(&pin).add_root_certificate_pem("x"), "use one of the two"),
        #[cfg(feature = "rustls")]
        (console_builder("http://localhost").pin_certificate_sha256(&pin), "has no certificates"),
    ] {
        let error = builder.build().unwrap_err();
        assert_error(&error, ErrorKind::Config, message);
        for secret in ["secret", "Evil", "12\n34"] {
            assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_custom_reqwest_builder_is_the_base() {
    let server = ScriptedServer::of(Reply::engine()).await;
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
async fn a_proxy_gets_the_request_unless_no_proxy_comes_later() {
    let proxy = ScriptedServer::of(Reply::engine()).await;
    let console = || Client::builder("http://console.example.com").anonymous();
    let url = format!("http://user:pw@{}", proxy.address);
    let proxied = console().no_proxy().proxy(&url).build().unwrap();
    assert_eq!(proxied.get_scan_engine(7).await.unwrap().id, 7);
    let head = &proxy.heads()[0];
    assert!(head.starts_with("get http://console.example.com/api/3/scan_engines/7 "), "{head}");
    assert!(head.contains("proxy-authorization: basic "), "{head}");
    let direct = console().proxy(url).no_proxy().retry(RetryPolicy::never());
    direct.connect_timeout(secs(1)).build().unwrap().get_scan_engine(7).await.unwrap_err();
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
