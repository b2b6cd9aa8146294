//! What DNS says of a sending domain: DMARC, and SPF of the domain that bounces go to; and whether it knows the domain of links.
//!
//! It asks the name servers of this machine, one after the other; what no server answers is left to the reader, with the command
//! that shows it. It never takes silence for a missing record.

use std::time::Duration;

use aws_sdk_sesv2::types::MailFromAttributes;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use tokio::time::timeout;

use super::finding::Finding;
use super::lambda::Addresses;

/// How long a name server may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is missing from DNS.
pub async fn look(domain: &str, mail_from: Option<&MailFromAttributes>) -> Vec<Finding> {
    let resolver = resolver();
    let records = async |name: &str| match &resolver {
        Some(resolver) => ask(resolver, name).await,
        None => None,
    };
    let policy = format!("_dmarc.{domain}");
    let mut findings = vec![match records(&policy).await {
        Some(records) => dmarc(domain, &records),
        None => unasked(&policy),
    }];
    let bounces = mail_from.map(MailFromAttributes::mail_from_domain).filter(|name| !name.is_empty());
    if let Some(name) = bounces {
        findings.push(match records(name).await {
            Some(records) => spf(name, &records),
            None => unasked(name),
        });
    }
    findings
}

/// Whether the domain of the public pages is found, where there is one.
pub async fn public(addresses: &Addresses) -> Option<Finding> {
    let domain = addresses.domain.as_deref()?;
    // Whoever resolves it for a reader does it the same way.
    let found = timeout(PATIENCE, tokio::net::lookup_host((domain, 443))).await;
    let resolves = found.is_ok_and(|found| found.is_ok_and(|mut found| found.next().is_some()));
    Some(public_domain(domain, addresses.links.as_deref(), resolves))
}

/// The domain of links, judged.
pub fn public_domain(domain: &str, links: Option<&str>, resolves: bool) -> Finding {
    let in_use = links == Some(&format!("https://{domain}"));
    let remedy =
        format!("point a CNAME record of {domain} to the stack's output PublicDomainTarget; see docs/domain.md");
    match (resolves, in_use) {
        (true, true) => Finding::good(format!("links of mails lead to {domain}, which DNS knows")),
        (true, false) => Finding::look(
            format!("DNS knows {domain}, and links of mails do not lead there yet"),
            "once https://DOMAIN/ answers with 404, deploy with LinksOnPublicDomain=yes; see docs/domain.md",
        ),
        (false, true) => {
            Finding::wrong(format!("links of mails lead to {domain}, which DNS does not know: they are dead"), remedy)
        }
        (false, false) => Finding::look(format!("DNS does not know {domain} yet"), remedy),
    }
}

fn unasked(name: &str) -> Finding {
    Finding::look(
        format!("DNS did not say what the TXT record of {name} is"),
        format!("look yourself: dig +short TXT {name}"),
    )
}

/// The name servers that this machine asks; `None` where it says none.
fn resolver() -> Option<TokioResolver> {
    resolver_of(TokioResolver::builder_tokio().ok()?)
}

/// A resolver that gives a server so much time, and asks by TCP what does not fit into a datagram.
pub fn resolver_of(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Option<TokioResolver> {
    let options = builder.options_mut();
    (options.timeout, options.attempts, options.edns0) = (PATIENCE, 1, true);
    builder.build().ok()
}

/// The TXT records of a name; `None` where nobody answers.
pub async fn ask(resolver: &TokioResolver, name: &str) -> Option<Vec<String>> {
    // With a dot at its end: the search list of this machine is not meant.
    match resolver.txt_lookup(format!("{}.", name.trim_end_matches('.'))).await {
        Ok(found) => Some(found.answers().iter().filter_map(|record| text(&record.data)).collect()),
        // There is no such name, or it has no such record: that is an answer.
        Err(error) if error.is_no_records_found() => Some(Vec::new()),
        Err(_) => None,
    }
}

/// A text of several strings is one text (RFC 7208, section 3.3).
fn text(data: &RData) -> Option<String> {
    let RData::TXT(text) = data else { return None };
    Some(text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect())
}

/// RFC 7489, section 6.3: a policy is needed by everyone who sends more than 5,000 mails a day to Gmail or Yahoo.
pub fn dmarc(domain: &str, records: &[String]) -> Finding {
    let policy = records.iter().find(|record| record.starts_with("v=DMARC1")).and_then(|record| {
        record.split(';').find_map(|tag| tag.trim().strip_prefix("p=").map(|policy| policy.trim().to_owned()))
    });
    match policy.as_deref() {
        Some("quarantine" | "reject") => Finding::good(format!("{domain} asks for forgeries to be refused (DMARC)")),
        Some(policy) => Finding::look(
            format!("{domain} only watches forgeries (DMARC p={policy})"),
            "once reports show no honest mail that fails: p=quarantine",
        ),
        None => Finding::wrong(
            format!("{domain} has no DMARC record; Gmail and Yahoo refuse marketing mails without one"),
            format!("put into DNS: _dmarc.{domain} TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\""),
        ),
    }
}

/// RFC 7208: SES must be among those who may send for the domain that bounces go to.
pub fn spf(name: &str, records: &[String]) -> Finding {
    let record = records.iter().find(|record| record.starts_with("v=spf1"));
    if record.is_some_and(|record| record.split(' ').any(|term| term == "include:amazonses.com")) {
        Finding::good(format!("SES may send for {name} (SPF)"))
    } else {
        Finding::wrong(
            format!("the SPF record of {name} does not name SES"),
            format!("put into DNS: {name} TXT \"v=spf1 include:amazonses.com ~all\""),
        )
    }
}
