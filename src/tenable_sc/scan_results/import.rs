//! Importing a report, and importing one again.

use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::runtime::Handle;

use super::ScanResults;
use crate::{
    Error, Response, Result,
    tenable_sc::{
        Client,
        call::{self, Call, Prepared, Running, call_future, id_segment},
    },
    transfer::Upload,
};

/// The vendor's name of the import itself.
const IMPORT: &str = "scanResult::import::POST";

impl ScanResults {
    /// Imports a report into a repository: uploads it, in the memory of one part at a time, and
    /// has the server take it.
    ///
    /// `POST /rest/file/upload`, then `POST /rest/scanResult/import`
    ///
    /// When this returns, the server has accepted the import and works on it: the new scan
    /// result's import status says how far it is.
    ///
    /// # Errors
    /// When the server refuses the import, the uploaded file is removed from it
    /// (`POST /rest/file/clear`); the error returned is the refusal, and its text says what became
    /// of the file. Where the import may have begun instead (the connection was lost, a time limit
    /// passed, a gateway answered 502 or 504, or the answer can't be read), the file is left alone,
    /// and the text names it.
    ///
    /// # Cancellation
    /// Dropped before all of the file is sent, it leaves nothing. Dropped later, it has the file
    /// removed in the background, and the import ends or not as the server was quick. Between the
    /// two the server has the whole file and its name for it is not known yet: then the file stays,
    /// as it does when the connection is lost there.
    #[doc(alias = "import_scan")]
    pub fn import(&self, upload: Upload, repository: u64) -> Import {
        let options =
            ImportOptions { results: self.clone(), upload, repository, properties: Map::new() };
        Import { options: Some(options), running: Running::default() }
    }

    /// Imports the report of an existing scan result once more, into its repository.
    ///
    /// `POST /rest/scanResult/{id}/import`
    #[doc(alias = "reimport_scan")]
    #[doc(alias = "re_import")]
    pub fn reimport(&self, id: u64) -> Reimport {
        let options = ReimportOptions { results: self.clone(), id, properties: Map::new() };
        Reimport { options: Some(options), running: Running::default() }
    }
}

/// Writes the setters that both imports have.
macro_rules! import_setters {
    ($import:ident) => {
        impl $import {
            /// After how many days a finding that is not seen any more counts as mitigated.
            /// Default: the server's, which is 0 (at once).
            #[doc(alias = "classifyMitigatedAge")]
            pub fn auto_mitigation(self, days: u32) -> Self {
                self.property("classifyMitigatedAge", days.to_string())
            }

            /// Whether hosts are followed when their addresses change (DHCP). Default: the
            /// server's, which is false.
            #[doc(alias = "dhcpTracking")]
            pub fn host_tracking(self, track: bool) -> Self {
                self.property("dhcpTracking", track.to_string())
            }

            /// Whether several hosts of one address are told apart (virtual hosts). Default: the
            /// server's, which is false.
            #[doc(alias = "scanningVirtualHosts")]
            pub fn vhosts(self, scan: bool) -> Self {
                self.property("scanningVirtualHosts", scan.to_string())
            }

            /// Any other property of a scan definition, by the server's name for it, as
            /// `timeoutAction` or `rolloverType`. The last value given for a name counts.
            pub fn property(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
                if let Some(options) = &mut self.options {
                    options.properties.insert(name.into(), value.into());
                }
                self
            }
        }

        call_future!($import => Response<()>, once);
    };
}
import_setters!(Import);
import_setters!(Reimport);

/// Imports a report: see [`ScanResults::import`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Import {
    options: Option<ImportOptions>,
    running: Running<Response<()>>,
}

#[derive(Debug)]
struct ImportOptions {
    results: ScanResults,
    upload: Upload,
    repository: u64,
    properties: Map<String, Value>,
}

impl ImportOptions {
    async fn run(self) -> Result<Response<()>> {
        let repository = id_segment("repository", self.repository)
            .map_err(|error| error.with_operation(IMPORT))?;
        let mut body = self.properties;
        for set_here in ["filename", "repository"] {
            if body.contains_key(set_here) {
                let what = format!("the property {set_here} is set by the import itself");
                return Err(Error::invalid_request(what).with_operation(IMPORT));
            }
        }
        let client = self.results.client;
        // One operation: upload and import share deadline and retries.
        let mut context = client.transport().context();
        let file = client.files().upload_in(&mut context, self.upload).await?.into_inner().filename;
        body.insert("repository".to_owned(), json!({ "id": repository }));
        body.insert("filename".to_owned(), file.clone().into());
        let prepared = Prepared::new(IMPORT, Method::POST, "scanResult/import").json(body.into());
        let mut uploaded = Uploaded { client: client.clone(), file: Some(file) };
        context.next_request();
        let request = prepared.request(client.transport().base_url())?;
        let response = client.transport().call_in(&mut context, request, prepared.operation).await;
        match response.and_then(|response| call::decode_nothing(&response)) {
            Ok(response) => {
                uploaded.file = None;
                Ok(response)
            }
            Err(error) => Err(uploaded.after(error).await),
        }
    }
}

/// A file that was uploaded and that no import has taken yet. If the import is cancelled here, the
/// file is removed in the background.
struct Uploaded {
    client: Client,
    file: Option<String>,
}

impl Uploaded {
    /// Removes the file after an error, and says so in it.
    async fn after(mut self, error: Error) -> Error {
        let Some(file) = self.file.clone() else { return error };
        // An error of another operation, such as a login, means that the import was not sent.
        if error.operation() == Some(IMPORT) && error.may_have_taken_effect() {
            self.file = None;
            return error.with_note(format!(
                "the import may have begun, so the uploaded file {file:?} was left on the server"
            ));
        }
        let cleared = self.client.files().clear(&file).await;
        self.file = None;
        match cleared {
            Ok(_) => error.with_note("the uploaded file was removed from the server"),
            Err(failed) => error.with_note(format!(
                "the uploaded file {file:?} is still on the server, as removing it failed: {failed}"
            )),
        }
    }
}

impl Drop for Uploaded {
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        // Without a runtime there is nobody left to do it.
        if let Ok(runtime) = Handle::try_current() {
            let clear = self.client.files().clear(file);
            runtime.spawn(clear);
        }
    }
}

/// Imports a report again: see [`ScanResults::reimport`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Reimport {
    options: Option<ReimportOptions>,
    running: Running<Response<()>>,
}

#[derive(Debug)]
struct ReimportOptions {
    results: ScanResults,
    id: u64,
    properties: Map<String, Value>,
}

impl ReimportOptions {
    async fn run(self) -> Result<Response<()>> {
        let name = "scanResult::id::import::POST";
        let prepared = ScanResults::prepare(name, Method::POST, self.id, "/import")
            .map(|prepared| prepared.json(self.properties.into()));
        Call::new(self.results.client, prepared, call::decode_nothing).await
    }
}
