//! When a call is tried again, after how long, and when not: on a clock that no test waits for.

use std::{
    pin::Pin,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::support::{Always, FakeClock, Reply, ScriptedServer, closed_port, ends, sc_builder};
use scanops::{
    Clock, ErrorKind, FastRandom, Random, RetryPolicy, SystemClock,
    insightvm::{Client, ClientBuilder, types::ScanEngineCreate},
};
use tokio::runtime::Runtime;

const ENGINE: &str = r#"{"id": 7, "name": "e"}"#;

fn engine() -> Reply {
    Reply::json(ENGINE)
}

fn busy() -> Reply {
    Reply::http("503 Service Unavailable", &[], "busy")
}

fn busy_for(retry_after: &str) -> Reply {
    Reply::http("503 Service Unavailable", &[("Retry-After", retry_after)], "busy")
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A builder with the default policy, and half of each longest wait.
fn on(clock: &FakeClock, builder: ClientBuilder) -> ClientBuilder {
    builder.retry(RetryPolicy::new()).clock(clock.clone()).random(Always(0.5))
}

/// A server, the clock of its client, and that client, changed by a function.
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
async fn what_passes_is_waited_out_with_growing_jittered_waits() {
    let replies = [busy(), Reply::Close, Reply::status("429 Slow"), engine()];
    let (server, clock, console) = console(replies).await;
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
    assert_eq!(server.requests(), 4);
    assert_eq!(clock.waits(), [ms(250), ms(500), ms(1000)], "half of 500, 1000, 2000");
}

#[tokio::test]
async fn each_status_and_loss_that_may_pass_is_retried_and_no_other() {
    for (reply, tries) in [
        (Reply::Close, 2),
        (Reply::cut(ENGINE.as_bytes(), 1), 2),
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
        let two = |builder: ClientBuilder| builder.retry(RetryPolicy::new().max_attempts(2));
        let (server, _, console) = changed([reply.clone()], two).await;
        let error = console.get_scan_engine(7).await.unwrap_err();
        assert_eq!(server.requests(), tries, "{reply:?}");
        assert_eq!(error.attempts() as usize, tries, "{error}");
        assert_eq!(error.to_string().contains("2 attempts"), tries == 2, "{error}");
    }
}

#[tokio::test]
async fn retry_after_is_honoured_in_seconds_and_as_a_date() {
    // All of it, and half of the base delay. The clock starts at 08:49:37.
    for (retry_after, wait) in [("7", 7250), ("Sun, 06 Nov 1994 08:50:07 GMT", 30_250)] {
        let (_server, clock, console) = console([busy_for(retry_after), engine()]).await;
        console.get_scan_engine(7).await.unwrap();
        assert_eq!(clock.waits(), [ms(wait)], "{retry_after}");
    }
}

#[tokio::test]
async fn a_longer_retry_after_than_allowed_is_returned_at_once() {
    let (server, clock, console) = console([busy_for("3600")]).await;
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.to_string().contains("longer wait than the policy allows"), "{error}");
    assert_eq!((server.requests(), clock.waits()), (1, vec![]));
}

#[tokio::test]
async fn jitter_is_between_nothing_and_the_ceiling() {
    let ceilings = [ms(500), ms(1000), ms(2000)];
    for (fraction, waits) in [
        (0.0, [ms(0); 3]),
        (0.25, [ms(125), ms(250), ms(500)]),
        // Not a fraction: the longest wait, and no panic.
        (f64::NAN, ceilings),
        (-3.0, ceilings),
    ] {
        let (_server, clock, console) = changed([busy()], |it| it.random(Always(fraction))).await;
        console.get_scan_engine(7).await.unwrap_err();
        assert_eq!(clock.waits(), waits, "{fraction}");
    }
    // The default source, of which only the range is known.
    let (_server, clock, console) = changed([busy()], |it| it.random(FastRandom)).await;
    console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(clock.waits().len(), 3);
    assert!(clock.waits().into_iter().zip(ceilings).all(|(wait, ceiling)| wait < ceiling));
}

#[tokio::test]
async fn the_budget_is_one_for_all_clones_and_its_end_is_said() {
    let policy = RetryPolicy::new().max_attempts(3).budget(3);
    let (_server, _, console) = changed([busy()], |it| it.retry(policy)).await;
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
    let (_server, clock, console) =
        changed([busy()], |it| it.deadline(ms(2000)).retry(RetryPolicy::new().max_attempts(10)))
            .await;
    let error = console.get_scan_engine(7).await.unwrap_err();
    // 250 + 500 + 1000 ms fit into two seconds, the next 2000 ms do not.
    assert_eq!(clock.waits(), [ms(250), ms(500), ms(1000)]);
    assert_eq!(error.attempts(), 4);
    assert!(error.to_string().contains("the deadline"), "{error}");
}

#[tokio::test]
async fn the_deadline_also_cuts_an_attempt_short() {
    let (server, _, console) = changed([Reply::silence()], |it| it.deadline(ms(100))).await;
    let error = ends(console.get_scan_engine(7)).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert!(error.to_string().contains("left to the deadline"), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_post_that_creates_is_never_replayed() {
    for reply in [busy(), Reply::Close, Reply::http("429 Slow", &[("Retry-After", "0")], "")] {
        let (server, clock, console) = console([reply]).await;
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
    let done = || Reply::ok("{}");
    let replies = [busy(), secret, busy(), done(), Reply::Close, done()];
    let (server, _, console) = console(replies).await;
    console.create_shared_secret().await.unwrap();
    console.delete_scan_engine(7).await.unwrap();
    console.set_scan_engine_pool_scan_engines(7, &[8]).await.unwrap();
    let lines = ["post /api/3/scan_engines/shared_secret", "delete /api/3/scan_engines/7", "put "];
    let heads = server.heads();
    assert_eq!(heads.len(), 6);
    for (pair, line) in heads.chunks(2).zip(lines) {
        assert!(pair.iter().all(|head| head.starts_with(line)), "{pair:?}");
    }
    let bodies = server.full_requests().into_iter().skip(4);
    assert!(bodies.map(|(_, body)| body).eq(["[8]", "[8]"]), "the body comes again");
}

#[tokio::test]
async fn a_call_that_never_left_is_repeated_whatever_it_is() {
    let clock = FakeClock::new();
    let builder = Client::builder(format!("http://{}", closed_port())).anonymous();
    let console = on(&clock, builder).build().unwrap();
    let engine = ScanEngineCreate::new("e", "a", 1);
    let error = console.create_scan_engine(&engine).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 4));
    assert!(error.is_connect());
    assert_eq!(clock.waits().len(), 3);
}

/// A server that accepts connections and never sends a byte of TLS.
#[cfg(feature = "rustls")]
#[tokio::test]
async fn connecting_has_a_limit_and_is_repeated_after_it_as_nothing_left() {
    let (server, clock) = (ScriptedServer::of(Reply::silence()).await, FakeClock::new());
    let builder = Client::builder(format!("https://{}", server.address)).anonymous();
    let console = on(&clock, builder.connect_timeout(ms(100))).build().unwrap();
    let engine = ScanEngineCreate::new("e", "a", 1);
    // By default it would take four times ten seconds.
    let error = ends(console.create_scan_engine(&engine)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 4), "{error}");
    assert!(error.is_timeout() && error.is_connect(), "{error}");
    assert!(!error.may_have_taken_effect());
    assert!(error.to_string().contains("connecting timed out"), "{error}");
    assert_eq!((server.connections(), clock.waits().len()), (4, 3));
}

#[tokio::test]
async fn an_attempt_has_a_limit_and_is_not_repeated_after_it() {
    let (server, _, console) = changed([Reply::silence()], |it| it.attempt_timeout(ms(100))).await;
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Timeout, 1));
    assert!(error.to_string().contains("100ms"), "{error}");
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read_on() {
    let endless =
        Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n{\"a\": \"".to_vec(), vec![b'x'; 3_000_000]);
    for reply in [endless, Reply::ok(vec![b' '; 2_000_000])] {
        let (server, _, console) = changed([reply], |it| it.response_limit(1_000_000)).await;
        let error = ends(console.get_scan_engine(7)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
        assert_eq!(server.requests(), 1);
    }
}

/// A clock whose sleeps take twice as long as they should.
#[derive(Debug)]
struct Oversleeps(FakeClock);

impl Clock for Oversleeps {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn time_of_day(&self) -> SystemTime {
        self.0.time_of_day()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.sleep(duration * 2)
    }
}

#[tokio::test]
async fn a_sleep_that_ends_past_the_deadline_is_followed_by_no_attempt() {
    let clock = Oversleeps(FakeClock::new());
    let (server, _, console) = changed([busy()], |it| it.clock(clock).deadline(ms(300))).await;
    let error = console.get_scan_engine(7).await.unwrap_err();
    assert_eq!(server.requests(), 1);
    assert_eq!(error.status().unwrap(), 503, "what had happened is not lost");
    assert!(error.to_string().contains("the deadline"), "{error}");
}

#[tokio::test]
async fn a_delete_that_may_have_been_carried_out_says_so() {
    let (_server, _, console) = console([Reply::Close, Reply::status("404 Not Found")]).await;
    let error = console.delete_scan_engine(7).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(error.to_string().contains("may have been carried out"), "{error}");
}

#[tokio::test]
async fn an_error_whose_words_do_not_come_keeps_its_status() {
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
    assert!(since > Duration::from_secs(1_700_000_000));
    let draws: Vec<f64> = (0..1000).map(|_| FastRandom.fraction()).collect();
    assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
    assert!(draws.iter().any(|draw| *draw < 0.2) && draws.iter().any(|draw| *draw > 0.8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_works_on_whichever_runtime_calls_it() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ENGINE}", ENGINE.len());
    let reply = Reply::SendAndHold(head.into());
    let (_server, _, console) = changed([reply], |it| it.attempt_timeout(ms(5000))).await;
    // Each runtime stays alive, and does nothing once its call has ended.
    let call = |runtime: &Runtime| {
        let console = console.clone();
        runtime.block_on(async move { console.get_scan_engine(7).await.unwrap().id })
    };
    let new = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::block_in_place(|| {
        let runtimes: Vec<_> = (0..10).map(|_| new()).collect();
        assert!(runtimes.iter().all(|runtime| call(runtime) == 7));
    });
}

#[tokio::test]
async fn a_failed_connection_says_why() {
    let builder = |url: String| Client::builder(url).anonymous().retry(RetryPolicy::never());
    let proxy =
        ScriptedServer::of(Reply::http("407 Proxy Authentication Required", &[], "who?")).await;
    for (builder, message) in [
        (builder(format!("http://{}", closed_port())), "connection refused"),
        (builder("http://no-such-host.invalid".into()), "the host name could not be resolved"),
        #[cfg(feature = "rustls")]
        (builder("https://console.example".into()).proxy(proxy.url()), "authentication (407)"),
    ] {
        let error = builder.build().unwrap().get_scan_engine(7).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error} {error:?}");
        assert!(!error.may_have_taken_effect());
    }
    drop(proxy);
}

#[tokio::test]
async fn a_repeated_header_sends_both_values() {
    let headers = |builder: ClientBuilder| builder.header("X-Tag", "one").header("X-Tag", "two");
    let (server, _, console) = changed([engine()], headers).await;
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
    let results = sc_builder(server.url()).build().unwrap().scan_results();
    assert_eq!(results.get(5).await.unwrap().id, 5);
    assert!(results.get(5).await.unwrap_err().is_not_found());
    assert!(results.get(5).await.unwrap_err().is_not_found());
}
