//! Who may ask: the holder of the API key, and who has a session.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::Refusal;
use super::center::{Center, Shared};
use super::sessions::Pass;

/// What visitors must know.
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
    pub(super) access_key: String,
    pub(super) secret_key: String,
}

impl Credentials {
    /// Whether `x-apikey` holds the right key; none where there is no such header. The documents
    /// spell its parts `accesskey` and `secretkey`, clients also `accessKey` and `secretKey`.
    pub(super) fn admit_key(&self, headers: &HeaderMap) -> Option<bool> {
        let header = headers.get("x-apikey")?;
        let parts: Vec<(&str, &str)> = header
            .to_str()
            .unwrap_or_default()
            .split(';')
            .filter_map(|part| part.trim().split_once('='))
            .collect();
        let holds = |wanted: &str, key: &str| {
            parts.iter().any(|(name, sent)| name.eq_ignore_ascii_case(wanted) && *sent == key)
        };
        Some(holds("accesskey", &self.access_key) && holds("secretkey", &self.secret_key))
    }
}

impl Center {
    /// Whether somebody with these headers may ask. A session is good for another hour then.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        match self.credentials.admit_key(headers) {
            Some(true) => return Ok(()),
            Some(false) => return Err(Refusal::silent()),
            None => {}
        }
        let pass = Pass::shown(headers).ok_or_else(Refusal::no_session)?;
        let now = self.now();
        if self.with(|world| world.sessions.admit(&pass, now)) {
            Ok(())
        } else {
            Err(Refusal::no_session())
        }
    }
}

/// Turns away who may not ask, before anything else is looked at.
pub(super) async fn guard(State(center): State<Shared>, request: Request, next: Next) -> Response {
    match center.admit(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}
