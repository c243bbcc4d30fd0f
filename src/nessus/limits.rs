//! How much of a report is taken at a time.

/// How large the parts of a report may be before reading it ends with an error.
///
/// Reading takes the memory of one finding, whatever the size of the report. The limits keep a
/// broken or hostile one from making that finding endless. The defaults are far above what
/// scanners write.
///
/// ```
/// use scanops::nessus::{Findings, Limits};
///
/// let limits = Limits::default().text(1024 * 1024).depth(16);
/// let report = &b"<NessusClientData_v2/>"[..];
/// assert_eq!(Findings::with_limits(report, limits).count(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(super) depth: usize,
    pub(super) text: usize,
    pub(super) tag: usize,
    pub(super) attributes: usize,
    pub(super) item: usize,
    pub(super) ratio: u64,
    pub(super) ratio_floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            text: 64 * 1024 * 1024,
            tag: 1024 * 1024,
            attributes: 256,
            item: 128 * 1024 * 1024,
            ratio: 500,
            ratio_floor: 64 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// How deep elements may nest, the root included. 64 by default; a report needs six.
    #[must_use]
    pub fn depth(self, elements: usize) -> Self {
        Self { depth: elements, ..self }
    }

    /// How long one text may be, in bytes: what a plugin put out, for one. 64 MiB by default.
    ///
    /// Comments and CDATA sections are texts too.
    #[must_use]
    pub fn text(self, bytes: usize) -> Self {
        Self { text: bytes, ..self }
    }

    /// How long one tag with its attributes may be, in bytes. 1 MiB by default.
    #[must_use]
    pub fn tag(self, bytes: usize) -> Self {
        Self { tag: bytes, ..self }
    }

    /// How many attributes one tag may have. 256 by default; an item has seven.
    #[must_use]
    pub fn attributes(self, count: usize) -> Self {
        Self { attributes: count, ..self }
    }

    /// How much memory one item may take, or the properties of one host, in bytes. 128 MiB by
    /// default.
    ///
    /// Each element counts with its name, its text and 64 bytes.
    #[must_use]
    pub fn item(self, bytes: usize) -> Self {
        Self { item: bytes, ..self }
    }

    /// How many times larger than its compressed form an entry of an archive may be. 500 by
    /// default; reports are 10 to 50 times as large, and deflate can't go beyond about 1,030.
    ///
    /// It applies once the entry has given more than [`ratio_floor`](Self::ratio_floor) bytes.
    #[must_use]
    pub fn ratio(self, times: u64) -> Self {
        Self { ratio: times, ..self }
    }

    /// Up to how many bytes of an entry [`ratio`](Self::ratio) is not looked at, as what is small
    /// does no harm. 64 MiB by default.
    #[must_use]
    pub fn ratio_floor(self, bytes: u64) -> Self {
        Self { ratio_floor: bytes, ..self }
    }
}
