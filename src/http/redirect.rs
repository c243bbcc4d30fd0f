//! Redirects: where they point, and whether a request may follow.

use reqwest::{Method, Request, StatusCode, Url, header::LOCATION};

use super::base_url::BaseUrl;
use crate::{Error, ErrorKind, Result, error::strip_user_info};

/// The target of a redirect. A target that is not a valid URL is kept as text.
pub(super) fn target(response: &reqwest::Response) -> Option<Result<Url, String>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = String::from_utf8_lossy(response.headers().get(LOCATION)?.as_bytes());
    Some(response.url().join(&location).map_err(|_| shown(&location)))
}

/// A target that is not a URL, without what may be a password or a secret in its query.
fn shown(location: &str) -> String {
    let path = location.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('@').next().unwrap_or_default().chars().take(200).collect()
}

/// The request that follows a redirect, if it may be followed.
pub(super) fn follow(
    base: &BaseUrl,
    status: StatusCode,
    target: &Result<Url, String>,
    request: Option<Request>,
) -> Result<Request> {
    let reject = |why: String| Error::new(ErrorKind::Redirect, why).with_status(status);
    let target = match target {
        Ok(target) => target,
        Err(text) => {
            return Err(reject(format!(
                "the server answered {status}, with a target that is not a URL: {text:?}"
            )));
        }
    };
    // The query of a redirect may contain secrets; origin and path are enough.
    let mut shown = target.clone();
    strip_user_info(&mut shown);
    shown.set_query(None);
    shown.set_fragment(None);
    if !base.same_origin(target) {
        return Err(reject(format!(
            "the server answered {status} and redirects to {shown}, another origin, where \
             credentials must not go"
        )));
    }
    let mut request = request
        .filter(|request| {
            // 301, 302 and 303 turn other methods into a GET: that would be another call.
            matches!(*request.method(), Method::GET | Method::HEAD)
                || matches!(status.as_u16(), 307 | 308)
        })
        .ok_or_else(|| {
            reject(format!(
                "the server answered {status} and redirects to {shown}; the call was not repeated \
                 there"
            ))
        })?;
    *request.url_mut() = target.clone();
    Ok(request)
}

/// The same error without the target, which may be a secret of a login.
pub(super) fn redacted(error: &Error) -> Error {
    let error_of = Error::new(ErrorKind::Redirect, "the server redirected the request");
    match error.status() {
        Some(status) => error_of.with_status(status),
        None => error_of,
    }
}
