//! The shared secret, with which a new scan engine pairs with the console.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};

use super::{Client, builder};
use crate::{Result, http::looks_like_html};

/// A shared secret: never in `Debug`, and zeroed on drop.
///
/// ```
/// # async fn f(console: scanops::insightvm::Client) -> scanops::Result<()> {
/// let secret = console.create_shared_secret().await?;
/// assert_eq!(format!("{secret:?}"), "SharedSecret([REDACTED])");
/// let what_the_engine_is_told = secret.expose();
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct SharedSecret(SecretString);

impl SharedSecret {
    /// The secret itself, as `99DB-B9F0-…`.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether an answer is one, and not a page or a JSON document in its place.
    pub(super) fn check(body: &[u8]) -> bool {
        let text = trim(body);
        !text.is_empty()
            && text.iter().all(u8::is_ascii_graphic)
            && !text.starts_with(b"{")
            && !text.starts_with(b"[")
            && !looks_like_html(text)
    }

    pub(super) fn of_checked(body: &[u8]) -> Self {
        Self(String::from_utf8_lossy(trim(body)).into_owned().into())
    }
}

/// Without space around, and without the quotes that the document's example has (consoles send
/// none).
fn trim(body: &[u8]) -> &[u8] {
    let text = body.trim_ascii();
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text)
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret([REDACTED])")
    }
}

impl Client {
    /// The shared secret that is valid now, with which a new scan engine pairs with the console.
    ///
    /// `GET /api/3/scan_engines/shared_secret`
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where none was made, or it has expired
    /// or been revoked: [`create_shared_secret`](Self::create_shared_secret) makes one.
    #[doc(alias = "getCurrentSharedSecret")]
    pub async fn shared_secret(&self) -> Result<SharedSecret> {
        Ok(self.get_current_shared_secret().send().await?.into_inner())
    }

    /// How long the shared secret stays valid, to the second. A secret lives for 60 minutes.
    ///
    /// `GET /api/3/scan_engines/shared_secret/time_to_live`
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where there is none that is valid.
    #[doc(alias = "getCurrentSharedSecretTimeToLive")]
    pub async fn shared_secret_time_to_live(&self) -> Result<Duration> {
        let seconds = self.get_current_shared_secret_time_to_live().send().await?.into_inner();
        Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    }
}

/// `console.create_shared_secret().await` is the secret itself; `.send()` gives the answer's
/// status and headers with it.
impl<'a> IntoFuture for builder::CreateSharedSecret<'a> {
    type Output = Result<SharedSecret>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Ok(self.send().await?.into_inner()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_from_a_page() {
        for (body, secret) in [
            ("99DB-B9F0-1A2B", Some("99DB-B9F0-1A2B")),
            ("99DB-B9F0\r\n", Some("99DB-B9F0")),
            ("\"99DB-B9F0\"", Some("99DB-B9F0")),
            ("", None),
            ("\"\"", None),
            ("two words", None),
            ("<html>", None),
            ("{\"message\":\"no\"}", None),
            ("[1]", None),
            ("99\u{e9}", None),
        ] {
            assert_eq!(SharedSecret::check(body.as_bytes()), secret.is_some(), "{body}");
            if let Some(secret) = secret {
                assert_eq!(SharedSecret::of_checked(body.as_bytes()).expose(), secret);
            }
        }
    }

    #[test]
    fn debug_does_not_show_it() {
        let secret = SharedSecret::of_checked(b"99DB-B9F0");
        assert_eq!(format!("{secret:?}"), "SharedSecret([REDACTED])");
    }
}
