//! A console with an HTTP client, and what holds of every response.

use reqwest::{Client, Method, RequestBuilder};
use scanops_sandbox::{InsightVm, InsightVmBuilder};
use serde_json::{Value, json};

use crate::assert_has;

pub(crate) const ENGINES: &str = "/api/3/scan_engines";
pub(crate) const POOLS: &str = "/api/3/scan_engine_pools";
pub(crate) const SECRET: &str = "/api/3/scan_engines/shared_secret";

/// A console, and a client for it.
pub(crate) struct Visit {
    pub(crate) console: InsightVm,
    http: Client,
}

impl Visit {
    pub(crate) async fn start() -> Self {
        Self::of(InsightVm::builder()).await
    }

    pub(crate) async fn of(builder: InsightVmBuilder) -> Self {
        Self { console: builder.start().await.unwrap(), http: Client::new() }
    }

    /// A request without credentials.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.console.url());
        self.http.request(method, url)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let (user, password) = (self.console.user(), self.console.password());
        self.anonymous(method, path).basic_auth(user, Some(password))
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        succeed(self.request(Method::GET, path), 200).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value, status: u16) -> Value {
        succeed(self.request(method, path).json(&body), status).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Value {
        succeed(self.request(Method::DELETE, path), 200).await
    }

    /// Expects a rejection with the console's error body.
    pub(crate) async fn rejected(&self, request: RequestBuilder, status: u16) {
        let request = request.build().unwrap();
        let asked = format!("{} {}", request.method(), request.url());
        let url = request.url().to_string();
        let response = self.http.execute(request).await.unwrap();
        assert_eq!(response.status(), status, "{asked}");
        assert_eq!(response.headers()["content-type"], "application/json;charset=UTF-8");
        let error: Value = response.json().await.unwrap();
        assert_has(&error, &json!({"status": status, "links": [{"href": url, "rel": "self"}]}));
        assert!(error["message"].is_string(), "{error}");
    }
}

pub(crate) async fn succeed(request: RequestBuilder, status: u16) -> Value {
    let response = request.send().await.unwrap();
    let url = response.url().clone();
    assert_eq!(response.status(), status, "{url}");
    assert_eq!(response.headers()["content-type"], "application/json;charset=UTF-8");
    response.json().await.unwrap()
}

pub(crate) fn names(list: &Value) -> Vec<&str> {
    let resources = list["resources"].as_array().unwrap();
    resources.iter().map(|one| one["name"].as_str().unwrap()).collect()
}
