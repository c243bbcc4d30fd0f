//! Downloads of reports: zips that are made while they are sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;

use super::answer::Refusal;
use super::body::{PathId, Properties};
use super::center::Shared;
use super::report::Report;
use super::zip::Zip;

/// How many bytes are sent at a time: enough to keep a fast client busy, few enough not to keep
/// the runtime from its other tasks.
const CHUNK: usize = 32 * 1024;

/// `POST scanResult/{id}/download`
///
/// Both download types give the same document: which results have SCAP data is not modelled.
pub(super) async fn download(
    State(center): State<Shared>,
    PathId(id): PathId,
    mut body: Properties,
) -> Result<Response, Refusal> {
    match body.text("downloadType")?.as_deref() {
        None | Some("v2" | "scap1_2") => {}
        Some(other) => {
            return Err(Refusal::invalid(format!("downloadType: '{other}' is not accepted.\n")));
        }
    }
    let size = center.report_size;
    let report = center.with(|world| {
        let result = world.result(id)?;
        if result.has_report() {
            Ok(Report::new(id, &result.name, size))
        } else {
            Err(result.unfit("downloaded"))
        }
    })?;
    let zip = Zip::new(format!("{id}.nessus"), size);
    let mut response = Body::new(Transfer::of(report, zip)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename={id}-nessus.zip")) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    // It is not. That is what real servers say of the raw zip.
    headers.insert("content-transfer-encoding", HeaderValue::from_static("BASE64;"));
    Ok(response)
}

/// A body that is made as the client takes it: whoever reads slowly costs no memory.
struct Transfer {
    report: Report,
    /// None once it is finished.
    zip: Option<Zip>,
    piece: String,
}

impl Transfer {
    fn of(report: Report, zip: Zip) -> Self {
        Self { report, zip: Some(zip), piece: String::new() }
    }

    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(zip) = &mut self.zip else { return Ok(None) };
        while self.report.next(&mut self.piece) {
            zip.write(self.piece.as_bytes())?;
            if zip.ready() >= CHUNK {
                return Ok(Some(zip.take()));
            }
        }
        self.zip.take().map(Zip::finish).transpose()
    }
}

impl hyper::body::Body for Transfer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = self.next().transpose();
        Poll::Ready(next.map(|chunk| chunk.map(|chunk| Frame::data(chunk.into()))))
    }
}
