//! Credentials go to the origin of the base URL, over TLS or loopback, and nowhere else.

use crate::support::{
    PASSWORD, Reply, ScriptedServer, USER, assert_error, console_builder, download_error, envelope,
    full_text, in_child_process, is_child_process,
};
use scanops::{ErrorKind, RetryPolicy, insightvm::Client, tenable_sc, transfer::Upload};

fn redirect(status: &str, to: &str) -> Reply {
    Reply::http(status, &[("Location", to)], "")
}

/// The error of a call with this kind of credentials, and the headers that carry them.
async fn call_with(
    login: &str,
    server: &ScriptedServer,
) -> (scanops::Error, &'static [&'static str]) {
    let (client, secrets): (_, &[_]) = match login {
        "basic and token" => {
            let console = server.console_builder().two_factor_token("123456").build().unwrap();
            return (console.get_scan_engines().await.unwrap_err(), &["authorization", "token"]);
        }
        "keys" => (server.sc(), &["x-apikey"]),
        _ => (server.session(), &["x-securitycenter", "cookie"]),
    };
    (client.scan_results().list().await.unwrap_err(), secrets)
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    let token = envelope(r#"{"token":4711}"#);
    let login = Reply::http("200 OK", &[("Set-Cookie", "TNS_SESSIONID=abc")], token);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        for way in ["basic and token", "keys", "session"] {
            let elsewhere = ScriptedServer::of(Reply::json("{}")).await;
            let target = format!("{}/api/3/scan_engines?session=abc", elsewhere.url());
            let mut replies = vec![redirect(status, &target)];
            if way == "session" {
                replies.insert(0, login.clone());
            }
            let server = ScriptedServer::start(replies).await;
            let (error, secrets) = call_with(way, &server).await;
            assert_eq!(error.kind(), ErrorKind::Redirect, "{status}");
            assert!(error.to_string().contains(&elsewhere.url()), "{error}");
            assert!(!error.to_string().contains("abc"), "a query may be a secret: {error}");
            assert_eq!(elsewhere.connections(), 0, "{status}: a connection was opened");
            for secret in secrets {
                let head = server.heads().pop().unwrap();
                assert!(
                    head.contains(&format!("\n{secret}: ")),
                    "{secret} is not sent to its own server"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_custom_header_that_carries_credentials_is_rejected() {
    for name in ["Authorization", "X-ApiKey", "X-SecurityCenter", "Token", "Cookie"] {
        let builder = console_builder("https://console.example.com").header(name, "the-secret");
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains("carries credentials"), "{error}");
        assert!(!format!("{error:?}").contains("the-secret"));
    }
}

/// The HTTP client reads the proxy of the environment only once.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_is_used_except_for_this_machine() {
    const TEST: &str =
        concat!(module_path!(), "::a_proxy_of_the_environment_is_used_except_for_this_machine");
    let server = ScriptedServer::of(Reply::engine()).await;
    let proxy = ScriptedServer::of(Reply::Close).await;
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, proxy.url()));
    let variables = [&proxies[..], &[("SCANOPS_TEST_URL", server.url())]].concat();
    let command = "unset NO_PROXY no_proxy; exec \"$0\" --exact \"$1\"";
    tokio::task::block_in_place(|| {
        in_child_process(TEST, command, &variables, async || {
            let url = std::env::var("SCANOPS_TEST_URL").unwrap();
            let console = console_builder(url).build().unwrap();
            assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
            // A request to another machine goes through the proxy.
            let other = Client::builder("http://console.example.com").anonymous();
            let other = other.retry(RetryPolicy::never()).build().unwrap();
            other.get_scan_engine(7).await.unwrap_err();
        });
    });
    if !is_child_process() {
        assert_eq!((server.requests(), proxy.requests()), (1, 1));
        assert!(proxy.heads()[0].contains("host: console.example.com"));
    }
}

#[tokio::test]
async fn a_redirect_never_changes_the_method() {
    for status in ["301 Moved", "302 Found", "303 See Other"] {
        let server = ScriptedServer::of(redirect(status, "/login")).await;
        let error = server.console().delete_scan_engine(7).await.unwrap_err();
        assert_error(&error, ErrorKind::Redirect, "/login");
        assert_eq!(server.requests(), 1);
    }
    // Within the origin it is followed with credentials and body.
    let replies = [redirect("302 Found", "/elsewhere"), Reply::engine()];
    let server = ScriptedServer::start(replies).await;
    assert_eq!(server.console().get_scan_engine(7).await.unwrap().id, 7);
    let head = server.heads().remove(1);
    assert!(head.starts_with("get /elsewhere ") && head.contains("authorization: basic"), "{head}");
    let replies = [redirect("307 Temporary", "/there"), Reply::json("{}")];
    let server = ScriptedServer::start(replies).await;
    server.console().set_scan_engine_pool_scan_engines(7, &[8]).await.unwrap();
    let (head, body) = server.full_requests().remove(1);
    assert!(head.starts_with("PUT /there ") && body == "[8]", "{head}");
}

#[tokio::test]
async fn a_redirect_that_can_not_be_followed_is_an_error() {
    for (target, requests) in [
        ("https://127.0.0.1/", 1),
        ("//127.0.0.1:1/", 1),
        ("http://user:pw@127.0.0.2/", 1),
        ("ftp://x/", 1),
        ("http://[", 1),
        // A loop.
        ("/again", 6),
    ] {
        let server = ScriptedServer::of(redirect("302 Found", target)).await;
        let error = server.console().get_scan_engines().await.unwrap_err();
        assert_eq!((error.kind(), server.requests()), (ErrorKind::Redirect, requests), "{target}");
        assert!(!format!("{error} {error:?}").contains("pw"), "{error}");
    }
    let server = ScriptedServer::of(Reply::status("302 Found")).await;
    let error = server.console().get_scan_engines().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect, "without a target");
}

#[tokio::test]
async fn plain_http_to_another_machine_is_rejected_before_a_socket_opens() {
    // `build` opens no socket, and its error leaves no client.
    for url in ["http://console.example.com:3780", "http://10.0.0.1", "http://[fe80::1]"] {
        let error = console_builder(url).build().unwrap_err();
        assert_error(&error, ErrorKind::Config, "clear text");
        assert!(error.to_string().contains("danger_allow_plain_http_credentials"), "{error}");
        console_builder(url).danger_allow_plain_http_credentials().build().unwrap();
        Client::builder(url).anonymous().build().expect("there are no credentials to protect");
    }
    for url in ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "https://console"] {
        console_builder(url).build().unwrap();
    }
}

#[tokio::test]
async fn plain_http_to_this_machine_rejects_a_proxy() {
    let proxy = ScriptedServer::of(Reply::json(r#"{"id": 7, "name": "proxied"}"#)).await;
    let error = console_builder("http://127.0.0.1:1").proxy(proxy.url()).build().unwrap_err();
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
    let pages = client.scan_engine_scans(6).pages();
    let shown = format!("{shown} {client:?} {client:#?} {call:?} {pages:?}");
    for secret in ["the-user", "the-password", "the-token", "p-user", "p-password", "dGhlLX"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let parts = [
        "[REDACTED]",
        "console:3780",
        "basic_auth: true",
        "two_factor_token: true",
        "PageStream {",
    ];
    for part in parts {
        assert!(shown.contains(part), "{part} not in {shown}");
    }
}

#[tokio::test]
async fn debug_shows_no_credential_of_tenable_sc() {
    let server = ScriptedServer::of(Reply::ok("<NessusClientData_v2/>")).await;
    let keys = || tenable_sc::Client::builder(server.url()).api_key("the-access", "the-secret");
    let session = tenable_sc::Client::builder(server.url()).password("user", "the-password");
    let mut shown = vec![format!("{:?} {session:?}", keys())];
    shown.push(format!("{:?}", session.build().unwrap()));
    let client = keys().build().unwrap();
    let results = client.scan_results();
    shown.push(format!("{client:?} {results:?} {:?} {:?}", client.files(), client.system()));
    shown.push(format!("{:?} {:?} {:?}", results.list(), results.get(1), results.stop(1)));
    shown.push(format!("{:?} {:?} {:?}", results.pause(1), results.watch(1), results.download(1)));
    shown.push(format!("{:?}", results.watch(1).stream()));
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
    for part in ["Changes", "/rest/scanResult/1/download", "bytes_read: 0"] {
        assert!(shown.contains(part), "{part} not in {shown}");
    }
}

#[tokio::test]
async fn no_error_shows_a_credential_or_a_cookie() {
    let server = ScriptedServer::start([
        Reply::http("401 No", &[("Set-Cookie", "JSESSIONID=cookie-secret")], "who?"),
        Reply::Close,
        Reply::json("nonsense"),
    ])
    .await;
    let console = server.console();
    for _ in 0..3 {
        let error = console.get_scan_engines().await.unwrap_err();
        let shown = full_text(&error);
        for secret in [USER, PASSWORD, "bnhhZG1", "cookie-secret"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

/// An error of the HTTP stack contains the URL of the last request: after a redirect, one that the
/// server made up, which may contain a ticket.
#[tokio::test]
async fn no_error_shows_the_query_of_a_redirect_that_was_followed() {
    let cut = Reply::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec());
    let no_http = Reply::Send(b"what?\r\n\r\n".to_vec());
    for reply in [Reply::Close, cut, no_http] {
        let replies = [redirect("302 Found", "/there?ticket=the-ticket"), reply];
        let server = ScriptedServer::start(replies).await;
        let console = server.console();
        let error = console.get_scan_engines().await.unwrap_err();
        assert_eq!(server.requests(), 2);
        let shown = full_text(&error);
        assert!(shown.contains("source") && !shown.contains("the-ticket"), "{shown}");
    }
    // The same for a connection that is lost during a download.
    let part =
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<NessusClientData_v2><Policy>01234567890";
    let replies = [redirect("307 There", "/there?ticket=the-ticket"), Reply::Send(part.to_vec())];
    let sc = ScriptedServer::start(replies).await.sc();
    let mut report = sc.scan_results().download(1).await.unwrap();
    let error = download_error(&mut report).await;
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    assert!(!format!("{error} {error:?}").contains("the-ticket"), "{error:?}");
}
