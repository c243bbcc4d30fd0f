//! Certificates that a sandbox makes for itself and its clients when it starts.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use rcgen::{
    Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

use super::connection::Socket;
use super::host::Options;

/// The TLS configuration of a sandbox, and what its clients need for it.
pub(super) struct Certificates {
    /// SHA-256 of the server's certificate, in hexadecimal digits.
    pub(super) fingerprint: String,
    /// The server's certificate.
    pub(super) pem: String,
    /// A client's certificate and its key.
    pub(super) identity_pem: Option<String>,
    acceptor: TlsAcceptor,
}

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

impl Certificates {
    /// New ones, if these options ask for HTTPS.
    pub(super) fn new(options: &Options) -> io::Result<Option<Self>> {
        let made = options.https.then(|| Self::make(options.client_certificates));
        made.transpose().map_err(io::Error::other)
    }

    /// For a server that asks its clients for a certificate or does not.
    fn make(client_certificates: bool) -> Result<Self> {
        let hosts = &["localhost", "127.0.0.1"];
        let purpose = ExtendedKeyUsagePurpose::ServerAuth;
        let (certificate, key) = self_signed("scanops sandbox", hosts, purpose)?;
        let client = || self_signed("automation", &[], ExtendedKeyUsagePurpose::ClientAuth);
        let client = client_certificates.then(client).transpose()?;
        let accepted = client.as_ref().map(|(certificate, _)| certificate.der().clone());
        Ok(Self {
            fingerprint: fingerprint(certificate.der()),
            pem: certificate.pem(),
            identity_pem: client.map(|(certificate, key)| certificate.pem() + &key.serialize_pem()),
            acceptor: TlsAcceptor::from(Arc::new(config(&certificate, &key, accepted)?)),
        })
    }

    /// The server's side of a handshake. Also tells whether the client has presented the certificate
    /// made for it.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<(impl Socket, bool)> {
        let stream = self.acceptor.accept(stream).await?;
        let certified = stream.get_ref().1.peer_certificates().is_some();
        Ok((stream, certified))
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

fn self_signed(
    name: &str,
    hosts: &[&str],
    purpose: ExtendedKeyUsagePurpose,
) -> Result<(Certificate, KeyPair)> {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    // Python asks for them, from 3.13 on.
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?, key))
}

fn config(
    certificate: &Certificate,
    key: &KeyPair,
    client: Option<CertificateDer<'static>>,
) -> Result<ServerConfig> {
    // Named, as a program may have two providers, and then there is no default one.
    let provider = Arc::new(default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let config = match client {
        None => config.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client)?;
            // Clients without one may still log in by other means.
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()?;
            config.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok(config.with_single_cert(vec![certificate.der().clone()], key)?)
}

fn fingerprint(certificate: &[u8]) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(certificate) {
        // Writing to a string can't fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
