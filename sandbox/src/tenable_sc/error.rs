//! Errors as the product words them.

/// An error as the product words it: an envelope with an `error_code` and an `error_msg`.
#[derive(Debug)]
pub(super) struct ApiError {
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) message: String,
}

impl ApiError {
    fn new(code: i64, message: impl Into<String>) -> Self {
        Self { status: 403, code, message: message.into() }
    }

    /// 147: it does not exist.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(147, message)
    }

    /// 146: a value that is not accepted, or something that can't be done.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(146, message)
    }

    /// An [`invalid`](Self::invalid) value of a parameter or property.
    pub(super) fn not_accepted(name: &str, value: &str) -> Self {
        Self::invalid(format!("{name}: '{value}' is not accepted.\n"))
    }

    /// An [`invalid`](Self::invalid) request, but under this HTTP status.
    pub(super) fn with_status(status: u16, message: impl Into<String>) -> Self {
        Self { status, ..Self::invalid(message) }
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
