//! Limits on the size of a report's parts.

/// Bounds on the size of a report's parts. Exceeding one is an error of
/// [`ErrorKind::Limit`](crate::ErrorKind::Limit).
///
/// A report of any size is read in the memory of one item; these limits keep a broken or hostile
/// report from making that item arbitrarily large. The defaults are far above what scanners write.
///
/// While reading, memory holds at most: the item or host that is being read, in a buffer of up to
/// twice [`item`](Self::item); its finding, whose texts and names together have at most
/// [`item`](Self::item) bytes, plus about 250 bytes for each of at most
/// [`elements`](Self::elements) entries; the same again for its host; and the
/// [`cache`](Self::cache). A [`FindingStream`](crate::FindingStream) holds up to three further
/// findings (or batches of small ones) on their way to the consumer.
///
/// ```
/// use scanops_nessus::{Findings, Limits};
///
/// let limits = Limits::default().item(1024 * 1024).depth(16);
/// let report = &b"<NessusClientData_v2/>"[..];
/// assert_eq!(Findings::with_limits(report, limits).count(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one item or of one host's properties, as they are in the document.
    /// Default 64 MiB.
    pub item: usize,
    /// Elements, attributes and lines (of `see_also` and `mac-address`) that one item, or the
    /// properties of one host, may have together. Default 65,536; the average item has 25.
    pub elements: usize,
    /// Bytes of one tag outside items and the properties of hosts, with its attributes. Default 1 MiB.
    pub tag: usize,
    /// Attributes of one tag. Default 256; an item has seven.
    pub attributes: usize,
    /// Levels of nested elements, including the root. Default 64; a report needs six.
    pub depth: usize,
    /// Bytes of plugins that are kept to be shared by the findings that follow. Default 8 MiB, 0
    /// to share none. This bounds memory and is never an error.
    pub cache: usize,
    /// How many times larger than its compressed form an entry of an archive may be. Default 500;
    /// reports reach 10 to 50, deflate can't exceed about 1,030. Checked once the entry has given
    /// more than [`ratio_floor`](Self::ratio_floor) bytes.
    pub ratio: u64,
    /// Bytes of an entry up to which [`ratio`](Self::ratio) is not checked. Default 64 MiB.
    pub ratio_floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            item: 64 << 20,
            elements: 1 << 16,
            tag: 1 << 20,
            attributes: 256,
            depth: 64,
            cache: 8 << 20,
            ratio: 500,
            ratio_floor: 64 << 20,
        }
    }
}

macro_rules! setters {
    ($($field:ident: $type:ty,)+) => {
        impl Limits {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](#structfield.", stringify!($field), ").")]
                #[must_use]
                pub fn $field(self, $field: $type) -> Self {
                    Self { $field, ..self }
                }
            )+
        }
    };
}

setters! {
    item: usize,
    elements: usize,
    tag: usize,
    attributes: usize,
    depth: usize,
    cache: usize,
    ratio: u64,
    ratio_floor: u64,
}
