//! The sessions of those who logged in, and what they show to be recognised.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::time::Moment;

/// The cookie that belongs to a session.
pub(super) const COOKIE_NAME: &str = "TNS_SESSIONID";

/// For how long a session lasts without a request.
pub(super) const IDLE: Duration = Duration::from_secs(60 * 60);

/// What shows that a request belongs to a session: both must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pass {
    pub(super) token: u32,
    pub(super) cookie: String,
}

impl Pass {
    fn random() -> Self {
        Self { token: fastrand::u32(1..), cookie: format!("{:032x}", fastrand::u128(..)) }
    }

    /// What a request shows, if it shows both.
    pub(super) fn shown(headers: &HeaderMap) -> Option<Self> {
        let token = headers.get("x-securitycenter")?.to_str().ok()?.trim().parse().ok()?;
        let cookie = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == COOKIE_NAME).then(|| value.to_owned()))?;
        Some(Self { token, cookie })
    }
}

/// All open sessions.
#[derive(Default)]
pub(super) struct Sessions {
    open: Vec<(Pass, Moment)>,
    logins: u64,
    occupied: bool,
}

impl Sessions {
    /// Opens a session.
    pub(super) fn open(&mut self, now: Moment) -> Pass {
        let pass = Pass::random();
        self.open.push((pass.clone(), now));
        self.logins += 1;
        pass
    }

    /// How many were opened so far.
    pub(super) fn logins(&self) -> u64 {
        self.logins
    }

    /// Whether a session with this pass is open. If so, its hour begins anew.
    pub(super) fn admit(&mut self, pass: &Pass, now: Moment) -> bool {
        self.open.retain(|(_, used)| used.until(now) < IDLE);
        let session = self.open.iter_mut().find(|(open, _)| open == pass);
        session.map(|(_, used)| *used = now).is_some()
    }

    /// Ends a session, if it is open.
    pub(super) fn close(&mut self, pass: &Pass) {
        self.open.retain(|(open, _)| open != pass);
    }

    /// Ends all sessions.
    pub(super) fn close_all(&mut self) {
        self.open.clear();
    }

    /// Whether the user has no session left.
    pub(super) fn is_occupied(&self) -> bool {
        self.occupied
    }

    /// Sets whether the user has no session left.
    pub(super) fn occupy(&mut self, occupied: bool) {
        self.occupied = occupied;
    }
}
