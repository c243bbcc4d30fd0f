//! The calls on scan results.

mod control;
mod download;
mod import;
mod list;
mod watch;

use reqwest::Method;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Value, json};

pub use self::{
    control::Stop,
    download::DownloadReport,
    import::{Import, Reimport},
    list::{Filter, Get, List},
    watch::{Changes, Watch},
};

use super::{
    Client,
    call::{Call, Prepared, id_segment},
    envelope::{EMAIL, Envelope},
    record::ScanResult,
};
use crate::{Error, Result, http};

/// The calls on scan results: [`Client::scan_results`](super::Client::scan_results).
///
/// Each returns a call that is sent when it is awaited. The reference's names are found by search
/// as well (`export_scan`, `details`, …).
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

    /// Copies a scan result, to these users, or to the one who asks where none is given.
    ///
    /// `POST /rest/scanResult/{id}/copy`
    ///
    /// Returns the copy's record where the server sends it; servers were seen to send nothing.
    /// It is never repeated by itself, as it would make another copy.
    pub fn copy(&self, id: u64, users: impl IntoIterator<Item = u64>) -> Call<Option<ScanResult>> {
        let users: Vec<_> = users.into_iter().map(|id| json!({ "id": id })).collect();
        let body = if users.is_empty() { json!({}) } else { json!({ "users": users }) };
        let prepared = Self::prepare("scanResult::copy::POST", Method::POST, id, "/copy")
            .map(|prepared| prepared.json(body));
        Call::new(self.client.clone(), prepared, open_for_a_record)
    }

    /// Deletes a scan result.
    ///
    /// `DELETE /rest/scanResult/{id}`
    ///
    /// It is repeated when the connection is lost. If the first attempt had been carried out, the
    /// second fails with [`NotFound`](crate::ErrorKind::NotFound) and
    /// [`attempts`](crate::Error::attempts) of 2.
    pub fn delete(&self, id: u64) -> Call<()> {
        let prepared = Self::prepare("scanResult::id::DELETE", Method::DELETE, id, "");
        Call::new(self.client.clone(), prepared, Envelope::open_unread)
    }

    /// Mails the results of a scan to these addresses.
    ///
    /// `POST /rest/scanResult/{id}/email`
    ///
    /// # Errors
    /// [`Rejected`](crate::ErrorKind::Rejected) with the server's text where it could not send
    /// the mail, which it says in a way that looks like success. Before anything is sent,
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for no address at all, an empty one,
    /// or one with a comma, a space or a line break.
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
        Call::new(self.client.clone(), prepared, Envelope::open_unread)
    }
}

fn check_addresses(addresses: &[String]) -> Result<String> {
    if addresses.is_empty() {
        return Err(Error::invalid_request("a mail needs at least one address"));
    }
    for address in addresses {
        let odd = |c: char| c == ',' || c == ';' || c.is_whitespace() || c.is_control();
        if address.is_empty() || address.contains(odd) {
            return Err(Error::invalid_request(format!("{address:?} is not one mail address")));
        }
    }
    Ok(addresses.join(","))
}

/// A record, or nothing: servers send an empty string where the documents promise a record.
fn open_for_a_record(response: &http::Response) -> Result<Envelope<Option<ScanResult>>> {
    Envelope::<MaybeRecord>::open(response)
        .map(|envelope| envelope.map(|MaybeRecord(record)| record))
}

struct MaybeRecord(Option<ScanResult>);

impl<'de> Deserialize<'de> for MaybeRecord {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let nothing = match Value::deserialize(from)? {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) if !fields.is_empty() => {
                return ScanResult::try_from(fields).map(Some).map(Self).map_err(D::Error::custom);
            }
            other => other.is_object(),
        };
        if nothing { Ok(Self(None)) } else { Err(D::Error::custom("neither a record nor nothing")) }
    }
}
