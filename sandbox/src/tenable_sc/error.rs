//! Errors as the product words them.

use serde::Deserialize;

/// An error as the product words it: an envelope with an `error_code` and an `error_msg`. Given to
/// [`TenableSc::fail_next`](super::TenableSc::fail_next).
///
/// ```
/// use scanops_sandbox::tenable_sc::ApiError;
///
/// # async fn example() -> std::io::Result<()> {
/// # let center = scanops_sandbox::TenableSc::start().await?;
/// center.fail_next(1, ApiError::database_is_locked());
/// // A failure that looks like a success to a client that checks the HTTP status alone.
/// center.fail_next(2, ApiError::new(146, "This is not possible.").status(200));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct ApiError {
    #[serde(default = "forbidden")]
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) message: String,
}

fn forbidden() -> u16 {
    403
}

impl ApiError {
    /// An error with this `error_code` and `error_msg`, under HTTP status 403.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { status: forbidden(), code, message: message.into() }
    }

    /// The error of an overloaded database. A later attempt may succeed.
    pub fn database_is_locked() -> Self {
        Self::new(1, "Error executing query: database is locked.\n")
    }

    /// Its HTTP status, 403 by default. An invalid one becomes 500.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// 147: it does not exist.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(147, message)
    }

    /// 146: a value that is not accepted, or something that can't be done.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(146, message)
    }

    /// 143: no such user, or not this password.
    pub(super) fn bad_login() -> Self {
        Self::new(143, "Invalid login credentials.\n")
    }

    /// 12: no session, or not any more.
    pub(super) fn no_session() -> Self {
        Self::new(12, "This request contains an invalid token.\n")
    }

    /// A 403 without code and message, as a wrong API key gets.
    pub(super) fn silent() -> Self {
        Self::new(0, "")
    }
}
