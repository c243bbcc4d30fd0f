//! What tests order a server to do.

use std::collections::VecDeque;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::TenableSc;
use super::answer::Refusal;
use super::center::Shared;

/// What tests have ordered the server to do until further notice.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) refuse_imports: Option<String>,
    pub(super) fail_mail: Option<String>,
    pub(super) bare_downloads: bool,
    pub(super) ignore_time_compare_field: bool,
    pub(super) warnings: Vec<Value>,
    /// What is refused next, and how often.
    refusals: VecDeque<(u64, Refused)>,
}

impl Orders {
    fn refusal(&mut self) -> Option<Refused> {
        self.refusals.retain(|(times, _)| *times > 0);
        let (times, refusal) = self.refusals.front_mut()?;
        *times -= 1;
        Some(refusal.clone())
    }
}

/// A refusal to [order](TenableSc::refuse_next), as the product words it: an envelope with an
/// `error_code` and an `error_msg`.
///
/// ```
/// use scanops_sandbox::tenable_sc::Refused;
///
/// # async fn example() -> std::io::Result<()> {
/// # let center = scanops_sandbox::TenableSc::start().await?;
/// center.refuse_next(1, Refused::database_is_locked());
/// // A failure that goes by as a success to who looks at the HTTP status alone.
/// center.refuse_next(2, Refused::new(146, "This is not possible.").status(200));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Refused {
    status: StatusCode,
    code: i64,
    message: String,
}

impl Refused {
    /// A refusal with this `error_code` and `error_msg`, under HTTP status 403.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, code, message: message.into() }
    }

    /// The one that passes, and is worth another try.
    pub fn database_is_locked() -> Self {
        Self::new(1, "Error executing query: database is locked.\n")
    }

    /// Its HTTP status, 403 by default. What is none becomes 500.
    pub fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }
}

impl TenableSc {
    /// Refuses the next calls, as many as `times` says, of those who may ask. What was ordered
    /// before comes first. Logins and `GET system` are not refused.
    pub fn refuse_next(&self, times: u64, refusal: Refused) {
        self.center.with(|world| world.orders.refusals.push_back((times, refusal)));
    }

    /// Puts warnings, each a code and a text, into all answers. An empty list ends that.
    pub fn warn<T: Into<String>>(&self, warnings: impl IntoIterator<Item = (i64, T)>) {
        let warnings = warnings.into_iter().map(|(code, warning)| {
            let warning: String = warning.into();
            json!({"code": code, "warning": warning})
        });
        let warnings: Vec<Value> = warnings.collect();
        self.center.with(|world| world.orders.warnings = warnings);
    }

    /// Whether the list ignores `timeCompareField`, as older servers may, and compares `startTime`
    /// and `endTime` with the creation of a scan result whatever it says.
    pub fn ignore_time_compare_field(&self, ignore: bool) {
        self.center.with(|world| world.orders.ignore_time_compare_field = ignore);
    }

    /// Whether downloads hold the bare document instead of a zip, as some servers were seen to do.
    /// Their headers still speak of a zip.
    pub fn bare_downloads(&self, bare: bool) {
        self.center.with(|world| world.orders.bare_downloads = bare);
    }
}

/// Refuses what is to be refused by order.
pub(super) async fn obey(State(center): State<Shared>, request: Request, next: Next) -> Response {
    match center.with(|world| world.orders.refusal()) {
        None => next.run(request).await,
        Some(Refused { status, code, message }) => {
            Refusal::ordered(status, code, message).into_response()
        }
    }
}
