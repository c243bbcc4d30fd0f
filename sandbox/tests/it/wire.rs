//! HTTP over bare sockets, to see how a connection ends.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What arrives on a socket: bytes, and how they end.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: Option<ErrorKind>,
}

impl Seen {
    /// Status line and headers in lower case, but for the date.
    pub(crate) fn head(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes).to_lowercase();
        let head = text.split("\r\n\r\n").next().unwrap();
        let lines = head.lines().filter(|line| !line.starts_with("date: "));
        lines.collect::<Vec<_>>().join("\r\n")
    }

    /// The status, if a response has arrived.
    pub(crate) fn status(&self) -> Option<u16> {
        self.head().split(' ').nth(1)?.parse().ok()
    }

    pub(crate) fn body(&self) -> &[u8] {
        let end = self.bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        &self.bytes[end + 4..]
    }
}

pub(crate) async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap()
}

pub(crate) async fn read(socket: &mut TcpStream) -> Seen {
    let mut bytes = Vec::new();
    loop {
        match socket.read_buf(&mut bytes).await {
            Ok(0) => return Seen { bytes, end: None },
            Ok(_) => {}
            Err(error) => return Seen { bytes, end: Some(error.kind()) },
        }
    }
}

/// Sends a request, whose headers may follow its first line, and reads all of the response.
pub(crate) async fn send(url: &str, request: &str) -> Seen {
    let mut socket = connect(url).await;
    let (line, headers) = request.split_once("\r\n").unwrap_or((request, ""));
    let request = format!("{line} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{headers}\r\n\r\n");
    // Fails if the connection is reset already.
    let _ = socket.write_all(request.as_bytes()).await;
    read(&mut socket).await
}
