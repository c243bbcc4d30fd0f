//! When a call is retried, and after how long, on a fake clock.

use std::time::{Instant, UNIX_EPOCH};

use crate::support::{
    Always, ENGINE, FakeClock, Reply, ScriptedServer, assert_error, closed_port, ends, ms,
    new_runtime, secs,
};
use scanops::{
    Clock, ErrorKind, FastRandom, Random, RetryPolicy, SystemClock,
    insightvm::{Client, ClientBuilder, types::ScanEngineCreate},
};
use tokio::runtime::Runtime;

/// A builder with the default policy, and half of each upper bound as the wait.
fn on(clock: &FakeClock, builder: ClientBuilder) -> ClientBuilder {
    builder.retry(RetryPolicy::new()).clock(clock.clone()).random(Always(0.5))
}

/// A server, the clock of its client, and the client, with settings changed by a function.
async fn changed(
    replies: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (ScriptedServer, FakeClock, Client) {
    let (server, clock) = (ScriptedServer::start(replies).await, FakeClock::new());
    let client = change(on(&clock, server.console_builder())).build().unwrap();
    (server, clock, client)
}

async fn console(replies: impl IntoIterator<Item = Reply>) -> (ScriptedServer, FakeClock, Client) {
    changed(replies, |builder| builder).await
}

#[tokio::test]
async fn a_date_in_retry_after_is_relative_to_the_clock() {
    // The clock starts at 08:49:37, and half of the base delay is added.
    let headers = [("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")];
    let busy = Reply::http("503 Service Unavailable", &headers, "busy");
    let (_server, clock, console) = console([busy, Reply::engine()]).await;
    console.get_scan_engine(7).await.unwrap();
    assert_eq!(clock.waits(), [ms(30_250)]);
}

#[tokio::test]
async fn what_is_not_a_fraction_gives_the_longest_wait() {
    for fraction in [f64::NAN, -3.0] {
        let (_server, clock, console) =
            changed([Reply::busy()], |it| it.random(Always(fraction))).await;
        console.get_scan_engine(7).await.unwrap_err();
        assert_eq!(clock.waits(), [ms(500), ms(1000), ms(2000)], "{fraction}");
    }
}

#[tokio::test]
async fn clones_share_one_retry_budget() {
    let policy = RetryPolicy::new().max_attempts(3).budget(3);
    let (_server, _, console) = changed([Reply::busy()], |it| it.retry(policy)).await;
    let clone = console.clone();
    let first = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(first.attempts(), 3);
    let second = clone.get_scan_engine(7).await.unwrap_err();
    assert_eq!(second.attempts(), 2, "one retry was left");
    assert!(second.to_string().contains("retry budget is used up"), "{second}");
    let third = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(third.attempts(), 1);
}

#[tokio::test]
async fn the_deadline_also_ends_an_attempt() {
    let (server, _, console) = changed([Reply::silence()], |it| it.deadline(ms(100))).await;
    let error = ends(console.get_scan_engine(7)).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert!(error.to_string().contains("left to the deadline"), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn whatever_the_last_attempt_ends_with_an_ambiguous_one_before_it_is_said() {
    for last in [Reply::busy(), Reply::status("500 Internal Server Error"), Reply::status("401 No")]
    {
        let policy = RetryPolicy::new().max_attempts(2);
        let (server, _, console) = changed([Reply::Close, last], |it| it.retry(policy)).await;
        let error = console.delete_scan_engine(7).await.unwrap_err();
        assert!(error.may_have_taken_effect(), "{error}");
        assert!(error.to_string().contains("an earlier attempt"), "{error}");
        assert_eq!(server.requests(), 2);
    }
}

#[tokio::test]
async fn a_call_that_was_lost_once_is_not_one_that_did_not_connect() {
    let (listener, server) = ScriptedServer::bind("http").await;
    let clock = FakeClock::new();
    let console = on(&clock, server.console_builder()).build().unwrap();
    let once = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        socket.readable().await.unwrap();
        let _ = socket.try_read(&mut [0; 2000]);
    });
    let error = ends(console.delete_scan_engine(7)).await.unwrap_err();
    once.await.unwrap();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 4), "{error}");
    assert!(error.may_have_taken_effect() && !error.is_connect(), "{error}");
}

#[tokio::test]
async fn a_body_is_sent_again_with_its_call() {
    let (server, _, console) = console([Reply::Close, Reply::ok("{}")]).await;
    console.set_scan_engine_pool_scan_engines(7, &[8]).await.unwrap();
    let bodies = server.full_requests().into_iter().map(|(_, body)| body);
    assert!(bodies.eq(["[8]", "[8]"]));
}

/// A server that accepts connections and never sends a byte of TLS.
#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_connect_timeout_is_retried_whatever_the_method() {
    let (server, clock) = (ScriptedServer::of(Reply::silence()).await, FakeClock::new());
    let builder = Client::builder(format!("https://{}", server.address)).anonymous();
    let console = on(&clock, builder.connect_timeout(ms(100))).build().unwrap();
    let engine = ScanEngineCreate::new("e", "a", 1);
    // By default it would take four times ten seconds.
    let error = ends(console.create_scan_engine(&engine)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 4), "{error}");
    assert!(error.is_timeout() && error.is_connect(), "{error}");
    assert!(!error.may_have_taken_effect());
    assert!(error.to_string().contains("connect timeout"), "{error}");
    assert_eq!((server.connections(), clock.waits().len()), (4, 3));
}

#[tokio::test]
async fn no_attempt_follows_a_sleep_that_ends_after_the_deadline() {
    let settings = |it: ClientBuilder| it.clock(FakeClock::slow(2)).deadline(ms(300));
    let (server, _, console) = changed([Reply::busy()], settings).await;
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(server.requests(), 1);
    assert_eq!(error.status().unwrap(), 503, "what had happened is not lost");
    assert!(error.to_string().contains("the deadline"), "{error}");
}

#[tokio::test]
async fn an_error_whose_body_stalls_keeps_its_status() {
    let head = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 100\r\n\r\nwho?";
    let (_server, _, console) = console([Reply::SendAndHold(head.into())]).await;
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(error.server_message(), Some("who?"));
}

#[tokio::test(start_paused = true)]
async fn the_machines_own_clock_and_random_numbers_work() {
    let start = tokio::time::Instant::now();
    SystemClock.sleep(ms(20)).await;
    assert!(start.elapsed() >= ms(20));
    let before = Instant::now();
    assert!(SystemClock.now() >= before);
    let since = SystemClock.time_of_day().duration_since(UNIX_EPOCH).unwrap();
    assert!(since > secs(1_700_000_000));
    let draws: Vec<f64> = (0..1000).map(|_| FastRandom.fraction()).collect();
    assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
    assert!(draws.iter().any(|draw| *draw < 0.2) && draws.iter().any(|draw| *draw > 0.8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_works_on_whichever_runtime_calls_it() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ENGINE}", ENGINE.len());
    let reply = Reply::SendAndHold(head.into());
    let (_server, _, console) = changed([reply], |it| it.attempt_timeout(ms(5000))).await;
    // All runtimes stay alive, but run only during their calls.
    let call = |runtime: &Runtime| {
        let console = console.clone();
        runtime.block_on(async move { console.get_scan_engine(7).await.unwrap().id })
    };
    tokio::task::block_in_place(|| {
        let runtimes: Vec<_> = (0..10).map(|_| new_runtime()).collect();
        assert!(runtimes.iter().all(|runtime| call(runtime) == 7));
    });
}

#[tokio::test]
async fn a_failed_connection_says_why() {
    let builder = |url: String| Client::builder(url).anonymous().retry(RetryPolicy::never());
    let proxies = [
        ScriptedServer::of(Reply::status("407 Proxy Authentication Required")).await,
        ScriptedServer::of(Reply::status("502 Bad Gateway")).await,
    ];
    for (builder, message) in [
        (builder(format!("http://{}", closed_port())), "connection refused"),
        (builder("http://no-such-host.invalid".into()), "the host name could not be resolved"),
        // Linux opens no TCP connection to a broadcast address.
        #[cfg(target_os = "linux")]
        (builder("http://255.255.255.255".into()), "the network is unreachable"),
        #[cfg(feature = "rustls")]
        (builder("https://console.example".into()).proxy(proxies[0].url()), "authentication (407)"),
        #[cfg(feature = "rustls")]
        (
            builder("https://console.example".into()).proxy(proxies[1].url()),
            "did not open a tunnel",
        ),
    ] {
        let error = builder.build().unwrap().get_scan_engine(7).await.unwrap_err();
        assert_error(&error, ErrorKind::Connect, message);
        assert!(!error.may_have_taken_effect());
    }
    drop(proxies);
}

#[tokio::test]
async fn a_header_set_twice_is_sent_with_both_values() {
    let headers = |builder: ClientBuilder| builder.header("X-Tag", "one").header("X-Tag", "two");
    let (server, _, console) = changed([Reply::engine()], headers).await;
    console.get_scan_engine(7).await.unwrap();
    let head = server.heads().remove(0);
    assert!(head.contains("x-tag: one") && head.contains("x-tag: two"), "{head}");
}

#[tokio::test]
async fn a_byte_order_mark_changes_nothing() {
    let with_bom = |body: &str| [b"\xef\xbb\xbf", body.as_bytes()].concat();
    let (_server, _, console) = console([Reply::ok(with_bom(ENGINE))]).await;
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    let record = with_bom(r#"{"response":{"id":"5"},"error_code":0,"error_msg":""}"#);
    let gone = with_bom(r#"{"response":"","error_code":147,"error_msg":"gone"}"#);
    let replies = [Reply::ok(record), Reply::ok(&gone), Reply::http("403 No", &[], &gone)];
    let server = ScriptedServer::start(replies).await;
    let results = server.sc().scan_results();
    assert_eq!(results.get(5).await.unwrap().id, 5);
    assert!(results.get(5).await.unwrap_err().is_not_found());
    assert!(results.get(5).await.unwrap_err().is_not_found());
}
