//! What a server's certificate says of itself, and whether this machine
//! would believe it.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{self, CertificateError, RootCertStore};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate, X509Name};

use super::stray_bytes::shown_bytes;
use super::tls::{CertificateReport, TrustVerdict, provider};
use super::{Net, Reach};
use crate::shown::shown;

/// Names of a certificate that are shown.
const MOST_NAMES: usize = 64;

/// Reads the first certificate of `chain` and judges the chain for `name`.
/// `unproved` is why the server could not prove that it is its own.
pub(super) async fn report(
    net: &Net,
    chain: Vec<CertificateDer<'static>>,
    name: ServerName<'static>,
    unproved: Option<rustls::Error>,
) -> CertificateReport {
    let reach = net.reach.clone();
    let now = net.clock.now();
    // The machine's own store is read from files, or asked of the system:
    // neither belongs on a thread that serves sockets.
    let judged = tokio::task::spawn_blocking(move || read(&reach, &chain, &name, now, unproved));
    judged.await.unwrap_or_else(|_| unreadable("the check of the certificate broke off"))
}

pub(super) fn read(
    reach: &Reach,
    chain: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    now: Timestamp,
    unproved: Option<rustls::Error>,
) -> CertificateReport {
    let Some((leaf, others)) = chain.split_first() else {
        return unreadable("the server has no certificate");
    };
    let Ok((_, parsed)) = X509Certificate::from_der(leaf) else {
        return unreadable("the certificate can't be read");
    };
    let validity = parsed.validity();
    let not_before = moment(validity.not_before.timestamp());
    let not_after = moment(validity.not_after.timestamp());
    let trust = match (judge(reach, leaf, others, name, now), unproved) {
        (Ok(()), None) => TrustVerdict::Trusted,
        (Ok(()), Some(error)) => TrustVerdict::NotTrusted(format!(
            "the server can't prove that it is its own ({})",
            shown(&error.to_string(), 120)
        )),
        (Err(error), _) => {
            let mut reasons = Vec::new();
            if parsed.issuer().as_raw() == parsed.subject().as_raw() {
                reasons.push("self-signed".to_owned());
            }
            if not_after < now {
                reasons.push(format!("expired on {}", not_after.strftime("%Y-%m-%d")));
            }
            if now < not_before {
                reasons.push(format!("not valid before {}", not_before.strftime("%Y-%m-%d")));
            }
            if !is_for(leaf, name) {
                reasons.push(format!("not for {}", shown(&name.to_str(), 120)));
            }
            if reasons.is_empty() || matches!(&error, Some(error) if says_more(error, &reasons)) {
                reasons.push(in_words(error.as_ref(), others.is_empty()));
            }
            TrustVerdict::NotTrusted(reasons.join(", "))
        }
    };
    CertificateReport {
        names: names(&parsed),
        issuer: issuer(parsed.issuer()),
        not_before,
        not_after,
        trust,
    }
}

/// Whether this machine trusts the chain for the name; `Err(None)` when it
/// has nothing to judge by.
fn judge(
    reach: &Reach,
    leaf: &CertificateDer<'_>,
    others: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    now: Timestamp,
) -> Result<(), Option<rustls::Error>> {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let verifier = verifier(reach).map_err(|_| None)?;
    verifier.verify_server_cert(leaf, others, name, &[], now).map(|_| ()).map_err(Some)
}

/// Who decides on trust: the machine's certificate store, or the practice
/// world's authorities.
pub(super) fn verifier(reach: &Reach) -> Result<Arc<dyn ServerCertVerifier>, String> {
    match reach {
        Reach::World => rustls_platform_verifier::Verifier::new(provider())
            .map(|verifier| Arc::new(verifier) as Arc<dyn ServerCertVerifier>)
            .map_err(|error| error.to_string()),
        Reach::Practice { roots, .. } => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(
                roots.iter().map(|root| CertificateDer::from(root.as_slice())),
            );
            WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider())
                .build()
                .map(|verifier| verifier as Arc<dyn ServerCertVerifier>)
                .map_err(|error| error.to_string())
        }
    }
}

fn is_for(leaf: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    ParsedCertificate::try_from(leaf)
        .is_ok_and(|leaf| rustls::client::verify_server_name(&leaf, name).is_ok())
}

/// Whether the judge's reason adds to those that the certificate itself gave.
fn says_more(error: &rustls::Error, reasons: &[String]) -> bool {
    let self_signed = reasons.iter().any(|reason| reason == "self-signed");
    !self_signed
        && matches!(
            error,
            rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Revoked
            )
        )
}

fn in_words(error: Option<&rustls::Error>, alone: bool) -> String {
    match error {
        None => "this machine has no certificate authorities to judge by".to_owned(),
        Some(rustls::Error::InvalidCertificate(fault)) => match fault {
            CertificateError::UnknownIssuer if alone => {
                "its issuer is not known to this machine, and the server sent no certificate in between".to_owned()
            }
            CertificateError::UnknownIssuer => "its issuer is not known to this machine".to_owned(),
            CertificateError::Revoked => "revoked by its issuer".to_owned(),
            CertificateError::BadSignature => "not signed by the issuer that it names".to_owned(),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "a certificate of its issuer has expired".to_owned()
            }
            other => shown(&other.to_string(), 120),
        },
        Some(other) => shown(&other.to_string(), 120),
    }
}

/// Subject alternative names, else the common name.
fn names(parsed: &X509Certificate<'_>) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(Some(san)) = parsed.subject_alternative_name() {
        for name in san.value.general_names.iter().take(MOST_NAMES) {
            match name {
                GeneralName::DNSName(name) => names.push(shown(&name.to_ascii_lowercase(), 253)),
                GeneralName::IPAddress(bytes) => names.push(ip(bytes)),
                _ => {}
            }
        }
    }
    if names.is_empty() {
        names.extend(common_name(parsed.subject()));
    }
    names
}

fn ip(bytes: &[u8]) -> String {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        std::net::Ipv4Addr::from(v4).to_string()
    } else if let Ok(v6) = <[u8; 16]>::try_from(bytes) {
        std::net::Ipv6Addr::from(v6).to_string()
    } else {
        shown_bytes(bytes, 64)
    }
}

/// Organisation and common name, as far as there are any.
fn issuer(name: &X509Name<'_>) -> String {
    let organisation = name
        .iter_organization()
        .filter_map(|part| part.as_str().ok())
        .map(|text| shown(text, 120))
        .next();
    match (organisation, common_name(name)) {
        (Some(organisation), Some(common)) if organisation != common => {
            format!("{organisation}, {common}")
        }
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => "(no name)".to_owned(),
    }
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name()
        .filter_map(|part| part.as_str().ok())
        .map(|text| shown(text, 120))
        .next()
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

fn unreadable(why: &str) -> CertificateReport {
    CertificateReport {
        names: Vec::new(),
        issuer: "(not readable)".to_owned(),
        not_before: Timestamp::MIN,
        not_after: Timestamp::MAX,
        trust: TrustVerdict::NotTrusted(why.to_owned()),
    }
}
