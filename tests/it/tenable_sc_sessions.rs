//! Sessions of Tenable.sc: logins, renewals, logouts.

use std::sync::Arc;

use crate::support::{
    Always, FakeClock, Reply, ScriptedServer, assert_error, ends, envelope, error_envelope,
    full_text, ms, new_runtime, secs, wait_until, without_roots,
};
use futures_util::future::{FutureExt as _, join_all};
use scanops::{
    Clock as _, Error, ErrorKind, RetryPolicy,
    reqwest::Method,
    tenable_sc::{Client, ClientBuilder},
};
use scanops_sandbox::TenableSc;
use tokio::{sync::Semaphore, time::timeout};

/// A sandbox, and a client that logs in to it with a password.
async fn sandbox_and_client() -> (TenableSc, Client) {
    let sandbox = TenableSc::start().await.unwrap();
    let builder = Client::builder(sandbox.url()).reqwest_builder(without_roots);
    let client = builder.password(sandbox.user(), sandbox.password()).build().unwrap();
    (sandbox, client)
}

fn wrong_password() -> Reply {
    let body = error_envelope(143, "Invalid login credentials");
    Reply::http("403 Forbidden", &[], body)
}

fn dead_session() -> Reply {
    Reply::sc_error(12, "invalid token")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_calls_log_in_once_and_once_more_when_the_session_dies() {
    let (sandbox, client) = sandbox_and_client().await;
    assert_eq!(sandbox.logins(), 0, "logged in on first use");
    let call = || async { client.scan_results().list().all_time().await };
    for result in join_all((0..200).map(|_| call())).await {
        assert!(!result.unwrap().usable.is_empty());
    }
    assert_eq!(sandbox.logins(), 1);
    sandbox.expire_sessions();
    for result in join_all((0..200).map(|_| call())).await {
        result.unwrap();
    }
    assert_eq!(sandbox.logins(), 2);
    client.logout().await.unwrap();
}

#[tokio::test]
async fn rejected_credentials_are_sent_once_by_550_calls() {
    let (server, clock) = (ScriptedServer::of(wrong_password()).await, FakeClock::new());
    let client = server.session_builder().clock(clock.clone()).build().unwrap();
    let results = client.scan_results();
    let errors = join_all((0..50).map(|_| async { results.get(1).await.unwrap_err() })).await;
    assert!(errors.iter().all(Error::is_unauthorized));
    assert_eq!(server.requests(), 1);
    for id in 1..=500 {
        let error = results.get(id).await.unwrap_err();
        assert!(error.is_unauthorized() && !error.is_connect(), "{error}");
    }
    assert_eq!(server.requests(), 1, "servers lock an account after a few attempts");
    assert!(client.login().await.unwrap_err().is_unauthorized());
    assert_eq!(server.requests(), 2, "the caller asks for it");
    clock.sleep(secs(300)).await;
    results.get(1).await.unwrap_err();
    assert_eq!(server.requests(), 3, "five minutes have passed");
}

#[tokio::test]
async fn a_login_that_must_release_an_older_session_is_sent_again() {
    let (sandbox, client) = sandbox_and_client().await;
    sandbox.configure(|settings| settings.occupy_sessions = true);
    client.scan_results().list().await.unwrap();
    assert_eq!(sandbox.logins(), 1);
}

#[tokio::test]
async fn token_and_all_cookies_go_with_each_call() {
    let login = Reply::http(
        "200 OK",
        &[
            ("Set-Cookie", "TNS_SESSIONID=first; path=/; HttpOnly"),
            ("Set-Cookie", "LB=node-2; path=/"),
        ],
        envelope(r#"{"token":4711}"#),
    );
    let server = ScriptedServer::start([login, Reply::record()]).await;
    let client = server.session();
    client.scan_results().get(5).await.unwrap();
    let requests = server.full_requests();
    assert!(requests[0].0.starts_with("POST /rest/token "));
    assert_eq!(requests[0].1, r#"{"password":"password","username":"user"}"#);
    let head = server.heads()[1].clone();
    assert!(head.contains("x-securitycenter: 4711"), "{head}");
    assert!(head.contains("cookie: tns_sessionid=first; lb=node-2"), "{head}");
    let shown = format!("{client:?}");
    for secret in ["4711", "first", "password\""] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn a_login_response_without_a_token_is_an_error_that_does_not_show_it() {
    for response in ["\"\"", "{}", r#"{"token":""}"#, r#"{"token":["secret-1"]}"#, "[1]"] {
        let client = ScriptedServer::of(Reply::sc(response)).await.session();
        let error = client.scan_results().get(5).await.unwrap_err();
        assert!(error.is_unauthorized(), "{response}: {error}");
        assert!(error.excerpt().is_none() && !full_text(&error).contains("secret-1"));
    }
}

#[tokio::test]
async fn logout_ends_the_session_and_a_later_call_begins_another() {
    let (sandbox, client) = sandbox_and_client().await;
    client.logout().await.unwrap();
    assert_eq!(sandbox.logins(), 0, "there is no session");
    client.scan_results().list().await.unwrap();
    client.logout().await.unwrap();
    client.scan_results().list().await.unwrap();
    assert_eq!(sandbox.logins(), 2);
    sandbox.expire_sessions();
    client.logout().await.expect("it had expired");
}

#[tokio::test]
async fn there_is_exactly_one_way_to_log_in() {
    let url = "https://sc.example.com";
    for (builder, message) in [
        (Client::builder(url), "no login is given"),
        (Client::builder(url).api_key("a", "b").password("c", "d"), "several logins"),
        (Client::builder(url).api_key("", "b"), "the access key is empty"),
        (Client::builder(url).api_key("a", ""), "the secret key is empty"),
        (Client::builder(url).api_key("a; secretkey=x", "b"), "the access key"),
        (Client::builder(url).api_key("a", "b\r\nX-Evil: c"), "an API key contains a line break"),
        (Client::builder(url).password("", "d"), "the user name is empty"),
        (Client::builder("http://sc.example.com").password("c", "d"), "clear text"),
        (Client::builder("http://sc.example.com").api_key("a", "b"), "clear text"),
        #[cfg(feature = "rustls")]
        (Client::builder(url).client_certificate("x"), "no `BEGIN CERTIFICATE` block"),
    ] {
        let error = builder.build().unwrap_err();
        assert_error(&error, ErrorKind::Config, message);
        assert!(!format!("{error:?}").contains("Evil"));
    }
}

#[tokio::test]
async fn a_logout_succeeds_only_if_the_server_confirms_it() {
    let page = Reply::http("200 OK", &[("Content-Type", "text/html")], "<html>Sign in</html>");
    let no = Reply::status("401 Unauthorized");
    let dead = Reply::http("403 Forbidden", &[], error_envelope(12, "Invalid token"));
    let replies = [Reply::login(), Reply::record(), page, no, Reply::json(""), Reply::Close, dead];
    let server = ScriptedServer::start(replies).await;
    let client = server.session_builder().clock(FakeClock::new()).build().unwrap();
    client.scan_results().get(5).await.unwrap();
    assert_eq!(client.logout().await.unwrap_err().kind(), ErrorKind::Decode, "a login page");
    assert!(
        client.logout().await.unwrap_err().is_unauthorized(),
        "a 401 without an error of Tenable.sc"
    );
    assert_eq!(client.logout().await.unwrap_err().kind(), ErrorKind::Decode, "an empty response");
    client.logout().await.expect("the first response was lost, and then the session had ended");
    assert_eq!(server.requests(), 7);
    client.logout().await.expect("there is no session");
    assert_eq!(server.requests(), 7);
}

#[tokio::test]
async fn no_error_of_a_login_shows_any_part_of_its_response() {
    let body =
        r#"{"response":{"token":"secret-1"},"error_code":143,"error_msg":"secret-2 is wrong"}"#;
    let cookie = ("Set-Cookie", "TNS_SESSIONID=secret-3");
    let elsewhere = ("Location", "https://elsewhere.example/secret-4?token=secret-5");
    for reply in [
        Reply::http("403 Forbidden", &[cookie], body),
        Reply::http("401 Unauthorized", &[cookie], body),
        Reply::http("302 Found", &[cookie, elsewhere], body),
        Reply::http("302 Found", &[cookie, ("Location", "http://[secret-4")], body),
        Reply::http("400 Bad Request", &[cookie], body),
        Reply::http("500 Error", &[cookie], body),
        Reply::http("200 OK", &[cookie], body),
        Reply::http("200 OK", &[cookie], "<html><title>secret-1</title>"),
        Reply::http("200 OK", &[cookie], r#"{"response":"secret-1","error_code":0}"#),
        Reply::http(
            "200 OK",
            &[cookie],
            r#"{"response":{"token":"secret-1"},"error_code":"secret-2"}"#,
        ),
        Reply::http("200 OK", &[cookie], "{\"response\":{\"token\":\"secret-1\u{1}\"}}"),
        Reply::http("200 OK", &[cookie], r#"{"response":{"token":"secret-1""#),
        Reply::http("200 OK", &[cookie], r#"{"response":{"token":"secret-1","load":1e999}}"#),
        Reply::http("200 OK", &[cookie], r#"["secret-1"]"#),
        Reply::http("200 OK", &[("Content-Encoding", "gzip")], b"\x1f\x8bsecret-1"),
    ] {
        let server = ScriptedServer::of(reply.clone()).await;
        let builder = Client::builder(server.url()).password("secret-user", "secret-password");
        let error = builder.build().unwrap().scan_results().get(5).await.unwrap_err();
        assert_eq!(error.operation(), Some("token::POST"));
        let shown = full_text(&error);
        assert!(!shown.contains("secret"), "{reply:?}: {shown}");
    }
}

/// A server that responds to a call only after its session was ended.
#[tokio::test]
async fn a_logout_that_races_a_call_leaves_no_session_behind() {
    let ended = Arc::new(Semaphore::new(0));
    let server = ScriptedServer::responding(move |_, head| {
        if head.starts_with("POST /rest/token") {
            Reply::login()
        } else if head.starts_with("DELETE /rest/token") {
            ended.add_permits(1);
            Reply::sc("\"\"")
        } else {
            dead_session().after(&ended)
        }
    })
    .await;
    let client = server.session();
    let call = tokio::spawn(client.scan_results().get(5).into_future());
    wait_until("the call is not sent", || server.requests() == 2).await;
    client.logout().await.unwrap();
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_unauthorized() && error.to_string().contains("logged out"), "{error}");
    let heads = server.heads();
    let count = |start: &str| heads.iter().filter(|head| head.starts_with(start)).count();
    assert_eq!((count("post /rest/token"), count("delete /rest/token")), (1, 1), "{heads:?}");
}

#[tokio::test]
async fn a_deadline_bounds_a_login_and_all_that_follows_it_together() {
    let server = ScriptedServer::of(Reply::silence()).await;
    let builder = server.session_builder().deadline(ms(200));
    let client = builder.build().unwrap();
    // The deadline ends it, not the attempt timeout.
    let error = ends(client.scan_results().delete(5)).await.unwrap_err();
    assert_eq!(error.operation(), Some("scanResult::id::DELETE"));
    assert!(error.is_timeout() && !error.may_have_taken_effect(), "{error}");
    // The time that the login takes counts for the call.
    let busy = Reply::http("503 Busy", &[("Retry-After", "7")], "");
    let server = ScriptedServer::start([busy.clone(), Reply::login(), busy]).await;
    let clock = FakeClock::new();
    let builder = server.session_builder().clock(clock.clone()).random(Always(0.0));
    let client = builder.deadline(secs(10)).build().unwrap();
    let error = client.scan_results().get(5).await.unwrap_err();
    assert!(error.to_string().contains("after the deadline"), "{error}");
    assert_eq!((server.requests(), clock.waits()), (3, vec![secs(7)]));
}

#[tokio::test]
async fn the_attempts_of_a_login_and_of_its_call_do_not_multiply() {
    let server =
        ScriptedServer::start([Reply::busy(), Reply::busy(), Reply::login(), Reply::busy()]).await;
    let client = server.session_builder().clock(FakeClock::new()).build().unwrap();
    let error = client.scan_results().get(5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    // Four attempts are three retries: two for the login, and one for the call.
    assert_eq!((server.requests(), error.attempts()), (5, 2));
}

#[tokio::test]
async fn a_call_that_renews_its_session_has_its_own_retries() {
    // Two retries before the session has expired, and one after it: three in all.
    let replies = [
        Reply::login(),
        Reply::record(),
        Reply::busy(),
        Reply::busy(),
        dead_session(),
        Reply::login(),
        Reply::busy(),
        Reply::busy(),
    ];
    let server = ScriptedServer::start(replies).await;
    let client = server.session_builder().clock(FakeClock::new()).build().unwrap();
    client.scan_results().get(5).await.unwrap();
    let error = client.scan_results().get(5).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Unavailable, 8));
    assert_eq!(error.attempts(), 5);
}

#[tokio::test]
async fn a_failed_logout_does_not_keep_later_sessions_alive() {
    let login = |token: u32| Reply::sc(format!(r#"{{"token":{token}}}"#));
    let (no, ok) = (Reply::status("500 Error"), Reply::sc("\"\""));
    let replies =
        [login(1), Reply::record(), no.clone(), login(2), Reply::record(), no, ok.clone(), ok];
    let server = ScriptedServer::start(replies).await;
    let client = server.session();
    client.scan_results().get(5).await.unwrap();
    client.logout().await.unwrap_err();
    client.scan_results().get(5).await.unwrap();
    client.logout().await.unwrap_err();
    client.logout().await.unwrap();
    client.logout().await.unwrap();
    let heads = server.heads();
    let ended = heads.iter().filter(|head| head.starts_with("delete "));
    // The logout of the first session fails twice and then succeeds; the second one's succeeds.
    let second = ended.map(|head| head.contains("x-securitycenter: 2"));
    assert!(second.eq([false, false, true, false]), "{heads:?}");
}

#[tokio::test]
async fn no_error_shows_the_token_in_the_system_response() {
    for body in [
        &b"{\"response\":{\"token\":\"secret-1\",\"licence\":\"\xfc\"},\"error_code\":0}"[..],
        b"{\"response\":{\"token\":\"secret-1\"",
        b"{\"response\":\"secret-1\",\"error_code\":0}",
    ] {
        let client = ScriptedServer::of(Reply::ok(body)).await.sc();
        let error = client.system().await.unwrap_err();
        assert!(!full_text(&error).contains("secret-1"), "{error:?}");
        // The generic call accepts the last of them.
        if let Err(error) = client.request(Method::GET, "system").await {
            assert!(!full_text(&error).contains("secret-1"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_call_whose_login_failed_was_not_carried_out() {
    let once = RetryPolicy::never;
    for (reply, change) in [
        (Reply::Close, (|it| it) as fn(ClientBuilder) -> ClientBuilder),
        (Reply::status("502 Bad Gateway"), |it| it),
        (Reply::silence(), |it| it.attempt_timeout(ms(100))),
        (Reply::silence(), |it| it.deadline(ms(100))),
    ] {
        let server = ScriptedServer::of(reply).await;
        let client = change(server.session_builder().retry(once())).build().unwrap();
        let error = client.scan_results().copy(5, [1]).await.unwrap_err();
        assert!(!error.may_have_taken_effect(), "{error}");
        assert_eq!(error.is_connect(), error.is_timeout(), "{error}");
        assert_eq!(server.requests(), 1, "the login");
    }
}

#[test]
fn outside_a_runtime_each_call_is_an_error() {
    let client = Client::builder("http://127.0.0.1:1").password("u", "p").build().unwrap();
    let errors = [
        client.login().now_or_never().unwrap().unwrap_err(),
        client.logout().now_or_never().unwrap().unwrap_err(),
        client.scan_results().get(1).now_or_never().unwrap().unwrap_err(),
    ];
    for error in errors {
        assert_error(&error, ErrorKind::Config, "calls need a tokio runtime");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_on_a_runtime_that_is_idle_blocks_no_call_on_another() {
    let permits = Arc::new(Semaphore::new(0));
    let first_waits = Arc::clone(&permits);
    let server = ScriptedServer::responding(move |index, _| match index {
        0 => Reply::login().after(&first_waits),
        _ => Reply::login(),
    })
    .await;
    let client = server.session_builder().build().unwrap();
    tokio::task::block_in_place(|| {
        let (idle, busy) = (new_runtime(), new_runtime());
        let login = idle.block_on(async { timeout(ms(300), client.login()).await });
        assert!(login.is_err(), "it was to be dropped");
        permits.add_permits(1);
        busy.block_on(ends(client.login())).unwrap();
        // The first ends when its runtime goes on: its session is ended, too.
        idle.block_on(async { tokio::time::sleep(ms(300)).await });
        busy.block_on(ends(client.logout())).unwrap();
    });
    let requests = server.full_requests();
    let ended = requests.iter().filter(|(head, _)| head.starts_with("DELETE ")).count();
    assert_eq!((requests.len(), ended), (4, 2));
}
