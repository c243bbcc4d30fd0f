//! Each call, and each thing that can go wrong with it: what is promised then.
//!
//! `support/calls.rs` says of each call which request meets the fault and whether it may be sent again;
//! [`FAULTS`] says of each fault what comes of it. Each fault meets each call twice: once for all
//! of its attempts, and once for the first alone. After each it is looked at how often the request
//! was sent, what is left over, and whether the client still works; and nothing that was said or
//! traced on the way may show a secret.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/calls.rs"]
mod calls;
mod support;

use std::{
    collections::HashSet,
    sync::Mutex,
    time::{Duration, Instant},
};

use calls::{CENTER_CALLS, CONSOLE_CALLS, Call, PASSWORD, Sandbox, Tuning};
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
use support::{
    FakeClock, all_of,
    left_over::{files, no_task_but},
    log::Log,
};
use tokio::sync::Semaphore;

/// How often a call is tried here.
const ATTEMPTS: usize = 3;
/// How long is waited for what does not come.
const LIMIT: Duration = Duration::from_millis(1500);
/// A place in a report after its beginning has been recognised.
const INSIDE: u64 = 600;

/// What comes of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Works,
    Fails(ErrorKind),
}
use Outcome::{Fails, Works};

/// Whether a call is sent again.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Again {
    No,
    /// Where it may be carried out twice.
    IfHarmless,
}
use Again::{IfHarmless, No};

/// What the product did when the fault was met.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Did {
    Nothing,
    /// What it was asked for.
    It,
}
use Did::{It, Nothing};

type Row = (&'static str, fn() -> Fault, Did, Outcome, Again);

/// What goes wrong; what the product did; what comes of the call; whether it is sent again.
#[rustfmt::skip]
const FAULTS: &[Row] = &[
    ("400",                     || Fault::status(400),                       Nothing, Fails(Rejected),     No),
    ("401",                     || Fault::status(401),                       Nothing, Fails(Unauthorized), No),
    ("403",                     || Fault::status(403),                       Nothing, Fails(Forbidden),    No),
    ("404",                     || Fault::status(404),                       Nothing, Fails(NotFound),     No),
    ("408",                     || Fault::status(408),                       Nothing, Fails(Unavailable),  IfHarmless),
    ("429",                     || Fault::status(429),                       Nothing, Fails(RateLimited),  IfHarmless),
    ("429, later",              || Fault::status(429).retry_after(7),        Nothing, Fails(RateLimited),  IfHarmless),
    ("500",                     || Fault::status(500),                       Nothing, Fails(Server),       No),
    ("502",                     || Fault::status(502),                       Nothing, Fails(Unavailable),  IfHarmless),
    ("503",                     || Fault::status(503),                       Nothing, Fails(Unavailable),  IfHarmless),
    ("503, later",              || Fault::status(503).retry_after(7),        Nothing, Fails(Unavailable),  IfHarmless),
    ("503, much later",         || Fault::status(503).retry_after(3600),     Nothing, Fails(Unavailable),  No),
    ("504",                     || Fault::status(504),                       Nothing, Fails(Unavailable),  IfHarmless),
    ("refused",                 Fault::refuse,                               Nothing, Fails(Disconnected), IfHarmless),
    ("closed",                  Fault::close,                                Nothing, Fails(Disconnected), IfHarmless),
    ("reset",                   Fault::reset,                                Nothing, Fails(Disconnected), IfHarmless),
    ("silence",                 Fault::silence,                              Nothing, Fails(Timeout),      No),
    ("an answer that is lost",  Fault::lost_response,                          It,      Fails(Disconnected), IfHarmless),
    ("reset in the answer",     || Fault::reset_after(2),                    It,      Fails(Disconnected), IfHarmless),
    ("end in the answer",       || Fault::truncate_after(2),                 It,      Fails(Disconnected), IfHarmless),
    ("silence in the answer",   || Fault::stall_after(2),                    It,      Fails(Timeout),      No),
    ("another first byte",      || Fault::flip_byte(0),                      It,      Fails(Decode),       No),
    ("a slow answer",           || Fault::slow(256, Duration::from_millis(1)), It,    Works,               No),
    ("another content type",    || Fault::content_type("text/html"),         It,      Works,               No),
    ("a redirect",              || Fault::redirect(302, "http://127.0.0.2:1/in?ticket=the-ticket"), Nothing, Fails(Redirect), No),
    ("a redirect with a body",  || Fault::redirect(307, "http://127.0.0.2:1/in?ticket=the-ticket"), Nothing, Fails(Redirect), No),
    ("a login page",            Fault::login_page,                           Nothing, Fails(Decode),       No),
    ("nothing at all",          || Fault::response(200, "application/json", ""), Nothing, Fails(Decode),     No),
    ("an error with 200",       || Fault::error_with_200(400, "No."),        Nothing, Fails(Rejected),     No),
    ("the session's end",       Fault::session_end,                          Nothing, Fails(Unauthorized), No),
];

/// Those that pass as others of the table do.
const ALIKE: &[&str] = &["408", "429", "502", "503, later", "504", "refused"];

type ReportRow = (&'static str, fn() -> Fault, Outcome, Outcome, Outcome);

/// The same for faults inside of a report: of its parts, of the report saved, of its findings.
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

/// The promise of the tables: for a fault that stays, or passes after the first request.
fn promise(call: &Call, fault: &Row, stays: bool) -> Promise {
    let (name, _, did, outcome, again) = *fault;
    let again = again == IfHarmless && call.again;
    let by_table = match (outcome, again) {
        (Works, _) | (_, false) => Promise { outcome, requests: 1 },
        (_, true) if stays => Promise { outcome, requests: ATTEMPTS },
        (_, true) => Promise { outcome: Works, requests: 2 },
    };
    exception(call.request, name, did, stays, by_table).unwrap_or(by_table)
}

/// Where the tables do not hold, and why.
fn exception(
    (method, path): (&str, &str),
    fault: &str,
    did: Did,
    stays: bool,
    table: Promise,
) -> Option<Promise> {
    let of_center = path.starts_with("/rest");
    let is_login = (method, path) == ("POST", "/rest/token");
    let is_logout = (method, path) == ("DELETE", "/rest/token");
    let is_control = ["/pause", "/resume", "/stop"].iter().any(|action| path.ends_with(action));
    let not_twice = is_control || path == "/rest/file/clear" || method == "DELETE";
    let is_secret = (method, path) == ("POST", "/api/3/scan_engines/shared_secret");
    let changes_console = !of_center && method != "GET" && !is_secret;
    let promise = |outcome, requests| Some(Promise { outcome, requests });
    match fault {
        // A login shows no session, so that none ends. A logout has what it wanted, and `system` is
        // for strangers too.
        "the session's end" if is_login || is_logout || path == "/rest/system" => promise(Works, 1),
        // There is a new session then; and no third.
        "the session's end" if of_center && stays => promise(table.outcome, 2),
        "the session's end" if of_center => promise(Works, 2),
        // Whatever the server does not like about a login, it is the credentials.
        "400" | "403" | "an error with 200" if is_login => promise(Fails(Unauthorized), 1),
        // What was carried out is a success, whatever can be read of its response.
        "nothing at all" | "another first byte" if changes_console => promise(Works, 1),
        _ if !not_twice || did == Nothing || table.requests == 1 => None,
        // The second attempt is rejected, as the first was carried out. The message may not come,
        // but the status does.
        "an answer that is lost" if stays => None,
        _ if stays && of_center => promise(Fails(Forbidden), 2),
        _ if is_logout => None,
        _ if is_control => promise(Fails(Rejected), 2),
        _ => promise(Fails(NotFound), 2),
    }
}

/// What all cells share.
struct Shared {
    /// What must not be in the log.
    secrets: Mutex<HashSet<String>>,
    beginnings: Semaphore,
}

/// What is wrong with one cell of the matrix.
struct Complaint(String);

/// Lets a call meet a fault, and looks at what became of everything.
async fn cell(
    call: &Call,
    name: &str,
    did: Did,
    fault: Fault,
    promise: Promise,
    shared: &Shared,
) -> Vec<Complaint> {
    let (method, path) = call.request;
    let (clock, attempts) = (FakeClock::new(), u32::try_from(ATTEMPTS).unwrap());
    let retry = RetryPolicy::new().max_attempts(attempts);
    // Some at a time: else their beginnings would run into the limit.
    let beginning = shared.beginnings.acquire().await.unwrap();
    let sandbox = Sandbox::start(call.is_of_center(), 0).await;
    let clients = sandbox.clients(Tuning { limit: LIMIT, retry, clock: Some(clock.clone()) });
    if let Sandbox::Console(_) = &sandbox {
        clients.console().create_shared_secret().await.unwrap();
    }
    // With it the login is over.
    clients.harmless().await.unwrap();
    drop(beginning);
    sandbox.forget_requests();
    sandbox.inject(fault.on(method, path));
    let result = (call.make)(clients.clone()).await;
    let requests = sandbox.requests();
    sandbox.clear_faults();
    let works_then = clients.harmless().await;

    let mut complaints = Vec::new();
    let mut check = |holds: bool, what: String| {
        if !holds {
            complaints.push(Complaint(format!("{} / {method} {path} / {name}: {what}", call.name)));
        }
    };
    let outcome = match &result {
        Ok(()) => Works,
        Err(error) => Fails(error.kind()),
    };
    let met = requests.iter().filter(|request| call.met_by(request));
    let found = Promise { outcome, requests: met.count() };
    check(found == promise, format!("{found:?}, and not {promise:?}: {result:?}"));
    check(works_then.is_ok(), format!("the next call fails: {works_then:?}"));
    if name.ends_with(", later") {
        let waits = clock.waits();
        let honoured = waits.iter().all(|wait| *wait >= Duration::from_secs(7));
        check(honoured && waits.len() + 1 == found.requests, format!("{waits:?}"));
    }
    let refused_then =
        found.requests > 1 && matches!(outcome, Fails(Forbidden | NotFound | Rejected));
    if did == It && refused_then && method != "GET" {
        let said = format!("{result:?}");
        check(
            said.contains("an earlier attempt, whose response was lost"),
            format!("no note: {said}"),
        );
    }
    check(files(clients.folder()).is_empty(), "a file is left".to_owned());
    if let Sandbox::Center(center) = &sandbox {
        let left = center.uploads();
        let said = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        // What the server has and nobody has the name of, nobody can remove.
        let lost = path == "/rest/file/upload" && did == It && result.is_err();
        let as_told = match path {
            "/rest/file/upload" => call.name.contains("upload") && result.is_ok(),
            "/rest/file/clear" => result.is_err(),
            _ => false,
        };
        let named = |file: &String| said.contains(&format!("{file:?} was left"));
        let known = lost || as_told || left.iter().all(named);
        check(known, format!("left on the server: {left:?}: {said}"));
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

    let mut shown = result.err().map(|error| all_of(&error)).unwrap_or_default();
    shown += &works_then.err().map(|error| all_of(&error)).unwrap_or_default();
    let mine = secrets_in(&sandbox.requests());
    for secret in &mine {
        check(!shown.contains(secret.as_str()), format!("{secret} is shown: {shown}"));
    }
    shared.secrets.lock().unwrap().extend(mine);
    complaints
}

/// All that must not be shown: what is known before, and what the requests had.
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

/// Runs cells, and looks at the log of them.
async fn run(
    what: &str,
    cells: Vec<BoxFuture<'_, Vec<Complaint>>>,
    shared: &Shared,
    log: &Log,
) -> Vec<String> {
    let (began, count) = (Instant::now(), cells.len());
    let complaints = join_all(cells).await;
    let took = began.elapsed();
    let mut complaints: Vec<_> = complaints.into_iter().flatten().map(|it| it.0).collect();
    let log = log.take();
    println!("{what}: {count} cells in {took:?}, {} KiB of log", log.len() >> 10);
    assert!(log.contains("scanops{"), "it is written");
    for secret in shared.secrets.lock().unwrap().drain() {
        if let Some(place) = log.find(&secret) {
            let line = log[place..].lines().next().unwrap_or_default();
            complaints.push(format!("{what}: {secret} is in the log: {line}"));
        }
    }
    complaints
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_that_meets_each_fault_keeps_what_is_promised() {
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

    let mut complaints = Vec::new();
    let shared = Shared { secrets: Mutex::default(), beginnings: Semaphore::new(3) };
    for fault in FAULTS {
        let (name, make, did, ..) = *fault;
        let mut cells: Vec<BoxFuture<'_, _>> = Vec::new();
        for call in CENTER_CALLS.iter().chain(CONSOLE_CALLS) {
            for (stays, fault_of) in [(true, make()), (false, make().times(1))] {
                let promised = promise(call, fault, stays);
                // There is one request: it would be the same cell. And one busy answer is like
                // another.
                let same = promised == promise(call, fault, true) || ALIKE.contains(&name);
                if !stays && same {
                    continue;
                }
                cells.push(cell(call, name, did, fault_of, promised, &shared).boxed());
            }
        }
        complaints.extend(run(name, cells, &shared, &log).await);
    }
    for (name, make, of_parts, of_saved, of_findings) in REPORT_FAULTS {
        let mut cells: Vec<BoxFuture<'_, _>> = Vec::new();
        for call in CENTER_CALLS {
            let outcome = match call.name {
                name if name.starts_with("parts") => *of_parts,
                name if name.starts_with("saved") || name.starts_with("written") => *of_saved,
                name if name.starts_with("findings") => *of_findings,
                _ => continue,
            };
            // A file can be begun again: nobody has seen its first half.
            let lost = matches!(outcome, Fails(Disconnected | Timeout));
            let begins_again = lost && call.name.starts_with("saved");
            for (stays, fault) in [(true, make()), (false, make().times(1))] {
                let promise = match (begins_again, stays) {
                    (true, true) => Promise { outcome, requests: ATTEMPTS },
                    (true, false) => Promise { outcome: Works, requests: 2 },
                    (false, _) => Promise { outcome, requests: 1 },
                };
                cells.push(cell(call, name, It, fault, promise, &shared).boxed());
            }
        }
        complaints.extend(run(name, cells, &shared, &log).await);
    }
    assert!(complaints.is_empty(), "{}:\n{}", complaints.len(), complaints.join("\n"));
    no_task_but(0).await;
}
