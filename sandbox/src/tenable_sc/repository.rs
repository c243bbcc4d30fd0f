//! Where what was found is kept.

/// A repository of a world of the caller's own making.
///
/// ```
/// use scanops_sandbox::tenable_sc::{Repository, ScanResult};
/// use scanops_sandbox::TenableSc;
///
/// # async fn example() -> std::io::Result<()> {
/// let center = TenableSc::builder()
///     .repositories([Repository::new(7, "Branch office")])
///     .scan_results([ScanResult::new("weekly").repository(7)])
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Repository {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) data_format: String,
    pub(super) uuid: String,
}

impl Repository {
    /// A repository of this id and name, for IPv4 addresses and without a description.
    pub fn new(id: u64, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            description: String::new(),
            data_format: "IPv4".to_owned(),
            uuid: format!("0B5E5A3F-6C0C-4E43-9A2D-7F1C0D9E{:04X}", id & 0xFFFF),
        }
    }

    /// What it is for. Empty by default.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// What it holds: `IPv4` by default, `IPv6`, `agent`, `universal`.
    pub fn data_format(mut self, name: impl Into<String>) -> Self {
        self.data_format = name.into();
        self
    }
}
