//! The contract at an endpoint of one's own: `REKINDLE_DYNAMODB_ENDPOINT=http://127.0.0.1:8000`. It must be one whose
//! indexes do not lag behind, and that forgets the tables which are made there.

#![expect(clippy::print_stdout, reason = "a test says that it was skipped")]

use std::sync::atomic::{AtomicU32, Ordering};

use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Credentials;
use rekindle_store::{Dynamo, table};

static TABLES: AtomicU32 = AtomicU32::new(0);

#[expect(clippy::disallowed_methods, reason = "a test is told by its environment where to look")]
async fn open() -> Option<Dynamo> {
    let Ok(endpoint) = std::env::var("REKINDLE_DYNAMODB_ENDPOINT") else {
        println!("skipped: REKINDLE_DYNAMODB_ENDPOINT is not set");
        return None;
    };
    let config = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(aws_sdk_dynamodb::config::SharedCredentialsProvider::new(Credentials::for_tests()))
        .build();
    let client = Client::new(&config);
    let name = format!("rekindle-contract-{}-{}", std::process::id(), TABLES.fetch_add(1, Ordering::Relaxed));
    table::create(&client, &name).await.unwrap();
    Dynamo::new(client, crate::embedded::settings(&name)).ok()
}

crate::contract::suite!(open, 500);
