//! The error type of the crate, and its kinds.

use std::{
    error::Error as StdError,
    fmt::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A result whose error is [`Error`] unless another is given.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a report can't be read.
///
/// `Display` is one line: what is wrong, at which byte of the document, in which element, in which
/// entry of which archive. The parts are available through the accessors.
///
/// ```
/// use scanops_nessus::{ErrorKind, Findings};
///
/// let report = &b"<NessusClientData_v2><Report><ReportHost name='h'>"[..];
/// let error = Findings::new(report).next().unwrap().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Malformed);
/// assert_eq!((error.position(), error.element()), (Some(50), "NessusClientData_v2/Report/ReportHost[1]"));
/// ```
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    position: Option<u64>,
    element: String,
    entry: Option<String>,
    file: Option<PathBuf>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The kinds of failure, as far as programs handle them differently.
///
/// New kinds may be added: match with a wildcard arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is something else: another kind of document, a compressed file that is not a zip
    /// archive, an archive without a report, a directory.
    NotAReport,
    /// The document is not well-formed XML in UTF-8, or ends early.
    Malformed,
    /// The archive is damaged: it ends early, a checksum or size differs, its directory does not
    /// match its content, or it uses what is not supported (encryption, another compression).
    Archive,
    /// The report exceeds one of the [`Limits`](crate::Limits).
    Limit,
    /// A single item is invalid: its plugin id, port or severity is not a number of the right
    /// range. Reading continues with the next item.
    InvalidItem,
    /// A file or reader failed.
    Io,
    /// The stream that the report comes from failed. [`source`](StdError::source) is its error.
    Source,
}

impl ErrorKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::NotAReport => "not a .nessus report",
            Self::Malformed => "malformed .nessus report",
            Self::Archive => "damaged archive",
            Self::Limit => "a .nessus report exceeds a limit",
            Self::InvalidItem => "invalid item",
            Self::Io => "the report can't be read",
            Self::Source => "the source of the report failed",
        }
    }
}

impl Error {
    /// An error of this kind with a message, for readers and streams of your own.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            position: None,
            element: String::new(),
            entry: None,
            file: None,
            source: None,
        }))
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Malformed, message)
    }

    /// An error of quick-xml, which may quote any length of the document.
    pub(crate) fn of_quick_xml(error: impl fmt::Display) -> Self {
        Self::malformed(beginning(&error.to_string(), 200))
    }

    pub(crate) fn archive(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Archive, message)
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit, message)
    }

    pub(crate) fn io(source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, "").with_source(source)
    }

    pub(crate) fn source_failed(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Source, "").with_source(source)
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// Adds the position in the document, unless there is one already.
    pub(crate) fn at(mut self, position: u64) -> Self {
        self.0.position.get_or_insert(position);
        self
    }

    /// Moves the position, which so far counts from `start`, or sets it to that.
    pub(crate) fn shifted(mut self, start: u64) -> Self {
        self.0.position = Some(start + self.0.position.unwrap_or(0));
        self
    }

    /// Replaces the message.
    pub(crate) fn because(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Prepends elements to the path.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        let inner = &mut self.0.element;
        if inner.is_empty() {
            outer.clone_into(inner);
        } else if !outer.is_empty() {
            *inner = format!("{outer}/{inner}");
        }
        self
    }

    pub(crate) fn in_entry(mut self, name: &str) -> Self {
        self.0.entry.get_or_insert_with(|| brief(name));
        self
    }

    pub(crate) fn in_file(mut self, path: &Path) -> Self {
        self.0.file.get_or_insert_with(|| path.to_owned());
        self
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message alone, without position, element, entry and file.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The byte offset of the problem in the document, counted from 0. In an archive, the
    /// position in the uncompressed entry; with [`lossy`](crate::Findings::lossy), in the text after
    /// replacement.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        self.0.position
    }

    /// The path of the element with the problem: `NessusClientData_v2/Report/ReportHost[2]/ReportItem[17]`.
    /// Hosts and items are numbered from 1. Empty outside the root element.
    #[must_use]
    pub fn element(&self) -> &str {
        &self.0.element
    }

    /// The name of the archive's entry that holds the document.
    #[must_use]
    pub fn entry(&self) -> Option<&str> {
        self.0.entry.as_deref()
    }

    /// The path of the file, where the report was opened by its path.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }

    /// Whether reading continues after this error: true for [`ErrorKind::InvalidItem`] alone.
    #[must_use]
    pub fn is_recoverable(&self) -> bool {
        self.0.kind == ErrorKind::InvalidItem
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(inner.kind.prefix())?;
        if let Some(position) = inner.position {
            write!(f, " at byte {position}")?;
        }
        if !inner.element.is_empty() {
            write!(f, " in {}", OneLine(&inner.element))?;
        }
        if !inner.message.is_empty() {
            write!(f, ": {}", OneLine(&inner.message))?;
        }
        if let Some(entry) = &inner.entry {
            write!(f, " (in the archive's entry {entry:?})")?;
        }
        if let Some(file) = &inner.file {
            write!(f, " ({})", OneLine(&file.display().to_string()))?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// Text that may quote a document: control characters are escaped, so that it stays one line.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            c if c.is_control() => c.escape_default().fmt(f),
            c => f.write_char(c),
        })
    }
}

/// The beginning of a name from a document, for a message.
pub(crate) fn brief(name: &str) -> String {
    beginning(name, 64)
}

/// The beginning of a text: at most so many characters when it is shown, where a control character
/// is escaped and takes up to six.
fn beginning(text: &str, most: usize) -> String {
    let shown = text.chars().scan(0, |length, char| {
        *length += if char.is_control() { 6 } else { 1 };
        (*length <= most).then_some(char)
    });
    shown.collect()
}
