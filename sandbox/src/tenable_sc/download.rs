//! Downloads of reports: zips that are made while they are sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;

use super::answer::Refusal;
use super::body::{PathId, Properties};
use super::center::Shared;
use super::document::{Part, Source};
use super::zip::Zip;

/// How many bytes are sent at a time: enough to keep a fast client busy, few enough not to keep
/// the runtime from its other tasks.
const CHUNK: usize = 32 * 1024;

/// `POST scanResult/{id}/download`
pub(super) async fn download(
    State(center): State<Shared>,
    PathId(id): PathId,
    mut body: Properties,
) -> Result<Response, Refusal> {
    let scap = match body.text("downloadType")?.as_deref() {
        None | Some("v2") => false,
        Some("scap1_2") => true,
        Some(other) => {
            return Err(Refusal::invalid(format!("downloadType: '{other}' is not accepted.\n")));
        }
    };
    let size = center.report_size;
    let (record, bare) = center.with(|world| {
        let record = world.shared(id)?;
        if record.has_report() {
            Ok((record, world.orders.bare_downloads))
        } else {
            Err(record.unfit("downloaded"))
        }
    })?;
    let source = if scap {
        let report = record.scap.clone().ok_or_else(|| {
            Refusal::invalid(format!("Scan Result #{id} has no SCAP results to be downloaded.\n"))
        })?;
        Source::of(report)
    } else {
        record.document.open(&record, size).map_err(|error| {
            let message = format!("The report of Scan Result #{id} can't be read: {error}.\n");
            Refusal::malformed(StatusCode::INTERNAL_SERVER_ERROR, message)
        })?
    };
    let zip = (!bare && !source.zipped)
        .then(|| Zip::new(format!("{id}.{}", if scap { "xml" } else { "nessus" }), source.size));
    let mut response = Body::new(Transfer { source, zip }).into_response();
    let headers = response.headers_mut();
    // They say so of a document without an archive, too.
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let kind = if scap { "scap1_2" } else { "nessus" };
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename={id}-{kind}.zip")) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    // It is not. That is what real servers say of the raw zip.
    headers.insert("content-transfer-encoding", HeaderValue::from_static("BASE64;"));
    Ok(response)
}

/// A body that is made as the client takes it: whoever reads slowly costs no memory.
struct Transfer {
    source: Source,
    /// None once it is finished, and where there is none.
    zip: Option<Zip>,
}

impl Transfer {
    fn next(&mut self) -> io::Result<Option<Bytes>> {
        let Some(zip) = &mut self.zip else {
            let next = self.source.next()?;
            return Ok(next.map(|part| match part {
                Part::Bytes(bytes) => bytes,
                Part::Block(block) => Bytes::from_static(block.content()),
            }));
        };
        while zip.ready() < CHUNK {
            match self.source.next()? {
                Some(Part::Bytes(bytes)) => zip.write(&bytes)?,
                Some(Part::Block(block)) => zip.append(block)?,
                None => {
                    let rest = self.zip.take().map(Zip::finish).transpose()?;
                    return Ok(rest.map(Bytes::from));
                }
            }
        }
        Ok(Some(zip.take().into()))
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
        Poll::Ready(next.map(|chunk| chunk.map(Frame::data)))
    }
}
