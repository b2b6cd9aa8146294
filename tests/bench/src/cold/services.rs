//! AWS as a function meets it at its cold start: one host for each service, each behind TLS.
//!
//! A function reads the machine's root certificates, builds its TLS client, looks the host up, shakes hands and verifies a
//! chain, as before AWS. What is behind is the local AWS in plain HTTP, and a few lines for what that does not have:
//! Secrets Manager and Firehose. Certificates live as long as one run; their keys are never written anywhere.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Where machines keep their root certificates: those of Lambda's Amazon Linux first.
const ROOTS: [&str; 3] =
    ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"];
/// The services, as the SDK names them in the settings of their endpoints.
const LOCAL: [&str; 4] = ["DYNAMODB", "SQS", "EVENTBRIDGE", "SESV2"];
const OTHERS: [&str; 2] = ["SECRETS_MANAGER", "FIREHOSE"];

/// What hashes addresses, and opens the offers' API.
pub const SECRET: &str = "a secret of the benchmark, 32 bytes";

/// Where the services are, and how they are trusted.
pub struct Services {
    /// Settings of a function that is to use them.
    pub environment: Vec<(String, String)>,
    /// How many root certificates a function reads.
    pub roots: usize,
    /// How many connections were made so far.
    pub connections: Arc<AtomicU64>,
}

impl Services {
    /// Puts TLS before the local AWS at `local`, and before the rest; `folder` keeps the root certificates.
    pub async fn open(local: SocketAddr, folder: &Path) -> Self {
        let (acceptor, root) = certificates();
        // The machine's own roots with ours behind them: a function reads as many as it does in Lambda.
        let mut roots = ROOTS.iter().find_map(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        roots.push_str(&root);
        let bundle = folder.join("roots.pem");
        std::fs::write(&bundle, &roots).expect("a file for the root certificates");
        let listener = listen().await;
        let others = listener.local_addr().expect("an address");
        let app = Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, app).await.expect("the services are served") });
        let connections = Arc::new(AtomicU64::new(0));
        let mut environment = vec![("SSL_CERT_FILE".to_owned(), bundle.display().to_string())];
        for (service, behind) in LOCAL.map(|name| (name, local)).into_iter().chain(OTHERS.map(|name| (name, others))) {
            let port = front(acceptor.clone(), behind, Arc::clone(&connections)).await;
            environment.push((format!("AWS_ENDPOINT_URL_{service}"), format!("https://localhost:{port}")));
        }
        Self { environment, roots: roots.matches("-----BEGIN CERTIFICATE-----").count(), connections }
    }
}

/// A certificate for this machine, and the one that it is trusted by.
fn certificates() -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::new(Vec::new()).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let root = authority.self_signed(&authority_key).expect("a root certificate").pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let own = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let own = own.signed_by(&key, &issuer).expect("a certificate");
    let chain = vec![CertificateDer::from(own.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a private key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("the key is that of the certificate");
    (TlsAcceptor::from(Arc::new(config)), root)
}

async fn listen() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free")
}

/// Takes TLS off whatever comes, counts it, and hands it on.
async fn front(acceptor: TlsAcceptor, behind: SocketAddr, connections: Arc<AtomicU64>) -> u16 {
    let listener = listen().await;
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            connections.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                // A connection that breaks is its function's to speak of.
                let Ok(mut outside) = acceptor.accept(stream).await else { return };
                let Ok(mut inside) = TcpStream::connect(behind).await else { return };
                let _closed = copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    port
}

/// Secrets that were never changed, and an archive that takes everything.
async fn answer(headers: HeaderMap, body: Bytes) -> (StatusCode, Json<Value>) {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    if target.ends_with(".PutRecordBatch") {
        let records = asked["Records"].as_array().map_or(0, Vec::len);
        let each = vec![json!({ "RecordId": "1" }); records];
        return (StatusCode::OK, Json(json!({ "FailedPutCount": 0, "RequestResponses": each })));
    }
    if asked["VersionStage"] == "AWSPREVIOUS" {
        let none = json!({ "__type": "ResourceNotFoundException", "Message": "there is no such version" });
        return (StatusCode::BAD_REQUEST, Json(none));
    }
    let secret =
        if asked["SecretId"] == "links" { json!({ "id": 1, "key": SECRET }).to_string() } else { SECRET.to_owned() };
    let found = json!({ "ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:bench", "SecretString": secret });
    (StatusCode::OK, Json(found))
}
