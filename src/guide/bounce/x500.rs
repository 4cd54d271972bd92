//! Addresses of old mail: Exchange writes an internal address that has no
//! SMTP form as `IMCEAEX-...@domain`.

use crate::shown::shown;

/// The proxy address for the first such address in a text, as Exchange takes
/// it: `X500:/o=Org/ou=.../cn=ann`. `None` where there is none.
pub(super) fn in_text(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let start = upper.find("IMCEAEX-")? + "IMCEAEX-".len();
    let rest = text.get(start..)?;
    let encoded = rest.split(['@', '<', '>', '"', ' ', '\t', '\r', '\n']).next()?;
    if encoded.is_empty() || !rest[encoded.len()..].starts_with('@') || encoded.len() > 2000 {
        return None;
    }
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut left = encoded.bytes();
    while let Some(byte) = left.next() {
        match byte {
            b'_' => bytes.push(b'/'),
            b'+' => {
                let (high, low) = (hex(left.next()?)?, hex(left.next()?)?);
                bytes.push(high * 16 + low);
            }
            other => bytes.push(other),
        }
    }
    Some(format!("X500:{}", shown(&String::from_utf8_lossy(&bytes), 1000)))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
