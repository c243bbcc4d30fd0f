//! Injected faults: what fails, for which requests, and how often.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, COOKIE, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use fastrand::Rng;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::host::setters;

/// The headers that carry credentials, of either product.
pub(crate) const CREDENTIALS: [HeaderName; 5] = [
    AUTHORIZATION,
    COOKIE,
    HeaderName::from_static("token"),
    HeaderName::from_static("x-apikey"),
    HeaderName::from_static("x-securitycenter"),
];

/// A failure of a running sandbox, given to
/// [`InsightVm::inject`](crate::InsightVm::inject) or
/// [`TenableSc::inject`](crate::TenableSc::inject).
///
/// Every request meets it until the faults are cleared, unless it is narrowed:
///
/// * [`on`](Self::on), [`on_path`](Self::on_path), [`on_method`](Self::on_method): only for some
///   requests;
/// * [`skip`](Self::skip) and [`times`](Self::times): not for the first ones, and only a number of
///   times;
/// * [`share`](Self::share): for a share of requests, chosen by a seeded generator.
///
/// A request meets at most one fault: the first injected one that matches. So faults that are
/// injected one after the other, each for one time, make a sequence:
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
/// Unless stated otherwise the product does not see the request, so nothing changes in it; the
/// request's body is read to its end first.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "GivenFault")]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    pub(crate) kind: Kind,
    headers: BTreeMap<String, String>,
    method: Option<String>,
    path: Option<String>,
    skip: u64,
    times: Option<u64>,
    share: Option<f64>,
    seed: u64,
}

/// A fault in JSON. What all faults have is taken out, and the rest must be its kind.
#[derive(Deserialize)]
struct GivenFault {
    #[serde(default)]
    headers: BTreeMap<String, String>,
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    skip: u64,
    times: Option<u64>,
    share: Option<f64>,
    #[serde(default)]
    seed: u64,
    #[serde(flatten)]
    kind: Map<String, Value>,
}

impl TryFrom<GivenFault> for Fault {
    type Error = String;

    fn try_from(given: GivenFault) -> Result<Self, String> {
        let GivenFault { headers, method, path, skip, times, share, seed, kind } = given;
        let kind = serde_json::from_value(Value::Object(kind)).map_err(|error| {
            format!("{error}; every fault may have headers, method, path, seed, share, skip, times")
        })?;
        let fault = Self { kind, headers, method, path, skip, times, share, seed };
        fault.check()?;
        Ok(fault)
    }
}

/// What fails. In JSON, a constructor's name and its arguments. Those without any have braces, as
/// serde does not look for unknown properties otherwise.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Kind {
    Status { status: u16 },
    Response { status: u16, content_type: String, body: String },
    Redirect { status: u16, location: String },
    LoginPage {},
    Error { status: u16, code: i64, message: String },
    SessionEnd {},
    Refuse {},
    Close {},
    Reset {},
    Silence {},
    LostResponse {},
    ResetAfter { bytes: u64 },
    StallAfter { bytes: u64 },
    TruncateAfter { bytes: u64 },
    FlipByte { offset: u64 },
    Slow { bytes: usize, pause_ms: u64 },
    ContentType { value: String },
}

/// Responses that don't come from the product.
impl Fault {
    /// A response with this status, and the page of a web server in front of the product as its
    /// body.
    ///
    /// # Panics
    /// If it is not the status of a final response, 200 to 999.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status { status })
    }

    /// A response with this status, content type and body, also for values that no setter makes,
    /// such as nulls, and for routes that the sandbox does not have.
    ///
    /// ```
    /// # async fn example() -> std::io::Result<()> {
    /// # use scanops_sandbox::{Fault, TenableSc};
    /// # let center = TenableSc::start().await?;
    /// // What Tenable.sc puts around each of its responses, with a result that has no name.
    /// let body = r#"{"type": "regular", "response": {"id": "1", "name": null}, "error_code": 0,
    ///     "error_msg": "", "warnings": [], "timestamp": 1767600000}"#;
    /// let unnamed = Fault::response(200, "application/json", body);
    /// center.inject(unnamed.on("GET", "/rest/scanResult/1"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// As [`status`](Self::status), and if the content type is not a valid header value.
    #[track_caller]
    pub fn response(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        let content_type = content_type.to_owned();
        Self::new(Kind::Response { status, content_type, body: body.into() })
    }

    /// A redirect with this status (301, 302, 303, 307 or 308) to another URL.
    ///
    /// # Panics
    /// As [`status`](Self::status), and if the location is not a valid header value.
    #[track_caller]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(Kind::Redirect { status, location: location.to_owned() })
    }

    /// A login page in HTML under a 200, as a proxy that wants a login first shows it.
    pub fn login_page() -> Self {
        Self::new(Kind::LoginPage {})
    }

    /// An error in the product's own JSON, under this HTTP status. The code is Tenable.sc's
    /// `error_code`, and the `status` in the body of an InsightVM console.
    ///
    /// ```
    /// # async fn example() -> std::io::Result<()> {
    /// # use scanops_sandbox::Fault;
    /// # let center = scanops_sandbox::TenableSc::start().await?;
    /// // An overloaded database: a later attempt succeeds.
    /// let message = "Error executing query: database is locked.\n";
    /// center.inject(Fault::error(403, 1, message).on_path("/rest/scanResult*").times(1));
    /// // A failure that looks like a success to a client that checks the HTTP status alone.
    /// center.inject(Fault::error(200, 146, "This is not possible.").times(2));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// As [`status`](Self::status).
    #[track_caller]
    pub fn error(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self::new(Kind::Error { status, code, message: message.into() })
    }

    /// Ends the session of a request, and responds as to a request without any credentials:
    /// Tenable.sc with 403 and `error_code` 12, an InsightVM console with 401. A request without
    /// credentials, such as a login, does not meet this fault. A call that needs none, such as `GET
    /// /rest/system`, responds as usual; it has met the fault, and its session has ended.
    pub fn session_end() -> Self {
        Self::new(Kind::SessionEnd {})
    }
}

/// Connections that break before there is a response.
impl Fault {
    /// Resets a connection as soon as it is accepted, before a byte of it is read.
    ///
    /// An open port can't refuse a connection in the strict sense: the operating system has
    /// accepted it before the sandbox sees it. To a client this looks like a server whose backlog
    /// is full.
    ///
    /// Connections are counted instead of requests, each once: when it is accepted. If another fault
    /// that is still active was injected before this one, or if the connection was open already, it
    /// is counted at the next request for which this fault has its turn. The head of that request is
    /// read before the reset, but not its body.
    ///
    /// A fault that is limited to a path or a method counts requests, as other faults do, and the
    /// head of each is read.
    ///
    /// A connection is reset before it is known what will be requested, so a fault with neither a
    /// path nor a method cuts off the control interface too. Over HTTP such a fault is rejected: use
    /// the path `/*`.
    pub fn refuse() -> Self {
        Self::new(Kind::Refuse {})
    }

    /// Closes the connection in good order instead of responding.
    pub fn close() -> Self {
        Self::new(Kind::Close {})
    }

    /// Resets the connection (TCP `RST`) instead of responding.
    pub fn reset() -> Self {
        Self::new(Kind::Reset {})
    }

    /// No response at all, until the client goes away or the sandbox stops.
    pub fn silence() -> Self {
        Self::new(Kind::Silence {})
    }

    /// The product does what is asked for, and then the connection is reset. Shows what a client
    /// that tries again does twice.
    pub fn lost_response() -> Self {
        Self::new(Kind::LostResponse {})
    }
}

/// Responses of the product that are damaged on their way. A body that ends before the position
/// that is named arrives whole. So does one that ends at that position and has a `Content-Length`:
/// its response is complete then, and the connection goes on. The request has met the fault in
/// either case.
impl Fault {
    /// Resets the connection (TCP `RST`) after the response's headers and this many bytes of its
    /// body. They were sent; as a reset overtakes what is on its way, a client that reads slowly
    /// may see fewer.
    pub fn reset_after(bytes: u64) -> Self {
        Self::new(Kind::ResetAfter { bytes })
    }

    /// Sends the response's headers and this many bytes of its body, and then nothing until the
    /// client goes away or the sandbox stops.
    pub fn stall_after(bytes: u64) -> Self {
        Self::new(Kind::StallAfter { bytes })
    }

    /// Closes the connection in good order after the response's headers and this many bytes of its
    /// body: fewer than `Content-Length` says, or without the last chunk.
    pub fn truncate_after(bytes: u64) -> Self {
        Self::new(Kind::TruncateAfter { bytes })
    }

    /// Inverts all bits of the byte of the body at this offset.
    pub fn flip_byte(offset: u64) -> Self {
        Self::new(Kind::FlipByte { offset })
    }

    /// Sends the body in pieces of this many bytes (at least one; the last piece may be smaller), with
    /// a pause after each. A piece is in memory as a whole. Pauses are whole milliseconds.
    pub fn slow(bytes: usize, pause: Duration) -> Self {
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        Self::new(Kind::Slow { bytes, pause_ms })
    }

    /// A response with a content type that it should not have.
    ///
    /// # Panics
    /// If it is not a valid header value.
    #[track_caller]
    pub fn content_type(value: &str) -> Self {
        Self::new(Kind::ContentType { value: value.to_owned() })
    }
}

/// Which requests, and how many of them.
impl Fault {
    /// Only requests of this method for this path, as [`on_path`](Self::on_path) describes paths.
    ///
    /// # Panics
    /// As [`on_path`](Self::on_path).
    #[track_caller]
    pub fn on(self, method: &str, path: &str) -> Self {
        self.on_method(method).on_path(path)
    }

    /// Only requests for this path, from the root of the server on and without a query. A segment in
    /// braces, as in `/rest/scanResult/{id}/download`, stands for any one segment; a `*` at the end,
    /// as in `/api/3/*`, for whatever follows. All paths by default. The path need not be one that
    /// the product has: a [`response`](Self::response) also stubs a route that the sandbox lacks.
    ///
    /// # Panics
    /// If no request can have this path: it does not begin with `/` (and is not `*`), has a query, or has
    /// a brace that does not enclose a whole segment.
    #[track_caller]
    pub fn on_path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self.valid()
    }

    setters! {
        /// Only requests of this method. All methods by default.
        on_method(method: &str) => method = Some(method.to_owned());
        /// Skips this many matching requests first. 0 by default.
        skip(requests: u64) => skip = requests;
        /// At most this many times. By default until the faults are cleared.
        times(times: u64) => times = Some(times);
        /// Only a share of the matching requests, from 0 (none) to 1 (all, the default), chosen by a
        /// generator that is seeded with [`seed`](Self::seed).
        share(share: f64) => share = Some(share);
        /// The seed of [`share`](Self::share), 0 by default. With the same seed the same requests
        /// are chosen, counted in the order in which they arrive.
        seed(seed: u64) => seed = seed;
    }

    /// A header `Retry-After` with this many seconds. For a date, or a value that can't be read, use
    /// [`header`](Self::header).
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.insert("retry-after".to_owned(), seconds.to_string());
        self
    }

    /// A header of the response, in place of one of the same name. Ignored if there is no response.
    ///
    /// # Panics
    /// If the name or the value is not valid in a header, or the name is `Content-Length` or
    /// `Transfer-Encoding`, which follow from the body.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self.valid()
    }
}

impl Fault {
    #[track_caller]
    fn new(kind: Kind) -> Self {
        let fault = Self {
            kind,
            headers: BTreeMap::new(),
            method: None,
            path: None,
            skip: 0,
            times: None,
            share: None,
            seed: 0,
        };
        fault.valid()
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "a mistake in a test, found before anything runs")]
    fn valid(self) -> Self {
        if let Err(error) = self.check() {
            panic!("{error}");
        }
        self
    }

    /// Checks what a request would only find out.
    fn check(&self) -> Result<(), String> {
        self.headers()?;
        match &self.path {
            Some(path) if path != "*" && !path.starts_with('/') => {
                Err(format!("{path:?} is not a path: it must begin with a slash"))
            }
            Some(path) if path.contains(['?', '#']) => {
                Err(format!("{path:?} is more than a path: leave out the query"))
            }
            Some(path) if !has_valid_segments(path) => Err(format!(
                "{path:?}: braces stand for a whole segment, as in /rest/scanResult/{{id}}/download"
            )),
            _ => Ok(()),
        }
    }

    /// The headers that it gives the response.
    ///
    /// # Errors
    /// If a header or the status is not valid.
    pub(crate) fn headers(&self) -> Result<HeaderMap, String> {
        let (status, own) = match &self.kind {
            Kind::Status { status } | Kind::Error { status, .. } => (Some(*status), None),
            Kind::Response { status, content_type, .. } => {
                (Some(*status), Some(("content-type", content_type)))
            }
            Kind::Redirect { status, location } => (Some(*status), Some(("location", location))),
            Kind::ContentType { value } => (None, Some(("content-type", value))),
            _ => (None, None),
        };
        status.map_or(Ok(()), final_status)?;
        let given = self.headers.iter().map(|(name, value)| (name.as_str(), value));
        let mut headers = HeaderMap::new();
        for (name, value) in own.into_iter().chain(given) {
            let name = HeaderName::try_from(name)
                .map_err(|_| format!("{name:?} is not a valid header name"))?;
            if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
                return Err(format!("{name} is that of the body: cut it with truncate_after"));
            }
            let value =
                value.parse().map_err(|_| format!("{value:?} is not a valid header value"))?;
            headers.insert(name, value);
        }
        Ok(headers)
    }

    fn matches(&self, request: &Parts) -> bool {
        let method = self.method.as_ref();
        let path = self.path.as_ref();
        method.is_none_or(|method| method.eq_ignore_ascii_case(request.method.as_str()))
            && path.is_none_or(|path| path_matches(path, request.uri.path()))
            && (self.kind != Kind::SessionEnd {}
                || CREDENTIALS.iter().any(|name| request.headers.contains_key(name)))
    }

    /// Whether it counts connections, and is met by a new one before a request is read.
    pub(crate) fn matches_connection(&self) -> bool {
        self.kind == Kind::Refuse {} && self.method.is_none() && self.path.is_none()
    }
}

fn final_status(status: u16) -> Result<(), String> {
    match StatusCode::from_u16(status) {
        Ok(found) if !found.is_informational() => Ok(()),
        _ => Err(format!("{status} is not the status of a final response")),
    }
}

/// Removes all credentials from a request.
pub(crate) fn forget_credentials(request: &mut Parts) {
    for name in CREDENTIALS {
        request.headers.remove(name);
    }
}

/// Whether each brace of a pattern belongs to a segment in braces. Clients encode those of a path.
fn has_valid_segments(pattern: &str) -> bool {
    // The last segment of an open pattern is the beginning of one.
    let (segments, last) = match pattern.strip_suffix('*') {
        Some(open) => open.rsplit_once('/').unwrap_or_default(),
        None => (pattern, ""),
    };
    let inner = |segment| -> Option<_> { str::strip_prefix(segment, '{')?.strip_suffix('}') };
    let segments = segments.split('/').map(|segment| inner(segment).unwrap_or(segment));
    segments.chain([last]).all(|text| !text.contains(['{', '}']))
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let (pattern, open) = pattern.strip_suffix('*').map_or((pattern, false), |it| (it, true));
    let wanted: Vec<&str> = pattern.split('/').collect();
    // The last segment of an open pattern is compared with all of the rest.
    let found: Vec<&str> =
        if open { path.splitn(wanted.len(), '/').collect() } else { path.split('/').collect() };
    let last = wanted.len() - 1;
    let fits = |(nth, (wanted, found)): (usize, (&&str, &&str))| match wanted {
        _ if open && nth == last => found.starts_with(wanted),
        _ if wanted.starts_with('{') && wanted.ends_with('}') => !found.is_empty(),
        _ => wanted == found,
    };
    wanted.len() == found.len() && wanted.iter().zip(&found).enumerate().all(fits)
}

/// A fault that was injected into a sandbox. Dropping it changes nothing.
#[derive(Debug, Clone)]
pub struct InjectedFault(Arc<AtomicU64>);

impl InjectedFault {
    /// How often the fault was met so far.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// All injected faults, in their order.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<Entry>>);

/// The faults that have counted a connection.
#[derive(Clone, Default)]
pub(crate) struct CountedBy(Arc<Mutex<Vec<InjectedFault>>>);

impl CountedBy {
    /// Adds a fault. False if it was there already.
    fn add(&self, fault: &InjectedFault) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = counted.iter().all(|other| !Arc::ptr_eq(&other.0, &fault.0));
        if new {
            counted.push(fault.clone());
        }
        new
    }
}

struct Entry {
    fault: Fault,
    random: Rng,
    injected: InjectedFault,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) -> InjectedFault {
        let injected = InjectedFault(Arc::default());
        let random = Rng::with_seed(fault.seed);
        let entry = Entry { fault, random, injected: injected.clone() };
        self.with(|entries| entries.push(entry));
        injected
    }

    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    /// How often each was met, also those that are not met any more.
    pub(crate) fn used(&self) -> Vec<u64> {
        self.with(|entries| entries.iter().map(|entry| entry.injected.used()).collect())
    }

    /// The fault that a request of this connection meets.
    pub(crate) fn meet(&self, request: &Parts, connection: &CountedBy) -> Option<Fault> {
        self.with(|entries| {
            let met = |entry: &mut Entry| entry.fault.matches(request) && entry.draw(connection);
            entries.iter_mut().find_map(|entry| met(entry).then(|| entry.fault.clone()))
        })
    }

    /// Whether a new connection is refused, before a request is read.
    pub(crate) fn refuse(&self, connection: &CountedBy) -> bool {
        self.with(|entries| {
            let first = entries.iter_mut().find(|entry| entry.fault.times != Some(0));
            first.is_some_and(|first| first.fault.matches_connection() && first.draw(connection))
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Entry {
    /// Whether a matching request, or a new connection, meets the fault. If so it is counted.
    fn draw(&mut self, connection: &CountedBy) -> bool {
        let fault = &mut self.fault;
        if fault.times == Some(0) {
            return false;
        }
        if fault.matches_connection() && !connection.add(&self.injected) {
            return false;
        }
        if fault.skip > 0 {
            fault.skip -= 1;
            return false;
        }
        if fault.share.is_some_and(|share| self.random.f64() >= share) {
            return false;
        }
        fault.times = fault.times.map(|times| times - 1);
        self.injected.0.fetch_add(1, Ordering::SeqCst);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_one_segment_and_an_asterisk_is_the_rest() {
        for (pattern, path, fits) in [
            ("/rest/system", "/rest/system", true),
            ("/rest/system", "/rest/system/", false),
            ("/rest/system", "/rest", false),
            ("/rest/system", "/rest/systems", false),
            ("/rest/scanResult/{id}/download", "/rest/scanResult/12/download", true),
            ("/rest/scanResult/{id}/download", "/rest/scanResult//download", false),
            ("/rest/scanResult/{id}", "/rest/scanResult/12/download", false),
            ("/rest/*", "/rest/scanResult/12", true),
            ("/rest/*", "/rest/", true),
            ("/rest/*", "/rest", false),
            ("/rest/scan*", "/rest/scanResult/12", true),
            ("/rest/scan*", "/rest/token", false),
            ("/rest/{kind}/12*", "/rest/scanResult/121/copy", true),
            ("*", "/anything/at/all", true),
            ("/", "/", true),
            ("", "/", false),
        ] {
            assert_eq!(path_matches(pattern, path), fits, "{pattern} {path}");
        }
    }
}
