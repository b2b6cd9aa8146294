//! The AWS account and region that the command line works in, with what is missing said first.
//!
//! It looks wherever a person's machine may keep credentials: environment, profiles, single sign-on, `aws login`, programs that
//! hand them out. They are asked for before any service is: the errors of services hide that there are none.

use anyhow::{Result, anyhow, bail};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_secretsmanager::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use rekindle_workbench::doctor::credentials;

/// What every client of AWS is made with: the region that is named, else that of the environment or the profile.
///
/// # Errors
/// Where there is no region, no credentials, or some that cannot be used; each says what to do.
pub async fn account(region: Option<&str>) -> Result<SdkConfig> {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12());
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    let config = loader.load().await;
    if config.region().is_none() {
        bail!(
            "no region: give --region, or export AWS_REGION, or put one into the profile (aws configure set region ...)"
        );
    }
    credentials(&config).await?;
    Ok(config)
}

/// The secret of that id.
///
/// # Errors
/// Where it cannot be read; says whether it is not there, not to be read, or out of reach.
pub async fn secret(config: &SdkConfig, id: &str) -> Result<Vec<u8>> {
    let client = aws_sdk_secretsmanager::Client::new(config);
    let found = client.get_secret_value().secret_id(id).send().await.map_err(|error| why(&error, id, config))?;
    Ok(found.secret_string().unwrap_or_default().as_bytes().to_vec())
}

/// Why a secret cannot be read, and what to do.
pub fn why(error: &SdkError<GetSecretValueError>, id: &str, config: &SdkConfig) -> anyhow::Error {
    let region = config.region().map_or("no region", Region::as_ref);
    match error.code() {
        Some("ResourceNotFoundException") => anyhow!(
            "there is no secret {id} in {region} of this account: is the stage deployed here? Another one is named with --secret"
        ),
        Some("AccessDeniedException") => anyhow!("you may not read the secret {id} (secretsmanager:GetSecretValue)"),
        Some("ExpiredTokenException" | "ExpiredToken" | "RequestExpired") => {
            anyhow!("the credentials have expired; sign in again (`aws sso login`, `aws login`)")
        }
        Some(code @ ("UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidSignatureException")) => {
            anyhow!("AWS does not know these credentials ({code}); look whether `aws sts get-caller-identity` answers")
        }
        _ => anyhow!("the secret {id} cannot be read: {}. Try again", DisplayErrorContext(error)),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::config::http::HttpResponse;
    use aws_sdk_secretsmanager::error::ErrorMetadata;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn here() -> SdkConfig {
        SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12()).region(Region::new("eu-west-1")).build()
    }

    #[test]
    fn a_secret_that_cannot_be_read_says_why() {
        let said = |code: &str| {
            let error = GetSecretValueError::generic(ErrorMetadata::builder().code(code).build());
            let response = HttpResponse::new(400.try_into().unwrap(), SdkBody::empty());
            why(&SdkError::service_error(error, response), "rekindle-dev", &here()).to_string()
        };
        for (code, expected) in [
            ("ResourceNotFoundException", "there is no secret rekindle-dev in eu-west-1"),
            ("AccessDeniedException", "you may not read the secret rekindle-dev"),
            ("ExpiredTokenException", "have expired; sign in again"),
            ("UnrecognizedClientException", "does not know these credentials"),
            ("InternalServiceError", "cannot be read: "),
        ] {
            assert!(said(code).contains(expected), "{}", said(code));
        }
    }
}
