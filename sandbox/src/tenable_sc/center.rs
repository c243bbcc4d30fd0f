//! What all requests to one server share.

use std::sync::{Arc, Mutex, PoisonError};

use super::auth::Credentials;
use super::world::World;
use crate::clock::Clock;
use crate::time::Moment;

/// The server as its request handlers hold it.
pub(super) type Shared = Arc<Center>;

/// One Tenable.sc: its world, and how it looks at its visitors.
pub(super) struct Center {
    pub(super) credentials: Credentials,
    /// Whether `GET system` logs its visitors in.
    pub(super) certificate_login: bool,
    /// How large the document in a downloaded zip is.
    pub(super) report_size: u64,
    /// Up to which size an upload is kept.
    pub(super) keep_uploads: usize,
    pub(super) clock: Clock,
    pub(super) world: Mutex<World>,
}

impl Center {
    /// Works on the world while nobody else does, once everything has happened there that was to
    /// happen by the clock. It takes a closure and not a guard, so that no
    /// handler can hold the lock across an await.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        // Changes to the world check first and can't fail halfway: it is whole even if somebody
        // panicked over it.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.catch_up(self.now());
        work(&mut world)
    }

    /// The present moment by the server's clock.
    pub(super) fn now(&self) -> Moment {
        self.clock.time_of_day().into()
    }
}
