//! Downloads: zips of real documents, made on the fly.

use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;
use scanops_sandbox::TenableSc;
use serde_json::json;
use zip::ZipArchive;

use super::visit::{Visit, unzipped};

/// How many hosts and items a well-formed document has.
fn count_tags(document: &[u8]) -> (usize, usize) {
    let mut reader = Reader::from_reader(document);
    let (mut hosts, mut items, mut open) = (0, 0, 0_usize);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                open += 1;
                hosts += usize::from(tag.name().as_ref() == "ReportHost");
                items += usize::from(tag.name().as_ref() == "ReportItem");
                tag.attributes().for_each(|attribute| drop(attribute.unwrap()));
            }
            Event::End(_) => open -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0);
    (hosts, items)
}

#[tokio::test]
async fn a_report_comes_with_the_headers_of_a_real_server() {
    let response = Visit::start().await.download(5).await;
    for (name, value) in [
        ("content-type", "application/zip"),
        ("content-disposition", "attachment; filename=5-nessus.zip"),
        ("content-transfer-encoding", "BASE64;"),
        ("transfer-encoding", "chunked"),
    ] {
        assert_eq!(response.headers()[name], value, "{name}");
    }
    assert_eq!(response.content_length(), None);
    assert!(response.bytes().await.unwrap().starts_with(b"PK\x03\x04"));
}

#[tokio::test]
async fn the_zip_holds_one_document_of_the_configured_size() {
    let size = 2_502_526;
    let visit = Visit::of(TenableSc::builder().report_size(size)).await;
    let zipped = visit.zipped(1).await;
    assert_eq!(zipped, visit.zipped(1).await);
    let ratio = size / u64::try_from(zipped.len()).unwrap();
    assert!((3..12).contains(&ratio), "{ratio}");

    let mut archive = ZipArchive::new(Cursor::new(&zipped)).unwrap();
    assert_eq!(archive.len(), 1);
    let entry = archive.by_index(0).unwrap();
    assert_eq!((entry.name().unwrap().as_ref(), entry.size()), ("1.nessus", size));
    drop(entry);
    // Reading to the end checks the checksum too.
    let (hosts, items) = count_tags(&unzipped(zipped));
    assert!((5..30).contains(&hosts), "{hosts}");
    assert!(items > 400, "{items}");
}

#[tokio::test]
async fn a_download_without_a_report_is_rejected_in_json() {
    let visit = Visit::start().await;
    for id in [2, 3, 6, 7] {
        let path = format!("scanResult/{id}/download");
        let message = visit.rejected(&path, json!({"downloadType": "v2"}), 146).await;
        assert!(message.ends_with("can't be downloaded.\n"), "{message}");
    }
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_hold_up_the_stop() {
    let visit = Visit::of(TenableSc::builder().report_size(u64::MAX)).await;
    let mut response = visit.download(4).await;
    response.chunk().await.unwrap();
    visit.center.stop().await;
    while let Ok(Some(_)) = response.chunk().await {}
}

#[tokio::test]
async fn a_download_can_be_bare() {
    let visit = Visit::of(TenableSc::builder().report_size(300_000)).await;
    visit.center.configure(|settings| settings.bare_downloads = true);
    let response = visit.download(1).await;
    assert_eq!(response.headers()["content-type"], "application/zip");
    let document = response.bytes().await.unwrap();
    assert_eq!(document.len(), 300_000);
    assert!(document.starts_with(b"<?xml"));
    assert!(document.ends_with(b"</NessusClientData_v2>\n"));
    visit.center.configure(|settings| settings.bare_downloads = false);
    assert!(visit.zipped(1).await.starts_with(b"PK"));
}
