//! Why TLS failed, in words that say what to do.
//!
//! What is wrong with a server's certificate is in `tls.rs`: issuer, name, dates, pin. So are
//! servers that speak TLS 1.2 or 1.3 alone, which work.
#![cfg(feature = "rustls")]

use std::sync::Arc;

use crate::support::once;
use rcgen::{Certificate, CertificateParams, DnType, KeyPair};
use scanops::{Error, ErrorKind, RetryPolicy, tenable_sc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig, SupportedProtocolVersion,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::WebPkiClientVerifier,
        version::{TLS12, TLS13},
    },
};

/// A server that says this as soon as it is called, whatever it is told, and closes.
async fn saying(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut hello = [0; 5];
            let _ = socket.read_exact(&mut hello).await;
            let _ = socket.write_all(bytes).await;
            let _ = socket.shutdown().await;
            let _ = socket.read_to_end(&mut Vec::new()).await;
        }
    });
    format!("https://{address}")
}

#[tokio::test]
async fn what_a_server_says_in_place_of_a_handshake_is_told() {
    use ErrorKind::{Connect, Tls};
    for (bytes, kind, message) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\nPlain http here"[..], Tls, "begins with http://"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", Tls, "does not speak TLS; check the port"),
        (b"\x15\x03\x01\0\x02\x02\x46", Tls, "neither TLS 1.2 nor 1.3"),
        (b"\x15\x03\x03\0\x02\x02\x28", Tls, "may ask for a client certificate, or have no cipher"),
        (b"\x15\x03\x03\0\x02\x02\x70", Tls, "serves no such name"),
        (b"\x15\x03\x03\0\x02\x02\x50", Tls, "its log may say why"),
        (b"\x15\x03\x03\0\x02\x02\x74", Tls, "asks for a client certificate, and got none"),
        // It may be starting: worth another attempt.
        (b"", Connect, "closed the connection during the TLS handshake"),
        (b"\x16\x03\x03\0\x7a\x02", Connect, "closed the connection during the TLS handshake"),
    ] {
        let error = once(saying(bytes).await).build().unwrap();
        let error = error.get_scan_engines().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.is_connect() && error.is_retryable() == (kind == Connect));
        assert!(error.to_string().contains(message), "{error}");
    }
}

fn certified(name: &str) -> (Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.self_signed(&key).unwrap(), key)
}

/// A Tenable.sc that knows one client's certificate, and its builder with the server's as a root.
async fn wanting(
    known: &Certificate,
    version: &'static SupportedProtocolVersion,
) -> tenable_sc::ClientBuilder {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(known.der().to_vec())).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let (certificate, key) = certified("localhost");
    let config = ServerConfig::builder_with_protocol_versions(&[version])
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from(certificate.der().to_vec())],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // What it refuses it reads on, so that its words are not lost in a reset.
            if let Err((_, mut socket)) = acceptor.accept(socket).into_fallible().await {
                let _ = socket.read_to_end(&mut Vec::new()).await;
            }
        }
    });
    tenable_sc::Client::builder(format!("https://localhost:{port}"))
        .add_root_certificate_pem(certificate.pem())
        .retry(RetryPolicy::never())
}

async fn refused(builder: tenable_sc::ClientBuilder) -> Error {
    let error = builder.build().unwrap().scan_results().get(5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    error
}

#[tokio::test]
async fn a_client_certificate_that_is_missing_or_not_known_is_said() {
    let (known, _) = certified("automation");
    let (other, key) = certified("stranger");
    for version in [&TLS12, &TLS13] {
        let error = refused(wanting(&known, version).await.api_key("a", "b")).await;
        assert!(error.to_string().contains("asks for a client certificate"), "{error}");
        let stranger = other.pem() + &key.serialize_pem();
        let error = refused(wanting(&known, version).await.client_certificate(stranger)).await;
        let text = error.to_string();
        assert!(text.contains("does not accept the client certificate; check its"), "{text}");
    }
}
