//! Observers see each attempt to its end, can add headers, and see no credential.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::support::{
    Always, FakeClock, Reply, ScriptedServer, envelope, sc_builder, server_that_reads_nothing,
};
use scanops::{
    Attempt, AttemptOutcome, AttemptResult, ErrorKind, Observer,
    reqwest::header::{HeaderMap, HeaderValue},
    tenable_sc::Client,
    transfer::Upload,
};

/// Operation, number, result, bytes sent and received.
type Seen = (String, u32, AttemptResult, u64, u64);

#[derive(Clone, Default)]
struct Recorder {
    started: Arc<Mutex<Vec<String>>>,
    ended: Arc<Mutex<Vec<Seen>>>,
}

impl Observer for Recorder {
    fn on_start(&self, attempt: &Attempt<'_>, headers: &mut HeaderMap) {
        self.started.lock().unwrap().push(format!("{attempt:?} {headers:?}"));
        let parent = format!("00-trace-{}", attempt.number);
        headers.insert("traceparent", HeaderValue::from_str(&parent).unwrap());
        headers.insert("x-apikey", HeaderValue::from_static("another"));
    }

    fn on_end(&self, attempt: &Attempt<'_>, outcome: &AttemptOutcome) {
        assert_eq!(attempt.server, "127.0.0.1");
        self.ended.lock().unwrap().push((
            attempt.operation.to_owned(),
            attempt.number,
            outcome.result,
            outcome.bytes_sent,
            outcome.bytes_received,
        ));
    }
}

fn client(server: &ScriptedServer, recorder: &Recorder) -> Client {
    Client::builder(server.url())
        .api_key("the-access", "the-secret")
        .clock(FakeClock::new())
        .random(Always(0.0))
        .observer(recorder.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn each_attempt_is_observed_and_gets_its_headers() {
    let record = envelope(r#"{"id":"5"}"#);
    let server = ScriptedServer::start([Reply::busy(), Reply::json(&record)]).await;
    let recorder = Recorder::default();
    client(&server, &recorder).scan_results().get(5).await.unwrap();
    let name = "scanResult::id::GET".to_owned();
    assert_eq!(
        *recorder.ended.lock().unwrap(),
        [
            (name.clone(), 1, AttemptResult::Failed(ErrorKind::Unavailable), 0, 4),
            (name, 2, AttemptResult::Succeeded(200.try_into().unwrap()), 0, record.len() as u64),
        ]
    );
    for (head, number) in server.heads().iter().zip(1..) {
        assert!(head.contains(&format!("traceparent: 00-trace-{number}")), "{head}");
        assert!(head.contains("x-apikey: accesskey=the-access; secretkey=the-secret"), "{head}");
        assert!(!head.contains("another"), "credentials are the client's own: {head}");
    }
    let started = recorder.started.lock().unwrap().join("\n");
    assert!(!started.contains("the-secret") && !started.contains("the-access"), "{started}");
}

#[tokio::test]
async fn a_download_is_observed_to_its_end() {
    let body = [b"<NessusClientData_v2>".to_vec(), vec![b' '; 100_000]].concat();
    let server = ScriptedServer::of(Reply::ok(&body)).await;
    let recorder = Recorder::default();
    let client = client(&server, &recorder);
    let ended = || recorder.ended.lock().unwrap().clone();
    let mut report = client.scan_results().download(5).await.unwrap();
    assert!(ended().is_empty());
    while report.next_chunk().await.unwrap().is_some() {}
    let name = "scanResult::download::POST".to_owned();
    let succeeded = AttemptResult::Succeeded(200.try_into().unwrap());
    let sent = r#"{"downloadType":"v2"}"#.len() as u64;
    assert_eq!(ended(), [(name.clone(), 1, succeeded, sent, body.len() as u64)]);
    drop(client.scan_results().download(5).await.unwrap());
    assert_eq!((ended().len(), ended()[1].2), (2, AttemptResult::Cancelled));
}

#[tokio::test]
async fn an_upload_is_observed_with_the_bytes_it_sent() {
    let uploaded = envelope(r#"{"filename":"f"}"#);
    let server = ScriptedServer::of(Reply::json(&uploaded)).await;
    let recorder = Recorder::default();
    let upload = Upload::bytes(vec![b'x'; 100_000]);
    client(&server, &recorder).files().upload(upload).await.unwrap();
    let ended = recorder.ended.lock().unwrap().clone();
    assert_eq!((ended.len(), ended[0].3, ended[0].4), (1, 100_000, uploaded.len() as u64));
}

#[tokio::test]
async fn a_timeout_is_a_failure_and_not_a_cancellation() {
    let server = ScriptedServer::of(Reply::silence()).await;
    let (recorder, timeout) = (Recorder::default(), Duration::from_millis(100));
    let builder = server.sc_builder().attempt_timeout(timeout).observer(recorder.clone());
    builder.build().unwrap().scan_results().get(5).await.unwrap_err();
    let (_server, url) = server_that_reads_nothing();
    let builder = sc_builder(url).stall_timeout(timeout).observer(recorder.clone());
    let upload = Upload::reader(tokio::io::repeat(b'x')).length(1 << 40);
    builder.build().unwrap().files().upload(upload).await.unwrap_err();
    let ended = recorder.ended.lock().unwrap().clone();
    let failed = AttemptResult::Failed(ErrorKind::Timeout);
    assert!(ended.len() == 2 && ended.iter().all(|seen| seen.2 == failed), "{ended:?}");
    assert!(ended[1].3 > 0, "what was sent of the upload: {ended:?}");
}
