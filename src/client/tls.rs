//! Whose certificates are believed, and which one is shown: one meaning for both ways of asking.

use super::settings::Unusable;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::sync::Arc;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

/// Whose certificates are believed, and which one is shown. Its `Debug` counts them.
///
/// ```no_run
/// use sluicegate::client::{Settings, Trust};
///
/// let mut settings = Settings::new(["https://registry.internal:8081"]);
/// settings.trust = Trust::system()
///     .only(&std::fs::read("ca.pem")?)?
///     .showing(&std::fs::read("client.pem")?, &std::fs::read("client.key")?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Trust {
    roots: Option<Arc<Vec<CertificateDer<'static>>>>,
    shown: Option<Arc<Shown>>,
}

struct Shown {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// The same key, which ureq takes from nothing but PEM.
    ureq_key: PrivateKey<'static>,
}

impl Trust {
    /// The authorities of the system (and `SSL_CERT_FILE`, where the system reads that), and no certificate of our own.
    pub fn system() -> Self {
        Self::default()
    }

    /// Only the authorities in `pem`, in place of the system's: a registry with an authority of its own has no use for
    /// those of the world.
    ///
    /// # Errors
    /// [`Unusable::Certificate`]: there is no certificate in it, or one that cannot be read.
    pub fn only(mut self, pem: &[u8]) -> Result<Self, Unusable> {
        self.roots = Some(Arc::new(certificates(pem, "the certificates of the authorities")?));
        Ok(self)
    }

    /// Shows a certificate with its chain (leaf first), as a registry with mutual TLS wants.
    ///
    /// # Errors
    /// [`Unusable::Certificate`]
    pub fn showing(mut self, chain: &[u8], key: &[u8]) -> Result<Self, Unusable> {
        // The parsers' own words could repeat what they read.
        let unreadable = || Unusable::Certificate("the key of the client's certificate is none in PEM".to_owned());
        let ureq_key = PrivateKey::from_pem(key).map_err(|_| unreadable())?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| unreadable())?;
        let chain = certificates(chain, "the client's certificate")?;
        self.shown = Some(Arc::new(Shown { chain, key, ureq_key }));
        Ok(self)
    }

    /// For ureq.
    pub(super) fn for_ureq(&self) -> TlsConfig {
        let roots = match &self.roots {
            None => RootCerts::PlatformVerifier,
            Some(roots) => {
                let own = |root: &CertificateDer<'_>| Certificate::from_der(root).to_owned();
                RootCerts::Specific(Arc::new(roots.iter().map(own).collect()))
            }
        };
        let shown = self.shown.as_ref().map(|shown| {
            let chain: Vec<_> =
                shown.chain.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
            ClientCert::new_with_certs(&chain, shown.ureq_key.to_owned())
        });
        TlsConfig::builder()
            .root_certs(roots)
            .client_cert(shown)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build()
    }

    /// For reqwest, which would otherwise take a default that the process must have set. Where nothing is asked over TLS
    /// (`is_needed`) no machine need have authorities: many a container has none.
    pub(super) fn for_rustls(&self, is_needed: bool) -> Result<rustls::ClientConfig, Unusable> {
        let refused = |error: rustls::Error| Unusable::Certificate(format!("TLS cannot be set up: {error}"));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(refused)?;
        let trusting = match &self.roots {
            None if !is_needed => versions.with_root_certificates(rustls::RootCertStore::empty()),
            None => {
                let verifier = rustls_platform_verifier::Verifier::new(provider).map_err(refused)?;
                versions.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
            Some(roots) => {
                let mut store = rustls::RootCertStore::empty();
                for root in roots.iter() {
                    store.add(root.clone()).map_err(refused)?;
                }
                versions.with_root_certificates(store)
            }
        };
        match &self.shown {
            None => Ok(trusting.with_no_client_auth()),
            Some(shown) => trusting.with_client_auth_cert(shown.chain.clone(), shown.key.clone_key()).map_err(refused),
        }
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roots = self.roots.as_ref().map(|roots| roots.len());
        f.debug_struct("Trust").field("roots", &roots).field("shows_certificate", &self.shown.is_some()).finish()
    }
}

fn certificates(pem: &[u8], which: &str) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Unusable::Certificate(format!("{which} cannot be read: that is no certificate in PEM"))),
    }
}
