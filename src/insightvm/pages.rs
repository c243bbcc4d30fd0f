//! Walking the two paged lists: an engine's scans and its sites.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    vec,
};

use futures_core::Stream;
use futures_util::{StreamExt as _, stream::FuturesOrdered};

use super::{
    Client, ResponseValue, SetAside,
    types::{PageInfo, Scan, ScanPage, Site, SitePage},
};
use crate::{Error, ErrorKind, Result, open_enum::open_enum};

/// The largest page that a console serves.
pub(super) const LARGEST_PAGE: i32 = 500;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

open_enum! {
    /// What scans can be sorted by.
    pub enum ScanProperty {
        /// The id.
        Id = "id",
        /// The name that a user gave it.
        ScanName = "scanName",
        /// How far it is.
        Status = "status",
        /// When it began.
        StartTime = "startTime",
        /// When it ended.
        EndTime = "endTime",
        /// How many assets were found.
        Assets = "assets",
        /// The name of the engine.
        EngineName = "engineName",
    }
}

open_enum! {
    /// What sites can be sorted by.
    pub enum SiteProperty {
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

    pub trait Paged: Sized + Send + 'static {
        fn fetch(client: Client, request: Request) -> BoxFuture<Result<Page<Self>>>;
    }

    impl AsRef<str> for super::ScanProperty {
        fn as_ref(&self) -> &str {
            self.as_str()
        }
    }

    impl AsRef<str> for super::SiteProperty {
        fn as_ref(&self) -> &str {
            self.as_str()
        }
    }
}

/// What one page is asked for with.
#[derive(Clone, Debug)]
pub struct Request {
    engine: i32,
    page: i32,
    size: i32,
    sort: Vec<String>,
}

/// Fetches a page: the two operations differ in name and type alone.
macro_rules! fetch {
    ($record:ty, $page:ty, $operation:ident) => {
        impl private::Paged for $record {
            fn fetch(client: Client, request: Request) -> BoxFuture<Result<Page<Self>>> {
                Box::pin(async move {
                    let Request { engine, page, size, sort } = request;
                    let call = client.$operation().id(engine).page(page).size(size);
                    let answer =
                        if sort.is_empty() { call } else { call.sort(sort) }.send().await?;
                    let set_aside = answer.set_aside().to_vec();
                    let answer: ResponseValue<$page> = answer;
                    let answer = answer.into_inner();
                    Ok(Page::new(page, answer.page, answer.resources, set_aside))
                })
            }
        }
    };
}
fetch!(Scan, ScanPage, get_scan_engine_scans);
fetch!(Site, SitePage, get_scan_engine_sites);

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number, from 0.
    pub number: i32,
    /// Its records.
    pub items: Vec<T>,
    /// Records of it that could not be typed; nearly always none.
    pub set_aside: Vec<SetAside>,
    /// How many pages there are, by this answer.
    pub total_pages: Option<i64>,
    /// How many records there are on all pages, by this answer.
    pub total_resources: Option<i64>,
    /// Which page the console says that it is.
    said: Option<i64>,
}

impl<T> Page<T> {
    fn new(number: i32, info: Option<PageInfo>, items: Vec<T>, set_aside: Vec<SetAside>) -> Self {
        let info = info.unwrap_or_default();
        Self {
            number,
            items,
            set_aside,
            total_pages: info.total_pages,
            total_resources: info.total_resources,
            said: info.number,
        }
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.set_aside.is_empty()
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

/// A walk through a paged list, before it begins.
///
/// # What a list that changes does to a walk
///
/// The console numbers records anew for each page, so records that come or go while one walks
/// can be seen twice or not at all: sort by something that does not change (the id) to keep that
/// small. The walk itself is always finite:
///
/// * It ends with the last page by the most recent answer that had records: a list that grows is
///   walked further, one that shrinks is not walked beyond its end.
/// * An empty page before that is passed over, and not believed about the total. `totalPages` 0
///   is the end.
/// * Where the console says no total, the first page that is not full is the last.
/// * A page that says another number than was asked for is an error: a console that ignores `page`
///   would be walked for ever.
/// * After an error the walk has ended.
#[must_use = "a walk begins when its stream is polled"]
pub struct Pages<T: Paged> {
    client: Client,
    first: Request,
    prefetch: usize,
    record: std::marker::PhantomData<fn() -> T>,
}

impl<T: Paged> Pages<T> {
    fn new(client: Client, engine: i32) -> Self {
        let first = Request { engine, page: 0, size: LARGEST_PAGE, sort: Vec::new() };
        Self { client, first, prefetch: 1, record: std::marker::PhantomData }
    }

    /// How many records a page has: 1 to 500. Default 500, the most that a console serves.
    pub fn page_size(mut self, records: i32) -> Self {
        self.first.size = records;
        self
    }

    /// The page to begin with, from 0. Default 0.
    pub fn start_page(mut self, page: i32) -> Self {
        self.first.page = page;
        self
    }

    /// Sorts by a property; called again, by another one among equals of the first. Default: the
    /// console's order.
    #[expect(clippy::needless_pass_by_value, reason = "a name is given, as `ScanProperty::Id`")]
    pub fn sort(mut self, by: T::Property, order: Order) -> Self {
        let order = match order {
            Order::Ascending => "ASC",
            Order::Descending => "DESC",
        };
        self.first.sort.push(format!("{},{order}", by.as_ref()));
        self
    }

    /// How many pages are asked for at once, at most 16. Default 1: the next page is asked for
    /// when the one before has been taken. They are given out in order, and no more than these are
    /// held.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages.clamp(1, 16);
        self
    }

    /// The records, one after another. Records that could not be typed are left out (and warned of
    /// in the trace): [`pages`](Self::pages) has them.
    pub fn stream(self) -> Items<T> {
        Items { pages: self.pages(), items: Vec::new().into_iter() }
    }

    /// The pages, one after another.
    pub fn pages(self) -> PageStream<T> {
        PageStream {
            next: self.first.page,
            end: None,
            walk: self,
            fetching: FuturesOrdered::new(),
            ended: false,
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
    /// The page to be asked for next.
    next: i32,
    /// The page after the last, once it is known.
    end: Option<i64>,
    ended: bool,
}

impl<T: Paged> PageStream<T> {
    /// The next page, or `None` at the end.
    pub async fn next_page(&mut self) -> Result<Option<Page<T>>> {
        self.next().await.transpose()
    }

    fn fetch_ahead(&mut self) {
        // Until it is known where the list ends, there is one page at a time.
        let ahead = if self.end.is_some() { self.walk.prefetch } else { 1 };
        while self.fetching.len() < ahead
            && !self.ended
            && self.end.is_none_or(|end| i64::from(self.next) < end)
        {
            let request = Request { page: self.next, ..self.walk.first.clone() };
            self.fetching.push_back(T::fetch(self.walk.client.clone(), request));
            match self.next.checked_add(1) {
                Some(next) => self.next = next,
                None => break,
            }
        }
    }

    /// Takes a page that has arrived, and what it says of the end.
    fn take(&mut self, page: Page<T>) -> Option<Result<Page<T>>> {
        if page.said.is_some_and(|said| said != i64::from(page.number)) {
            self.finish();
            return Some(Err(Error::new(
                ErrorKind::Decode,
                format!(
                    "page {} was asked for and page {} came: the walk would not end",
                    page.number,
                    page.said.unwrap_or_default()
                ),
            )));
        }
        let after = i64::from(page.number) + 1;
        match page.total_pages {
            Some(total) if self.end.is_none() || !page.is_empty() => self.end = Some(total),
            Some(_) => {}
            None => {
                let size = usize::try_from(self.walk.first.size).unwrap_or(usize::MAX);
                let full = page.items.len() + page.set_aside.len() >= size;
                // One page at a time, as nobody says how many there are.
                self.end = (!full).then_some(after);
            }
        }
        if self.end.is_some_and(|end| after >= end) {
            self.finish();
        }
        (!page.is_empty()).then_some(Ok(page))
    }

    fn finish(&mut self) {
        self.ended = true;
        self.fetching = FuturesOrdered::new();
    }
}

impl<T: Paged> Stream for PageStream<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            this.fetch_ahead();
            match this.fetching.poll_next_unpin(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => {
                    this.finish();
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(Some(Ok(page))) => {
                    if let Some(taken) = this.take(page) {
                        // What comes next is on its way while this page is looked at.
                        if this.walk.prefetch > 1 {
                            this.fetch_ahead();
                        }
                        return Poll::Ready(Some(taken));
                    }
                }
            }
        }
    }
}

// Nothing of it is pinned: the futures within are boxed.
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
