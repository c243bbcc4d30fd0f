//! Receives the requests for a product: records each, and applies its fault.

use std::convert::Infallible;
use std::future::{pending, ready};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::connection::{Connection, End};
use super::control;
use super::damage::damage;
use super::fault::{Fault, Faults, Kind, forget_credentials};
use super::requests::RequestLog;
use super::responses::{html, page, status_code};

/// The largest body that is read before the product responds. If a product responds without reading a
/// body that is still on its way, the connection ends, perhaps under the client's next request.
const SMALL: usize = 64 * 1024;

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\n\
    <form method=\"post\" action=\"/login\">\n<input name=\"user\">\n\
    <input name=\"password\" type=\"password\">\n<button>Sign in</button>\n</form>\n</body></html>\n";

/// What faults need of a product.
pub(super) trait Product: Send + Sync {
    /// The product's response for an error.
    fn error(&self, request: &Parts, status: u16, code: i64, message: String) -> Response;

    /// Ends the session that a request belongs to.
    fn end_session(&self, request: &HeaderMap);
}

/// How a request arrived. Handlers find it among the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    pub(super) https: bool,
    /// Whether the client has presented a certificate that the sandbox has made.
    pub(super) certificate: bool,
}

/// Everything that a connection needs to respond to requests.
pub(super) struct Front {
    product: Arc<dyn Product>,
    router: TowerToHyperService<Router>,
    /// Responds to requests below [`control::PREFIX`], if that is on.
    control: Option<TowerToHyperService<Router>>,
    pub(super) faults: Arc<Faults>,
    pub(super) requests: Arc<RequestLog>,
}

impl Front {
    /// `control` are the product's own control routes, if the control interface is served.
    pub(super) fn new(
        product: Arc<dyn Product>,
        router: Router,
        control: Option<Router>,
        kept: usize,
    ) -> Self {
        let (faults, requests) = (Arc::<Faults>::default(), Arc::new(RequestLog::new(kept)));
        let control = control
            .map(|own| control::router(Arc::clone(&faults), Arc::clone(&requests), own))
            .map(TowerToHyperService::new);
        Self { product, router: TowerToHyperService::new(router), control, faults, requests }
    }

    pub(super) async fn respond(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: Peer,
        connection: Connection,
    ) -> Result<Response, Infallible> {
        if let Some(control) = &self.control
            && request.uri().path().starts_with(control::PREFIX)
        {
            return control.call(request.map(Body::new)).await;
        }
        let (mut head, body) = request.into_parts();
        let body = self.requests.add(&head, body);
        head.extensions.insert(peer);
        let Some(fault) = self.faults.meet(&head, &connection.counted_by) else {
            return self.forward(head, body).await;
        };
        // They were valid when the fault was injected.
        let headers = fault.headers().unwrap_or_default();
        let mut response = self.fail(fault, head, body, connection).await?;
        for (name, value) in &headers {
            response.headers_mut().insert(name, value.clone());
        }
        Ok(response)
    }

    async fn forward(&self, head: Parts, body: Body) -> Result<Response, Infallible> {
        let length = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let length = length.and_then(|length| length.parse::<usize>().ok());
        let body = if length.is_some_and(|length| length <= SMALL) {
            let read = to_bytes(body, usize::MAX).await;
            Body::from_stream(stream::once(ready(read)))
        } else {
            body
        };
        self.router.call(Request::from_parts(head, body)).await
    }

    async fn fail(
        &self,
        fault: Fault,
        mut head: Parts,
        body: Body,
        connection: Connection,
    ) -> Result<Response, Infallible> {
        match fault.kind {
            Kind::Refuse {} => return Self::end(connection, End::Reset).await,
            Kind::LostResponse {} => {
                self.forward(head, body).await?;
                return Self::end(connection, End::Reset).await;
            }
            Kind::SessionEnd {} => {
                self.product.end_session(&head.headers);
                forget_credentials(&mut head);
                return self.forward(head, body).await;
            }
            Kind::ContentType { .. }
            | Kind::ResetAfter { .. }
            | Kind::StallAfter { .. }
            | Kind::TruncateAfter { .. }
            | Kind::FlipByte { .. }
            | Kind::Slow { .. } => {
                let response = self.forward(head, body).await?;
                return Ok(response.map(|body| damage(body, &fault.kind, connection)));
            }
            _ => {}
        }
        // The others don't reach the product. The request is read to its end first: a connection
        // that is closed with unread bytes is reset.
        let mut rest = body.into_data_stream();
        while let Some(Ok(_)) = rest.next().await {}
        Ok(match fault.kind {
            Kind::Close {} => return Self::end(connection, End::Close).await,
            Kind::Silence {} => return Self::end(connection, End::Silence).await,
            Kind::Status { status } | Kind::Redirect { status, .. } => {
                let status = status_code(status);
                page(status, &status.to_string())
            }
            Kind::Response { status, body, .. } => (status_code(status), body).into_response(),
            Kind::LoginPage {} => html(StatusCode::OK, LOGIN_PAGE.to_owned()),
            Kind::Error { status, code, message } => {
                self.product.error(&head, status, code, message)
            }
            _ => return Self::end(connection, End::Reset).await,
        })
    }

    async fn end(connection: Connection, how: End) -> Result<Response, Infallible> {
        connection.end(how);
        pending().await
    }
}
