//! Uploaded files, which an import then takes.

use std::future::IntoFuture;

use reqwest::{Method, multipart::Form};
use serde::Deserialize;
use serde_json::json;

use super::{
    Client,
    call::{self, BoxFuture, Call, Prepared},
    session::Session,
};
use crate::{Error, Result, transfer::Upload};

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

    /// Uploads a file, in the memory of one part at a time.
    ///
    /// `POST /rest/file/upload`
    ///
    /// It has no limit in time as long as it moves (see
    /// [`stall_timeout`](super::ClientBuilder::stall_timeout)), and is not repeated when the
    /// connection breaks. When the session turns out to have expired, a file and bytes are sent
    /// once more; a reader or a stream is gone by then, so that the error is returned.
    ///
    /// Dropped before all is sent, it leaves nothing on the server. Dropped after that and before
    /// the answer is there, it leaves a file whose name only the server knows; so does a connection
    /// that is lost there.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where what is to be uploaded can't be read.
    pub fn upload(&self, upload: Upload) -> UploadFile {
        UploadFile { files: self.clone(), upload }
    }

    async fn run(self, upload: Upload) -> Result<UploadedFile> {
        let session = self.client.session().await?;
        let source = upload.source_again();
        let first = self.send(upload, session.as_deref()).await;
        let Some(session) = self.client.renewed(first.as_ref().err(), session).await? else {
            return first;
        };
        match source {
            Some(source) => self.send(source.open().await?, Some(&session)).await,
            None => first.map_err(|error| {
                error.with_note(
                    "there is a new session now, but what was to be uploaded has been read and \
                     can't be read again",
                )
            }),
        }
    }

    async fn send(&self, upload: Upload, session: Option<&Session>) -> Result<UploadedFile> {
        let prepared = Prepared::new("file::upload::POST", Method::POST, "file/upload");
        let transport = self.client.transport();
        let url = prepared.request(transport.base_url())?.url().clone();
        let (part, motion) = upload.into_part();
        let form = Form::new().part("Filedata", part);
        let mut request = transport.http().post(url).multipart(form).build()?;
        if let Some(session) = session {
            session.apply(&mut request)?;
        }
        let answer = transport.upload(request, prepared.operation, motion).await?;
        let file = call::decode::<UploadedFile>(&answer)?;
        if file.filename.is_empty() {
            return Err(answer.refuse(
                crate::ErrorKind::Decode,
                "the server took the file and gave no name for it",
            ));
        }
        Ok(file.into_inner())
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
            let body = json!({ "filename": filename });
            let prepared = Prepared::new(CLEAR, Method::POST, "file/clear");
            Ok(prepared.harmless().json(body))
        };
        Call::new(self.client.clone(), prepared, call::decode_nothing)
    }
}

/// Uploads a file: see [`Files::upload`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct UploadFile {
    files: Files,
    upload: Upload,
}

impl IntoFuture for UploadFile {
    type Output = Result<UploadedFile>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.files.run(self.upload))
    }
}
