//! Reading a body up to a limit, and showing how it begins.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{
    Response,
    header::{CONTENT_ENCODING, HeaderMap},
};
use tokio::time::{Instant, timeout_at};

use super::failure;
use crate::{Error, ErrorKind, Result};

/// How much of an answer an error keeps.
const EXCERPT: usize = 4 * 1024;
/// How much of an error answer is read at all: a product's own message fits well.
const ERROR_BODY: usize = 64 * 1024;
/// How much of a product's own message is kept, in characters.
const LONGEST_MESSAGE: usize = 2000;
/// How long the rest of an error answer is waited for.
const ERROR_PATIENCE: Duration = Duration::from_secs(5);
/// How much of a body is read to recognise it.
const SIGNATURE: usize = 32;
/// How much of a text becomes the server's message.
const MESSAGE: usize = 300;

/// The whole body, or an error where it is longer than `limit`.
pub(super) async fn read(mut response: Response, limit: usize) -> Result<Bytes> {
    let too_large = || {
        Error::new(
            ErrorKind::TooLarge,
            format!("the answer is larger than the limit of {limit} bytes for it"),
        )
    };
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    // Most answers are one chunk, which is then passed on as it is.
    let mut whole = Bytes::new();
    let mut parts = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failure::of_reqwest)? {
        if whole.len() + parts.len() + chunk.len() > limit {
            return Err(too_large());
        }
        if whole.is_empty() && parts.is_empty() {
            whole = chunk;
        } else {
            if parts.is_empty() {
                parts.extend_from_slice(&std::mem::take(&mut whole));
            }
            parts.extend_from_slice(&chunk);
        }
    }
    Ok(if parts.is_empty() { whole } else { parts.freeze() })
}

/// As much of a body as tells what it is: enough for any signature, or all there is.
pub(super) async fn read_start(response: &mut Response) -> Result<Bytes> {
    let mut start = BytesMut::new();
    let mut blank = 0;
    while start.len() - blank < SIGNATURE && start.len() < ERROR_BODY {
        match response.chunk().await.map_err(failure::of_reqwest)? {
            Some(chunk) if start.is_empty() => start = BytesMut::from(chunk),
            Some(chunk) => start.extend_from_slice(&chunk),
            None => break,
        }
        // Looked at once each: a body may come in parts of one byte.
        while start.get(blank).is_some_and(u8::is_ascii_whitespace) {
            blank += 1;
        }
    }
    Ok(start.freeze())
}

/// The beginning of an error answer, of which `start` was read. If its end does not arrive, what
/// did is good enough.
pub(super) async fn read_beginning(mut response: Response, start: Bytes) -> Bytes {
    let mut parts = BytesMut::from(start);
    // The status is known already: nobody is to wait long for the words to it.
    let deadline = Instant::now() + ERROR_PATIENCE;
    while parts.len() < ERROR_BODY {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                let room = ERROR_BODY - parts.len();
                parts.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
            Ok(Ok(None) | Err(_)) | Err(_) => break,
        }
    }
    parts.freeze()
}

/// A server's message, no longer than anybody reads.
pub(super) fn shortened(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(LONGEST_MESSAGE) {
        message.truncate(end);
        message.push('…');
    }
    message
}

/// How a body is compressed, though that was not asked for. Its bytes say so, or its header where
/// the bytes can't, and are not what the products answer.
pub(super) fn compression(headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    const WITHOUT_SIGNATURE: [&str; 3] = ["br", "deflate", "compress"];
    if body.starts_with(b"\x1f\x8b") {
        return Some("gzip");
    }
    if body.starts_with(b"\x28\xb5\x2f\xfd") {
        return Some("zstd");
    }
    let declared = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim();
    let is_binary = body.iter().any(|byte| !byte.is_ascii_graphic() && !byte.is_ascii_whitespace());
    WITHOUT_SIGNATURE
        .into_iter()
        .find(|known| declared.eq_ignore_ascii_case(known) && is_binary && !body.starts_with(b"PK"))
}

/// What a body seems to be, for a message.
pub(super) fn describe(body: &[u8]) -> &'static str {
    match body.trim_ascii_start().first() {
        None => "empty",
        Some(b'{' | b'[') => "JSON",
        Some(_) if looks_like_html(body) => "an HTML page",
        Some(_) => "something else",
    }
}

/// How a body begins, for an error to keep.
pub(crate) fn excerpt(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether a body is an HTML page, by its first bytes: the declared type is no witness.
pub(crate) fn looks_like_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let is = |prefix: &[u8]| {
        start.len() >= prefix.len() && start[..prefix.len()].eq_ignore_ascii_case(prefix)
    };
    is(b"<!doctype html") || is(b"<html") || is(b"<head") || is(b"<body")
}

/// What a body that is no document of the product's says, in one short line: the title of an HTML
/// page, or the beginning of a text.
pub(crate) fn summary(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]);
    let said = if looks_like_html(body) { html_title(&text)? } else { text.trim() };
    if said.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        // No words: something compressed, or another protocol.
        return None;
    }
    let one_line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.is_empty() {
        return None;
    }
    Some(match one_line.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    })
}

fn html_title(page: &str) -> Option<&str> {
    // Lowering ASCII letters alone moves no byte, so that positions are the page's own.
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    page.get(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn html_is_told_by_its_beginning() {
        for page in ["<!DOCTYPE html><p>", "\n <HTML lang=en>", "\u{feff}<html>", "<head>"] {
            assert!(looks_like_html(page.as_bytes()), "{page}");
        }
        for other in ["", "{}", "<?xml version='1.0'?>", "<NessusClientData_v2>", "html", "PK"] {
            assert!(!looks_like_html(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_summary_is_one_short_line() {
        for (body, line) in [
            ("", None),
            ("  \n", None),
            ("busy", Some("busy")),
            ("two\r\n  lines", Some("two lines")),
            ("<html><head><TITLE>\n 502 Bad\tGateway </Title>", Some("502 Bad Gateway")),
            ("<html><body>no title", None),
            ("<html><title>never closed", None),
            ("\u{1f}\u{8b}\u{8}\0 packed", None),
        ] {
            assert_eq!(summary(body.as_bytes()).as_deref(), line, "{body}");
        }
        let long = summary("é".repeat(1000).as_bytes()).unwrap();
        assert_eq!(long.chars().count(), MESSAGE + 1);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200), html: bool) {
            let mut page = if html { b"<html><title>".to_vec() } else { Vec::new() };
            page.extend(body);
            let _ = (summary(&page), excerpt(&page), looks_like_html(&page));
        }
    }
}
