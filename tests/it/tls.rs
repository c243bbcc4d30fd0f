//! Which certificates are trusted, by pin or by root, and the errors of TLS.
#![cfg(feature = "rustls")]

use std::sync::{Arc, atomic::Ordering};

use crate::support::{Reply, ScriptedServer, assert_error, console_builder, in_turn, play};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use scanops::{
    Error, ErrorKind, Fingerprint, RetryPolicy, insightvm::ClientBuilder, reqwest, tenable_sc,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
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

type Versions = &'static [&'static SupportedProtocolVersion];
const BOTH: Versions = &[&TLS12, &TLS13];
const EACH: [Versions; 2] = [&[&TLS12], &[&TLS13]];

impl ScriptedServer {
    /// The same as [`start`](Self::start), over TLS. After a failed handshake the connection is read to
    /// its end, so that the alert is not lost in a reset.
    async fn start_tls(config: ServerConfig, replies: impl IntoIterator<Item = Reply>) -> Self {
        let (listener, server) = Self::bind("https").await;
        let (seen, reply) = (Arc::clone(&server.seen), in_turn(replies));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                match acceptor.accept(socket).into_fallible().await {
                    Ok(mut socket) => {
                        let number = seen.connections.fetch_add(1, Ordering::SeqCst);
                        play(&mut socket, number, &reply, &seen).await;
                    }
                    Err((_, mut socket)) => drop(socket.read_to_end(&mut Vec::new()).await),
                }
            }
        });
        server
    }
}

/// A certificate and its private key.
struct Identity {
    der: CertificateDer<'static>,
    pem: String,
    key: KeyPair,
}

impl Identity {
    fn new(name: &str) -> Self {
        Self::with(name, |_| ())
    }

    /// Signed by itself.
    fn with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (key, mut params) = (KeyPair::generate().unwrap(), params(name));
        change(&mut params);
        let certificate = params.self_signed(&key).unwrap();
        Self { der: certificate.der().clone(), pem: certificate.pem(), key }
    }

    fn pin(&self) -> Fingerprint {
        Fingerprint::of_der(&self.der)
    }

    fn private_key(&self) -> PrivateKeyDer<'static> {
        self.key.serialize_der().try_into().unwrap()
    }

    /// Certificate and key, in the form that a client takes.
    fn whole_pem(&self) -> String {
        self.pem.clone() + &self.key.serialize_pem()
    }

    fn config(&self, versions: Versions) -> ServerConfig {
        let config = ServerConfig::builder_with_protocol_versions(versions).with_no_client_auth();
        config.with_single_cert(vec![self.der.clone()], self.private_key()).unwrap()
    }

    /// The configuration of a server that asks for a client certificate, and accepts one.
    fn config_for(&self, client: &Self, versions: Versions) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(client.der.clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
        ServerConfig::builder_with_protocol_versions(versions)
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![self.der.clone()], self.private_key())
            .unwrap()
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    // Not the name of any system root.
    params.distinguished_name.push(DnType::CommonName, format!("{name} of a test"));
    params
}

async fn console(config: ServerConfig) -> ScriptedServer {
    ScriptedServer::start_tls(config, [Reply::engine()]).await
}

/// A client that connects to the server by name.
fn by_name(console: &ScriptedServer) -> ClientBuilder {
    console_builder(format!("https://localhost:{}", console.address.port()))
}

async fn call(client: ClientBuilder) -> Result<i32, Error> {
    Ok(client.build().unwrap().get_scan_engine(7).await?.id)
}

async fn tls_error(client: ClientBuilder) -> String {
    let error = call(client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(error.is_connect() && !error.is_retryable());
    error.to_string()
}

#[tokio::test]
async fn a_self_signed_certificate_works_by_pin_and_by_root() {
    let other = Identity::new("some.other.name");
    let server = console(other.config(BOTH)).await;
    let lower_case = other.pin().to_string().replace(':', "").to_lowercase();
    let next = Fingerprint::of_der(b"the next one");
    for client in [
        by_name(&server).pin_certificate_sha256(other.pin()),
        server.console_builder().pin_certificate_sha256(other.pin()),
        by_name(&server).pin_certificate_sha256(lower_case),
        // One of several pins is enough.
        by_name(&server).pin_certificate_sha256(next).pin_certificate_sha256(other.pin()),
    ] {
        assert_eq!(call(client).await.unwrap(), 7);
    }
    let identity = Identity::new("localhost");
    for versions in EACH {
        let server = console(identity.config(versions)).await;
        let pinned = by_name(&server).pin_certificate_sha256(identity.pin());
        assert_eq!(call(pinned).await.unwrap(), 7);
        let rooted = by_name(&server).add_root_certificate_pem(&identity.pem);
        assert_eq!(call(rooted).await.unwrap(), 7);
    }
}

#[tokio::test]
async fn a_custom_reqwest_builder_decides_on_trust_unless_there_is_a_pin() {
    let identity = Identity::new("localhost");
    let server = console(identity.config(BOTH)).await;
    let root = reqwest::Certificate::from_pem(identity.pem.as_bytes()).unwrap();
    let own = move || reqwest::Client::builder().tls_certs_only([root.clone()]);
    assert_eq!(call(by_name(&server).reqwest_builder(own.clone())).await.unwrap(), 7);
    let other = Fingerprint::of_der(b"another");
    tls_error(by_name(&server).reqwest_builder(own).pin_certificate_sha256(other)).await;
}

#[tokio::test]
async fn a_certificate_can_be_pinned_on_first_use_by_the_fingerprint_in_the_error() {
    let identity = Identity::new("localhost");
    let server = console(identity.config(BOTH)).await;
    let sc = ScriptedServer::start_tls(identity.config(BOTH), []).await;
    let wrong = Fingerprint::of_der(b"another");
    let wrong_name = server.console_builder().add_root_certificate_pem(&identity.pem);
    let wrong_pin = by_name(&server).pin_certificate_sha256(wrong);
    let login = tenable_sc::Client::builder(sc.url()).password("user", "secret").build().unwrap();
    for (error, message) in [
        (call(by_name(&server)).await.unwrap_err(), "issuer that is not trusted"),
        (call(wrong_name).await.unwrap_err(), "is not for the name"),
        (call(wrong_pin).await.unwrap_err(), &*wrong.to_string()),
        (login.scan_results().get(5).await.unwrap_err(), "issuer that is not trusted"),
    ] {
        assert_error(&error, ErrorKind::Tls, message);
        assert_eq!(error.server_certificate(), Some(identity.pin()), "{error}");
        assert!(error.to_string().contains(&identity.pin().to_string()), "{error}");
    }
    let error = call(by_name(&server)).await.unwrap_err();
    let pinned = by_name(&server).pin_certificate_sha256(error.server_certificate().unwrap());
    assert_eq!(call(pinned).await.unwrap(), 7);

    // An error of anything else has none.
    let client = console_builder(sending(b"\x15\x03\x01\0\x02\x02\x46").await);
    let error = call(client).await.unwrap_err();
    assert_eq!((error.kind(), error.server_certificate()), (ErrorKind::Tls, None));
}

#[tokio::test]
async fn a_pinned_certificate_without_its_private_key_is_rejected() {
    // An impostor can present the certificate, but only with another key.
    let identity = Identity::new("localhost");
    let key = any_supported_type(&Identity::new("localhost").private_key()).unwrap();
    let certified = CertifiedKey::new(vec![identity.der.clone()], key);
    let resolver = Arc::new(SingleCertAndKey::from(certified));
    for versions in EACH {
        let config = ServerConfig::builder_with_protocol_versions(versions)
            .with_no_client_auth()
            .with_cert_resolver(Arc::<SingleCertAndKey>::clone(&resolver));
        let server = console(config).await;
        tls_error(by_name(&server).pin_certificate_sha256(identity.pin())).await;
        assert_eq!(server.requests(), 0);
    }
}

#[tokio::test]
async fn a_wrong_name_and_wrong_dates_have_errors_of_their_own() {
    let dated = |from: i32, to: i32| {
        Identity::with("localhost", |params| {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(to, 1, 1);
        })
    };
    for (identity, message) in [
        (Identity::new("console.example.com"), "is not for the name \"localhost\": use the name"),
        (dated(2001, 2002), "has expired: have it renewed"),
        (dated(2201, 2202), "not valid yet"),
    ] {
        let server = console(identity.config(BOTH)).await;
        let error = tls_error(by_name(&server).add_root_certificate_pem(&identity.pem)).await;
        assert!(error.contains(message), "{error}");
        // A pin ignores names and dates.
        let pinned = by_name(&server).pin_certificate_sha256(identity.pin());
        assert_eq!(call(pinned).await.unwrap(), 7);
    }
}

#[tokio::test]
async fn a_root_is_trusted_for_the_certificates_it_signed() {
    let mut ca_params = params("authority");
    ca_params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let ca = ca_params.self_signed(&ca_key).unwrap();
    let issuer = Issuer::from_params(&ca_params, &ca_key);
    let certificate = params("localhost").signed_by(&key, &issuer).unwrap();
    let identity = Identity { der: certificate.der().clone(), pem: certificate.pem(), key };
    let server = console(identity.config(BOTH)).await;
    assert_eq!(call(by_name(&server).add_root_certificate_pem(ca.pem())).await.unwrap(), 7);
    tls_error(by_name(&server)).await;
}

#[tokio::test]
async fn a_client_certificate_logs_in_to_tenable_sc() {
    let (identity, automation) = (Identity::new("localhost"), Identity::new("automation"));
    let login = Reply::http(
        "200 OK",
        &[("Set-Cookie", "TNS_SESSIONID=abc; path=/")],
        r#"{"response":{"version":"6.4.0","token":4711},"error_code":0}"#,
    );
    let replies = [login, Reply::sc(r#"{"id":"5"}"#)];
    let server = ScriptedServer::start_tls(identity.config_for(&automation, BOTH), replies).await;
    let builder =
        || tenable_sc::Client::builder(server.url()).pin_certificate_sha256(identity.pin());
    let client = builder().client_certificate(automation.whole_pem()).build().unwrap();
    assert_eq!(client.scan_results().get(5).await.unwrap().id, 5);
    let heads = server.heads();
    assert!(heads[0].starts_with("get /rest/system "), "{}", heads[0]);
    assert!(heads[1].contains("x-securitycenter: 4711"), "{}", heads[1]);
    assert!(heads[1].contains("cookie: tns_sessionid=abc"), "{}", heads[1]);
    let shown = format!("{client:?} {:?}", builder().client_certificate(automation.whole_pem()));
    assert!(!shown.contains("PRIVATE") && !shown.contains("4711"), "{shown}");

    for (bad, message) in [
        (automation.pem.clone(), "without a private key"),
        (automation.key.serialize_pem(), "no `BEGIN CERTIFICATE` block"),
        (automation.pem + &identity.key.serialize_pem(), "can't be used with its key"),
    ] {
        let error = builder().client_certificate(bad).build().unwrap_err();
        assert_error(&error, ErrorKind::Config, message);
    }
}

#[tokio::test]
async fn a_missing_or_unknown_client_certificate_is_named_in_the_error() {
    let [identity, known, stranger] = ["localhost", "automation", "stranger"].map(Identity::new);
    for versions in EACH {
        let server = ScriptedServer::start_tls(identity.config_for(&known, versions), []).await;
        let builder = || {
            tenable_sc::Client::builder(server.url())
                .pin_certificate_sha256(identity.pin())
                .retry(RetryPolicy::never())
        };
        for (builder, message) in [
            (builder().api_key("a", "b"), "asks for a client certificate"),
            (
                builder().client_certificate(stranger.whole_pem()),
                "does not accept the client certificate; check its",
            ),
        ] {
            let error = builder.build().unwrap().scan_results().get(5).await.unwrap_err();
            assert_error(&error, ErrorKind::Tls, message);
        }
    }
}

#[tokio::test]
async fn a_connection_lost_after_the_handshake_is_not_a_tls_error() {
    let identity = Identity::new("localhost");
    for versions in EACH {
        for begun in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\": "] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("https://{}", listener.local_addr().unwrap());
            let acceptor = TlsAcceptor::from(Arc::new(identity.config(versions)));
            tokio::spawn(async move {
                let mut server = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
                server.read_buf(&mut Vec::with_capacity(4096)).await.unwrap();
                server.write_all(begun.as_bytes()).await.unwrap();
                server.flush().await.unwrap();
                // A TLS record that is not encrypted.
                let (mut socket, _) = server.into_inner();
                socket.write_all(b"\x17\x03\x03\0\x20").await.unwrap();
                socket.write_all(&[7; 32]).await.unwrap();
                let _ = socket.read_to_end(&mut Vec::new()).await;
            });
            let client = console_builder(url).pin_certificate_sha256(identity.pin());
            let error = call(client.retry(RetryPolicy::never())).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Disconnected, "{begun}: {error}");
            assert!(!error.is_connect());
        }
    }
}

/// A server that sends these bytes to each client and closes the connection.
async fn sending(bytes: &'static [u8]) -> String {
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
async fn the_error_of_a_handshake_that_fails_names_the_cause() {
    use ErrorKind::{Connect, Tls};
    for (bytes, kind, message) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\nPlain http here"[..], Tls, "begins with http://"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", Tls, "does not speak TLS; check the port"),
        (b"\x15\x03\x01\0\x02\x02\x46", Tls, "neither TLS 1.2 nor 1.3"),
        (b"\x15\x03\x03\0\x02\x02\x28", Tls, "may ask for a client certificate, or have no cipher"),
        (b"\x15\x03\x03\0\x02\x02\x70", Tls, "serves no such name"),
        (b"\x15\x03\x03\0\x02\x02\x50", Tls, "its log may say why"),
        (b"\x15\x03\x03\0\x02\x02\x74", Tls, "asks for a client certificate, and got none"),
        // The server may be starting: the call can be retried.
        (b"", Connect, "closed the connection during the TLS handshake"),
        (b"\x16\x03\x03\0\x7a\x02", Connect, "closed the connection during the TLS handshake"),
    ] {
        let error = call(console_builder(sending(bytes).await)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.is_connect() && error.is_retryable() == (kind == Connect));
        assert!(error.to_string().contains(message), "{error}");
    }
}
