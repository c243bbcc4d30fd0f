//! TLS: trust by the system's roots, by added roots, or by a pinned certificate.

use std::{fmt, io, str::FromStr, sync::Arc};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, InvalidMessage,
    SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

use super::reqwest_error;
use crate::{Error, ErrorKind, Result};

/// The SHA-256 fingerprint of a certificate, as browsers and `openssl x509 -fingerprint -sha256`
/// show it: the hash of its DER form.
///
/// It is read from hexadecimal digits in either case, with or without colons or spaces between the
/// pairs, and with or without a prefix such as `sha256:` or `SHA256 Fingerprint=`. It is written in
/// upper case with colons.
///
/// ```
/// use scanops::Fingerprint;
///
/// let shown = "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:\
///              A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08";
/// let fingerprint: Fingerprint = shown.parse()?;
/// assert_eq!(fingerprint.to_string(), shown);
/// assert_eq!(fingerprint, Fingerprint::of_der(b"test"));
/// # Ok::<(), scanops::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate in DER form.
    #[must_use]
    pub fn of_der(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for Fingerprint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || {
            Error::config(format!(
                "{text:?} is not a SHA-256 fingerprint: 64 hexadecimal digits, with or without \
                 colons between the pairs"
            ))
        };
        let text = text.trim().to_ascii_lowercase();
        let digits = ["sha256", "sha-256"].iter().find_map(|name| text.strip_prefix(name));
        let digits =
            digits.map_or(&*text, |rest| rest.strip_prefix(" fingerprint").unwrap_or(rest));
        let digits = digits.strip_prefix('=').unwrap_or(digits);
        let digits: Vec<u8> = digits
            .chars()
            .filter(|c| *c != ':' && !c.is_ascii_whitespace())
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()
            .ok_or_else(invalid)?;
        let mut bytes = [0; 32];
        let (pairs, rest) = digits.as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(invalid());
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// Which certificates are trusted, and which certificate the client presents.
#[derive(Clone, Debug, Default)]
pub(super) struct Trust {
    pub(super) roots_pem: Vec<Vec<u8>>,
    pub(super) pins: Vec<String>,
    /// The client's own certificate and its key.
    pub(super) identity_pem: Option<Identity>,
}

/// A PEM text with a private key in it.
#[derive(Clone)]
pub(super) struct Identity(pub(super) Arc<SecretBox<Vec<u8>>>);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl Trust {
    pub(super) fn is_default(&self) -> bool {
        self.roots_pem.is_empty() && self.pins.is_empty() && self.identity_pem.is_none()
    }

    pub(super) fn client_config(&self) -> Result<ClientConfig> {
        if !self.pins.is_empty() && !self.roots_pem.is_empty() {
            return Err(Error::config(
                "both a root certificate and a pinned fingerprint are given: a pin takes the \
                 place of the check against roots, so use one of the two",
            ));
        }
        let provider = CryptoProvider::get_default()
            .cloned()
            .unwrap_or_else(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        let check = if self.pins.is_empty() {
            Check::Chain(self.verifier(Arc::clone(&provider))?)
        } else {
            let pins = self.pins.iter().map(|pin| pin.parse()).collect::<Result<_>>()?;
            Check::Pinned(pins, Arc::clone(&provider))
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config("TLS can't be set up").with_source(error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(check));
        let mut config = match &self.identity_pem {
            None => config.with_no_client_auth(),
            Some(identity) => {
                let (chain, key) = identity.parse()?;
                config.with_client_auth_cert(chain, key).map_err(|error| {
                    Error::config("the client certificate can't be used with its key")
                        .with_source(error)
                })?
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Verifier> {
        let mut roots = Vec::new();
        for pem in &self.roots_pem {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                roots.push(certificate.map_err(|error| {
                    Error::config("a root certificate is not valid PEM").with_source(error)
                })?);
            }
            if roots.len() == before {
                return Err(Error::config(
                    "a root certificate holds no `BEGIN CERTIFICATE` block: give it as PEM",
                ));
            }
        }
        let verifier = if roots.is_empty() {
            Verifier::new(provider)
        } else {
            Verifier::new_with_extra_roots(roots, provider)
        };
        verifier.map_err(|error| {
            Error::config("the root certificates can't be loaded").with_source(error)
        })
    }
}

impl Identity {
    fn parse(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        let pem = self.0.expose_secret();
        // The PEM reader's own errors may quote the text.
        let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| Error::config("the client certificate is not valid PEM"))?;
        if chain.is_empty() {
            return Err(Error::config(
                "the client certificate holds no `BEGIN CERTIFICATE` block: give certificate and \
                 key as one PEM text (rustls reads no PKCS#12)",
            ));
        }
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| Error::config("the client certificate comes without a private key"))?;
        Ok((chain, key))
    }
}

/// The check of a server's certificate. Both ways verify that the server holds its private key;
/// they differ in how the certificate itself is trusted.
#[derive(Debug)]
enum Check {
    /// By the system's and added roots: issuer, name, dates.
    Chain(Verifier),
    /// By the certificate's fingerprint, and nothing else.
    Pinned(Vec<Fingerprint>, Arc<CryptoProvider>),
}

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = Fingerprint::of_der(certificate);
        let why = match self {
            Self::Chain(verifier) => {
                match verifier.verify_server_cert(certificate, intermediates, name, ocsp, now) {
                    Ok(trusted) => return Ok(trusted),
                    Err(rustls::Error::InvalidCertificate(why)) => Why::Chain(why),
                    Err(other) => return Err(other),
                }
            }
            Self::Pinned(pins, _) if pins.contains(&shown) => {
                return Ok(ServerCertVerified::assertion());
            }
            Self::Pinned(pins, _) => Why::NotPinned(pins.clone()),
        };
        // The error carries the fingerprint, so that a user can pin it.
        let rejected = Rejected { shown, name: name.to_str().into_owned(), why };
        Err(CertificateError::Other(rustls::OtherError(Arc::new(rejected))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self {
            Self::Chain(verifier) => verifier.verify_tls12_signature(message, certificate, signed),
            Self::Pinned(_, provider) => rustls::crypto::verify_tls12_signature(
                message,
                certificate,
                signed,
                &provider.signature_verification_algorithms,
            ),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self {
            Self::Chain(verifier) => verifier.verify_tls13_signature(message, certificate, signed),
            Self::Pinned(_, provider) => rustls::crypto::verify_tls13_signature(
                message,
                certificate,
                signed,
                &provider.signature_verification_algorithms,
            ),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        match self {
            Self::Chain(verifier) => verifier.supported_verify_schemes(),
            Self::Pinned(_, provider) => {
                provider.signature_verification_algorithms.supported_schemes()
            }
        }
    }
}

/// A certificate that was not accepted.
#[derive(Debug)]
struct Rejected {
    shown: Fingerprint,
    name: String,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Chain(CertificateError),
    NotPinned(Vec<Fingerprint>),
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use CertificateError as C;
        let Self { shown, name, why } = self;
        match why {
            Why::NotPinned(pins) => {
                let pins: Vec<_> = pins.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "the server's certificate is not the pinned one: it has the SHA-256 \
                     fingerprint {shown}, pinned is {}; if it was renewed, pin the new one",
                    pins.join(" or ")
                )
            }
            Why::Chain(C::UnknownIssuer) => write!(
                f,
                "the server's certificate comes from an issuer that is not trusted here; if it is \
                 the server's own, pin its SHA-256 fingerprint {shown}, or add its issuer as a root"
            ),
            Why::Chain(C::Expired | C::ExpiredContext { .. }) => {
                write!(
                    f,
                    "the server's certificate has expired: have it renewed, or pin it (SHA-256 \
                     fingerprint {shown}); this machine's clock may also be wrong"
                )
            }
            Why::Chain(C::NotValidYet | C::NotValidYetContext { .. }) => write!(
                f,
                "the server's certificate is not valid yet: is this machine's clock right? \
                 (SHA-256 fingerprint {shown})"
            ),
            Why::Chain(C::NotValidForName | C::NotValidForNameContext { .. }) => write!(
                f,
                "the server's certificate is not for the name {name:?}: use the name that it is \
                 for, or pin it (SHA-256 fingerprint {shown})"
            ),
            Why::Chain(other) => write!(
                f,
                "the server's certificate was not accepted: {other} (SHA-256 fingerprint {shown})"
            ),
        }
    }
}

impl std::error::Error for Rejected {}

fn rejected(error: &rustls::Error) -> Option<&Rejected> {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => other.0.downcast_ref(),
        _ => None,
    }
}

/// The fingerprint of the certificate that was not accepted, if that is what `error` comes from.
pub(crate) fn rejected_certificate(
    error: &(dyn std::error::Error + 'static),
) -> Option<Fingerprint> {
    reqwest_error::cause(error).and_then(rejected).map(|rejected| rejected.shown)
}

/// The error for a failed TLS handshake, if that is what `error` comes from.
pub(super) fn handshake_error(error: &reqwest::Error) -> Option<Error> {
    let Some(tls) = reqwest_error::cause::<rustls::Error>(error) else {
        return closed_by_server(error);
    };
    let message = match tls {
        // In TLS 1.3 a server checks the client's certificate after the client's part is done.
        rustls::Error::AlertReceived(alert) if error.is_connect() || is_about_certificate(*alert) => {
            alert_message(*alert)
        }
        // A connection that breaks after the handshake was lost: that is not an error of TLS.
        _ if !error.is_connect() => return None,
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => match rejected(tls) {
            Some(rejected) => rejected.to_string(),
            None => format!("the server's certificate was not accepted: {other}"),
        },
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "the TLS handshake failed: the service on this port does not speak TLS; check the port, or \
             whether the address begins with http://"
                .to_owned()
        }
        other => format!("the TLS handshake failed: {other}"),
    };
    Some(Error::new(ErrorKind::Tls, message))
}

/// Some servers close the connection instead of sending an alert.
fn closed_by_server(error: &reqwest::Error) -> Option<Error> {
    let mut causes =
        reqwest_error::causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    let closed = error.is_connect() && causes.any(|cause| cause.to_string() == "tls handshake eof");
    closed.then(|| {
        Error::new(
            ErrorKind::Connect,
            "the server closed the connection during the TLS handshake; it may be starting, may not speak TLS on \
             this port, or may support neither TLS 1.2 nor 1.3",
        )
    })
}

/// What an alert of the server means.
fn alert_message(alert: AlertDescription) -> String {
    use AlertDescription as A;
    let meaning = match alert {
        A::CertificateRequired => "it asks for a client certificate, and got none",
        A::ProtocolVersion => "it speaks neither TLS 1.2 nor 1.3, and would have to be updated",
        A::UnrecognisedName => "it serves no such name; use the one that its certificate is for",
        A::HandshakeFailure => {
            "it may ask for a client certificate, or have no cipher in common with this client"
        }
        other if is_about_certificate(other) => {
            "it does not accept the client certificate; check its issuer, its dates and the account \
             that it belongs to"
        }
        _ => "its log may say why",
    };
    format!("the server rejected the TLS handshake ({alert:?}): {meaning}")
}

/// Whether an alert is about the client's certificate.
fn is_about_certificate(alert: AlertDescription) -> bool {
    use AlertDescription as A;
    matches!(
        alert,
        A::CertificateRequired
            | A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateExpired
            | A::CertificateUnknown
            | A::UnknownCA
            | A::AccessDenied
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fingerprints_are_read_as_tools_show_them() {
        let of_test = Fingerprint::of_der(b"test");
        let plain = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for text in [
            plain.to_owned(),
            plain.to_uppercase(),
            of_test.to_string(),
            format!(" {of_test}\n"),
            format!("sha256:{plain}"),
            format!("SHA256:{of_test}"),
            format!("SHA256 Fingerprint={of_test}"),
            format!("sha256 Fingerprint={of_test}\n"),
            format!("SHA-256={of_test}"),
            format!("SHA-256: {of_test}"),
            format!("sha256 {plain}"),
            of_test.to_string().replace(':', " "),
            format!("SHA-256 Fingerprint={}", of_test.to_string().replace(':', " ")),
        ] {
            assert_eq!(text.parse::<Fingerprint>().unwrap(), of_test, "{text}");
        }
        let long = format!("{plain}00");
        for bad in ["", "9f86", &plain[1..], &long, &plain.replace('9', "g"), "sha256:"] {
            let error = bad.parse::<Fingerprint>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{bad}");
        }
    }

    #[test]
    fn a_root_that_is_not_pem_is_an_error_when_building() {
        for (pem, message) in [
            (&b"not pem"[..], "no `BEGIN CERTIFICATE`"),
            (b"", "no `BEGIN CERTIFICATE`"),
            (b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", "not valid PEM"),
        ] {
            let trust = Trust { roots_pem: vec![pem.to_vec()], ..Trust::default() };
            assert!(trust.client_config().unwrap_err().to_string().contains(message));
        }
    }

    proptest! {
        #[test]
        fn a_fingerprint_is_read_back_as_written(bytes: [u8; 32]) {
            let fingerprint = Fingerprint(bytes);
            prop_assert_eq!(fingerprint.to_string().parse::<Fingerprint>().unwrap(), fingerprint);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = text.parse::<Fingerprint>();
        }
    }
}
