//! Sessions: one login for however many calls wait for it, and one more when the session dies.
#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic")]

mod support;

use futures_util::future::join_all;
use scanops::{
    Error, ErrorKind,
    http::RetryPolicy,
    sandbox::TenableSc,
    tenable_sc::{Client, ClientBuilder, record::ScanStatus},
    transfer::Upload,
};
use support::{Act, Script};

fn builder(center: &TenableSc) -> ClientBuilder {
    Client::builder(center.url()).session(center.user(), center.password())
}

async fn center_and_client() -> (TenableSc, Client) {
    let center = TenableSc::start().await.unwrap();
    let client = builder(&center).build().unwrap();
    (center, client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_calls_log_in_once_and_once_more_when_the_session_dies() {
    let (center, client) = center_and_client().await;
    assert_eq!(center.logins(), 0, "logged in on first use");
    let call = || async { client.scan_results().list().all_time().await };
    for result in join_all((0..200).map(|_| call())).await {
        assert!(!result.unwrap().usable.is_empty());
    }
    assert_eq!(center.logins(), 1);
    center.expire_sessions();
    for result in join_all((0..200).map(|_| call())).await {
        result.unwrap();
    }
    assert_eq!(center.logins(), 2);
    client.logout().await.unwrap();
}

#[tokio::test]
async fn a_session_that_dies_does_not_lose_a_download_or_an_upload() {
    let (center, client) = center_and_client().await;
    let list = client.scan_results().list().all_time().await.unwrap().into_inner().into_merged();
    let ended = |status: &ScanStatus| status.has_ended();
    let id = list.iter().find(|l| l.record.status.as_ref().is_some_and(ended)).unwrap();
    center.expire_sessions();
    let mut report = client.scan_results().download(id.record.id).await.unwrap();
    assert!(report.next_part().await.unwrap().unwrap().starts_with(b"PK"));
    center.expire_sessions();
    let file = client.files().upload(Upload::bytes("<x/>")).await.unwrap();
    assert_eq!(center.uploads(), std::slice::from_ref(&file.filename));
    center.expire_sessions();
    // A reader has been read by the time that the server says no.
    let reader = Upload::reader(&b"<x/>"[..]);
    let error = client.files().upload(reader).await.unwrap_err();
    assert!(
        error.is_unauthorized() && error.to_string().contains("can't be read again"),
        "{error}"
    );
    client.files().clear(file.filename).await.unwrap();
    assert_eq!(center.logins(), 4);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_for_all_that_wait() {
    let center = TenableSc::start().await.unwrap();
    let client = Client::builder(center.url()).session(center.user(), "wrong").build().unwrap();
    let results = client.scan_results();
    let calls = (0..50).map(|_| async { results.list().await });
    for result in join_all(calls).await {
        let error = result.unwrap_err();
        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(error.operation(), Some("token::POST"));
        assert!(!format!("{error:?}").contains("wrong\""), "{error:?}");
    }
}

#[tokio::test]
async fn a_failed_login_is_asked_for_once_by_fifty_calls() {
    let no = r#"{"error_code": 143, "error_msg": "Invalid login credentials"}"#;
    let server = Script::start([Act::answer("403 Forbidden", &[], no)]).await;
    let client = Client::builder(server.url())
        .session("user", "password")
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let results = client.scan_results();
    let errors = join_all((0..50).map(|_| async { results.get(1).await.unwrap_err() })).await;
    assert!(errors.iter().all(Error::is_unauthorized));
    assert_eq!(server.requests(), 1);
    results.get(1).await.unwrap_err();
    assert_eq!(server.requests(), 2, "a later call may try again");
}

#[tokio::test]
async fn a_login_of_which_another_must_end_is_sent_again() {
    let (center, client) = center_and_client().await;
    center.occupy_sessions(true);
    client.scan_results().list().await.unwrap();
    assert_eq!(center.logins(), 1);
}

#[tokio::test]
async fn token_and_all_cookies_go_with_each_call() {
    let login = Act::answer(
        "200 OK",
        &[
            ("Set-Cookie", "TNS_SESSIONID=first; path=/; HttpOnly"),
            ("Set-Cookie", "LB=node-2; path=/"),
        ],
        r#"{"type":"regular","response":{"token":4711},"error_code":0,"error_msg":""}"#,
    );
    let record = Act::json(r#"{"response":{"id":"5"},"error_code":0,"error_msg":""}"#);
    let server = Script::start([login, record]).await;
    let client = Client::builder(server.url()).session("user", "password").build().unwrap();
    client.scan_results().get(5).await.unwrap();
    let requests = server.requests_in_full();
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
async fn a_login_that_gives_no_token_is_refused_without_showing_the_answer() {
    for response in ["\"\"", "{}", r#"{"token":""}"#, r#"{"token":["secret-1"]}"#, "[1]"] {
        let body = format!(r#"{{"response":{response},"error_code":0,"error_msg":""}}"#);
        let server = Script::start([Act::json(&body)]).await;
        let client = Client::builder(server.url()).session("user", "password").build().unwrap();
        let error = client.scan_results().get(5).await.unwrap_err();
        assert!(error.is_unauthorized(), "{response}: {error}");
        assert!(error.excerpt().is_none() && !format!("{error:?}").contains("secret-1"));
    }
}

#[tokio::test]
async fn a_login_whose_answer_can_t_be_read_does_not_show_its_token() {
    for body in [
        r#"{"response":{"token":"secret-1""#,
        r#"{"response":{"token":"secret-1","load":1e999},"error_code":0,"error_msg":""}"#,
        r#"["secret-1"]"#,
    ] {
        let server = Script::start([Act::json(body)]).await;
        let client = Client::builder(server.url()).session("user", "password").build().unwrap();
        let error = client.scan_results().get(5).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?} {:?}", error.excerpt(), error.server_message());
        assert!(!shown.contains("secret-1"), "{body}: {shown}");
    }
}

#[tokio::test]
async fn logout_ends_the_session_and_a_later_call_begins_another() {
    let (center, client) = center_and_client().await;
    client.logout().await.unwrap();
    assert_eq!(center.logins(), 0, "nothing to end");
    client.scan_results().list().await.unwrap();
    client.logout().await.unwrap();
    client.scan_results().list().await.unwrap();
    assert_eq!(center.logins(), 2);
    center.expire_sessions();
    client.logout().await.expect("it was dead already");
}

#[tokio::test]
async fn a_403_alone_does_not_log_in_again() {
    let (center, client) = center_and_client().await;
    let error = client.scan_results().get(4_000_000).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(center.logins(), 1);
}

#[tokio::test]
async fn there_is_exactly_one_way_to_log_in() {
    let url = "https://sc.example.com";
    for (builder, message) in [
        (Client::builder(url), "no way to log in"),
        (Client::builder(url).api_key("a", "b").session("c", "d"), "several ways"),
        (Client::builder(url).api_key("", "b"), "the access key is empty"),
        (Client::builder(url).api_key("a", ""), "the secret key is empty"),
        (Client::builder(url).api_key("a; secretkey=x", "b"), "the access key"),
        (Client::builder(url).api_key("a", "b\r\nX-Evil: c"), "an API key contains a line break"),
        (Client::builder(url).session("", "d"), "the user name is empty"),
        (Client::builder("http://sc.example.com").session("c", "d"), "clear text"),
        (Client::builder("http://sc.example.com").api_key("a", "b"), "clear text"),
        (Client::builder(url).client_certificate("x"), "no `BEGIN CERTIFICATE` block"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(message), "{message}: {error}");
        assert!(!format!("{error:?}").contains("Evil"));
    }
}

#[tokio::test]
async fn a_logout_ends_well_only_where_the_server_says_so() {
    let page = Act::answer("200 OK", &[("Content-Type", "text/html")], "<html>Sign in</html>");
    let no = Act::answer("401 Unauthorized", &[], "");
    let dead =
        Act::answer("403 Forbidden", &[], r#"{"error_code":12,"error_msg":"Invalid token"}"#);
    let login = r#"{"response":{"token":4711},"error_code":0,"error_msg":""}"#;
    let record = r#"{"response":{"id":"5"},"error_code":0,"error_msg":""}"#;
    let acts = [Act::json(login), Act::json(record), page, no, Act::json(""), Act::HangUp];
    let server = Script::start(acts.into_iter().chain([dead])).await;
    let policy = RetryPolicy::new().base_delay(std::time::Duration::from_millis(1));
    let builder = Client::builder(server.url()).session("user", "password");
    let client = builder.retry(policy).build().unwrap();
    client.scan_results().get(5).await.unwrap();
    assert_eq!(client.logout().await.unwrap_err().kind(), ErrorKind::Decode, "a login page");
    assert!(client.logout().await.unwrap_err().is_unauthorized(), "it was not asked by its name");
    assert_eq!(client.logout().await.unwrap_err().kind(), ErrorKind::Decode, "nothing");
    client.logout().await.expect("the first was lost, and by the second it was dead");
    assert_eq!(server.requests(), 7);
    client.logout().await.expect("nothing to end");
    assert_eq!(server.requests(), 7);
}
