//! The ways to log in, and how sessions end.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use scanops_sandbox::{ManualClock, TenableSc};
use serde_json::{Value, json};

use super::visit::{Visit, envelope, rejected, succeed};
use crate::assert_has;

/// A session, as a client holds it.
struct Session {
    token: String,
    cookie: String,
}

impl Session {
    fn add_to(&self, request: RequestBuilder) -> RequestBuilder {
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
        Session::of(self.anonymous(Method::POST, "token").json(&self.credentials())).await
    }

    fn list(&self) -> RequestBuilder {
        self.anonymous(Method::GET, "scanResult")
    }
}

#[tokio::test]
async fn api_keys_are_taken_in_both_spellings() {
    let visit = Visit::of(TenableSc::builder().keys("the-access", "the-secret")).await;
    for key in [
        "accesskey=the-access; secretkey=the-secret",
        "accessKey=the-access; secretKey=the-secret",
        "secretkey=the-secret;accesskey=the-access;",
    ] {
        succeed(visit.list().header("x-apikey", key)).await;
    }
    for key in [
        "",
        "accesskey=the-access",
        "accesskey=the-access; secretkey=the-secrets",
        "accesskey=the-secret; secretkey=the-access",
    ] {
        let message = rejected(visit.list().header("X-ApiKey", key), 0).await;
        assert_eq!(message, "", "{key:?}");
        rejected(visit.anonymous(Method::GET, "system").header("x-apikey", key), 0).await;
    }
    assert_eq!(visit.center.logins(), 0);
}

#[tokio::test]
async fn a_session_needs_its_token_and_its_cookie() {
    let visit = Visit::start().await;
    let session = visit.log_in().await;
    succeed(session.add_to(visit.list())).await;
    let other = visit.log_in().await;
    assert_eq!(visit.center.logins(), 2);
    let mixed = Session { token: session.token.clone(), cookie: other.cookie.clone() };
    for request in [
        visit.list(),
        visit.list().header("X-SecurityCenter", &session.token),
        visit.list().header("Cookie", &session.cookie),
        mixed.add_to(visit.list()),
    ] {
        let message = rejected(request, 12).await;
        assert_eq!(message, "This request contains an invalid token.\n");
    }
    succeed(session.add_to(visit.anonymous(Method::DELETE, "token"))).await;
    rejected(session.add_to(visit.list()), 12).await;
    succeed(other.add_to(visit.list())).await;
}

#[tokio::test]
async fn a_wrong_password_opens_nothing() {
    let visit = Visit::start().await;
    for body in [
        json!({"username": visit.center.user(), "password": "wrong"}),
        json!({"username": "other", "password": visit.center.password()}),
    ] {
        rejected(visit.anonymous(Method::POST, "token").json(&body), 143).await;
    }
    rejected(visit.anonymous(Method::POST, "token"), 146).await;
    assert_eq!(visit.center.logins(), 0);
}

#[tokio::test]
async fn sessions_expire_on_demand_and_after_an_idle_hour() {
    let clock = ManualClock::new();
    let visit = Visit::of(TenableSc::builder().clock(clock.clone())).await;
    let session = visit.log_in().await;
    for _ in 0..3 {
        clock.advance(Duration::from_secs(59 * 60));
        succeed(session.add_to(visit.list())).await;
    }
    clock.advance(Duration::from_secs(60 * 60));
    rejected(session.add_to(visit.list()), 12).await;

    let session = visit.log_in().await;
    visit.center.expire_sessions();
    rejected(session.add_to(visit.list()), 12).await;
    succeed(visit.log_in().await.add_to(visit.list())).await;
}

#[tokio::test]
async fn an_occupied_user_must_release_a_session() {
    let visit = Visit::start().await;
    let first = visit.log_in().await;
    visit.center.configure(|settings| settings.occupy_sessions = true);
    let request = visit.anonymous(Method::POST, "token").json(&visit.credentials());
    assert_eq!(succeed(request).await, json!({"releaseSession": true}));
    succeed(first.add_to(visit.list())).await;

    let mut credentials = visit.credentials();
    credentials["releaseSession"] = json!(true);
    let second = Session::of(visit.anonymous(Method::POST, "token").json(&credentials)).await;
    succeed(second.add_to(visit.list())).await;
    rejected(first.add_to(visit.list()), 12).await;
    assert_eq!(visit.center.logins(), 2);

    visit.center.configure(|settings| settings.occupy_sessions = false);
    visit.log_in().await;
}

#[tokio::test]
async fn system_needs_no_credentials_and_logs_in_by_certificate() {
    let visit = Visit::start().await;
    let system = succeed(visit.anonymous(Method::GET, "system")).await;
    assert_has(&system, &json!({"version": "6.4.0", "licenseStatus": "Valid"}));
    assert!(system["uuid"].is_string() && system.get("token").is_none());
    let session = visit.log_in().await;
    let system = succeed(session.add_to(visit.anonymous(Method::GET, "system"))).await;
    assert_eq!(system["token"].to_string(), session.token);

    let visit = Visit::of(TenableSc::builder().certificate_login()).await;
    let session = Session::of(visit.anonymous(Method::GET, "system")).await;
    succeed(session.add_to(visit.list())).await;
    succeed(session.add_to(visit.anonymous(Method::GET, "system"))).await;
    assert_eq!(visit.center.logins(), 1);
}
