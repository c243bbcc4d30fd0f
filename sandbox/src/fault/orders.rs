//! The faults that are ordered, in their order, and how often each was met.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::request::Parts;
use fastrand::Rng;

use super::{Fault, Kind};

/// A fault that was given to a sandbox. It tells how often it was met; dropping it changes nothing.
#[derive(Debug, Clone)]
pub struct Injected(Arc<AtomicU64>);

impl Injected {
    /// How often the fault was met so far.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// All faults that are ordered.
#[derive(Default)]
pub(crate) struct Orders(Mutex<Vec<Order>>);

struct Order {
    fault: Fault,
    skip: u64,
    left: Option<u64>,
    dice: Rng,
    used: Arc<AtomicU64>,
}

impl Orders {
    pub(crate) fn add(&self, fault: Fault) -> Injected {
        let used = Arc::new(AtomicU64::new(0));
        let order = Order {
            skip: fault.skip,
            left: fault.times,
            dice: Rng::with_seed(fault.seed),
            used: Arc::clone(&used),
            fault,
        };
        self.with(|orders| orders.push(order));
        Injected(used)
    }

    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    /// What goes wrong with a request, and the headers that an answer gets.
    pub(crate) fn meet(&self, request: &Parts) -> Option<(Kind, HeaderMap)> {
        self.with(|orders| {
            let met = orders.iter_mut().find_map(|order| order.meet(request));
            orders.retain(|order| order.left != Some(0));
            met
        })
    }

    /// Whether a connection of which nothing is known yet is refused.
    pub(crate) fn refuse(&self) -> bool {
        self.with(|orders| {
            let first = orders.first_mut();
            let refused = first.is_some_and(|first| first.fault.fits_connection() && first.draw());
            orders.retain(|order| order.left != Some(0));
            refused
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Order>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Order {
    fn meet(&mut self, request: &Parts) -> Option<(Kind, HeaderMap)> {
        (self.fault.fits(request) && self.draw())
            .then(|| (self.fault.kind.clone(), self.fault.headers.clone()))
    }

    /// Whether this one, of those that are meant, is met. If so it is counted.
    fn draw(&mut self) -> bool {
        if self.left == Some(0) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.fault.share.is_some_and(|share| self.dice.f64() >= share) {
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        self.used.fetch_add(1, Ordering::SeqCst);
        true
    }
}
