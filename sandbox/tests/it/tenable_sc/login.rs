//! The ways to be let in, and how they end.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use scanops_sandbox::{ManualClock, TenableSc};
use serde_json::{Value, json};

use super::visit::{Visit, envelope, granted, refused};

/// A session, as a client holds it.
struct Session {
    token: String,
    cookie: String,
}

impl Session {
    fn show(&self, request: RequestBuilder) -> RequestBuilder {
        let cookie = format!("theme=dark; {}", self.cookie);
        request.header("X-SecurityCenter", &self.token).header("Cookie", cookie)
    }

    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        assert!(cookie.starts_with("TNS_SESSIONID="));
        let token = &envelope(response).await["response"]["token"];
        Self { token: token.as_u64().unwrap().to_string(), cookie }
    }
}

impl Visit {
    fn credentials(&self) -> Value {
        json!({"username": self.center.user(), "password": self.center.password()})
    }

    async fn log_in(&self) -> Session {
        Session::of(self.stranger(Method::POST, "token").json(&self.credentials())).await
    }

    fn list(&self) -> RequestBuilder {
        self.stranger(Method::GET, "scanResult")
    }
}

#[tokio::test]
async fn api_keys_are_taken_in_both_spellings() {
    let center = TenableSc::builder().keys("the-access", "the-secret").start().await.unwrap();
    let visit = Visit::to(center);
    for key in [
        "accesskey=the-access; secretkey=the-secret",
        "accessKey=the-access; secretKey=the-secret",
        "secretkey=the-secret;accesskey=the-access;",
    ] {
        granted(visit.list().header("x-apikey", key)).await;
    }
    for key in [
        "",
        "accesskey=the-access",
        "accesskey=the-access; secretkey=the-secrets",
        "accesskey=the-secret; secretkey=the-access",
    ] {
        let message = refused(visit.list().header("X-ApiKey", key), 0).await;
        assert_eq!(message, "", "{key:?}");
        refused(visit.stranger(Method::GET, "system").header("x-apikey", key), 0).await;
    }
    assert_eq!(visit.center.logins(), 0);
}

#[tokio::test]
async fn a_session_needs_its_token_and_its_cookie() {
    let visit = Visit::begin().await;
    let session = visit.log_in().await;
    granted(session.show(visit.list())).await;
    let other = visit.log_in().await;
    assert_eq!(visit.center.logins(), 2);
    let mixed = Session { token: session.token.clone(), cookie: other.cookie.clone() };
    for request in [
        visit.list(),
        visit.list().header("X-SecurityCenter", &session.token),
        visit.list().header("Cookie", &session.cookie),
        mixed.show(visit.list()),
    ] {
        let message = refused(request, 12).await;
        assert_eq!(message, "This request contains an invalid token.\n");
    }
    granted(session.show(visit.stranger(Method::DELETE, "token"))).await;
    refused(session.show(visit.list()), 12).await;
    granted(other.show(visit.list())).await;
}

#[tokio::test]
async fn a_wrong_password_opens_nothing() {
    let visit = Visit::begin().await;
    for body in [
        json!({"username": visit.center.user(), "password": "wrong"}),
        json!({"username": "nobody", "password": visit.center.password()}),
    ] {
        refused(visit.stranger(Method::POST, "token").json(&body), 143).await;
    }
    refused(visit.stranger(Method::POST, "token"), 146).await;
    assert_eq!(visit.center.logins(), 0);
}

#[tokio::test]
async fn sessions_expire_on_demand_and_after_an_idle_hour() {
    let clock = ManualClock::new();
    let center = TenableSc::builder().clock(clock.clone()).start().await.unwrap();
    let visit = Visit::to(center);
    let session = visit.log_in().await;
    for _ in 0..3 {
        clock.advance(Duration::from_secs(59 * 60));
        granted(session.show(visit.list())).await;
    }
    clock.advance(Duration::from_secs(60 * 60));
    refused(session.show(visit.list()), 12).await;

    let session = visit.log_in().await;
    visit.center.expire_sessions();
    refused(session.show(visit.list()), 12).await;
    granted(visit.log_in().await.show(visit.list())).await;
}

#[tokio::test]
async fn an_occupied_user_must_release_a_session() {
    let visit = Visit::begin().await;
    let first = visit.log_in().await;
    visit.center.occupy_sessions(true);
    let request = visit.stranger(Method::POST, "token").json(&visit.credentials());
    assert_eq!(granted(request).await, json!({"releaseSession": true}));
    granted(first.show(visit.list())).await;

    let mut credentials = visit.credentials();
    credentials["releaseSession"] = json!(true);
    let second = Session::of(visit.stranger(Method::POST, "token").json(&credentials)).await;
    granted(second.show(visit.list())).await;
    refused(first.show(visit.list()), 12).await;
    assert_eq!(visit.center.logins(), 2);

    visit.center.occupy_sessions(false);
    visit.log_in().await;
}

#[tokio::test]
async fn system_is_open_and_logs_in_who_has_a_certificate() {
    let visit = Visit::begin().await;
    let system = granted(visit.stranger(Method::GET, "system")).await;
    assert_eq!((&system["version"], &system["licenseStatus"]), (&json!("6.4.0"), &json!("Valid")));
    assert!(system["uuid"].is_string() && system.get("token").is_none());
    let session = visit.log_in().await;
    let system = granted(session.show(visit.stranger(Method::GET, "system"))).await;
    assert_eq!(system["token"].to_string(), session.token);

    let center = TenableSc::builder().certificate_login().start().await.unwrap();
    let visit = Visit::to(center);
    let session = Session::of(visit.stranger(Method::GET, "system")).await;
    granted(session.show(visit.list())).await;
    granted(session.show(visit.stranger(Method::GET, "system"))).await;
    assert_eq!(visit.center.logins(), 1);
}
