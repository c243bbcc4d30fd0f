//! Listing scan results, and reading one.

use std::{
    future::IntoFuture,
    time::{SystemTime, UNIX_EPOCH},
};

use reqwest::Method;

use super::ScanResults;
use crate::{
    Error, Response, Result,
    open_enum::open_enum,
    tenable_sc::{
        call::{BoxFuture, Call, Prepared},
        envelope::Envelope,
        record::{Field, ScanResult, ScanResultList},
    },
};

/// The vendor's name of the list.
const NAME: &str = "scanResult::GET";

open_enum! {
    /// What a [`List`] leaves in, as the vendor documents it.
    pub enum Filter {
        /// The scan results that the user may use.
        Usable = "usable",
        /// The scan results that the user may manage.
        Manageable = "manageable",
        /// What [`List::optimize`] asks for, as newer documents name it.
        OptimizeCompletedScans = "optimizeCompletedScans",
        /// Scans that run.
        Running = "running",
        /// Scans that have ended.
        Completed = "completed",
    }
}

impl ScanResults {
    /// Lists scan results: those that the user may use, and those that the user may manage.
    ///
    /// `GET /rest/scanResult`
    ///
    /// **By the server's default the list holds nothing that was created more than 30 days ago**,
    /// and says so nowhere: ask for [`all_time`](List::all_time), or for a
    /// [time of your own](List::created_after). It is not paged.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// use scanops::tenable_sc::record::Field;
    ///
    /// let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    /// let results = sc.scan_results();
    /// let list = results.list().fields([Field::Name, Field::Status]).created_after(yesterday).await?;
    /// for record in list.usable() {
    ///     println!("{} {:?} {:?}", record.id(), record.name(), record.status());
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "scan_instances")]
    pub fn list(&self) -> List {
        List {
            results: self.clone(),
            fields: Vec::new(),
            after: None,
            before: None,
            optimize: true,
            filter: Vec::new(),
        }
    }

    /// Reads one scan result.
    ///
    /// `GET /rest/scanResult/{id}`
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is none with this id, or it is not for
    /// this user.
    #[doc(alias = "details")]
    pub fn get(&self, id: u64) -> Get {
        Get { results: self.clone(), id, fields: Vec::new() }
    }
}

/// Lists scan results: see [`ScanResults::list`].
#[derive(Clone, Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct List {
    results: ScanResults,
    fields: Vec<Field>,
    after: Option<SystemTime>,
    before: Option<SystemTime>,
    optimize: bool,
    filter: Vec<Filter>,
}

impl List {
    /// Which fields the records have. Default: the server's, which are id, name, description and
    /// status.
    pub fn fields<F: Into<Field>>(mut self, fields: impl IntoIterator<Item = F>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// What was created then or later, to the second. Default: the server's, which is 30 days ago.
    #[doc(alias = "start_time")]
    #[doc(alias = "startTime")]
    pub fn created_after(mut self, time: SystemTime) -> Self {
        self.after = Some(time);
        self
    }

    /// What was created then or earlier, to the second. Default: the server's, which is now.
    #[doc(alias = "end_time")]
    #[doc(alias = "endTime")]
    pub fn created_before(mut self, time: SystemTime) -> Self {
        self.before = Some(time);
        self
    }

    /// From the first scan result on.
    pub fn all_time(self) -> Self {
        self.created_after(UNIX_EPOCH)
    }

    /// Lets the server take a shorter way for scans that have ended. Default true, as with the
    /// reference.
    #[doc(alias = "optimizeCompletedScanResults")]
    pub fn optimize(mut self, optimize: bool) -> Self {
        self.optimize = optimize;
        self
    }

    /// Which scan results are listed. Default: all.
    pub fn filter(mut self, filter: impl IntoIterator<Item = Filter>) -> Self {
        self.filter = filter.into_iter().collect();
        self
    }

    /// Sends it, and returns the list with the warnings that came with it.
    pub async fn send(self) -> Result<Response<ScanResultList>> {
        let client = self.results.client.clone();
        let prepared = self.prepare().map_err(|error| error.with_operation(NAME));
        Call::new(client, prepared, Envelope::open).send().await
    }

    fn prepare(&self) -> Result<Prepared> {
        if let (Some(after), Some(before)) = (self.after, self.before)
            && after > before
        {
            return Err(Error::invalid_request(
                "the list is to begin after its end: `created_after` is later than \
                 `created_before`",
            ));
        }
        let mut prepared = Prepared::new(NAME, Method::GET, "scanResult")
            .query("optimizeCompletedScanResults", self.optimize.to_string());
        if let Some(fields) = join("field", &self.fields, Field::as_str)? {
            prepared = prepared.query("fields", fields);
        }
        for (name, time) in [("startTime", self.after), ("endTime", self.before)] {
            if let Some(time) = time {
                prepared = prepared.query(name, seconds(time)?.to_string());
            }
        }
        if let Some(filter) = join("filter", &self.filter, Filter::as_str)? {
            prepared = prepared.query("filter", filter);
        }
        Ok(prepared)
    }
}

impl IntoFuture for List {
    type Output = Result<ScanResultList>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Ok(self.send().await?.into_inner()) })
    }
}

/// Reads one scan result: see [`ScanResults::get`].
#[derive(Clone, Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Get {
    results: ScanResults,
    id: u64,
    fields: Vec<Field>,
}

impl Get {
    /// Which fields the record has. Default: the server's, which are all but a few.
    pub fn fields<F: Into<Field>>(mut self, fields: impl IntoIterator<Item = F>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// Sends it, and returns the record with the warnings that came with it.
    pub async fn send(self) -> Result<Response<ScanResult>> {
        let name = "scanResult::id::GET";
        let prepared = ScanResults::prepare(name, Method::GET, self.id, "").and_then(|prepared| {
            let fields = join("field", &self.fields, Field::as_str)
                .map_err(|error| error.with_operation(name))?;
            Ok(match fields {
                Some(fields) => prepared.query("fields", fields),
                None => prepared,
            })
        });
        let client = self.results.client;
        Call::new(client, prepared, Envelope::open).send().await
    }
}

impl IntoFuture for Get {
    type Output = Result<ScanResult>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Ok(self.send().await?.into_inner()) })
    }
}

/// Names as the server takes them: in one parameter, with commas between.
fn join<T>(what: &str, names: &[T], text: impl Fn(&T) -> &str) -> Result<Option<String>> {
    for name in names.iter().map(&text) {
        if name.is_empty() || name.contains(|c: char| c == ',' || c.is_whitespace()) {
            return Err(Error::invalid_request(format!("{name:?} is not the name of a {what}")));
        }
    }
    let joined = names.iter().map(text).collect::<Vec<_>>().join(",");
    Ok(Some(joined).filter(|joined| !joined.is_empty()))
}

fn seconds(time: SystemTime) -> Result<u64> {
    time.duration_since(UNIX_EPOCH).map(|since| since.as_secs()).map_err(|_| {
        Error::invalid_request("a time before 1970: `all_time` lists from the first on")
    })
}
