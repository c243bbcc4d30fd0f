//! Which path and method is which operation, and what each does.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Extension, State as Shared};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use futures_util::stream;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::ApiError;
use super::extract::{Id, Parameters, Properties};
use super::fields;
use super::http::{COOKIE_NAME, Center, Envelope, Reply, guard, session, wrap};
use super::intake::Intake;
use super::list::Listing;
use super::records::ScanResult;
use super::report::Source;
use super::state::{IDLE, Session};
use crate::front::Peer;
use crate::responses::page;

type SharedCenter = Shared<Arc<Center>>;

/// What belongs to imports and re-imports: each is a string, or absent. Other properties of a scan
/// definition are accepted as they are.
const IMPORT_STRINGS: [&str; 5] = [
    "classifyMitigatedAge",
    "dhcpTracking",
    "scanningVirtualHosts",
    "timeoutAction",
    "rolloverType",
];

/// All operations.
pub(super) fn router(center: &Arc<Center>) -> Router {
    let guarded = Router::new()
        .route("/scanResult", get(list))
        .route("/scan/{id}/launch", post(launch))
        .route("/scanResult/import", post(import))
        .route("/scanResult/{id}", get(get_result).delete(delete_result))
        .route("/scanResult/{id}/copy", post(copy))
        .route("/scanResult/{id}/email", post(email))
        .route("/scanResult/{id}/download", post(download))
        .route("/scanResult/{id}/import", post(import_again))
        .route("/scanResult/{id}/pause", post(pause))
        .route("/scanResult/{id}/resume", post(resume))
        .route("/scanResult/{id}/stop", post(stop))
        .route("/file/upload", post(upload).layer(DefaultBodyLimit::disable()))
        .route("/file/clear", post(clear))
        .route("/token", delete(log_out))
        .route_layer(from_fn_with_state(Arc::clone(center), guard));
    let open = Router::new().route("/token", post(log_in)).route("/system", get(system));
    Router::new()
        .nest("/rest", guarded.merge(open))
        .fallback(async || page(StatusCode::NOT_FOUND, "Not Found"))
        .method_not_allowed_fallback(async || {
            page(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
        })
        .layer(from_fn_with_state(Arc::clone(center), wrap))
        .with_state(Arc::clone(center))
}

async fn list(Shared(center): SharedCenter, parameters: Parameters) -> Reply {
    center.with(|state| Listing::new(state, &parameters)).map(Envelope::lists)
}

async fn get_result(Shared(center): SharedCenter, Id(id): Id, parameters: Parameters) -> Reply {
    let requested = parameters.list("fields");
    center.with(|state| {
        let of = (&**state.result(id)?, &*state.repositories);
        Ok(Envelope::new(fields::single(of, requested.as_deref())))
    })
}

async fn delete_result(Shared(center): SharedCenter, Id(id): Id) -> Reply {
    center.with(|state| state.delete(id)).map(|()| Envelope::nothing())
}

async fn copy(Shared(center): SharedCenter, Id(id): Id, body: Properties) -> Reply {
    let users = body.references("users")?;
    center.with(|state| state.copy(id, users)).map(|()| Envelope::nothing())
}

async fn email(Shared(center): SharedCenter, Id(id): Id, body: Properties) -> Reply {
    let addresses = body.required_text("email")?;
    Ok(match center.with(|state| state.mail(id, &addresses))? {
        None => Envelope::nothing(),
        Some(reason) => Envelope::nothing_but(format!("Scan Result email failed.\n{reason}\n")),
    })
}

/// Responds with a record that is flatter than those of other calls.
async fn launch(Shared(center): SharedCenter, Id(scan): Id) -> Reply {
    center.with(|state| {
        let id = state.launch(scan)?;
        let record = fields::launched((&**state.result(id)?, &*state.repositories));
        Ok(Envelope::new(json!({"scanID": scan.to_string(), "scanResult": record})))
    })
}

async fn pause(Shared(center): SharedCenter, Id(id): Id) -> Reply {
    control(&center, id, ScanResult::pause)
}

async fn resume(Shared(center): SharedCenter, Id(id): Id) -> Reply {
    control(&center, id, ScanResult::resume)
}

/// `type` decides whether the results gathered so far are imported. Following its only public
/// description, `import` and `rollover` import them, and `discard` and no `type` do not.
async fn stop(Shared(center): SharedCenter, Id(id): Id, body: Properties) -> Reply {
    match body.text("type")?.as_deref() {
        None | Some("discard") => control(&center, id, ScanResult::stop),
        Some("import" | "rollover") => control(&center, id, ScanResult::stop_and_import),
        Some(other) => Err(ApiError::not_accepted("type", other)),
    }
}

/// Responds with the record as it is afterwards.
fn control(
    center: &Center,
    id: u64,
    command: fn(&mut ScanResult, Timestamp) -> Result<(), ApiError>,
) -> Reply {
    center.with(|state| {
        state.command(id, command)?;
        let of = (&**state.result(id)?, &*state.repositories);
        Ok(Envelope::new(fields::single(of, None)))
    })
}

async fn import(Shared(center): SharedCenter, body: Properties) -> Reply {
    IMPORT_STRINGS.into_iter().try_for_each(|name| body.text(name).map(drop))?;
    let repository = body.required_reference("repository")?;
    let filename = body.required_text("filename")?;
    let name = body.text("name")?;
    center.with(|state| state.import(&filename, name, repository))?;
    Ok(Envelope::nothing())
}

async fn import_again(Shared(center): SharedCenter, Id(id): Id, body: Properties) -> Reply {
    IMPORT_STRINGS.into_iter().try_for_each(|name| body.text(name).map(drop))?;
    center.with(|state| state.import_again(id)).map(|()| Envelope::nothing())
}

async fn download(
    Shared(center): SharedCenter,
    Id(id): Id,
    body: Properties,
) -> Result<Response, ApiError> {
    let scap = match body.text("downloadType")?.as_deref() {
        None | Some("v2") => false,
        Some("scap1_2") => true,
        Some(other) => return Err(ApiError::not_accepted("downloadType", other)),
    };
    let (result, bare) = center.with(|state| {
        let result = Arc::clone(state.result(id)?);
        let has_report = result.has_report();
        has_report.then_some(()).ok_or_else(|| result.state_error("downloaded"))?;
        Ok((result, state.settings.bare_downloads))
    })?;
    let (source, extension, kind) = if scap {
        let report = result.scap_report.clone().ok_or_else(|| {
            ApiError::invalid(format!("Scan Result #{id} has no SCAP results to be downloaded.\n"))
        })?;
        (Source::of(std::io::Cursor::new(report)), "xml", "scap1_2")
    } else {
        (Source::open(&result, center.config.report_size), "nessus", "nessus")
    };
    let pieces = source
        .and_then(|source| source.send(&format!("{id}.{extension}"), bare))
        .map_err(|error| {
            let message = format!("The report of Scan Result #{id} can't be read: {error}.\n");
            ApiError::with_status(500, message)
        })?;
    let headers = [
        // Sent with a bare document, too.
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename={id}-{kind}.zip")),
        // It is not base64. Real servers send this header with a raw zip.
        (HeaderName::from_static("content-transfer-encoding"), "BASE64;".to_owned()),
    ];
    Ok((headers, Body::from_stream(stream::iter(pieces))).into_response())
}

/// Of any size: it is read while it arrives, and only kept if it is small.
async fn upload(
    Shared(center): SharedCenter,
    multipart: Result<Multipart, MultipartRejection>,
) -> Reply {
    let broken =
        |error: MultipartError| ApiError::with_status(error.status().as_u16(), error.body_text());
    let mut multipart = multipart
        .map_err(|error| ApiError::with_status(error.status().as_u16(), error.body_text()))?;
    let mut file = None;
    while let Some(mut part) = multipart.next_field().await.map_err(broken)? {
        if part.name() != Some("Filedata") {
            continue;
        }
        let original_name = part.file_name().unwrap_or_default().to_owned();
        let mut intake = Intake::keeping(center.config.keep_uploads);
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            intake.add(chunk).await;
        }
        file = Some(
            intake
                .finish(original_name)
                .await
                .map_err(|error| ApiError::with_status(500, format!("{error}.\n")))?,
        );
    }
    let file = file.ok_or_else(|| ApiError::invalid("Filedata: a file is expected.\n"))?;
    let original_name = file.original_name.clone();
    let name = center.with(|state| state.uploads.add(file));
    Ok(Envelope::new(json!({
        "filename": name,
        "originalFilename": original_name,
        "content": "",
        "context": "",
    })))
}

async fn clear(Shared(center): SharedCenter, body: Properties) -> Reply {
    let name = body.required_text("filename")?;
    center.with(|state| state.uploads.take(&name).map(drop))?;
    Ok(Envelope::new(json!({"filename": format!("/opt/sc/orgs/1/uploads/{name}")})))
}

async fn log_in(
    Shared(center): SharedCenter,
    Extension(peer): Extension<Peer>,
    body: Properties,
) -> Result<Response, ApiError> {
    let user = body.required_text("username")?;
    let password = body.required_text("password")?;
    let release = body.flag("releaseSession")?;
    if (&user, &password) != (&center.login.user, &center.login.password) {
        return Err(ApiError::bad_login());
    }
    let opened = center.with(|state| {
        if state.settings.occupy_sessions {
            if !release {
                return None;
            }
            state.sessions.close_all();
        }
        Some((state.sessions.open(state.now), state.now))
    });
    let Some((session, now)) = opened else {
        return Ok(Envelope::new(json!({"releaseSession": true})).into_response());
    };
    let greeting = json!({
        "lastLogin": (now.as_second() - 54_321).to_string(),
        "lastLoginIP": "127.0.0.1",
        "failedLogins": "0",
        "failedLoginIP": "",
        "lastFailedLogin": "-1",
        "token": session.token,
        "unassociatedCert": "false",
    });
    Ok(with_cookie(&session, peer, greeting))
}

async fn log_out(Shared(center): SharedCenter, headers: HeaderMap) -> Reply {
    if let Some(session) = session(&headers) {
        center.with(|state| state.sessions.close(&session));
    }
    Ok(Envelope::nothing())
}

/// Needs no credentials, and logs in clients with a certificate.
async fn system(
    Shared(center): SharedCenter,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if center.admits_key(&headers) == Some(false) {
        return Err(ApiError::silent());
    }
    let certified = center.certificate_login && (peer.certificate || !peer.https);
    let (session, new) = center.with(|state| {
        let known = session(&headers).filter(|known| state.sessions.admit(known, state.now));
        match known {
            None if certified => (Some(state.sessions.open(state.now)), true),
            known => (known, false),
        }
    });
    let mut system = json!({
        "version": "6.4.0",
        "buildID": "202403221530",
        "releaseID": "202403221530",
        "uuid": "8A1D3C52-77F0-4B52-9D3E-5A4D0B0C6E11",
        "licenseStatus": "Valid",
        "sessionTimeout": IDLE.as_secs().to_string(),
        "serverAuth": "any",
        "serverClassification": "None",
        "banner": "",
        "headerText": "",
        "ACAS": "false",
        "freshInstall": "no",
        "loginNotifications": "false",
        "PasswordComplexity": "false",
        "telemetryEnabled": "false",
    });
    if let Some(session) = &session {
        system["token"] = session.token.into();
    }
    match session {
        Some(session) if new => Ok(with_cookie(&session, peer, system)),
        _ => Ok(Envelope::new(system).into_response()),
    }
}

/// A response with the cookie of a new session.
fn with_cookie(session: &Session, peer: Peer, response: Value) -> Response {
    // Over plain HTTP many clients would not send a secure cookie back.
    let secure = if peer.https { "; secure" } else { "" };
    let cookie =
        format!("{COOKIE_NAME}={}; path=/{secure}; HttpOnly; SameSite=Strict", session.cookie);
    ([(SET_COOKIE, cookie)], Envelope::new(response)).into_response()
}
