//! Intervals against published figures, and the tables as people see them.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Files, load};
use rekindle_store::statistics::{Fact, Totals};

use super::lift::{Share, difference, wilson};
use super::report::Report;
use super::show::show;

fn of(part: u64, whole: u64) -> Share {
    Share { part, whole }
}

#[test]
fn intervals_are_those_of_the_papers() {
    // Newcombe 1998, table II, method 10; Wilson's of 81 in 263 from Newcombe's companion paper (same volume, 857–872).
    for (first, second, low, high) in [
        (of(56, 70), of(48, 80), 0.0524, 0.3339),
        (of(9, 10), of(3, 10), 0.1705, 0.8090),
        (of(5, 56), of(0, 29), -0.0381, 0.1926),
        (of(10, 10), of(0, 20), 0.6791, 1.0),
    ] {
        let found = difference(first, second).unwrap();
        assert!((found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5, "{first:?} {second:?}: {found:?}");
    }
    let found = wilson(of(81, 263)).unwrap();
    assert!((found.low - 0.2553).abs() < 5e-5 && (found.high - 0.3662).abs() < 5e-5, "{found:?}");
    assert_eq!((wilson(of(0, 0)), difference(of(1, 2), of(0, 0))), (None, None));
}

fn catalog() -> Catalog {
    let files = Files::from([
        (
            "workspace.yaml".to_owned(),
            "name: S\ntimezone: UTC\ncurrency: KRW\nsenders: [ { id: s, name: S, email: s@example.com } ]\n".to_owned(),
        ),
        (
            "w/campaign.yaml".to_owned(),
            "name: Welcome\npurpose: marketing\ntrigger: { event: x }\nsteps: [ { id: zoe, send: m }, { id: amy, send: m } ]\n"
                .to_owned(),
        ),
        ("w/m.mjml".to_owned(), "---\nsubject: m\npreheader: m\n---\n<mj-section></mj-section>".to_owned()),
    ]);
    Catalog::of(load(&files).definitions.unwrap())
}

#[test]
fn a_campaign_is_readable() {
    let mut totals = Totals::default();
    let mut add = |version, step: &str, kind: &str, detail: &str, count, value| {
        let (held_out, kind) = kind.strip_prefix('!').map_or((false, kind), |kind| (true, kind));
        let fact = Fact {
            campaign: "w".to_owned(),
            version,
            step: step.to_owned(),
            kind: kind.to_owned(),
            detail: detail.to_owned(),
            held_out,
        };
        totals.add(fact, count, value);
    };
    for (kind, detail, count, value) in [
        ("entered", "", 1_200, 0),
        ("!held_out", "", 130, 0),
        ("not_entered", "no_consent", 40, 0),
        ("not_entered", "entry_rule", 45, 0),
        ("exited", "converted", 200, 0),
        ("exited", "unsubscribed", 12, 0),
        ("completed", "", 900, 0),
        ("converted", "", 240, 24_000_005_000),
        ("!converted", "", 13, 13_000_000),
    ] {
        add(1, "", kind, detail, count, value);
    }
    add(2, "", "entered", "", 34, 0);
    for (step, kind, detail, count) in [
        ("zoe", "sent", "", 1_150),
        ("zoe", "accepted", "", 1_149),
        ("zoe", "unknown", "", 1),
        ("zoe", "delivered", "", 1_100),
        ("zoe", "opened", "", 500),
        ("zoe", "skipped", "no_address", 50),
        ("zoe", "delayed", "window", 300),
        ("zoe", "delayed", "cap", 7),
        ("amy", "sent", "", 900),
        ("choose", "split", "short", 450),
        ("choose", "split", "long", 450),
        ("pause", "waiting", "", 900),
    ] {
        add(1, step, kind, detail, count, 0);
    }
    insta::assert_snapshot!(show(&Report::new("w", &totals, &catalog())));
    insta::assert_snapshot!(show(&Report::new("w", &Totals::default(), &catalog())));
}
