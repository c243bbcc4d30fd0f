//! Sessions: one login for however many calls wait for it, and one more when it has died.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::{FutureExt as _, Shared, WeakShared};
use reqwest::{
    Method, Request,
    header::{COOKIE, HeaderName, HeaderValue, SET_COOKIE},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::{
    call::{BoxFuture, Prepared},
    envelope::{Envelope, INVALID_TOKEN},
};
use crate::{
    Error, ErrorKind, Result,
    http::{Answer, Transport, looks_like_html, summary},
};

const TOKEN: HeaderName = HeaderName::from_static("x-securitycenter");

/// How one logs in for a session.
pub(super) enum Account {
    Password {
        user: String,
        password: SecretString,
    },
    /// The client certificate says who it is; `GET system` gives the token.
    Certificate,
}

/// A session that the server knows: its token, and its cookies.
pub(super) struct Session {
    token: SecretString,
    cookies: SecretString,
    /// Which login of this client it came from.
    serial: u64,
}

impl Session {
    pub(super) fn apply(&self, request: &mut Request) -> Result<()> {
        let headers = request.headers_mut();
        headers.insert(TOKEN, sensitive(&self.token)?);
        if !self.cookies.expose_secret().is_empty() {
            headers.insert(COOKIE, sensitive(&self.cookies)?);
        }
        Ok(())
    }
}

fn sensitive(secret: &SecretString) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose_secret()).map_err(|_| {
        Error::new(ErrorKind::Decode, "the login gave a token that no header can carry")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Logs in when a session is needed, and keeps it.
///
/// A login belongs to all calls that wait for it: it goes on for as long as one of them does, so
/// that one that is dropped costs the others nothing, and the server no second session.
pub(super) struct Keeper {
    account: Arc<Account>,
    state: Arc<Mutex<State>>,
}

type Login = Shared<BoxFuture<Result<Arc<Session>>>>;

#[derive(Default)]
struct State {
    current: Option<Arc<Session>>,
    /// The one that is under way, if anybody still waits for it.
    login: Option<WeakShared<BoxFuture<Result<Arc<Session>>>>>,
    /// How many logins were tried.
    tried: u64,
    /// The last one, if it failed: for those whose session it was to replace.
    failure: Option<Error>,
}

impl Keeper {
    pub(super) fn new(account: Account) -> Self {
        Self { account: Arc::new(account), state: Arc::default() }
    }

    /// The session, or a new one where there is none.
    pub(super) async fn session(&self, transport: &Transport) -> Result<Arc<Session>> {
        let login = {
            let mut state = lock(&self.state);
            if let Some(session) = &state.current {
                return Ok(Arc::clone(session));
            }
            self.log_in(&mut state, transport)
        };
        login.await
    }

    /// A session other than `dead`, of which the server said that it does not know it.
    pub(super) async fn renew(
        &self,
        dead: &Session,
        transport: &Transport,
    ) -> Result<Arc<Session>> {
        let login = {
            let mut state = lock(&self.state);
            match &state.current {
                Some(session) if session.serial != dead.serial => return Ok(Arc::clone(session)),
                _ => state.current = None,
            }
            // A wrong password must not be tried once for each of a hundred calls that had the
            // same session, or the account is locked.
            match &state.failure {
                Some(failure) if dead.serial < state.tried => return Err(failure.clone()),
                _ => self.log_in(&mut state, transport),
            }
        };
        login.await
    }

    /// The login that is under way, or a new one.
    fn log_in(&self, state: &mut State, transport: &Transport) -> Login {
        if let Some(login) = state.under_way() {
            return login;
        }
        state.tried += 1;
        // Should this login be cancelled, nobody is to take an older failure for its outcome.
        state.failure = None;
        let serial = state.tried;
        let (account, transport) = (Arc::clone(&self.account), transport.clone());
        let kept = Arc::clone(&self.state);
        let login: BoxFuture<_> = Box::pin(async move {
            let login = match &*account {
                Account::Password { user, password } => {
                    with_password(user, password, &transport).await
                }
                Account::Certificate => with_certificate(&transport).await,
            };
            let login = login.map(|(token, cookies)| Arc::new(Session { token, cookies, serial }));
            let mut state = lock(&kept);
            state.login = None;
            match &login {
                Ok(session) => state.current = Some(Arc::clone(session)),
                Err(error) => state.failure = Some(error.clone()),
            }
            login
        });
        let login = login.shared();
        state.login = login.downgrade();
        login
    }

    /// Ends the session on the server. Without one there is nothing to do.
    pub(super) async fn log_out(&self, transport: &Transport) -> Result<()> {
        let login = lock(&self.state).under_way();
        if let Some(login) = login {
            // One that fails leaves nothing to end.
            let _ = login.await;
        }
        let Some(session) = lock(&self.state).current.clone() else { return Ok(()) };
        let prepared = Prepared::new("token::DELETE", Method::DELETE, "token");
        let mut request = prepared.request(transport.base_url())?;
        session.apply(&mut request)?;
        match transport.call(request, prepared.operation).await {
            Ok(answer) => drop(Envelope::open_unread(&answer)?),
            // It was dead already.
            Err(error) if error.code() == Some(INVALID_TOKEN) => {}
            // It may be alive: who logs out again ends it.
            Err(error) => return Err(error),
        }
        let mut state = lock(&self.state);
        if state.current.as_ref().is_some_and(|current| current.serial == session.serial) {
            state.current = None;
        }
        Ok(())
    }
}

impl State {
    fn under_way(&self) -> Option<Login> {
        self.login.as_ref()?.upgrade()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.account {
            Account::Password { .. } => "session with user and password",
            Account::Certificate => "session with client certificate",
        })
    }
}

async fn with_password(
    user: &str,
    password: &SecretString,
    transport: &Transport,
) -> Result<(SecretString, SecretString)> {
    // Logging in twice costs a session, which the server ends by itself.
    let login = |release: bool| {
        let mut body = json!({ "username": user, "password": password.expose_secret() });
        if release {
            body["releaseSession"] = true.into();
        }
        Prepared::new("token::POST", Method::POST, "token").harmless().json(body)
    };
    let prepared = login(false);
    let answer = ask(&prepared, transport).await?;
    let mut response = open(&answer)?;
    if response.get("token").is_none() && is_true(response.get("releaseSession")) {
        // The user has all the sessions that one may have: one of them must go.
        tracing::warn!("the user has no session left, and one of the others is ended");
        let prepared = login(true);
        let answer = ask(&prepared, transport).await?;
        response = open(&answer)?;
        return session(&answer, &response);
    }
    session(&answer, &response)
}

async fn with_certificate(transport: &Transport) -> Result<(SecretString, SecretString)> {
    let prepared = Prepared::new("system::GET", Method::GET, "system");
    let answer = ask(&prepared, transport).await?;
    let response = open(&answer)?;
    session(&answer, &response)
}

async fn ask(prepared: &Prepared, transport: &Transport) -> Result<Answer> {
    let request = prepared.request(transport.base_url())?;
    transport.call(request, prepared.operation).await.map_err(|error| match error.kind() {
        // Wrong credentials come as a 403 with a code of their own.
        ErrorKind::Forbidden | ErrorKind::Rejected => error.with_kind(ErrorKind::Unauthorized),
        _ => error,
    })
}

fn open(answer: &Answer) -> Result<Map<String, Value>> {
    // Nothing is shown of an answer that may hold a token; a page is none.
    let opened = Envelope::open(answer).map_err(|error| {
        let said = summary(&answer.body).filter(|_| looks_like_html(&answer.body));
        error.with_answer(None, said).with_excerpt(None)
    });
    match opened?.response {
        Value::Object(response) => Ok(response),
        _ => Err(no_session(answer)),
    }
}

fn session(answer: &Answer, response: &Map<String, Value>) -> Result<(SecretString, SecretString)> {
    let token = match response.get("token") {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        _ => return Err(no_session(answer)),
    };
    // Not the session's own cookie alone: a load balancer may need its own to come back.
    let cookies: Vec<_> = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .map(str::trim)
        .collect();
    Ok((token.into(), cookies.join("; ").into()))
}

fn no_session(answer: &Answer) -> Error {
    answer
        .refuse(ErrorKind::Unauthorized, "the server accepted the login and gave no token")
        .with_excerpt(None)
}

fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}
