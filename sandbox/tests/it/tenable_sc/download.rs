//! Downloads: zips of real documents, made on the fly.

use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::Event;
use reqwest::{Method, Response};
use scanops_sandbox::TenableSc;
use serde_json::json;
use zip::ZipArchive;

use super::visit::{Visit, refused};

impl Visit {
    async fn download(&self, id: u64, kind: &str) -> Response {
        let request = self.request(Method::POST, &format!("scanResult/{id}/download"));
        let response = request.json(&json!({"downloadType": kind})).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response
    }
}

/// How many start tags of each interesting name a document has.
fn count_tags(document: impl std::io::BufRead) -> (usize, usize) {
    let mut reader = Reader::from_reader(document);
    let (mut hosts, mut items, mut open) = (0, 0, 0_usize);
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).unwrap() {
            Event::Start(tag) => {
                open += 1;
                hosts += usize::from(tag.name().as_ref() == "ReportHost");
                items += usize::from(tag.name().as_ref() == "ReportItem");
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
            }
            Event::End(_) => open -= 1,
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    assert_eq!(open, 0);
    (hosts, items)
}

#[tokio::test]
async fn a_report_comes_with_the_headers_of_a_real_server() {
    let visit = Visit::begin().await;
    let response = visit.download(5, "v2").await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/zip");
    assert_eq!(header("content-disposition"), "attachment; filename=5-nessus.zip");
    assert_eq!(header("content-transfer-encoding"), "BASE64;");
    assert_eq!(header("transfer-encoding"), "chunked");
    assert_eq!(response.content_length(), None);
    let bytes = response.bytes().await.unwrap();
    assert!(bytes.starts_with(b"PK\x03\x04"));
}

#[tokio::test]
async fn the_zip_holds_one_document_of_the_size_asked_for() {
    let size = 2_502_526;
    let center = TenableSc::builder().report_size(size).start().await.unwrap();
    let visit = Visit::to(center);
    let zipped = visit.download(1, "v2").await.bytes().await.unwrap();
    assert_eq!(zipped, visit.download(1, "v2").await.bytes().await.unwrap());
    let ratio = size / u64::try_from(zipped.len()).unwrap();
    assert!((3..12).contains(&ratio), "{ratio}");

    let mut archive = ZipArchive::new(Cursor::new(zipped)).unwrap();
    assert_eq!(archive.len(), 1);
    let entry = archive.by_index(0).unwrap();
    assert_eq!((entry.name().unwrap().as_ref(), entry.size()), ("1.nessus", size));
    // Reading to the end checks the checksum too.
    let (hosts, items) = count_tags(BufReader::new(entry));
    assert!((5..30).contains(&hosts), "{hosts}");
    assert!(items > 400, "{items}");
}

#[tokio::test]
async fn where_there_is_no_report_there_is_json() {
    let visit = Visit::begin().await;
    for id in [2, 3, 6, 7] {
        let path = format!("scanResult/{id}/download");
        let request = visit.request(Method::POST, &path).json(&json!({"downloadType": "v2"}));
        let message = refused(request, 146).await;
        assert!(message.ends_with("can't be downloaded.\n"), "{message}");
    }
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_hold_up_the_stop() {
    let center = TenableSc::builder().report_size(u64::MAX).start().await.unwrap();
    let visit = Visit::to(center);
    let mut response = visit.download(4, "v2").await;
    response.chunk().await.unwrap();
    visit.center.stop().await;
    while let Ok(Some(_)) = response.chunk().await {}
}
