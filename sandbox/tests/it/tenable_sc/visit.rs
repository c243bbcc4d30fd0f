//! A Tenable.sc with an HTTP client, and what holds of every response.

use std::io::{Cursor, Read as _};

use reqwest::{Client, Method, RequestBuilder, Response};
use scanops_sandbox::{TenableSc, TenableScBuilder};
use serde_json::{Value, json};

use crate::assert_has;

/// The states of a scan from its start to the end of its import, as `status/importStatus`.
pub(crate) const STATES: [&str; 9] = [
    "Queued/No Results",
    "Preparing/No Results",
    "Resolving Hostnames/No Results",
    "Verifying Targets/No Results",
    "Initializing Scanners/No Results",
    "Running/No Results",
    "Completed/Import Pending",
    "Completed/Importing",
    "Completed/Finished",
];

/// A server, and a client for it.
pub(crate) struct Visit {
    pub(crate) center: TenableSc,
    http: Client,
}

impl Visit {
    pub(crate) async fn start() -> Self {
        Self::of(TenableSc::builder()).await
    }

    pub(crate) async fn of(builder: TenableScBuilder) -> Self {
        Self { center: builder.start().await.unwrap(), http: Client::new() }
    }

    /// A request without credentials.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/rest/{path}", self.center.url()))
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let (access, secret) = (self.center.access_key(), self.center.secret_key());
        let key = format!("accesskey={access}; secretkey={secret}");
        self.anonymous(method, path).header("x-apikey", key)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        succeed(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        succeed(self.request(Method::POST, path).json(&body)).await
    }

    /// Expects this call to be rejected with this code, and returns the message.
    pub(crate) async fn rejected(&self, path: &str, body: Value, code: u16) -> String {
        rejected(self.request(Method::POST, path).json(&body), code).await
    }

    /// Uploads a file and returns the name that the server gave it.
    pub(crate) async fn upload(&self, name: &str, content: impl Into<reqwest::Body>) -> String {
        let part = reqwest::multipart::Part::stream(content.into()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("Filedata", part);
        let request = self.request(Method::POST, "file/upload").multipart(form);
        let file = succeed(request).await;
        let given = file["filename"].as_str().unwrap().to_owned();
        let all =
            json!({"filename": given, "originalFilename": name, "content": "", "context": ""});
        assert_eq!(file, all);
        given
    }

    /// Uploads and imports a file, and returns the record of the new result.
    pub(crate) async fn import(
        &self,
        name: &str,
        content: impl Into<reqwest::Body>,
        id: u64,
    ) -> Value {
        let file = self.upload(name, content).await;
        let body = json!({"repository": {"id": 1}, "filename": file});
        assert_eq!(self.post("scanResult/import", body).await, "");
        self.get(&format!("scanResult/{id}")).await
    }

    pub(crate) async fn download(&self, id: u64) -> Response {
        let request = self.request(Method::POST, &format!("scanResult/{id}/download"));
        request.json(&json!({"downloadType": "v2"})).send().await.unwrap()
    }

    /// A download, which is a zip.
    pub(crate) async fn zipped(&self, id: u64) -> Vec<u8> {
        let response = self.download(id).await;
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap().to_vec()
    }

    /// The report in a download.
    pub(crate) async fn unzipped(&self, id: u64) -> Vec<u8> {
        unzipped(self.zipped(id).await)
    }
}

/// The first entry of a zip.
pub(crate) fn unzipped(archive: Vec<u8>) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut content = Vec::new();
    archive.by_index(0).unwrap().read_to_end(&mut content).unwrap();
    content
}

/// Expects a success, and returns its `response`.
pub(crate) async fn succeed(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let url = response.url().clone();
    assert_eq!(response.status(), 200, "{url}");
    assert_eq!(response.headers()["content-type"], "application/json", "{url}");
    let mut envelope = envelope(response).await;
    assert_has(&envelope, &json!({"error_code": 0, "error_msg": ""}));
    envelope["response"].take()
}

/// Expects a rejection with this code, and returns its message.
pub(crate) async fn rejected(request: RequestBuilder, code: u16) -> String {
    let response = request.send().await.unwrap();
    let url = response.url().clone();
    assert_eq!(response.status(), 403, "{url}");
    assert_eq!(response.headers()["content-type"], "text/html; charset=UTF-8", "{url}");
    let envelope = envelope(response).await;
    assert_has(&envelope, &json!({"error_code": code, "response": ""}));
    envelope["error_msg"].as_str().unwrap().to_owned()
}

/// The envelope, in which nothing is missing.
pub(crate) async fn envelope(response: Response) -> Value {
    let envelope: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let names: Vec<&str> = envelope.as_object().unwrap().keys().map(String::as_str).collect();
    let all = ["error_code", "error_msg", "response", "timestamp", "type", "warnings"];
    assert_eq!(names, all, "{envelope}");
    assert_has(&envelope, &json!({"type": "regular", "warnings": []}));
    assert!(envelope["timestamp"].is_i64());
    envelope
}

/// The ids in a list.
pub(crate) fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|result| result["id"].as_str().unwrap()).collect()
}
