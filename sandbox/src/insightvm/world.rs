//! The state of a console, and the rules by which it changes.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Refusal;
use super::records::{Engine, Pool, Scan, Scanner, Secret, Site};
use crate::time::Moment;

/// Everything that a console knows.
pub(super) struct World {
    /// Engines and pools, which share one space of ids.
    scanners: BTreeMap<i32, Scanner>,
    last_id: i32,
    sites: Vec<Site>,
    scans: Vec<Scan>,
    secret: Option<Secret>,
}

impl World {
    /// A world without engines and pools. Sites and scans name those that are to be added.
    pub(super) fn new(sites: Vec<Site>, scans: Vec<Scan>) -> Self {
        Self { scanners: BTreeMap::new(), last_id: 0, sites, scans, secret: None }
    }

    /// Adds an engine or a pool and gives it its id, which no other ever had.
    pub(super) fn add(&mut self, scanner: Scanner) -> i32 {
        self.last_id += 1;
        self.scanners.insert(self.last_id, scanner);
        self.last_id
    }

    /// Engines and pools by id.
    pub(super) fn scanners(&self) -> impl Iterator<Item = (i32, &Scanner)> {
        self.scanners.iter().map(|(id, scanner)| (*id, scanner))
    }

    /// Pools by id.
    pub(super) fn pools(&self) -> impl Iterator<Item = (i32, &Pool)> {
        self.scanners().filter_map(|(id, scanner)| match scanner {
            Scanner::Pool(pool) => Some((id, pool)),
            Scanner::Engine(_) => None,
        })
    }

    /// The pools that an engine is in.
    pub(super) fn pools_of(&self, engine: i32) -> impl Iterator<Item = (i32, &Pool)> {
        self.pools().filter(move |(_, pool)| pool.engines.contains(&engine))
    }

    /// The sites that an engine or a pool scans.
    pub(super) fn sites_of(&self, scanner: i32) -> impl Iterator<Item = &Site> {
        self.sites.iter().filter(move |site| site.scanner == Some(scanner))
    }

    /// The scans that an engine has run.
    pub(super) fn scans_of(&self, engine: i32) -> impl Iterator<Item = &Scan> {
        self.scans.iter().filter(move |scan| scan.engine == engine)
    }

    /// An engine, or a pool as the list of engines shows it.
    pub(super) fn scanner(&self, id: i32) -> Result<&Scanner, Refusal> {
        self.scanners.get(&id).ok_or_else(Refusal::not_found)
    }

    /// An engine that is no pool.
    pub(super) fn engine(&self, id: i32) -> Result<&Engine, Refusal> {
        match self.scanners.get(&id) {
            Some(Scanner::Engine(engine)) => Ok(engine),
            _ => Err(Refusal::not_found()),
        }
    }

    /// An engine to be changed.
    pub(super) fn engine_mut(&mut self, id: i32) -> Result<&mut Engine, Refusal> {
        match self.scanners.get_mut(&id) {
            Some(Scanner::Engine(engine)) => Ok(engine),
            _ => Err(Refusal::not_found()),
        }
    }

    /// A pool.
    pub(super) fn pool(&self, id: i32) -> Result<&Pool, Refusal> {
        match self.scanners.get(&id) {
            Some(Scanner::Pool(pool)) => Ok(pool),
            _ => Err(Refusal::not_found()),
        }
    }

    /// A pool to be changed.
    pub(super) fn pool_mut(&mut self, id: i32) -> Result<&mut Pool, Refusal> {
        match self.scanners.get_mut(&id) {
            Some(Scanner::Pool(pool)) => Ok(pool),
            _ => Err(Refusal::not_found()),
        }
    }

    /// Deletes an engine. It leaves its pools, of which one may be empty then: only a new pool
    /// needs an engine.
    pub(super) fn delete_engine(&mut self, id: i32) -> Result<(), Refusal> {
        self.engine(id)?;
        for scanner in self.scanners.values_mut() {
            if let Scanner::Pool(pool) = scanner {
                pool.engines.remove(&id);
            }
        }
        self.forget(id);
        Ok(())
    }

    /// Deletes a pool. Its engines stay.
    pub(super) fn delete_pool(&mut self, id: i32) -> Result<(), Refusal> {
        self.pool(id)?;
        self.forget(id);
        Ok(())
    }

    fn forget(&mut self, id: i32) {
        self.scanners.remove(&id);
        for site in &mut self.sites {
            site.scanner = site.scanner.filter(|scanner| *scanner != id);
        }
    }

    /// The engines of a request body as a set, or a refusal where one is no engine.
    pub(super) fn engine_set(&self, ids: &[i32]) -> Result<BTreeSet<i32>, Refusal> {
        let stranger = ids.iter().find(|id| self.engine(**id).is_err());
        match stranger {
            None => Ok(ids.iter().copied().collect()),
            Some(id) => Err(Refusal::bad_request(format!("engines: {id} is not a scan engine."))),
        }
    }

    /// The shared secret, if there is one and it has not expired.
    pub(super) fn secret(&self, now: Moment) -> Result<&Secret, Refusal> {
        let secret = self.secret.as_ref();
        secret.filter(|secret| secret.is_valid(now)).ok_or_else(Refusal::not_found)
    }

    /// The shared secret, a new one where there is none that is valid.
    pub(super) fn secret_or_new(&mut self, now: Moment) -> &Secret {
        self.secret.take_if(|secret| !secret.is_valid(now));
        self.secret.get_or_insert_with(|| Secret::new(now))
    }

    /// Revokes the shared secret.
    pub(super) fn revoke_secret(&mut self, now: Moment) -> Result<(), Refusal> {
        self.secret(now)?;
        self.secret = None;
        Ok(())
    }
}
