//! What is in a report, counted in one pass.

use std::io::Read;

use super::Findings;
use crate::Result;

/// What is in a report.
///
/// ```
/// use scanops::nessus::Summary;
///
/// let report = br#"<NessusClientData_v2><Report name="weekly"><ReportHost name="10.0.0.7">
///     <ReportItem pluginID="19506"/></ReportHost><ReportHost name="10.0.0.8"/></Report>
///     </NessusClientData_v2>"#;
/// let summary = Summary::read(&report[..])?;
/// assert_eq!((summary.report.as_deref(), summary.hosts, summary.items), (Some("weekly"), 2, 1));
/// # Ok::<(), scanops::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The name of the report. Of an archive of several, that of the last.
    pub report: Option<String>,
    /// How many hosts it has.
    pub hosts: u64,
    /// How many items (findings) the hosts have together.
    pub items: u64,
}

impl Summary {
    /// Reads a whole report, a document or an archive, in the memory of its longest text.
    ///
    /// What is in its items is not looked at, and so not judged.
    ///
    /// # Errors
    /// Those of [`Findings`], within the default limits.
    pub fn read(report: impl Read) -> Result<Self> {
        let (mut findings, mut summary) = (Findings::new(report), Self::default());
        while findings.skip_item()? {
            summary.items += 1;
        }
        summary.hosts = findings.hosts();
        let name = &findings.report().name;
        summary.report = (!name.is_empty()).then(|| name.clone());
        Ok(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use proptest::prelude::*;

    const REPORT: &str = r#"<?xml version="1.0" ?>
        <NessusClientData_v2>
          <Policy><policyName>p</policyName><ReportItem/></Policy>
          <Report name="a &amp; b">
            <ReportHost name="one">
              <HostProperties><tag name="ReportItem">x</tag></HostProperties>
              <ReportItem pluginID="1"><plugin_output>&lt;ReportItem&gt;<![CDATA[<ReportItem>]]>
              </plugin_output></ReportItem>
              <ReportItem pluginID="2"/>
            </ReportHost>
            <ReportHost name="two"/>
          </Report>
        </NessusClientData_v2>"#;

    #[test]
    fn hosts_and_items_are_counted_in_their_place_alone() {
        let summary = Summary::read(REPORT.as_bytes()).unwrap();
        assert_eq!(summary, Summary { report: Some("a & b".into()), hosts: 2, items: 2 });
    }

    #[test]
    fn what_is_no_whole_report_is_an_error_with_its_place() {
        for (document, message) in [
            ("", "byte 0: there is no document"),
            ("   ", "there is no document"),
            ("PK\u{3}\u{4}", "archive"),
            ("{\"error_code\": 147}", "text outside"),
            ("<html>", "begins with <html>"),
            ("<NessusClientData_v2>", "ends before"),
            ("<NessusClientData_v2></Report>", "byte"),
            ("<NessusClientData_v2/>tail", "text outside"),
        ] {
            let error = Summary::read(document.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Report, "{document}");
            assert!(error.to_string().contains(message), "{document}: {error}");
        }
        let deep = "<NessusClientData_v2>".to_owned() + &"<a>".repeat(100_000);
        let error = Summary::read(deep.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("deeper than 64"), "{error}");
    }

    #[test]
    fn a_report_cut_anywhere_is_an_error() {
        for end in 0..REPORT.trim_end().len() {
            assert!(Summary::read(&REPORT.as_bytes()[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_text_without_end_is_not_read_into_memory() {
        let endless = std::io::repeat(b'x').take(1 << 40);
        let report = std::io::BufReader::new(b"<NessusClientData_v2><a>".chain(endless));
        let error = Summary::read(report).unwrap_err();
        assert!(error.to_string().contains("longer than 67108864 bytes"), "{error}");
    }

    #[test]
    fn a_disk_that_fails_is_not_a_bad_report() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("disk on fire"))
            }
        }
        let error = Summary::read(std::io::BufReader::new(Broken)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Summary::read(&bytes[..]);
        }

        #[test]
        fn no_change_of_a_byte_makes_it_panic(at in 0..REPORT.len(), byte: u8) {
            let mut report = REPORT.as_bytes().to_vec();
            report[at] = byte;
            let _ = Summary::read(&report[..]);
        }
    }
}
