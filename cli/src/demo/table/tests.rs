use std::path::Path;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Files, load_published};

use super::*;
use crate::output::numbers::{share, sum};

const WORKSPACE: &str = "name: Shop\ntimezone: Asia/Seoul\nlocales: [en]\ncurrency: KRW\n\
                         senders: [{ id: shop, name: Shop, email: shop@example.com }]\n";

fn campaign(trigger: &str, rest: &str, steps: &str) -> String {
    format!("name: A campaign\npurpose: marketing\ntrigger: {trigger}\n{rest}\nsteps: [{steps}]\n")
}

fn tally() -> Tally {
    let goal = "goal: { event: order.completed, within: 14d }\nholdout: 10";
    let mails = "{ send: zoe, id: zoe }, { wait: 1d, id: later }, { send: amy, id: amy }";
    let files = Files::from([
        ("workspace.yaml".to_owned(), WORKSPACE.to_owned()),
        ("welcome/campaign.yaml".to_owned(), campaign("{ event: customer.signed_up }", "", mails)),
        (
            "win-back/campaign.yaml".to_owned(),
            campaign("{ lapsed: { after: 60d, since: order.completed } }", goal, mails),
        ),
        ("cart/campaign.yaml".to_owned(), campaign("{ event: cart.abandoned }", goal, mails)),
    ]);
    Tally::new(&Catalog::of(load_published(&files).definitions.unwrap()))
}

/// A line of a journal.
fn line(person: &str, campaign: &str, rest: &str) -> String {
    format!(r#"{{"at":"2026-03-01T09:00:00Z","person":"{person}","campaign":"{campaign}","entry":1,{rest}}}"#)
}

fn journal() -> Vec<String> {
    let mut lines = Vec::new();
    for number in 0..12 {
        let person = format!("c-{number}");
        let mut say = |campaign: &str, rest: &str| lines.push(line(&person, campaign, rest));
        say("welcome", r#""kind":"entered""#);
        say("welcome", r#""step":"zoe","kind":"delayed","reason":"window","until":"2026-03-01T23:00:00Z""#);
        say("welcome", r#""step":"zoe","kind":"sent","mail":"zoe","send_id":"x""#);
        match number {
            0 => {
                say("win-back", r#""kind":"held_out""#);
                say("win-back", r#""kind":"converted","value":0.1"#);
            }
            1 => say("win-back", r#""kind":"not_entered","reason":"no_consent""#),
            2 => {
                say("win-back", r#""kind":"entered""#);
                say("win-back", r#""step":"zoe","kind":"sent","mail":"zoe","send_id":"y""#);
                say("win-back", r#""kind":"converted","value":1234567.25"#);
                say("win-back", r#""kind":"exited","reason":"converted""#);
            }
            3 => {
                say("win-back", r#""kind":"entered""#);
                say("win-back", r#""step":"zoe","kind":"skipped","reason":"no_address""#);
                say("win-back", r#""kind":"converted""#);
            }
            _ => {
                say("welcome", r#""step":"amy","kind":"skipped","reason":"no_address""#);
                say("welcome", r#""kind":"completed""#);
            }
        }
    }
    lines
}

fn orders() -> Orders {
    Orders::read("customer_id,date,amount\na,2026-03-01,1\nb,2026-08-28,1\nb,soon,1\n".as_bytes(), &TimeZone::UTC)
        .unwrap()
}

fn ended<'e>(orders: &'e Orders, source: Option<&'e Path>) -> Ended<'e> {
    Ended {
        source,
        orders,
        currency: "KRW",
        zone: const { &TimeZone::UTC },
        until: "2026-08-29T12:00:00Z".parse().unwrap(),
        events: 4_000,
        mails: 12,
        notices: 0,
        dead_letters: 1,
        unknown: 0,
        mailbox: "http://127.0.0.1:7070",
        state: Path::new(".rekindle/demo"),
        seconds: 2.0,
    }
}

#[test]
fn the_table_of_a_file() {
    let (orders, mut tally) = (orders(), tally());
    journal().iter().for_each(|line| tally.add(line).unwrap());
    tally.withdrawn("win-back", "subject: `person.attributes.first_name` is missing", 2);
    insta::assert_snapshot!(show(&tally, &ended(&orders, Some(Path::new("orders.csv"))), &View::english()));
}

#[test]
fn the_table_does_not_depend_on_the_order_of_people_and_fits_into_a_terminal() {
    let (orders, mut tally, mut turned) = (orders(), tally(), tally());
    let lines = journal();
    lines.iter().for_each(|line| tally.add(line).unwrap());
    let mut people: Vec<&[String]> = lines.chunk_by(|one, other| one[40..50] == other[40..50]).collect();
    people.reverse();
    people.concat().iter().for_each(|line| turned.add(line).unwrap());
    let narrow = View::english().narrow(100);
    let table = summary(&tally, &ended(&orders, None), &narrow);
    assert_eq!(table, summary(&turned, &ended(&orders, None), &narrow));
    assert!(table.starts_with("An invented shop"));
    assert!(table.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_line_that_is_none_is_an_error_and_counts_nothing() {
    let mut tally = tally();
    assert!(tally.add("{}").is_err() && tally.add(r#"{"person":"c""#).is_err());
    assert_eq!(tally.campaigns().filter(|(_, campaign)| campaign.is_at_work()).count(), 0);
}

#[test]
fn nothing_at_all_is_a_table_too() {
    let orders = Orders::read("customer_id,date,amount\n".as_bytes(), &TimeZone::UTC).unwrap();
    insta::assert_snapshot!(show(&tally(), &ended(&orders, None), &View::korean()));
}

#[test]
fn numbers_are_rounded_to_the_nearest() {
    assert_eq!(
        (share(1, 8), share(2, 3), share(0, 0), share(5, 5)),
        ("12.5 %".to_owned(), "66.7 %".to_owned(), "–".to_owned(), "100.0 %".to_owned())
    );
    assert_eq!(
        (sum(1_000_000), sum(-1_005_000), sum(99_995_000), sum(-1)),
        ("1".to_owned(), "-1.01".to_owned(), "100.00".to_owned(), "0.00".to_owned())
    );
}

#[test]
fn an_id_is_quoted_where_a_shell_would_read_more_than_a_word() {
    assert_eq!(
        (draw::argument("고객-1"), draw::argument("a b"), draw::argument("it's")),
        ("고객-1".to_owned(), "'a b'".to_owned(), r"'it'\''s'".to_owned())
    );
}
