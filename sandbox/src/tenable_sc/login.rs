//! How sessions begin and end: `token`, and `system` for those with a certificate.

use axum::extract::{Extension, State};
use axum::http::header::{InvalidHeaderValue, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::answer::{Answer, Refusal, Reply};
use super::body::{Properties, object};
use super::center::Shared;
use super::sessions::{COOKIE_NAME, IDLE, Pass};
use crate::front::Peer;
use crate::time::Moment;

/// `POST token`
pub(super) async fn log_in(
    State(center): State<Shared>,
    Extension(peer): Extension<Peer>,
    mut body: Properties,
) -> Result<Response, Refusal> {
    let user = body.required_text("username")?;
    let password = body.required_text("password")?;
    let release = body.flag("releaseSession")?;
    if (&user, &password) != (&center.credentials.user, &center.credentials.password) {
        return Err(Refusal::bad_login());
    }
    let now = center.now();
    let pass = center.with(|world| {
        if world.sessions.is_occupied() {
            if !release {
                return None;
            }
            world.sessions.close_all();
        }
        Some(world.sessions.open(now))
    });
    match pass {
        Some(pass) => welcome(&pass, peer, greeting(&pass, now)),
        None => Ok(Reply::with(object([("releaseSession", true)])).into_response()),
    }
}

/// `DELETE token`
pub(super) async fn log_out(State(center): State<Shared>, headers: HeaderMap) -> Answer {
    if let Some(pass) = Pass::shown(&headers) {
        center.with(|world| world.sessions.close(&pass));
    }
    Ok(Reply::nothing())
}

/// `GET system`, which strangers may read too.
pub(super) async fn system(
    State(center): State<Shared>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if center.credentials.admit_key(&headers) == Some(false) {
        return Err(Refusal::silent());
    }
    let now = center.now();
    let shown = Pass::shown(&headers);
    let certified = center.certificate_login && (peer.certificate || !peer.https);
    let (pass, new) = center.with(|world| {
        let known = shown.filter(|pass| world.sessions.admit(pass, now));
        match known {
            None if certified => (Some(world.sessions.open(now)), true),
            known => (known, false),
        }
    });
    let mut about = about();
    let Some(pass) = pass else {
        return Ok(Reply::with(about).into_response());
    };
    about.insert("token".to_owned(), pass.token.into());
    if new { welcome(&pass, peer, about) } else { Ok(Reply::with(about).into_response()) }
}

/// An answer that brings the cookie of a new session.
fn welcome(pass: &Pass, peer: Peer, response: Map<String, Value>) -> Result<Response, Refusal> {
    let cookie = cookie(pass, peer).map_err(|error| {
        Refusal::malformed(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    })?;
    let mut response = Reply::with(response).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

fn cookie(pass: &Pass, peer: Peer) -> Result<HeaderValue, InvalidHeaderValue> {
    // Over plain HTTP many clients would not send the cookie back then.
    let secure = if peer.https { "; secure" } else { "" };
    let cookie =
        format!("{COOKIE_NAME}={}; path=/{secure}; HttpOnly; SameSite=Strict", pass.cookie);
    HeaderValue::try_from(cookie)
}

fn greeting(pass: &Pass, now: Moment) -> Map<String, Value> {
    let today = now.seconds();
    object([
        ("lastLogin", Value::from((today - 54_321).to_string())),
        ("lastLoginIP", "127.0.0.1".into()),
        ("failedLogins", "0".into()),
        ("failedLoginIP", "".into()),
        ("lastFailedLogin", "-1".into()),
        ("token", pass.token.into()),
        ("unassociatedCert", "false".into()),
    ])
}

fn about() -> Map<String, Value> {
    let idle = IDLE.as_secs().to_string();
    object([
        ("version", "6.4.0"),
        ("buildID", "202403221530"),
        ("releaseID", "202403221530"),
        ("uuid", "8A1D3C52-77F0-4B52-9D3E-5A4D0B0C6E11"),
        ("licenseStatus", "Valid"),
        ("sessionTimeout", &idle),
        ("serverAuth", "any"),
        ("serverClassification", "None"),
        ("banner", ""),
        ("headerText", ""),
        ("ACAS", "false"),
        ("freshInstall", "no"),
        ("loginNotifications", "false"),
        ("PasswordComplexity", "false"),
        ("telemetryEnabled", "false"),
    ])
}
