//! Uploads, and what becomes of them.

use std::io::{Cursor, Read as _, Write as _};
use std::slice;

use reqwest::Method;
use scanops_sandbox::TenableSc;
use serde_json::{Value, json};

use super::visit::{Visit, envelope, ids, refused};

#[tokio::test]
async fn an_import_makes_a_new_result() {
    let visit = Visit::begin().await;
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
    let result = visit.get("scanResult/10").await;
    assert_eq!(result["name"], "example");
    assert_eq!(
        (&result["status"], &result["importStatus"]),
        (&json!("Completed"), &json!("Finished"))
    );
    assert_eq!((&result["scan"]["id"], &result["repository"]["id"]), (&json!(-1), &json!("1")));
    assert_eq!(
        visit.refused("scanResult/import", body, 147).await,
        format!("Unable to find file '{file}'.\n")
    );
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

impl Visit {
    /// Imports a file, and returns the record of the new result.
    async fn import(&self, name: &str, content: impl Into<reqwest::Body>, id: u64) -> Value {
        let file = self.upload(name, content).await;
        let body = json!({"repository": {"id": 1}, "filename": file});
        assert_eq!(self.post("scanResult/import", body).await, "");
        self.get(&format!("scanResult/{id}")).await
    }

    async fn downloaded(&self, id: u64) -> Vec<u8> {
        let request = self.request(Method::POST, &format!("scanResult/{id}/download"));
        request.send().await.unwrap().bytes().await.unwrap().to_vec()
    }
}

fn unzipped(archive: Vec<u8>) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut content = Vec::new();
    archive.by_index(0).unwrap().read_to_end(&mut content).unwrap();
    content
}

#[tokio::test]
async fn what_is_in_a_report_is_in_its_record() {
    let visit = Visit::begin().await;
    let zipped = archive("weekly.nessus", REPORT.as_bytes());
    for (id, content) in [(10, REPORT.as_bytes().to_vec()), (11, zipped.clone())] {
        let record = visit.import("file.nessus", content, id).await;
        for (name, value) in [
            ("name", "Agents of <June>"),
            ("status", "Completed"),
            ("importStatus", "Finished"),
            ("importErrorDetails", ""),
            ("totalIPs", "2"),
            ("completedIPs", "2"),
            ("totalChecks", "3"),
            ("completedChecks", "3"),
            ("startTime", "1700000000"),
            ("finishTime", "1700000900"),
            ("downloadAvailable", "true"),
        ] {
            assert_eq!(record[name], value, "{name}");
        }
    }
    // What was imported can be had again.
    assert_eq!(unzipped(visit.downloaded(10).await), REPORT.as_bytes());
    assert_eq!(visit.downloaded(11).await, zipped);
    let file = visit.upload("x.nessus", REPORT).await;
    let body = json!({"repository": {"id": 1}, "filename": file, "name": "Mine"});
    visit.post("scanResult/import", body).await;
    assert_eq!(visit.get("scanResult/12").await["name"], "Mine");
}

#[tokio::test]
async fn a_broken_file_makes_a_result_whose_import_failed() {
    let visit = Visit::begin().await;
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
        assert_eq!((&record["status"], &record["name"]), (&json!("Completed"), &json!("weekly")));
        assert_eq!(record["importStatus"], "Error");
        let details = record["importErrorDetails"].as_str().unwrap();
        assert!(details.starts_with("The file can't be imported: "), "{details}");
        assert_eq!((&record["totalIPs"], &record["running"]), (&json!("0"), &json!("false")));
        assert_eq!(record["downloadAvailable"], "false");
        visit.refused(&format!("scanResult/{id}/download"), json!({}), 146).await;
        visit.refused(&format!("scanResult/{id}/import"), json!({}), 146).await;
    }
}

#[tokio::test]
async fn a_large_upload_is_not_kept_but_replaced() {
    let builder = TenableSc::builder().keep_uploads(REPORT.len());
    let visit = Visit::to(builder.start().await.unwrap());
    visit.import("small.nessus", REPORT, 10).await;
    assert_eq!(unzipped(visit.downloaded(10).await), REPORT.as_bytes());
    let large = format!("{REPORT}{}", "\n".repeat(100_000));
    assert_eq!(visit.import("large.nessus", large.clone(), 11).await["totalChecks"], "3");
    let replaced = unzipped(visit.downloaded(11).await);
    assert_eq!(replaced.len(), large.len());
    assert!(String::from_utf8(replaced).unwrap().contains("name=\"Agents of &lt;June&gt;\""));
}

#[tokio::test]
async fn a_refused_import_leaves_the_file() {
    let visit = Visit::begin().await;
    let file = visit.upload("example.nessus", "x").await;
    let import = |repository: u64| json!({"repository": {"id": repository}, "filename": file});
    let message = visit.refused("scanResult/import", import(3), 146).await;
    assert_eq!(message, "Group #0 does not have access to the Repository #3.\n");
    visit.center.reject_imports("The license has expired.");
    assert_eq!(
        visit.refused("scanResult/import", import(1), 146).await,
        "The license has expired."
    );
    visit.refused("scanResult/1/import", json!({}), 146).await;
    visit.center.accept_imports();
    for wrong in [
        json!({"filename": file}),
        json!({"repository": 1, "filename": file}),
        json!({"repository": {"id": 1}}),
        json!({"repository": {"id": 1}, "filename": file, "dhcpTracking": true}),
        json!({"repository": {"id": 1}, "filename": file, "classifyMitigatedAge": 0}),
    ] {
        visit.refused("scanResult/import", wrong, 146).await;
    }
    assert_eq!(visit.center.uploads(), slice::from_ref(&file));
    assert_eq!(ids(&visit.get("scanResult").await["usable"]).len(), 7);

    let cleared = visit.post("file/clear", json!({"filename": file})).await;
    assert!(cleared["filename"].as_str().unwrap().ends_with(&file));
    assert!(visit.center.uploads().is_empty());
    visit.refused("file/clear", json!({"filename": file}), 147).await;
}

#[tokio::test]
async fn a_result_is_imported_again() {
    let visit = Visit::begin().await;
    visit.center.set_state(4, "Completed", "Error");
    let body = json!({"dhcpTracking": "false"});
    assert_eq!(visit.post("scanResult/4/import", body).await, "");
    let result = visit.get("scanResult/4").await;
    assert_eq!(
        (&result["importStatus"], &result["importErrorDetails"]),
        (&json!("Finished"), &json!(""))
    );
    visit.refused("scanResult/3/import", json!({}), 146).await;
}

#[tokio::test]
async fn an_upload_may_be_larger_than_other_bodies() {
    let visit = Visit::begin().await;
    let file = visit.upload("big.nessus", vec![b'x'; 5 << 20]).await;
    assert_eq!(visit.center.upload_size(&file), Some(5 << 20));
}

#[tokio::test]
async fn an_upload_without_a_file_is_refused() {
    let visit = Visit::begin().await;
    let upload = || visit.request(Method::POST, "file/upload");
    let form = reqwest::multipart::Form::new().text("context", "none");
    refused(upload().multipart(form), 146).await;
    let response = upload().body("no form").send().await.unwrap();
    assert_eq!(response.status(), 400);
    envelope(response).await;
    let halfway = "--x\r\nContent-Disposition: form-data; name=\"Filedata\"\r\n\r\n<Ness";
    let kind = "multipart/form-data; boundary=x";
    let response = upload().header("content-type", kind).body(halfway).send().await.unwrap();
    assert_eq!(response.status(), 400);
    envelope(response).await;
    assert!(visit.center.uploads().is_empty());
}
