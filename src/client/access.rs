//! Where a registry is and what to show it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use ureq::http::Uri;

/// Whether `text` can be the address of anything: a scheme, a host and what a request can be sent to.
pub fn is_address(text: &str) -> bool {
    let parsed: Result<Uri, _> = text.parse();
    parsed.is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some_and(|host| !host.is_empty()))
}

/// What is sent as `Authorization`. Its `Debug` tells the scheme alone.
///
/// ```
/// use sluicegate::client::Authorization;
///
/// assert_eq!(format!("{:?}", Authorization::basic("ann", "s3cret")), "Basic …");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    header: String,
}

impl Authorization {
    /// Basic authentication.
    pub fn basic(username: &str, password: &str) -> Self {
        Self { header: format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))) }
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

/// Scheme, host and port of an address: what credentials are shown to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// That of an absolute address.
    pub(super) fn of(address: &str) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let port = uri.port_u16().or(match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        });
        Some(Self { host: uri.host()?.to_ascii_lowercase(), scheme, port })
    }

    /// Whether this machine is meant, which no proxy can reach for us.
    pub(super) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host == "[::1]" || self.host.starts_with("127.")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Authorization, Origin};

    #[test]
    fn credentials_are_those_of_the_standard() {
        let shown = Authorization::basic("Aladdin", "open sesame");
        assert_eq!(shown.header(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "RFC 7617, section 2");
    }

    #[test]
    fn credentials_are_not_printed() {
        for authorization in [Authorization::basic("ann", "s3cret"), Authorization::bearer("s3cret")] {
            let shown = format!("{authorization:?}");
            assert!(!shown.contains("s3cret") && !shown.contains("YW5u"), "{shown}");
        }
    }

    #[test]
    fn the_own_machine_is_asked_without_a_proxy() {
        let is_loopback = |address: &str| Origin::of(address).is_some_and(|origin| origin.is_loopback());
        for address in ["http://localhost:8081", "http://127.0.0.1/x", "https://[::1]:80", "http://LOCALHOST"] {
            assert!(is_loopback(address), "{address}");
        }
        for address in ["http://localhost.example.org:8081", "http://registry", "http://[fe80::1]:80"] {
            assert!(!is_loopback(address), "{address}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |left: &str, right: &str| Origin::of(left) == Origin::of(right);
        assert!(same("http://a", "HTTP://A:80/x?y"));
        assert!(!same("http://a", "https://a"));
        assert!(!same("http://a:1", "http://a:2"));
        assert_eq!(Origin::of("/x"), None);
    }
}
