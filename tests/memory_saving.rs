//! Saving 2 GiB in the memory of a few parts: its peak, as the operating system counts it.
//!
//! One test alone in its binary, since the peak is of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/memory.rs"]
mod memory;

use std::io::{BufRead, BufReader, BufWriter, Write};

use memory::OtherEnd;
use scanops::tenable_sc::Client;

const SIZE: u32 = 2 << 30;
const PART: usize = 1 << 20;
const LIMIT: u64 = 24 << 20;
const NAME: &[u8] = b"1.nessus";

/// Sends an archive with one stored entry of 2 GiB to whoever asks for anything.
fn serve() {
    // A report, and comments behind it.
    let comment = |start: &str| {
        let mut part = format!("{start}<!--").into_bytes();
        part.extend((part.len()..PART - 3).map(|n| b'a' + u8::try_from(n % 26).unwrap()));
        [&part[..], b"-->"].concat()
    };
    let (first, other) = (comment("<NessusClientData_v2/>"), comment(""));
    let parts = || (0..SIZE as usize / PART).map(|n| if n == 0 { &first } else { &other });
    let mut crc = flate2::Crc::new();
    for part in parts() {
        crc.update(part);
    }
    let about = |version: &[u16]| {
        let mut bytes: Vec<u8> = version.iter().flat_map(|v| v.to_le_bytes()).collect();
        // No flags, stored, no date.
        bytes.extend([0; 8]);
        for number in [crc.sum(), SIZE, SIZE] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend([u8::try_from(NAME.len()).unwrap(), 0, 0, 0]);
        bytes
    };
    let head = [b"PK\x03\x04", &about(&[20])[..], NAME].concat();
    let directory = [b"PK\x01\x02", &about(&[20, 20])[..], &[0; 14], NAME].concat();
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    end.extend((u32::try_from(head.len()).unwrap() + SIZE).to_le_bytes());
    end.extend([0, 0]);

    let listener = memory::listen();
    for socket in listener.incoming() {
        let socket = socket.unwrap();
        let mut request = BufReader::new(socket.try_clone().unwrap()).lines();
        while !request.next().unwrap().unwrap().is_empty() {}
        let mut to = BufWriter::new(socket);
        to.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").unwrap();
        to.write_all(&head).unwrap();
        for part in parts() {
            to.write_all(part).unwrap();
        }
        to.write_all(&directory).unwrap();
        to.write_all(&end).unwrap();
        to.flush().unwrap();
    }
}

#[test]
fn saving_2_gib_peaks_under_24_mib() {
    if memory::is_the_other_end() {
        return serve();
    }
    let other = OtherEnd::start("saving_2_gib_peaks_under_24_mib");
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("large.zip");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let saved = runtime.block_on(async {
        let client =
            Client::builder(other.url.as_str()).api_key("access", "secret").build().unwrap();
        client.scan_results().download(1).await.unwrap().save_to(&target).await.unwrap()
    });
    assert!(saved.bytes > u64::from(SIZE));
    assert_eq!(std::fs::metadata(&target).unwrap().len(), saved.bytes);
    memory::assert_peak_under(LIMIT);
}
