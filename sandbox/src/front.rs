//! What stands before a product: every request is written down, and meets the fault that is ordered
//! for it.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use futures_util::StreamExt;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;

use super::fault::{Canned, Kind, Orders, forget_credentials};
use super::recording::{Records, Tapped};
use super::wire::{Ending, Line};

/// What faults need to know of a product.
pub(super) trait Product: Send + Sync {
    /// The product's JSON for an error.
    fn error(&self, request: &Parts, code: u16, message: String) -> Value;

    /// Ends the session that a request shows.
    fn end_session(&self, request: &HeaderMap);
}

/// Over what a request came. Handlers find it among the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    pub(super) https: bool,
    /// Whether the client has shown a certificate that the sandbox has made.
    pub(super) certificate: bool,
}

/// All that a connection needs to answer requests.
pub(super) struct Front {
    router: TowerToHyperService<Router>,
    product: Arc<dyn Product>,
    pub(super) faults: Orders,
    pub(super) records: Records,
}

impl Front {
    pub(super) fn new(router: Router, product: Arc<dyn Product>, records: Records) -> Self {
        let router = TowerToHyperService::new(router);
        Self { router, product, faults: Orders::default(), records }
    }

    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: Peer,
        line: Line,
    ) -> Result<Response, Infallible> {
        let (mut head, body) = request.into_parts();
        let body = self.records.add(&head, body);
        head.extensions.insert(peer);
        let Some((kind, headers)) = self.faults.meet(&head) else {
            return self.ask(head, body).await;
        };
        let mut response = self.fail(kind, head, body, line).await?;
        for (name, value) in &headers {
            response.headers_mut().insert(name, value.clone());
        }
        Ok(response)
    }

    async fn ask(&self, head: Parts, body: Tapped) -> Result<Response, Infallible> {
        self.router.call(Request::from_parts(head, body)).await
    }

    async fn fail(
        &self,
        kind: Kind,
        mut head: Parts,
        body: Tapped,
        line: Line,
    ) -> Result<Response, Infallible> {
        match kind {
            Kind::Refusal => {
                line.end(Ending::Reset);
                pending().await
            }
            Kind::NoAnswer(ending) => {
                read(body).await;
                line.end(ending);
                pending().await
            }
            Kind::LostAnswer => {
                self.ask(head, body).await?;
                line.end(Ending::Reset);
                pending().await
            }
            Kind::Answer(canned) => {
                read(body).await;
                Ok(canned.response())
            }
            Kind::ErrorWith200 { code, message } => {
                read(body).await;
                Ok(Canned::json(&self.product.error(&head, code, message)).response())
            }
            Kind::SessionEnd => {
                self.product.end_session(&head.headers);
                forget_credentials(&mut head);
                self.ask(head, body).await
            }
            Kind::Damage(damage) => {
                let response = self.ask(head, body).await?;
                Ok(match damage {
                    Some(damage) => damage.to(response, line),
                    None => response,
                })
            }
        }
    }
}

/// Reads a request to its end: a connection that is closed with unread bytes is reset.
async fn read(body: Tapped) {
    let mut bytes = Body::new(body).into_data_stream();
    while let Some(Ok(_)) = bytes.next().await {}
}
