//! Sessions: one login for however many calls wait for it, and one more when it has died.

use std::{fmt, sync::Arc};

use reqwest::{
    Method, Request,
    header::{COOKIE, HeaderName, HeaderValue, SET_COOKIE},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::{call::Prepared, envelope::Envelope};
use crate::{
    Error, ErrorKind, Result,
    http::{Answer, Transport},
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
pub(super) struct Keeper {
    account: Account,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Session>>,
    /// How many logins were tried.
    tried: u64,
    /// The last one, if it failed: for those who had waited for it.
    failure: Option<Error>,
}

impl Keeper {
    pub(super) fn new(account: Account) -> Self {
        Self { account, state: Mutex::default() }
    }

    /// The session, or a new one where there is none.
    pub(super) async fn session(&self, transport: &Transport) -> Result<Arc<Session>> {
        let tried_before = match self.state.try_lock() {
            Ok(state) => match &state.current {
                Some(session) => return Ok(Arc::clone(session)),
                None => Some(state.tried),
            },
            // Somebody is logging in: what comes of that is for us too.
            Err(_) => None,
        };
        let mut state = self.state.lock().await;
        if let Some(session) = &state.current {
            return Ok(Arc::clone(session));
        }
        self.log_in(&mut state, tried_before, transport).await
    }

    /// A session other than `dead`, of which the server said that it does not know it.
    pub(super) async fn renew(
        &self,
        dead: &Session,
        transport: &Transport,
    ) -> Result<Arc<Session>> {
        let tried_before = Some(dead.serial);
        let mut state = self.state.lock().await;
        match &state.current {
            Some(session) if session.serial != dead.serial => return Ok(Arc::clone(session)),
            _ => {}
        }
        state.current = None;
        self.log_in(&mut state, tried_before, transport).await
    }

    /// Logs in, unless a login failed that the caller has waited for: a wrong password must not
    /// be tried once for each of a hundred calls, or the account is locked.
    async fn log_in(
        &self,
        state: &mut State,
        tried_before: Option<u64>,
        transport: &Transport,
    ) -> Result<Arc<Session>> {
        if tried_before.is_none_or(|tried| tried < state.tried)
            && let Some(failure) = &state.failure
        {
            return Err(failure.clone());
        }
        state.tried += 1;
        // Should this login be cancelled, nobody is to take an older failure for its outcome.
        state.failure = None;
        let login = match &self.account {
            Account::Password { user, password } => with_password(user, password, transport).await,
            Account::Certificate => with_certificate(transport).await,
        };
        match login {
            Ok((token, cookies)) => {
                let session = Arc::new(Session { token, cookies, serial: state.tried });
                state.current = Some(Arc::clone(&session));
                Ok(session)
            }
            Err(error) => {
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Ends the session on the server. Without one there is nothing to do.
    pub(super) async fn log_out(&self, transport: &Transport) -> Result<()> {
        let mut state = self.state.lock().await;
        let Some(session) = state.current.take() else { return Ok(()) };
        let prepared = Prepared::new("token::DELETE", Method::DELETE, "token");
        let mut request = prepared.request(transport.base_url())?;
        session.apply(&mut request)?;
        match transport.call(request, prepared.operation).await {
            Ok(_) => Ok(()),
            // It was dead already.
            Err(error) if error.is_unauthorized() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.account {
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
    let envelope = Envelope::open(answer)?;
    // No excerpt of an answer that may hold a token.
    serde_json::from_str(envelope.response()).map_err(|_| no_session(answer))
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
