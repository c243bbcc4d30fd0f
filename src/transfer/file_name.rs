//! The file name that a server suggests, made safe.

use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_DISPOSITION, HeaderMap};

/// The longest name that common file systems take, in bytes.
const LONGEST: usize = 255;

/// The name in `Content-Disposition`, reduced to one path component that no system treats
/// specially. None where nothing is left of it.
pub(crate) fn suggested(headers: &HeaderMap) -> Option<String> {
    let header = String::from_utf8_lossy(headers.get(CONTENT_DISPOSITION)?.as_bytes());
    let (mut plain, mut encoded) = (None, None);
    for (name, value) in parameters(&header) {
        match name.to_ascii_lowercase().as_str() {
            "filename" => plain = plain.or(Some(value)),
            // RFC 6266: charset'language'percent-encoded
            "filename*" => {
                encoded = value
                    .splitn(3, '\'')
                    .nth(2)
                    .map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
            }
            _ => {}
        }
    }
    safe(&encoded.or(plain)?)
}

/// The parameters of a header value: `name=token` or `name="quoted"`, with semicolons between.
fn parameters(header: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let name = name.rsplit(';').next().unwrap_or(name).trim();
        let after = after.trim_start();
        let value = match after.strip_prefix('"') {
            None => {
                let (token, next) = after.split_once(';').unwrap_or((after, ""));
                rest = next;
                token.trim().to_owned()
            }
            Some(quoted) => {
                let (text, next) = unquote(quoted);
                rest = next;
                text
            }
        };
        Some((name, value))
    })
}

/// A quoted string up to its closing quote, and what follows it.
fn unquote(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
            other => text.push(other),
        }
    }
    (text, "")
}

fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().map(|c| if is_special(c) { '_' } else { c }).collect();
    let mut safe = plain.trim_matches(is_edge).to_owned();
    if is_device(&safe) {
        safe.insert(0, '_');
    }
    // Where it is cut, another dot may become the last.
    while safe.len() > LONGEST || safe.ends_with(is_edge) {
        safe.pop();
    }
    (!safe.is_empty()).then_some(safe)
}

/// What some system keeps for itself, and what is not shown as it is: marks without a width, or
/// that turn the direction of the text around.
fn is_special(c: char) -> bool {
    c.is_control()
        || "<>:\"|?*".contains(c)
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What no name begins or ends with: Windows drops it at the end, others hide what begins so.
fn is_edge(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// Names that Windows keeps for devices, whatever their ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        stem => {
            stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).is_some_and(|number| {
                let mut digits = number.chars();
                matches!(
                    (digits.next(), digits.next()),
                    (Some('0'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}'), None)
                )
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    fn name(header: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_bytes(header.as_bytes()).ok()?);
        suggested(&headers)
    }

    #[test]
    fn file_names_are_read_as_servers_write_them() {
        for (header, expected) in [
            ("attachment; filename=124-nessus.zip", Some("124-nessus.zip")),
            ("attachment; filename=\"124-nessus.zip\"", Some("124-nessus.zip")),
            ("attachment;filename=a.zip;size=3", Some("a.zip")),
            ("attachment; FileName = \"a \\\"b\\\".zip\" ; x=y", Some("a _b_.zip")),
            ("attachment; filename=a.zip; filename*=UTF-8''b%20%C3%A9.zip", Some("b é.zip")),
            ("attachment; filename=\"semi;colon.zip\"", Some("semi;colon.zip")),
            ("attachment; title=\"a=\"; filename=b.zip", Some("b.zip")),
            ("attachment; filename=\"\"; size=3", None),
            ("attachment", None),
            ("attachment; filename=", None),
            ("", None),
        ] {
            assert_eq!(name(header).as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn no_file_name_leaves_its_folder_or_is_special() {
        for (header, expected) in [
            ("attachment; filename=../../etc/passwd", Some("passwd")),
            ("attachment; filename=\"..\\\\..\\\\boot.ini\"", Some("boot.ini")),
            ("attachment; filename=/etc/passwd", Some("passwd")),
            ("attachment; filename=..", None),
            ("attachment; filename=.", None),
            ("attachment; filename=a/", None),
            ("attachment; filename=.bashrc", Some("bashrc")),
            ("attachment; filename=\"C:evil.exe\"", Some("C_evil.exe")),
            ("attachment; filename=con.zip", Some("_con.zip")),
            ("attachment; filename=LPT1", Some("_LPT1")),
            ("attachment; filename=\"con .zip\"", Some("_con .zip")),
            ("attachment; filename=com\u{b9}.zip", Some("_com\u{b9}.zip")),
            ("attachment; filename=CONIN$", Some("_CONIN$")),
            ("attachment; filename=come.zip", Some("come.zip")),
            ("attachment; filename*=UTF-8''a%E2%80%AEpiz.exe", Some("a_piz.exe")),
            ("attachment; filename*=UTF-8''.%E3%80%80.%E2%80%A8.a", Some("_.a")),
            ("attachment; filename=\"a.zip. .\"", Some("a.zip")),
            ("attachment; filename*=UTF-8''..%2F..%2Fx", Some("x")),
            ("attachment; filename*=UTF-8''a%00b", Some("a_b")),
        ] {
            assert_eq!(name(header).as_deref(), expected, "{header}");
        }
        assert_eq!(name(&format!("a; filename={}", "é".repeat(500))).unwrap().len(), 254);
        for (long, length) in
            [("a".repeat(254) + ".zip", 254), ("con.".to_owned() + &"a".repeat(251), 255)]
        {
            assert_eq!(name(&format!("a; filename={long}")).unwrap().len(), length, "{long}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_one_component(header in "[ -~é]{0,80}") {
            if let Some(name) = name(&format!("attachment; filename={header}")) {
                let path = std::path::Path::new(&name);
                prop_assert_eq!(path.components().count(), 1);
                prop_assert_eq!(path.file_name().unwrap().to_str().unwrap(), name.as_str());
                prop_assert!(name.len() <= LONGEST && !name.starts_with('.'));
            }
        }
    }
}
