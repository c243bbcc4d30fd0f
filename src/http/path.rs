//! Paths of calls that a program names itself.

use percent_encoding::percent_decode_str;
use reqwest::Url;

/// Whether a path below an origin is sent as it is given, and leads where it says: it is absolute,
/// nothing in it has to be encoded, it has no query and no fragment, and no segment is empty, `.` or
/// `..`, also once it is percent-decoded. It may end with a slash.
pub(crate) fn is_valid_path(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"?#\\".contains(c);
    // `//host` names another machine where URLs are joined.
    path.starts_with('/')
        && !path.contains("//")
        && path.chars().all(is_plain)
        && Url::parse(&format!("http://host{path}")).is_ok_and(|url| url.path() == path)
        && path_segments(path).iter().all(|segment| segment != "." && segment != "..")
}

/// The segments of a path as a server may read them: percent-decoded, and divided at encoded slashes
/// and backslashes as well.
pub(crate) fn path_segments(path: &str) -> Vec<String> {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let segments = decoded.split(['/', '\\']).filter(|segment| !segment.is_empty());
    segments.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_path_is_sent_as_it_is_and_leads_where_it_says() {
        for path in [
            "/",
            "/api/3/sites",
            "/api/3/sites/",
            "/rest/scanResult/7/x",
            "/a%20b",
            "/a%2Db",
            "/a%2fb",
            "/x:y/@z",
            "/a..b/...",
        ] {
            assert!(is_valid_path(path), "{path}");
            assert_eq!(Url::parse(&format!("http://host{path}")).unwrap().path(), path);
        }
        for path in [
            "",
            "api",
            "@host/",
            "//",
            "//host/x",
            "/a//b",
            "/.",
            "/..",
            "/../x",
            "/a/../b",
            "/a/./b",
            "/a/%2e%2e/b",
            "/a/.%2E",
            "/a%2f..%2fb",
            "/a%5c..%5cb",
            "/a?b",
            "/a#b",
            "/a b",
            "/a\\b",
            "/a\n",
            "/a\tb",
            "/ä",
            "/a\"b",
        ] {
            assert!(!is_valid_path(path), "{path}");
        }
    }

    #[test]
    fn segments_are_those_that_a_server_may_read() {
        for (path, segments) in [
            ("", &[][..]),
            ("token", &["token"]),
            ("tok%65n", &["token"]),
            ("token%2f", &["token"]),
            ("/a%2fb%5Cc/d", &["a", "b", "c", "d"]),
            ("%", &["%"]),
            ("%ff", &["\u{fffd}"]),
        ] {
            assert_eq!(path_segments(path), segments, "{path}");
        }
    }
}
