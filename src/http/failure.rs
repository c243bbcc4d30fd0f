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

/// A body could not be sent because its own source failed: a file, a reader, a stream.
#[derive(Debug)]
pub(crate) struct LostSource(pub(crate) String);

impl fmt::Display for LostSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for LostSource {}

/// Finds an error of type `T` among the causes. It looks into `io::Error` too, whose `source`
/// skips what it wraps.
pub(super) fn cause<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
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
