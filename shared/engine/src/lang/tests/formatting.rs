//! `fmt` writes ids, keeps everything else, and does so once.

use proptest::prelude::*;

use super::*;
use crate::lang::{codes, fmt};

const HEAD: &str = "name: C\npurpose: marketing\ntrigger: manual\n";

/// A campaign's steps, formatted.
fn steps(steps: &str) -> String {
    let formatted = fmt(&format!("{HEAD}{steps}")).unwrap();
    assert_eq!(fmt(&formatted).unwrap(), formatted, "formatting twice changes nothing more");
    formatted.strip_prefix(HEAD).unwrap().to_owned()
}

#[rstest::rstest]
#[case::one_line(
    "steps:\n  - send: hello # first\n  - wait: 3d\n",
    "steps:\n  - send: hello # first\n    id: send-1\n  - wait: 3d\n    id: wait-1\n"
)]
#[case::written("steps:\n- id: hi\n  send: hello\n", "steps:\n- id: hi\n  send: hello\n")]
#[case::inside("steps:\n- offer: { id: gift, percent_off: 5 }\n", "steps:\n- offer: { id: gift, percent_off: 5 }\n")]
#[case::flow(
    "steps: [{ send: hello }, {wait: 3d}]\n",
    "steps: [{ id: send-1, send: hello }, {id: wait-1, wait: 3d}]\n"
)]
#[case::pair(
    "steps: [ send: hello, wait: 3d ]\n",
    "steps: [ { id: send-1, send: hello }, { id: wait-1, wait: 3d } ]\n"
)]
#[case::several_lines(
    "steps:\n- branch:\n  - when: true\n    steps: []\n",
    "steps:\n- id: branch-1\n  branch:\n  - when: true\n    steps: []\n"
)]
#[case::companions(
    "steps:\n- wait_for: { event: x, timeout: 1d }\n  then:\n  - exit: a\n",
    "steps:\n- wait_for: { event: x, timeout: 1d }\n  id: wait-for-1\n  then:\n  - exit: a\n    id: exit-1\n"
)]
#[case::empty_split(
    "steps:\n- split:\n  arms: [ { name: a, weight: 1, steps: [] } ]\n",
    "steps:\n- split:\n  id: split-1\n  arms: [ { name: a, weight: 1, steps: [] } ]\n"
)]
#[case::no_line_end("steps:\n- send: hello", "steps:\n- send: hello\n  id: send-1\n")]
#[case::explicit_key("steps:\n- ? send\n  : hello\n", "steps:\n- id: send-1\n  ? send\n  : hello\n")]
#[case::own_line("steps:\n-\n  send: hello\n", "steps:\n-\n  send: hello\n  id: send-1\n")]
#[case::block_text(
    "steps:\n- exit: >-\n    because\n    of that   \n- send: a   \n",
    "steps:\n- id: exit-1\n  exit: >-\n    because\n    of that   \n- send: a\n  id: send-1\n"
)]
#[case::blanks("steps: []   \n\n# end  \n\n\n", "steps: []\n\n# end\n")]
#[case::quoted("steps:\n- \"send\": 'hello'\n", "steps:\n- \"send\": 'hello'\n  id: send-1\n")]
#[case::anchors(
    "steps:\n- &first send: hello\n- &second { wait: 3d }\n",
    "steps:\n- &first send: hello\n  id: send-1\n- &second { id: wait-1, wait: 3d }\n"
)]
fn ids_are_written_in_the_style_of_the_file(#[case] before: &str, #[case] after: &str) {
    assert_eq!(steps(before), after);
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_stay() {
    let before = "\u{feff}name: C\r\npurpose: marketing \r\ntrigger: manual\r\nsteps:\r\n- send: a\r\n\r\n";
    let after = "\u{feff}name: C\r\npurpose: marketing\r\ntrigger: manual\r\nsteps:\r\n- send: a\r\n  id: send-1\r\n";
    assert_eq!(fmt(before).unwrap(), after);
}

#[test]
fn what_is_broken_is_not_touched() {
    let code = |text: &str| fmt(&format!("{HEAD}{text}")).unwrap_err().first().map(|found| found.code);
    assert_eq!(code("steps: ["), Some(codes::SYNTAX));
    assert_eq!(code("steps:\n- sned: hello\n"), Some(codes::UNKNOWN_KEY));
    assert_eq!(code("steps:\n- { id: send-2, send: a }\n- send: b\n"), Some(codes::DEFAULT_ID_TAKEN));
    assert_eq!(code("steps:\n- &x { send: a }\n- *x\n"), Some(codes::FORMAT_BY_HAND));
}

#[test]
fn recipes_and_examples_are_formatted_or_can_be() {
    let campaigns = read_folder(&repository().join("campaigns"))
        .into_iter()
        .chain(examples::cases().into_iter().flat_map(|(_, files)| files));
    for (path, text) in campaigns.filter(|(path, _)| path.ends_with("/campaign.yaml")) {
        let formatted = fmt(&text).unwrap();
        assert_eq!(fmt(&formatted).unwrap(), formatted, "{path}");
        assert_eq!(formatted.matches('#').count(), text.matches('#').count(), "{path}");
    }
}

/// Steps in flow style, nested to a depth, some with ids of their own (made unique by the caller).
fn flow(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("{ send: a }".to_owned()),
        Just("{wait: 3d}".to_owned()),
        Just("exit: done".to_owned()),
        Just("{ id: ID, \"send\": 'b' }".to_owned()),
        Just("{\n  wait: { for: 1d }, # why\n  }".to_owned()),
    ];
    leaf.prop_recursive(depth, 24, 3, |inner| {
        let steps = prop::collection::vec(inner, 0..3).prop_map(|steps| format!("[{}]", steps.join(", ")));
        prop_oneof![
            (steps.clone(), steps.clone()).prop_map(|(then, other)| format!(
                "{{ else: {other}, wait_for: {{ event: x, timeout: 1d }}, then: {then} }}"
            )),
            steps
                .clone()
                .prop_map(|steps| format!("{{ branch: [ {{ when: true, steps: {steps} }}, otherwise: [] ] }}")),
            steps.prop_map(|steps| format!("{{split: {{}}, arms: [{{ name: a, weight: 1, steps: {steps} }}]}}")),
        ]
    })
    .boxed()
}

/// Lines of a block list of steps.
fn block(depth: u32) -> BoxedStrategy<Vec<String>> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let leaf = prop_oneof![
        Just(lines("- send: a # note")),
        Just(lines("- wait:   3d  ")),
        Just(lines("-\n  exit: done")),
        Just(lines("- id: ID\n  send: b")),
        Just(lines("- set:\n    attributes:\n      why: |+\n        because  \n        of this\n\n")),
        Just(lines("# a line between\n- wait:\n    for: 1d\n\n    at: \"09:00\"")),
        flow(1).prop_filter("a pair is no block step", |step| step.starts_with('{')).prop_map(|step| format!(
            "- {}",
            step.replace('\n', "\n  ")
        )
        .lines()
        .map(str::to_owned)
        .collect()),
    ];
    leaf.prop_recursive(depth, 24, 3, |inner| {
        let steps = prop::collection::vec(inner, 1..3).prop_map(|steps| steps.concat());
        let indented =
            |steps: Vec<String>, by: &str| steps.into_iter().map(|line| format!("{by}{line}")).collect::<Vec<_>>();
        prop_oneof![
            (steps.clone(), steps.clone()).prop_map(move |(then, other)| {
                [
                    vec!["- wait_for: { event: x, timeout: 1d }".to_owned(), "  then:".to_owned()],
                    indented(then, "  "),
                    vec!["  else:".to_owned()],
                    indented(other, "    "),
                ]
                .concat()
            }),
            steps.clone().prop_map(move |steps| [
                vec!["- branch:".to_owned(), "    - when: true".to_owned(), "      steps:".to_owned()],
                indented(steps, "        ")
            ]
            .concat()),
            steps.prop_map(move |steps| [
                vec![
                    "- split:".to_owned(),
                    "  arms:".to_owned(),
                    "  - { name: b, weight: 1, steps: [] }".to_owned(),
                    "  - name: a".to_owned(),
                    "    weight: 1".to_owned(),
                    "    steps:".to_owned()
                ],
                indented(steps, "    ")
            ]
            .concat()),
        ]
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn formatting_keeps_the_campaign_and_is_stable(steps in prop::collection::vec(prop_oneof![block(3), flow(3).prop_filter("no pair", |step| step.starts_with('{')).prop_map(|step| format!("- {}", step.replace('\n', "\n  ")).lines().map(str::to_owned).collect())], 1..5), windows: bool) {
        let mut text = format!("{HEAD}steps:\n{}", steps.concat().join("\n"));
        let mut own = 0;
        while text.contains("ID") {
            own += 1;
            text = text.replacen("ID", &format!("own-{own}"), 1);
        }
        if windows {
            text = text.replace('\n', "\r\n");
        }
        let formatted = fmt(&text).map_err(|found| TestCaseError::fail(format!("{found:?}\n{text}")))?;
        prop_assert_eq!(&fmt(&formatted).unwrap(), &formatted);
        prop_assert_eq!(format!("{:?}", meaning(&text)), format!("{:?}", meaning(&formatted)));
    }
}

/// The campaign, its ids as if they were written.
fn meaning(text: &str) -> Vec<crate::lang::Step> {
    let workspace =
        "{ name: Shop, timezone: UTC, currency: KRW, senders: [ { id: shop, name: Shop, email: shop@example.com } ] }";
    let files = [("workspace.yaml", workspace), ("c/a.mjml", ""), ("c/b.mjml", ""), ("c/campaign.yaml", text)];
    let loaded = load(&files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    let mut steps = loaded.definitions.unwrap().campaigns.remove("c").unwrap().steps;
    written(&mut steps);
    steps
}

fn written(steps: &mut [crate::lang::Step]) {
    use crate::lang::{StepKind, WaitFor};
    for step in steps {
        step.id_written = true;
        match &mut step.kind {
            StepKind::WaitFor(WaitFor { then, otherwise, .. }) => {
                written(then);
                written(otherwise);
            }
            StepKind::Branch { arms, otherwise } => {
                arms.iter_mut().for_each(|arm| written(&mut arm.steps));
                otherwise.iter_mut().for_each(|steps| written(steps));
            }
            StepKind::Split { arms } => arms.iter_mut().for_each(|arm| written(&mut arm.steps)),
            _ => {}
        }
    }
}
