//! The tables as people see them.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Files, load};
use rekindle_store::statistics::{Fact, Totals};
use rekindle_workbench::stats::{Report, json};

use super::show::show;
use crate::output::View;

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

/// Adds a fact; `!` before its kind is of held-out people, `1` before that of first entries.
fn add(totals: &mut Totals, version: u32, (step, kind, detail): (&str, &str, &str), count: u64, value: i64) {
    let (first, kind) = kind.strip_prefix('1').map_or((false, kind), |kind| (true, kind));
    let (held_out, kind) = kind.strip_prefix('!').map_or((false, kind), |kind| (true, kind));
    let fact = Fact {
        campaign: "w".to_owned(),
        version,
        step: step.to_owned(),
        kind: kind.to_owned(),
        detail: detail.to_owned(),
        held_out,
        first,
    };
    totals.add(fact, count, value);
}

/// People who entered, converted, were held out and converted by themselves, each by their first entry.
fn people(entered: u64, converted: u64, held_out: u64, by_themselves: u64) -> Totals {
    let mut totals = Totals::default();
    for (kind, count) in
        [("1entered", entered), ("1converted", converted), ("1!held_out", held_out), ("1!converted", by_themselves)]
    {
        add(&mut totals, 1, ("", kind, ""), count, 0);
    }
    totals
}

fn shown(totals: &Totals) -> String {
    show(&Report::new("w", totals, &catalog()), &View::english())
}

#[test]
fn a_campaign_is_readable() {
    let mut totals = Totals::default();
    for (kind, detail, count, value) in [
        ("1entered", "", 1_000, 0),
        ("entered", "", 200, 0),
        ("1!held_out", "", 110, 0),
        ("!held_out", "", 20, 0),
        ("not_entered", "no_consent", 40, 0),
        ("not_entered", "entry_rule", 45, 0),
        ("exited", "converted", 200, 0),
        ("exited", "unsubscribed", 12, 0),
        ("completed", "", 900, 0),
        ("1converted", "", 200, 20_000_005_000),
        ("converted", "", 40, 4_000_000_000),
        ("1!converted", "", 11, 11_000_000),
        ("!converted", "", 2, 2_000_000),
    ] {
        add(&mut totals, 1, ("", kind, detail), count, value);
    }
    add(&mut totals, 2, ("", "1entered", ""), 34, 0);
    for (step, kind, detail, count) in [
        ("zoe", "sent", "", 1_150),
        ("zoe", "accepted", "", 1_149),
        ("zoe", "unknown", "", 1),
        ("zoe", "delivered", "", 1_100),
        ("zoe", "opened", "", 500),
        ("zoe", "skipped", "no_address", 50),
        ("zoe", "delayed", "window", 300),
        ("zoe", "delayed", "cap", 7),
        ("zoe", "withdrawn", "subject: `person.attributes.first_name` is missing", 9),
        ("zoe", "withdrawn", "suppressed", 1),
        ("amy", "sent", "", 900),
        ("choose", "split", "short", 450),
        ("choose", "split", "long", 450),
        ("pause", "waiting", "", 900),
    ] {
        add(&mut totals, 1, (step, kind, detail), count, 0);
    }
    insta::assert_snapshot!(shown(&totals));
    insta::assert_snapshot!(shown(&Totals::default()));
    let korean = show(&Report::new("w", &totals, &catalog()), &View::korean());
    insta::assert_snapshot!("a_campaign_is_readable_in_korean", korean);
}

#[test]
fn seventeen_held_out_people_give_no_verdict() {
    let totals = people(162, 25, 17, 6);
    let text = shown(&totals).replace('\n', " ");
    assert!(text.contains("Too few to say: 17 people are on the smaller side, and 30 are the least."), "{text}");
    assert!(text.contains("(Fisher's exact p = 0.08)") && !text.contains("costs"), "{text}");
    let machine = json(&Report::new("w", &totals, &catalog()), &totals);
    assert_eq!(machine["verdict"], "too_few_people");
    assert_eq!((&machine["treated"]["people"], &machine["held_out_converted"]["converted"]), (&162.into(), &6.into()));
}

#[test]
fn a_cell_of_fewer_than_five_expected_gives_no_verdict() {
    let text = shown(&people(300, 9, 30, 5)).replace('\n', " ");
    assert!(text.contains("Too few to say: on the smaller side fewer than 5 conversions"), "{text}");
}

/// One customer with two hundred orders is one person: their entries decide nothing.
#[test]
fn entries_of_people_who_came_again_move_no_verdict() {
    let mut totals = people(1_000, 200, 100, 20);
    let once = Report::new("w", &totals, &catalog()).people.map(|group| group.share());
    add(&mut totals, 1, ("", "entered", ""), 5_000, 0);
    add(&mut totals, 1, ("", "converted", ""), 4_800, 0);
    let again = Report::new("w", &totals, &catalog());
    assert_eq!(again.people.map(|group| group.share()), once);
    let text = shown(&totals).replace('\n', " ");
    assert!(text.contains("that is no more than chance may do"), "{text}");
    assert!(text.contains("6,000 entered, 5,000 conversions"), "{text}");
}

#[test]
fn an_empty_side_is_named() {
    let nobody_held_out = shown(&people(40, 3, 0, 0)).replace('\n', " ");
    assert!(nobody_held_out.contains("Nobody was held out"), "{nobody_held_out}");
    let all_held_out = shown(&people(0, 0, 10, 5)).replace('\n', " ");
    assert!(all_held_out.contains("Everybody was held out so far"), "{all_held_out}");
}
