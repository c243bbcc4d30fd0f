//! The transport under both products: time limits, retries, TLS, credentials, bounded bodies.
//!
//! It knows no product. The settings are on each client's builder, where they read alike; the
//! types that they take are here.
//!
//! # What it promises
//!
//! * **Time.** Connecting, one attempt, and a call with all its attempts each have a limit of
//!   their own; none is hidden in another.
//! * **Retries.** What can safely be repeated is, when the connection is lost or the answer is
//!   408, 429, 502, 503 or 504: GET, PUT, DELETE, and the few POSTs that are harmless to repeat.
//!   Any call is repeated when it provably never left. `Retry-After` is honoured, waits have full
//!   jitter, and one budget over the whole client keeps retries from becoming a storm. A call
//!   that ran into a time limit is not repeated: it has cost its time already.
//! * **Credentials** go to the origin of the base URL alone, over TLS or loopback. A redirect to
//!   another origin is an error, never a second recipient.
//! * **TLS** is verified: by the system's roots, by roots you add, or by the fingerprint of a
//!   certificate you pinned.
//! * **Memory.** An answer is read up to a limit (64 MiB unless set otherwise).
//!
//! HTTP/1.1 is what it speaks: both products do, and a download needs no second stream.

mod answer;
mod base_url;
mod body;
mod builder;
mod clock;
mod failure;
mod redirect;
mod retry;
mod retry_after;
mod secret;
mod stall;
#[cfg(feature = "rustls")]
mod tls;
mod transport;

#[cfg(feature = "rustls")]
pub use self::tls::Fingerprint;
pub use self::{
    clock::{Clock, FastRandom, Random, SystemClock},
    retry::RetryPolicy,
};

#[cfg(any(fuzzing, test))]
pub(crate) use self::retry_after::retry_after;
pub(crate) use self::{
    answer::{Answer, Explanation},
    body::{looks_like_html, summary},
    builder::{Settings, transport_setters},
    failure::{LostSource, of_reqwest},
    retry::Restarts,
    secret::SecretHeaders,
    stall::Motion,
    transport::{Opened, Operation, Repeat, Transport, Verdict},
};
