//! Findings of a report that is still arriving.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, stream};
use scanops_nessus::{Error, ErrorKind, FindingStream, Findings, Result};

use crate::support::{document, read_arriving, report};

fn chunks(report: &str, size: usize) -> Vec<Result<Bytes>> {
    report.as_bytes().chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect()
}

fn some_error() -> Error {
    Findings::open("/there/is/no/such/file").unwrap_err()
}

/// A stream that counts how many items were taken, and shows whether it was dropped.
struct Watched<S> {
    inner: S,
    taken: Arc<AtomicUsize>,
    _alive: Arc<()>,
}

impl<S> Watched<S> {
    fn new(inner: S) -> (Self, Arc<AtomicUsize>, std::sync::Weak<()>) {
        let (taken, alive) = (Arc::new(AtomicUsize::new(0)), Arc::new(()));
        let weak = Arc::downgrade(&alive);
        (Self { inner, taken: Arc::clone(&taken), _alive: alive }, taken, weak)
    }
}

impl<S: Stream + Unpin> Stream for Watched<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let item = Pin::new(&mut self.inner).poll_next(context);
        self.taken.fetch_add(usize::from(item.is_ready()), Ordering::Relaxed);
        item
    }
}

#[test]
fn it_gives_what_the_iterator_gives_and_needs_no_runtime() {
    let report = report(0..1000);
    let expected: Vec<_> = Findings::new(report.as_bytes()).map(Result::unwrap).collect();
    for size in [1, 7, 1000, 1 << 20] {
        let (found, error) = read_arriving(report.as_bytes(), size);
        assert!(found == expected && error.is_none(), "chunks of {size}: {error:?}");
    }
}

#[tokio::test]
async fn an_error_of_the_source_comes_unchanged_after_the_findings_before_it() {
    let whole = report(0..10);
    let in_an_item = whole.find("<ReportItem pluginID=\"7\"").unwrap() + 5;
    let after_the_items = whole.find("</ReportHost>").unwrap();
    for (cut, count) in [(in_an_item, 7), (after_the_items, 10), (whole.len(), 10)] {
        let mut chunks = chunks(&whole[..cut], 100);
        chunks.push(Err(some_error()));
        let (source, _, alive) = Watched::new(stream::iter(chunks));
        let mut findings = FindingStream::new(source);
        for id in 0..count {
            assert_eq!(findings.next_finding().await.unwrap().unwrap().plugin.id, id);
        }
        let error = findings.next_finding().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Source, "{error}");
        let source = std::error::Error::source(&error).unwrap().downcast_ref::<Error>().unwrap();
        assert_eq!((source.kind(), source.to_string()), (ErrorKind::Io, some_error().to_string()));
        assert!(alive.upgrade().is_none(), "the source is gone with the error");
        assert!(findings.next_finding().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_has_arrived_is_not_held_back_and_an_item_whose_rest_comes_later_is_whole() {
    let item = "<ReportItem pluginID='7' port='8' svc_name='a&amp;b' new='n'> stray\
                <cve>C-1</cve><cve>C-2</cve><x y='1'>t<z>u</z></x></ReportItem>";
    let host = format!("<ReportHost name='h'>{item}{item}</ReportHost>");
    let whole = document(&format!("{host}<ReportHost name='i'>{item}</ReportHost>"));
    let expected: Vec<_> = Findings::new(whole.as_bytes()).map(Result::unwrap).collect();
    for cut in 0..whole.len() {
        let (start, rest) = whole.split_at(cut);
        let (to, mut received) = tokio::sync::mpsc::unbounded_channel::<Result<Bytes>>();
        let mut findings =
            FindingStream::new(stream::poll_fn(move |context| received.poll_recv(context)));
        let mut found = Vec::new();
        to.send(Ok(Bytes::copy_from_slice(start.as_bytes()))).unwrap();
        // Complete items come before the rest has arrived.
        for _ in start.matches("</ReportItem>") {
            found.push(findings.next_finding().await.unwrap().unwrap());
        }
        to.send(Ok(Bytes::copy_from_slice(rest.as_bytes()))).unwrap();
        drop(to);
        found.extend(findings.by_ref().try_collect::<Vec<_>>().await.unwrap());
        assert!(found == expected, "cut at byte {cut}: {found:?}");
        assert!(findings.next_finding().await.unwrap().is_none(), "it stays at its end");
    }
}

#[tokio::test]
async fn a_slow_consumer_slows_the_source_down() {
    let report = report(0..100_000);
    let (source, taken, _) = Watched::new(stream::iter(chunks(&report, 4096)));
    let mut findings = FindingStream::new(source);
    for id in 0..10_000 {
        let finding = findings.next_finding().await.unwrap().unwrap();
        assert_eq!(finding.plugin.id, id);
        // An item takes less than 80 bytes.
        let (taken, read) = (taken.load(Ordering::Relaxed), id as usize * 80 / 4096);
        assert!(
            taken < read + 200,
            "{taken} of {} chunks were taken for {id}",
            report.len() / 4096
        );
    }
}

#[tokio::test]
async fn the_source_is_dropped_with_it_and_after_a_malformed_report() {
    let (source, _, alive) = Watched::new(stream::pending::<Result<Bytes>>());
    let mut findings = FindingStream::new(source);
    assert!(findings.next_finding().now_or_never().is_none() && alive.upgrade().is_some());
    drop(findings);
    assert!(alive.upgrade().is_none());

    let endless = stream::repeat_with(|| -> Result<_> { Ok(Bytes::from_static(b"<html>")) });
    let (source, _, alive) = Watched::new(endless);
    let mut findings = FindingStream::new(source);
    let error = findings.next_finding().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAReport);
    assert!(alive.upgrade().is_none());
}
