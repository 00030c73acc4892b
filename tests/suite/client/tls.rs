//! Encryption: whose certificates are believed, and which one is shown. Keys of `tests/data/tls`, good for a century.

use super::{Way, ask, hasty};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use sluicegate::client::{Client, Settings, Trouble, Trust, Unusable};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

fn pem(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Answers `connections` connections with an empty list of subjects over TLS, or breaks them off.
fn server(connections: usize, wants_certificate: bool) -> (String, std::thread::JoinHandle<()>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = CertificateDer::pem_slice_iter(&pem("server.pem")).collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(&pem("server.key")).unwrap();
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = if wants_certificate {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&pem("ca.pem")).unwrap()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let config = Arc::new(builder.with_single_cert(chain, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let thread = std::thread::spawn(move || {
        for _ in 0..connections {
            drop(answer(listener.accept().unwrap().0, &config)); // a client that does not trust breaks it off
        }
    });
    (url, thread)
}

fn answer(stream: TcpStream, config: &Arc<ServerConfig>) -> std::io::Result<()> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = String::new();
    while stream.read_line(&mut line)? > 2 {
        line.clear();
    }
    stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")?;
    stream.get_mut().conn.send_close_notify();
    stream.get_mut().flush()
}

fn with(url: &str, trust: Trust) -> Settings {
    let mut settings = hasty(&[url.to_owned()]);
    settings.limits.request = std::time::Duration::from_secs(10);
    settings.patience.tries = 1;
    settings.trust = trust;
    settings
}

#[test]
fn an_authority_of_ones_own_is_believed_where_it_is_named() {
    let (url, thread) = server(4, false);
    for way in Way::both(&with(&url, Trust::system().only(&pem("ca.pem")).unwrap())) {
        assert_eq!(ask!(&way, subjects()).unwrap(), Vec::<String>::new());
    }
    for way in Way::both(&with(&url, Trust::system())) {
        let trouble = ask!(&way, subjects()).unwrap_err().trouble;
        assert!(matches!(trouble, Trouble::Tls(_)), "{trouble:?}");
    }
    thread.join().unwrap();
}

#[test]
fn a_certificate_is_shown_to_a_registry_that_wants_one() {
    let (url, thread) = server(4, true);
    let trust = Trust::system().only(&pem("ca.pem")).unwrap();
    let showing = trust.clone().showing(&pem("client.pem"), &pem("client.key")).unwrap();
    for way in Way::both(&with(&url, showing)) {
        assert_eq!(ask!(&way, subjects()).unwrap(), Vec::<String>::new());
    }
    for way in Way::both(&with(&url, trust)) {
        assert!(ask!(&way, subjects()).is_err(), "nothing was shown");
    }
    thread.join().unwrap();
}

#[test]
fn a_registry_without_encryption_needs_no_authorities_on_the_machine() {
    const BARE: &str = "SLUICEGATE_TEST_BARE_MACHINE";
    if std::env::var_os(BARE).is_some() {
        assert!(Client::new(Settings::new(["HTTP://127.0.0.1:8081"])).is_ok());
        assert!(matches!(Client::new(Settings::new(["https://127.0.0.1"])), Err(Unusable::Certificate(_))));
        return;
    }
    let name = "client::tls::a_registry_without_encryption_needs_no_authorities_on_the_machine";
    let own = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(BARE, "1")
        .env("SSL_CERT_FILE", "/nowhere")
        .env("SSL_CERT_DIR", "/nowhere")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&own.stdout);
    assert!(own.status.success() && told.contains("1 passed"), "{told}");
}

#[test]
fn what_is_no_certificate_is_refused_without_a_quote_of_it() {
    let secret = b"-----BEGIN PRIVATE KEY-----\ns3cret!\n-----END PRIVATE KEY-----\n";
    for refused in [
        Trust::system().only(b""),
        Trust::system().only(&pem("client.key")),
        Trust::system().showing(&pem("client.pem"), secret),
        Trust::system().showing(b"nothing", &pem("client.key")),
    ] {
        let Err(Unusable::Certificate(reason)) = refused else { panic!("that is none") };
        assert!(reason.contains("PEM") && !reason.contains("s3cret"), "{reason}");
    }
    let shown = format!("{:?}", Trust::system().showing(&pem("client.pem"), &pem("client.key")).unwrap());
    assert!(shown.len() < 80, "{shown}");
}
