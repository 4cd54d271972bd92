//! The practice world's own certificate authority, and what it certifies.

use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// The name in the certificate that Exchange makes for itself when it is
/// installed, and that nobody has replaced (fault `bad-certificate`).
pub(super) const OWN_NAME: &str = "exch01.corp.example";

/// An authority that exists as long as the practice world.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn new() -> io::Result<Self> {
        let mut params = params(&[], "Practice world CA").map_err(io::Error::other)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;
        Ok(Self { issuer })
    }

    /// Its own certificate, DER.
    pub(super) fn root(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// TLS with a certificate for `name`, signed by this authority.
    pub(super) fn certify(&self, name: &str) -> io::Result<TlsAcceptor> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = server_params(name)
            .and_then(|params| params.signed_by(&key, &self.issuer))
            .map_err(io::Error::other)?;
        acceptor(certificate.der().clone(), &key)
    }
}

/// TLS with a certificate for `name` that nobody but its owner has signed.
pub(super) fn self_signed(name: &str) -> io::Result<TlsAcceptor> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = server_params(name)
        .and_then(|params| params.self_signed(&key))
        .map_err(io::Error::other)?;
    acceptor(certificate.der().clone(), &key)
}

fn server_params(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = params(&[name], name)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

/// Valid at any time that a practice clock may show.
fn params(names: &[&str], common_name: &str) -> Result<CertificateParams, rcgen::Error> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2044, 1, 1);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> io::Result<TlsAcceptor> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key))
        .map_err(|error: rustls::Error| io::Error::other(error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
