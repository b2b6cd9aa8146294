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
