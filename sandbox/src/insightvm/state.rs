//! The state of a console, and the rules by which it changes. Knows no HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::records::{Engine, EnginePool, Scan, Scanner, Site};
use crate::time::{HOUR, after, before, between};

/// Why a console rejects a request.
#[derive(Debug)]
pub(super) enum Error {
    NotFound,
    Invalid(String),
}

type Result<T> = std::result::Result<T, Error>;

/// Everything that a console knows.
#[derive(Default)]
pub(super) struct State {
    /// The time of the request or call that uses the state.
    pub(super) now: Timestamp,
    /// Engines and pools, which share one space of ids.
    scanners: BTreeMap<i32, Scanner>,
    last_id: i32,
    sites: Vec<Site>,
    scans: Vec<Scan>,
    secret: Option<Secret>,
}

impl State {
    /// A console that knows nothing yet.
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, ..Self::default() }
    }

    /// Adds an engine. Its id was never used before.
    pub(super) fn add_engine(&mut self, mut engine: Engine) -> i32 {
        if engine.was_seen() {
            engine.last_refreshed_date = Some(before(self.now, HOUR / 4));
            engine.last_updated_date = Some(before(self.now, 48 * HOUR));
        }
        self.add(Scanner::Engine(engine))
    }

    /// Adds a pool of engines that exist.
    pub(super) fn add_pool(&mut self, pool: EnginePool) -> Result<i32> {
        self.check_engines(&pool.engines)?;
        Ok(self.add(Scanner::Pool(pool)))
    }

    /// Adds an engine or a pool.
    pub(super) fn add(&mut self, scanner: Scanner) -> i32 {
        self.last_id += 1;
        self.scanners.insert(self.last_id, scanner);
        self.last_id
    }

    pub(super) fn add_site(&mut self, mut site: Site) -> i32 {
        let id = self.sites.last().map_or(1, |last| last.id + 1);
        site.id = id;
        self.sites.push(site);
        id
    }

    pub(super) fn add_scan(&mut self, mut scan: Scan) -> i64 {
        let id = self.scans.last().map_or(1, |last| last.id + 1);
        scan.id = id;
        self.scans.push(scan);
        id
    }

    /// Replaces a scan, which keeps its id.
    pub(super) fn change_scan(&mut self, id: i64, change: impl FnOnce(Scan) -> Scan) -> Result<()> {
        let scan = self.scans.iter_mut().find(|scan| scan.id == id).ok_or(Error::NotFound)?;
        *scan = change(scan.clone());
        scan.id = id;
        Ok(())
    }

    /// Engines and pools by id.
    pub(super) fn scanners(&self) -> impl Iterator<Item = (i32, &Scanner)> {
        self.scanners.iter().map(|(id, scanner)| (*id, scanner))
    }

    /// Pools by id.
    pub(super) fn pools(&self) -> impl Iterator<Item = (i32, &EnginePool)> {
        self.scanners().filter_map(|(id, scanner)| match scanner {
            Scanner::Pool(pool) => Some((id, pool)),
            Scanner::Engine(_) => None,
        })
    }

    /// The pools that an engine is in.
    pub(super) fn pools_of(&self, engine: i32) -> impl Iterator<Item = (i32, &EnginePool)> {
        self.pools().filter(move |(_, pool)| pool.engines.contains(&engine))
    }

    /// The sites that an engine or a pool scans.
    pub(super) fn sites_of(&self, scanner: i32) -> impl Iterator<Item = &Site> {
        self.sites.iter().filter(move |site| site.scan_engine == Some(scanner))
    }

    /// The scans that an engine has run.
    pub(super) fn scans_of(&self, engine: i32) -> impl Iterator<Item = &Scan> {
        self.scans.iter().filter(move |scan| scan.engine_id == engine)
    }

    /// An engine, or a pool as the list of engines shows it.
    pub(super) fn scanner(&self, id: i32) -> Result<&Scanner> {
        self.scanners.get(&id).ok_or(Error::NotFound)
    }

    /// An engine. A pool is not one.
    pub(super) fn engine(&mut self, id: i32) -> Result<&mut Engine> {
        match self.scanners.get_mut(&id) {
            Some(Scanner::Engine(engine)) => Ok(engine),
            _ => Err(Error::NotFound),
        }
    }

    pub(super) fn pool(&mut self, id: i32) -> Result<&mut EnginePool> {
        match self.scanners.get_mut(&id) {
            Some(Scanner::Pool(pool)) => Ok(pool),
            _ => Err(Error::NotFound),
        }
    }

    /// Deletes an engine. It leaves its pools, which may be empty then: only a new pool needs an
    /// engine.
    pub(super) fn delete_engine(&mut self, id: i32) -> Result<()> {
        self.engine(id)?;
        for scanner in self.scanners.values_mut() {
            if let Scanner::Pool(pool) = scanner {
                pool.engines.remove(&id);
            }
        }
        self.remove(id);
        Ok(())
    }

    /// Deletes a pool. Its engines stay.
    pub(super) fn delete_pool(&mut self, id: i32) -> Result<()> {
        self.pool(id)?;
        self.remove(id);
        Ok(())
    }

    fn remove(&mut self, id: i32) {
        self.scanners.remove(&id);
        for site in &mut self.sites {
            site.scan_engine = site.scan_engine.filter(|scanner| *scanner != id);
        }
    }

    /// Makes these the engines of a pool, if all of them are engines.
    pub(super) fn set_engines(&mut self, pool: i32, engines: BTreeSet<i32>) -> Result<()> {
        self.pool(pool)?;
        self.check_engines(&engines)?;
        self.pool(pool)?.engines = engines;
        Ok(())
    }

    /// Checks that all of these are engines.
    fn check_engines(&self, ids: &BTreeSet<i32>) -> Result<()> {
        let is_engine = |id: &i32| matches!(self.scanners.get(id), Some(Scanner::Engine(_)));
        match ids.iter().find(|id| !is_engine(id)) {
            None => Ok(()),
            Some(id) => Err(Error::Invalid(format!("engines: {id} is not a scan engine."))),
        }
    }

    /// The shared secret, if there is one that has not expired.
    pub(super) fn secret(&self) -> Result<&Secret> {
        let secret = self.secret.as_ref();
        secret.filter(|secret| !secret.time_left(self.now).is_zero()).ok_or(Error::NotFound)
    }

    /// The shared secret, a new one if there is none that is valid.
    pub(super) fn secret_or_new(&mut self) -> &Secret {
        self.secret.take_if(|secret| secret.time_left(self.now).is_zero());
        self.secret.get_or_insert_with(|| Secret::new(self.now))
    }

    pub(super) fn revoke_secret(&mut self) -> Result<()> {
        self.secret()?;
        self.secret = None;
        Ok(())
    }
}

/// What a new engine shows to be admitted by the console. Valid for an hour.
pub(super) struct Secret {
    pub(super) value: String,
    expires: Timestamp,
}

impl Secret {
    /// A new secret: groups of four hexadecimal digits.
    fn new(now: Timestamp) -> Self {
        let groups: Vec<String> = (0..8).map(|_| format!("{:04X}", fastrand::u16(..))).collect();
        Self { value: groups.join("-"), expires: after(now, HOUR) }
    }

    pub(super) fn time_left(&self, now: Timestamp) -> Duration {
        between(now, self.expires)
    }
}
