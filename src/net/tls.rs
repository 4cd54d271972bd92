//! STARTTLS and what the server's certificate says of itself.

/// How STARTTLS went (RFC 3207).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsState {
    /// The server does not offer it.
    NotOffered,
    /// Offered, not asked for.
    NotTried,
    /// The channel is encrypted, whoever is at its other end.
    Up {
        /// `TLSv1.3` or `TLSv1.2`.
        version: String,
        /// What the certificate says.
        certificate: CertificateReport,
    },
    /// Offered, but it failed; the conversation went on in plain text on a
    /// new connection.
    Failed {
        /// What was seen, a sentence part to follow a colon.
        why: String,
        /// Whether the server speaks only versions before 1.2.
        old_only: bool,
    },
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
