//! Reports of offers as people see them.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Files, Offer, Workspace, load};
use rekindle_engine::time::Instant;
use rekindle_store::statistics::{Day, Fact, Totals, units};
use rekindle_store::{RedemptionDoubt, RedemptionRow};
use rekindle_workbench::offer::{Found, Report};

use super::show;
use crate::output::View;

const NOW: &str = "2026-03-10T12:00:00Z";

fn shop(offer: &str) -> (Offer, Workspace) {
    let files = Files::from([
        (
            "workspace.yaml".to_owned(),
            "name: S\ntimezone: Asia/Seoul\ncurrency: KRW\nsenders: [ { id: s, name: S, email: s@example.com } ]\n"
                .to_owned(),
        ),
        (
            "w/campaign.yaml".to_owned(),
            format!("name: W\npurpose: marketing\ntrigger: {{ event: x }}\nsteps: [ {{ offer: {offer} }} ]\n"),
        ),
    ]);
    let definitions = load(&files).definitions.unwrap();
    let workspace = definitions.workspace.clone();
    let catalog = Catalog::of(definitions);
    let (_, offer) = catalog.get("w").unwrap().program.offers().next().unwrap();
    (offer.clone(), workspace)
}

fn used(n: u32, total: Option<f64>, doubt: Option<RedemptionDoubt>) -> RedemptionRow {
    RedemptionRow {
        name: n.to_string(),
        campaign: "w".to_owned(),
        offer: "gift".to_owned(),
        code: None,
        order: None,
        total: total.map(units),
        at: Instant::parse(NOW).unwrap(),
        doubt,
    }
}

/// So many codes on each of the last days before the tenth of March.
fn days(issued: &[u64]) -> Vec<(Day, Totals)> {
    let today = Day::of(Instant::parse(NOW).unwrap()).0;
    let first = today - i64::try_from(issued.len()).unwrap() + 1;
    let day = |(day, issued): (i64, &u64)| {
        let mut totals = Totals::default();
        let of = |campaign: &str, kind: &str| Fact {
            campaign: campaign.to_owned(),
            version: 1,
            step: "gift".to_owned(),
            kind: kind.to_owned(),
            detail: String::new(),
            held_out: false,
            first: false,
        };
        totals.add(of("w", "offered"), *issued, 0);
        // Neither another campaign's offer of that id nor what could not be issued says at which rate codes go.
        totals.add(of("other", "offered"), 1_000, 0);
        totals.add(of("w", "offer_unavailable"), 1_000, 0);
        (Day(day), totals)
    };
    (first..).zip(issued).map(day).collect()
}

fn report(terms: &str, found: &Found) -> (String, serde_json::Value) {
    reported(terms, found, &View::english())
}

fn reported(terms: &str, found: &Found, view: &View) -> (String, serde_json::Value) {
    let (offer, workspace) = shop(terms);
    let report = Report::new("w", "gift", &offer, found, Instant::parse(NOW).unwrap());
    (show::text(&report, &offer, &workspace, view), show::json(&report, &workspace))
}

#[test]
fn an_offer_is_readable() {
    let redemptions = vec![
        used(1, Some(12_000.0), None),
        used(2, Some(8_000.5), None),
        used(3, None, None),
        used(4, Some(99_000.0), Some(RedemptionDoubt::Again)),
        used(5, None, Some(RedemptionDoubt::NotTheirs)),
    ];
    let found = Found { issued: 20, in_pool: None, redemptions, days: days(&[5, 0, 5, 10]) };
    let (text, json) = report("{ id: gift, percent_off: 15, expires: 14d, budget: 500 }", &found);
    let korean = reported("{ id: gift, percent_off: 15, expires: 14d, budget: 500 }", &found, &View::korean()).0;
    insta::assert_snapshot!(format!("{text}\n{korean}"));
    insta::assert_snapshot!(json);
}

#[test]
fn how_long_codes_last_is_told_from_the_last_four_weeks() {
    // Ten a day for the last 28 days, and a flood before them that is over.
    let mut issued = vec![1_000; 10];
    issued.extend([10; 28]);
    let found = |left| Found { issued: 10_280, in_pool: Some(left), redemptions: Vec::new(), days: days(&issued) };
    let ends = |terms: &str, left| {
        let (text, _) = report(terms, &found(left));
        text.lines().last().unwrap_or_default().to_owned()
    };
    let pool = "{ id: gift, amount_off: 5000, code: { pool: spring } }";
    assert_eq!(ends(pool, 100), "At this rate (280 codes in 28 days) empty on 2026-03-20.");
    assert_eq!(ends(pool, 0), "There is none left: whoever comes to this step gets no code.");
    assert_eq!(ends(pool, 40_000), "At this rate (280 codes in 28 days) they last for more than ten years.");
    // Whatever ends first, budget or pool.
    let tight = "{ id: gift, amount_off: 5000, budget: 10300, code: { pool: spring } }";
    assert_eq!(ends(tight, 100), "At this rate (280 codes in 28 days) empty on 2026-03-12.");
}

#[test]
fn an_offer_that_nobody_got_says_so() {
    let found = Found { issued: 0, in_pool: None, redemptions: Vec::new(), days: days(&[0]) };
    let (text, _) = report("{ id: gift, percent_off: 15, budget: 5 }", &found);
    assert!(text.ends_with("Nobody got one yet, so nothing says how long they last.\n"), "{text}");
}
