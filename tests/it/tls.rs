//! Whose certificate is trusted: by pin, by root, and nobody else's.
#![cfg(feature = "rustls")]

use std::{net::SocketAddr, sync::Arc};

use crate::support::once;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use scanops::{Error, ErrorKind, Fingerprint, insightvm::ClientBuilder, tenable_sc};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig, SupportedProtocolVersion,
        crypto::aws_lc_rs::sign::any_supported_type,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::WebPkiClientVerifier,
        sign::{CertifiedKey, SingleCertAndKey},
        version::{TLS12, TLS13},
    },
};

/// A console on a loopback port, with a certificate of the test's.
struct Console {
    address: SocketAddr,
    pem: String,
    fingerprint: Fingerprint,
}

impl Console {
    async fn start(certificate: &Certificate, key: &KeyPair) -> Self {
        Self::speaking(certificate, key, &[&TLS12, &TLS13]).await
    }

    async fn speaking(
        certificate: &Certificate,
        key: &KeyPair,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let der = CertificateDer::from(certificate.der().to_vec());
        let fingerprint = Fingerprint::of_der(&der);
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_protocol_versions(versions)
            .with_no_client_auth()
            .with_single_cert(vec![der], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let Ok(mut socket) = acceptor.accept(socket).await else { continue };
                if crate::support::read_request(&mut socket).await.is_some() {
                    let body = r#"{"id": 7, "name": "e"}"#;
                    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", body.len());
                    let answer = format!("{head}Connection: close\r\n\r\n{body}");
                    let _ = socket.write_all(answer.as_bytes()).await;
                    let _ = socket.shutdown().await;
                }
            }
        });
        Self { address, pem: certificate.pem(), fingerprint }
    }

    fn client(&self) -> ClientBuilder {
        once(format!("https://localhost:{}", self.address.port()))
    }

    fn by_address(&self) -> ClientBuilder {
        once(format!("https://{}", self.address))
    }
}

fn self_signed(name: &str) -> (Certificate, KeyPair) {
    signed_by_itself(&CertificateParams::new([name.to_owned()]).unwrap())
}

fn signed_by_itself(params: &CertificateParams) -> (Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap(), key)
}

async fn call(client: ClientBuilder) -> Result<i32, Error> {
    Ok(client.build().unwrap().get_scan_engine(7).await?.id)
}

async fn refused(client: ClientBuilder) -> Error {
    let error = call(client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(error.is_connect() && !error.is_retryable());
    error
}

#[tokio::test]
async fn a_self_signed_certificate_works_by_pin() {
    let (certificate, key) = self_signed("some.other.name");
    let console = Console::start(&certificate, &key).await;
    let pin = console.fingerprint;
    assert_eq!(call(console.client().pin_certificate_sha256(pin)).await.unwrap(), 7);
    assert_eq!(call(console.by_address().pin_certificate_sha256(pin)).await.unwrap(), 7);
    let shown = pin.to_string().replace(':', "").to_lowercase();
    assert_eq!(call(console.client().pin_certificate_sha256(shown)).await.unwrap(), 7);
}

#[tokio::test]
async fn a_self_signed_certificate_works_by_root() {
    let (certificate, key) = self_signed("localhost");
    let console = Console::start(&certificate, &key).await;
    let client = console.client().add_root_certificate_pem(&console.pem);
    assert_eq!(call(client).await.unwrap(), 7);
}

#[tokio::test]
async fn a_self_signed_certificate_fails_without_and_the_error_says_how_to_trust_it() {
    let (certificate, key) = self_signed("localhost");
    let console = Console::start(&certificate, &key).await;
    let error = refused(console.client()).await;
    assert!(error.to_string().contains("issuer that is not trusted"), "{error}");
    assert!(error.to_string().contains(&console.fingerprint.to_string()), "{error}");
}

#[tokio::test]
async fn a_wrong_pin_fails_with_both_fingerprints() {
    let (certificate, key) = self_signed("localhost");
    let console = Console::start(&certificate, &key).await;
    let wrong = Fingerprint::of_der(b"another");
    let error = refused(console.client().pin_certificate_sha256(wrong)).await;
    let text = error.to_string();
    assert!(text.contains(&wrong.to_string()), "{text}");
    assert!(text.contains(&console.fingerprint.to_string()), "{text}");
}

#[tokio::test]
async fn one_of_several_pins_is_enough() {
    let (certificate, key) = self_signed("localhost");
    let console = Console::start(&certificate, &key).await;
    let client = console
        .client()
        .pin_certificate_sha256(Fingerprint::of_der(b"the next one"))
        .pin_certificate_sha256(console.fingerprint);
    assert_eq!(call(client).await.unwrap(), 7);
}

#[tokio::test]
async fn a_pin_is_no_good_to_who_lacks_the_private_key() {
    let (certificate, _) = self_signed("localhost");
    // The same certificate, presented with another key: what an impostor could do.
    let other = KeyPair::generate().unwrap();
    let der = CertificateDer::from(certificate.der().to_vec());
    let key = PrivateKeyDer::try_from(other.serialize_der()).unwrap();
    let key = any_supported_type(&key).unwrap();
    let resolver = Arc::new(SingleCertAndKey::from(CertifiedKey::new(vec![der.clone()], key)));
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let config = ServerConfig::builder_with_protocol_versions(versions)
            .with_no_client_auth()
            .with_cert_resolver(Arc::<SingleCertAndKey>::clone(&resolver));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let _ = acceptor.accept(socket).await;
            }
        });
        let pin = Fingerprint::of_der(&der);
        refused(once(format!("https://{address}")).pin_certificate_sha256(pin)).await;
    }
}

#[tokio::test]
async fn a_wrong_name_an_expired_and_a_future_certificate_are_told_apart() {
    let dated = |from: i32, to: i32| {
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        signed_by_itself(&params)
    };
    for ((certificate, key), message) in [
        (self_signed("console.example.com"), "is not for the name \"localhost\": use the name"),
        (dated(2001, 2002), "has expired: have it renewed"),
        (dated(2201, 2202), "not valid yet"),
    ] {
        let console = Console::start(&certificate, &key).await;
        let error = refused(console.client().add_root_certificate_pem(&console.pem)).await;
        assert!(error.to_string().contains(message), "{error}");
        // A pin looks at neither.
        let pinned = console.client().pin_certificate_sha256(console.fingerprint);
        assert_eq!(call(pinned).await.unwrap(), 7);
    }
}

#[tokio::test]
async fn an_authority_vouches_for_the_servers_it_signed() {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&ca_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &Issuer::from_params(&params, &ca_key))
        .unwrap();
    let console = Console::start(&certificate, &key).await;
    assert_eq!(call(console.client().add_root_certificate_pem(ca.pem())).await.unwrap(), 7);
    refused(console.client()).await;
}

#[tokio::test]
async fn both_tls_1_2_and_1_3_are_spoken() {
    let (certificate, key) = self_signed("localhost");
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let console = Console::speaking(&certificate, &key, versions).await;
        let pinned = console.client().pin_certificate_sha256(console.fingerprint);
        assert_eq!(call(pinned).await.unwrap(), 7);
        let rooted = console.client().add_root_certificate_pem(&console.pem);
        assert_eq!(call(rooted).await.unwrap(), 7);
    }
}

#[tokio::test]
async fn a_client_certificate_logs_in_to_tenable_sc() {
    let (certificate, key) = self_signed("localhost");
    let (client_certificate, client_key) = self_signed("automation");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(client_certificate.der().to_vec())).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let der = CertificateDer::from(certificate.der().to_vec());
    let pin = Fingerprint::of_der(&der);
    let config = ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![der], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let (seen, mut heads) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut socket) = acceptor.accept(socket).await else { continue };
            let Some((head, _)) = crate::support::read_request(&mut socket).await else { continue };
            let body = if head.starts_with("GET /rest/system ") {
                r#"{"response":{"version":"6.4.0","token":4711},"error_code":0}"#
            } else {
                r#"{"response":{"id":"5"},"error_code":0}"#
            };
            let _ = seen.send(head);
            let cookie = "Set-Cookie: TNS_SESSIONID=abc; path=/";
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\n{cookie}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    let pem = client_certificate.pem() + &client_key.serialize_pem();
    let builder = || tenable_sc::Client::builder(&url).pin_certificate_sha256(pin);
    let client = builder().client_certificate(&pem).build().unwrap();
    assert_eq!(client.scan_results().get(5).await.unwrap().id, 5);
    assert!(heads.recv().await.unwrap().starts_with("GET /rest/system "));
    let call = heads.recv().await.unwrap().to_lowercase();
    assert!(call.contains("x-securitycenter: 4711"), "{call}");
    assert!(call.contains("cookie: tns_sessionid=abc"), "{call}");
    let shown = format!("{client:?} {:?}", builder().client_certificate(&pem));
    assert!(!shown.contains("PRIVATE") && !shown.contains("4711"), "{shown}");

    for (bad, message) in [
        (client_certificate.pem(), "without a private key"),
        (client_key.serialize_pem(), "no `BEGIN CERTIFICATE` block"),
        (client_certificate.pem() + &key.serialize_pem(), "can't be used with its key"),
    ] {
        let error = builder().client_certificate(bad).build().unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}
