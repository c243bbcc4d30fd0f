//! Which paths are meant: as routes are written, and with an open end.

/// The paths of a fault.
#[derive(Debug, Clone)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(written: &str) -> Self {
        Self(written.to_owned())
    }

    pub(super) fn fits(&self, path: &str) -> bool {
        let (pattern, open) = match self.0.strip_suffix('*') {
            Some(beginning) => (beginning, true),
            None => (self.0.as_str(), false),
        };
        let mut segments = path.split('/');
        let mut wanted = pattern.split('/').peekable();
        while let Some(want) = wanted.next() {
            let Some(segment) = segments.next() else { return false };
            let fits = if open && wanted.peek().is_none() {
                segment.starts_with(want)
            } else if want.starts_with('{') && want.ends_with('}') {
                !segment.is_empty()
            } else {
                segment == want
            };
            if !fits {
                return false;
            }
        }
        open || segments.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_one_segment_and_an_asterisk_is_the_rest() {
        for (pattern, path, fits) in [
            ("/rest/system", "/rest/system", true),
            ("/rest/system", "/rest/system/", false),
            ("/rest/system", "/rest", false),
            ("/rest/system", "/rest/systems", false),
            ("/rest/scanResult/{id}/download", "/rest/scanResult/12/download", true),
            ("/rest/scanResult/{id}/download", "/rest/scanResult//download", false),
            ("/rest/scanResult/{id}", "/rest/scanResult/12/download", false),
            ("/rest/*", "/rest/scanResult/12", true),
            ("/rest/*", "/rest/", true),
            ("/rest/*", "/rest", false),
            ("/rest/scan*", "/rest/scanResult/12", true),
            ("/rest/scan*", "/rest/token", false),
            ("/rest/{kind}/12*", "/rest/scanResult/121/copy", true),
            ("*", "/anything/at/all", true),
            ("/", "/", true),
            ("", "/", false),
        ] {
            assert_eq!(Pattern::new(pattern).fits(path), fits, "{pattern} {path}");
        }
    }
}
