//! The paths of files in a partitioned folder.

use std::{
    fmt::{Display, Write as _},
    path::{Path, PathBuf},
};

/// The path of a file in a directory with the partitions of Hive, Spark, Athena and DuckDB:
/// a directory for each key and value but the last, which is the file's name.
///
/// Keys and values are escaped as Hive does: each character with a special meaning in a path or a
/// query becomes `%` and two hexadecimal digits. An empty value is
/// `__HIVE_DEFAULT_PARTITION__`.
///
/// ```
/// use std::path::Path;
/// use scanops_arrow::partition_path;
/// use scanops_nessus::jiff::civil::date;
///
/// let day = date(2026, 11, 20);
/// let path = partition_path("lake", &[("finished_date", &day), ("scan", &121)]);
/// assert_eq!(path, Path::new("lake/finished_date=2026-11-20/scan=121.parquet"));
///
/// let path = partition_path("lake", &[("team", &"a/b"), ("scan", &"..")]);
/// assert_eq!(path, Path::new("lake/team=a%2Fb/scan=...parquet"));
/// ```
#[must_use]
pub fn partition_path(folder: impl AsRef<Path>, keys: &[(&str, &dyn Display)]) -> PathBuf {
    let mut path = folder.as_ref().to_owned();
    for (at, (key, value)) in keys.iter().enumerate() {
        let value = value.to_string();
        let value = if value.is_empty() { "__HIVE_DEFAULT_PARTITION__" } else { &value };
        let mut name = format!("{}={}", escape(key), escape(value));
        if at + 1 == keys.len() {
            name.push_str(".parquet");
        }
        path.push(name);
    }
    path
}

/// As Hive's `escapePathName`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_control() || "\"#%'*/:=?\\{[]^".contains(c) {
            let _ = write!(escaped, "%{:02X}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_leaves_its_folder() {
        for value in ["..", "/etc", "a/../../b", "\\\\server", "C:\\x", "", "\0", "ü=1"] {
            let path = partition_path("lake", &[("a", &value), ("b", &value)]);
            assert_eq!(path.components().count(), 3, "{}", path.display());
            let text = path.to_str().unwrap();
            assert!(text.starts_with("lake/a=") && !text.contains('\0'), "{text}");
        }
        assert_eq!(escape("50 % of {a}: ü"), "50 %25 of %7Ba}%3A ü");
    }
}
