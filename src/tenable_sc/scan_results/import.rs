//! Importing a report, and importing one again.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::ScanResults;
use crate::{
    Error, Response, Result,
    http::RetryContext,
    tenable_sc::{
        Client,
        call::{self, Call, Prepared, Running, call_future, id_segment},
    },
    transfer::Upload,
};

/// The vendor's name of the import itself.
const IMPORT: &str = "scanResult::import::POST";

impl ScanResults {
    /// Imports a report into a repository: uploads it, of which one chunk at a time is in memory,
    /// and has the server import it.
    ///
    /// `POST /rest/file/upload`, then `POST /rest/scanResult/import`
    ///
    /// When this returns, the server has accepted the import and works on it. The response does not
    /// say which scan result it creates. To find that, list what was created since then and take the one whose
    /// name is that of the report; its import status says how far it is:
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// use scanops::{tenable_sc::record::Field, transfer::Upload};
    ///
    /// let results = sc.scan_results();
    /// // The server's clock, before the import.
    /// let before = sc.system().await?.timestamp().unwrap_or_default();
    /// results.import(Upload::path("agent.nessus").await?, 1).await?;
    /// let list = results.list().fields([Field::Name, Field::ImportStatus]).created_after(before).await?;
    /// for created in &list.manageable {
    ///     println!("{} {:?} {:?}", created.id, created.name, created.import_status);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the server rejects the import, the uploaded file is removed from it
    /// (`POST /rest/file/clear`); the error's message says what became of the file. If the import
    /// [may have begun](Error::may_have_taken_effect) instead, because the response was lost, timed
    /// out, or can't be read, the file is left alone, and the message names it.
    ///
    /// # Cancellation
    /// If it is dropped before everything is sent, nothing is left on the server. If it is dropped
    /// later, the file may stay there, as the import may have begun.
    #[doc(alias = "import_scan")]
    pub fn import(&self, upload: Upload, repository: u64) -> Import {
        let options =
            ImportOptions { results: self.clone(), upload, repository, properties: Map::new() };
        Import { options: Some(options), running: Running::default() }
    }

    /// Imports the report of an existing scan result once more, into its repository.
    ///
    /// `POST /rest/scanResult/{id}/import`
    ///
    /// The server accepts the import before it begins. To wait for its end:
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use scanops::tenable_sc::record::Field;
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// let results = sc.scan_results();
    /// let before = results.get(4).fields([Field::ImportStart, Field::ImportFinish]).await?;
    /// results.reimport(4).await?;
    /// let watch = results.watch(4).import_after(&before).deadline(Duration::from_secs(3600));
    /// let end = watch.until_imported().await?;
    /// println!("{:?} {:?}", end.import_status, end.import_error_details);
    /// # Ok(()) }
    /// ```
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

            /// Whether several hosts with the same address are distinguished (virtual hosts). Default: the
            /// server's, which is false.
            #[doc(alias = "scanningVirtualHosts")]
            pub fn vhosts(self, scan: bool) -> Self {
                self.property("scanningVirtualHosts", scan.to_string())
            }

            /// Any other property of a scan definition, by the server's name for it, as
            /// `timeoutAction` or `rolloverType`. If a name is given twice, the last value is used.
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
        context.next_request();
        let request = prepared.request(client.transport().base_url())?;
        let response = client.transport().call_in(&mut context, request, prepared.operation).await;
        match response.and_then(|response| call::decode_nothing(&response)) {
            Ok(response) => Ok(response),
            Err(error) => Err(clean_up(&client, &mut context, &file, error).await),
        }
    }
}

/// Removes the uploaded file after an error, unless the import may have begun. The error says what
/// became of the file.
async fn clean_up(client: &Client, context: &mut RetryContext, file: &str, error: Error) -> Error {
    if error.may_have_taken_effect() {
        return error.with_note(format!(
            "the import may have begun, so the uploaded file {file:?} was left on the server"
        ));
    }
    match client.files().clear_in(context, file).await {
        Ok(()) => error.with_note("the uploaded file was removed from the server"),
        Err(failed) => error.with_note(format!(
            "the uploaded file {file:?} is still on the server, as removing it failed: {failed}"
        )),
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
