//! A Rapid7 InsightVM console: the 22 operations on scan engines and engine pools, over a world in
//! memory.
//!
//! The world it starts with has the console's built-in engines and pool, a few engines in different
//! states, a pool of two of them, three sites, and 25 scans on the local engine.
//! [`InsightVm::builder`] changes that.
//!
//! Where documents and real consoles differ it does as real consoles do: pools are listed among the
//! engines, with port -1; `status` is a number in errors; an `id` in a create body is refused;
//! `sites` in a new engine is ignored.

mod accept;
mod answer;
mod auth;
mod body;
mod builder;
mod console;
mod engines;
mod links;
mod paging;
mod pools;
mod product;
mod records;
mod routes;
mod scans;
mod secret;
mod seed;
mod sites;
mod sorting;
mod world;

use std::fmt;
use std::io;

use super::host::{Host, hosted};

pub use builder::InsightVmBuilder;
pub use records::Engine;

/// A running console. It stops when it is dropped.
pub struct InsightVm {
    user: String,
    password: String,
    host: Host,
}

hosted!(InsightVm);

impl InsightVm {
    /// Starts a console with a small believable world on a free port.
    ///
    /// # Errors
    /// When no port can be taken on the loopback interface.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A console of the caller's own making.
    pub fn builder() -> InsightVmBuilder {
        InsightVmBuilder::new()
    }

    /// The user name it expects.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password it expects.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }
}

impl fmt::Debug for InsightVm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsightVm")
            .field("url", &self.url())
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
