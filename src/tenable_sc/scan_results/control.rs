//! Pausing, resuming and stopping a scan.

use std::future::IntoFuture;

use reqwest::Method;
use serde_json::{Value, json};

use super::{super::call::BoxFuture, ScanResults, open_for_a_record};
use crate::{
    Response, Result,
    tenable_sc::{Client, call::Call, record::ScanResult},
};

impl ScanResults {
    /// Pauses a running scan. Agent scans are not affected.
    ///
    /// `POST /rest/scanResult/{id}/pause`
    ///
    /// Returns the record as the server sends it. The scan may still be
    /// [`Pausing`](crate::tenable_sc::record::ScanStatus::Pausing) by then.
    ///
    /// It is repeated when the connection is lost. If the first attempt had been carried out, the
    /// server may refuse the second, and the error's text says so.
    pub fn pause(&self, id: u64) -> Call<Option<ScanResult>> {
        self.control(id, "scanResult::pause::POST", "/pause", None)
    }

    /// Resumes a paused scan. Agent scans are not affected.
    ///
    /// `POST /rest/scanResult/{id}/resume`
    ///
    /// Returns the record as the server sends it. It is repeated as [`pause`](Self::pause) is.
    pub fn resume(&self, id: u64) -> Call<Option<ScanResult>> {
        self.control(id, "scanResult::resume::POST", "/resume", None)
    }

    /// Stops a running scan. Agent scans are not affected.
    ///
    /// `POST /rest/scanResult/{id}/stop`
    ///
    /// Returns the record as the server sends it. The scan may still be
    /// [`Stopping`](crate::tenable_sc::record::ScanStatus::Stopping) by then. It is repeated as
    /// [`pause`](Self::pause) is.
    pub fn stop(&self, id: u64) -> Stop {
        Stop { results: self.clone(), id, import: false }
    }

    /// These three do nothing more when they are carried out twice.
    fn control(
        &self,
        id: u64,
        name: &'static str,
        action: &str,
        body: Option<Value>,
    ) -> Call<Option<ScanResult>> {
        let prepared = Self::prepare(name, Method::POST, id, action).map(|prepared| match body {
            Some(body) => prepared.idempotent().json(body),
            None => prepared.idempotent(),
        });
        Call::new(Client::clone(&self.client), prepared, open_for_a_record)
    }
}

/// Stops a scan, or its import: see [`ScanResults::stop`].
#[derive(Clone, Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Stop {
    results: ScanResults,
    id: u64,
    import: bool,
}

impl Stop {
    /// Stops the import of the results, and not the scan.
    pub fn import(mut self) -> Self {
        self.import = true;
        self
    }

    /// Sends it, and returns the record with the warnings that came with it.
    pub async fn send(self) -> Result<Response<Option<ScanResult>>> {
        let body = self.import.then(|| json!({ "type": "import" }));
        self.results.control(self.id, "scanResult::stop::POST", "/stop", body).send().await
    }
}

impl IntoFuture for Stop {
    type Output = Result<Option<ScanResult>>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Ok(self.send().await?.into_inner()) })
    }
}
