//! Where a registry is and what to show it.

use std::fmt;

/// Address and credentials of a registry.
#[derive(Clone, Debug)]
pub struct Access {
    /// `http(s)://HOST[:PORT][/PATH]`, without credentials and without a slash at its end.
    pub address: String,
    /// What to show, if anything.
    pub authorization: Option<Authorization>,
}

/// Whether `text` can be the address of anything: a scheme, a host and what a request can be sent to.
pub fn is_address(text: &str) -> bool {
    let parsed: Result<ureq::http::Uri, _> = text.parse();
    parsed.is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some_and(|host| !host.is_empty()))
}

/// What is sent as `Authorization`. Its `Debug` tells the scheme alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    header: String,
}

impl Authorization {
    /// Basic authentication.
    pub fn basic(username: &str, password: &str) -> Self {
        Self { header: format!("Basic {}", base64(format!("{username}:{password}").as_bytes())) }
    }

    /// A bearer token.
    pub fn bearer(token: &str) -> Self {
        Self { header: format!("Bearer {token}") }
    }

    /// The value of the header.
    pub(super) fn header(&self) -> &str {
        &self.header
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} …", self.header.split(' ').next().unwrap_or_default())
    }
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for letter in 0..4 {
            let is_padding = letter > group.len();
            let at = (bits >> (18 - 6 * letter)) & 63;
            text.push(if is_padding { '=' } else { char::from(LETTERS[at as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Access, Authorization, base64};

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("\u{fb}\u{ff}", "w7vDvw=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text, "{bytes:?}");
        }
    }

    #[test]
    fn credentials_are_not_shown() {
        for authorization in [Authorization::basic("ann", "s3cret"), Authorization::bearer("s3cret")] {
            let shown = format!("{:?}", Access { address: "http://a".to_owned(), authorization: Some(authorization) });
            assert!(!shown.contains("s3cret") && !shown.contains("YW5u"), "{shown}");
        }
    }
}
