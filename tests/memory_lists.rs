//! The memory of lists that cost much more than their text: its peak, as the operating system
//! counts it.
//!
//! One test alone in its binary, since the peak is of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/memory.rs"]
mod memory;

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use memory::OtherEnd;
use scanops::{ErrorKind, tenable_sc::Client};

/// Just below the limit on a response.
const SIZE: usize = 63 << 20;
/// What a response may cost at most, in times of its limit.
const MULTIPLE: u64 = 12;
const RESPONSE_LIMIT: u64 = 64 << 20;

/// Answers each request with a list of one element, again and again: which one, and how many bytes
/// in all, is in the query.
fn serve() {
    let listener = memory::listen();
    for socket in listener.incoming() {
        let _ = answer(BufReader::new(socket.unwrap()));
    }
}

fn answer(mut socket: BufReader<TcpStream>) -> std::io::Result<()> {
    loop {
        let mut request = String::new();
        if socket.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut line = String::new();
        while socket.read_line(&mut line)? > 2 {
            line.clear();
        }
        let (_, wanted) = request.split_once("wanted=").unwrap();
        let (number, size) = wanted.split(' ').next().unwrap().split_once('.').unwrap();
        let element = ELEMENTS[number.parse::<usize>().unwrap()];
        let (head, foot) = (r#"{"response":{"usable":["#, r#"],"manageable":[]},"error_code":0}"#);
        let count =
            (size.parse::<usize>().unwrap() - head.len() - foot.len()) / (element.len() + 1);
        let length = head.len() + count * (element.len() + 1) - 1 + foot.len();
        let socket = socket.get_mut();
        write!(socket, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{head}")?;
        let thousand = format!("{element},").repeat(1000);
        for _ in 0..(count - 1) / 1000 {
            socket.write_all(thousand.as_bytes())?;
        }
        socket.write_all(format!("{element},").repeat((count - 1) % 1000).as_bytes())?;
        write!(socket, "{element}{foot}")?;
    }
}

const ELEMENTS: [&str; 7] = [
    "0",
    "[]",
    r#"{"id":1}"#,
    r#"{"id":1,"x":{"a":0}}"#,
    r#"{"a":0}"#,
    r#"{"id":1,"groups":[{},{},{},{},{},{},{},{}]}"#,
    r#"{"id":"12345","name":"Weekly scan","description":"","status":"Completed"}"#,
];

#[test]
fn lists_of_the_size_of_the_limit_stay_below_12_times_that() {
    if memory::is_the_other_end() {
        return serve();
    }
    let other = OtherEnd::start("lists_of_the_size_of_the_limit_stay_below_12_times_that");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::builder(other.url.as_str()).api_key("access", "secret").build().unwrap();
    let list = |element: usize, size: usize| {
        let call = client.scan_results().list().param("wanted", format!("{element}.{size}"));
        runtime.block_on(call)
    };
    for (number, element) in ELEMENTS.iter().enumerate() {
        let kind = list(number, SIZE).map(drop).unwrap_err().kind();
        assert_eq!(kind, ErrorKind::TooLarge, "{element}");
        println!("{element} to the limit: peak {} MiB", memory::peak() >> 20);
        // And the largest of its kind that is read.
        if cfg!(debug_assertions) && !element.contains("id") {
            // These are ten times as slow to read then, and cost little.
            continue;
        }
        let (mut least, mut most) = (1 << 20, SIZE);
        while most - least > 1 << 20 {
            let middle = least.midpoint(most);
            match list(number, middle) {
                Ok(_) => least = middle,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
                    most = middle;
                }
            }
        }
        println!("{element} read up to {} MiB: peak {} MiB", least >> 20, memory::peak() >> 20);
    }
    // An ordinary list, larger than any server's, is read.
    let list = list(6, 8 << 20).unwrap();
    assert!(list.usable.len() > 100_000);
    memory::assert_peak_under(MULTIPLE * RESPONSE_LIMIT);
}
