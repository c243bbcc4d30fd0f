//! Somebody who talks to a Tenable.sc, and what they expect of every answer.

use reqwest::{Client, Method, RequestBuilder, Response};
use scanops_sandbox::TenableSc;
use serde_json::{Value, json};

/// A server, and somebody who talks to it.
pub(crate) struct Visit {
    pub(crate) center: TenableSc,
    http: Client,
}

impl Visit {
    pub(crate) async fn begin() -> Self {
        Self::to(TenableSc::start().await.unwrap())
    }

    pub(crate) fn to(center: TenableSc) -> Self {
        Self { center, http: Client::new() }
    }

    pub(crate) fn stranger(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/rest/{path}", self.center.url()))
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let (access, secret) = (self.center.access_key(), self.center.secret_key());
        let key = format!("accesskey={access}; secretkey={secret}");
        self.stranger(method, path).header("x-apikey", key)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        granted(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        granted(self.request(Method::POST, path).json(&body)).await
    }

    /// Expects a refusal of this call with this code, and returns its message.
    pub(crate) async fn refused(&self, path: &str, body: Value, code: u16) -> String {
        refused(self.request(Method::POST, path).json(&body), code).await
    }

    /// Uploads a file and returns the name that the server gave it.
    pub(crate) async fn upload(&self, name: &str, content: impl Into<reqwest::Body>) -> String {
        let part = reqwest::multipart::Part::stream(content.into()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("Filedata", part);
        let request = self.request(Method::POST, "file/upload").multipart(form);
        let file = granted(request).await;
        let given = file["filename"].as_str().unwrap().to_owned();
        assert_eq!(
            file,
            json!({"filename": given, "originalFilename": name, "content": "", "context": ""})
        );
        given
    }
}

/// Expects a grant, and returns its `response`.
pub(crate) async fn granted(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let url = response.url().clone();
    assert_eq!(response.status(), 200, "{url}");
    assert_eq!(response.headers()["content-type"], "application/json", "{url}");
    let mut answer = envelope(response).await;
    assert_eq!((&answer["error_code"], &answer["error_msg"]), (&json!(0), &json!("")), "{url}");
    answer["response"].take()
}

/// Expects a refusal with this code, and returns its message.
pub(crate) async fn refused(request: RequestBuilder, code: u16) -> String {
    let response = request.send().await.unwrap();
    let url = response.url().clone();
    assert_eq!(response.status(), 403, "{url}");
    assert_eq!(response.headers()["content-type"], "text/html; charset=UTF-8", "{url}");
    let answer = envelope(response).await;
    assert_eq!((&answer["error_code"], &answer["response"]), (&json!(code), &json!("")), "{url}");
    answer["error_msg"].as_str().unwrap().to_owned()
}

/// The envelope, in which nothing is missing.
pub(crate) async fn envelope(response: Response) -> Value {
    let answer: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let names: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["error_code", "error_msg", "response", "timestamp", "type", "warnings"],
        "{answer}"
    );
    assert_eq!((&answer["type"], &answer["warnings"]), (&json!("regular"), &json!([])));
    assert!(answer["timestamp"].is_i64());
    answer
}

/// The ids in a list.
pub(crate) fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|result| result["id"].as_str().unwrap()).collect()
}
