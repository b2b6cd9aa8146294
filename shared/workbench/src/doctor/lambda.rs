//! What Lambda says of the account and of a stage's public pages.
//!
//! Two requests that only read, signed here: the client of Lambda itself has 90 operations and would be the largest thing that
//! the command is built of.

use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use aws_config::{Region, SdkConfig};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use rekindle_lambda::clock::{Clock, SystemClock};
use serde_json::Value;

use super::credentials;
use super::finding::Finding;

/// Fewer than these, and the queues of a busy stage leave nothing to readers.
const ENOUGH: u64 = 100;

/// How many functions the account may run at the same time.
pub async fn concurrency(config: &SdkConfig) -> Finding {
    match get(config, "/2016-08-19/account-settings").await {
        Ok(settings) => judge(settings.pointer("/AccountLimit/ConcurrentExecutions").and_then(Value::as_u64)),
        Err(error) => unreachable("the quota of concurrent executions", &error),
    }
}

fn unreachable(what: &str, error: &anyhow::Error) -> Finding {
    Finding::look(
        format!("Lambda did not say {what}: {error:#}"),
        "may you ask (lambda:GetAccountSettings, lambda:GetFunctionConfiguration)?",
    )
}

/// A quota, judged.
pub fn judge(quota: Option<u64>) -> Finding {
    match quota {
        Some(quota) if quota >= ENOUGH => Finding::good(format!("Lambda runs {quota} functions at the same time")),
        Some(quota) => Finding::look(
            format!(
                "Lambda runs only {quota} functions of this account at the same time; when much happens at once, readers and \
                 checkouts get errors"
            ),
            "ask for 1,000: Service Quotas, AWS Lambda, Concurrent executions; until then keep the template's concurrencies at \
             their defaults",
        ),
        None => Finding::look(
            "Lambda did not say how many functions run at the same time",
            "aws lambda get-account-settings",
        ),
    }
}

/// Where the links of a stage's mails lead to, and the domain that is being set up; either may be missing.
pub struct Addresses {
    /// The address in links.
    pub links: Option<String>,
    /// The domain that the gateway was told.
    pub domain: Option<String>,
}

/// The addresses that the public pages were deployed with.
///
/// # Errors
/// Where they cannot be read.
pub async fn addresses(config: &SdkConfig, table: &str) -> Result<Addresses> {
    let function = get(config, &format!("/2015-03-31/functions/{table}-pages/configuration")).await?;
    let variable = |name: &str| {
        let value = function.pointer(&format!("/Environment/Variables/{name}"))?.as_str()?;
        Some(value.to_owned()).filter(|value| !value.is_empty())
    };
    Ok(Addresses { links: variable("BASE_URL"), domain: variable("PUBLIC_DOMAIN") })
}

async fn get(config: &SdkConfig, path: &str) -> Result<Value> {
    let region = config.region().map_or("", Region::as_ref);
    let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
    let own = format!("https://lambda.{region}.amazonaws.com{suffix}");
    let url = format!("{}{path}", config.endpoint_url().unwrap_or(&own).trim_end_matches('/'));
    let mut request = HttpRequest::get(url.as_str()).context("no address")?;
    sign_for(config, region, &url, &mut request).await?;
    let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build();
    let answer = connector.call(request).await.context("no answer")?;
    let status = answer.status();
    let bytes = ByteStream::new(answer.into_body()).collect().await.context("the answer broke off")?.into_bytes();
    if !status.is_success() {
        let says: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        bail!("status {}: {}", status.as_u16(), says.get("Message").and_then(Value::as_str).unwrap_or("no reason"));
    }
    serde_json::from_slice(&bytes).context("the answer cannot be read")
}

/// Signs a request without a body (AWS Signature Version 4).
async fn sign_for(config: &SdkConfig, region: &str, url: &str, request: &mut HttpRequest) -> Result<()> {
    let identity = credentials(config).await?.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("lambda")
        .time(SystemTime::from(SystemClock.now()))
        .settings(SigningSettings::default())
        .build()?;
    let signable = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(&[]))?;
    let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
    for (name, value) in instructions.headers() {
        request.headers_mut().try_insert(name.to_owned(), value.to_owned())?;
    }
    Ok(())
}
