//! What people do beside buying: on pages, with codes, and when the shop deletes them.

use serde_json::json;

use super::{Act, DELETED, MEETING, START, Size, TOPICS, event};
use crate::leaving::address_of;
use crate::rng::Rng;
use crate::web::Page;
use crate::world::{HOUR, SECOND};

/// After so long whoever was deleted may sign up again: nothing that was put on the bus before is under way any more.
const AWAY: i64 = 60 * HOUR;

/// Whether something happens to somebody: a small world has one person only, to whom more happens.
fn chance(size: Size, rng: &mut Rng, of_ten_thousand: u32) -> bool {
    rng.chance(if size.people == 1 { 5_000 } else { of_ten_thousand })
}

/// What somebody does on pages, and with a code.
pub(super) fn acts(size: Size, person: &str, signed_up: i64, rng: &mut Rng, acts: &mut Vec<(i64, Act)>) {
    let mut on_page = |at: i64, page: Page| acts.push((at, Act::Page(person.to_owned(), page)));
    // Now and then at the very instant at which a step of theirs is due.
    let when = |rng: &mut Rng| match rng.chance(1_500) {
        true => signed_up + *rng.pick(&[24, 72]) * HOUR,
        false => signed_up + rng.between(0, 50 * HOUR),
    };
    if chance(size, rng, 1_000) {
        on_page(when(rng), Page::OneClick);
    }
    if chance(size, rng, 800) {
        on_page(when(rng), Page::Button);
    }
    if chance(size, rng, 1_000) {
        for _ in 0..1 + rng.below(2) {
            let kept = TOPICS.iter().filter(|_| rng.chance(6_000)).map(|topic| (*topic).to_owned()).collect();
            on_page(when(rng), Page::Topics(kept));
        }
    }
    if chance(size, rng, 1_500) {
        let delivered = signed_up + rng.between(6, 300) * MEETING;
        // Twice within a few seconds, or much later: what was said last is to hold.
        for again in 0..rng.below(3) {
            let at = delivered + rng.between(SECOND, 3 * HOUR) + again as i64 * rng.between(0, 20 * SECOND);
            on_page(at, Page::Answer(1 + rng.below(5) as u8));
        }
        let detail = json!({ "person": { "id": person }, "order": { "id": "o" } });
        acts.push((delivered, event(person, "order.delivered", detail)));
    }
    if chance(size, rng, 3_000) {
        let at = signed_up + rng.between(26 * HOUR, 110 * HOUR);
        let (orders, by_bus) = (1 + u8::from(rng.chance(3_000)), rng.chance(2_000));
        acts.push((at, Act::Use { person: person.to_owned(), orders, by_bus }));
    }
}

/// Whether, and when, the shop deletes somebody: it tells nothing of them afterwards, unless they come back days later.
pub(super) fn erase(size: Size, person: &str, rng: &mut Rng, acts: &mut Vec<(i64, Act)>) {
    if !chance(size, rng, 600) {
        return;
    }
    // Mostly at an instant at which something else happens too.
    let theirs: Vec<i64> = acts.iter().filter(|(_, act)| act.is_event_of(person)).map(|(at, _)| *at).collect();
    let at = match theirs.get(rng.below(theirs.len())) {
        Some(at) if rng.chance(7_000) => {
            at + *rng.pick(&[0, 0, 24 * HOUR, 72 * HOUR]) + *rng.pick(&[0, 0, 0, SECOND, 3 * SECOND])
        }
        _ => START + rng.between(HOUR, 90 * HOUR),
    };
    acts.retain(|(own, act)| *own <= at || !act.is_event_of(person));
    if rng.chance(3_000) {
        return acts.push((at, Act::DeleteOnceArmed(person.to_owned())));
    }
    acts.push((at, event(person, DELETED, json!({ "person": { "id": person } }))));
    if rng.chance(3_000) {
        let fields = json!({ "id": person, "email": address_of(person), "consent": { "marketing": true } });
        let Act::Event { person, kind, mut detail, .. } =
            event(person, "customer.signed_up", json!({ "person": fields }))
        else {
            return;
        };
        let id = format!("{person}-again");
        detail["event_id"] = id.as_str().into();
        acts.push((at + AWAY, Act::Event { person, kind, detail, id }));
    }
}
