//! When a call is tried again, after how long, and when not: on a clock that nobody waits for.

use std::time::Duration;

use crate::support::{Always, FakeClock, PASSWORD, Reply, ScriptedServer, USER};
use scanops::{
    Clock, ErrorKind, RetryPolicy,
    insightvm::{Client, ClientBuilder, types::ScanEngineCreate},
};

const ENGINE: &str = r#"{"id": 7, "name": "e"}"#;

fn busy() -> Reply {
    Reply::http("503 Service Unavailable", &[], "busy")
}

fn wait_for(retry_after: &str) -> Reply {
    Reply::http("503 Service Unavailable", &[("Retry-After", retry_after)], "busy")
}

fn client(server: &ScriptedServer, clock: &FakeClock) -> ClientBuilder {
    Client::builder(server.url())
        .basic_auth(USER, PASSWORD)
        .clock(clock.clone())
        .random(Always(0.5))
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[tokio::test]
async fn what_passes_is_waited_out_with_growing_jittered_waits() {
    let (server, clock) = (
        ScriptedServer::start([
            busy(),
            Reply::Close,
            Reply::status("429 Slow"),
            Reply::json(ENGINE),
        ])
        .await,
        FakeClock::new(),
    );
    let console = client(&server, &clock).build().unwrap();
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    assert_eq!(server.requests(), 4);
    assert_eq!(clock.waits(), [ms(250), ms(500), ms(1000)], "half of 500, 1000, 2000");
}

#[tokio::test]
async fn each_status_and_loss_that_may_pass_is_retried_and_no_other() {
    for (reply, tries) in [
        (Reply::Close, 2),
        (Reply::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()), 2),
        (Reply::status("408 Timeout"), 2),
        (Reply::status("429 Slow"), 2),
        (Reply::status("502 Bad Gateway"), 2),
        (Reply::status("503 Busy"), 2),
        (Reply::status("504 Gateway Timeout"), 2),
        (Reply::status("400 Bad Request"), 1),
        (Reply::status("401 Unauthorized"), 1),
        (Reply::status("403 Forbidden"), 1),
        (Reply::status("404 Not Found"), 1),
        (Reply::status("500 Error"), 1),
        (Reply::status("501 Not Implemented"), 1),
        (Reply::json("not json"), 1),
    ] {
        let (server, clock) = (ScriptedServer::of(reply.clone()).await, FakeClock::new());
        let policy = RetryPolicy::new().max_attempts(2);
        let console = client(&server, &clock).retry(policy).build().unwrap();
        let error = console.get_scan_engine(7).await.unwrap_err();
        assert_eq!(server.requests(), tries, "{reply:?}");
        assert_eq!(error.attempts() as usize, tries, "{error}");
        assert_eq!(error.to_string().contains("2 attempts"), tries == 2, "{error}");
    }
}

#[tokio::test]
async fn retry_after_in_seconds_is_honoured() {
    let (server, clock) =
        (ScriptedServer::start([wait_for("7"), Reply::json(ENGINE)]).await, FakeClock::new());
    let console = client(&server, &clock).build().unwrap();
    console.get_scan_engine(7).await.unwrap();
    assert_eq!(clock.waits(), [ms(7250)], "all of it, and half of the base delay");
}

#[tokio::test]
async fn retry_after_as_a_date_is_honoured() {
    let (server, clock) = (
        ScriptedServer::start([wait_for("Sun, 06 Nov 1994 08:50:07 GMT"), Reply::json(ENGINE)])
            .await,
        FakeClock::at("Sun, 06 Nov 1994 08:49:37 GMT"),
    );
    let console = client(&server, &clock).build().unwrap();
    console.get_scan_engine(7).await.unwrap();
    assert_eq!(clock.waits(), [ms(30_250)]);
}

#[tokio::test]
async fn a_longer_retry_after_than_allowed_is_returned_at_once() {
    let (server, clock) = (ScriptedServer::of(wait_for("3600")).await, FakeClock::new());
    let console = client(&server, &clock).build().unwrap();
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.to_string().contains("longer wait than the policy allows"), "{error}");
    assert_eq!((server.requests(), clock.waits()), (1, vec![]));
}

#[tokio::test]
async fn jitter_is_between_nothing_and_the_ceiling() {
    for (fraction, waits) in [
        (0.0, [ms(0), ms(0), ms(0)]),
        (0.25, [ms(125), ms(250), ms(500)]),
        // Not a fraction: the whole wait, and no panic.
        (f64::NAN, [ms(500), ms(1000), ms(2000)]),
        (-3.0, [ms(500), ms(1000), ms(2000)]),
    ] {
        let (server, clock) = (ScriptedServer::of(busy()).await, FakeClock::new());
        let console = client(&server, &clock).random(Always(fraction)).build().unwrap();
        console.get_scan_engine(7).await.unwrap_err();
        assert_eq!(clock.waits(), waits, "{fraction}");
    }
    // The default source, which no test knows beforehand.
    let (server, clock) = (ScriptedServer::of(busy()).await, FakeClock::new());
    let console = client(&server, &clock).random(scanops::FastRandom).build().unwrap();
    console.get_scan_engine(7).await.unwrap_err();
    for (wait, ceiling) in clock.waits().into_iter().zip([ms(500), ms(1000), ms(2000)]) {
        assert!(wait < ceiling);
    }
}

#[tokio::test]
async fn the_budget_is_one_for_all_clones_and_its_end_is_said() {
    let (server, clock) = (ScriptedServer::of(busy()).await, FakeClock::new());
    let policy = RetryPolicy::new().max_attempts(3).budget(3);
    let console = client(&server, &clock).retry(policy).build().unwrap();
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
async fn no_attempt_starts_past_the_deadline() {
    let (server, clock) = (ScriptedServer::of(busy()).await, FakeClock::new());
    let console = client(&server, &clock)
        .deadline(Duration::from_secs(2))
        .retry(RetryPolicy::new().max_attempts(10))
        .build()
        .unwrap();
    let error = console.get_scan_engine(7).await.unwrap_err();
    // 250 + 500 + 1000 ms fit into two seconds, the next 2000 ms do not.
    assert_eq!(clock.waits(), [ms(250), ms(500), ms(1000)]);
    assert_eq!(error.attempts(), 4);
    assert!(error.to_string().contains("the deadline"), "{error}");
}

#[tokio::test]
async fn the_deadline_also_cuts_an_attempt_short() {
    let server = ScriptedServer::of(Reply::silence()).await;
    let console = client(&server, &FakeClock::new()).deadline(ms(100)).build().unwrap();
    let start = std::time::Instant::now();
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert!(error.to_string().contains("left to the deadline"), "{error}");
    assert_eq!(server.requests(), 1);
    assert!(start.elapsed() < Duration::from_secs(60), "not the three minutes of an attempt");
}

#[tokio::test]
async fn a_post_that_creates_is_never_replayed() {
    for reply in [busy(), Reply::Close, Reply::http("429 Slow", &[("Retry-After", "0")], "")] {
        let (server, clock) = (ScriptedServer::of(reply).await, FakeClock::new());
        let console = client(&server, &clock).build().unwrap();
        let engine = ScanEngineCreate::new("e", "a", 1);
        let error = console.create_scan_engine(&engine).await.unwrap_err();
        assert!(error.is_retryable(), "by the caller, who knows what the call means");
        assert_eq!((server.requests(), error.attempts()), (1, 1));
        assert!(clock.waits().is_empty());
    }
}

#[tokio::test]
async fn put_delete_and_the_harmless_post_are_repeated() {
    let secret = Reply::http("201 Created", &[], "99DB-B9F0");
    let (server, clock) = (ScriptedServer::start([busy(), secret]).await, FakeClock::new());
    let console = client(&server, &clock).build().unwrap();
    console.create_shared_secret().await.unwrap();
    assert_eq!(server.requests(), 2);

    let done = Reply::ok("{}");
    let (server, clock) =
        (ScriptedServer::start([busy(), done.clone(), Reply::Close, done]).await, FakeClock::new());
    let console = client(&server, &clock).build().unwrap();
    console.delete_scan_engine(7).await.unwrap();
    console.set_scan_engine_pool_scan_engines(7, &[8]).await.unwrap();
    let heads = server.heads();
    assert!(heads[..2].iter().all(|head| head.starts_with("delete /api/3/scan_engines/7")));
    assert!(
        heads[2..].iter().all(|head| head.contains("content-length: 3")),
        "the body comes again"
    );
    assert_eq!(heads.len(), 4);
}

#[tokio::test]
async fn a_call_that_never_left_is_repeated_whatever_it_is() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let clock = FakeClock::new();
    let console = Client::builder(format!("http://{free}"))
        .anonymous()
        .clock(clock.clone())
        .random(Always(0.5))
        .build()
        .unwrap();
    let engine = ScanEngineCreate::new("e", "a", 1);
    let error = console.create_scan_engine(&engine).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 4));
    assert!(error.is_connect());
    assert_eq!(clock.waits().len(), 3);
}

/// A server that takes connections and never says a word in TLS.
#[cfg(feature = "rustls")]
#[tokio::test]
async fn connecting_has_a_limit_and_is_repeated_after_it_as_nothing_left() {
    let (server, clock) = (ScriptedServer::of(Reply::silence()).await, FakeClock::new());
    let console = Client::builder(format!("https://{}", server.address))
        .anonymous()
        .connect_timeout(ms(100))
        .clock(clock.clone())
        .random(Always(0.5))
        .build()
        .unwrap();
    let engine = ScanEngineCreate::new("e", "a", 1);
    let began = std::time::Instant::now();
    let error = console.create_scan_engine(&engine).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 4), "{error}");
    assert!(error.is_timeout() && error.is_connect(), "{error}");
    assert!(!error.may_have_taken_effect());
    assert!(error.to_string().contains("connecting timed out"), "{error}");
    assert_eq!((server.connections(), clock.waits().len()), (4, 3));
    assert!(began.elapsed() < Duration::from_secs(9), "not ten seconds each, the default");
}

#[tokio::test]
async fn an_attempt_has_a_limit_and_is_not_repeated_after_it() {
    let (server, clock) = (ScriptedServer::of(Reply::silence()).await, FakeClock::new());
    let console = client(&server, &clock).attempt_timeout(ms(100)).build().unwrap();
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Timeout, 1));
    assert!(error.to_string().contains("100ms"), "{error}");
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read_on() {
    let endless = Reply::Send(
        [b"HTTP/1.1 200 OK\r\n\r\n{\"a\": \"".to_vec(), vec![b'x'; 3_000_000]].concat(),
    );
    for reply in [endless, Reply::ok(vec![b' '; 2_000_000])] {
        let (server, clock) = (ScriptedServer::of(reply).await, FakeClock::new());
        let console = client(&server, &clock).response_limit(1_000_000).build().unwrap();
        let error = console.get_scan_engine(7).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
        assert_eq!(server.requests(), 1);
    }
}

/// A clock whose sleeps take twice as long as they should.
#[derive(Debug)]
struct Oversleeps(FakeClock);

impl Clock for Oversleeps {
    fn now(&self) -> std::time::Instant {
        self.0.now()
    }

    fn time_of_day(&self) -> std::time::SystemTime {
        self.0.time_of_day()
    }

    fn sleep(&self, duration: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.sleep(duration * 2)
    }
}

#[tokio::test]
async fn a_sleep_that_ends_past_the_deadline_is_followed_by_no_attempt() {
    let (server, clock) = (ScriptedServer::of(busy()).await, FakeClock::new());
    let console =
        client(&server, &clock).clock(Oversleeps(clock.clone())).deadline(ms(300)).build().unwrap();
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(server.requests(), 1);
    assert_eq!(error.status().unwrap(), 503, "what had happened is not lost");
    assert!(error.to_string().contains("the deadline"), "{error}");
}

#[tokio::test]
async fn a_delete_that_may_have_been_carried_out_says_so() {
    let gone = Reply::status("404 Not Found");
    let (server, clock) = (ScriptedServer::start([Reply::Close, gone]).await, FakeClock::new());
    let console = client(&server, &clock).build().unwrap();
    let error = console.delete_scan_engine(7).await.unwrap_err();
    assert!(
        error.is_not_found() && error.to_string().contains("may have been carried out"),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_whose_words_do_not_come_keeps_its_status() {
    let head = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 100\r\n\r\nwho?";
    let (server, clock) =
        (ScriptedServer::of(Reply::SendAndHold(head.into())).await, FakeClock::new());
    let console = client(&server, &clock).build().unwrap();
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(error.server_message(), Some("who?"));
}

#[tokio::test]
async fn the_machines_own_clock_and_dice_work() {
    use scanops::{FastRandom, Random, SystemClock};
    let start = SystemClock.now();
    SystemClock.sleep(ms(20)).await;
    assert!(SystemClock.now() - start >= ms(20));
    let since = SystemClock.time_of_day().duration_since(std::time::UNIX_EPOCH).unwrap();
    assert!(since > Duration::from_secs(1_700_000_000));
    let draws: Vec<f64> = (0..1000).map(|_| FastRandom.fraction()).collect();
    assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
    assert!(draws.iter().any(|draw| *draw < 0.2) && draws.iter().any(|draw| *draw > 0.8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_works_on_whichever_runtime_calls_it() {
    let server = ScriptedServer::start([Reply::SendAndHold(
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ENGINE}", ENGINE.len()).into(),
    )])
    .await;
    let console = client(&server, &FakeClock::new()).attempt_timeout(ms(5000)).build().unwrap();
    // Each runtime stays alive, and does nothing once its call has ended.
    let call = |runtime: &tokio::runtime::Runtime| {
        let console = console.clone();
        runtime.block_on(async move { console.get_scan_engine(7).await.unwrap().id })
    };
    let new = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let runtimes = tokio::task::block_in_place(|| {
        let runtimes: Vec<_> = (0..10).map(|_| new()).collect();
        assert!(runtimes.iter().all(|runtime| call(runtime) == 7));
        runtimes
    });
    tokio::task::block_in_place(|| drop(runtimes));
}

#[tokio::test]
async fn a_failed_connection_says_why() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let builder = |url: String| Client::builder(url).anonymous().retry(RetryPolicy::never());
    let proxy =
        ScriptedServer::of(Reply::http("407 Proxy Authentication Required", &[], "who?")).await;
    for (builder, message) in [
        (builder(format!("http://{free}")), "connection refused"),
        (builder("http://no-such-host.invalid".into()), "the host name could not be resolved"),
        #[cfg(feature = "rustls")]
        (builder("https://console.example".into()).proxy(proxy.url()), "authentication (407)"),
    ] {
        let error = builder.build().unwrap().get_scan_engine(7).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error} {error:?}");
        assert!(!error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn a_repeated_header_sends_both_values() {
    let server = ScriptedServer::of(Reply::json(ENGINE)).await;
    let console = client(&server, &FakeClock::new())
        .header("X-Tag", "one")
        .header("X-Tag", "two")
        .build()
        .unwrap();
    console.get_scan_engine(7).await.unwrap();
    let head = server.heads().remove(0);
    assert!(head.contains("x-tag: one") && head.contains("x-tag: two"), "{head}");
}

#[tokio::test]
async fn a_byte_order_mark_changes_nothing() {
    let with_bom = |body: &str| [b"\xef\xbb\xbf".to_vec(), body.as_bytes().to_vec()].concat();
    let server = ScriptedServer::of(Reply::ok(with_bom(ENGINE))).await;
    let console = client(&server, &FakeClock::new()).build().unwrap();
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    let record = with_bom(r#"{"response":{"id":"5"},"error_code":0,"error_msg":""}"#);
    let error = with_bom(r#"{"response":"","error_code":147,"error_msg":"gone"}"#);
    for (status, body, found) in
        [("200 OK", &record, true), ("200 OK", &error, false), ("403 No", &error, false)]
    {
        let server = ScriptedServer::of(Reply::http(status, &[], body)).await;
        let result = server.sc().scan_results().get(5).await;
        assert_eq!(result.is_ok(), found);
        assert!(result.is_ok() || result.unwrap_err().is_not_found());
    }
}
