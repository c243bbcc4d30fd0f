//! Mixed traffic of both clients with faults: nothing grows, and each call is accounted for.
//!
//! It lasts some seconds. `SCANOPS_SOAK_SECONDS=600 cargo test --release --test soak -- --nocapture`
//! lasts ten minutes; `SCANOPS_SOAK_SEED` changes the order of calls and faults.
//!
//! The servers are replaced on their ports each second, the clients are not. The test has a binary
//! of its own, since it counts resources of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/calls.rs"]
mod calls;
mod support;

use std::{
    collections::BTreeMap,
    env, fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use calls::{Call, Clients, INSIGHTVM_CALLS, Sandbox, Settings, TENABLE_SC_CALLS};
use fastrand::Rng;
use scanops::{ErrorKind, RetryPolicy};
use scanops_sandbox::Fault;
use support::{temporary_files, wait_until};
use tokio::runtime::Handle;

/// How long servers run before they are replaced.
const ROUND: Duration = Duration::from_secs(1);
/// How many calls are under way at once.
const WORKERS: u64 = 12;
const ATTEMPTS: u32 = 3;
/// How much memory may grow after the warm-up: allocators vary by this much.
const GROWTH: u64 = 24 << 20;

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// Resources of this process.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Usage {
    resident: u64,
    descriptors: usize,
    threads: usize,
    tasks: usize,
}

impl Usage {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        Self {
            resident: line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024,
            descriptors: fs::read_dir("/proc/self/fd").unwrap().count(),
            threads: fs::read_dir("/proc/self/task").unwrap().count(),
            tasks: Handle::current().metrics().num_alive_tasks(),
        }
    }
}

/// How many calls there were, and how they ended.
#[derive(Debug, Default)]
struct Account {
    started: u64,
    ok: u64,
    failed: u64,
    kinds: BTreeMap<String, u64>,
    /// Started and successful calls of this round, by request.
    of_round: BTreeMap<(&'static str, &'static str), (u64, u64)>,
}

/// Faults for some of the requests of a round.
fn faults(random: &mut Rng) -> Vec<Fault> {
    let short = Duration::from_millis(1);
    let all = [
        Fault::status(503).retry_after(0),
        Fault::status(429),
        Fault::status(500),
        Fault::refuse().on_path("/*"),
        Fault::close(),
        Fault::reset(),
        Fault::silence(),
        Fault::lost_response(),
        Fault::reset_after(2),
        Fault::reset_after(600),
        Fault::truncate_after(600),
        Fault::stall_after(600),
        Fault::flip_byte(0),
        Fault::flip_byte(600),
        Fault::slow(200, short),
        Fault::login_page(),
        Fault::error(200, 400, "No."),
        Fault::session_end(),
        Fault::redirect(302, "http://127.0.0.2:1/"),
    ];
    all.into_iter().map(|fault| fault.share(0.015).seed(random.u64(..))).collect()
}

/// Makes calls until the round is over.
async fn work(
    clients: [Clients; 2],
    seed: u64,
    over: Arc<AtomicBool>,
    account: Arc<Mutex<Account>>,
) {
    let mut random = Rng::with_seed(seed);
    while !over.load(Ordering::Relaxed) {
        let (calls, clients): (&[Call], _) = if random.bool() {
            (TENABLE_SC_CALLS, &clients[0])
        } else {
            (INSIGHTVM_CALLS, &clients[1])
        };
        let call = &calls[random.usize(..calls.len())];
        {
            let mut account = account.lock().unwrap();
            account.started += 1;
            account.of_round.entry(call.request).or_default().0 += 1;
        }
        let future = (call.make)(clients.clone());
        // One call in twenty is dropped before it ends.
        let limit =
            Duration::from_millis(if random.u8(..20) == 0 { random.u64(..10) } else { 60_000 });
        let result = tokio::time::timeout(limit, future).await;
        let mut account = account.lock().unwrap();
        match result {
            Ok(Ok(())) => {
                account.ok += 1;
                account.of_round.entry(call.request).or_default().1 += 1;
            }
            Ok(Err(error)) => {
                assert_ne!(error.kind(), ErrorKind::Config, "{error}");
                account.failed += 1;
                *account.kinds.entry(format!("{:?}", error.kind())).or_default() += 1;
            }
            Err(_) => {
                account.failed += 1;
                *account.kinds.entry("dropped".to_owned()).or_default() += 1;
            }
        }
    }
}

/// Compares the requests that the servers received with the calls: each successful call was sent,
/// and none more often than allowed.
fn compare(account: &mut Account, sandboxes: &[Sandbox; 2]) {
    let requests: Vec<_> = sandboxes.iter().flat_map(Sandbox::requests).collect();
    for (request, (started, ok)) in std::mem::take(&mut account.of_round) {
        let call = TENABLE_SC_CALLS.iter().chain(INSIGHTVM_CALLS).find(|it| it.request == request);
        let call = call.unwrap();
        // A logout without a session sends nothing: another worker has logged out before.
        if request == ("DELETE", "/rest/token") {
            continue;
        }
        let seen = requests.iter().filter(|it| call.sends(it)).count() as u64;
        assert!(seen >= ok, "{request:?}: {ok} ended well, and {seen} were seen");
        // Many calls share a login, and some calls send several requests.
        if call.repeatable || matches!(request.1, "/rest/file/upload" | "/rest/scanResult/import") {
            continue;
        }
        // Once more with a new session.
        assert!(seen <= 2 * started, "{request:?}: {started} were made, and {seen} were seen");
    }
}

async fn soak(length: Duration, seed: u64) {
    let at_first = Usage::now();
    let mut random = Rng::with_seed(seed);
    let account = Arc::new(Mutex::new(Account::default()));
    let mut sandboxes = [Sandbox::start(true, 0).await, Sandbox::start(false, 0).await];
    let ports: Vec<u16> =
        sandboxes.iter().map(|it| it.url().rsplit(':').next().unwrap().parse().unwrap()).collect();
    let settings = Settings {
        limit: Duration::from_millis(150),
        retry: RetryPolicy::new()
            .max_attempts(ATTEMPTS)
            .base_delay(Duration::from_millis(1))
            .max_delay(Duration::from_millis(5))
            .budget(1000),
        clock: None,
    };
    let clients = [sandboxes[0].clients(settings.clone()), sandboxes[1].clients(settings)];

    let (began, mut warm, mut highest) = (Instant::now(), None, 0);
    while began.elapsed() < length {
        for sandbox in &sandboxes {
            for fault in faults(&mut random) {
                sandbox.inject(fault);
            }
        }
        let over = Arc::new(AtomicBool::new(false));
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let (over, account) = (Arc::clone(&over), Arc::clone(&account));
                tokio::spawn(work(clients.clone(), random.u64(..), over, account))
            })
            .collect();
        tokio::time::sleep(ROUND.min(length.saturating_sub(began.elapsed()))).await;
        over.store(true, Ordering::Relaxed);
        for worker in workers {
            worker.await.unwrap();
        }
        compare(&mut account.lock().unwrap(), &sandboxes);
        let [center, console] = sandboxes;
        center.stop().await;
        console.stop().await;
        sandboxes = [Sandbox::start(true, ports[0]).await, Sandbox::start(false, ports[1]).await];

        let usage = Usage::now();
        highest = highest.max(usage.resident);
        if warm.is_none() && began.elapsed() > length / 3 {
            println!("warm: {usage:?}");
            warm = Some(usage);
        }
    }
    let end = Usage::now();
    for clients in &clients {
        wait_until("a file is left", || temporary_files(clients.folder()).is_empty()).await;
    }
    drop(clients);
    let [center, console] = sandboxes;
    center.stop().await;
    console.stop().await;
    wait_until("a task is left", || Usage::now().tasks == 0).await;
    wait_until("a thread is left", || Usage::now().threads <= at_first.threads).await;
    wait_until("a descriptor is left", || Usage::now().descriptors <= at_first.descriptors).await;

    let account = account.lock().unwrap();
    let (started, ok, failed) = (account.started, account.ok, account.failed);
    println!("{started} calls: {ok} went well, {failed} failed: {:?}", account.kinds);
    println!("at first {at_first:?}\nat the end {end:?}\nthen {:?}", Usage::now());
    println!("the highest resident memory after a round: {} KiB", highest >> 10);
    assert_eq!(started, ok + failed);
    assert!(ok > 100 && failed > 20, "the faults are some, and not all");
    let warm = warm.unwrap();
    assert!(end.resident < warm.resident + GROWTH, "{warm:?} has become {end:?}");
}

#[test]
fn mixed_traffic_with_faults_leaks_nothing_and_loses_nothing() {
    let length = Duration::from_secs(number("SCANOPS_SOAK_SECONDS", 5));
    let seed = number("SCANOPS_SOAK_SEED", 1);
    println!("seed {seed}");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Idle threads end soon, and are not counted as leaked.
        .thread_keep_alive(Duration::from_millis(100))
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(soak(length, seed));
}
