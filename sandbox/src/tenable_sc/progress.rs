//! How far a scan has come, in all and on each scanner.

use serde_json::{Map, Value, json};

use super::fields::{number, text};
use super::records::Record;

/// How many checks are made of each address.
const CHECKS: u32 = 53;
/// How many addresses a scanner is given at a time.
const CHUNK: u32 = 8;

impl Record {
    /// How many checks are done. Where a report was imported, as many as it has findings.
    pub(super) fn completed_checks(&self) -> u32 {
        self.items.unwrap_or_else(|| self.done.saturating_mul(CHECKS))
    }

    /// How many checks there are in all, once that is known.
    pub(super) fn total_checks(&self) -> Option<u32> {
        self.items.or_else(|| Some(self.hosts?.saturating_mul(CHECKS)))
    }
}

/// The field `progress` of a scan result.
pub(super) fn progress(result: &Record) -> Value {
    // What PHP makes of an object without properties.
    if result.status == "Error" {
        return json!([]);
    }
    let all = Share::of_all(result);
    let scanners: Vec<Value> = if result.scan.is_some() && result.hosts.is_some() {
        let half = all.count / 2;
        vec![
            scanner(1, "scanner-dmz", &all.part(0, half)),
            scanner(2, "scanner-core", &all.part(half, all.count - half)),
        ]
    } else {
        Vec::new()
    };
    let mut progress = all.view();
    let more = [
        ("completedIPs", text(result.done)),
        ("completedChecks", text(result.completed_checks())),
        ("totalChecks", number(result.total_checks())),
        ("checksPerHost", number(result.hosts.filter(|_| result.items.is_none()).map(|_| CHECKS))),
        ("totalIPs", number(result.hosts)),
        ("runState", (&*result.status).into()),
        ("status", (&*result.status).into()),
        ("scanners", scanners.into()),
    ];
    progress.extend(more.map(|(name, value)| (name.to_owned(), value)));
    progress.into()
}

fn scanner(id: u64, name: &str, share: &Share) -> Value {
    let mut scanner = share.view();
    let chunks: Vec<Value> = (share.done..share.done + share.scanning)
        .map(|host| json!({"ip": address(share.first + host), "completedChecks": "0"}))
        .collect();
    let more = [
        ("id", text(id)),
        ("name", name.into()),
        ("description", "".into()),
        ("loadAvg", "0.4".into()),
        ("chunkCompleted", text(share.done / CHUNK)),
        ("completedChecks", text(share.done.saturating_mul(CHECKS))),
        ("chunks", chunks.into()),
    ];
    scanner.extend(more.map(|(name, value)| (name.to_owned(), value)));
    scanner.into()
}

/// Some of the addresses of a scan, one after the other: first those that are done, then those
/// that are being scanned.
struct Share {
    first: u32,
    count: u32,
    done: u32,
    scanning: u32,
}

impl Share {
    fn of_all(result: &Record) -> Self {
        let count = result.hosts.unwrap_or(0);
        let done = result.done.min(count);
        let scanning = if result.status == "Running" { CHUNK.min(count - done) } else { 0 };
        Self { first: 0, count, done, scanning }
    }

    /// As much of it as one scanner has.
    fn part(&self, first: u32, count: u32) -> Self {
        // Both scanners are equally fast.
        let of = |number: u32| {
            let part = (u64::from(number) * u64::from(count)).checked_div(u64::from(self.count));
            part.and_then(|part| u32::try_from(part).ok()).unwrap_or(0)
        };
        Self { first, count, done: of(self.done), scanning: of(self.scanning) }
    }

    /// What it shows in all and for each scanner alike.
    fn view(&self) -> Map<String, Value> {
        // Of five addresses, one does not answer.
        let dead = self.done / 5;
        let view = [
            ("scanningIPs", self.range(self.done, self.scanning).into()),
            ("scanningSize", self.scanning.into()),
            ("scannedIPs", self.range(dead, self.done - dead).into()),
            ("scannedSize", (self.done - dead).into()),
            ("deadHostIPs", self.range(0, dead).into()),
            ("deadHostSize", dead.into()),
            ("awaitingDownloadIPs", "".into()),
            ("awaitingDownloadSize", 0.into()),
            ("distributedSize", Value::from(self.count)),
        ];
        view.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Some of its addresses, as the product writes them.
    fn range(&self, from: u32, count: u32) -> String {
        let first = self.first + from;
        match count {
            0 => String::new(),
            1 => address(first),
            _ => format!("{}-{}", address(first), address(first + count - 1)),
        }
    }
}

/// The address of a host, counted from 0.
fn address(host: u32) -> String {
    let [_, a, b, c] = (host + 1).to_be_bytes();
    format!("10.{a}.{b}.{c}")
}
