//! Certificates that a sandbox makes for itself and its clients when it starts.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// The TLS configuration of a sandbox, and what its clients need for it.
pub(super) struct Certificates {
    /// SHA-256 of the server's certificate, in hexadecimal digits.
    pub(super) fingerprint: String,
    /// The server's certificate.
    pub(super) pem: String,
    /// A client's certificate and its key.
    pub(super) identity_pem: Option<String>,
    pub(super) acceptor: TlsAcceptor,
}

impl Certificates {
    /// New ones, for a server that asks its clients for a certificate or does not.
    pub(super) fn new(client_certificates: bool) -> io::Result<Self> {
        let (certificate, key) = server().map_err(io::Error::other)?;
        let client = client_certificates.then(client_identity).transpose();
        let (identity_pem, authority) = client.map_err(io::Error::other)?.unzip();
        let config = config(&certificate, &key, authority).map_err(io::Error::other)?;
        Ok(Self {
            fingerprint: fingerprint(certificate.der()),
            pem: certificate.pem(),
            identity_pem,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }
}

/// A client's certificate and its key as PEM, and the authority that signed it.
fn client_identity() -> Result<(String, CertificateDer<'static>), rcgen::Error> {
    let mut authority = named("scanops sandbox clients", [])?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority_key = KeyPair::generate()?;
    let authority_der = authority.self_signed(&authority_key)?.der().clone();

    let mut client = named("automation", [])?;
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate()?;
    let client = client.signed_by(&key, &Issuer::from_params(&authority, &authority_key))?;
    Ok((client.pem() + &key.serialize_pem(), authority_der))
}

fn server() -> Result<(Certificate, KeyPair), rcgen::Error> {
    let mut params = named("scanops sandbox", ["localhost", "127.0.0.1"])?;
    // Python asks for them, from 3.13 on.
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?, key))
}

fn named<const N: usize>(name: &str, hosts: [&str; N]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(hosts.map(str::to_owned))?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

fn config(
    certificate: &Certificate,
    key: &KeyPair,
    client_authority: Option<CertificateDer<'static>>,
) -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
    // Named, as a program may have two providers, and then there is no default one.
    let provider = Arc::new(default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let config = match client_authority {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority)?;
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
