//! Clients of a local system that another process runs, over HTTP.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;

/// The configuration for clients of a local AWS that answers at an address.
pub async fn over_http(endpoint: &str) -> SdkConfig {
    let nobody = Credentials::new("local", "local", None, None, "rekindle dev takes any");
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(nobody)
        .endpoint_url(endpoint)
        .load()
        .await
}
