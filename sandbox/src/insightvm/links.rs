//! Hypermedia links, with addresses as the client sees the console.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use serde::Serialize;

use super::console::Shared;

/// A link in an answer.
#[derive(Debug, Serialize)]
pub(super) struct Link {
    /// No document knows it, but consoles send it in links to single resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    href: String,
    rel: &'static str,
}

/// Where a request came to. A console behind a proxy or a forwarded port is known to its clients by
/// another name than its own, so links repeat the name that the client used.
#[derive(Debug)]
pub(super) struct Here {
    origin: String,
    path: String,
    query: Option<String>,
}

impl Here {
    /// What was asked for, as it was asked for.
    pub(super) fn itself(&self) -> Link {
        let path = match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        };
        self.link("self", path)
    }

    /// What was asked for, with another query.
    pub(super) fn with_query(&self, rel: &'static str, query: &str) -> Link {
        self.link(rel, format!("{}?{query}", self.path))
    }

    /// A path of this console.
    pub(super) fn link(&self, rel: &'static str, path: impl AsRef<str>) -> Link {
        let href = format!("{}{}", self.origin, path.as_ref());
        let id = None;
        Link { id, href, rel }
    }

    /// One resource among others of its kind.
    pub(super) fn member(&self, rel: &'static str, collection: &str, id: impl Into<i64>) -> Link {
        let id = id.into();
        Link { id: Some(id), ..self.link(rel, format!("{collection}/{id}")) }
    }
}

impl FromRequestParts<Shared> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Shared) -> Result<Self, Infallible> {
        let host = parts.headers.get(HOST);
        let host = host.and_then(|host| host.to_str().ok().filter(|host| !host.is_empty()));
        let host = host.or_else(|| Some(parts.uri.authority()?.as_str()));
        let scheme = console.origin.split_once("://").map(|(scheme, _)| scheme);
        let origin = match (scheme, host) {
            (Some(scheme), Some(host)) => format!("{scheme}://{host}"),
            _ => console.origin.clone(),
        };
        Ok(Self {
            origin,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
        })
    }
}
