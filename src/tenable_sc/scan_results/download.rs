//! Downloading the report of a scan.

use reqwest::Method;
use serde_json::json;

use super::ScanResults;
use crate::{
    Result,
    nessus::is_report,
    tenable_sc::{
        call::{Running, call_future},
        record::DownloadFormat,
    },
    transfer::{Download, Open},
};

impl ScanResults {
    /// Downloads the report of a scan: usually a zip archive with one .nessus document in it.
    ///
    /// `POST /rest/scanResult/{id}/download`
    ///
    /// The report streams: it is never held in memory as a whole, and may take any time as long as
    /// it makes progress. The call is retried until the report's first bytes have arrived.
    ///
    /// # Errors
    /// If the server sends JSON or an HTML page instead of a report, whatever the HTTP status is. If it
    /// is an error of the product, the error has its code, message and kind, such as
    /// [`NotFound`](crate::ErrorKind::NotFound); otherwise it is a
    /// [`Decode`](crate::ErrorKind::Decode).
    #[doc(alias = "export_scan")]
    pub fn download(&self, id: u64) -> DownloadReport {
        let options = DownloadOptions { results: self.clone(), id, format: DownloadFormat::V2 };
        DownloadReport { options, running: Running::default() }
    }
}

/// Downloads a report: see [`ScanResults::download`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct DownloadReport {
    options: DownloadOptions,
    running: Running<Download>,
}

#[derive(Clone, Debug)]
struct DownloadOptions {
    results: ScanResults,
    id: u64,
    format: DownloadFormat,
}

impl DownloadReport {
    /// The form of the report. Default [`V2`](DownloadFormat::V2), the .nessus document:
    /// the only form that findings can be read from. The others can be saved.
    #[doc(alias = "export_format")]
    #[doc(alias = "downloadType")]
    pub fn format(mut self, format: DownloadFormat) -> Self {
        self.options.format = format;
        self
    }
}

call_future!(DownloadReport => Download);

impl DownloadOptions {
    async fn run(self) -> Result<Download> {
        let name = "scanResult::download::POST";
        let prepared = ScanResults::prepare(name, Method::POST, self.id, "/download")?
            .idempotent()
            .json(json!({ "downloadType": self.format }));
        let transport = self.results.client.transport().clone();
        let context = transport.context();
        let open: Open = Box::new(move |context| {
            let (transport, prepared) = (transport.clone(), prepared.clone());
            Box::pin(async move {
                let request = prepared.request(transport.base_url())?;
                transport.stream_in(context, request, prepared.operation, is_report).await
            })
        });
        Download::open(context, open).await
    }
}
