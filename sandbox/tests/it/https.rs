//! A sandbox speaks HTTPS with a certificate of its own, and its Tenable.sc lets clients log in
//! with theirs.

use scanops::{
    ErrorKind, RetryPolicy,
    tenable_sc::{Client, ClientBuilder},
};
use scanops_sandbox::{Fault, InsightVm, TenableSc};
use tokio::{io::AsyncWriteExt, net::TcpStream};

fn client_at(url: &str, console: &InsightVm) -> scanops::insightvm::ClientBuilder {
    scanops::insightvm::Client::builder(url)
        .basic_auth(console.user(), console.password())
        .retry(RetryPolicy::never())
}

/// A client that trusts this server.
fn client(center: &TenableSc) -> ClientBuilder {
    Client::builder(center.url())
        .retry(RetryPolicy::never())
        .pin_certificate_sha256(center.fingerprint().unwrap())
}

#[tokio::test]
async fn the_certificate_is_trusted_by_its_fingerprint_or_as_a_root() {
    let console = InsightVm::builder().https().start().await.unwrap();
    assert!(console.url().starts_with("https://127.0.0.1:"));
    let (pin, pem) = (console.fingerprint().unwrap(), console.certificate_pem().unwrap());
    assert_eq!(pin.len(), 64);
    for url in [console.url().to_owned(), console.url().replace("127.0.0.1", "localhost")] {
        let untrusting = client_at(&url, &console).build().unwrap();
        let error = untrusting.get_scan_engines().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
        for trusting in [
            client_at(&url, &console).pin_certificate_sha256(pin),
            client_at(&url, &console).add_root_certificate_pem(pem),
        ] {
            let client = trusting.build().unwrap();
            let engines = client.get_scan_engines().await.unwrap();
            let link = engines.links.first().and_then(|link| link.href.clone()).unwrap();
            assert!(link.starts_with(&url), "{link}");
        }
    }
    let other = InsightVm::builder().https().start().await.unwrap();
    assert_ne!(other.fingerprint(), Some(pin));
    let plain = InsightVm::start().await.unwrap();
    assert_eq!((plain.fingerprint(), plain.certificate_pem()), (None, None));
}

#[tokio::test]
async fn sessions_over_https_have_secure_cookies() {
    let center = TenableSc::builder().https().start().await.unwrap();
    let by_session = client(&center).password(center.user(), center.password()).build().unwrap();
    assert_eq!(by_session.scan_results().get(1).await.unwrap().id, 1);
    assert_eq!((center.logins(), center.client_identity_pem()), (1, None));

    let root = reqwest::Certificate::from_pem(center.certificate_pem().unwrap().as_bytes());
    let http = reqwest::Client::builder().tls_certs_merge([root.unwrap()]).build().unwrap();
    let credentials = serde_json::json!({"username": center.user(), "password": center.password()});
    let login = http.post(format!("{}/rest/token", center.url())).json(&credentials);
    let cookie = login.send().await.unwrap().headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; secure"), "{cookie}");
}

#[tokio::test]
async fn a_client_with_a_certificate_gets_a_session() {
    let center = TenableSc::builder().https().certificate_login().start().await.unwrap();
    let identity = center.client_identity_pem().unwrap();
    let certified = client(&center).client_certificate(identity).build().unwrap();
    assert_eq!(certified.scan_results().get(1).await.unwrap().id, 1);
    assert_eq!(center.logins(), 1);
    assert!(!format!("{center:?}").contains("PRIVATE"));

    // Clients without one log in by other means, but `system` opens no session for them.
    let keys = client(&center).api_key(center.access_key(), center.secret_key()).build().unwrap();
    assert!(keys.system().await.unwrap().extra.get("token").is_none());
    assert_eq!(keys.scan_results().get(1).await.unwrap().id, 1);
    let by_session = client(&center).password(center.user(), center.password()).build().unwrap();
    assert_eq!(by_session.scan_results().get(1).await.unwrap().id, 1);

    // A certificate of another server is rejected.
    let other = TenableSc::builder().https().certificate_login().start().await.unwrap();
    let foreign = client(&center).client_certificate(other.client_identity_pem().unwrap());
    let error = foreign.build().unwrap().scan_results().get(1).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Tls | ErrorKind::Disconnected), "{error}");
    assert_eq!(center.logins(), 2);

    let plain = TenableSc::builder().certificate_login().start().await.unwrap();
    assert_eq!(plain.client_identity_pem(), None);
}

#[tokio::test]
async fn faults_are_met_over_https_too() {
    let center = TenableSc::builder().https().start().await.unwrap();
    let keyed = || client(&center).api_key(center.access_key(), center.secret_key());
    let mut kinds = Vec::new();
    for fault in [
        Fault::refuse(),
        Fault::reset(),
        Fault::close(),
        Fault::truncate_after(10),
        Fault::reset_after(10),
        Fault::status(503),
    ] {
        let injected = center.inject(fault.times(1));
        let error = keyed().build().unwrap().scan_results().get(1).await.unwrap_err();
        assert_eq!(injected.used(), 1, "{error}");
        kinds.push(error.kind());
    }
    let broken = ErrorKind::Disconnected;
    assert_eq!(kinds[1..], [broken, broken, broken, broken, ErrorKind::Unavailable]);
    // The reset comes before TLS is agreed.
    assert!([ErrorKind::Tls, ErrorKind::Connect, broken].contains(&kinds[0]), "{kinds:?}");
}

#[tokio::test]
async fn a_client_without_tls_does_no_harm() {
    let center = TenableSc::builder().https().start().await.unwrap();
    let address = center.url().strip_prefix("https://").unwrap();
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let silent = TcpStream::connect(address).await.unwrap();
    assert!(crate::support::read_request(&mut plain).await.is_none());
    let keys = client(&center).api_key(center.access_key(), center.secret_key()).build().unwrap();
    keys.scan_results().get(1).await.unwrap();
    // A handshake that never comes does not keep it from stopping.
    center.stop().await;
    drop(silent);
}
