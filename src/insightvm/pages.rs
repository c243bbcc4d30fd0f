//! Walking the two paged lists: an engine's scans and its sites.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
    vec,
};

use futures_core::Stream;
use futures_util::{StreamExt as _, future, stream::FuturesOrdered};

use super::{
    Client,
    check::{Bound, argument},
    types::{PageInfo, Scan, ScanPage, Site, SitePage},
};
use crate::{Error, ErrorKind, InvalidRecord, Response, Result, http, response::InvalidRecords};

/// The largest page that a console serves.
const LARGEST_PAGE: i32 = 500;
// Of a page all invalid records are kept, as they count towards its length.
const _: () = assert!(LARGEST_PAGE.unsigned_abs() as usize <= InvalidRecords::KEPT);
/// How many pages may be requested at once.
const MAX_PREFETCH: i64 = 16;
/// How many pages in a row may be empty before the end that the console names.
const MAX_EMPTY: u32 = 8;

type BoxFuture<T> = http::BoxFuture<'static, T>;

/// Declares what a list can be sorted by: known properties, and any other by name.
macro_rules! properties {
    ($(#[$meta:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident = $text:literal, )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$doc])* $variant, )+
            /// A property that is not listed here, by its name in JSON.
            Named(String),
        }

        impl $name {
            /// The name in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Named(name) => name,
                }
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    };
}

properties! {
    /// What scans can be sorted by.
    ScanProperty {
        /// The id.
        Id = "id",
        /// The name that a user gave it.
        ScanName = "scanName",
        /// The state.
        Status = "status",
        /// When it started.
        StartTime = "startTime",
        /// When it ended.
        EndTime = "endTime",
        /// How many assets were found.
        Assets = "assets",
        /// The name of the engine.
        EngineName = "engineName",
    }
}

properties! {
    /// What sites can be sorted by.
    SiteProperty {
        /// The id.
        Id = "id",
        /// The name.
        Name = "name",
        /// The importance.
        Importance = "importance",
        /// The risk score.
        RiskScore = "riskScore",
        /// When it was last scanned.
        LastScanTime = "lastScanTime",
        /// How it gets its assets.
        Type = "type",
    }
}

/// In which direction a property sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// A record of a paged list: [`Scan`] or [`Site`]. Nothing else implements it.
pub trait Paged: private::Paged {
    /// What it can be sorted by.
    type Property: AsRef<str>;
}

impl Paged for Scan {
    type Property = ScanProperty;
}

impl Paged for Site {
    type Property = SiteProperty;
}

mod private {
    use super::{BoxFuture, Client, Page, Request, Result};

    pub trait Paged: Clone + PartialEq + Send + 'static {
        /// The vendor's id of the operation.
        const OPERATION: &'static str;

        fn fetch(client: Client, request: Request) -> BoxFuture<Result<Page<Self>>>;
    }
}

/// The request for one page.
#[derive(Clone, Debug)]
pub struct Request {
    engine: i32,
    page: i32,
    size: i32,
    sort: Vec<String>,
}

/// Fetches a page: the two operations differ in name and type alone.
macro_rules! fetch {
    ($record:ty, $page:ty, $operation:ident, $id:literal) => {
        impl private::Paged for $record {
            const OPERATION: &'static str = $id;

            fn fetch(client: Client, request: Request) -> BoxFuture<Result<Page<Self>>> {
                Box::pin(async move {
                    let Request { engine, page, size, sort } = request;
                    // Without criteria the parameter is omitted.
                    let sort = (!sort.is_empty()).then_some(&sort[..]);
                    let response = client.$operation(engine, Some(page), Some(size), sort).await?;
                    let invalid_records = response.invalid_records().to_vec();
                    let response: Response<$page> = response;
                    let list = response.into_inner();
                    Ok(Page::new(page, list.page, list.resources, invalid_records))
                })
            }
        }
    };
}
fetch!(Scan, ScanPage, get_scan_engine_scans, "getScanEngineScans");
fetch!(Site, SitePage, get_scan_engine_sites, "getScanEngineSites");

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number, from 0.
    pub number: i32,
    /// Its records.
    pub items: Vec<T>,
    /// Records of it that could not be read; nearly always none.
    pub invalid_records: Vec<InvalidRecord>,
    /// How many pages there are, by this response.
    pub total_pages: Option<i64>,
    /// How many records there are on all pages, by this response.
    pub total_resources: Option<i64>,
    /// The number of the page in the response.
    own_number: Option<i64>,
}

impl<T> Page<T> {
    fn new(
        number: i32,
        info: Option<PageInfo>,
        items: Vec<T>,
        invalid_records: Vec<InvalidRecord>,
    ) -> Self {
        let info = info.unwrap_or_default();
        Self {
            number,
            items,
            invalid_records,
            total_pages: info.total_pages,
            total_resources: info.total_resources,
            own_number: info.number,
        }
    }

    /// How many records it has, with those that could not be read.
    fn len(&self) -> usize {
        self.items.len() + self.invalid_records.len()
    }
}

impl Client {
    /// Walks the scans that an engine has run, page by page.
    ///
    /// `GET /api/3/scan_engines/{id}/scans`
    ///
    /// ```
    /// # async fn f(console: scanops::insightvm::Client) -> scanops::Result<()> {
    /// use scanops::insightvm::{Order, ScanProperty};
    ///
    /// let mut scans = console
    ///     .scan_engine_scans(6)
    ///     .sort(ScanProperty::StartTime, Order::Descending)
    ///     .prefetch(4)
    ///     .stream();
    /// while let Some(scan) = scans.next_item().await? {
    ///     println!("{} {:?}", scan.id, scan.scan_name);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "getScanEngineScans")]
    pub fn scan_engine_scans(&self, engine: i32) -> Pages<Scan> {
        Pages::new(self.clone(), engine)
    }

    /// Walks the sites that an engine is assigned to, page by page.
    ///
    /// `GET /api/3/scan_engines/{id}/sites`
    #[doc(alias = "getScanEngineSites")]
    pub fn scan_engine_sites(&self, engine: i32) -> Pages<Site> {
        Pages::new(self.clone(), engine)
    }
}

/// A paged list that is yet to be read, with its options.
///
/// # If the list changes during a walk
///
/// The console counts records anew for each page, so if records are added or removed during the
/// walk, others can be seen twice or not at all. To keep that rare, sort by something that does not
/// change, such as the id. The walk itself always ends:
///
/// * Each page says how many pages there are. What the latest page with records says is used: a list
///   that grows is walked further, one that shrinks is not walked beyond its end.
/// * An empty page in between is skipped. If it names a smaller number of pages, that is used; a
///   larger number is ignored. More than 8 empty pages in a row are an error. `totalPages` 0 is the end.
/// * If the console gives no total, the first page that is not full is the last.
/// * A page with another number than the requested one is an error, as a console that ignores `page`
///   would send the first one for ever. If the console sends no numbers and totals, a page that begins
///   with the same record as the page before is an error for the same reason.
/// * After an error the walk has ended.
#[must_use = "a walk begins when its stream is polled"]
pub struct Pages<T: Paged> {
    client: Client,
    first: Request,
    prefetch: usize,
    record: PhantomData<fn() -> T>,
}

impl<T: Paged> Pages<T> {
    fn new(client: Client, engine: i32) -> Self {
        let first = Request { engine, page: 0, size: LARGEST_PAGE, sort: Vec::new() };
        Self { client, first, prefetch: 1, record: PhantomData }
    }

    /// How many records a page has: 1 to 500. Default 500, the most that a console serves. With any
    /// other value the first item is an error of kind [`InvalidRequest`](ErrorKind::InvalidRequest).
    pub fn page_size(mut self, records: i32) -> Self {
        self.first.size = records;
        self
    }

    /// The page to begin with, from 0. Default 0. With a negative number the first item is an error of
    /// kind [`InvalidRequest`](ErrorKind::InvalidRequest).
    pub fn start_page(mut self, page: i32) -> Self {
        self.first.page = page;
        self
    }

    /// Sorts by a property. A second call adds a second criterion, and so on. Default: the
    /// console's order.
    #[expect(clippy::needless_pass_by_value, reason = "a name is given, as `ScanProperty::Id`")]
    pub fn sort(mut self, by: T::Property, order: Order) -> Self {
        let order = match order {
            Order::Ascending => "ASC",
            Order::Descending => "DESC",
        };
        // A criterion without a property is rejected when the other arguments are checked.
        let by = by.as_ref().trim();
        self.first.sort.push(if by.is_empty() { String::new() } else { format!("{by},{order}") });
        self
    }

    /// How many pages are requested at once: 1 to 16. Default 1: the next page is requested when
    /// the one before has been taken. They are returned in order, and no more than these are held.
    /// With any other value the first item is an error of kind
    /// [`InvalidRequest`](ErrorKind::InvalidRequest).
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// The records, one after another. Records that could not be read are skipped (and reported to
    /// `tracing`): [`pages`](Self::pages) has them.
    pub fn stream(self) -> Items<T> {
        Items { pages: self.pages(), items: Vec::new().into_iter() }
    }

    /// The pages, one after another.
    pub fn pages(self) -> PageStream<T> {
        PageStream {
            next: Some(self.first.page),
            end: None,
            empty: 0,
            before: None,
            walk: self,
            fetching: FuturesOrdered::new(),
        }
    }
}

impl<T: Paged> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("first", &self.first)
            .field("prefetch", &self.prefetch)
            .finish_non_exhaustive()
    }
}

/// The pages of a list: see [`Pages::pages`].
#[must_use = "a walk begins when its stream is polled"]
pub struct PageStream<T: Paged> {
    walk: Pages<T>,
    fetching: FuturesOrdered<BoxFuture<Result<Page<T>>>>,
    /// The page to request next. None when the walk has ended.
    next: Option<i32>,
    /// The page after the last, once it is known.
    end: Option<i64>,
    /// How many pages in a row were empty.
    empty: u32,
    /// The first record of the page before, if the console sends no page numbers and totals.
    before: Option<T>,
}

impl<T: Paged> PageStream<T> {
    /// The next page, or `None` at the end.
    pub async fn next_page(&mut self) -> Result<Option<Page<T>>> {
        self.next().await.transpose()
    }

    fn fetch_ahead(&mut self) {
        let prefetch = i64::try_from(self.walk.prefetch).unwrap_or(i64::MAX);
        let bounds = [Bound::Minimum(1), Bound::Maximum(MAX_PREFETCH)];
        if self.next.is_some()
            && let Err(error) = argument(T::OPERATION, "prefetch", &prefetch, &bounds)
        {
            self.finish();
            self.fetching.push_back(Box::pin(future::ready(Err(error))));
        }
        // Until it is known where the list ends, there is one page at a time.
        let ahead = if self.end.is_some() { self.walk.prefetch } else { 1 };
        while self.fetching.len() < ahead
            && let Some(page) = self.next
            && self.end.is_none_or(|end| i64::from(page) < end)
        {
            let request = Request { page, ..self.walk.first.clone() };
            self.fetching.push_back(T::fetch(self.walk.client.clone(), request));
            self.next = page.checked_add(1);
        }
    }

    /// Takes a page that has arrived, and what it says of the end.
    fn take(&mut self, page: Page<T>) -> Result<Option<Page<T>>> {
        if let Some(own) = page.own_number.filter(|own| *own != i64::from(page.number)) {
            return Err(Error::new(
                ErrorKind::Decode,
                format!("page {} was requested and page {own} came", page.number),
            ));
        }
        if page.own_number.is_none() && page.total_pages.is_none() {
            let first = page.items.first().cloned();
            if first.is_some() && first == self.before {
                return Err(Error::new(
                    ErrorKind::Decode,
                    format!("page {} begins as the page before does", page.number),
                ));
            }
            self.before = first;
        }
        let after = i64::from(page.number) + 1;
        let is_empty = page.len() == 0;
        self.empty = if is_empty { self.empty + 1 } else { 0 };
        self.end = match (page.total_pages, self.end) {
            (Some(total), Some(end)) if is_empty => Some(total.min(end)),
            (Some(total), _) => Some(total),
            (None, _) => {
                let size = usize::try_from(self.walk.first.size).unwrap_or(usize::MAX);
                // One page at a time, as the end is unknown.
                (page.len() < size).then_some(after)
            }
        };
        if self.end.is_some_and(|end| after >= end) {
            self.finish();
        } else if self.empty > MAX_EMPTY {
            return Err(Error::new(
                ErrorKind::Decode,
                format!("{} pages in a row were empty, but more should follow", self.empty),
            ));
        }
        Ok((!is_empty).then_some(page))
    }

    fn finish(&mut self) {
        self.next = None;
        self.fetching = FuturesOrdered::new();
    }
}

impl<T: Paged> Stream for PageStream<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            this.fetch_ahead();
            let arrived = match this.fetching.poll_next_unpin(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(arrived)) => arrived,
            };
            match arrived.and_then(|page| this.take(page)) {
                Ok(None) => {}
                Ok(Some(page)) => {
                    // The next one is on its way while this one is used.
                    if this.walk.prefetch > 1 {
                        this.fetch_ahead();
                    }
                    return Poll::Ready(Some(Ok(page)));
                }
                Err(error) => {
                    this.finish();
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

// The futures within are boxed, so nothing else has to stay in place.
impl<T: Paged> Unpin for PageStream<T> {}

impl<T: Paged> fmt::Debug for PageStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageStream")
            .field("walk", &self.walk)
            .field("next", &self.next)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// The records of a list: see [`Pages::stream`].
#[must_use = "a walk begins when its stream is polled"]
pub struct Items<T: Paged> {
    pages: PageStream<T>,
    items: vec::IntoIter<T>,
}

impl<T: Paged> Items<T> {
    /// The next record, or `None` at the end.
    pub async fn next_item(&mut self) -> Result<Option<T>> {
        self.next().await.transpose()
    }
}

impl<T: Paged> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(item) = this.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match this.pages.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(page))) => this.items = page.items.into_iter(),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<T: Paged> Unpin for Items<T> {}

impl<T: Paged> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
