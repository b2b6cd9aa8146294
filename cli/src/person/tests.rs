//! What an operator reads about a person, as snapshots.

use std::sync::LazyLock;

use rekindle_engine::person::{Answer, Counter, Enrolment, Outgoing, Person, Place, SendState, Standing};
use rekindle_engine::time::Instant;
use rekindle_store::{Aside, Note, SendRow, SendStage, Suppression};
use rekindle_workbench::person::{Address, Subject};
use serde_json::{Map, json};

use super::show as shown;
use crate::output::View;

fn show(subject: &Subject<'_>) -> String {
    shown(subject, &View::english())
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// Somebody with a past: two orders, one campaign that goes on, one that they were held out of.
fn minji() -> Person {
    let mut person = Person::new("c-17850");
    person.clock = Some(at("2011-03-20T01:00:00Z"));
    let profile = &mut person.profile;
    profile.created_at = Some(at("2010-12-01T08:26:00Z"));
    profile.email = Some("minji@example.com".to_owned());
    profile.locale = Some("ko-KR".to_owned());
    profile.timezone = Some("Asia/Seoul".to_owned());
    profile.attributes = Map::from_iter([("first_name".to_owned(), json!("민지")), ("points".to_owned(), json!(1200))]);
    profile.consent.say_marketing(true, at("2010-12-01T08:26:00Z"));
    profile.consent.say_topic("news", false, at("2011-01-05T12:00:00Z"));
    profile.orders.count = 2;
    profile.orders.total = 77.5;
    profile.orders.first_at = Some(at("2010-12-01T08:26:00Z"));
    profile.orders.last_at = Some(at("2011-01-19T01:00:00Z"));
    let counter = Counter { count: 2, first_at: at("2010-12-01T08:26:00Z"), last_at: at("2011-01-19T01:00:00Z") };
    profile.events.insert("order.completed".into(), counter);
    let answer = Answer { score: json!(9), comment: json!("향이 좋아요"), occasion: None };
    profile.answers.insert("nps".to_owned(), answer);

    let enrolment = |entry, started, place| Enrolment {
        held_out: false,
        entry,
        version: 1,
        key: json!(null),
        detail: Map::new().into(),
        place,
        started: at(started),
        goal_until: Some(at("2011-04-03T01:00:00Z")),
        late_shift: 0,
        mails: [].into(),
        offers: [].into(),
    };
    let place = Place::waiting(&"a-week".into(), at("2011-03-27T01:00:00Z"));
    let win_back = Standing {
        entries: 1,
        enrolments: vec![enrolment(1, "2011-03-20T01:00:00Z", Some(place))],
        ..Standing::default()
    };
    let birthday = Standing { trigger_due: Some(at("2011-06-01T00:00:00Z")), ..Standing::default() };
    let (held_out, ended) = (enrolment(1, "2011-03-20T01:00:00Z", None), enrolment(2, "2011-03-21T01:00:00Z", None));
    let vip = Standing { entries: 2, enrolments: vec![held_out, ended], ..Standing::default() };
    for (campaign, standing) in [("win-back", win_back), ("birthday", birthday), ("vip", vip)] {
        person.standings.change(&campaign.into(), |own| *own = standing);
    }
    person
}

fn journal() -> Vec<String> {
    let lines = [
        r#"{"at":"2010-12-01T08:26:00Z","person":"c-17850","campaign":"welcome","entry":1,"kind":"entered"}"#,
        r#"{"at":"2010-12-01T08:26:00Z","person":"c-17850","campaign":"welcome","entry":1,"step":"hello","kind":"skipped","reason":"no_consent"}"#,
        r#"{"at":"2010-12-01T08:26:00Z","person":"c-17850","campaign":"welcome","entry":1,"kind":"exited","reason":"order.refunded"}"#,
        r#"{"at":"2011-03-20T01:00:00Z","person":"c-17850","campaign":"vip","entry":1,"kind":"held_out"}"#,
        r#"{"at":"2011-03-20T01:00:00Z","person":"c-17850","campaign":"win-back","entry":1,"kind":"entered"}"#,
        r#"{"at":"2011-03-20T01:00:00Z","person":"c-17850","campaign":"win-back","entry":1,"step":"감사-쿠폰","kind":"offered","offer":"come-back","code":"AB12"}"#,
        r#"{"at":"2011-03-20T01:00:00Z","person":"c-17850","campaign":"win-back","entry":1,"step":"miss-you","kind":"delayed","reason":"window","until":"2011-03-20T23:00:00Z"}"#,
        r#"{"at":"2011-03-20T23:00:00Z","person":"c-17850","campaign":"win-back","entry":1,"step":"miss-you","kind":"sent","mail":"miss-you","send_id":"abc"}"#,
        r#"{"at":"2011-03-20T23:00:00Z","person":"c-17850","campaign":"win-back","entry":1,"step":"vip","kind":"expression_error","expression":"person.x > 3","error":"null > 3"}"#,
        r#"{"at":"2011-03-20T23:00:00Z","person":"c-17850","campaign":"win-back","entry":1,"step":"a-week","kind":"waiting","until":"2011-03-27T01:00:00Z"}"#,
        r#"{"at":"2011-03-21T00:00:00Z","person":"c-17850","campaign":"win-back","entry":1,"kind":"converted","value":39.9}"#,
        "a line that is no JSON",
    ];
    lines.map(str::to_owned).to_vec()
}

fn send(id: &str, stage: SendStage, when: &str, reason: Option<&str>) -> SendRow {
    SendRow {
        person: "c-17850".to_owned(),
        send_id: id.to_owned(),
        campaign: "win-back".to_owned(),
        version: 1,
        step: "miss-you".to_owned(),
        entry: 1,
        mail: "miss-you".to_owned(),
        stage,
        at: at(when),
        message_id: Some("0100".to_owned()),
        reason: reason.map(str::to_owned),
        was_unknown: false,
    }
}

/// Somebody of whom nothing else is shown, in Seoul's zone.
fn plainly(person: &Person) -> Subject<'_> {
    static ADDRESS: LazyLock<Address> = LazyLock::new(Address::default);
    Subject {
        person,
        address: &ADDRESS,
        sends: &[],
        journal: &[],
        notes: &[],
        aside: None,
        unread: &[],
        workspace_zone: "Asia/Seoul",
    }
}

#[test]
fn a_person_is_readable() {
    let mut person = minji();
    let outgoing = Outgoing {
        campaign: "win-back".into(),
        version: 1,
        step: "last-call".into(),
        entry: 1,
        mail: "last-call".into(),
        planned_at: at("2011-03-28T01:00:00Z"),
        detail: Map::new().into(),
        offers: [].into(),
        released: false,
        seen_at: None,
        chain: None,
        state: SendState::Planned { attempt: 0 },
    };
    person.outbox = [("new".to_owned(), outgoing)].into();
    let sends = [
        send("b", SendStage::Bounced, "2011-03-22T00:00:00Z", Some("mailbox full")),
        send("a", SendStage::Delivered, "2011-03-20T23:00:02Z", None),
        send("c", SendStage::Planned { attempt: 2 }, "2011-03-23T00:00:00Z", Some("TooManyRequestsException")),
    ];
    let acts = [Note {
        at: at("2011-03-22T09:00:00Z"),
        act: "resend".to_owned(),
        campaign: "win-back".to_owned(),
        person: Some("c-17850".to_owned()),
        send_id: None,
        by: "kim".to_owned(),
        reason: "SES had an outage".to_owned(),
    }];
    let known = Suppression {
        bounced_at: Some(at("2011-03-22T00:00:00Z")),
        refused_at: Some(at("2011-03-21T00:00:00Z")),
        ..Suppression::default()
    };
    let address = Address { others: vec!["c-9".to_owned(), "Minji@example.com".to_owned()], known };
    insta::assert_snapshot!(show(&Subject {
        address: &address,
        sends: &sends,
        journal: &journal(),
        notes: &acts,
        workspace_zone: "Europe/London",
        ..plainly(&person)
    }));
}

#[test]
fn somebody_new_has_little_to_show_and_an_unknown_zone_is_named() {
    let mut person = Person::new("c-1");
    person.clock = Some(at("2026-03-01T00:00:00Z"));
    person.profile.timezone = Some("Mars/Base".to_owned());
    person.profile.suppressed_at = person.clock;
    insta::assert_snapshot!(show(&plainly(&person)));
}

#[test]
fn somebody_who_is_set_aside_is_told_by_it_with_the_remedy() {
    let aside = Aside { since: at("2011-03-27T01:00:00Z"), why: "too large: end enrolments".to_owned() };
    let minji = minji();
    let subject = Subject { aside: Some(&aside), ..plainly(&minji) };
    let section = "\nSet aside\n  due since 2011-03-27 10:00  too large: end enrolments\n";
    assert!(show(&subject).contains(section), "{}", show(&subject));
    let json: serde_json::Value = rekindle_workbench::person::json(&subject);
    assert_eq!(json["set_aside"], json!({ "due_since": aside.since, "why": aside.why }));
}

#[test]
fn a_person_is_readable_in_korean() {
    let (minji, journal) = (minji(), journal());
    let sends = [send("a", SendStage::Delivered, "2011-03-20T23:00:02Z", None)];
    let subject = Subject { sends: &sends, journal: &journal, ..plainly(&minji) };
    insta::assert_snapshot!(shown(&subject, &View::korean()));
}

#[test]
fn of_somebody_unknown_or_erased_it_says_what_to_do() {
    insta::assert_snapshot!(show(&plainly(&Person::new("nobody"))));
    let mut person = minji();
    person.erase(at("2026-03-01T00:00:00Z"));
    insta::assert_snapshot!(show(&plainly(&person)));
}

#[test]
fn json_has_the_names_of_the_specification() {
    let sends = [send("a", SendStage::Delivered, "2011-03-20T23:00:02Z", None)];
    let (minji, journal) = (minji(), journal());
    let subject =
        Subject { sends: &sends, journal: &journal[6..8], workspace_zone: "Europe/London", ..plainly(&minji) };
    let written = format!("{:#}\n", rekindle_workbench::person::json(&subject));
    insta::assert_snapshot!(written);
}

#[test]
fn what_others_wrote_cannot_steer_the_terminal() {
    let mut person = minji();
    person.id = "c\u{1b}[2J".into();
    person.profile.email = Some("a\u{202e}b@example.com".to_owned());
    person.profile.attributes = Map::from_iter([("x\r".to_owned(), json!("\u{1b}]0;title\u{7}\n  marketing  yes"))]);
    let lines = [
        r#"{"at":"\u001b[1A","campaign":"w","entry":1,"kind":"exited","reason":"\u001b[31mred"}"#.to_owned(),
        "\u{1b}c".to_owned(),
    ];
    let shown = show(&Subject { journal: &lines, ..plainly(&person) });
    assert!(
        shown.chars().all(|letter| letter == '\n' || !letter.is_control()) && !shown.contains('\u{202e}'),
        "{shown}"
    );
    assert!(shown.contains(r"c\u{1b}[2J") && shown.contains(r"\n  marketing  yes"), "{shown}");
    assert!(
        !rekindle_workbench::person::json(&Subject { journal: &lines, ..plainly(&person) })
            .to_string()
            .contains('\u{1b}')
    );
}
