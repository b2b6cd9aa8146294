//! What files say becomes what the model holds.

use crate::lang::*;
use crate::time::{Instant, Span};

const WORKSPACE: &str = "{ name: Shop, timezone: Asia/Seoul, currency: KRW, senders: [ { id: shop, name: Shop, email: shop@example.com }, { id: lab, name: Lab, email: lab@example.com } ] }";

fn campaign(text: &str) -> Campaign {
    let mut files = Files::from([
        ("workspace.yaml".to_owned(), WORKSPACE.to_owned()),
        ("c/campaign.yaml".to_owned(), text.to_owned()),
    ]);
    for mail in ["a", "b", "c"] {
        files.insert(format!("c/{mail}.mjml"), String::new());
    }
    let loaded = load(&files);
    loaded
        .definitions
        .unwrap_or_else(|| panic!("{}", loaded.diagnostics.iter().map(|d| format!("{d}\n")).collect::<String>()))
        .campaigns
        .remove("c")
        .unwrap()
}

fn triggered(trigger: &str) -> Trigger {
    campaign(&format!("{{ name: C, purpose: marketing, trigger: {trigger}, steps: [] }}")).trigger
}

fn stepped(steps: &str) -> Vec<Step> {
    campaign(&format!("name: C\npurpose: marketing\ntrigger: manual\nsteps:\n{steps}")).steps
}

fn wait(wait: &str) -> String {
    let Some(StepKind::Wait(wait)) = stepped(&format!("- wait: {wait}")).pop().map(|step| step.kind) else { panic!() };
    format!("{wait:?}")
}

#[test]
fn what_a_campaign_leaves_out_has_its_default() {
    let campaign = campaign("name: C\npurpose: transactional\ntrigger: manual\nsteps: []");
    assert_eq!(
        (campaign.entry, campaign.holdout, campaign.window, campaign.sender),
        (EntryRule::Once, 0, WindowRule::Inherit, 0)
    );
    assert_eq!((campaign.give_up_after, campaign.on_unknown), (Span::days(7), OnUnknown::Hold));
    assert!(
        campaign.goal.is_none()
            && campaign.topic.is_none()
            && campaign.exit_on.is_empty()
            && campaign.audience.is_none()
    );
}

#[test]
fn what_a_workspace_leaves_out_has_its_default() {
    let workspace =
        load(&Files::from([("workspace.yaml".to_owned(), WORKSPACE.to_owned())])).definitions.unwrap().workspace;
    assert_eq!((workspace.locales, workspace.holdout, workspace.policy), (vec!["en".to_owned()], 0, Policy::Default));
    assert!(workspace.cap.is_none() && workspace.window.is_none() && workspace.topics.is_empty());
    assert!((workspace.prices.ses_per_1000 - 0.10).abs() < f64::EPSILON);
}

#[test]
fn a_campaign_in_full() {
    let campaign = campaign(
        "name: C\npurpose: marketing\nsender: lab\ntrigger: { event: a, where: \"true\" }\naudience: true\nkey: event.cart_id\nentry: { again_after: 30d }\nholdout: 10\ngoal: { event: b, within: 14d, where: \"true\", value: event.total, exit: false }\nexit_on: [x, y]\nstay_while: true\nwindow: none\ngive_up_after: 2d\non_unknown: { resend_after: 24h }\nsteps: []",
    );
    assert_eq!((campaign.sender, campaign.holdout, campaign.window), (1, 10, WindowRule::Lifted));
    assert_eq!(campaign.entry, EntryRule::AgainAfter(Span::days(30)));
    assert_eq!(campaign.exit_on, ["x", "y"]);
    assert_eq!(
        (campaign.give_up_after, campaign.on_unknown),
        (Span::days(2), OnUnknown::ResendAfter(Span::parse("24h").unwrap()))
    );
    assert_eq!(campaign.audience.unwrap().source(), "true");
    assert_eq!(campaign.key.unwrap().source(), "event.cart_id");
    let goal = campaign.goal.unwrap();
    assert!(!goal.exit && goal.filter.is_some() && goal.value.is_some() && campaign.stay_while.is_some());
}

#[rstest::rstest]
#[case(
    "{ lapsed: { after: 60d, since: order.completed } }",
    "Lapsed(Fixed(Fixed { after: 60d, since: \"order.completed\", catch_up: Never }))"
)]
#[case(
    "{ lapsed: { likely_gone: 0.2, within: 90d, fallback: 60d } }",
    "Lapsed(LikelyGone(LikelyGone { likely_gone: 0.2, within: 90d, fallback: 60d, since: \"order.completed\", catch_up: Never }))"
)]
#[case(
    "{ date: person.attributes.birthday }",
    "Date(DateTrigger { date: Expr(person.attributes.birthday), offset: 0m, at: 09:00:00, again: Never })"
)]
#[case(
    "{ date: person.attributes.birthday, at: 10:30, offset: -3d, yearly: true }",
    "Date(DateTrigger { date: Expr(person.attributes.birthday), offset: -3d, at: 10:30:00, again: Yearly })"
)]
#[case(
    "{ lapsed: { after: 1mo, since: order.completed, catch_up: all } }",
    "Lapsed(Fixed(Fixed { after: 1mo, since: \"order.completed\", catch_up: All }))"
)]
#[case(
    "{ lapsed: { likely_gone: 0.2, within: 3mo, fallback: 2mo1w, catch_up: 2w } }",
    "Lapsed(LikelyGone(LikelyGone { likely_gone: 0.2, within: 3mo, fallback: 2mo1w, since: \"order.completed\", catch_up: Within(2w) }))"
)]
#[case(
    "{ date: person.attributes.joined, offset: -1mo, yearly: false, monthly: true }",
    "Date(DateTrigger { date: Expr(person.attributes.joined), offset: -1mo, at: 09:00:00, again: Monthly })"
)]
#[case("{ schedule: { at: 2026-12-01T09:30 } }", "Schedule(Once(Once { at: Local(2026-12-01, Some(09:30:00)) }))")]
#[case("{ schedule: { at: 2026-12-01 } }", "Schedule(Once(Once { at: Local(2026-12-01, Some(09:00:00)) }))")]
#[case(
    "{ schedule: { at: \"2026-12-01T09:00+09:00\" } }",
    "Schedule(Once(Once { at: Instant(2026-12-01T00:00:00Z) }))"
)]
#[case("{ schedule: { every: day, at: 23:59 } }", "Schedule(Daily(Daily { at: 23:59:00 }))")]
#[case("{ schedule: { every: week } }", "Schedule(Weekly(Weekly { on: Monday, at: 09:00:00 }))")]
#[case("{ schedule: { every: week, on: sun } }", "Schedule(Weekly(Weekly { on: Sunday, at: 09:00:00 }))")]
#[case("{ schedule: { every: month } }", "Schedule(Monthly(Monthly { on: 1, at: 09:00:00 }))")]
#[case("{ schedule: { every: month, on: 31, at: 08:00 } }", "Schedule(Monthly(Monthly { on: 31, at: 08:00:00 }))")]
fn every_trigger_reads(#[case] written: &str, #[case] meant: &str) {
    assert_eq!(format!("{:?}", triggered(written)), meant);
}

#[test]
fn every_wait_reads() {
    assert_eq!(wait("1d12h"), "For(WaitSpan { span: 1d12h, at: None, on: None })");
    assert!(
        wait("{ for: 3d, at: 09:00, on: [tue, thu] }")
            .starts_with("For(WaitSpan { span: 3d, at: Some(09:00:00), on: Some(")
    );
    assert!(wait("{ on: [tue] }").starts_with("For(WaitSpan { span: 0m, at: None, on: Some("));
    assert_eq!(
        wait("{ until: 2026-12-24T09:00 }"),
        "Until(WaitUntil { until: Literal(Local(2026-12-24, Some(09:00:00))), offset: 0m, at: None, on: None })"
    );
    assert_eq!(
        wait("{ until: person.attributes.renews_on, offset: -3d, at: 09:00 }"),
        "Until(WaitUntil { until: Expr(Expr(person.attributes.renews_on)), offset: -3d, at: Some(09:00:00), on: None })"
    );
    assert_eq!(
        wait("{ until: 2026-12-24T09:00Z }"),
        format!(
            "Until(WaitUntil {{ until: Literal(Instant({:?})), offset: 0m, at: None, on: None }})",
            Instant::parse("2026-12-24T09:00:00Z").unwrap()
        )
    );
}

/// The ids of all steps, depth first as written.
fn ids(steps: &[Step]) -> Vec<String> {
    let inner = |step: &Step| match &step.kind {
        StepKind::WaitFor(WaitFor { then, otherwise, .. }) => [ids(then), ids(otherwise)].concat(),
        StepKind::Branch { arms, otherwise } => {
            arms.iter().map(|arm| ids(&arm.steps)).chain(otherwise.as_deref().map(ids)).flatten().collect()
        }
        StepKind::Split { arms } => arms.iter().flat_map(|arm| ids(&arm.steps)).collect(),
        _ => Vec::new(),
    };
    steps.iter().flat_map(|step| [vec![step.id.clone()], inner(step)].concat()).collect()
}

#[test]
fn default_ids_count_each_kind_depth_first_then_before_else() {
    let steps = stepped(
        "- send: a\n- wait_for: { event: x, timeout: 1d }\n  else: [ { send: c }, { wait: 1d } ]\n  then: [ { send: b }, { id: own, wait: 2d } ]\n- branch:\n  - { when: true, steps: [ { send: a } ] }\n  - otherwise: [ { wait_for: { event: y, timeout: 1d } } ]\n- split: { id: test }\n  arms: [ { name: x, weight: 1, steps: [ { exit: done } ] } ]\n- split:\n  arms: [ { name: x, weight: 1, steps: [] } ]\n- offer: { percent_off: 5 }\n- survey: { kind: nps, mail: a }\n- set: { attributes: {} }\n- emit: { detail_type: x }\n",
    );
    assert_eq!(
        ids(&steps),
        [
            "send-1",
            "wait-for-1",
            "send-2",
            "own",
            "send-3",
            "wait-2",
            "branch-1",
            "send-4",
            "wait-for-2",
            "test",
            "exit-1",
            "split-2",
            "offer-1",
            "survey-1",
            "set-1",
            "emit-1"
        ]
    );
}

#[test]
fn steps_in_full() {
    let steps = stepped(
        "- { send: a, give_up_after: 2d, on_unknown: { resend_after: 24h } }\n- offer: { id: o, amount_off: 5000, expires: 14d, budget: 0, code: { prefix: BACK-, pool: spring }, on_unavailable: exit }\n- survey: { id: s, kind: choice, mail: b, expires: 7d, choices: [x, y] }\n- set: { attributes: { tier: gold, old: null, n: 1.5 } }\n- emit: { detail_type: vip.reached, detail: { deep: [1, yes] } }\n",
    );
    let kinds: Vec<&StepKind> = steps.iter().map(|step| &step.kind).collect();
    let StepKind::Send(mail) = kinds[0] else { panic!() };
    assert_eq!(
        *mail,
        Mail {
            mail: "a".to_owned(),
            give_up_after: Some(Span::days(2)),
            on_unknown: Some(OnUnknown::ResendAfter(Span::parse("24h").unwrap()))
        }
    );
    let StepKind::Offer(offer) = kinds[1] else { panic!() };
    let expected = Offer {
        discount: Discount::Amount(5000.0),
        expires: Some(Span::days(14)),
        budget: Some(0),
        code: Code { prefix: Some("BACK-".to_owned()), pool: Some("spring".to_owned()) },
        on_unavailable: OnUnavailable::Exit,
    };
    assert_eq!(*offer, expected);
    let StepKind::Survey(survey) = kinds[2] else { panic!() };
    assert_eq!((survey.kind, survey.mail.mail.as_str(), survey.choices.len()), (SurveyKind::Choice, "b", 2));
    let StepKind::Set(Set { attributes }) = kinds[3] else { panic!() };
    assert_eq!(serde_json::to_string(attributes).unwrap(), r#"{"n":1.5,"old":null,"tier":"gold"}"#);
    let StepKind::Emit(Emit { detail, .. }) = kinds[4] else { panic!() };
    assert_eq!(serde_json::to_string(detail).unwrap(), r#"{"deep":[1,"yes"]}"#);
    assert!(steps[1].id_written && !steps[0].id_written);
}
