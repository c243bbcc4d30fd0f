//! The transport: it sends, retries and classifies. It knows no product.
//!
//! Three layers: [`transport`] makes one attempt after the other, [`retry`] decides whether another
//! follows and when, and each product's `classify` tells errors from successes. Everything that an
//! operation waits for shares one [`RetryContext`].
//!
//! HTTP/1.1 alone is spoken: both products do, and a download needs no second stream.

mod base_url;
mod builder;
mod clients;
mod clock;
mod credentials;
mod excerpt;
mod observe;
mod path;
mod redirect;
mod reqwest_error;
mod response;
mod retry;
mod retry_after;
mod stall;
#[cfg(feature = "rustls")]
mod tls;
mod transport;

#[cfg(feature = "rustls")]
pub use self::tls::Fingerprint;
#[cfg(feature = "rustls")]
pub(crate) use self::tls::rejected_certificate;
pub use self::{
    builder::ClientBuilder,
    clock::{Clock, FastRandom, Random, SystemClock},
    observe::{Attempt, AttemptOutcome, AttemptResult, Observer},
    retry::RetryPolicy,
};

#[cfg(test)]
pub(crate) use self::response::GROWTH;
#[cfg(any(fuzzing, test))]
pub(crate) use self::retry_after::retry_after;
pub(crate) use self::{
    credentials::SecretHeaders,
    excerpt::{looks_like_html, summary},
    path::{is_valid_path, path_segments},
    response::{BodyStream, DecodeCost, Response, ServerMessage},
    retry::{Failed, Idempotency, RetryContext},
    stall::{OnSent, UploadBody, UploadMonitor},
    transport::{BoxFuture, Credentials, Operation, Session, Transport, UploadSource},
};
