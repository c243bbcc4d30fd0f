//! The report's part of the tour.

use std::{
    error::Error,
    ffi::OsString,
    fmt::Write as _,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use scanops::nessus::Summary;

/// What is in the report given, or in a small one made here.
pub(crate) fn open(path: Option<OsString>) -> Result<(), Box<dyn Error>> {
    match path {
        Some(path) => {
            let shown = Path::new(&path).display().to_string();
            let file = File::open(&path).map_err(|error| format!("{shown}: {error}"))?;
            summarise(&shown, BufReader::new(file))
        }
        None => summarise("a small one, made here", small().as_bytes()),
    }
}

fn summarise(what: &str, report: impl BufRead) -> Result<(), Box<dyn Error>> {
    let summary = Summary::read(report)?;
    let name = summary.report.as_deref().unwrap_or("without a name");
    println!("{what}: report {name:?}, {} hosts, {} items", summary.hosts, summary.items);
    Ok(())
}

/// Three hosts, with one, two and three items.
pub(crate) fn small() -> String {
    let mut xml = String::from("<?xml version=\"1.0\"?>\n<NessusClientData_v2>\n");
    xml.push_str("<Report name=\"made for the tour\">\n");
    for host in 1..=3 {
        let _ = writeln!(xml, "<ReportHost name=\"192.0.2.{host}\"><HostProperties/>");
        for item in 1..=host {
            let _ = writeln!(
                xml,
                "<ReportItem port=\"{item}\" svc_name=\"general\" protocol=\"tcp\" severity=\"0\" \
                 pluginID=\"19506\" pluginName=\"Scan Information\" pluginFamily=\"Settings\"/>"
            );
        }
        xml.push_str("</ReportHost>\n");
    }
    xml.push_str("</Report>\n</NessusClientData_v2>\n");
    xml
}
