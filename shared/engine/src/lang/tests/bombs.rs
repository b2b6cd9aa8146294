//! No file costs more than a moment: each of these would, read without budgets.

use super::*;
use crate::lang::codes;

const HEAD: &str = "name: Bomb\npurpose: marketing\ntrigger: manual\n";

/// The codes of what is wrong with a campaign's file.
fn refused(campaign: String) -> Vec<&'static str> {
    let workspace = "{ name: Shop, timezone: Asia/Seoul, currency: KRW, senders: [ { id: shop, name: Shop, email: shop@example.com } ] }";
    let files =
        Files::from([("workspace.yaml".to_owned(), workspace.to_owned()), ("bomb/campaign.yaml".to_owned(), campaign)]);
    let loaded = load(&files);
    assert!(loaded.definitions.is_none());
    let mut codes: Vec<_> = loaded.diagnostics.iter().map(|found| found.code).collect();
    codes.dedup();
    codes
}

#[test]
fn aliases_that_multiply_values() {
    let lists: String =
        (1..12).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))).collect();
    assert_eq!(refused(format!("a0: &a0 [x]\n{lists}{HEAD}steps: []")), [codes::TOO_LARGE]);
}

#[test]
fn aliases_that_multiply_text() {
    let repeated = vec!["*long"; 50_000].join(", ");
    assert_eq!(
        refused(format!("long: &long {}\nlist: [{repeated}]\n{HEAD}steps: []", "x".repeat(500_000))),
        [codes::TOO_LARGE]
    );
}

#[test]
fn anchors_around_anchors() {
    let nested = (0..60).fold("x, ".repeat(20_000), |inner, n| format!("&n{n} [{inner}]"));
    assert_eq!(refused(format!("a: {nested}\n{HEAD}steps: []")), [codes::TOO_LARGE]);
}

#[test]
fn a_hundred_thousand_steps() {
    assert_eq!(refused(format!("{HEAD}steps:\n{}", "- wait: 1d\n".repeat(100_000))), [codes::TOO_LARGE]);
    assert_eq!(refused(format!("{HEAD}steps: [{}]", "{wait: 1d},".repeat(15_000))), [codes::TOO_MANY_STEPS]);
}

#[test]
fn depth_without_end() {
    for open in ["[", "{a: ", "- ", "? "] {
        assert_eq!(refused(format!("{HEAD}steps: \n  {}", open.repeat(100_000))), [codes::TOO_LARGE], "{open}");
    }
}

#[test]
fn one_endless_key() {
    let codes = refused(format!("{HEAD}steps: []\n{}: 1", "x".repeat(1_000)));
    assert_eq!(codes, [codes::UNKNOWN_KEY]);
}
