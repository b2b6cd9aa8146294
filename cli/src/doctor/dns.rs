//! What DNS says of a sending domain: DMARC, and SPF of the domain that bounces go to.

use aws_sdk_sesv2::types::MailFromAttributes;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;

use super::finding::Finding;

/// What is missing from DNS.
pub async fn look(domain: &str, mail_from: Option<&MailFromAttributes>) -> Vec<Finding> {
    let Ok(Ok(resolver)) = TokioResolver::builder_tokio().map(|builder| builder.build()) else {
        return vec![Finding::look("DNS cannot be asked from here", "look up TXT _dmarc of the domain yourself")];
    };
    let mut findings = vec![dmarc(domain, &texts(&resolver, &format!("_dmarc.{domain}")).await)];
    if let Some(name) = mail_from.map(MailFromAttributes::mail_from_domain).filter(|name| !name.is_empty()) {
        findings.push(spf(name, &texts(&resolver, name).await));
    }
    findings
}

/// The TXT records of a name; none where there are none or nobody answers.
async fn texts(resolver: &TokioResolver, name: &str) -> Vec<String> {
    // With the dot, the name is not tried within the domains that this machine searches.
    let Ok(found) = resolver.txt_lookup(format!("{name}.")).await else { return Vec::new() };
    let records = found.answers().iter().filter_map(|record| match &record.data {
        RData::TXT(text) => Some(text),
        _ => None,
    });
    records.map(|text| text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect()).collect()
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
