//! What each parser guarantees for any bytes, as functions that panic if it does not hold.
//!
//! The targets in `fuzz/` call them with what the fuzzer makes up. The tests below call them with the
//! committed corpus, so that what a fuzzer once found is tested without one.
#![expect(clippy::unwrap_used, reason = "a guarantee that does not hold is reported by a panic")]

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use reqwest::{
    Method, StatusCode, Url,
    header::{CONTENT_DISPOSITION, HeaderMap, HeaderValue, RETRY_AFTER},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    ErrorKind,
    error::Call,
    http::{Operation, Response, retry_after},
    tenable_sc::{
        Envelope, classify,
        record::{Group, Progress, ReceivedList, ScanResult, ScanResultList, User},
    },
    transfer::suggested,
};

/// A response of Tenable.sc: an error is never taken for a success, and the value is what the server
/// put into it.
pub fn envelope(body: &[u8]) {
    let (status, body) = match body.split_first() {
        Some((0x80.., body)) => (StatusCode::FORBIDDEN, body),
        _ => (StatusCode::OK, body),
    };
    // Also `None` if it is nested too deeply to be read as a whole.
    let document: Option<Map<String, Value>> =
        serde_json::from_str(&String::from_utf8_lossy(body)).ok();
    let response = response(status, body);
    if let Err(message) = classify(&Operation::new("scanResult::id::GET"), status, body) {
        let error = response.server_error(message);
        assert!(!error.to_string().contains(char::is_control), "{error}");
        assert!(!format!("{error:?}").is_empty());
        assert!(error.excerpt().is_none_or(|excerpt| excerpt.len() <= 3 * 4096));
        return;
    }
    assert!(status.is_success());
    let opened = Envelope::<Value>::open(&response);
    let Ok(envelope) = opened else {
        let error = opened.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Decode);
        return assert!(!error.to_string().is_empty());
    };
    assert!(body.trim_ascii_start().starts_with(b"{"));
    if let Some(document) = document {
        let code = document.get("error_code").and_then(Value::as_i64);
        assert_eq!(code.unwrap_or(0), 0, "an error is taken for a success");
        let response = document.get("response").unwrap_or(&Value::Null);
        assert_eq!(&envelope.response, response);
    }
    assert!(!format!("{envelope:?}").is_empty());
}

fn response(status: StatusCode, body: &[u8]) -> Response {
    let url = Url::parse("https://sc.example.com/rest/scanResult/1").unwrap();
    let call = Call::new("scanResult::id::GET", &reqwest::Request::new(Method::GET, url));
    Response {
        status,
        headers: HeaderMap::new(),
        body: body.to_vec().into(),
        call: Arc::new(call),
        attempts: 1,
        confidential: false,
    }
}

/// Records of Tenable.sc: what was read can be written and read again, no value is lost because it
/// could not be typed, and `Debug` does not panic.
pub fn records(json: &[u8]) {
    if let Some(result) = reads_the_same::<ScanResult>(json) {
        let sent: Value = serde_json::from_slice(json).unwrap();
        for (name, value) in &result.extra {
            assert_eq!(sent.get(name), Some(value));
        }
        let written = serde_json::to_value(&result).unwrap();
        assert_eq!(written.as_object().map(Map::len), sent.as_object().map(Map::len));
    }
    if let Ok(received) = serde_json::from_slice::<ReceivedList>(json) {
        let text = serde_json::to_vec(&received.list).unwrap();
        assert_eq!(reads_the_same::<ScanResultList>(&text).as_ref(), Some(&received.list));
        let readable = received.list.usable.len() + received.list.manageable.len();
        let merged = received.list.into_merged();
        assert!(merged.len() <= readable);
        let mut ids: Vec<_> = merged.iter().map(|listed| listed.record.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), merged.len(), "each once");
    }
    reads_the_same::<Progress>(json);
    reads_the_same::<User>(json);
    reads_the_same::<Group>(json);
}

fn reads_the_same<T>(json: &[u8]) -> Option<T>
where
    T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug,
{
    let record: T = serde_json::from_slice(json).ok()?;
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), record);
    assert!(!format!("{record:?} {record:#?}").is_empty());
    Some(record)
}

/// A name from `Content-Disposition`: one component of a path, on any system.
pub fn file_name(header: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(header) else { return };
    let headers = HeaderMap::from_iter([(CONTENT_DISPOSITION, value)]);
    let Some(name) = suggested(&headers) else { return };
    assert!((1..=255).contains(&name.len()), "{name:?}");
    assert!(!name.contains(['/', '\\', '<', '>', ':', '"', '|', '?', '*']), "{name:?}");
    assert!(!name.chars().any(is_special), "{name:?}");
    let edge = |c: char| c == '.' || c.is_whitespace();
    assert!(!name.starts_with(edge) && !name.ends_with(edge), "{name:?}");
    let device = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    assert!(!devices.contains(&device.as_str()), "{name:?}");
    let numbered = device.strip_prefix("COM").or_else(|| device.strip_prefix("LPT"));
    let numbers = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"];
    assert!(!numbered.is_some_and(|number| numbers.contains(&number)), "{name:?}");
    let path = std::path::Path::new(&name);
    assert_eq!(path.file_name(), Some(name.as_ref()));
    assert_eq!(path.components().count(), 1);
}

/// What a terminal or a file manager does not show as it is: controls, ends of lines, and marks
/// that turn the direction of the text around.
fn is_special(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `Retry-After`: digits are seconds, and no date is further away than a date can be.
pub fn retry_after_header(header: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(header) else { return };
    let headers = HeaderMap::from_iter([(RETRY_AFTER, value)]);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_550_189_100);
    let wait = retry_after(&headers, now);
    let digits = std::str::from_utf8(header.trim_ascii()).ok();
    let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    if let Some(seconds) = digits.and_then(|digits| digits.parse::<u32>().ok()) {
        assert_eq!(wait, Some(Duration::from_secs(seconds.into())));
    } else if let Some(wait) = wait
        && header.iter().any(u8::is_ascii_alphabetic)
    {
        let year_10_000 = Duration::from_secs(253_402_300_800);
        assert!(SystemTime::UNIX_EPOCH + year_10_000 > now + wait);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// Runs every file of a target's corpus, each of which was interesting to the fuzzer.
    #[expect(clippy::print_stdout, reason = "shown where it fails: which file it was; or why none")]
    fn replay(target: &str, run: fn(&[u8])) {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        if !fuzz.exists() {
            return println!("skipped: a package has no fuzz/, whose corpus this replays");
        }
        let folder = fuzz.join("corpus").join(target);
        let files: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 10, "{} holds no corpus", folder.display());
        for file in files {
            println!("{}", file.display());
            run(&fs::read(file).unwrap());
        }
    }

    macro_rules! replays {
        ($($target:ident: $run:path;)+) => {$(
            #[test]
            fn $target() {
                replay(stringify!($target), $run);
            }
        )+};
    }

    replays! {
        envelope: super::envelope;
        records: super::records;
        file_name: super::file_name;
        retry_after: super::retry_after_header;
    }
}
