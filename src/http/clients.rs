//! The HTTP clients of a transport: one for each runtime that calls are made on.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::runtime;

use crate::{Error, Result};

/// How many runtimes a client keeps connections for.
const RUNTIMES: usize = 64;

/// Makes a reqwest client with the settings of a builder.
type MakeClient = Box<dyn Fn() -> Result<reqwest::Client> + Send + Sync>;

/// A connection pool for each runtime that makes calls. A connection is driven by a task of the
/// runtime that opened it, so a call on another runtime would wait for a task that may not run.
pub(super) struct Clients {
    make: MakeClient,
    by_runtime: Mutex<HashMap<runtime::Id, reqwest::Client>>,
    /// Made to check the settings. Requests are built with it, and the first runtime gets it.
    first: reqwest::Client,
    first_is_used: AtomicBool,
}

impl Clients {
    pub(super) fn new(make: MakeClient) -> Result<Self> {
        let first = make()?;
        let first_is_used = AtomicBool::new(false);
        Ok(Self { make, by_runtime: Mutex::default(), first, first_is_used })
    }

    /// A client to build requests with, and not to send them.
    pub(super) fn request_builder(&self) -> reqwest::Client {
        self.first.clone()
    }

    /// The client of the runtime that this is called on.
    pub(super) fn get(&self) -> Result<reqwest::Client> {
        let runtime = runtime::Handle::try_current()
            .map_err(|error| Error::config("calls need a tokio runtime").with_source(error))?;
        let mut clients = self.by_runtime.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&runtime.id()) {
            return Ok(client.clone());
        }
        if clients.len() >= RUNTIMES
            && let Some(other) = clients.keys().next().copied()
        {
            clients.remove(&other);
        }
        let client = if self.first_is_used.swap(true, Ordering::Relaxed) {
            (self.make)()?
        } else {
            self.first.clone()
        };
        clients.insert(runtime.id(), client.clone());
        Ok(client)
    }
}
