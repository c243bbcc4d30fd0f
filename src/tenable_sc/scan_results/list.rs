//! Listing scan results, and reading one.

use jiff::Timestamp;
use reqwest::Method;

use super::{BEGINNING, ScanResults};
use crate::{
    Error, Response, Result,
    http::{self, RetryContext},
    tenable_sc::{
        call::{self, Prepared, Running, call_future},
        names::names,
        record::{Field, ReceivedList, ScanResult, ScanResultList, is_no_time},
    },
};

/// The vendor's name of the list.
const NAME: &str = "scanResult::GET";
const GET: &str = "scanResult::id::GET";

/// The fields that servers send if none are named.
const DEFAULT_FIELDS: [Field; 4] = [Field::Id, Field::Name, Field::Description, Field::Status];

names! {
    /// Which scan results a [`List`] has, as the vendor documents it.
    pub enum Filter {
        /// The scan results that the user may use.
        Usable = "usable",
        /// The scan results that the user may manage.
        Manageable = "manageable",
        /// What [`List::optimize`] asks for, under its name in newer documents.
        OptimizeCompletedScans = "optimizeCompletedScans",
        /// Scans that are running.
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
    /// **By default, servers leave out everything that was created more than 30 days ago**, without
    /// saying so: ask for [`all_time`](List::all_time), for what
    /// [has finished](List::finished_after) or what [was created](List::created_after) since some
    /// time. The list is not paged.
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// use scanops::{jiff::{Timestamp, ToSpan}, tenable_sc::record::Field};
    ///
    /// let last_night = Timestamp::now() - 12.hours();
    /// let results = sc.scan_results();
    /// let list = results.list().fields([Field::Name, Field::Status]).finished_after(last_night).await?;
    /// for record in &list.usable {
    ///     println!("{} {:?} {:?}", record.id, record.name, record.status);
    /// }
    /// for invalid in list.invalid_records() {
    ///     println!("not a scan result, {}: {}", invalid.reason, invalid.value);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Decode`](crate::ErrorKind::Decode) where the server's value has neither of the lists. (One
    /// that is missing is empty: a filter can leave it out.) One element of a list that can't be
    /// read is not an error: see [`invalid_records`](Response::invalid_records).
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, for times that
    /// are out of range or out of order, for `created_…` together with `finished_…`, for a name of
    /// a field or filter that is empty or has a comma, and for a parameter that is set twice.
    #[doc(alias = "scan_instances")]
    pub fn list(&self) -> List {
        let options = ListOptions {
            results: self.clone(),
            fields: Vec::new(),
            created: Period::default(),
            finished: Period::default(),
            invalid_time: None,
            optimize: true,
            filter: Vec::new(),
            params: Vec::new(),
            response_limit: usize::MAX,
        };
        List { options, running: Running::default() }
    }

    /// Reads one scan result.
    ///
    /// `GET /rest/scanResult/{id}`
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is none with this id, or this user may
    /// not see it.
    #[doc(alias = "details")]
    pub fn get(&self, id: u64) -> Get {
        let options = GetOptions { results: self.clone(), id, fields: Vec::new() };
        Get { options, running: Running::default() }
    }
}

/// Lists scan results: see [`ScanResults::list`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct List {
    options: ListOptions,
    running: Running<Response<ScanResultList>>,
}

#[derive(Clone, Debug)]
struct ListOptions {
    results: ScanResults,
    fields: Vec<Field>,
    created: Period,
    finished: Period,
    /// The error of the first time that was out of range.
    invalid_time: Option<Error>,
    optimize: bool,
    filter: Vec<Filter>,
    params: Vec<(String, String)>,
    response_limit: usize,
}

/// A period in seconds since 1970. Both ends belong to it.
#[derive(Clone, Copy, Debug, Default)]
struct Period {
    after: Option<i64>,
    before: Option<i64>,
}

impl Period {
    fn is_given(self) -> bool {
        self.after.is_some() || self.before.is_some()
    }

    fn contains(self, time: i64) -> bool {
        self.after.is_none_or(|after| after <= time)
            && self.before.is_none_or(|before| time <= before)
    }
}

/// What `startTime` and `endTime` are compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    /// The creation, which is the server's default.
    Created,
    /// The end of the scan, if the server knows `timeCompareField`.
    Finished,
}

impl List {
    /// Which fields the records have. Default: the server's, which are id, name, description and
    /// status.
    pub fn fields<F: Into<Field>>(mut self, fields: impl IntoIterator<Item = F>) -> Self {
        self.options.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// Only what was created then or later, to the second. Default: the server's, which is 30 days
    /// ago, or the first scan result if [`created_before`](Self::created_before) is given. Takes a
    /// [`jiff::Timestamp`](Timestamp) or a [`SystemTime`](std::time::SystemTime).
    ///
    /// A scan that was created earlier may have finished since: for what is new,
    /// [`finished_after`](Self::finished_after) is the one to use.
    #[doc(alias = "start_time")]
    #[doc(alias = "startTime")]
    pub fn created_after(mut self, time: impl TryInto<Timestamp>) -> Self {
        self.options.created.after = self.options.seconds(time);
        self
    }

    /// Only what was created then or earlier, to the second. Default: the server's, which is now.
    ///
    /// Without [`created_after`](Self::created_after), the list begins with the first scan result, as
    /// with [`all_time`](Self::all_time): the server's default of 30 days ago could be later than the
    /// end.
    #[doc(alias = "end_time")]
    #[doc(alias = "endTime")]
    pub fn created_before(mut self, time: impl TryInto<Timestamp>) -> Self {
        self.options.created.before = self.options.seconds(time);
        self
    }

    /// Everything from the first scan result on.
    pub fn all_time(mut self) -> Self {
        self.options.created.after = Some(BEGINNING);
        self
    }

    /// Only scans that finished then or later, to the second, whenever they were created. Takes a
    /// [`jiff::Timestamp`](Timestamp) or a [`SystemTime`](std::time::SystemTime).
    ///
    /// The server is asked to compare finish times (`timeCompareField=finishTime`), and each record
    /// is checked too: `finishTime` and `createdTime` are always requested for that.
    ///
    /// Older servers may ignore the parameter and compare creation times, and so leave out what was
    /// created earlier. The response shows which of the two a server does: a record that was created
    /// before `time` is listed only if it compares finish times, one that did not finish in the period
    /// only if it compares creation times. If there is no such record, a second, small request asks
    /// for one of the records by the second in which it finished. If it is still not certain that the
    /// server compares finish times, the list is requested again for all time. So this call makes one
    /// to three requests, which share the deadline and the limit on retries, and returns the response
    /// of the last list.
    ///
    /// Scans that have not finished are not in the list, nor are those whose finish time is missing
    /// or can't be read; a [warning](Response::warnings) counts the latter.
    #[doc(alias = "timeCompareField")]
    pub fn finished_after(mut self, time: impl TryInto<Timestamp>) -> Self {
        self.options.finished.after = self.options.seconds(time);
        self
    }

    /// Only scans that finished then or earlier, to the second: with
    /// [`finished_after`](Self::finished_after) those of a period, without it those of all time.
    ///
    /// Without it, one request is enough: no scan finishes before it is created.
    pub fn finished_before(mut self, time: impl TryInto<Timestamp>) -> Self {
        self.options.finished.before = self.options.seconds(time);
        self
    }

    /// Whether the server may return completed scans in a faster way. Default true, as in
    /// pyTenable. What it changes is not documented.
    #[doc(alias = "optimizeCompletedScanResults")]
    pub fn optimize(mut self, optimize: bool) -> Self {
        self.options.optimize = optimize;
        self
    }

    /// Which scan results are listed. Default: all.
    pub fn filter(mut self, filter: impl IntoIterator<Item = Filter>) -> Self {
        self.options.filter = filter.into_iter().collect();
        self
    }

    /// How many bytes the response may have, if that is less than the client's limit.
    pub(super) fn response_limit(mut self, bytes: usize) -> Self {
        self.options.response_limit = bytes;
        self
    }

    /// Adds a query parameter that this crate has no method for. One that the call sends itself
    /// can't be set.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.params.push((name.into(), value.into()));
        self
    }
}

call_future!(List => Response<ScanResultList>);

impl ListOptions {
    /// A time in seconds since 1970. One that is out of range is the call's error.
    fn seconds(&mut self, time: impl TryInto<Timestamp>) -> Option<i64> {
        let seconds = time.try_into().ok().map(Timestamp::as_second).filter(|it| *it >= 0);
        if seconds.is_none() {
            let what = "a time before 1970 or after 9999: `all_time` lists from the first on";
            self.invalid_time.get_or_insert_with(|| Error::invalid_request(what));
        }
        seconds
    }

    async fn run(self) -> Result<Response<ScanResultList>> {
        self.check().map_err(|error| error.with_operation(NAME))?;
        if self.finished.is_given() {
            return self.run_by_finish_time().await;
        }
        let mut period = self.created;
        if period.before.is_some() {
            // The server's default may be later than the end.
            period.after = period.after.or(Some(BEGINNING));
        }
        let mut context = self.results.client.transport().context();
        self.send(&mut context, period, Compare::Created, &self.fields).await
    }

    fn check(&self) -> Result<()> {
        if let Some(error) = &self.invalid_time {
            return Err(error.clone());
        }
        if self.created.is_given() && self.finished.is_given() {
            return Err(Error::invalid_request(
                "a list is either of a period of creation (`created_after`, `created_before`, \
                 `all_time`) or of one of finishing (`finished_after`, `finished_before`)",
            ));
        }
        for (period, name) in [(self.created, "created"), (self.finished, "finished")] {
            if let (Some(after), Some(before)) = (period.after, period.before)
                && after > before
            {
                return Err(Error::invalid_request(format!(
                    "the list would begin after its end: `{name}_after` is later than \
                     `{name}_before`"
                )));
            }
        }
        Ok(())
    }

    /// Requests the list of a period, as a part of the operation of the context. On a server that
    /// compares creation times instead of finish times, it has at least what was created and has
    /// finished in the period.
    async fn send(
        &self,
        context: &mut RetryContext,
        period: Period,
        compare: Compare,
        fields: &[Field],
    ) -> Result<Response<ScanResultList>> {
        let prepared = self.prepare(period, compare, fields);
        let prepared = prepared.map_err(|error| error.with_operation(NAME))?;
        context.next_request();
        call::send_in(&self.results.client, context, &prepared, decode_list).await
    }

    fn prepare(&self, period: Period, compare: Compare, fields: &[Field]) -> Result<Prepared> {
        let mut prepared = Prepared::new(NAME, Method::GET, "scanResult")
            .query("optimizeCompletedScanResults", self.optimize.to_string());
        prepared.operation.response_limit = self.response_limit;
        if let Some(fields) = join("field", fields.iter().map(Field::as_str))? {
            prepared = prepared.query("fields", fields);
        }
        if let Some(after) = period.after {
            prepared = prepared.query("startTime", after.max(BEGINNING).to_string());
        }
        if let Some(before) = period.before {
            prepared = prepared.query("endTime", before.to_string());
        }
        if compare == Compare::Finished {
            prepared = prepared.query("timeCompareField", "finishTime");
        }
        if let Some(filter) = join("filter", self.filter.iter().map(Filter::as_str))? {
            prepared = prepared.query("filter", filter);
        }
        for (name, value) in &self.params {
            if name.is_empty() {
                return Err(Error::invalid_request("the name of a parameter is empty"));
            }
            if prepared.query.iter().any(|(set, _)| set == name) {
                return Err(Error::invalid_request(format!(
                    "the parameter {name:?} is set twice, or by the call itself"
                )));
            }
            prepared = prepared.query(name.clone(), value.clone());
        }
        Ok(prepared)
    }

    async fn run_by_finish_time(&self) -> Result<Response<ScanResultList>> {
        let mut fields = self.fields.clone();
        if fields.is_empty() {
            fields.extend(DEFAULT_FIELDS);
        }
        for needed in [Field::FinishTime, Field::CreatedTime] {
            if !fields.contains(&needed) {
                fields.push(needed);
            }
        }

        let period = Period { after: self.finished.after.or(Some(BEGINNING)), ..self.finished };
        // One operation: its requests share deadline and retries.
        let mut context = self.results.client.transport().context();
        let mut list = self.send(&mut context, period, Compare::Finished, &fields).await?;
        if let Some(after) = self.finished.after
            && !self.compares_finish_times(&mut context, &list, after).await?
        {
            // No scan finishes before it is created, so the end of the period needs no change.
            let all = Period { after: Some(BEGINNING), ..period };
            list = self.send(&mut context, all, Compare::Finished, &fields).await?;
        }
        self.retain_finished(&mut list);
        Ok(list)
    }

    /// Whether the server knows `timeCompareField`, judged by the list of what finished after a
    /// time. If in doubt, it does not.
    async fn compares_finish_times(
        &self,
        context: &mut RetryContext,
        list: &ScanResultList,
        after: i64,
    ) -> Result<bool> {
        let records = || list.usable.iter().chain(&list.manageable);
        // By creation time, this one would not be in the list.
        if records().any(|record| seconds(record.created_time).is_some_and(|it| it < after)) {
            return Ok(true);
        }
        // By finish time, this one would not be.
        let finished = |record: &ScanResult| seconds(record.finish_time);
        if records().any(|record| finished(record).is_none_or(|it| !self.finished.contains(it))) {
            return Ok(false);
        }
        // A server of either kind could have sent this list. So ask for one of its records by the
        // time of its end, at which it was not created.
        let probe = records().find_map(|record| {
            let (created, finished) = (seconds(record.created_time)?, finished(record)?);
            (created < finished - 1).then_some((record.id, finished))
        });
        let Some((id, finished)) = probe else { return Ok(false) };
        let around = Period { after: Some(finished - 1), before: Some(finished + 1) };
        let found = self.send(context, around, Compare::Finished, &[Field::Id]).await?;
        Ok(found.usable.iter().chain(&found.manageable).any(|record| record.id == id))
    }

    /// Removes what did not finish in the period: a server that compares creation times sends it.
    fn retain_finished(&self, list: &mut Response<ScanResultList>) {
        let mut unknown = 0_u64;
        let mut has_finished = |record: &ScanResult| {
            unknown += u64::from(!says_whether_it_has_finished(record));
            seconds(record.finish_time).is_some_and(|time| self.finished.contains(time))
        };
        list.usable.retain(&mut has_finished);
        list.manageable.retain(&mut has_finished);
        if unknown > 0 {
            list.warn(format!(
                "{unknown} records are left out, as their finishTime is missing or can't be read"
            ));
        }
    }
}

fn seconds(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_second)
}

/// Whether a record has a finish time, or a value that says "not yet".
fn says_whether_it_has_finished(record: &ScanResult) -> bool {
    record.finish_time.is_some()
        || record.extra.get(Field::FinishTime.as_str()).is_some_and(is_no_time)
}

fn decode_list(response: &http::Response) -> Result<Response<ScanResultList>> {
    let mut response = call::decode::<ReceivedList>(response)?;
    let invalid = std::mem::take(&mut response.invalid);
    Ok(response.map(|received| received.list).with_invalid_records(invalid))
}

/// Reads one scan result: see [`ScanResults::get`].
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Get {
    options: GetOptions,
    running: Running<Response<ScanResult>>,
}

#[derive(Clone, Debug)]
struct GetOptions {
    results: ScanResults,
    id: u64,
    fields: Vec<Field>,
}

impl Get {
    /// Which fields the record has. Default: the server's, which are nearly all.
    pub fn fields<F: Into<Field>>(mut self, fields: impl IntoIterator<Item = F>) -> Self {
        self.options.fields = fields.into_iter().map(Into::into).collect();
        self
    }
}

call_future!(Get => Response<ScanResult>);

impl GetOptions {
    async fn run(self) -> Result<Response<ScanResult>> {
        let mut prepared = ScanResults::prepare(GET, Method::GET, self.id, "")?;
        let fields = join("field", self.fields.iter().map(Field::as_str));
        if let Some(fields) = fields.map_err(|error| error.with_operation(GET))? {
            prepared = prepared.query("fields", fields);
        }
        call::send(&self.results.client, &prepared, call::decode).await
    }
}

/// Names as the server takes them: in one parameter, separated by commas.
fn join<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) -> Result<Option<String>> {
    let mut joined = String::new();
    for name in names {
        if name.is_empty() || name.contains(|c: char| c == ',' || c.is_whitespace()) {
            return Err(Error::invalid_request(format!(
                "{name:?} is not a valid name of a {what}"
            )));
        }
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(name);
    }
    Ok(Some(joined).filter(|joined| !joined.is_empty()))
}
