//! What SES says of the account, a configuration set and a sending domain, judged.

use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use aws_sdk_sesv2::operation::get_configuration_set::GetConfigurationSetOutput;
use aws_sdk_sesv2::operation::get_email_identity::GetEmailIdentityOutput;
use aws_sdk_sesv2::types::{DkimStatus, MailFromDomainStatus, PricingPlan, SuppressionListReason};

use super::finding::Finding;

/// The account: sandbox, reviews, quota, suppression, pricing plan.
pub fn account(account: &GetAccountOutput) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.push(if account.production_access_enabled() {
        Finding::good("the account is out of the sandbox")
    } else {
        Finding::wrong(
            "the account is in the sandbox: SES takes mails to verified addresses and to its simulator only",
            "ask for production access: SES console, Account dashboard; it takes about a day",
        )
    });
    let status = account.enforcement_status().unwrap_or("HEALTHY");
    findings.push(match (account.sending_enabled(), status) {
        (true, "HEALTHY") => Finding::good("SES sends for this account"),
        (true, status) => Finding::look(
            format!("SES reviews this account ({status})"),
            "read the mail that AWS has sent; see docs/runbook/bounces.md and complaints.md",
        ),
        (false, status) => Finding::wrong(
            format!("SES does not send for this account ({status})"),
            "read the mail that AWS has sent; mails stay planned until SES sends again",
        ),
    });
    if let Some(quota) = account.send_quota() {
        let (day, rate, sent) = (quota.max24_hour_send(), quota.max_send_rate(), quota.sent_last24_hours());
        let says = if day < 0.0 {
            format!("SES takes {rate} mails a second, without a daily quota; {sent} in the last day")
        } else {
            format!("SES takes {rate} mails a second and {day} a day; {sent} in the last day")
        };
        // At nine tenths there is time to ask for more.
        findings.push(if day >= 0.0 && sent > day * 0.9 {
            Finding::look(says, "ask for a higher quota: Service Quotas, Amazon SES, Sending quota")
        } else {
            Finding::good(says)
        });
    }
    let reasons = account.suppression_attributes().map(|kept| kept.suppressed_reasons()).unwrap_or_default();
    let both = [SuppressionListReason::Bounce, SuppressionListReason::Complaint];
    findings.push(if both.iter().all(|reason| reasons.contains(reason)) {
        Finding::good("SES keeps who bounced or complained from getting more")
    } else {
        Finding::look(
            "SES's own list does not suppress both bounces and complaints; this stage's configuration set does",
            "aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT",
        )
    });
    findings.extend(account.pricing_attributes().and_then(|pricing| pricing.current_plan()).map(pricing));
    findings
}

fn pricing(plan: &PricingPlan) -> Finding {
    match plan {
        PricingPlan::None => Finding::good("SES is paid a la carte: $0.10 for 1,000 mails"),
        // What a plan costs SES does not tell; this is from aws.amazon.com/ses/pricing, November 2026.
        PricingPlan::Essentials => Finding::look(
            "SES is paid by the plan ESSENTIALS, which new accounts begin with: $0.16 for 1,000 mails, where $0.10 do",
            "where its extras are not used: aws sesv2 put-account-pricing-attributes --plan NONE, from the next month on; it saves \
             $60 a million",
        ),
        plan => Finding::look(
            format!("SES is paid by the plan {}, which has a monthly price of its own", plan.as_str()),
            "where its extras are not used: aws sesv2 put-account-pricing-attributes --plan NONE",
        ),
    }
}

/// The configuration set of a stage.
pub fn configuration_set(name: &str, set: &GetConfigurationSetOutput) -> Finding {
    if set.sending_options().is_none_or(|options| options.sending_enabled()) {
        Finding::good(format!("the configuration set {name} sends"))
    } else {
        Finding::wrong(
            format!("the configuration set {name} is paused"),
            format!(
                "aws sesv2 put-configuration-set-sending-options --sending-enabled --configuration-set-name {name}"
            ),
        )
    }
}

/// A sending domain: identity, DKIM, MAIL FROM.
pub fn identity(domain: &str, identity: &GetEmailIdentityOutput) -> Vec<Finding> {
    let mut findings = vec![if identity.verified_for_sending_status() {
        Finding::good(format!("SES may send from {domain}"))
    } else {
        Finding::wrong(
            format!("SES may not send from {domain} yet"),
            "put the three DKIM records that the SES console shows into DNS; SES looks for them for 72 hours",
        )
    }];
    let dkim = identity.dkim_attributes();
    findings.push(if dkim.is_some_and(|dkim| dkim.signing_enabled() && dkim.status() == Some(&DkimStatus::Success)) {
        Finding::good(format!("mails from {domain} are signed (DKIM)"))
    } else {
        let tokens = dkim.map(|dkim| dkim.tokens()).unwrap_or_default();
        let records =
            tokens.iter().map(|token| format!("{token}._domainkey.{domain} CNAME {token}.dkim.amazonses.com"));
        Finding::wrong(
            format!("mails from {domain} are not signed (DKIM); Gmail and Yahoo refuse them"),
            format!("put into DNS: {}", records.collect::<Vec<_>>().join("; ")),
        )
    });
    let mail_from = identity.mail_from_attributes();
    findings.push(match mail_from.map(|mail_from| (mail_from.mail_from_domain(), mail_from.mail_from_domain_status())) {
        Some((name, MailFromDomainStatus::Success)) => Finding::good(format!("bounces go to {name} (MAIL FROM)")),
        Some((name, status)) if !name.is_empty() => Finding::look(
            format!("the MAIL FROM domain {name} is not ready ({}); amazonses.com stands in for it", status.as_str()),
            "put the MX and TXT records that the SES console shows into DNS",
        ),
        _ => Finding::look(
            format!("{domain} has no MAIL FROM domain of its own, so SPF is checked for amazonses.com"),
            format!("aws sesv2 put-email-identity-mail-from-attributes --email-identity {domain} --mail-from-domain bounce.{domain}"),
        ),
    });
    findings
}
