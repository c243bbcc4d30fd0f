//! What the parsers guarantee for any bytes, as functions that panic if a guarantee is broken.
//!
//! The targets in `fuzz/` call them with the fuzzer's inputs, the tests below with the committed
//! corpus.
#![expect(clippy::unwrap_used, reason = "a broken guarantee is a panic")]

use std::io::Read;

use crate::{Error, ErrorKind, Finding, Findings, Limits, Summary, Verifier, input::other_format};

/// Small, so that short inputs reach the limits.
const ITEM: usize = 4096;

fn limits() -> Limits {
    Limits::default()
        .depth(12)
        .item(ITEM)
        .elements(100)
        .tag(256)
        .attributes(6)
        .ratio(50)
        .ratio_floor(8192)
}

/// A report, in a document or an archive: reading it ends, each finding is within the limits and
/// survives JSON, an error has a position in the document, and neither the size of the reads nor the
/// cache makes a difference. A report that is read without an error is complete for [`Verifier`], too.
pub fn findings(report: &[u8]) {
    let is_archive = report.starts_with(b"PK");
    let (found, errors) = read(report, limits());
    let (slowly, slow_errors) = read(Slow(report, 1), limits());
    let texts = |errors: &[Error]| errors.iter().map(Error::to_string).collect::<Vec<_>>();
    let (uncached, uncached_errors) = read(Slow(report, 7), limits().cache(0));
    // How much is inflated before an error depends on the size of the reads.
    if is_archive && !errors.is_empty() {
        assert!(!slow_errors.is_empty() && !uncached_errors.is_empty());
    } else {
        assert_eq!((&found, texts(&errors)), (&slowly, texts(&slow_errors)));
        assert_eq!((&found, texts(&errors)), (&uncached, texts(&uncached_errors)));
    }
    for finding in &found {
        let line = serde_json::to_string(finding).unwrap();
        assert!(!line.contains('\n'));
        // An item, its host's properties, their names; each byte is at most six in JSON.
        assert!(line.len() < 12 * ITEM + 8192, "{} bytes in a line", line.len());
        assert_eq!(&serde_json::from_str::<Finding>(&line).unwrap(), finding, "{line}");
    }
    let Some(error) = errors.last().filter(|error| !error.is_recoverable()) else {
        verify(report, usize::MAX).unwrap();
        return;
    };
    for error in &errors {
        assert_is_one_line(error);
        assert!(!matches!(error.kind(), ErrorKind::Io | ErrorKind::Source), "{error}");
    }
    if !is_archive {
        // What is of another format as a whole has no position.
        match error.position() {
            Some(position) => assert!(position <= report.len() as u64, "{error}"),
            None => assert!(other_format(report).is_some(), "{error}"),
        }
    }
    // A lossy reading gives at least as many findings.
    let lossy: Vec<_> = Findings::with_limits(report, limits()).lossy(true).collect();
    assert!(lossy.iter().flatten().count() >= found.len());
}

fn read(report: impl Read, limits: Limits) -> (Vec<Finding>, Vec<Error>) {
    let mut findings = Findings::with_limits(report, limits);
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for finding in findings.by_ref() {
        match finding {
            Ok(finding) => found.push(finding),
            Err(error) => errors.push(error),
        }
    }
    assert!(findings.next().is_none());
    assert!(errors.iter().rev().skip(1).all(Error::is_recoverable), "it ends with an error");
    (found, errors)
}

/// Gives a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = into.len().min(self.1);
        self.0.read(into.get_mut(..most).unwrap_or_default())
    }
}

/// Its text is one short line, whatever the report holds: it quotes names of open elements, each of
/// at most 64 characters, and the beginnings of other texts.
fn assert_is_one_line(error: &Error) {
    let text = error.to_string();
    assert!(!text.is_empty() && text.len() < 2048, "{text}");
    assert!(!text.contains(char::is_control), "{text}");
    assert!(!format!("{error:?}").is_empty());
}

fn verify(report: &[u8], size: usize) -> Result<(), Error> {
    let mut verifier = Verifier::new();
    for chunk in report.chunks(size) {
        verifier.write(chunk)?;
    }
    verifier.finish().map(drop)
}

/// [`Verifier`] and [`Summary`]: both end, whatever the size of the writes, and agree.
pub fn whole(report: &[u8]) {
    let verified = verify(report, usize::MAX);
    let slowly = verify(report, 1);
    assert_eq!(verified.is_err(), slowly.is_err());
    // How much is inflated before an error depends on the size of the writes.
    if !report.starts_with(b"PK") {
        assert_eq!(
            verified.as_ref().err().map(Error::kind),
            slowly.err().map(|error| error.kind())
        );
    }
    if let Err(error) = &verified {
        assert_is_one_line(error);
    }
    match Summary::read(report) {
        Ok(summary) => {
            verified.unwrap();
            let most = if report.starts_with(b"PK") { usize::MAX } else { report.len() };
            assert!(summary.items <= most as u64);
        }
        Err(error) => assert_is_one_line(&error),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// Runs a target's function on each file of its corpus.
    #[expect(clippy::print_stdout, reason = "shown if it fails: which file it was")]
    fn replay(target: &str, run: fn(&[u8])) {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
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

    #[test]
    fn findings() {
        replay("findings", super::findings);
    }

    #[test]
    fn whole() {
        replay("whole", super::whole);
    }
}
