//! What DNS says of a sending domain: DMARC, and SPF of the domain that bounces go to; and whether it knows the domain of links.
//!
//! It asks the system's name server one question by UDP, which is all that two short records need; a resolver with caches,
//! searches and DNSSEC is 28 crates. What does not fit into a datagram, or is not answered, is left to the reader.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use aws_sdk_sesv2::types::MailFromAttributes;
use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::finding::Finding;
use super::lambda::Addresses;

/// How long a name server may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// The question's number; one socket asks one question.
const NUMBER: [u8; 2] = [0x52, 0x6b];
const TXT: u16 = 16;

/// What is missing from DNS.
pub async fn look(domain: &str, mail_from: Option<&MailFromAttributes>) -> Vec<Finding> {
    let bounces = mail_from.map(MailFromAttributes::mail_from_domain).filter(|name| !name.is_empty());
    let mut findings = vec![match ask(&format!("_dmarc.{domain}")).await {
        Some(records) => dmarc(domain, &records),
        None => unasked(&format!("_dmarc.{domain}")),
    }];
    if let Some(name) = bounces {
        findings.push(match ask(name).await {
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

/// The TXT records of a name; `None` where nobody answers.
async fn ask(name: &str) -> Option<Vec<String>> {
    let server = name_server(&std::fs::read_to_string("/etc/resolv.conf").ok()?)?;
    let from: SocketAddr = if server.is_ipv4() { "0.0.0.0:0".parse().ok()? } else { "[::]:0".parse().ok()? };
    let socket = UdpSocket::bind(from).await.ok()?;
    socket.connect((server, 53)).await.ok()?;
    socket.send(&question(name)).await.ok()?;
    let mut answer = [0; 1_500];
    let length = timeout(PATIENCE, socket.recv(&mut answer)).await.ok()?.ok()?;
    texts(answer.get(..length)?)
}

fn name_server(resolv_conf: &str) -> Option<IpAddr> {
    resolv_conf.lines().find_map(|line| line.strip_prefix("nameserver")?.trim().parse().ok())
}

/// RFC 1035, section 4.1: one question, recursion desired.
fn question(name: &str) -> Vec<u8> {
    let mut bytes = NUMBER.to_vec();
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.').filter(|label| !label.is_empty()) {
        let label = label.as_bytes().get(..label.len().min(63)).unwrap_or_default();
        bytes.push(u8::try_from(label.len()).unwrap_or_default());
        bytes.extend(label);
    }
    bytes.extend([0, 0, 16, 0, 1]);
    bytes
}

/// The texts of an answer; `None` where it is cut, a failure, or not an answer to the question.
pub fn texts(answer: &[u8]) -> Option<Vec<String>> {
    let [flags, failure] = *answer.get(2..4)?.first_chunk()?;
    let (is_answer, is_cut) = (flags & 0x80 != 0, flags & 0x02 != 0);
    // 3: there is no such name, which is an answer.
    if answer.get(..2)? != NUMBER || !is_answer || is_cut || !matches!(failure & 0x0f, 0 | 3) {
        return None;
    }
    let mut at = after_name(answer, 12)? + 4;
    let mut found = Vec::new();
    for _ in 0..number(answer, 6)? {
        at = after_name(answer, at)?;
        let (kind, length) = (number(answer, at)?, usize::from(number(answer, at + 8)?));
        let data = answer.get(at + 10..at + 10 + length)?;
        if kind == TXT {
            found.push(joined(data)?);
        }
        at += 10 + length;
    }
    Some(found)
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..at + 2)?.first_chunk()?))
}

/// Where a name ends: after its labels, or after a pointer to labels elsewhere.
fn after_name(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            pointer if pointer >= 0xc0 => return Some(at + 2),
            length => at += 1 + usize::from(length),
        }
    }
}

/// A text of several strings is one text (RFC 7208, section 3.3).
fn joined(mut data: &[u8]) -> Option<String> {
    let mut text = String::new();
    while let Some((length, rest)) = data.split_first() {
        let (part, after) = rest.split_at_checked(usize::from(*length))?;
        text.push_str(&String::from_utf8_lossy(part));
        data = after;
    }
    Some(text)
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
