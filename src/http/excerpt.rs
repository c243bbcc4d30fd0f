//! What a response body seems to be, and how it begins: for error messages.

use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// How much of a response an error keeps.
const EXCERPT: usize = 4 * 1024;
/// How much of a product's own message is kept, in characters.
const LONGEST_MESSAGE: usize = 2000;
/// How much of a plain text becomes the server's message, in characters.
const MESSAGE: usize = 300;

/// A server's message, cut to a length that people read.
pub(super) fn shortened(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(LONGEST_MESSAGE) {
        message.truncate(end);
        message.push('…');
    }
    message
}

/// How a body is compressed, although this client never asks for compression. Detected by the
/// body's signature, or by its header for formats without one.
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

/// Whether a body is an HTML page, by its first bytes: declared types are often wrong.
pub(crate) fn looks_like_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let is = |prefix: &[u8]| {
        start.len() >= prefix.len() && start[..prefix.len()].eq_ignore_ascii_case(prefix)
    };
    is(b"<!doctype html") || is(b"<html") || is(b"<head") || is(b"<body")
}

/// What a body that is not a document of the product says, in one short line: the title of an HTML
/// page, or the beginning of a plain text.
pub(crate) fn summary(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]);
    let text = if looks_like_html(body) { html_title(&text)? } else { text.trim() };
    if text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        // Not text: something compressed, or another protocol.
        return None;
    }
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.is_empty() {
        return None;
    }
    Some(match one_line.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    })
}

fn html_title(page: &str) -> Option<&str> {
    // ASCII lowercasing keeps byte positions valid.
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
    fn html_is_recognised_by_its_beginning() {
        for page in ["<!DOCTYPE html><p>", "\n <HTML lang=en>", "\u{feff}<html>", "<head>"] {
            assert!(looks_like_html(page.as_bytes()), "{page}");
        }
        for other in ["", "{}", "<?xml version='1.0'?>", "<NessusClientData_v2>", "html", "PK"] {
            assert!(!looks_like_html(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_body_is_described_by_how_it_begins() {
        for (body, what) in [
            (" \r\n", "empty"),
            ("\n {\"id\": 7}", "JSON"),
            ("[]", "JSON"),
            ("\n<!doctype HTML>", "an HTML page"),
            ("<xml/>", "something else"),
        ] {
            assert_eq!(describe(body.as_bytes()), what, "{body}");
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
