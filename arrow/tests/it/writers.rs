//! The writers: complete files or none, one error, bounded memory.

use std::{
    fs,
    future::Future,
    io::{self, Write},
    iter,
    path::Path,
    pin::{Pin, pin},
    sync::{Arc, mpsc},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use scanops_arrow::{
    BatchBuilder, Batches, Error, FileWriter, Table, Writer, arrow_array::RecordBatch,
    findings_from, parquet::arrow::arrow_reader::ParquetRecordBatchReader, tokio as in_tokio,
};
use scanops_nessus::{Compliance, Finding, Findings, Plugin, generate::Shape};
use tokio::task::spawn_blocking;

#[cfg(target_os = "linux")]
use crate::peak;

fn findings(hosts: usize) -> Vec<Finding> {
    let report = Shape::Real.document(hosts);
    Findings::new(report.as_bytes()).map(Result::unwrap).collect()
}

fn read(bytes: impl Into<Bytes>) -> Vec<Finding> {
    let batches = ParquetRecordBatchReader::try_new(bytes.into(), 1000).unwrap();
    batches.flat_map(|batch| findings_from(&batch.unwrap()).unwrap()).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn large(bytes: usize) -> Finding {
    let mut finding = Finding::default();
    finding.plugin_output = Some("x".repeat(bytes));
    finding
}

/// More than a batch, and more than a row group.
const LARGE: usize = 5 << 20;

#[test]
fn a_file_appears_when_it_is_complete_and_replaces_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day=1/scan=1.parquet");
    for hosts in [1, 2] {
        let findings = findings(hosts);
        let mut file = FileWriter::create(Table::Findings, &path).unwrap();
        for finding in &findings {
            file.write(finding.clone()).unwrap();
        }
        assert_eq!(path.exists(), hosts == 2, "the file before is there until then");
        file.finish().unwrap();
        assert_eq!(names(path.parent().unwrap()), ["scan=1.parquet"]);
        assert!(read(fs::read(&path).unwrap()) == findings);
    }
}

#[test]
fn a_file_that_is_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut file = FileWriter::create(Table::Findings, &path).unwrap();
    file.write(large(LARGE)).unwrap();
    // Waits for the encoder.
    drop(file);
    assert_eq!(names(folder.path()), [""; 0]);
    let error = FileWriter::create(Table::Findings, folder.path().join("..")).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
}

/// Accepts this many bytes, then fails.
#[derive(Debug)]
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Texts that don't compress, so that a row group is full soon.
fn noise(seed: u64) -> Finding {
    let mut state = seed;
    let text = (0..LARGE / 8).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("{:08x}", state >> 32)
    });
    let mut finding = Finding::default();
    finding.plugin_output = Some(text.collect());
    finding
}

#[test]
fn a_full_disk_is_an_error_and_the_end() {
    let mut writer = Writer::new(Table::Findings, Full(1 << 20)).unwrap();
    let error = (0..20).find_map(|seed| writer.write(noise(seed)).err()).unwrap();
    assert!(matches!(error, Error::Parquet(_)), "{error}");
    let more = large(1);
    let error = writer.write(more.clone()).unwrap_err();
    assert_eq!(Arc::strong_count(&more.plugin), 1, "it is not kept");
    assert!(error.to_string().contains("an earlier error"), "{error}");
    assert!(writer.finish().is_err());
}

#[test]
fn a_finding_beyond_the_limit_is_an_error_and_the_next_one_is_written() {
    let mut writer = Writer::new(Table::Findings, Vec::new()).unwrap();
    assert!(matches!(writer.write(large((1 << 30) + 1)), Err(Error::TooLarge)));
    writer.write(large(1)).unwrap();
    assert_eq!(read(writer.finish().unwrap()), [large(1)]);
}

#[test]
fn an_error_of_the_source_comes_between_the_findings_before_and_after_it() {
    let source = || [Ok(large(1)), Err("invalid"), Ok(large(2)), Ok(large(3)), Err("cut")];
    let shape = |batch: scanops_arrow::Result<_>| {
        let rows = |batch: &RecordBatch| batch.num_rows();
        batch.as_ref().map(rows).map_err(ToString::to_string)
    };
    let error = |what: &str| Err(format!("the findings can't be read: {what}"));
    let expected = [Ok(1), error("invalid"), Ok(2), error("cut")];
    let batches = Batches::new(Table::Findings, source().into_iter());
    assert_eq!(batches.map(shape).collect::<Vec<_>>(), expected);
    let batches = Batches::new(Table::Findings, stream::iter(source()));
    let mut batches = pin!(batches.map(shape).collect::<Vec<_>>());
    let Poll::Ready(batches) = batches.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    else {
        panic!("nothing to wait for")
    };
    assert_eq!(batches, expected);
}

#[tokio::test]
async fn async_writers_write_what_the_others_write() {
    let (findings, folder) = (findings(40), tempfile::tempdir().unwrap());
    let path = folder.path().join("a/b.parquet");
    let mut plain = Writer::new(Table::Findings, Vec::new()).unwrap();
    let mut memory = in_tokio::Writer::new(Table::Findings, Vec::new()).unwrap();
    let mut file = in_tokio::FileWriter::create(Table::Findings, &path).await.unwrap();
    for finding in &findings {
        plain.write(finding.clone()).unwrap();
        memory.write(finding.clone()).await.unwrap();
        file.write(finding.clone()).await.unwrap();
        assert!(!path.exists());
    }
    let plain = plain.finish().unwrap();
    assert!(memory.finish().await.unwrap() == plain);
    file.finish().await.unwrap();
    assert!(fs::read(&path).unwrap() == plain && names(path.parent().unwrap()) == ["b.parquet"]);
    assert!(read(plain) == findings);
}

/// Accepts a few bytes at every second poll.
#[derive(Debug, Default)]
struct Slow {
    bytes: Vec<u8>,
    ready: bool,
    shut: bool,
}

impl tokio::io::AsyncWrite for Slow {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.ready = !self.ready;
        if self.ready {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let taken = bytes.len().min(100_000);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shut = true;
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_write_that_is_dropped_loses_nothing_and_repeats_nothing() {
    let mut writer = in_tokio::Writer::new(Table::Findings, Slow::default()).unwrap();
    let findings: Vec<_> = (0..12).map(noise).collect();
    for finding in &findings {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        // Polled once, and dropped.
        let mut write = pin!(writer.write(finding.clone()));
        let _ = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    let out = writer.finish().await.unwrap();
    assert!(out.shut && read(out.bytes) == findings);
}

#[tokio::test]
async fn a_destination_that_fails_is_an_error_and_the_end() {
    let (here, there) = tokio::io::duplex(100_000);
    drop(there);
    let mut writer = in_tokio::Writer::new(Table::Findings, here).unwrap();
    let error = loop {
        if let Err(error) = writer.write(noise(1)).await {
            break error;
        }
    };
    assert!(matches!(error, Error::Io { .. }), "{error}");
    let more = large(1);
    let error = writer.write(more.clone()).await.unwrap_err();
    assert_eq!(Arc::strong_count(&more.plugin), 1, "it is not kept");
    assert!(error.to_string().contains("an earlier error"), "{error}");
    assert!(writer.finish().await.is_err());
}

#[test]
fn an_async_file_that_is_dropped_never_appears_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    fs::write(&path, "the file before").unwrap();
    let runtime =
        tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        for (encodes, finishes) in [(true, false), (true, true), (false, true)] {
            let mut file = in_tokio::FileWriter::create(Table::Findings, &path).await.unwrap();
            // The only thread is busy until the file is dropped.
            let (go_on, wait) = mpsc::channel::<()>();
            let busy = spawn_blocking(move || wait.recv());
            if encodes {
                file.write(large(LARGE)).await.unwrap();
            }
            if finishes {
                let mut finish = pin!(file.finish());
                let poll = finish.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                assert!(poll.is_pending());
            } else {
                drop(file);
            }
            let left = names(folder.path());
            go_on.send(()).unwrap();
            busy.await.unwrap().unwrap();
            // Behind what the file does, in the queue.
            spawn_blocking(|| ()).await.unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"the file before", "{encodes} {finishes}");
            assert_eq!(left, ["a.parquet"], "it is removed at once: {encodes} {finishes}");
            assert_eq!(names(folder.path()), ["a.parquet"]);
        }
    });
}

/// The number of these findings that fill a batch.
fn rows_of_a_batch(table: Table, findings: impl IntoIterator<Item = Finding>) -> usize {
    let mut builder = BatchBuilder::new(table);
    let full = findings.into_iter().find_map(|finding| builder.push(finding).unwrap());
    full.map_or(usize::MAX, |batch| batch.num_rows())
}

#[test]
fn a_batch_is_full_when_the_keys_of_its_rows_are() {
    let name = "x".repeat(1 << 20);
    let mut by_host = Finding::default();
    Arc::make_mut(&mut by_host.host).fqdn = Some(name.clone());
    let mut by_check = Finding::default();
    let mut check = Compliance::default();
    check.check_name = Some("|".repeat(1 << 20));
    by_check.compliance = Some(Arc::new(check));
    let mut by_protocol = Finding::default();
    by_protocol.protocol = name.as_str().into();
    for finding in [by_host, by_check, by_protocol] {
        for table in [Table::Findings, Table::NarrowFindings] {
            let bytes = finding.key().as_str().len();
            let rows = rows_of_a_batch(table, iter::repeat_n(finding.clone(), 100));
            assert!(rows * bytes <= (4 << 20) + bytes, "{rows}");
        }
    }
}

#[test]
fn a_narrow_batch_is_full_when_the_plugins_and_hosts_that_it_keeps_take_much() {
    let plugins = (0..100).map(|id| {
        let mut finding = Finding::default();
        let plugin = Arc::make_mut(&mut finding.plugin);
        (plugin.id, plugin.description) = (id, Some("x".repeat(1 << 20)));
        finding
    });
    assert!(rows_of_a_batch(Table::NarrowFindings, plugins) <= 5);
    let hosts = (0..100).map(|_| {
        let mut finding = Finding::default();
        let texts = vec!["x".repeat(1 << 20)];
        Arc::make_mut(&mut finding.host).properties.insert("p".to_owned(), texts);
        finding
    });
    assert!(rows_of_a_batch(Table::NarrowFindings, hosts) <= 5);
}

#[test]
#[cfg(target_os = "linux")]
fn memory_is_bounded_whatever_the_findings() {
    let Some(case) = peak::role() else {
        let cases = ["long outputs", "shared lists", "plugins of their own", "many rows"];
        return peak::run_each("writers::memory_is_bounded_whatever_the_findings", cases);
    };
    let mut writer = Writer::new(Table::Findings, io::sink()).unwrap();
    for finding in case_findings(&case) {
        writer.write(finding).unwrap();
    }
    writer.finish().unwrap();
    peak::assert_peak(&case, 96 << 20);
}

#[cfg(target_os = "linux")]
fn case_findings(case: &str) -> Box<dyn Iterator<Item = Finding>> {
    let of = |plugin: Plugin| {
        let mut finding = Finding::default();
        finding.plugin = Arc::new(plugin);
        finding
    };
    match case {
        "long outputs" => Box::new((0..20).map(noise)),
        // Each row repeats a list of 100 KB.
        "shared lists" => {
            let mut plugin = Plugin::default();
            plugin.cves = vec!["CVE-2004-2761".to_owned(); 8000];
            Box::new(iter::repeat_n(of(plugin), 500))
        }
        "plugins of their own" => Box::new((0..8000).map(move |id| {
            let mut plugin = Plugin::default();
            (plugin.id, plugin.description) = (id, Some(format!("{id} ").repeat(2000)));
            of(plugin)
        })),
        "many rows" => Box::new((0..60_000).map(|_| Finding::default())),
        other => panic!("{other}"),
    }
}
