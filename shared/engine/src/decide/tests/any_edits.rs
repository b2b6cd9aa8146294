//! Whatever is edited, paused, resumed and rolled back: everybody has a next action or an end, and no mail goes twice.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const IDS: [&str; 5] = ["p", "q", "r", "s", "t"];

/// Something that happens to the campaign or to Ann.
#[derive(Debug, Clone)]
enum Act {
    Publish(String, Vec<(&'static str, Choice)>),
    Rollback(usize),
    Retire,
    Pause,
    Resume,
    Sweep,
    Pass(i64),
    Bought,
    Enrol,
}

/// What the step of an id does; nested lists take the ids that are left.
fn step(id: &'static str, kind: u8, inner: Option<&'static str>) -> String {
    let inner = inner.map_or_else(String::new, |id| format!("{{ id: {id}, send: {} }}", MAILS[id.len() % 4]));
    match kind {
        0 => format!("{{ id: {id}, send: a }}"),
        1 => format!("{{ id: {id}, wait: 5h }}"),
        2 => format!("{{ id: {id}, wait: {{ for: 1d, at: \"09:00\" }} }}"),
        3 => format!("{{ id: {id}, wait_for: {{ event: bought, timeout: 8h }}, then: [ {inner} ] }}"),
        4 => format!("{{ id: {id}, wait_for: {{ event: bought, timeout: 1d }}, else: [ {inner} ] }}"),
        5 => format!("{{ id: {id}, branch: [ {{ when: person.orders.count > 0, steps: [ {inner} ] }} ] }}"),
        6 => format!("{{ offer: {{ id: {id}, percent_off: 10, budget: 1 }} }}"),
        _ => format!("{{ id: {id}, send: b }}"),
    }
}

fn steps() -> impl Strategy<Value = String> {
    let order = Just(IDS.to_vec()).prop_shuffle();
    (order, proptest::collection::vec((0..8_u8, any::<bool>()), 0..4)).prop_map(|(ids, kinds)| {
        let mut ids = ids.into_iter();
        let mut steps = Vec::new();
        for (kind, nests) in kinds {
            let Some(id) = ids.next() else { break };
            let inner = if nests && (3..=5).contains(&kind) { ids.next() } else { None };
            steps.push(step(id, kind, inner));
        }
        format!("[ {} ]", steps.join(", "))
    })
}

fn choice() -> impl Strategy<Value = Choice> {
    let to = proptest::sample::select(IDS.to_vec()).prop_map(|step| Choice::Move(step.to_owned()));
    prop_oneof![Just(Choice::Exit), Just(Choice::FinishOnOld), to]
}

fn act() -> impl Strategy<Value = Act> {
    let choices = proptest::collection::vec((proptest::sample::select(IDS.to_vec()), choice()), 0..4);
    prop_oneof![
        4 => (steps(), choices).prop_map(|(steps, choices)| Act::Publish(steps, choices)),
        1 => (0..9_usize).prop_map(Act::Rollback),
        1 => Just(Act::Retire),
        2 => Just(Act::Pause),
        2 => Just(Act::Resume),
        3 => Just(Act::Sweep),
        5 => (1..40_i64).prop_map(Act::Pass),
        2 => Just(Act::Bought),
        2 => Just(Act::Enrol),
    ]
}

impl Shop {
    fn act(&mut self, act: &Act) {
        match act {
            Act::Publish(steps, choices) => self.publish_steps(steps, choices),
            Act::Rollback(to) => self.rollback(u32::try_from(to % self.versions.len()).unwrap() + 1),
            Act::Retire => self.retire(),
            Act::Pause => self.pause(),
            Act::Resume => self.resume(),
            Act::Sweep => self.sweep(),
            Act::Pass(hours) => {
                self.now = self.now.plus_seconds(hours * 3_600);
                self.decide(&Input::Due);
            }
            Act::Bought => self.event("bought", json!({})),
            Act::Enrol => self.enrol(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn nobody_is_stranded_and_no_mail_goes_twice(first in steps(), acts in proptest::collection::vec(act(), 1..30)) {
        let mut shop = Shop::steps(&first);
        shop.enrol();
        for act in &acts {
            shop.act(act);
            let active = shop.ann.standings.get("c").is_some_and(|own| own.enrolments.iter().any(|own| own.is_active()));
            let paused = shop.run == RunState::Paused;
            prop_assert!(!active || paused || shop.next_due().is_some(), "no next action after {act:?}: {:#?}", shop.ann.standings);
        }
        let planned = shop.journal.iter().filter(|line| line.contains(" sent ")).count();
        prop_assert_eq!(planned, shop.sent.len());
        // Once the campaign runs again, everybody comes to an end.
        shop.resume();
        shop.sweep();
        shop.act(&Act::Pass(24 * 90));
        prop_assert_eq!(shop.next_due(), None, "{:#?}", shop.ann.standings);
        let once: BTreeSet<&String> = shop.sent.iter().collect();
        prop_assert_eq!(once.len(), shop.sent.len(), "{:?}", shop.sent);
    }
}
