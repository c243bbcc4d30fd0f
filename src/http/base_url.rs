//! The base URL: what is accepted as one, and which other URLs share its origin.

use std::net::IpAddr;

use reqwest::Url;

use crate::{Error, Result};

/// A checked base URL: scheme, host and port, nothing more.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        // The text itself is not repeated below where it may hold a password.
        let url = Url::parse(text.trim()).map_err(|error| {
            let hint = if text.contains("://") { "" } else { "; is `https://` missing?" };
            Error::config(format!("the base URL can't be read: {error}{hint}"))
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            let hint = if text.contains("://") { "" } else { "; is `https://` missing?" };
            return Err(Error::config(format!(
                "the base URL has the scheme `{}`: only https and http are supported{hint}",
                url.scheme()
            )));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::config(
                "the base URL contains a user name or password: give credentials to the builder's \
                 own methods, which keep them out of logs",
            ));
        }
        if url.path() != "/" {
            return Err(Error::config(format!(
                "the base URL has the path `{}`: give scheme, host and port alone, the client adds \
                 the path of each call",
                url.path()
            )));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::config("the base URL has a query or fragment: leave it out"));
        }
        Ok(Self(url))
    }

    /// Without a slash at the end, as paths are appended to it.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The host name or address.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether the host is this machine, so that the traffic crosses no network.
    pub(crate) fn is_loopback(&self) -> bool {
        let Some(host) = self.0.host_str() else { return false };
        if host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let address = host.trim_start_matches('[').trim_end_matches(']');
        match address.parse() {
            Ok(IpAddr::V4(v4)) => v4.is_loopback(),
            Ok(IpAddr::V6(v6)) => {
                v6.is_loopback() || v6.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
            }
            Err(_) => false,
        }
    }

    /// Whether credentials for this base may go to `url` too.
    pub(crate) fn same_origin(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_base_url_is_rejected_with_its_reason() {
        for (text, reason) in [
            ("", "can't be read"),
            ("console.example.com", "is `https://` missing?"),
            ("console:3780", "is `https://` missing?"),
            ("localhost:3780", "is `https://` missing?"),
            ("//console", "is `https://` missing?"),
            ("ftp://console", "scheme `ftp`"),
            ("https://", "can't be read"),
            ("https://console:99999", "can't be read"),
            ("https://admin:pw@console", "user name or password"),
            ("https://admin@console", "user name or password"),
            ("https://console/api/3", "path `/api/3`"),
            ("https://console//", "path `//`"),
            ("https://console?x=1", "query or fragment"),
            ("https://console#x", "query or fragment"),
        ] {
            let error = BaseUrl::parse(text).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Config, "{text}");
            assert!(error.to_string().contains(reason), "{text}: {error}");
            assert!(!format!("{error} {error:?}").contains("pw@"), "{error:?}");
        }
    }

    #[test]
    fn a_trailing_slash_and_surrounding_space_are_ignored() {
        for text in ["https://console:3780", "https://console:3780/", " https://console:3780\n"] {
            assert_eq!(BaseUrl::parse(text).unwrap().as_str(), "https://console:3780");
        }
    }

    #[test]
    fn loopback_is_distinguished_from_other_hosts() {
        for (text, loopback) in [
            ("http://localhost:1", true),
            ("http://LOCALHOST", true),
            ("http://127.0.0.1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:80", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://2130706433", true),
            ("http://10.0.0.1", false),
            ("http://localhost.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://[::2]", false),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().is_loopback(), loopback, "{text}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let base = BaseUrl::parse("https://console").unwrap();
        for (url, same) in [
            ("https://console/x", true),
            ("https://console:443/", true),
            ("https://CONSOLE/", true),
            ("http://console/", false),
            ("https://console:3780/", false),
            ("https://console.evil/", false),
            ("https://evil/?https://console/", false),
        ] {
            assert_eq!(base.same_origin(&Url::parse(url).unwrap()), same, "{url}");
        }
    }
}
