//! Uploaded files, which an import then takes.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    Client,
    call::{self, Call, Prepared, Running, call_future},
    envelope::Envelope,
};
use crate::{
    Error, Response, Result,
    http::RetryContext,
    transfer::{MultipartUpload, Upload},
};

/// The vendor's name of the call that removes a file.
const CLEAR: &str = "file::clear::POST";

/// The calls on uploaded files: [`Client::files`].
#[derive(Clone, Debug)]
pub struct Files {
    client: Client,
}

/// A file on the server, as an upload names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UploadedFile {
    /// The server's name for it: what an import or [`Files::clear`] takes.
    pub filename: String,
    /// The name it was uploaded with.
    #[serde(default)]
    pub original_filename: Option<String>,
}

impl Files {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Uploads a file, of which one chunk at a time is in memory.
    ///
    /// `POST /rest/file/upload`
    ///
    /// It may take any time as long as it makes progress (see
    /// [`stall_timeout`](super::ClientBuilder::stall_timeout)). It is not retried when the
    /// connection is lost. If no connection could be made, or the session turns out to have expired,
    /// files and bytes are sent again. A reader or a stream can't be read again, so the error is
    /// returned.
    ///
    /// If it is dropped before everything is sent, nothing is left on the server. If it is dropped
    /// after that and before the response, it leaves a file whose name only the server knows; so
    /// does a connection that is lost there.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if what is to be uploaded can't be read, or is not as
    /// long as it was declared to be. [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the server
    /// responds before everything was sent.
    pub fn upload(&self, upload: Upload) -> UploadFile {
        let options = UploadOptions { files: self.clone(), upload };
        UploadFile { options: Some(options), running: Running::default() }
    }

    pub(super) async fn upload_in(
        &self,
        context: &mut RetryContext,
        upload: Upload,
    ) -> Result<Response<UploadedFile>> {
        let prepared = Prepared::new("file::upload::POST", Method::POST, "file/upload");
        let operation = prepared.operation;
        let transport = self.client.transport();
        let url = prepared.request(transport.base_url())?.url().clone();
        let mut source = MultipartUpload::new(url, "Filedata", upload)
            .map_err(|error| error.with_operation(operation.name))?;
        let response = transport.upload(context, &mut source, operation).await?;
        let file: Envelope<UploadedFile> = Envelope::open(&response)?;
        if file.response.filename.is_empty() {
            let message = "the server accepted the file and returned no name for it";
            return Err(response.error(crate::ErrorKind::Decode, message));
        }
        Ok(file.into_response(&response))
    }

    /// Removes an uploaded file that no import has taken.
    ///
    /// `POST /rest/file/clear`
    pub fn clear(&self, filename: impl Into<String>) -> Call<()> {
        let filename = filename.into();
        let prepared = if filename.is_empty() {
            Err(Error::invalid_request("the name of the uploaded file is empty")
                .with_operation(CLEAR))
        } else {
            Ok(clear(&filename))
        };
        Call::new(self.client.clone(), prepared, call::decode_nothing)
    }

    /// The same as a part of an operation that has begun. It succeeds if there is no such file.
    pub(super) async fn clear_in(&self, context: &mut RetryContext, filename: &str) -> Result<()> {
        let (prepared, transport) = (clear(filename), self.client.transport());
        context.next_request();
        let request = prepared.request(transport.base_url())?;
        match transport.call_in(context, request, prepared.operation).await {
            Ok(response) => call::decode_nothing(&response).map(drop),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn clear(filename: &str) -> Prepared {
    let body = json!({ "filename": filename });
    Prepared::new(CLEAR, Method::POST, "file/clear").idempotent().json(body)
}

/// Uploads a file: see [`Files::upload`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct UploadFile {
    options: Option<UploadOptions>,
    running: Running<Response<UploadedFile>>,
}

#[derive(Debug)]
struct UploadOptions {
    files: Files,
    upload: Upload,
}

call_future!(UploadFile => Response<UploadedFile>, once);

impl UploadOptions {
    async fn run(self) -> Result<Response<UploadedFile>> {
        let mut context = self.files.client.transport().context();
        self.files.upload_in(&mut context, self.upload).await
    }
}
