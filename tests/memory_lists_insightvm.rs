//! A list takes a small multiple of its text in memory, whatever it is made of.
//!
//! One test alone in its binary, since the peak is of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/memory.rs"]
mod memory;

use std::io::{BufRead, BufReader, Write};

use memory::OtherEnd;
use scanops::{ErrorKind, insightvm::Client};

/// Just under the limit for a response.
const SIZE: usize = 63 << 20;
/// Of a list that is read; unoptimised builds read a smaller one.
const READ: usize = if cfg!(debug_assertions) { 8 << 20 } else { SIZE };
const TEST: &str = "a_list_takes_a_small_multiple_of_its_text";
const DENSE: &str = r#"{"id":1}"#;

fn engine() -> String {
    let links: Vec<_> = ["", "/sites", "/scans", "/scan_engine_pools"]
        .map(|what| format!(r#"{{"href":"https://console:3780/api/3/scan_engines/6{what}"}}"#))
        .into();
    format!(
        r#"{{"id":6,"name":"Berlin 1","port":40814,"sites":[1,2],"links":[{}]}}"#,
        links.join(",")
    )
}

/// Serves a list of these records, as large as it was asked to be.
fn serve() {
    let listener = memory::listen();
    for socket in listener.incoming() {
        let mut socket = socket.unwrap();
        let mut head = BufReader::new(socket.try_clone().unwrap()).lines();
        let pools = head.next().unwrap().unwrap().contains("scan_engine_pools");
        while !head.next().unwrap().unwrap().is_empty() {}
        let (record, size) = if pools { (DENSE.to_owned(), SIZE) } else { (engine(), READ) };
        let records = vec![record.as_str(); (size - 16) / (record.len() + 1)].join(",");
        let body = format!(r#"{{"resources":[{records}]}}"#);
        let length = body.len();
        let start =
            format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
        // The client may have hung up.
        let _ = socket.write_all(start.as_bytes()).and_then(|()| socket.write_all(body.as_bytes()));
    }
}

#[test]
fn a_list_takes_a_small_multiple_of_its_text() {
    if memory::is_the_other_end() {
        return serve();
    }
    let other = OtherEnd::start(TEST);
    let client = Client::builder(other.url.as_str()).anonymous().build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // It would be seven million records.
    let error = runtime.block_on(client.get_scan_engine_pools()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    memory::assert_peak_under(3 * SIZE as u64);
    let engines = runtime.block_on(client.get_scan_engines()).unwrap();
    println!("{} engines", engines.resources.len());
    assert!(engines.resources.len() > READ / 500);
    memory::assert_peak_under((6 * READ).max(3 * SIZE) as u64);
}
