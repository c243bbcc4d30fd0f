//! A call that is dropped at any of its awaits leaves nothing behind.
//!
//! The sandboxes run on a runtime of their own, so that each task counted here belongs to a client.
#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic")]

#[path = "support/calls.rs"]
mod calls;
mod support;

use std::{
    fs,
    pin::Pin,
    sync::{Arc, LazyLock},
    time::{Duration, Instant, SystemTime},
};

use calls::{Call, Clients, INSIGHTVM_CALLS, PASSWORD, Sandbox, Settings, TENABLE_SC_CALLS, USER};
use futures_util::{StreamExt as _, future::join_all, stream};
use scanops::{Clock, RetryPolicy, tenable_sc, transfer::Upload};
use scanops_sandbox::Fault;
use support::{poll_at_most, temporary_files, wait_for_tasks, wait_until};
use tokio::{
    runtime::{Handle, Runtime},
    sync::Notify,
};

static SERVERS: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
});

/// A sandbox whose tasks are not counted.
async fn sandbox(tenable_sc: bool) -> Sandbox {
    SERVERS.spawn(Sandbox::start(tenable_sc, 0)).await.unwrap()
}

fn clients_of(sandbox: &Sandbox) -> Clients {
    let retry = RetryPolicy::never();
    sandbox.clients(Settings { limit: Duration::from_secs(60), retry, clock: None })
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// The threads of this process that this crate has started.
fn threads() -> Vec<String> {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.starts_with("scanops-")).collect()
}

/// Drops a call after this number of polls. Returns whether it had ended before.
async fn drop_after(polls: usize, call: &Call) -> bool {
    let sandbox = sandbox(call.is_tenable_sc()).await;
    // Responses in small chunks have more awaits.
    sandbox.inject(Fault::slow(700, Duration::from_millis(1)));
    let clients = clients_of(&sandbox);
    let ended = poll_at_most(polls, (call.make)(clients.clone())).await.is_some();
    let place = format!("{} {:?} after {polls} polls", call.name, call.request);

    let files = || temporary_files(clients.folder());
    wait_until(&format!("{place}: a file is left"), || files().is_empty()).await;
    if let Sandbox::TenableSc(center) = &sandbox {
        let knows_the_name = || {
            let requests = sandbox.requests();
            requests.iter().any(|request| {
                matches!(request.path(), "/rest/scanResult/import" | "/rest/file/clear")
            })
        };
        if call.name.contains("import") && knows_the_name() {
            let what = format!("{place}: a file is left on the server");
            wait_until(&what, || center.uploads().is_empty()).await;
        }
    }
    let works = clients.harmless().await;
    assert!(works.is_ok(), "{place}: {works:?}");
    if let Sandbox::TenableSc(center) = &sandbox {
        // One for the dropped call, if it reached the server, one for the next call, and one more
        // for a call that builds its own client.
        assert!(center.logins() <= 2 + u64::from(call.request.1 == "/rest/token"), "{place}");
    }
    // A stream that prefetches three pages has three connections, and the next call another one.
    wait_until(&format!("{place}: connections are held"), || tasks() <= 4).await;
    drop(clients);
    wait_until(&format!("{place}: a task is left"), || tasks() == 0).await;
    ended
}

/// Drops a call at each of its awaits.
async fn drop_everywhere(call: &Call) {
    let mut polls = 0;
    while !drop_after(polls, call).await {
        polls += 1;
    }
    assert!(polls > 0, "{}: it never returned Pending", call.name);
}

#[tokio::test]
async fn a_tenable_sc_call_dropped_at_any_await_leaves_nothing() {
    for call in TENABLE_SC_CALLS {
        drop_everywhere(call).await;
    }
    wait_until("a thread is left", || threads().is_empty()).await;
}

#[tokio::test]
async fn an_insightvm_call_dropped_at_any_await_leaves_nothing() {
    for call in INSIGHTVM_CALLS {
        drop_everywhere(call).await;
    }
}

#[tokio::test]
async fn a_dropped_call_to_a_silent_server_closes_its_connection() {
    for call in TENABLE_SC_CALLS.iter().chain(INSIGHTVM_CALLS) {
        let sandbox = sandbox(call.is_tenable_sc()).await;
        let clients = clients_of(&sandbox);
        clients.harmless().await.unwrap();
        let (method, path) = call.request;
        sandbox.inject(Fault::silence().on(method, path));
        let before = tasks();
        let waiting = tokio::spawn((call.make)(clients.clone()));
        let sent = || sandbox.requests().iter().filter(|it| call.sends(it)).count();
        let is_get = usize::from((method, path) == ("GET", "/rest/scanResult/{id}"));
        wait_until(&format!("{}: no request was sent", call.name), || sent() > is_get).await;
        waiting.abort();
        // The pooled connection may have been the silent one.
        let what = format!("{}: it holds a connection", call.name);
        wait_until(&what, || tasks() <= before).await;
        sandbox.clear_faults();
        clients.harmless().await.unwrap();
        drop(clients);
        wait_for_tasks(0).await;
    }
}

#[tokio::test]
async fn a_login_continues_while_any_call_waits_for_it() {
    let mut polls = 0;
    loop {
        let sandbox = sandbox(true).await;
        sandbox.inject(Fault::slow(40, Duration::from_millis(1)).on("POST", "/rest/token"));
        let clients = clients_of(&sandbox);
        let Sandbox::TenableSc(center) = &sandbox else { unreachable!() };
        let mut ended = true;
        for logins in 1..=2 {
            let call = poll_at_most(polls, clients.harmless());
            let others = join_all((0..4).map(|_| clients.harmless()));
            let (call, others) = tokio::join!(call, others);
            assert!(others.iter().all(Result::is_ok), "dropped after {polls} polls: {others:?}");
            assert_eq!(center.logins(), logins, "dropped after {polls} polls");
            ended &= call.is_some();
            // Then the same with a session that has expired.
            center.expire_sessions();
        }
        if ended {
            break;
        }
        polls += 1;
    }
    assert!(polls > 3, "dropped at {polls} awaits");
}

#[tokio::test]
async fn a_login_whose_calls_were_dropped_serves_the_next_call() {
    let sandbox = sandbox(true).await;
    let slowly = Fault::slow(16, Duration::from_millis(20));
    sandbox.inject(slowly.on("POST", "/rest/token").times(1));
    let clients = clients_of(&sandbox);
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let clients = clients.clone();
            tokio::spawn(async move { clients.harmless().await })
        })
        .collect();
    wait_until("no call logs in", || !sandbox.requests().is_empty()).await;
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    // An aborted task may not have been dropped yet.
    assert!(join_all(calls).await.iter().all(Result::is_err));
    clients.harmless().await.unwrap();
    let logins = sandbox.requests().iter().filter(|it| it.path() == "/rest/token").count();
    let Sandbox::TenableSc(center) = &sandbox else { unreachable!() };
    assert_eq!((logins, center.logins()), (1, 1), "a wrong password is not sent more often either");
    clients.sc().logout().await.unwrap();
}

#[tokio::test]
async fn a_logout_that_is_dropped_or_lost_can_be_repeated() {
    let sandbox = sandbox(true).await;
    let clients = clients_of(&sandbox);
    clients.harmless().await.unwrap();
    sandbox.inject(Fault::silence().on("DELETE", "/rest/token").times(1));
    sandbox.inject(Fault::close().on("DELETE", "/rest/token").times(1));
    assert!(poll_at_most(0, clients.sc().logout()).await.is_none());
    let (client, before) = (clients.sc().clone(), sandbox.requests().len());
    let logout = tokio::spawn(async move { client.logout().await });
    wait_until("the logout is not sent", || sandbox.requests().len() > before).await;
    logout.abort();
    assert!(logout.await.unwrap_err().is_cancelled());
    clients.sc().logout().await.unwrap_err();
    sandbox.forget_requests();
    sandbox.clear_faults();
    clients.sc().logout().await.unwrap();
    assert_eq!(sandbox.requests().len(), 1, "the session was not forgotten");
    clients.sc().logout().await.unwrap();
    assert_eq!(sandbox.requests().len(), 1, "the session was not forgotten after the logout");
}

/// A clock whose waits the test ends.
#[derive(Clone, Debug, Default)]
struct HeldClock(Arc<Notify>);

impl Clock for HeldClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time_of_day(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.0.notified())
    }
}

#[tokio::test]
async fn a_dropped_watch_sends_no_more_requests() {
    let sandbox = sandbox(true).await;
    let clock = HeldClock::default();
    let builder = tenable_sc::Client::builder(sandbox.url()).password(USER, PASSWORD);
    let client = builder.clock(clock.clone()).build().unwrap();
    let watch = || client.scan_results().watch(2);
    let mut changes = watch().stream();
    changes.next_change().await.unwrap().unwrap();
    let looks = sandbox.requests().len();
    // It waits until its next request.
    assert!(poll_at_most(0, changes.next_change()).await.is_none());
    drop(changes);
    let finished = tokio::spawn(watch().until_finished());
    wait_until("no request was sent", || sandbox.requests().len() == looks + 1).await;
    finished.abort();
    assert!(finished.await.unwrap_err().is_cancelled());
    // A watch that still waited would send its request now. Only pooled connections are left.
    clock.0.notify_waiters();
    wait_for_tasks(2).await;
    assert_eq!(sandbox.requests().len(), looks + 1);
}

#[tokio::test]
async fn a_dropped_read_of_a_chunk_loses_no_bytes() {
    let sandbox = sandbox(true).await;
    let clients = clients_of(&sandbox);
    let whole = clients.sc().scan_results().download(8).await.unwrap();
    let whole: Vec<_> = whole.map(Result::unwrap).collect().await;
    sandbox.inject(Fault::slow(700, Duration::from_millis(1)));
    let mut report = clients.sc().scan_results().download(8).await.unwrap();
    let (mut parts, mut dropped) = (Vec::new(), 0);
    loop {
        // Each read is dropped after its first poll.
        match poll_at_most(0, report.next_chunk()).await {
            None => dropped += 1,
            Some(part) => match part.unwrap() {
                Some(part) => parts.push(part),
                None => break,
            },
        }
        tokio::task::yield_now().await;
    }
    assert!(dropped > 3, "dropped {dropped} times");
    assert_eq!(parts.concat().len(), whole.concat().len());
}

#[tokio::test]
async fn an_upload_that_is_dropped_half_way_leaves_no_file() {
    let sandbox = sandbox(true).await;
    let clients = clients_of(&sandbox);
    clients.harmless().await.unwrap();
    for import in [false, true] {
        sandbox.forget_requests();
        let part = || async { Ok::<_, std::io::Error>(vec![b'x'; 1000]) };
        // A source that yields one chunk and then nothing.
        let source = stream::once(part()).chain(stream::pending());
        let upload = Upload::stream(Box::pin(source));
        let client = clients.sc().clone();
        let sending = tokio::spawn(async move {
            if import {
                client.scan_results().import(upload, 1).await.map(drop)
            } else {
                client.files().upload(upload).await.map(drop)
            }
        });
        let arrived = || sandbox.requests().iter().any(|request| request.body_length() > 900);
        wait_until("nothing arrives", arrived).await;
        sending.abort();
        wait_until("the upload goes on", || tasks() <= 2).await;
        let Sandbox::TenableSc(center) = &sandbox else { unreachable!() };
        clients.harmless().await.unwrap();
        assert!(center.uploads().is_empty(), "{:?}", center.uploads());
    }
}

#[tokio::test]
async fn prefetched_pages_are_cancelled_with_their_stream() {
    let sandbox = sandbox(false).await;
    let clients = clients_of(&sandbox);
    let mut pages = clients.console().scan_engine_scans(3).page_size(2).prefetch(8).pages();
    pages.next_page().await.unwrap().unwrap();
    sandbox.inject(Fault::silence());
    let walking = tokio::spawn(async move { pages.next_page().await });
    wait_until("no pages are prefetched", || sandbox.requests().len() > 4).await;
    assert!(tasks() > 4, "so many connections");
    walking.abort();
    // Before the attempts time out.
    wait_until("pages are still requested", || tasks() <= 2).await;
}
