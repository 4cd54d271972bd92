//! Bytes into text.

/// How a file was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Encoding {
    Utf8,
    Utf8Bom,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// Decodes by byte order mark, then as UTF-8, then as UTF-16 by its pattern
/// of zero bytes, then as Windows-1252. `Err` says why it is no text.
///
/// # Errors
/// When the bytes hold NUL characters in no encoding that we know.
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), String> {
    let _ = bytes;
    unimplemented!()
}
