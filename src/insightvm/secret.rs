//! The shared secret, with which a new scan engine pairs with the console.

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use super::Client;
use crate::{Response, Result, http::looks_like_html};

/// A shared secret: never in `Debug`, and zeroed on drop.
///
/// ```
/// # async fn f(console: scanops::insightvm::Client) -> scanops::Result<()> {
/// let secret = console.create_shared_secret().await?;
/// assert_eq!(format!("{:?}", *secret), "SharedSecret([REDACTED])");
/// let for_the_engine = secret.expose();
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

    /// The secret in a response, if it is one and not a page or a JSON document.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let text = trim(body);
        let is_secret = !text.is_empty()
            && text.iter().all(u8::is_ascii_graphic)
            && !text.starts_with(b"{")
            && !text.starts_with(b"[")
            && !looks_like_html(text);
        let text = is_secret.then(|| String::from_utf8_lossy(text).into_owned())?;
        Some(Self(text.into()))
    }
}

/// Trims white space, and the quotes that the document's example has (consoles send none).
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
    /// How long the shared secret stays valid, to the second. A secret lives for 60 minutes.
    ///
    /// `GET /api/3/scan_engines/shared_secret/time_to_live`
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if no secret is valid.
    #[doc(alias = "getCurrentSharedSecretTimeToLive")]
    pub async fn shared_secret_time_to_live(&self) -> Result<Response<Duration>> {
        let seconds = self.get_current_shared_secret_time_to_live().await?;
        Ok(seconds.map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_or_a_document_is_not_a_secret() {
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
            let parsed = SharedSecret::parse(body.as_bytes());
            assert_eq!(parsed.as_ref().map(SharedSecret::expose), secret, "{body}");
        }
    }

    #[test]
    fn debug_does_not_show_a_shared_secret() {
        let secret = SharedSecret::parse(b"99DB-B9F0").unwrap();
        assert_eq!(format!("{secret:?}"), "SharedSecret([REDACTED])");
    }
}
