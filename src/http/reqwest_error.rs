//! Converts errors of reqwest into errors of this crate: which phase failed, and why.

use std::{error::Error as StdError, io};

use super::stall::SourceError;
use crate::{Error, ErrorKind};

impl From<reqwest::Error> for Error {
    /// For code that makes requests with the re-exported [`reqwest`](crate::reqwest) in addition to
    /// the crate's own calls, which return [`Error`] themselves.
    fn from(error: reqwest::Error) -> Self {
        from_reqwest(error)
    }
}

/// Classifies a failure of the HTTP stack. The URL is removed: errors of this crate show the call
/// without secrets.
pub(crate) fn from_reqwest(error: reqwest::Error) -> Error {
    let error = error.without_url();
    #[cfg(feature = "rustls")]
    if let Some(tls) = super::tls::handshake_error(&error) {
        return tls.with_source(error);
    }
    if let Some(SourceError(cause)) = cause::<SourceError>(&error) {
        let message = format!("the upload's source failed: {cause}");
        return Error::new(ErrorKind::Io, message).with_source(error);
    }
    if let Some(status) = error.status() {
        let message = format!("the server answered {status}");
        return Error::new(ErrorKind::of_status(status), message)
            .with_status(status)
            .with_source(error);
    }
    if let Some(fault) = http_violation(&error) {
        let message = format!("the response is not valid HTTP/1.1: {fault}");
        return Error::new(ErrorKind::Decode, message).with_source(error);
    }
    if error.is_connect() {
        let (kind, message) = if error.is_timeout() {
            (ErrorKind::Timeout, "no connection within the connect timeout".to_owned())
        } else {
            let reason = connect_failure(&error);
            (ErrorKind::Connect, format!("no connection to the server: {reason}"))
        };
        return Error::new(kind, message).with_never_sent().with_source(error);
    }
    let (kind, message) = if cause::<serde_json::Error>(&error).is_some() {
        (ErrorKind::Decode, "the response is not the expected JSON")
    } else if error.is_builder() {
        (ErrorKind::InvalidRequest, "the request is not valid")
    } else if error.is_timeout() {
        (ErrorKind::Timeout, "a timeout of the HTTP client passed")
    } else {
        (ErrorKind::Disconnected, "the connection was lost before the response was complete")
    };
    Error::new(kind, message).with_source(error)
}

/// Why no connection could be made.
fn connect_failure(error: &reqwest::Error) -> String {
    for cause in causes(error) {
        let text = cause.to_string();
        // hyper-util has no public types for these two.
        if text == "dns error" {
            return "the host name could not be resolved".to_owned();
        }
        if text.contains("proxy authorization required") {
            return "the proxy requires authentication (407)".to_owned();
        }
        if text.starts_with("tunnel error") || text.contains("unsuccessful tunnel") {
            return "the proxy did not open a tunnel to it".to_owned();
        }
    }
    let io = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).last();
    match io.map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(io::ErrorKind::HostUnreachable) => "the host is unreachable".to_owned(),
        Some(io::ErrorKind::NetworkUnreachable) => "the network is unreachable".to_owned(),
        Some(io::ErrorKind::ConnectionReset) => "the connection was reset".to_owned(),
        _ => causes(error).last().map_or_else(|| error.to_string(), ToString::to_string),
    }
}

/// How a response violates HTTP, if that is what `error` comes from: in its head, or in the chunks
/// of its body.
fn http_violation(error: &reqwest::Error) -> Option<String> {
    if let Some(hyper) = cause::<hyper::Error>(error)
        && hyper.is_parse()
    {
        return Some(hyper.to_string());
    }
    // Connecting and TLS have such errors too.
    let of_body = (error.is_body() || error.is_decode()) && !is_tls(error);
    let mut causes = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    let chunk = causes.find(|cause| {
        matches!(cause.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
    });
    chunk.filter(|_| of_body).map(ToString::to_string)
}

#[cfg(feature = "rustls")]
fn is_tls(error: &reqwest::Error) -> bool {
    cause::<rustls::Error>(error).is_some()
}

#[cfg(not(feature = "rustls"))]
fn is_tls(_: &reqwest::Error) -> bool {
    false
}

/// Finds an error of type `T` among the causes.
pub(super) fn cause<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// An error and what caused it. It looks into `io::Error` too, whose `source` skips what it wraps.
pub(super) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn StdError + 'static)| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[test]
    fn a_cause_is_found_through_io_errors() {
        #[derive(Debug)]
        struct Deep;
        impl fmt::Display for Deep {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("deep")
            }
        }
        impl StdError for Deep {}
        let wrapped = io::Error::other(io::Error::other(Deep));
        assert!(cause::<Deep>(&wrapped).is_some());
        assert!(cause::<fmt::Error>(&wrapped).is_none());
    }
}
