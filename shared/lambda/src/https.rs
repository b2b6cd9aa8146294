//! The one way to AWS for all clients of a function: one TLS client, and one pool of connections.
//!
//! Left alone, each client of the SDK reads and parses the machine's 150 root certificates twice, once to see whether it can
//! and once at its first request, and shares no connection with the next: one or two milliseconds of each cold start. What
//! is built here is what the SDK builds by default, once. It never trusts anything that the machine does not.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// How long a connection that nobody uses is kept. A function is frozen between two invocations, and meanwhile connections
/// are closed at their other end ("Lambda purges idle connections over time": AWS Lambda Developer Guide, "Best practices for
/// working with AWS Lambda functions", read 2026-11-30). What is written to one of those may fail when it has left; most
/// clients ask again, but a mail must not be asked for twice, so its outcome would be unknown. A new connection costs a
/// handshake. The default of the client would be 90 seconds.
const IDLE: Duration = Duration::from_secs(10);

/// What of its settings a connector is made with: how long to wait for a connection, and for an answer.
type Patience = (Option<Duration>, Option<Duration>);

/// The client. All clients of one configuration share it.
#[derive(Debug, Default)]
pub struct Https(Mutex<HashMap<Patience, SharedHttpConnector>>);

impl HttpClient for Https {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let patience = (settings.connect_timeout(), settings.read_timeout());
        let mut connectors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connector = connectors.entry(patience).or_insert_with(|| {
            let mut builder: ConnectorBuilder<_> = Connector::builder()
                .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
                .proxy_config(ProxyConfig::from_env())
                .pool_idle_timeout(IDLE);
            builder.set_connector_settings(Some(settings.clone())).set_sleep_impl(components.sleep_impl());
            SharedHttpConnector::new(builder.build())
        });
        connector.clone()
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("hyper", Some("1.x".into())))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use aws_credential_types::Credentials;
    use aws_sdk_sqs::config::{BehaviorVersion, Region};

    use super::*;

    /// Answers every request of a connection with an empty object, for as long as it is open.
    fn answer(connection: TcpStream) {
        let mut reader = BufReader::new(connection.try_clone().unwrap());
        let mut writer = connection;
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or_default() == 0 {
                    return;
                }
                if let Some((name, value)) = line.split_once(':')
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" {
                    break;
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        }
    }

    /// A server that keeps every connection open, and counts them.
    fn server() -> (String, Arc<AtomicU32>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicU32::new(0)));
        let counted = Arc::clone(&count);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || answer(connection.unwrap()));
            }
        });
        (format!("http://{address}"), count)
    }

    #[tokio::test]
    async fn a_connection_that_may_have_been_purged_is_not_used_again() {
        let (address, count) = server();
        let settings = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::for_tests())
            .endpoint_url(address)
            .http_client(Https::default());
        let client = aws_sdk_sqs::Client::from_conf(settings.build());
        let mut connections = Vec::new();
        // The first; one a little later; one after a function was frozen for some seconds.
        for idle in [0, 5, 11] {
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(idle)).await;
            tokio::time::resume();
            client.list_queues().send().await.unwrap();
            connections.push(count.load(Ordering::SeqCst));
        }
        assert_eq!(connections, [1, 1, 2]);
    }
}
