//! Reaches the state that another command keeps: in process, or over HTTP where a running `rekindle dev` holds it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use rekindle_lambda::clock::Clock;
use rekindle_local::{LocalAws, LocalError, Options};
use rekindle_store::{Dynamo, Keyed, Settings, Shards};

use super::{SHARDS, TABLE, secret};

/// Where `rekindle dev` answers unless it was told otherwise.
pub const ENDPOINT: &str = "http://127.0.0.1:7071";
/// The folders that the commands use by themselves.
const FOLDERS: [&str; 2] = [".rekindle/dev", ".rekindle/demo"];

/// The folder that a `dev` or a `demo` used last.
#[must_use]
pub fn newest_state() -> Option<PathBuf> {
    let changed = |folder: &&str| Path::new(folder).join("clock").metadata().and_then(|file| file.modified()).ok();
    FOLDERS.iter().filter(|folder| changed(folder).is_some()).max_by_key(|folder| changed(folder)).map(PathBuf::from)
}

/// The people table of a folder.
///
/// # Errors
/// Where the folder holds no state, or neither it nor the endpoint can be used.
pub async fn store_of(folder: &Path, endpoint: &str, clock: Arc<dyn Clock>) -> Result<Dynamo> {
    if !folder.join("secret").exists() {
        bail!("{} holds no state; run `rekindle demo` or `rekindle dev` first", folder.display());
    }
    let config = match LocalAws::open(Options::in_dir(folder, clock)) {
        Ok(aws) => aws.sdk_config(),
        Err(LocalError::InUse { .. }) => over_http(endpoint).await,
        Err(error) => return Err(error).with_context(|| format!("{} cannot be opened", folder.display())),
    };
    let settings = Settings {
        table: TABLE.to_owned(),
        keyed: Keyed::new(&secret::of(Some(folder))?),
        shards: Shards::new(SHARDS),
    };
    Ok(Dynamo::new(aws_sdk_dynamodb::Client::new(&config), settings)?)
}

/// The configuration for clients of a running `rekindle dev`.
pub async fn over_http(endpoint: &str) -> SdkConfig {
    let nobody = Credentials::new("local", "local", None, None, "rekindle dev takes any");
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(nobody)
        .endpoint_url(endpoint)
        .load()
        .await
}
