//! The state of a server, and the rules by which it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::answer::Refusal;
use super::orders::Orders;
use super::records::{Record, User};
use super::repository::Repository;
use super::sessions::Sessions;
use super::uploads::Uploads;
use crate::time::Moment;

/// Everything that a server knows.
pub(super) struct World {
    /// They are shared with answers that are still being written, and copied when they change.
    results: BTreeMap<u64, Arc<Record>>,
    last_id: u64,
    repositories: Vec<Arc<Repository>>,
    users: &'static [User],
    /// How long a result stays in a state that it leaves by itself. None where it never does.
    step: Option<Duration>,
    /// When which result moves on. Entries that are out of date stay until their time comes.
    agenda: BTreeSet<(Moment, u64)>,
    pub(super) uploads: Uploads,
    pub(super) sessions: Sessions,
    pub(super) orders: Orders,
}

impl World {
    /// A world without scan results. Who sends an API key is the first user.
    pub(super) fn new(
        repositories: impl IntoIterator<Item = Repository>,
        users: &'static [User],
        step: Option<Duration>,
    ) -> Self {
        Self {
            results: BTreeMap::new(),
            last_id: 0,
            repositories: repositories.into_iter().map(Arc::new).collect(),
            users,
            step,
            agenda: BTreeSet::new(),
            uploads: Uploads::default(),
            sessions: Sessions::default(),
            orders: Orders::default(),
        }
    }

    /// Adds a scan result. Unless it has an id it is given one that no other ever had.
    pub(super) fn add(&mut self, record: Record, now: Moment) -> u64 {
        let id = if record.id == 0 { self.last_id + 1 } else { record.id };
        self.last_id = self.last_id.max(id);
        self.results.insert(id, Arc::new(Record { id, ..record }));
        self.schedule(id, now);
        id
    }

    /// Scan results by id.
    pub(super) fn results(&self) -> impl DoubleEndedIterator<Item = &Arc<Record>> {
        self.results.values()
    }

    /// A scan result.
    pub(super) fn result(&self, id: u64) -> Result<&Record, Refusal> {
        self.results.get(&id).map(Arc::as_ref).ok_or_else(|| no_result(id))
    }

    /// A scan result as it is now, for longer.
    pub(super) fn shared(&self, id: u64) -> Result<Arc<Record>, Refusal> {
        self.results.get(&id).cloned().ok_or_else(|| no_result(id))
    }

    /// Changes a scan result.
    pub(super) fn change<T>(
        &mut self,
        id: u64,
        now: Moment,
        change: impl FnOnce(&mut Record) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let record = self.results.get_mut(&id).ok_or_else(|| no_result(id))?;
        let changed = change(Arc::make_mut(record))?;
        self.schedule(id, now);
        Ok(changed)
    }

    /// Deletes a scan result.
    pub(super) fn delete(&mut self, id: u64) -> Result<(), Refusal> {
        self.results.remove(&id).map(drop).ok_or_else(|| no_result(id))
    }

    /// Whether results move by themselves, with the clock.
    pub(super) fn moves(&self) -> bool {
        self.step.is_some()
    }

    /// Lets everything happen that was to happen until now, each at its own time.
    pub(super) fn catch_up(&mut self, now: Moment) {
        while let Some(entry @ (due, id)) = self.agenda.first().copied()
            && due <= now
        {
            self.agenda.remove(&entry);
            // Otherwise somebody has put it into another state since, or deleted it.
            if let Some(record) = self.results.get_mut(&id).filter(|it| it.due == Some(due)) {
                Arc::make_mut(record).tick(due);
                self.schedule(id, due);
            }
        }
    }

    fn schedule(&mut self, id: u64, now: Moment) {
        let (Some(step), Some(record)) = (self.step, self.results.get_mut(&id)) else { return };
        let due = record.moves().then(|| now.after(step));
        Arc::make_mut(record).due = due;
        self.agenda.extend(due.map(|due| (due, id)));
    }

    /// A repository that the visitor may use.
    pub(super) fn repository(&self, id: u64) -> Result<Arc<Repository>, Refusal> {
        let repository = self.repositories.iter().find(|repository| repository.id == id);
        repository.cloned().ok_or_else(|| {
            Refusal::invalid(format!("Group #0 does not have access to the Repository #{id}.\n"))
        })
    }

    /// Where results belong that name no repository.
    pub(super) fn first_repository(&self) -> Option<Arc<Repository>> {
        self.repositories.first().cloned()
    }

    /// A user.
    pub(super) fn user(&self, id: u64) -> Result<&'static User, Refusal> {
        let user = self.users.iter().find(|user| user.id == id);
        user.ok_or_else(|| Refusal::not_found(format!("Unable to find existing User #{id}.\n")))
    }
}

fn no_result(id: u64) -> Refusal {
    Refusal::not_found(format!("Unable to find existing Scan #{id} for Organization #1.\n"))
}
