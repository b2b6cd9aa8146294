//! Whether a deployed stage and a sending domain are fit to send, and what to do where they are not.
//!
//! It only reads. What the world says is fetched here and judged in `lambda`, `ses` and `dns`.

mod credentials;
mod dns;
mod finding;
mod lambda;
#[cfg(test)]
mod name_servers;
mod ses;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_sqs::types::QueueAttributeName;
use rekindle_lambda::campaigns::{Campaigns, CampaignsError};
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_lambda::queue::code;
use rekindle_store::{Dynamo, Keyed, Settings, Shards};

pub use credentials::credentials;
pub use finding::{Finding, Grade};

/// Queues in which nothing should lie; each with its page in docs/runbook.
const DEAD: [(&str, &str); 6] = [
    ("intake-dead", "refused-events"),
    ("advance-dead", "dead-letters"),
    ("send-dead", "dead-letters"),
    ("sweep-dead", "dead-letters"),
    ("feedback-dead", "dead-letters"),
    ("undelivered", "undelivered"),
];

/// Looks at a stage around the people table of that name, after which queues and configuration set are named, and at the
/// domains that mails are sent from; where none are named, at those of the senders in what is published.
pub async fn look(config: &SdkConfig, table: &str, domains: &[String]) -> Vec<Finding> {
    let region = config.region().map_or("", Region::as_ref);
    let mut domains: BTreeSet<String> = domains.iter().cloned().collect();
    let mut findings = vec![Finding::good(format!("there are credentials, for {region}"))];
    findings.push(lambda::concurrency(config).await);
    findings.push(published(config, table, &mut domains).await);
    findings.extend(dead_letters(config, table).await);
    findings.extend(sending(config, table, &domains).await);
    match lambda::addresses(config, table).await {
        Ok(addresses) => findings.extend(dns::public(&addresses).await),
        Err(error) => findings.push(unreachable("the public pages", &format!("{error:#}"))),
    }
    findings
}

/// What SES says of the account, of the stage's configuration set and of the domains.
async fn sending(config: &SdkConfig, table: &str, domains: &BTreeSet<String>) -> Vec<Finding> {
    let client = aws_sdk_sesv2::Client::new(config);
    let mut findings = match client.get_account().send().await {
        Ok(account) => ses::account(&account),
        Err(error) => vec![unreachable("SES", &code(&error))],
    };
    findings.push(match client.get_configuration_set().configuration_set_name(table).send().await {
        Ok(set) => ses::configuration_set(table, &set),
        Err(error) => Finding::wrong(
            format!("the configuration set {table} cannot be read: {}", code(&error)),
            "deploy the stage with `make deploy`",
        ),
    });
    for domain in domains {
        match client.get_email_identity().email_identity(domain).send().await {
            Ok(identity) => {
                findings.extend(ses::identity(domain, &identity));
                findings.extend(dns::look(domain, identity.mail_from_attributes()).await);
            }
            Err(error) => findings.push(Finding::wrong(
                format!("{domain} is no identity of SES in this region: {}", code(&error)),
                format!(
                    "aws sesv2 create-email-identity --email-identity {domain}, then put its DKIM records into DNS"
                ),
            )),
        }
    }
    findings
}

/// Whether something is published; adds its senders' domains where none were named.
async fn published(config: &SdkConfig, table: &str, domains: &mut BTreeSet<String>) -> Finding {
    // Nothing is hashed here: what is published lies under plain keys.
    let settings = Settings { table: table.to_owned(), keyed: Keyed::new(b""), shards: Shards::default() };
    let store = match Dynamo::new(aws_sdk_dynamodb::Client::new(config), settings) {
        Ok(store) => store,
        Err(error) => return Finding::wrong(error.to_string(), "try again"),
    };
    let campaigns = Arc::new(Campaigns::new(store));
    match campaigns.current(SystemClock.now()).await {
        Ok(catalog) => {
            if domains.is_empty() {
                let senders = catalog.workspace.senders.iter();
                domains.extend(senders.filter_map(|sender| Some(sender.email.rsplit_once('@')?.1.to_owned())));
            }
            Finding::good(format!("campaigns are published in {table}"))
        }
        Err(CampaignsError::NothingPublished) => Finding::wrong(
            format!("nothing is published in {table}"),
            format!("rekindle publish campaigns --aws --table {table}"),
        ),
        Err(error) => Finding::wrong(
            format!("{table} cannot be read: {error}"),
            "are these the account and region that the stage is in, and may you read the table?",
        ),
    }
}

async fn dead_letters(config: &SdkConfig, table: &str) -> Vec<Finding> {
    let sqs = aws_sdk_sqs::Client::new(config);
    let mut findings = Vec::new();
    for (name, page) in DEAD {
        let queue = format!("{table}-{name}");
        let url = match sqs.get_queue_url().queue_name(&queue).send().await {
            Ok(found) => found.queue_url.unwrap_or_default(),
            Err(error) => {
                findings.push(unreachable(&format!("the queue {queue}"), &code(&error)));
                continue;
            }
        };
        let wanted = QueueAttributeName::ApproximateNumberOfMessages;
        let asked = sqs.get_queue_attributes().queue_url(url).attribute_names(wanted.clone()).send().await;
        let count = asked.ok().and_then(|found| found.attributes?.get(&wanted)?.parse::<u64>().ok());
        findings.push(match count {
            Some(0) => Finding::good(format!("nothing lies in {queue}")),
            Some(count) => Finding::look(format!("{count} messages lie in {queue}"), format!("docs/runbook/{page}.md")),
            None => unreachable(&format!("the queue {queue}"), "it does not say how much is in it"),
        });
    }
    findings
}

fn unreachable(what: &str, reason: &str) -> Finding {
    Finding::wrong(format!("{what} cannot be reached: {reason}"), "is the stage deployed, and may you look at it?")
}
