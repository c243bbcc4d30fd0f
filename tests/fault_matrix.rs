//! Each call keeps its promises under each fault.
//!
//! `support/calls.rs` says for each call which of its requests meets the fault, and whether that
//! request may be sent again. [`FAULTS`] says for each fault how the call ends. Each call is made
//! twice: with the fault in all attempts, and in the first one only. The test then checks how often the
//! request was sent, that no file and no task is left, that the client still works, and that no error
//! and no trace shows a secret.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/calls.rs"]
mod calls;
mod support;

use std::{collections::HashSet, sync::Mutex, time::Duration};

use calls::{Call, INSIGHTVM_CALLS, PASSWORD, Sandbox, Settings, TENABLE_SC_CALLS};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use scanops::{
    ErrorKind,
    ErrorKind::{
        Damaged, Decode, Disconnected, Forbidden, NotFound, RateLimited, Redirect, Rejected,
        Server, Timeout, Unauthorized, Unavailable,
    },
    RetryPolicy,
};
use scanops_sandbox::{Fault, RecordedRequest};
use support::{FakeClock, files, full_text, log::Log, wait_for_tasks};
use tokio::sync::Semaphore;

/// The maximum number of attempts.
const ATTEMPTS: usize = 3;
/// The attempt timeout and the stall timeout.
const LIMIT: Duration = Duration::from_millis(1500);
/// An offset in a report after the bytes that it is recognised by.
const INSIDE: u64 = 600;

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Works,
    Fails(ErrorKind),
}
use Outcome::{Fails, Works};

/// Whether a call is sent again.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Resent {
    No,
    /// If the request may be sent twice.
    IfRepeatable,
}
use Resent::{IfRepeatable, No};

/// Whether the product carried out the call that met the fault.
#[derive(Clone, Copy, Debug, PartialEq)]
enum CarriedOut {
    Yes,
    Not,
}
use CarriedOut::{Not, Yes};

type Row = (&'static str, fn() -> Fault, CarriedOut, Outcome, Resent);

/// The fault, whether the product carried the call out, how the call ends, and whether it is sent again.
#[rustfmt::skip]
const FAULTS: &[Row] = &[
    ("400",                     || Fault::status(400),                       Not, Fails(Rejected),     No),
    ("401",                     || Fault::status(401),                       Not, Fails(Unauthorized), No),
    ("403",                     || Fault::status(403),                       Not, Fails(Forbidden),    No),
    ("404",                     || Fault::status(404),                       Not, Fails(NotFound),     No),
    ("408",                     || Fault::status(408),                       Not, Fails(Unavailable),  IfRepeatable),
    ("429",                     || Fault::status(429),                       Not, Fails(RateLimited),  IfRepeatable),
    ("429, later",              || Fault::status(429).retry_after(7),        Not, Fails(RateLimited),  IfRepeatable),
    ("500",                     || Fault::status(500),                       Not, Fails(Server),       No),
    ("502",                     || Fault::status(502),                       Not, Fails(Unavailable),  IfRepeatable),
    ("503",                     || Fault::status(503),                       Not, Fails(Unavailable),  IfRepeatable),
    ("503, later",              || Fault::status(503).retry_after(7),        Not, Fails(Unavailable),  IfRepeatable),
    ("503, much later",         || Fault::status(503).retry_after(3600),     Not, Fails(Unavailable),  No),
    ("504",                     || Fault::status(504),                       Not, Fails(Unavailable),  IfRepeatable),
    ("no connection",           Fault::refuse,                               Not, Fails(Disconnected), IfRepeatable),
    ("closed",                  Fault::close,                                Not, Fails(Disconnected), IfRepeatable),
    ("reset",                   Fault::reset,                                Not, Fails(Disconnected), IfRepeatable),
    ("silence",                 Fault::silence,                              Not, Fails(Timeout),      No),
    ("a lost response",         Fault::lost_response,                          Yes,      Fails(Disconnected), IfRepeatable),
    ("reset in the response",   || Fault::reset_after(2),                    Yes,      Fails(Disconnected), IfRepeatable),
    ("end in the response",     || Fault::truncate_after(2),                 Yes,      Fails(Disconnected), IfRepeatable),
    ("silence in the response", || Fault::stall_after(2),                    Yes,      Fails(Timeout),      No),
    ("another first byte",      || Fault::flip_byte(0),                      Yes,      Fails(Decode),       No),
    ("a slow response",         || Fault::slow(256, Duration::from_millis(1)), Yes,    Works,               No),
    ("another content type",    || Fault::content_type("text/html"),         Yes,      Works,               No),
    ("a redirect",              || Fault::redirect(302, "http://127.0.0.2:1/in?ticket=the-ticket"), Not, Fails(Redirect), No),
    ("a redirect with a body",  || Fault::redirect(307, "http://127.0.0.2:1/in?ticket=the-ticket"), Not, Fails(Redirect), No),
    ("a login page",            Fault::login_page,                           Not, Fails(Decode),       No),
    ("nothing at all",          || Fault::response(200, "application/json", ""), Not, Fails(Decode),     No),
    ("an error with 200",       || Fault::error(200, 400, "No."),            Not, Fails(Rejected),     No),
    ("the session's end",       Fault::session_end,                          Not, Fails(Unauthorized), No),
];

/// Faults that need no second cell, as they are handled like others of the table.
const ALIKE: &[&str] = &["408", "429", "502", "503, later", "504", "no connection"];

type ReportRow = (&'static str, fn() -> Fault, Outcome, Outcome, Outcome);

/// The same for faults within a report: when it is read in chunks, saved, and read as findings.
#[rustfmt::skip]
const REPORT_FAULTS: &[ReportRow] = &[
    ("reset in the report",     || Fault::reset_after(INSIDE),    Fails(Disconnected), Fails(Disconnected), Fails(Disconnected)),
    ("end in the report",       || Fault::truncate_after(INSIDE), Fails(Disconnected), Fails(Disconnected), Fails(Disconnected)),
    ("silence in the report",   || Fault::stall_after(INSIDE),    Fails(Timeout),      Fails(Timeout),      Fails(Timeout)),
    ("another byte in it",      || Fault::flip_byte(INSIDE),      Works,               Fails(Damaged),      Fails(Damaged)),
];

/// What is promised of a call that meets a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Promise {
    outcome: Outcome,
    /// How often the request is sent.
    requests: usize,
}

/// The promise of the tables, for a fault in all attempts or in the first one only.
fn promise(call: &Call, fault: &Row, stays: bool) -> Promise {
    let (name, _, carried_out, outcome, resent) = *fault;
    let resent = resent == IfRepeatable && call.repeatable;
    let by_table = match (outcome, resent) {
        (Works, _) | (_, false) => Promise { outcome, requests: 1 },
        (_, true) if stays => Promise { outcome, requests: ATTEMPTS },
        (_, true) => Promise { outcome: Works, requests: 2 },
    };
    exception(call.request, name, carried_out, stays, by_table).unwrap_or(by_table)
}

/// The exceptions to the table, with their reasons.
fn exception(
    (method, path): (&str, &str),
    fault: &str,
    carried_out: CarriedOut,
    stays: bool,
    table: Promise,
) -> Option<Promise> {
    let tenable_sc = path.starts_with("/rest");
    let is_login = (method, path) == ("POST", "/rest/token");
    let is_logout = (method, path) == ("DELETE", "/rest/token");
    let is_control = ["/pause", "/resume", "/stop"].iter().any(|action| path.ends_with(action));
    let not_twice = is_control || path == "/rest/file/clear" || method == "DELETE";
    let is_secret = (method, path) == ("POST", "/api/3/scan_engines/shared_secret");
    let changes_console = !tenable_sc && method != "GET" && !is_secret;
    let promise = |outcome, requests| Some(Promise { outcome, requests });
    match fault {
        // A login has no session that could end. A logout wanted the session to end. `system` needs
        // none.
        "the session's end" if is_login || is_logout || path == "/rest/system" => promise(Works, 1),
        // The call is repeated in a new session, once.
        "the session's end" if tenable_sc && stays => promise(table.outcome, 2),
        "the session's end" if tenable_sc => promise(Works, 2),
        // A login that is rejected for any reason is `Unauthorized`.
        "400" | "403" | "an error with 200" if is_login => promise(Fails(Unauthorized), 1),
        // A change that was carried out is a success, even if its response can't be read.
        "nothing at all" | "another first byte" if changes_console => promise(Works, 1),
        _ if !not_twice || carried_out == Not || table.requests == 1 => None,
        // The second attempt is rejected, as the first was carried out. The message may not come,
        // but the status does.
        "a lost response" if stays => None,
        _ if stays && tenable_sc => promise(Fails(Forbidden), 2),
        _ if is_logout => None,
        _ if is_control => promise(Fails(Rejected), 2),
        _ => promise(Fails(NotFound), 2),
    }
}

/// What all cells of the matrix share.
struct Shared {
    /// What must not be in the log.
    secrets: Mutex<HashSet<String>>,
    starts: Semaphore,
}

/// A promise that one cell of the matrix does not keep.
struct Violation(String);

/// Makes a call that meets a fault, and checks everything that is promised.
async fn cell(
    call: &Call,
    name: &str,
    carried_out: CarriedOut,
    fault: Fault,
    promise: Promise,
    shared: &Shared,
) -> Vec<Violation> {
    let (method, path) = call.request;
    let (clock, attempts) = (FakeClock::new(), u32::try_from(ATTEMPTS).unwrap());
    let retry = RetryPolicy::new().max_attempts(attempts);
    // A few at a time: otherwise the logins would reach the limit.
    let start = shared.starts.acquire().await.unwrap();
    let sandbox = Sandbox::start(call.is_tenable_sc(), 0).await;
    let clients = sandbox.clients(Settings { limit: LIMIT, retry, clock: Some(clock.clone()) });
    if let Sandbox::InsightVm(_) = &sandbox {
        clients.console().create_shared_secret().await.unwrap();
    }
    // It logs in.
    clients.harmless().await.unwrap();
    drop(start);
    sandbox.forget_requests();
    sandbox.inject(fault.on(method, path));
    let result = (call.make)(clients.clone()).await;
    let requests = sandbox.requests();
    sandbox.clear_faults();
    let works_then = clients.harmless().await;

    let mut violations = Vec::new();
    let mut check = |holds: bool, what: String| {
        if !holds {
            violations.push(Violation(format!("{} / {method} {path} / {name}: {what}", call.name)));
        }
    };
    let outcome = match &result {
        Ok(()) => Works,
        Err(error) => Fails(error.kind()),
    };
    let met = requests.iter().filter(|request| call.sends(request));
    let found = Promise { outcome, requests: met.count() };
    check(found == promise, format!("{found:?}, and not {promise:?}: {result:?}"));
    check(works_then.is_ok(), format!("the next call fails: {works_then:?}"));
    if name.ends_with(", later") {
        let waits = clock.waits();
        let honoured = waits.iter().all(|wait| *wait >= Duration::from_secs(7));
        check(honoured && waits.len() + 1 == found.requests, format!("{waits:?}"));
    }
    let rejected_then =
        found.requests > 1 && matches!(outcome, Fails(Forbidden | NotFound | Rejected));
    if carried_out == Yes && rejected_then && method != "GET" {
        let shown = format!("{result:?}");
        check(
            shown.contains("an earlier attempt, whose response was lost"),
            format!("no note: {shown}"),
        );
    }
    check(files(clients.folder()).is_empty(), "a file is left".to_owned());
    if let Sandbox::TenableSc(center) = &sandbox {
        let left = center.uploads();
        let text = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        // Without the response the client does not know the name of the file.
        let lost = path == "/rest/file/upload" && carried_out == Yes && result.is_err();
        let as_promised = match path {
            "/rest/file/upload" => call.name.contains("upload") && result.is_ok(),
            "/rest/file/clear" => result.is_err(),
            _ => false,
        };
        let named = |file: &String| text.contains(&format!("{file:?} was left"));
        let known = lost || as_promised || left.iter().all(named);
        check(known, format!("left on the server: {left:?}: {text}"));
        let logins = match (path, name) {
            // One for each attempt that the server heard of, and that of the client before.
            ("/rest/token", _) => center.logins().min(4),
            (_, "the session's end") if promise.outcome == Works => 2,
            // Those that were to be ended, and the one after them.
            (_, "the session's end") => 3,
            _ => 1,
        };
        check(center.logins() == logins, format!("{} logins, not {logins}", center.logins()));
    }

    let mut shown = result.err().map(|error| full_text(&error)).unwrap_or_default();
    shown += &works_then.err().map(|error| full_text(&error)).unwrap_or_default();
    let mine = secrets_in(&sandbox.requests());
    for secret in &mine {
        check(!shown.contains(secret.as_str()), format!("{secret} is shown: {shown}"));
    }
    shared.secrets.lock().unwrap().extend(mine);
    violations
}

/// All that must not be shown: what is known before, and what the requests carried.
fn secrets_in(requests: &[RecordedRequest]) -> Vec<String> {
    let mut secrets = vec![PASSWORD.to_owned(), "the-ticket".to_owned()];
    for name in ["authorization", "x-securitycenter", "cookie"] {
        let values = requests.iter().filter_map(|request| request.header(name));
        for value in values.flat_map(|value| value.split(['=', ' '])) {
            // Words like `Basic`, or the name of a cookie.
            if value.len() > 5 && !value.starts_with("TNS") && !secrets.iter().any(|it| it == value)
            {
                secrets.push(value.to_owned());
            }
        }
    }
    secrets
}

/// Runs cells, and checks their log.
async fn run(
    what: &str,
    cells: Vec<BoxFuture<'_, Vec<Violation>>>,
    shared: &Shared,
    log: &Log,
) -> Vec<String> {
    let count = cells.len();
    let violations = join_all(cells).await;
    let mut violations: Vec<_> = violations.into_iter().flatten().map(|it| it.0).collect();
    let log = log.take();
    println!("{what}: {count} cells, {} KiB of log", log.len() >> 10);
    assert!(log.contains("scanops{"), "the log is written");
    for secret in shared.secrets.lock().unwrap().drain() {
        if let Some(place) = log.find(&secret) {
            let line = log[place..].lines().next().unwrap_or_default();
            violations.push(format!("{what}: {secret} is in the log: {line}"));
        }
    }
    violations
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_keeps_its_promises_under_each_fault() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let panics = log.clone();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        panics.add(&format!("{panic}\n"));
        usual(panic);
    }));

    let mut violations = Vec::new();
    let shared = Shared { secrets: Mutex::default(), starts: Semaphore::new(3) };
    for fault in FAULTS {
        let (name, make, carried_out, ..) = *fault;
        let mut cells: Vec<BoxFuture<'_, _>> = Vec::new();
        for call in TENABLE_SC_CALLS.iter().chain(INSIGHTVM_CALLS) {
            for (stays, fault_of) in [(true, make()), (false, make().times(1))] {
                let promised = promise(call, fault, stays);
                // With a single request it would be the same cell, and some faults are alike.
                let same = promised == promise(call, fault, true) || ALIKE.contains(&name);
                if !stays && same {
                    continue;
                }
                cells.push(cell(call, name, carried_out, fault_of, promised, &shared).boxed());
            }
        }
        violations.extend(run(name, cells, &shared, &log).await);
    }
    for (name, make, of_chunks, of_saved, of_findings) in REPORT_FAULTS {
        let mut cells: Vec<BoxFuture<'_, _>> = Vec::new();
        for call in TENABLE_SC_CALLS {
            let outcome = match call.name {
                name if name.starts_with("chunks") => *of_chunks,
                name if name.starts_with("saved") || name.starts_with("written") => *of_saved,
                name if name.starts_with("findings") => *of_findings,
                _ => continue,
            };
            // A save starts again from the beginning. Findings continue once those before were verified
            // to be the same.
            let lost = matches!(outcome, Fails(Disconnected | Timeout));
            let resumes = call.name.starts_with("saved") || call.name.starts_with("findings");
            let begins_again = lost && resumes;
            for (stays, fault) in [(true, make()), (false, make().times(1))] {
                let promise = match (begins_again, stays) {
                    (true, true) => Promise { outcome, requests: ATTEMPTS },
                    (true, false) => Promise { outcome: Works, requests: 2 },
                    (false, _) => Promise { outcome, requests: 1 },
                };
                cells.push(cell(call, name, Yes, fault, promise, &shared).boxed());
            }
        }
        violations.extend(run(name, cells, &shared, &log).await);
    }
    assert!(violations.is_empty(), "{}:\n{}", violations.len(), violations.join("\n"));
    wait_for_tasks(0).await;
}
