//! What can go wrong.

use std::{error::Error as StdError, fmt, io};

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. Its [`source`](StdError::source) is the cause, if there is one.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file or another destination can't be written.
    Io {
        /// The operation, and the file.
        message: String,
        /// The cause.
        source: io::Error,
    },
    /// The findings ended in an error, or contain one.
    Source(Box<dyn StdError + Send + Sync>),
    /// A batch lacks a column of its table, or has it with another type.
    Schema(String),
    /// A finding of more than 1 GiB, which does not fit a record batch.
    TooLarge,
    /// Parquet can't be encoded or written.
    Parquet(ParquetError),
    /// A record batch can't be made.
    Arrow(ArrowError),
}

impl Error {
    pub(crate) fn schema(message: impl Into<String>) -> Self {
        Self::Schema(message.into())
    }

    /// Adds the name of the column with the problem.
    pub(crate) fn of_column(self, name: &str) -> Self {
        match self {
            Self::Schema(message) => Self::Schema(format!("{name} {message}")),
            other => other,
        }
    }

    pub(crate) fn io(message: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let message = message.into();
        move |source| Self::Io { message, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { message, source } => write!(f, "{message}: {source}"),
            Self::Source(error) => write!(f, "the findings can't be read: {error}"),
            Self::Schema(message) => write!(f, "not a table of findings: the column {message}"),
            Self::TooLarge => f.write_str("a finding has more than 1 GiB"),
            Self::Parquet(error) => write!(f, "Parquet can't be written: {error}"),
            Self::Arrow(error) => write!(f, "a record batch can't be made: {error}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Source(error) => Some(&**error),
            Self::Parquet(error) => Some(error),
            Self::Arrow(error) => Some(error),
            Self::Schema(_) | Self::TooLarge => None,
        }
    }
}

impl From<ParquetError> for Error {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl From<ArrowError> for Error {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}
