//! Redirects: where they point, and whether a request may follow.

use reqwest::{Method, Request, StatusCode, Url, header::LOCATION};

use super::base_url::BaseUrl;
use crate::{Error, ErrorKind, Result, error::strip_user_info};

/// Where the answer points, if it is a redirect. An address that can't be read is kept as text.
pub(super) fn target(response: &reqwest::Response) -> Option<Result<Url, String>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = String::from_utf8_lossy(response.headers().get(LOCATION)?.as_bytes());
    Some(response.url().join(&location).map_err(|_| location.chars().take(200).collect()))
}

/// The request that follows a redirect, where one may follow.
pub(super) fn follow(
    base: &BaseUrl,
    status: StatusCode,
    target: &Result<Url, String>,
    request: Option<Request>,
) -> Result<Request> {
    let refuse = |why: String| Error::new(ErrorKind::Redirect, why).with_status(status);
    let target = match target {
        Ok(target) => target,
        Err(text) => {
            return Err(refuse(format!(
                "the server answered {status}, and points to no address: {text:?}"
            )));
        }
    };
    // What a redirect carries in its query may be a secret; its origin and path are enough.
    let mut shown = target.clone();
    strip_user_info(&mut shown);
    shown.set_query(None);
    shown.set_fragment(None);
    if !base.same_origin(target) {
        return Err(refuse(format!(
            "the server answered {status} and points to {shown}, another origin, where \
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
            refuse(format!(
                "the server answered {status} and points to {shown}; the call was not \
                 repeated there"
            ))
        })?;
    *request.url_mut() = target.clone();
    Ok(request)
}
