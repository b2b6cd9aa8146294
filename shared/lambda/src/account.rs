//! The AWS account as Lambda tells of it: region and credentials in the environment, and nowhere else.
//!
//! What the SDK would look through besides (profiles, single sign-on, roles of containers and of machines) no function has,
//! and it would be a tenth of its program. The command line, which runs on people's machines, looks through all of it
//! (`cli/src/account.rs`).

use std::fmt;

use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use crate::config::{ConfigError, Environment, environment};
use crate::https::Https;

/// What all clients of a function are made with.
///
/// # Errors
/// Where a setting is missing that Lambda always makes.
pub fn account<F: Fn(&str) -> Option<String>>(environment: &Environment<F>) -> Result<SdkConfig, ConfigError> {
    let credentials = Credentials::new(
        environment.required("AWS_ACCESS_KEY_ID")?,
        environment.required("AWS_SECRET_ACCESS_KEY")?,
        environment.optional("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let mut config = SdkConfig::builder()
        // One dated version for all clients: an update of the SDK changes no behaviour by itself.
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(environment.required("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(Https::default())
        .service_config(Endpoints);
    if let Some(name) = environment.optional("AWS_SDK_UA_APP_ID") {
        let name = AppName::new(name).map_err(|_| ConfigError::Invalid("AWS_SDK_UA_APP_ID", "a short name"))?;
        config = config.app_name(name);
    }
    Ok(config.build())
}

/// Another endpoint than AWS's own, for one service or for all (`AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`).
struct Endpoints;

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoints")
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let environment = environment();
        let service = key.service_id().to_uppercase().replace(' ', "_");
        environment.optional(&format!("{}_{service}", key.env())).or_else(|| environment.optional(key.env()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lambda_sets_is_enough_and_what_is_missing_is_named() {
        let known = |without: &'static str| {
            Environment(move |name: &str| {
                let set = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SDK_UA_APP_ID"];
                (set.contains(&name) && name != without).then(|| format!("the-{}", name.to_lowercase()))
            })
        };
        let account_of = |without| account(&known(without)).map(|config| config.region().map(ToString::to_string));
        assert_eq!(account_of(""), Ok(Some("the-aws_region".to_owned())));
        assert_eq!(account_of("AWS_SDK_UA_APP_ID"), Ok(Some("the-aws_region".to_owned())));
        for missing in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            assert_eq!(account_of(missing), Err(ConfigError::Missing(missing)));
        }
    }
}
