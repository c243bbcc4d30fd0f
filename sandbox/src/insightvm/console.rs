//! What all requests to one console share.

use std::sync::{Arc, Mutex, PoisonError};

use super::auth::Credentials;
use super::world::World;
use crate::clock::Clock;
use crate::time::Moment;

/// The console as its request handlers hold it.
pub(super) type Shared = Arc<Console>;

/// One console: its world, and how it looks at its visitors.
pub(super) struct Console {
    /// Scheme, host and port, for links in answers to requests that name no host.
    pub(super) origin: String,
    pub(super) credentials: Credentials,
    pub(super) clock: Clock,
    pub(super) world: Mutex<World>,
}

impl Console {
    /// Works on the world while nobody else does. It takes a closure and not a guard, so that no
    /// handler can hold the lock across an await.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        // Changes to the world check first and can't fail halfway: it is whole even if somebody
        // panicked over it.
        work(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The present moment by the console's clock.
    pub(super) fn now(&self) -> Moment {
        self.clock.time_of_day().into()
    }
}
