//! Headers that carry credentials: redacted in `Debug`, zeroed on drop, marked sensitive when sent.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretBox, SecretString, zeroize::Zeroize};

use crate::{Error, Result};

/// Headers that requests to the base URL's origin carry, and no other request does.
#[derive(Default)]
pub(crate) struct SecretHeaders {
    /// Which login they come from, where there are several.
    pub(crate) login: u64,
    headers: Vec<(HeaderName, SecretBox<Vec<u8>>)>,
}

impl SecretHeaders {
    pub(crate) fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// `Authorization: Basic …`
    pub(crate) fn basic(&mut self, user: &str, password: &SecretString) -> Result<()> {
        if user.is_empty() {
            return Err(Error::config("the user name is empty"));
        }
        if user.contains(':') {
            return Err(Error::config(
                "the user name contains a colon, which is not possible with Basic authentication",
            ));
        }
        let mut plain = format!("{user}:{}", password.expose_secret());
        let mut value = b"Basic ".to_vec();
        let mut encoded = STANDARD.encode(&plain);
        value.extend_from_slice(encoded.as_bytes());
        plain.zeroize();
        encoded.zeroize();
        self.headers.push((AUTHORIZATION, SecretBox::new(Box::new(value))));
        Ok(())
    }

    /// Any other header. `what` names it in the error, which never shows the value.
    pub(crate) fn add(&mut self, name: HeaderName, value: &SecretString, what: &str) -> Result<()> {
        let bytes = value.expose_secret().as_bytes();
        if bytes.is_empty() {
            return Err(Error::config(format!("{what} is empty")));
        }
        if HeaderValue::from_bytes(bytes).is_err() {
            return Err(Error::config(format!(
                "{what} contains a line break or another character that is not allowed in a header"
            )));
        }
        self.headers.push((name, SecretBox::new(Box::new(bytes.to_vec()))));
        Ok(())
    }

    /// Adds them to a request for the base URL's origin.
    ///
    /// The copies made here live as long as the request; the HTTP stack does not zero them.
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            // Validated by `add`, so this can't fail.
            if let Ok(mut value) = HeaderValue::from_bytes(value.expose_secret()) {
                value.set_sensitive(true);
                headers.insert(name.clone(), value);
            }
        }
    }
}

impl fmt::Debug for SecretHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.headers.iter().map(|(name, _)| (name, "[REDACTED]"))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_what_rfc_7617_says() {
        let mut secrets = SecretHeaders::default();
        secrets.basic("Aladdin", &"open sesame".into()).unwrap();
        let mut headers = HeaderMap::new();
        secrets.apply(&mut headers);
        assert_eq!(headers[AUTHORIZATION], "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(headers[AUTHORIZATION].is_sensitive());
    }

    #[test]
    fn debug_shows_names_and_no_value() {
        let mut secrets = SecretHeaders::default();
        secrets.basic("Aladdin", &"open sesame".into()).unwrap();
        secrets.add(HeaderName::from_static("token"), &"123456".into(), "the token").unwrap();
        let shown = format!("{secrets:?}");
        assert_eq!(shown, r#"{"authorization": "[REDACTED]", "token": "[REDACTED]"}"#);
    }

    #[test]
    fn a_value_that_is_not_valid_in_a_header_is_rejected_and_not_shown() {
        let mut secrets = SecretHeaders::default();
        for bad in ["", "a\nb", "a\r\nX-Evil: 1", "a\0b"] {
            let error = secrets
                .add(HeaderName::from_static("token"), &bad.to_owned().into(), "the token")
                .unwrap_err();
            assert!(error.to_string().starts_with("the token"), "{error}");
            assert!(!error.to_string().contains("Evil"));
        }
        assert!(secrets.basic("a:b", &"pw".into()).is_err());
        assert!(secrets.basic("", &"pw".into()).is_err());
        assert!(secrets.is_empty());
    }
}
