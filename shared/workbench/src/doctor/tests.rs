//! What the doctor says of accounts and domains, sound and sick.

use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use aws_sdk_sesv2::operation::get_email_identity::GetEmailIdentityOutput;
use aws_sdk_sesv2::types::{
    DkimAttributes, DkimStatus, PricingAttributes, PricingPlan, SendQuota, SuppressionAttributes, SuppressionListReason,
};

use super::finding::Finding;
use super::{dns, ses};

fn wrong(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.is_wrong()).count()
}

#[test]
fn a_new_account_is_told_what_keeps_mails_from_going_out() {
    let quota = SendQuota::builder().max24_hour_send(200.0).max_send_rate(1.0).sent_last24_hours(190.0).build();
    let pricing = PricingAttributes::builder().current_plan(PricingPlan::Essentials).build();
    let account =
        GetAccountOutput::builder().sending_enabled(true).send_quota(quota).pricing_attributes(pricing).build();
    let findings = ses::account(&account);
    assert_eq!(wrong(&findings), 1);
    insta::assert_snapshot!(findings.iter().map(ToString::to_string).collect::<String>());
}

#[test]
fn a_sound_account_is_told_so() {
    let suppression = SuppressionAttributes::builder()
        .suppressed_reasons(SuppressionListReason::Bounce)
        .suppressed_reasons(SuppressionListReason::Complaint)
        .build();
    let account = GetAccountOutput::builder()
        .production_access_enabled(true)
        .sending_enabled(true)
        .suppression_attributes(suppression)
        .build();
    assert!(ses::account(&account).iter().all(|finding| finding.to_string().starts_with("ok ")));
    let paused = GetAccountOutput::builder().production_access_enabled(true).enforcement_status("SHUTDOWN").build();
    assert_eq!(wrong(&ses::account(&paused)), 1);
}

#[test]
fn a_domain_without_records_is_told_which() {
    let dkim = DkimAttributes::builder().status(DkimStatus::Pending).tokens("abc").build();
    let identity = GetEmailIdentityOutput::builder().dkim_attributes(dkim).build();
    let mut findings = ses::identity("shop.example", &identity);
    findings.push(dns::dmarc("shop.example", &[]));
    findings.push(dns::spf("bounce.shop.example", &["v=spf1 include:other.example -all".to_owned()]));
    insta::assert_snapshot!(findings.iter().map(ToString::to_string).collect::<String>());
}

#[test]
fn records_of_dns_are_read_as_their_standards_say() {
    let record = |text: &str| vec!["unrelated".to_owned(), text.to_owned()];
    assert!(
        dns::dmarc("a.example", &record("v=DMARC1; p=reject; rua=mailto:x@a.example")).to_string().starts_with("ok ")
    );
    assert!(dns::dmarc("a.example", &record("v=DMARC1;p=none")).to_string().starts_with("look "));
    assert!(dns::dmarc("a.example", &record("p=reject")).is_wrong());
    assert!(!dns::spf("a.example", &record("v=spf1 include:amazonses.com ~all")).is_wrong());
}

#[test]
fn a_new_accounts_ten_functions_are_said() {
    let ten = super::lambda::judge(Some(10));
    assert!(!ten.is_wrong());
    insta::assert_snapshot!(ten);
    assert!(super::lambda::judge(Some(1_000)).to_string().starts_with("ok "));
    assert!(super::lambda::judge(None).to_string().starts_with("look "));
}

#[test]
fn links_never_lead_where_dns_knows_nothing_without_a_word() {
    let links = Some("https://mail.shop.example");
    let of = |links, resolves| dns::public_domain("mail.shop.example", links, resolves);
    assert!(of(links, true).to_string().starts_with("ok "));
    assert!(of(links, false).is_wrong());
    for resolves in [true, false] {
        assert!(of(Some("https://x.execute-api.eu-west-1.amazonaws.com"), resolves).to_string().starts_with("look "));
    }
    insta::assert_snapshot!(of(links, false));
}
