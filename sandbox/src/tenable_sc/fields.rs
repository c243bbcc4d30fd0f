//! Scan results as they are sent: which fields they have, and which of them were requested.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::records::{Repository, ScanResult, find_user};
use super::state::find_repository;
use crate::time::between;

/// The fields in a list that requests none.
const BRIEF: [&str; 4] = ["id", "name", "description", "status"];
/// The fields of a scan that was just launched, besides ids of what it belongs to.
const LAUNCHED: &str = "id name description details status jobID dataFormat downloadFormat \
    resultType resultsSyncID";
/// How many checks are made of each address.
const CHECKS: u32 = 53;
/// How many addresses a scanner is given at a time.
const CHUNK: u32 = 8;

/// A scan result, and the repositories of its server.
type Of<'a> = (&'a ScanResult, &'a [Repository]);
/// A field: its name, and how it is read.
type Field = (&'static str, fn(Of<'_>) -> Value);

/// All fields except `progress`, which lists never have.
const FIELDS: &[Field] = &[
    ("id", |(result, _)| text(result.id)),
    ("name", |(result, _)| result.name.as_str().into()),
    ("description", |(result, _)| (&*result.description).into()),
    ("details", |(result, _)| (&*result.policy).into()),
    ("status", |(result, _)| (&*result.status).into()),
    ("errorDetails", |(result, _)| (&*result.error).into()),
    ("importStatus", |(result, _)| result.shown_import_status().into()),
    ("importStart", |(result, _)| epoch(result.import_started)),
    ("importFinish", |(result, _)| epoch(result.import_finished)),
    ("importDuration", |(result, _)| seconds(result.import_started, result.import_finished)),
    ("importErrorDetails", |(result, _)| result.shown_import_error().into()),
    ("ioSyncStatus", |_| Value::Null),
    ("createdTime", |(result, _)| epoch(result.created)),
    ("startTime", |(result, _)| epoch(result.started)),
    ("finishTime", |(result, _)| epoch(result.finished)),
    ("scanDuration", |(result, _)| seconds(result.started, result.finished)),
    ("timeCompareField", |_| "createdTime".into()),
    ("running", |(result, _)| flag(!result.is_over())),
    ("totalIPs", |(result, _)| number(result.hosts())),
    ("scannedIPs", |(result, _)| text(done(result))),
    ("completedIPs", |(result, _)| text(done(result))),
    ("completedChecks", |(result, _)| text(completed_checks(result))),
    ("totalChecks", |(result, _)| number(total_checks(result))),
    ("downloadAvailable", |(result, _)| flag(result.has_report())),
    ("downloadFormat", |_| "v2".into()),
    ("diagnosticAvailable", |_| flag(false)),
    ("dataFormat", |of| repository(of).map_or("", |it| &it.data_format).into()),
    ("resultType", |_| "active".into()),
    ("resultSource", |_| "internal".into()),
    ("resultsSyncID", |_| "-1".into()),
    ("jobID", |(result, _)| text(1000 + result.id)),
    ("agentScanUUID", |_| Value::Null),
    ("agentScanContainerUUID", |_| Value::Null),
    ("canUse", |(result, _)| flag(result.usable)),
    ("canManage", |(result, _)| flag(result.manageable)),
    ("groups", |_| json!([])),
    ("initiator", |(result, _)| user(result.initiator())),
    ("owner", |(result, _)| user(result.owner)),
    ("ownerGroup", |(result, _)| {
        let group = find_user(result.owner).map(|owner| owner.group);
        let (id, name, description) = group.unwrap_or_default();
        json!({"id": text(id), "name": name, "description": description})
    }),
    ("scan", |(result, _)| match result.scan {
        Some(id) => json!({
            "id": text(id),
            "name": result.name,
            "description": result.description,
            "type": "policy",
        }),
        // The only id that is a number.
        None => json!({"id": -1, "name": "", "description": ""}),
    }),
    ("repository", |of| {
        let Some(repository) = repository(of) else { return Value::Null };
        json!({
            "id": text(repository.id),
            "name": repository.name,
            "description": repository.description,
            "type": "Local",
            "dataFormat": repository.data_format,
            "uuid": repository.uuid,
        })
    }),
];

/// What was requested of one result: everything by default.
pub(super) fn single(of: Of<'_>, requested: Option<&[&str]>) -> Map<String, Value> {
    let wanted = |name: &str| requested.is_none_or(|names| name == "id" || names.contains(&name));
    let mut record = pick(of, wanted);
    if wanted("progress") {
        record.insert("progress".to_owned(), progress(of.0));
    }
    record
}

/// What was requested of a result in a list: little by default. The documents say that the id is
/// always there; unknown names are ignored.
pub(super) fn listed(of: Of<'_>, requested: Option<&[String]>) -> Map<String, Value> {
    pick(of, |name| match requested {
        None => BRIEF.contains(&name),
        Some(requested) => name == "id" || requested.iter().any(|requested| requested == name),
    })
}

fn pick(of: Of<'_>, wanted: impl Fn(&str) -> bool) -> Map<String, Value> {
    let wanted = FIELDS.iter().filter(|(name, _)| wanted(name));
    wanted.map(|(name, read)| ((*name).to_owned(), read(of))).collect()
}

/// The flat record of a scan that was just launched.
pub(super) fn launched(of @ (result, _): Of<'_>) -> Map<String, Value> {
    let mut record = pick(of, |name| LAUNCHED.split(' ').any(|field| field == name));
    for (name, id) in [
        ("initiatorID", Some(result.initiator())),
        ("ownerID", Some(result.owner)),
        ("scanID", result.scan),
        ("repositoryID", repository(of).map(|repository| repository.id)),
    ] {
        record.insert(name.to_owned(), number(id));
    }
    record
}

fn repository((result, repositories): Of<'_>) -> Option<&Repository> {
    find_repository(repositories, result.repository)
}

/// A number as the product writes nearly all of them.
fn text(number: impl Into<u64>) -> Value {
    number.into().to_string().into()
}

/// A number that may not be known yet.
fn number(number: Option<impl Into<u64>>) -> Value {
    number.map_or_else(|| "-1".into(), text)
}

/// A boolean as the product writes it.
fn flag(flag: bool) -> Value {
    flag.to_string().into()
}

fn epoch(time: Option<Timestamp>) -> Value {
    time.map_or_else(|| "-1".into(), |time| time.as_second().to_string().into())
}

/// How long something took, once it is over.
fn seconds(start: Option<Timestamp>, end: Option<Timestamp>) -> Value {
    number(start.zip(end).map(|(start, end)| between(start, end).as_secs()))
}

fn user(id: u64) -> Value {
    let Some(user) = find_user(id) else { return Value::Null };
    json!({
        "id": text(user.id),
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "uuid": user.uuid,
    })
}

fn done(result: &ScanResult) -> u32 {
    result.done.unwrap_or(0)
}

/// How many checks are done: of an imported report, as many as it has findings.
fn completed_checks(result: &ScanResult) -> u32 {
    result.items.unwrap_or_else(|| done(result).saturating_mul(CHECKS))
}

/// How many checks there are in all, once that is known.
fn total_checks(result: &ScanResult) -> Option<u32> {
    result.items.or_else(|| Some(result.hosts()?.saturating_mul(CHECKS)))
}

/// The field `progress`.
fn progress(result: &ScanResult) -> Value {
    // What PHP makes of an object without properties.
    if result.status == "Error" {
        return json!([]);
    }
    let all = Share::of_all(result);
    let mut scanners = Vec::new();
    if result.scan.is_some() && result.hosts().is_some() {
        let half = all.count / 2;
        scanners.push(scanner(1, "scanner-dmz", &all.part(0, half)));
        scanners.push(scanner(2, "scanner-core", &all.part(half, all.count - half)));
    }
    let per_host = result.hosts().filter(|_| result.items.is_none()).map(|_| CHECKS);
    all.view(json!({
        "completedIPs": text(done(result)),
        "completedChecks": text(completed_checks(result)),
        "totalChecks": number(total_checks(result)),
        "checksPerHost": number(per_host),
        "totalIPs": number(result.hosts()),
        "runState": result.status,
        "status": result.status,
        "scanners": scanners,
    }))
}

fn scanner(id: u64, name: &str, share: &Share) -> Value {
    let chunks: Vec<Value> = (share.done..share.done + share.scanning)
        .map(|host| json!({"ip": address(share.first + host), "completedChecks": "0"}))
        .collect();
    share.view(json!({
        "id": text(id),
        "name": name,
        "description": "",
        "loadAvg": "0.4",
        "chunkCompleted": text(share.done / CHUNK),
        "completedChecks": text(share.done.saturating_mul(CHECKS)),
        "chunks": chunks,
    }))
}

/// Consecutive addresses of a scan: first those that are done, then those that are being scanned.
struct Share {
    first: u32,
    count: u32,
    done: u32,
    scanning: u32,
}

impl Share {
    fn of_all(result: &ScanResult) -> Self {
        let count = result.hosts().unwrap_or(0);
        let done = done(result).min(count);
        let scanning = if result.status == "Running" { CHUNK.min(count - done) } else { 0 };
        Self { first: 0, count, done, scanning }
    }

    /// The part of one scanner. All are equally fast.
    fn part(&self, first: u32, count: u32) -> Self {
        let of = |number: u32| {
            let part = (u64::from(number) * u64::from(count)).checked_div(u64::from(self.count));
            part.and_then(|part| u32::try_from(part).ok()).unwrap_or(0)
        };
        Self { first, count, done: of(self.done), scanning: of(self.scanning) }
    }

    /// Adds what both the scan and each scanner show.
    fn view(&self, mut view: Value) -> Value {
        // One of five addresses does not respond.
        let dead = self.done / 5;
        view["scanningIPs"] = self.range(self.done, self.scanning).into();
        view["scanningSize"] = self.scanning.into();
        view["scannedIPs"] = self.range(dead, self.done - dead).into();
        view["scannedSize"] = (self.done - dead).into();
        view["deadHostIPs"] = self.range(0, dead).into();
        view["deadHostSize"] = dead.into();
        view["awaitingDownloadIPs"] = "".into();
        view["awaitingDownloadSize"] = 0.into();
        view["distributedSize"] = self.count.into();
        view
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
    let [_, a, b, c] = host.saturating_add(1).to_be_bytes();
    format!("10.{a}.{b}.{c}")
}
