//! The credentials of whoever asks AWS something, with what is missing said first: the errors of services hide that there are
//! none.

use anyhow::{Context, Result, anyhow};
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sqs::error::DisplayErrorContext;

/// The credentials of whoever asks.
///
/// # Errors
/// Where there are none, or a sign-in has ended.
pub async fn credentials(config: &SdkConfig) -> Result<Credentials> {
    let none = "no credentials: sign in (`aws login`, `aws sso login`), name a profile (AWS_PROFILE), or export keys";
    let provider = config.credentials_provider().context(none)?;
    provider.provide_credentials().await.map_err(|error| match &error {
        CredentialsError::CredentialsNotLoaded(_) => anyhow!("{none} ({})", DisplayErrorContext(&error)),
        error => anyhow!(
            "the credentials cannot be used: {}. Sign in again (`aws sso login`, `aws login`), and look whether `aws sts \
             get-caller-identity` answers",
            DisplayErrorContext(error)
        ),
    })
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};
    use aws_credential_types::provider::{SharedCredentialsProvider, future};

    use super::*;

    fn here() -> SdkConfig {
        SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12()).region(Region::new("eu-west-1")).build()
    }

    #[derive(Debug)]
    struct Fails(fn() -> CredentialsError);

    impl ProvideCredentials for Fails {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(Err(self.0()))
        }
    }

    #[tokio::test]
    async fn what_is_wrong_with_credentials_is_said_and_not_hidden_by_a_service() {
        let said = async |fails| {
            let config =
                here().into_builder().credentials_provider(SharedCredentialsProvider::new(Fails(fails))).build();
            credentials(&config).await.unwrap_err().to_string()
        };
        let none = said(|| CredentialsError::not_loaded("no providers in chain provided credentials")).await;
        assert!(none.starts_with("no credentials: sign in"), "{none}");
        let expired = said(|| CredentialsError::provider_error("the SSO session has expired or is invalid")).await;
        assert!(expired.contains("the SSO session has expired") && expired.contains("Sign in again"), "{expired}");
        let nobody = credentials(&here()).await.unwrap_err().to_string();
        assert!(nobody.starts_with("no credentials"), "{nobody}");
    }
}
