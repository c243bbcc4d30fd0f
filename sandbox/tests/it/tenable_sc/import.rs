//! Uploads and imports.

use std::io::{Cursor, Write as _};
use std::slice;

use reqwest::Method;
use scanops_sandbox::TenableSc;
use serde_json::json;

use super::visit::{Visit, envelope, ids, rejected};
use crate::assert_has;

#[tokio::test]
async fn an_import_makes_a_new_result() {
    let visit = Visit::start().await;
    let file = visit.upload("example.nessus", "<NessusClientData_v2/>").await;
    assert_eq!(visit.center.uploads(), slice::from_ref(&file));
    assert_eq!(visit.center.upload_size(&file), Some(22));
    let body = json!({
        "repository": {"id": 1},
        "filename": file,
        "classifyMitigatedAge": "0",
        "dhcpTracking": "true",
        "scanningVirtualHosts": "true",
        "timeoutAction": "import",
        "rolloverType": "nextDay",
        "anything": {"else": 1},
    });
    assert_eq!(visit.post("scanResult/import", body.clone()).await, "");
    assert!(visit.center.uploads().is_empty());
    let expected = json!({
        "name": "example",
        "status": "Completed",
        "importStatus": "Finished",
        "scan": {"id": -1},
        "repository": {"id": "1"},
    });
    assert_has(&visit.get("scanResult/10").await, &expected);
    let message = visit.rejected("scanResult/import", body, 147).await;
    assert_eq!(message, format!("Unable to find file '{file}'.\n"));
}

const REPORT: &str = r#"<?xml version="1.0"?>
<NessusClientData_v2><Report name="Agents of &lt;June&gt;">
<ReportHost name="one"><HostProperties>
<tag name="HOST_START_TIMESTAMP">1700000500</tag><tag name="HOST_END_TIMESTAMP">1700000600</tag>
</HostProperties><ReportItem pluginID="1"/><ReportItem pluginID="2"/></ReportHost>
<ReportHost name="two"><HostProperties>
<tag name="HOST_START_TIMESTAMP">1700000000</tag><tag name="HOST_END_TIMESTAMP">1700000900</tag>
</HostProperties><ReportItem pluginID="1"/></ReportHost>
</Report></NessusClientData_v2>
"#;

/// An archive of one entry that is stored as it is.
fn archive(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn the_record_of_an_import_has_the_contents_of_the_report() {
    let visit = Visit::start().await;
    let zipped = archive("weekly.nessus", REPORT.as_bytes());
    for (id, content) in [(10, REPORT.as_bytes().to_vec()), (11, zipped.clone())] {
        let expected = json!({
            "name": "Agents of <June>",
            "status": "Completed",
            "importStatus": "Finished",
            "importErrorDetails": "",
            "totalIPs": "2",
            "completedIPs": "2",
            "totalChecks": "3",
            "completedChecks": "3",
            "startTime": "1700000000",
            "finishTime": "1700000900",
            "downloadAvailable": "true",
        });
        assert_has(&visit.import("file.nessus", content, id).await, &expected);
    }
    // An imported report can be downloaded again.
    assert_eq!(visit.unzipped(10).await, REPORT.as_bytes());
    assert_eq!(visit.zipped(11).await, zipped);
    let file = visit.upload("x.nessus", REPORT).await;
    let body = json!({"repository": {"id": 1}, "filename": file, "name": "Mine"});
    visit.post("scanResult/import", body).await;
    assert_eq!(visit.get("scanResult/12").await["name"], "Mine");
}

#[tokio::test]
async fn an_import_counts_each_host_once_and_those_without_findings() {
    const STAMPS: &str = "<HostProperties><tag name='HOST_START_TIMESTAMP'>1700000000</tag>\
        <tag name='HOST_END_TIMESTAMP'>1700000900</tag></HostProperties>";
    let visit = Visit::start().await;
    for (id, hosts, expected) in [
        (10, "<ReportHost name='a'/>".to_owned(), ["1", "0"]),
        (11, format!("<ReportHost name='a'>{STAMPS}</ReportHost>"), ["1", "0"]),
        (
            12,
            format!(
                "<ReportHost name='a'><ReportItem pluginID='1'/>{STAMPS}\
                 <ReportItem pluginID='2'/></ReportHost>"
            ),
            ["1", "2"],
        ),
    ] {
        let report =
            format!("<NessusClientData_v2><Report name='r'>{hosts}</Report></NessusClientData_v2>");
        let record = visit.import("r.nessus", report, id).await;
        assert_eq!([&record["totalIPs"], &record["totalChecks"]], expected, "{hosts}");
        if hosts.contains(STAMPS) {
            let expected = json!({"startTime": "1700000000", "finishTime": "1700000900"});
            assert_has(&record, &expected);
        }
    }
}

#[tokio::test]
async fn a_broken_file_makes_a_result_whose_import_failed() {
    let visit = Visit::start().await;
    let zipped = archive("weekly.nessus", REPORT.as_bytes());
    let files = [
        b"no report".to_vec(),
        REPORT.as_bytes()[..REPORT.len() - 30].to_vec(),
        zipped[..zipped.len() - 30].to_vec(),
        archive("readme.txt", b"hello"),
        Vec::new(),
    ];
    for (id, content) in (10..).zip(files) {
        let record = visit.import("weekly.nessus", content, id).await;
        let expected = json!({
            "name": "weekly",
            "status": "Completed",
            "importStatus": "Error",
            "totalIPs": "0",
            "running": "false",
            "downloadAvailable": "false",
        });
        assert_has(&record, &expected);
        let details = record["importErrorDetails"].as_str().unwrap();
        assert!(details.starts_with("The file can't be imported: "), "{details}");
        visit.rejected(&format!("scanResult/{id}/download"), json!({}), 146).await;
        visit.rejected(&format!("scanResult/{id}/import"), json!({}), 146).await;
    }
}

#[tokio::test]
async fn a_large_upload_is_not_kept_but_replaced() {
    let visit = Visit::of(TenableSc::builder().keep_uploads(REPORT.len())).await;
    visit.import("small.nessus", REPORT, 10).await;
    assert_eq!(visit.unzipped(10).await, REPORT.as_bytes());
    let large = format!("{REPORT}{}", "\n".repeat(100_000));
    assert_eq!(visit.import("large.nessus", large.clone(), 11).await["totalChecks"], "3");
    let replaced = visit.unzipped(11).await;
    assert_eq!(replaced.len(), large.len());
    assert!(String::from_utf8(replaced).unwrap().contains("name=\"Agents of &lt;June&gt;\""));
}

#[tokio::test]
async fn a_rejected_import_leaves_the_file() {
    let visit = Visit::start().await;
    let file = visit.upload("example.nessus", "x").await;
    let import = |repository: u64| json!({"repository": {"id": repository}, "filename": file});
    let message = visit.rejected("scanResult/import", import(3), 146).await;
    assert_eq!(message, "Group #0 does not have access to the Repository #3.\n");
    let expired = "The license has expired.";
    visit.center.configure(|settings| settings.reject_imports = Some(expired.to_owned()));
    assert_eq!(visit.rejected("scanResult/import", import(1), 146).await, expired);
    visit.rejected("scanResult/1/import", json!({}), 146).await;
    visit.center.configure(|settings| settings.reject_imports = None);
    for wrong in [
        json!({"filename": file}),
        json!({"repository": 1, "filename": file}),
        json!({"repository": {"id": 1}}),
        json!({"repository": {"id": 1}, "filename": file, "dhcpTracking": true}),
        json!({"repository": {"id": 1}, "filename": file, "classifyMitigatedAge": 0}),
    ] {
        visit.rejected("scanResult/import", wrong, 146).await;
    }
    assert_eq!(visit.center.uploads(), slice::from_ref(&file));
    assert_eq!(ids(&visit.get("scanResult").await["usable"]).len(), 7);

    let cleared = visit.post("file/clear", json!({"filename": file})).await;
    assert!(cleared["filename"].as_str().unwrap().ends_with(&file));
    assert!(visit.center.uploads().is_empty());
    visit.rejected("file/clear", json!({"filename": file}), 147).await;
}

#[tokio::test]
async fn a_result_is_imported_again() {
    let visit = Visit::start().await;
    visit.center.set_state(4, "Completed", "Error");
    let body = json!({"dhcpTracking": "false"});
    assert_eq!(visit.post("scanResult/4/import", body).await, "");
    let expected = json!({"importStatus": "Finished", "importErrorDetails": ""});
    assert_has(&visit.get("scanResult/4").await, &expected);
    visit.rejected("scanResult/3/import", json!({}), 146).await;
}

#[tokio::test]
async fn an_upload_may_be_larger_than_other_bodies() {
    let visit = Visit::start().await;
    let file = visit.upload("big.nessus", vec![b'x'; 5 << 20]).await;
    assert_eq!(visit.center.upload_size(&file), Some(5 << 20));
}

#[tokio::test]
async fn an_upload_without_a_file_is_rejected() {
    let visit = Visit::start().await;
    let upload = || visit.request(Method::POST, "file/upload");
    let form = reqwest::multipart::Form::new().text("context", "none");
    rejected(upload().multipart(form), 146).await;
    let halfway = "--x\r\nContent-Disposition: form-data; name=\"Filedata\"\r\n\r\n<Ness";
    for (kind, body) in [("text/plain", "no form"), ("multipart/form-data; boundary=x", halfway)] {
        let request = upload().header("content-type", kind).body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400);
        envelope(response).await;
    }
    assert!(visit.center.uploads().is_empty());
}
