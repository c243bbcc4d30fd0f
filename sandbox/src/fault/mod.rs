//! Faults to order: what goes wrong, for which requests, and how often.

mod answer;
mod damage;
mod orders;
mod pattern;

use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

pub(super) use answer::{Canned, forget_credentials};
use damage::Damage;
pub use orders::Injected;
pub(super) use orders::Orders;
use pattern::Pattern;

use super::wire::Ending;

/// Something that goes wrong on a running sandbox, given to
/// [`InsightVm::inject`](super::InsightVm::inject) or
/// [`TenableSc::inject`](super::TenableSc::inject).
///
/// It goes wrong for every request until the faults are cleared, unless it is narrowed:
///
/// * [`on`](Self::on), [`on_path`](Self::on_path), [`on_method`](Self::on_method): only for some
///   requests;
/// * [`skip`](Self::skip) and [`times`](Self::times): not for the first of them, and for so many
///   only;
/// * [`share`](Self::share): for so many of a hundred, by a dice that falls the same in every run.
///
/// A request meets one fault at the most: the one that was ordered first. So faults ordered one
/// after the other, each for one time, are a story:
///
/// ```
/// use scanops_sandbox::{Fault, InsightVm};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let console = InsightVm::start().await?;
/// let busy = console.inject(Fault::status(503).retry_after(0).times(1));
/// let lost = console.inject(Fault::reset_after(100).times(1));
///
/// let client = scanops::insightvm::Client::builder(console.url())
///     .basic_auth(console.user(), console.password())
///     .build()?;
/// client.get_scan_engines().await?; // the third attempt
/// assert_eq!((busy.used(), lost.used()), (1, 1));
/// # Ok(())
/// # }
/// ```
///
/// Where nothing else is said, the product does not see the request, so nothing changes in its
/// world; the request's body is read to its end before.
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    kind: Kind,
    headers: HeaderMap,
    method: Option<String>,
    path: Option<Pattern>,
    skip: u64,
    times: Option<u64>,
    share: Option<f64>,
    seed: u64,
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A connection is reset before a byte of it is read.
    Refusal,
    /// The request is read, and not answered.
    NoAnswer(Ending),
    /// The product does what is asked, and its answer is lost.
    LostAnswer,
    /// Something else answers.
    Answer(Canned),
    /// The product's words for an error, under a 200.
    ErrorWith200 { code: u16, message: String },
    /// The session ends before the product sees the request.
    SessionEnd,
    /// The product answers, and its answer suffers.
    Damage(Option<Damage>),
}

/// Answers that the product had no part in.
impl Fault {
    /// An answer with this status, and the page of a web server before the product as its body.
    ///
    /// # Panics
    /// When it is not a status of a final answer, 200 to 999.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Answer(Canned::page(final_status(status))))
    }

    /// An answer with this status, content type and body.
    ///
    /// # Panics
    /// As [`status`](Self::status) does, and when the content type can't stand in a header.
    #[track_caller]
    pub fn answer(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        let canned = Canned::text(final_status(status), body.into());
        Self::new(Kind::Answer(canned)).header("content-type", content_type)
    }

    /// A redirect with this status (301, 302, 303, 307 or 308) to another place.
    ///
    /// # Panics
    /// As [`status`](Self::status) does, and when the location can't stand in a header.
    #[track_caller]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("location", location)
    }

    /// A login page in HTML under a 200, as a proxy that wants a login first shows it.
    pub fn login_page() -> Self {
        Self::new(Kind::Answer(Canned::login_page()))
    }

    /// An error in the product's own JSON, but under a 200. The code is Tenable.sc's `error_code`,
    /// and the `status` in the error of an InsightVM console.
    pub fn error_with_200(code: u16, message: impl Into<String>) -> Self {
        Self::new(Kind::ErrorWith200 { code, message: message.into() })
    }

    /// The end of the session that a request shows: it is ended, and the request is answered as
    /// one without any credentials. A Tenable.sc answers with 403 and `error_code` 12, an
    /// InsightVM console with 401. A request that shows no credentials, such as a login, does not
    /// meet this fault.
    pub fn session_end() -> Self {
        Self::new(Kind::SessionEnd)
    }
}

/// Connections that break before there is an answer.
impl Fault {
    /// A connection that is reset as soon as it is there, before a byte of it is read.
    ///
    /// A live port can't refuse a connection in the strict sense: the operating system has accepted
    /// it before the sandbox can know. This is as near as one can get, and looks like a server
    /// whose backlog is full. A connection is counted instead of a request. It needs to be the
    /// first in the order of faults; and where it is narrowed to a path or a method, or a client
    /// keeps its old connection, the head of a request is read before the reset, but not its body.
    /// So it also breaks uploads at their beginning.
    pub fn refuse() -> Self {
        Self::new(Kind::Refusal)
    }

    /// A connection that is closed in good order instead of an answer.
    pub fn close() -> Self {
        Self::new(Kind::NoAnswer(Ending::Close))
    }

    /// A connection that is reset (TCP `RST`) instead of an answer.
    pub fn reset() -> Self {
        Self::new(Kind::NoAnswer(Ending::Reset))
    }

    /// No answer at all, until the client goes away or the sandbox stops.
    pub fn silence() -> Self {
        Self::new(Kind::NoAnswer(Ending::Silence))
    }

    /// An answer that is lost: the product does what is asked for, and then the connection is
    /// reset. To find out what a client that tries again does twice.
    pub fn lost_answer() -> Self {
        Self::new(Kind::LostAnswer)
    }
}

/// Answers of the product that suffer on their way. A body that ends before the place that is named
/// arrives whole.
impl Fault {
    /// A connection that is reset (TCP `RST`) after the answer's headers and so many bytes of its
    /// body. They were sent; as a reset overtakes what is on its way, a client that reads slowly
    /// may see fewer.
    pub fn reset_after(bytes: u64) -> Self {
        Self::new(Kind::Damage(Some(Damage::Cut { after: bytes, ending: Ending::Reset })))
    }

    /// Nothing more after the answer's headers and so many bytes of its body, until the client
    /// goes away or the sandbox stops.
    pub fn stall_after(bytes: u64) -> Self {
        Self::new(Kind::Damage(Some(Damage::Cut { after: bytes, ending: Ending::Silence })))
    }

    /// A connection that is closed in good order after the answer's headers and so many bytes of
    /// its body: less than `Content-Length` says, or without the last chunk.
    pub fn truncate_after(bytes: u64) -> Self {
        Self::new(Kind::Damage(Some(Damage::Cut { after: bytes, ending: Ending::Close })))
    }

    /// A body with all bits of one byte turned over: the one with so many bytes before it.
    pub fn flip_byte(offset: u64) -> Self {
        Self::new(Kind::Damage(Some(Damage::Flip { offset })))
    }

    /// A body that arrives so many bytes (at least one) at a time, with a pause after each time.
    pub fn slow(bytes: usize, pause: Duration) -> Self {
        Self::new(Kind::Damage(Some(Damage::Slow { bytes: bytes.max(1), pause })))
    }

    /// An answer with a content type that it should not have.
    ///
    /// # Panics
    /// When it can't stand in a header.
    #[track_caller]
    pub fn content_type(value: &str) -> Self {
        Self::new(Kind::Damage(None)).header("content-type", value)
    }
}

/// Which requests, and how many of them.
impl Fault {
    /// Only requests of this method for this path. What a path says is told at
    /// [`on_path`](Self::on_path).
    pub fn on(self, method: &str, path: &str) -> Self {
        self.on_method(method).on_path(path)
    }

    /// Only requests of this method. All methods by default.
    pub fn on_method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only requests for this path, from the root of the server on and without a query. A segment
    /// in braces, as in `/rest/scanResult/{id}/download`, stands for any one segment; a `*` at the
    /// end, as in `/api/3/*`, for whatever follows. All paths by default.
    pub fn on_path(mut self, path: &str) -> Self {
        self.path = Some(Pattern::new(path));
        self
    }

    /// Not the first so many of the requests that are meant. None are left out by default.
    pub fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// So many times at the most. By default until the faults are cleared.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Only a share of the requests that are meant, from 0 (none) to 1 (all, the default). A dice
    /// chooses them: [`seed`](Self::seed) says which.
    pub fn share(mut self, share: f64) -> Self {
        self.share = Some(share);
        self
    }

    /// The dice of [`share`](Self::share), 0 by default. With the same seed the same requests are
    /// chosen, counted in the order they arrive.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// A header `Retry-After` with so many seconds. For a date, and for what can't be read, use
    /// [`header`](Self::header).
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.insert("retry-after", seconds.into());
        self
    }

    /// A header of the answer, instead of one of the same name. Without an answer there is none.
    ///
    /// # Panics
    /// When the name or the value can't stand in a header.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = valid("the name of a header", name, HeaderName::try_from(name));
        let value = valid("the value of a header", value, HeaderValue::try_from(value));
        self.headers.insert(name, value);
        self
    }
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            headers: HeaderMap::new(),
            method: None,
            path: None,
            skip: 0,
            times: None,
            share: None,
            seed: 0,
        }
    }

    /// Whether it is meant for a request, or rather its head.
    fn fits(&self, request: &Parts) -> bool {
        let method = self.method.as_ref();
        let path = self.path.as_ref();
        method.is_none_or(|method| method.eq_ignore_ascii_case(request.method.as_str()))
            && path.is_none_or(|path| path.fits(request.uri.path()))
            && (!matches!(self.kind, Kind::SessionEnd) || answer::shows_credentials(request))
    }

    /// Whether it can be met by a connection of which nothing is known yet.
    fn fits_connection(&self) -> bool {
        matches!(self.kind, Kind::Refusal) && self.method.is_none() && self.path.is_none()
    }
}

#[track_caller]
fn final_status(status: u16) -> StatusCode {
    let found = StatusCode::from_u16(status).ok().filter(|found| !found.is_informational());
    valid("the status of a final answer", &status.to_string(), found.ok_or(()))
}

/// What can be said of an answer, or a test that stops where its author can see why.
#[track_caller]
#[expect(clippy::panic, reason = "a slip of a test's author, before anything runs")]
fn valid<T, E>(what: &str, given: &str, result: Result<T, E>) -> T {
    let Ok(value) = result else { panic!("{given:?} can't be {what}") };
    value
}
