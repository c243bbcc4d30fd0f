//! The calls on scan results.

mod control;
mod download;
mod import;
mod list;
mod pull;
mod readiness;
mod watch;
mod windows;

use reqwest::Method;
use serde_json::{Value, json};

pub use self::{
    control::{PartialResults, Stop},
    download::DownloadReport,
    import::{Import, Reimport},
    list::{Filter, Get, List},
    pull::{NoReport, Pull, PullHandle, PullProgress, PullStream, Pulled, PulledScan},
    watch::{Changes, Watch},
};

use super::{
    Client,
    call::{self, Call, Prepared, id_segment},
    envelope::EMAIL,
    record::ScanResult,
};
use crate::{Error, Response, Result, http};

/// The `startTime` that asks for everything. It is not 0, which servers may take for "not given"; no
/// scan result is that old.
const BEGINNING: i64 = 1;

/// The calls on scan results: [`Client::scan_results`](super::Client::scan_results).
///
/// Each returns a call that is sent when it is awaited. A search in this documentation finds the
/// names of pyTenable as well (`export_scan`, `details`, …).
#[derive(Clone, Debug)]
pub struct ScanResults {
    client: Client,
}

impl ScanResults {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// A call on one scan result.
    fn prepare(name: &'static str, method: Method, id: u64, action: &str) -> Result<Prepared> {
        let id = id_segment("scan result", id).map_err(|error| error.with_operation(name))?;
        Ok(Prepared::new(name, method, format!("scanResult/{id}{action}")))
    }

    /// Copies a scan result, to these users, or to the logged-in user where none is given.
    ///
    /// `POST /rest/scanResult/{id}/copy`
    ///
    /// Returns the copy's record where the server sends it; servers were seen to send nothing. A
    /// record that can't be read is `None` and a [warning](Response::warnings): the copy was made.
    /// The call is not repeated once it was sent, as that would make another copy.
    pub fn copy(&self, id: u64, users: impl IntoIterator<Item = u64>) -> Call<Option<ScanResult>> {
        let users: Vec<_> = users.into_iter().map(|id| json!({ "id": id })).collect();
        let body = if users.is_empty() { json!({}) } else { json!({ "users": users }) };
        let prepared = Self::prepare("scanResult::copy::POST", Method::POST, id, "/copy")
            .map(|prepared| prepared.json(body));
        Call::new(self.client.clone(), prepared, decode_record)
    }

    /// Deletes a scan result.
    ///
    /// `DELETE /rest/scanResult/{id}`
    ///
    /// The call is repeated when the connection is lost. If the first attempt had been carried out, the
    /// second fails with [`NotFound`](crate::ErrorKind::NotFound) and
    /// [`attempts`](crate::Error::attempts) of 2.
    pub fn delete(&self, id: u64) -> Call<()> {
        let prepared = Self::prepare("scanResult::id::DELETE", Method::DELETE, id, "");
        Call::new(self.client.clone(), prepared, call::decode_nothing)
    }

    /// Mails the results of a scan to these addresses.
    ///
    /// `POST /rest/scanResult/{id}/email`
    ///
    /// # Errors
    /// [`Rejected`](crate::ErrorKind::Rejected) with the server's text where it could not send
    /// the mail, which servers report with HTTP 200 and code 0. Before anything is sent,
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for no address at all, an empty one,
    /// or one with a comma, a semicolon, white space or a control character.
    pub fn email<A: Into<String>>(
        &self,
        id: u64,
        addresses: impl IntoIterator<Item = A>,
    ) -> Call<()> {
        let name = EMAIL;
        let prepared = Self::prepare(name, Method::POST, id, "/email").and_then(|prepared| {
            let addresses: Vec<_> = addresses.into_iter().map(Into::into).collect();
            let addresses =
                check_addresses(&addresses).map_err(|error| error.with_operation(name))?;
            Ok(prepared.json(json!({ "email": addresses })))
        });
        Call::new(self.client.clone(), prepared, call::decode_nothing)
    }
}

fn check_addresses(addresses: &[String]) -> Result<String> {
    if addresses.is_empty() {
        return Err(Error::invalid_request("a mail needs at least one address"));
    }
    for address in addresses {
        let odd = |c: char| c == ',' || c == ';' || c.is_whitespace() || c.is_control();
        if address.is_empty() || address.contains(odd) {
            return Err(Error::invalid_request(format!("{address:?} is not a mail address")));
        }
    }
    Ok(addresses.join(","))
}

/// A record, or nothing: servers send an empty string where the documents promise a record.
///
/// The call was carried out in any case. An error would have a program repeat it, so a value that
/// can't be read as a record is a warning.
fn decode_record(response: &http::Response) -> Result<Response<Option<ScanResult>>> {
    let response = call::decode::<Value>(response)?;
    let mut unreadable = None;
    let mut response = response.map(|value| match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        Value::Object(fields) => {
            let record = ScanResult::try_from(fields);
            record.map_err(|missing| unreadable = Some(Value::Object(missing.into_fields()))).ok()
        }
        other => {
            unreadable = Some(other);
            None
        }
    });
    if let Some(value) = unreadable {
        let sent: String = value.to_string().chars().take(SHOWN).collect();
        response.warn(format!(
            "the call was carried out, but the server's record could not be read: {sent}"
        ));
    }
    Ok(response)
}

/// How many characters of a record that can't be read a warning shows.
const SHOWN: usize = 300;
