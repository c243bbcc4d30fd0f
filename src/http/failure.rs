//! What reqwest reports, as an error of ours: which phase failed, and why.

use std::{error::Error as StdError, fmt, io};

use crate::{Error, ErrorKind};

/// Sorts a failure of the HTTP stack. The URL is taken out: ours names the call without secrets.
pub(crate) fn of_reqwest(error: reqwest::Error) -> Error {
    let error = error.without_url();
    #[cfg(feature = "rustls")]
    if let Some(refusal) = super::tls::refusal(&error) {
        return refusal.with_source(error);
    }
    if let Some(LostSource(message)) = cause::<LostSource>(&error) {
        let message = format!("what was to be sent could not be read: {message}");
        return Error::new(ErrorKind::Io, message).with_source(error);
    }
    if let Some(status) = error.status() {
        let message = format!("the server answered {status}");
        return Error::new(ErrorKind::of_status(status), message)
            .with_status(status)
            .with_source(error);
    }
    if let Some(fault) = fault_of_http(&error) {
        let message = format!("the answer is not the HTTP/1.1 that was expected: {fault}");
        return Error::new(ErrorKind::Decode, message).with_source(error);
    }
    let (kind, message) = if cause::<serde_json::Error>(&error).is_some() {
        (ErrorKind::Decode, "the answer is not the JSON that was expected")
    } else if error.is_builder() {
        (ErrorKind::InvalidRequest, "the request can't be built")
    } else if error.is_timeout() && error.is_connect() {
        (ErrorKind::Connect, "connecting took longer than the limit for it")
    } else if error.is_timeout() {
        (ErrorKind::Timeout, "the server took longer than the limit for it")
    } else if error.is_connect() {
        (ErrorKind::Connect, "no connection to the server")
    } else {
        (ErrorKind::Disconnected, "the connection was lost before the answer was complete")
    };
    Error::new(kind, message).with_source(error)
}

/// What is wrong with an answer's HTTP, if that is what `error` comes from: its head, or the
/// chunks of its body.
fn fault_of_http(error: &reqwest::Error) -> Option<String> {
    if let Some(hyper) = cause::<hyper::Error>(error)
        && hyper.is_parse()
    {
        return Some(hyper.to_string());
    }
    // Connecting and TLS have such errors too.
    let of_body = (error.is_body() || error.is_decode()) && !is_of_tls(error);
    let mut causes = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    let chunk = causes.find(|cause| {
        matches!(cause.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
    });
    chunk.filter(|_| of_body).map(ToString::to_string)
}

#[cfg(feature = "rustls")]
fn is_of_tls(error: &reqwest::Error) -> bool {
    cause::<rustls::Error>(error).is_some()
}

#[cfg(not(feature = "rustls"))]
fn is_of_tls(_: &reqwest::Error) -> bool {
    false
}

/// A body could not be sent because its own source failed: a file, a reader, a stream.
#[derive(Debug)]
pub(crate) struct LostSource(pub(crate) String);

impl fmt::Display for LostSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for LostSource {}

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
