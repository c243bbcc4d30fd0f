//! Pausing, resuming and stopping a scan.

use reqwest::Method;
use serde_json::json;

use super::{ScanResults, decode_record};
use crate::{
    Error, Response, Result,
    tenable_sc::{
        Client,
        call::{self, Call, Prepared, Running, call_future},
        names::names,
        record::ScanResult,
    },
};

const STOP: &str = "scanResult::stop::POST";

names! {
    /// What becomes of the results that a scan had gathered when it was stopped: see
    /// [`Stop::results`].
    pub enum PartialResults {
        /// They are discarded.
        Discard = "discard",
        /// They are imported.
        Import = "import",
        /// They are imported, and a rollover scan is made of the targets that are left.
        Rollover = "rollover",
    }
}

impl ScanResults {
    /// Pauses a running scan. Agent scans are not affected.
    ///
    /// `POST /rest/scanResult/{id}/pause`
    ///
    /// Returns the record as the server sends it, or `None` where it sends none, or one that can't
    /// be read (a [warning](Response::warnings) says so). The scan may still be
    /// [`Pausing`](crate::tenable_sc::record::ScanStatus::Pausing) by then.
    ///
    /// The call is repeated when the connection is lost. If the first attempt had been carried
    /// out, the server may reject the second, and the error's text says so.
    pub fn pause(&self, id: u64) -> Call<Option<ScanResult>> {
        self.control(id, "scanResult::pause::POST", "/pause")
    }

    /// Resumes a paused scan. Agent scans are not affected.
    ///
    /// `POST /rest/scanResult/{id}/resume`
    ///
    /// What it returns, and when it is retried, is as for [`pause`](Self::pause).
    pub fn resume(&self, id: u64) -> Call<Option<ScanResult>> {
        self.control(id, "scanResult::resume::POST", "/resume")
    }

    /// Stops a running scan. Agent scans are not affected.
    ///
    /// `POST /rest/scanResult/{id}/stop`
    ///
    /// By default it sends no body, and the server decides what becomes of the results gathered so
    /// far; see [`Stop::results`], also for when the call is not retried. Otherwise, what it returns and
    /// when it is retried is as for [`pause`](Self::pause). The scan may still be
    /// [`Stopping`](crate::tenable_sc::record::ScanStatus::Stopping) by then.
    pub fn stop(&self, id: u64) -> Stop {
        let options = Options { results: self.clone(), id, partial: None };
        Stop { options, running: Running::default() }
    }

    fn control(&self, id: u64, name: &'static str, action: &str) -> Call<Option<ScanResult>> {
        // Each has the same effect when it is carried out twice.
        let prepared = ScanResults::prepare(name, Method::POST, id, action);
        let prepared = prepared.map(Prepared::idempotent);
        Call::new(Client::clone(&self.client), prepared, decode_record)
    }
}

/// Whether a stop has the same effect when it is carried out twice. A rollover scan could be made
/// twice, and what other values do is not known.
fn is_idempotent(partial: Option<&PartialResults>) -> bool {
    matches!(partial, None | Some(PartialResults::Discard | PartialResults::Import))
}

/// Stops a scan: see [`ScanResults::stop`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Stop {
    options: Options,
    running: Running<Response<Option<ScanResult>>>,
}

#[derive(Clone, Debug)]
struct Options {
    results: ScanResults,
    id: u64,
    partial: Option<PartialResults>,
}

impl Stop {
    /// Says what is to become of the results gathered so far. Default: the server decides.
    ///
    /// **Little is known of this.** The vendor's documentation of the call has no body. The
    /// product's web interface sends `{"type":"import"}`; by the only public account (pyTenable's
    /// issue 247) the value chooses between discarding the results, importing them, and importing
    /// them with a rollover scan. `discard` and `rollover` are the vendor's words for a scan's
    /// `timeoutAction`; that a stop takes them is known from that account only. A server may ignore or
    /// reject the value. A stop does not end an import that runs already: no documented call does.
    ///
    /// With [`Rollover`](PartialResults::Rollover), and with a value that is not listed here, the
    /// call is not repeated when the connection is lost: a second one could make another rollover
    /// scan.
    #[doc(alias = "type")]
    pub fn results(mut self, partial: PartialResults) -> Self {
        self.options.partial = Some(partial);
        self
    }
}

call_future!(Stop => Response<Option<ScanResult>>);

impl Options {
    async fn run(self) -> Result<Response<Option<ScanResult>>> {
        if self.partial.as_ref().is_some_and(|partial| partial.as_str().is_empty()) {
            let error = Error::invalid_request("what becomes of the results is an empty text");
            return Err(error.with_operation(STOP));
        }
        let mut prepared = ScanResults::prepare(STOP, Method::POST, self.id, "/stop")?;
        if is_idempotent(self.partial.as_ref()) {
            prepared = prepared.idempotent();
        }
        if let Some(partial) = &self.partial {
            prepared = prepared.json(json!({ "type": partial.as_str() }));
        }
        call::send(&self.results.client, &prepared, decode_record).await
    }
}
