//! STARTTLS and what the server's certificate says of itself.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{self, CryptoProvider};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, AlertDescription, ClientConfig, DigitallySignedStruct, PeerIncompatible, SignatureScheme,
};

use super::reach::{said_by_system, whole_seconds};
use super::{Net, certificate};
use crate::shown::shown;

/// How STARTTLS went (RFC 3207).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsState {
    /// The server does not offer it.
    NotOffered,
    /// Not asked for: the script did not want it, or the conversation ended
    /// before (then `ehlo` of the conversation is `None` or not 250).
    NotTried,
    /// The channel is encrypted, whoever is at its other end.
    Up {
        /// `TLSv1.3` or `TLSv1.2`.
        version: String,
        /// What the certificate says.
        certificate: CertificateReport,
    },
    /// The channel was encrypted, and nothing came of it: the conversation went
    /// on in plain text, on a new connection.
    Lost {
        /// As in [`TlsState::Up`].
        version: String,
        /// What the certificate says.
        certificate: CertificateReport,
        /// What was seen, a sentence part to follow a colon.
        why: String,
    },
    /// Offered, but it failed; the conversation went on in plain text, on a
    /// new connection where the old one was spoiled.
    Failed {
        /// What was seen, a sentence part to follow a colon.
        why: String,
        /// Whose fault it is.
        fault: TlsFault,
    },
}

/// Why encryption that was offered did not come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// The server speaks only versions before 1.2.
    OldOnly,
    /// The server shares no cipher, group or signature with this program.
    NothingShared,
    /// It ended the handshake behind its certificate, as servers do that want
    /// one of whoever connects.
    BehindCertificate,
    /// Something went on in plain text behind the reply to STARTTLS (RFC 3207 6).
    Injected,
    /// Anything else.
    Other,
}

/// What a certificate says. Never a reason to end the test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateReport {
    /// Names that it is for (subject alternative names, else the common name).
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// Valid from.
    pub not_before: jiff::Timestamp,
    /// Valid until.
    pub not_after: jiff::Timestamp,
    /// Whether this machine would trust it for the server's name.
    pub trust: TrustVerdict,
}

/// Whether a certificate is trusted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrustVerdict {
    /// Trusted for the server's name.
    Trusted,
    /// Not trusted, and why: `self-signed`, `expired on ...`, `not for mail.example.com`.
    NotTrusted(String),
}

/// Why there is no encryption.
pub(super) struct Failure {
    /// A sentence part to follow a colon.
    pub(super) why: String,
    pub(super) fault: TlsFault,
}

/// Encrypts the connection, whoever is at its other end: as mail servers do,
/// and because a bad certificate is a finding, not an end.
pub(super) async fn handshake(
    net: &Net,
    host: &str,
    stream: TcpStream,
    patience: Duration,
) -> Result<(TlsStream<TcpStream>, TlsState), Failure> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Failure::plain("the server's name can't be asked for a certificate"))?;
    let recorder = Arc::new(Recorder {
        provider: provider(),
        unproved: Mutex::new(None),
        shown: AtomicBool::new(false),
    });
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::plain(&error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = match timeout(patience, connector.connect(name.clone(), stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            return Err(Failure::of(&error, recorder.shown.load(Ordering::Relaxed)));
        }
        Err(_) => {
            let seconds = whole_seconds(patience);
            return Err(Failure::plain(&format!("the handshake took longer than {seconds} s")));
        }
    };
    let (_, session) = stream.get_ref();
    let version = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let chain: Vec<_> = session.peer_certificates().unwrap_or_default().to_vec();
    let unproved = recorder.unproved.lock().unwrap_or_else(PoisonError::into_inner).take();
    let certificate = certificate::report(net, chain, name, unproved).await;
    Ok((stream, TlsState::Up { version, certificate }))
}

/// The one provider of ciphers.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(crypto::ring::default_provider())
}

impl Failure {
    /// One that says nothing of versions.
    pub(super) fn plain(why: &str) -> Self {
        Self { why: why.to_owned(), fault: TlsFault::Other }
    }

    /// `shown`: a certificate had come by then.
    fn of(error: &io::Error, shown_before: bool) -> Self {
        let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())
        else {
            return match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    Self::plain("the server closed the connection during the handshake")
                }
                _ => Self::plain(&said_by_system(error)),
            };
        };
        let old = matches!(
            fault,
            rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
                | rustls::Error::PeerIncompatible(
                    PeerIncompatible::ServerDoesNotSupportTls12Or13
                        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                )
        );
        if old {
            let why = "the server speaks only TLS versions before 1.2".to_owned();
            return Self { why, fault: TlsFault::OldOnly };
        }
        let refused = matches!(
            fault,
            rustls::Error::AlertReceived(AlertDescription::HandshakeFailure)
                | rustls::Error::PeerIncompatible(
                    PeerIncompatible::NoCipherSuitesInCommon
                        | PeerIncompatible::NoKxGroupsInCommon
                        | PeerIncompatible::NoSignatureSchemesInCommon
                )
        );
        if refused && !shown_before {
            let why = "the server shares no cipher with this program (alert handshake_failure)";
            return Self { fault: TlsFault::NothingShared, ..Self::plain(why) };
        }
        if shown_before && let rustls::Error::AlertReceived(alert) = fault {
            let why = format!(
                "the server showed its certificate and then ended the handshake with the alert {alert:?}"
            );
            return Self { fault: TlsFault::BehindCertificate, ..Self::plain(&why) };
        }
        Self::plain(&match fault {
            rustls::Error::AlertReceived(alert) => {
                format!("the server ended the handshake with the alert {alert:?}")
            }
            rustls::Error::InvalidMessage(_) | rustls::Error::InappropriateMessage { .. } => {
                "what the server sent after its reply to STARTTLS is not TLS".to_owned()
            }
            rustls::Error::NoCertificatesPresented => "the server has no certificate".to_owned(),
            other => shown(&other.to_string(), 200),
        })
    }
}

/// Takes any certificate; what it is worth is judged afterwards.
#[derive(Debug)]
struct Recorder {
    provider: Arc<CryptoProvider>,
    /// Why the server's proof that the certificate is its own did not hold.
    unproved: Mutex<Option<rustls::Error>>,
    /// Whether the server showed a certificate.
    shown: AtomicBool,
}

impl Recorder {
    fn judge(
        &self,
        verdict: Result<HandshakeSignatureValid, rustls::Error>,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verdict.or_else(|error| {
            *self.unproved.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            Ok(HandshakeSignatureValid::assertion())
        })
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.shown.store(true, Ordering::Relaxed);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        self.judge(crypto::verify_tls12_signature(message, certificate, signed, known))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        self.judge(crypto::verify_tls13_signature(message, certificate, signed, known))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
