//! An import of 5 GiB in the memory of a few parts: its peak, as the operating system counts it.
//!
//! One test alone in its binary, since the peak is of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/memory.rs"]
mod memory;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicU64, Ordering},
};

use memory::OtherEnd;
use scanops::{tenable_sc::Client, transfer::Upload};

const SIZE: u64 = 5 << 30;
const PART: usize = 256 << 10;
const LIMIT: u64 = 40 << 20;

/// Takes an upload, and accepts its import if all of it came.
fn serve() {
    let listener = memory::listen();
    let uploaded = AtomicU64::new(0);
    for socket in listener.incoming() {
        converse(BufReader::with_capacity(1 << 20, socket.unwrap()), &uploaded);
    }
}

fn converse(mut socket: BufReader<TcpStream>, uploaded: &AtomicU64) {
    loop {
        let (mut length, mut is_upload) = (0, false);
        loop {
            let mut line = String::new();
            if socket.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            is_upload |= line.starts_with("POST /rest/file/upload ");
            let lower = line.to_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let read = std::io::copy(&mut (&mut socket).take(length), &mut std::io::sink()).unwrap();
        if is_upload {
            uploaded.store(read, Ordering::SeqCst);
        }
        let count = uploaded.load(Ordering::SeqCst);
        // The form around it is some hundred bytes.
        let code = i32::from(!(SIZE..SIZE + 1000).contains(&count));
        let body = format!(r#"{{"response":{{"filename":"{count}"}},"error_code":{code}}}"#);
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        socket.get_mut().write_all(answer.as_bytes()).unwrap();
    }
}

#[test]
fn an_import_of_5_gib_peaks_under_40_mib() {
    if memory::is_the_other_end() {
        return serve();
    }
    let other = OtherEnd::start("an_import_of_5_gib_peaks_under_40_mib");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let client =
            Client::builder(other.url.as_str()).api_key("access", "secret").build().unwrap();
        let parts = (0..SIZE / PART as u64).map(|n| {
            // Made anew each time, as a generator would.
            Ok::<_, std::io::Error>(vec![u8::try_from(n % 251).unwrap(); PART])
        });
        let stream = futures_util::stream::iter(parts);
        let upload = Upload::stream(stream).length(SIZE).file_name("large.nessus");
        client.scan_results().import(upload, 1).await.unwrap();
    });
    memory::assert_peak_under(LIMIT);
}
