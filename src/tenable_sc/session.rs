//! Sessions: one login for all calls that need one, and another when the session expires.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::{FutureExt as _, Shared, WeakShared};
use reqwest::{
    Method,
    header::{COOKIE, HeaderMap, HeaderName, SET_COOKIE},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use tokio::runtime::{self, Handle};

use super::{
    call::Prepared,
    envelope::{Envelope, INVALID_TOKEN},
};
use crate::{
    Error, ErrorKind, Result,
    http::{BoxFuture, Response, RetryContext, SecretHeaders, Session, Transport},
};

const TOKEN: HeaderName = HeaderName::from_static("x-securitycenter");
/// How long rejected credentials are not sent again. Servers lock an account after a few attempts.
const REJECTED_FOR: Duration = Duration::from_secs(300);

/// How a client logs in.
pub(super) enum Account {
    Password {
        user: String,
        password: SecretString,
    },
    /// The client certificate identifies the user; `GET system` gives the token.
    Certificate,
}

/// Logs in when a session is needed, and keeps the session.
///
/// A login is shared by all calls that wait for it, and ends whether or not they do: dropping a call
/// neither fails the others nor opens a second session.
#[derive(Clone)]
pub(super) struct SessionManager {
    account: Arc<Account>,
    state: Arc<Mutex<State>>,
}

/// The outcome of a login, and how many retries it took.
type Outcome = (Result<Arc<SecretHeaders>>, u32);
type Login = Shared<BoxFuture<'static, Outcome>>;

#[derive(Default)]
struct State {
    current: Option<Established>,
    /// The login in progress, and the runtime that drives it: a call on another runtime can't wait
    /// for it, as that one may be idle.
    login: Option<(runtime::Id, WeakShared<BoxFuture<'static, Outcome>>)>,
    /// Sessions that a logout has not ended yet on the server.
    ending: Vec<Arc<SecretHeaders>>,
    /// Counts logins.
    logins: u64,
    /// Counts logouts. A call that began before a logout does not log in again after it.
    epoch: u64,
    /// Credentials that the server rejected, and when.
    rejected: Option<(Error, Instant)>,
}

/// A session that the server knows.
struct Established {
    token: SecretString,
    cookies: Cookies,
    /// Token and cookies as they are sent.
    headers: Arc<SecretHeaders>,
}

impl Established {
    fn new(login: u64, token: SecretString, cookies: Cookies) -> Result<Self> {
        let mut headers = SecretHeaders::default();
        headers.login = login;
        let invalid =
            |_| Error::new(ErrorKind::Decode, "the server's session token is not a valid header");
        headers.add(TOKEN, &token, "the token").map_err(invalid)?;
        if let Some(cookies) = cookies.header() {
            headers.add(COOKIE, &cookies, "the cookies").map_err(invalid)?;
        }
        Ok(Self { token, cookies, headers: Arc::new(headers) })
    }
}

impl SessionManager {
    pub(super) fn new(account: Account) -> Self {
        Self { account: Arc::new(account), state: Arc::default() }
    }

    /// The login in progress, or a new one.
    fn log_in(&self, state: &mut State, transport: &Transport, context: &RetryContext) -> Login {
        if let Some(login) = state.in_progress() {
            return login;
        }
        let (manager, transport) = (self.clone(), transport.clone());
        let (mut context, retries) = (context.for_login(), context.retries());
        state.logins += 1;
        let (serial, epoch) = (state.logins, state.epoch);
        let login: BoxFuture<'static, Outcome> = Box::pin(async move {
            let result = manager.account.log_in(serial, &transport, &mut context).await;
            let mut state = manager.lock();
            if state.logins == serial {
                state.login = None;
            }
            let headers = result.map(|session| {
                let headers = Arc::clone(&session.headers);
                // Another runtime may have logged in or out meanwhile.
                if epoch == state.epoch && state.current.is_none() {
                    state.current = Some(session);
                } else {
                    state.ending.push(session.headers);
                }
                headers
            });
            if let Err(error) = &headers
                && error.is_unauthorized()
            {
                state.rejected = Some((error.clone(), transport.clock().now()));
            }
            (headers, context.retries().saturating_sub(retries))
        });
        let login = login.shared();
        let runtime = Handle::current();
        state.login = login.downgrade().map(|login| (runtime.id(), login));
        // It ends even if no call waits for it any more: its outcome, a session to end or a rejected
        // password, must not be lost.
        runtime.spawn(login.clone());
        login
    }

    /// Logs in now, also where the credentials were rejected a short while ago.
    pub(super) async fn log_in_now(&self, transport: &Transport) -> Result<()> {
        transport.check_runtime()?;
        self.lock().rejected = None;
        self.headers(transport, &mut transport.context()).await.map(drop)
    }

    /// Ends the session on the server. Without one there is nothing to do.
    pub(super) async fn log_out(&self, transport: &Transport) -> Result<()> {
        transport.check_runtime()?;
        let login = {
            let mut state = self.lock();
            state.epoch += 1;
            state.in_progress()
        };
        let mut context = transport.context();
        if let Some(login) = login {
            // One that fails leaves nothing to end.
            let _ = context.within(login.map(Ok)).await?;
        }
        let ending = {
            let mut state = self.lock();
            if let Some(session) = state.current.take() {
                state.ending.push(session.headers);
            }
            state.ending.clone()
        };
        let mut result = Ok(());
        for headers in ending {
            context.next_request();
            match end(&headers, transport, &mut context).await {
                Ok(()) => self.lock().ending.retain(|other| other.login != headers.login),
                // The session may still exist; calling `logout` again retries.
                Err(error) => result = result.and(Err(error)),
            }
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends one session. One that has expired has ended.
async fn end(
    headers: &Arc<SecretHeaders>,
    transport: &Transport,
    context: &mut RetryContext,
) -> Result<()> {
    let prepared = Prepared::new("token::DELETE", Method::DELETE, "token");
    let operation = prepared.operation.of_session();
    let request = prepared.request(transport.base_url())?;
    match transport.call_with(context, headers, request, operation).await {
        Ok(response) => Envelope::open_unread(&response).map(drop),
        Err(error) if error.code() == Some(INVALID_TOKEN) => Ok(()),
        Err(error) => Err(error),
    }
}

impl State {
    fn in_progress(&self) -> Option<Login> {
        let (runtime, login) = self.login.as_ref()?;
        if *runtime == Handle::current().id() { login.upgrade() } else { None }
    }
}

impl Session for SessionManager {
    fn headers<'a>(
        &'a self,
        transport: &'a Transport,
        context: &'a mut RetryContext,
    ) -> BoxFuture<'a, Result<Arc<SecretHeaders>>> {
        Box::pin(async move {
            let login = {
                let mut state = self.lock();
                if *context.session_epoch.get_or_insert(state.epoch) != state.epoch {
                    return Err(Error::new(
                        ErrorKind::Unauthorized,
                        "the client was logged out while this call was in progress",
                    ));
                }
                if let Some(session) = &state.current {
                    return Ok(Arc::clone(&session.headers));
                }
                if let Some((error, at)) = &state.rejected {
                    let elapsed = transport.clock().now().saturating_duration_since(*at);
                    if elapsed < REJECTED_FOR {
                        return Err(error.clone().with_note(
                            "that was a short time ago, and this call has not tried it again: see \
                             `Client::login`",
                        ));
                    }
                    state.rejected = None;
                }
                self.log_in(&mut state, transport, context)
            };
            let (headers, retries) = context.within(login.map(Ok)).await?;
            context.count_retries(retries);
            headers
        })
    }

    fn has_expired(&self, headers: &SecretHeaders, error: &Error) -> bool {
        // A 403 alone does not say so.
        if error.code() != Some(INVALID_TOKEN) {
            return false;
        }
        let mut state = self.lock();
        state.current.take_if(|session| session.headers.login == headers.login);
        true
    }

    fn receive(&self, headers: &SecretHeaders, response: &HeaderMap) {
        if !response.contains_key(SET_COOKIE) {
            return;
        }
        let mut state = self.lock();
        let Some(session) = &state.current else { return };
        if session.headers.login != headers.login {
            return;
        }
        let mut cookies = session.cookies.clone();
        cookies.receive(response);
        if let Ok(session) = Established::new(headers.login, session.token.clone(), cookies) {
            state.current = Some(session);
        }
    }
}

impl fmt::Debug for SessionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.account {
            Account::Password { .. } => "session with user and password",
            Account::Certificate => "session with client certificate",
        })
    }
}

impl Account {
    async fn log_in(
        &self,
        serial: u64,
        transport: &Transport,
        context: &mut RetryContext,
    ) -> Result<Established> {
        let mut cookies = Cookies::default();
        let (response, value) = match self {
            Self::Password { user, password } => {
                let login = |release| {
                    let mut body = json!({
                        "username": user,
                        "password": password.expose_secret(),
                    });
                    if release {
                        body["releaseSession"] = true.into();
                    }
                    Prepared::new("token::POST", Method::POST, "token").idempotent().json(body)
                };
                let first = send(login(false), transport, context, &mut cookies).await?;
                if first.1.get("token").is_none() && is_true(first.1.get("releaseSession")) {
                    tracing::warn!("the user has no session left: an older one is ended");
                    send(login(true), transport, context, &mut cookies).await?
                } else {
                    first
                }
            }
            Self::Certificate => {
                let prepared = Prepared::new("system::GET", Method::GET, "system");
                send(prepared, transport, context, &mut cookies).await?
            }
        };
        let token = match value.get("token") {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            _ => return Err(no_token(&response)),
        };
        Established::new(serial, token.into(), cookies)
    }
}

/// One request of a login.
async fn send(
    prepared: Prepared,
    transport: &Transport,
    context: &mut RetryContext,
    cookies: &mut Cookies,
) -> Result<(Response, Map<String, Value>)> {
    let operation = prepared.operation.of_session();
    let request = prepared.request(transport.base_url())?;
    let response = transport.call_in(context, request, operation).await;
    let response = response.map_err(|error| match error.kind() {
        // Wrong credentials come as a 403 with a code of their own.
        ErrorKind::Forbidden | ErrorKind::Rejected => error
            .with_kind(ErrorKind::Unauthorized)
            .with_note("the server did not accept the credentials"),
        _ => error,
    })?;
    cookies.receive(&response.headers);
    match Envelope::open(&response)?.response {
        Value::Object(value) => Ok((response, value)),
        _ => Err(no_token(&response)),
    }
}

fn no_token(response: &Response) -> Error {
    response.error(ErrorKind::Unauthorized, "the server accepted the login and gave no token")
}

fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// How many cookies a session keeps, and how many bytes of them: what browsers keep, and what servers
/// accept in a header.
const COOKIES: usize = 50;
const COOKIE_BYTES: usize = 8 * 1024;

/// The cookies of a session: the server's own, and those of a load balancer.
#[derive(Clone, Default)]
struct Cookies(Vec<(String, SecretString)>);

impl Cookies {
    /// A later cookie replaces an earlier one of its name. One that has expired is removed, and so are
    /// the oldest if there are too many.
    fn receive(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let Ok(cookie) = cookie.to_str() else { continue };
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let known = self.0.iter().position(|(other, _)| other == name);
            match (known, has_expired(parts)) {
                (Some(index), true) => drop(self.0.remove(index)),
                (Some(index), false) => self.0[index].1 = value.into(),
                (None, true) => {}
                (None, false) => self.0.push((name.to_owned(), value.into())),
            }
        }
        let size =
            |(name, value): &(String, SecretString)| name.len() + value.expose_secret().len();
        while self.0.len() > COOKIES || self.0.iter().map(size).sum::<usize>() > COOKIE_BYTES {
            self.0.remove(0);
        }
    }

    fn header(&self) -> Option<SecretString> {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={}", value.expose_secret()));
        let header = pairs.collect::<Vec<_>>().join("; ");
        (!header.is_empty()).then(|| header.into())
    }
}

/// `Max-Age` takes precedence over `Expires` (RFC 6265, 5.3).
fn has_expired<'a>(attributes: impl Iterator<Item = &'a str>) -> bool {
    let (mut max_age, mut expires) = (None, None);
    for (name, value) in attributes.filter_map(|attribute| attribute.split_once('=')) {
        if name.eq_ignore_ascii_case("max-age") {
            max_age = value.parse::<i64>().ok();
        } else if name.eq_ignore_ascii_case("expires") {
            expires = httpdate::parse_http_date(value).ok();
        }
    }
    match (max_age, expires) {
        (Some(seconds), _) => seconds <= 0,
        (None, Some(date)) => date <= std::time::SystemTime::now(),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_replaced_and_removed_as_rfc_6265_says() {
        let mut cookies = Cookies::default();
        for (received, sent) in [
            (&["A=1; path=/; HttpOnly", "B=2"][..], Some("A=1; B=2")),
            (&["A=3"], Some("A=3; B=2")),
            (&["B=; Max-Age=0"], Some("A=3")),
            (&["C=4; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], Some("A=3; C=4")),
            (&["C=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], Some("A=3")),
            (&["no pair", "A=; max-age=-1"], None),
        ] {
            let mut headers = HeaderMap::new();
            for cookie in received {
                headers.append(SET_COOKIE, cookie.parse().unwrap());
            }
            cookies.receive(&headers);
            let header = cookies.header();
            assert_eq!(header.as_ref().map(ExposeSecret::expose_secret), sent);
        }
    }

    #[test]
    fn a_server_that_always_sets_another_cookie_does_not_fill_the_memory() {
        let mut cookies = Cookies::default();
        for (size, expected) in [(1, COOKIES), (1000, 8), (COOKIE_BYTES, 0)] {
            for number in 0..1000 {
                let cookie = format!("N{number:03}={}", "v".repeat(size));
                let mut headers = HeaderMap::new();
                headers.append(SET_COOKIE, cookie.parse().unwrap());
                cookies.receive(&headers);
            }
            assert_eq!(cookies.0.len(), expected);
            assert!(cookies.0.last().is_none_or(|(name, _)| name == "N999"));
        }
    }

    #[test]
    fn responses_to_calls_in_flight_belong_to_the_login_they_were_sent_with() {
        let manager = SessionManager::new(Account::Certificate);
        let session = |login| Established::new(login, "4711".into(), Cookies::default()).unwrap();
        let sent = || manager.lock().current.as_ref().unwrap().cookies.header();
        let receive = |headers: &SecretHeaders, cookie: &str| {
            let mut response = HeaderMap::new();
            response.append(SET_COOKIE, cookie.parse().unwrap());
            manager.receive(headers, &response);
        };
        manager.lock().current = Some(session(1));
        let first = Arc::clone(&manager.lock().current.as_ref().unwrap().headers);
        // Two calls with the same headers: the second response counts, too.
        receive(&first, "A=1");
        receive(&first, "B=2");
        assert_eq!(sent().as_ref().map(ExposeSecret::expose_secret), Some("A=1; B=2"));
        // What belongs to another login does not.
        receive(&SecretHeaders::default(), "C=3");
        assert_eq!(sent().as_ref().map(ExposeSecret::expose_secret), Some("A=1; B=2"));
        let expired = Error::new(ErrorKind::Unauthorized, "").with_code(Some(INVALID_TOKEN));
        assert!(manager.has_expired(&SecretHeaders::default(), &expired));
        assert!(manager.lock().current.is_some(), "another login");
        assert!(manager.has_expired(&first, &expired));
        assert!(manager.lock().current.is_none(), "whatever cookies it has by now");
    }
}
