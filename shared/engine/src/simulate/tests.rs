//! Living people one after another gives the journal that living them all at once gives.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::decide::{Claims, next_due};
use crate::lang::{Files, load};

const WORKSPACE: &str = "
name: Shop
timezone: UTC
currency: EUR
senders: [ { id: shop, name: Shop, email: hello@example.com } ]
";

/// Offers that run out, whose lack leads elsewhere: to an end, to the next offer, to a later return.
const CAMPAIGN: &str = "
name: C
purpose: transactional
trigger: { event: go }
entry: every
steps:
  - offer: { id: first, percent_off: 10, budget: 2, on_unavailable: exit }
  - wait: 3h
  - offer: { id: second, percent_off: 10, budget: 3 }
  - branch:
      - when: offers[\"second\"].code != null
        steps: [ { wait: 1h } ]
  - offer: { id: third, percent_off: 10, budget: 2 }
";

fn catalog() -> Catalog {
    let late =
        CAMPAIGN.replace("{ event: go }", "{ lapsed: { after: 5h, since: go } }").replace("exit }", "continue }");
    let files = [("workspace.yaml", WORKSPACE), ("a/campaign.yaml", CAMPAIGN), ("b/campaign.yaml", late.as_str())];
    let files: Files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let loaded = load(&files);
    Catalog::of(loaded.definitions.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
}

/// Budgets that are asked in the very order of what happens.
#[derive(Default)]
struct Shared(HashMap<(Arc<str>, Arc<str>), u64>);

impl Claims for Shared {
    fn claim(&mut self, request: &Request) -> Claim {
        let issued = self.0.entry((Arc::clone(&request.campaign), Arc::clone(&request.offer))).or_default();
        if request.budget.is_some_and(|budget| *issued >= budget) {
            return Claim::Unavailable;
        }
        *issued += 1;
        Claim::Code("x".to_owned())
    }
}

/// Everybody at once: always what comes next, by instant, due work before events, person, file order.
fn all_at_once(catalog: &Catalog, events: &[Event], until: Instant) -> Vec<String> {
    let mut people: BTreeMap<Arc<str>, Person> = BTreeMap::new();
    let mut claims = Shared::default();
    let mut latest: HashMap<&str, Instant> = HashMap::new();
    let mut arrivals: Vec<(Instant, &str, usize)> = Vec::new();
    for (line, event) in events.iter().enumerate() {
        let at = latest.entry(&event.person).or_insert(Instant::MIN);
        *at = (*at).max(event.arrival());
        arrivals.push((*at, &event.person, line));
    }
    arrivals.sort_unstable();
    let mut arrivals = arrivals.into_iter().peekable();
    let mut lines = Vec::new();
    loop {
        let due = people.values().filter_map(|person| Some((next_due(person, catalog)?, Arc::clone(&person.id)))).min();
        let due = due.filter(|due| due.0 <= until && arrivals.peek().is_none_or(|next| due.0 <= next.0));
        let (at, id, input) = match (due, arrivals.peek()) {
            (Some((at, id)), _) => (at, id, Input::Due),
            (None, Some((at, id, line))) if *at <= until => (*at, Arc::from(*id), Input::Event(&events[*line])),
            _ => break,
        };
        if matches!(input, Input::Event(_)) {
            arrivals.next();
        }
        let person = people.entry(Arc::clone(&id)).or_insert_with(|| Person::new(&id));
        let decision = decide(person, &input, catalog, at, &mut claims).decided().unwrap();
        lines.extend(decision.lines.into_iter().map(|line| (line.at, Arc::clone(&id), line)));
    }
    lines.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    lines.iter().map(|(_, id, line)| without_code(&line.to_json(id))).collect()
}

/// The letters of codes are free.
fn without_code(line: &str) -> String {
    line.split_once(",\"code\"").map_or_else(|| line.to_owned(), |(before, _)| before.to_owned())
}

proptest! {
    #[test]
    fn lives_one_after_another_are_lives_all_at_once(past in prop::collection::vec((0_u8..6, 0_i64..40), 1..40)) {
        let catalog = catalog();
        let event = |(number, (person, half_hours)): (usize, &(u8, i64))| {
            let time = Instant::from_seconds(1_800_000_000 + half_hours * 1_800);
            let kind = if half_hours % 7 == 0 { "customer.deleted" } else { "go" };
            Event::from_value(json!({ "id": format!("e{number}"), "detail-type": kind, "time": time, "detail": { "person": { "id": format!("p{person}") } } })).unwrap()
        };
        let events: Vec<Event> = past.iter().enumerate().map(event).collect();
        let until = Instant::from_seconds(1_800_000_000 + 30 * 3_600);
        let found = journal(&catalog, Vec::new(), events.clone(), Some(until));
        let found: Vec<String> = found.iter().map(|(person, line)| without_code(&line.to_json(person))).collect();
        prop_assert_eq!(found, all_at_once(&catalog, &events, until));
    }
}
