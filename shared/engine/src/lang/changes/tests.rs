//! Two versions in, the words of the plan out.

use super::*;
use crate::lang::{Definitions, Files, load};

const WORKSPACE: &str = "name: Shop\ntimezone: Asia/Seoul\nlocales: [ko, en]\ncurrency: KRW\n\
    senders: [ { id: shop, name: Shop, email: shop@example.com }, { id: lab, name: Lab, email: lab@example.com } ]\n\
    topics: [ { id: offers, name: { ko: 혜택, en: Offers } }, { id: news, name: { ko: 소식, en: News } } ]\n";

fn workspace(lines: &str) -> Files {
    Files::from([("workspace.yaml".to_owned(), format!("{WORKSPACE}{lines}\n"))])
}

fn definitions(mut files: Files, campaign: &str) -> Definitions {
    files.insert("c/campaign.yaml".to_owned(), campaign.to_owned());
    for mail in ["a", "b", "hi", "ask"] {
        files.insert(format!("c/{mail}.mjml"), String::new());
    }
    let loaded = load(&files);
    loaded.definitions.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))
}

/// The words, a line each.
fn between(before: &str, after: &str) -> String {
    let (before, after) = (definitions(workspace(""), before), definitions(workspace(""), after));
    let changes = of_campaign((&before.workspace, &before.campaigns["c"]), (&after.workspace, &after.campaigns["c"]));
    changes.iter().map(|change| format!("{change}\n")).collect()
}

fn campaign(lines: &str, steps: &str) -> String {
    format!("name: C\npurpose: marketing\n{lines}\nsteps: {steps}\n")
}

#[test]
fn what_is_written_otherwise_and_means_the_same_is_no_change() {
    let before = "name: C\npurpose: marketing\ntrigger: manual\nsteps: [ { wait: 7d }, { send: a } ]\n";
    let after = "# A comment\ntrigger: manual\nname: \"C\"\npurpose: marketing\naudience:\n\
        steps:\n- wait: { for: 1w }\n  id: wait-1\n- { send: a, id: send-1 }\n"
        .replace("audience:\n", "");
    assert_eq!(between(before, &after), "");
}

#[test]
fn a_campaigns_own_lines_are_named() {
    let before = campaign("trigger: { event: order.completed, where: event.order.total > 10 }", "[]");
    let after = campaign(
        "trigger: { lapsed: { after: 60d, since: order.completed } }\ntopic: news\nsender: lab\n\
         audience: person.orders.count >= 2\nkey: person.id\nentry: { again_after: 180d }\nholdout: 10\n\
         goal: { event: order.completed, within: 14d, value: event.order.total, exit: false }\n\
         exit_on: [order.refunded]\nstay_while: person.attributes.blocked != true\n\
         window: { from: \"22:00\", to: \"24:00\", on: [mon, fri] }\ngive_up_after: 2d\non_unknown: { resend_after: 24h }",
        "[]",
    );
    insta::assert_snapshot!("lines_appear", between(&before, &after));
    insta::assert_snapshot!("lines_go", between(&after, &before));
}

#[test]
fn every_trigger_reads_as_a_marketer_says_it() {
    let triggers = [
        "manual",
        "{ lapsed: { likely_gone: 0.2, within: 90d, fallback: 60d } }",
        "{ lapsed: { after: 1mo, since: order.completed, catch_up: all } }",
        "{ lapsed: { after: 1mo, since: order.completed, catch_up: 14d } }",
        "{ date: person.attributes.birthday, at: \"10:30\", offset: -3d, yearly: true }",
        "{ date: person.attributes.birthday, offset: -1mo1d, monthly: true }",
        "{ schedule: { at: \"2026-12-01T09:00\" } }",
        "{ schedule: { every: day, at: \"08:00\" } }",
        "{ schedule: { every: week, on: tue } }",
        "{ schedule: { every: month, on: 31 } }",
    ];
    let files: Vec<String> = triggers.iter().map(|trigger| campaign(&format!("trigger: {trigger}"), "[]")).collect();
    let changes: String = files.windows(2).map(|pair| between(&pair[0], &pair[1])).collect();
    insta::assert_snapshot!(changes);
}

#[test]
fn every_step_says_what_became_of_it() {
    let before = "[ { id: w, wait: 1d }, { offer: { id: come-back, percent_off: 10, budget: 500 } }, { id: s, send: a },\
        { id: f, wait_for: { event: order.completed, timeout: 7d }, then: [ { id: x, exit: bought } ] },\
        { survey: { id: q, kind: nps, mail: ask } }, { id: set, set: { attributes: { tier: gold } } },\
        { id: e, emit: { detail_type: a.b, detail: { n: 1 } } },\
        { id: br, branch: [ { when: person.orders.count > 1, steps: [] } ] },\
        { split: { id: sp }, arms: [ { name: l, weight: 1, steps: [] }, { name: r, weight: 1, steps: [] } ] } ]";
    let after = "[ { id: w, wait: { for: 2d, at: \"09:00\", on: [tue, thu] } },\
        { offer: { id: come-back, amount_off: 5000, expires: 14d, on_unavailable: exit, code: { prefix: K, pool: p } } },\
        { id: s, send: b, give_up_after: 3d }, { id: f, wait_for: { event: order.completed, timeout: 3d,\
        where: event.order.total > 5 }, then: [ { id: x, exit: returned } ] },\
        { survey: { id: q, kind: choice, mail: ask, choices: [x, y], expires: 7d } },\
        { id: set, set: { attributes: { tier: null } } }, { id: e, emit: { detail_type: a.c, detail: { n: 2 } } },\
        { id: br, branch: [ { when: person.orders.count > 2, steps: [] } ] },\
        { split: { id: sp }, arms: [ { name: l, weight: 3, steps: [] }, { name: r, weight: 1, steps: [] } ] } ]";
    insta::assert_snapshot!(between(&campaign("trigger: manual", before), &campaign("trigger: manual", after)));
}

#[test]
fn steps_come_go_move_and_turn_into_others() {
    let before = "[ { id: one, wait: 1d }, { id: two, send: a }, { id: three, wait: 2d }, { id: four, send: b },\
        { id: f, wait_for: { event: o, timeout: 1d }, else: [ { id: nudge, send: hi } ] } ]";
    let after = "[ { id: zero, wait: 3h }, { id: two, send: a }, { id: three, send: b }, { id: one, wait: 1d },\
        { id: f, wait_for: { event: o, timeout: 1d }, then: [ { id: nudge, send: hi } ], else: [ { id: bye, exit: gone } ] } ]";
    insta::assert_snapshot!(between(&campaign("trigger: manual", before), &campaign("trigger: manual", after)));
}

#[test]
fn the_workspace_is_compared_too() {
    let nothing = campaign("trigger: manual", "[]");
    let (before, after) = (
        definitions(workspace("cap: { max: 3, per: 7d }\nholdout: 5"), &nothing),
        definitions(
            workspace(
                "cap: { max: 2, per: 7d }\nwindow: { from: \"08:00\", to: \"21:00\" }\npolicy: kr\nprices: { ses_per_1000: 0.2 }",
            ),
            &nothing,
        ),
    );
    let changes: String =
        of_workspace(&before.workspace, &after.workspace).iter().map(|change| format!("{change}\n")).collect();
    insta::assert_snapshot!(changes);
}

#[test]
fn a_machine_reads_the_same() {
    let before = definitions(workspace(""), &campaign("trigger: manual", "[ { id: w, wait: 1d } ]"));
    let after = definitions(workspace(""), &campaign("trigger: manual", "[ { id: w, wait: 2d } ]"));
    let changes = of_campaign((&before.workspace, &before.campaigns["c"]), (&after.workspace, &after.campaigns["c"]));
    let json = serde_json::to_string(&changes).unwrap();
    assert_eq!(json, r#"[{"kind":"value","what":"wait w","step":"w","before":"1d","after":"2d"}]"#);
}
