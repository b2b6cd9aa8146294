//! What must hold when everything is quiet: what the system says is held against what really happened.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use rekindle_engine::decide::next_due;
use rekindle_engine::person::{Consent, Person, SendState};
use rekindle_engine::time::Instant;
use rekindle_store::statistics::{Totals, recount, totals};
use rekindle_store::{Due, Ledger, Memory, Passes, People, SendRow, SendStage};

use crate::gate::Sim;
use crate::queue::QUEUES;
use crate::run::Report;
use crate::store::Table;

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the store in memory answers at once")
}

/// Judges a run that has become quiet.
#[must_use]
pub fn judge(sim: &Sim, steps: u64) -> Report {
    let memory = sim.world().memory.clone();
    let mut people = Vec::new();
    let ids = now(memory.people_page(None, 10_000)).map(|page| page.ids).unwrap_or_default();
    for id in ids {
        match now(memory.load(&id)) {
            Ok(loaded) => people.push(loaded.person),
            Err(error) => sim.world().truth.violated("everybody can be read", error),
        }
    }
    let rows: BTreeMap<String, SendRow> = people
        .iter()
        .flat_map(|person| now(memory.sends(&person.id)).unwrap_or_default())
        .map(|row| (row.send_id.clone(), row))
        .collect();
    let mut report = Report { steps, ..Report::default() };
    mails(sim, &people, &rows, &mut report);
    unknown(sim, &memory, &people);
    journals(sim, &memory, &people);
    consents(sim, &memory, &people);
    crate::leaving::judge(sim, &people);
    crate::erasing::judge(sim, &memory);
    crate::web::judge(sim, &memory);
    crate::checkout::judge(sim, &memory, &people);
    statistics(sim, &memory);
    events(sim, &people);
    archive(sim);
    next_actions(sim, &memory, &people);
    passes(sim, &memory);
    dead_letters(sim);
    let mut world = sim.world();
    report.violations = std::mem::take(&mut world.truth.violations);
    report.counts = world.counts.clone();
    report.reached = std::mem::take(&mut world.reached);
    report.calls = world.released;
    report.trace = world.trace;
    report.effects = std::mem::take(&mut world.effects);
    report.loads = world.loads;
    report.metered = world.metered;
    report.unwanted = world.unwanted;
    report.story = world.story.take().unwrap_or_default();
    report
}

/// Every pass that a publication or a resumption owes is through.
fn passes(sim: &Sim, memory: &Memory) {
    for name in now(memory.unfinished_passes(Instant::MAX)).unwrap_or_default() {
        sim.world().truth.violated("what is owed to everyone is done", name);
    }
}

/// Per mail at most one acceptance; accepted if and only if the sink has it, or unknown; none disappears.
fn mails(sim: &Sim, people: &[Person], rows: &BTreeMap<String, SendRow>, report: &mut Report) {
    let truth = &mut sim.world().truth;
    let mut taken: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let accepted = truth.accepted.clone();
    // Mails of lives that are over were held against what was planned then.
    for mail in accepted.iter().filter(|mail| mail.life == truth.erasing.life(&mail.person)) {
        taken.entry(&mail.send_id).or_default().push(mail.attempt);
    }
    report.accepted = accepted.len() as u64;
    report.duplicates = taken.values().filter(|tries| tries.len() > 1).count() as u64;
    report.planned = truth.planned.len() as u64;
    let outbox: BTreeMap<&str, SendState> = people
        .iter()
        .flat_map(|person| &person.outbox)
        .map(|(send_id, outgoing)| (send_id.as_str(), outgoing.state))
        .collect();
    let planned: Vec<String> = truth.planned.keys().cloned().collect();
    for send_id in &planned {
        let has = taken.contains_key(send_id.as_str());
        let stage = rows.get(send_id).map(|row| row.stage);
        match (outbox.get(send_id.as_str()), stage) {
            (Some(SendState::Unknown { .. }), Some(SendStage::Unknown { .. })) => {
                if truth.reported.contains(send_id) {
                    truth.violated("a report settles an unknown mail", send_id);
                }
                report.unknown.0 += 1;
                report.unknown.1 += u64::from(has);
            }
            (None, Some(stage)) if stage.rank() >= SendStage::Accepted.rank() => {
                if !has {
                    truth.violated("nothing that SES lacks is called accepted", send_id);
                }
            }
            (None, Some(SendStage::Withdrawn)) => {
                report.withdrawn += 1;
                if has {
                    truth.violated("nothing that SES has is called withdrawn", send_id);
                }
            }
            (state, stage) => {
                report.lost += u64::from(!has);
                let what = format!("{send_id} is {state:?} with the person and {stage:?} in the ledger, at SES: {has}");
                truth.violated("no planned mail disappears", what);
            }
        }
    }
    for send_id in taken.keys().filter(|send_id| !truth.planned.contains_key(**send_id)).collect::<Vec<_>>() {
        truth.violations.push(format!("no mail without a plan: {send_id}"));
    }
}

/// The list of mails of unknown outcome, which operators look at, is that of the people.
fn unknown(sim: &Sim, memory: &Memory, people: &[Person]) {
    let outboxes = people.iter().flat_map(|person| &person.outbox);
    let held = outboxes.filter(|(_, outgoing)| matches!(outgoing.state, SendState::Unknown { .. }));
    let held: BTreeSet<String> = held.map(|(send_id, _)| send_id.clone()).collect();
    let listed = now(memory.unknown(u32::MAX)).unwrap_or_default().into_iter();
    let listed: BTreeSet<String> = listed.map(|unknown| unknown.send_id).collect();
    if held != listed {
        let what = format!("{held:?} with the people, {listed:?} in the list");
        sim.world().truth.violated("the unknown mails are listed, and no others", what);
    }
}

/// The ledger is what was decided, line for line, and each journalled mail was planned.
fn journals(sim: &Sim, memory: &Memory, people: &[Person]) {
    let truth = &mut sim.world().truth;
    let committed = truth.lines.clone();
    for person in people {
        let kept = now(memory.read(&person.id)).unwrap_or_default();
        let decided = committed.get(&*person.id).cloned().unwrap_or_default();
        if kept != decided || person.lines != kept.len() as u64 {
            let what = format!(
                "{}: {} lines decided, {} kept, {} counted",
                person.id,
                decided.len(),
                kept.len(),
                person.lines
            );
            truth.violated("the ledger is what was decided", what);
        }
        let sent = kept.iter().filter(|line| line.contains(r#""kind":"sent""#)).count();
        let planned = truth.planned.values().filter(|own| **own == *person.id).count();
        if sent != planned {
            let what = format!("{}: {sent} lines, {planned} mails", person.id);
            truth.violated("each `sent` line is a planned mail", what);
        }
    }
}

/// What holds about consent is the fold of the consent ledger.
fn consents(sim: &Sim, memory: &Memory, people: &[Person]) {
    for person in people {
        let said = now(memory.consents(&person.id)).unwrap_or_default();
        if Consent::fold(&said) != person.profile.consent {
            let what = format!("{}: {} entries", person.id, said.len());
            sim.world().truth.violated("current consent is the fold of its ledger", what);
        }
    }
}

/// What was counted on the way is what the ledger counts.
fn statistics(sim: &Sim, memory: &Memory) {
    let counted = now(totals(memory)).map(Totals::over_all_versions);
    // What was counted of people stays counted when they are erased.
    let ledger = now(recount(memory, |_| {})).map(|mut ledger| {
        ledger.merge(std::mem::take(&mut sim.world().truth.erasing.gone));
        ledger
    });
    if counted != ledger {
        let what = format!("{counted:?} and {ledger:?}");
        sim.world().truth.violated("the statistics equal the ledger", what);
    }
}

/// Every event was applied, once.
fn events(sim: &Sim, people: &[Person]) {
    let truth = &mut sim.world().truth;
    let by_id: BTreeMap<&str, &Person> = people.iter().map(|person| (&*person.id, person)).collect();
    for lost in truth.emitted.difference(&truth.on_bus).cloned().collect::<Vec<_>>() {
        truth.violated("every emitted event reaches the bus", lost);
    }
    let put = std::mem::take(&mut truth.events);
    for ((person, kind), ids) in &put {
        let counted = by_id
            .get(person.as_str())
            .and_then(|person| person.profile.events.get(kind.as_str()))
            .map_or(0, |counter| counter.count);
        if counted != ids.len() as u64 && !truth.erasing.is_unclear(person, kind) {
            let what = format!("{person}: {} of {kind} were put, {counted} counted", ids.len());
            truth.violated("every event is applied once", what);
        }
    }
}

/// The archive has every event that was applied, and no other.
fn archive(sim: &Sim) {
    let mut world = sim.world();
    let kept: BTreeSet<(String, u64)> = world
        .archive
        .iter()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line of the archive is JSON");
            let person = line["detail"]["person"]["id"].as_str().unwrap_or_default().to_owned();
            (person, line["decision"].as_u64().unwrap_or_default())
        })
        .collect();
    if kept != world.truth.applied {
        let lost: Vec<_> = world.truth.applied.difference(&kept).collect();
        let strange: Vec<_> = kept.difference(&world.truth.applied).collect();
        let what = format!("applied and not archived: {lost:?}; archived and not applied: {strange:?}");
        world.truth.violated("the archive has what was applied", what);
    }
}

/// Everybody has a next action or an end, and the index shows it.
fn next_actions(sim: &Sim, memory: &Memory, people: &[Person]) {
    let campaigns = rekindle_lambda::campaigns::Campaigns::new(Table::new(sim.clone()));
    let at = jiff::Timestamp::from_millisecond(sim.world().now).unwrap_or_default();
    let catalog = match CATALOG.with(|kept| {
        let live = sim.world().live;
        let paused = sim.world().truth.pauses.iter().any(|pause| pause.2.is_none());
        let known = kept.borrow().get(&live).filter(|_| !paused).cloned();
        match known {
            Some(known) => Ok(known),
            None => now(campaigns.current(at)).inspect(|catalog| {
                kept.borrow_mut().insert(live, catalog.clone());
            }),
        }
    }) {
        Ok(catalog) => catalog,
        Err(error) => return sim.world().truth.violated("the live campaigns can be read", error),
    };
    let mut shown = BTreeSet::new();
    for shard in memory.shards().all() {
        let page = now(memory.due(shard, rekindle_engine::time::Instant::from_seconds(1 << 40), 10_000, None));
        shown.extend(page.map(|page| page.people).unwrap_or_default().into_iter().map(|due| due.id));
    }
    let truth = &mut sim.world().truth;
    for person in people {
        let active = person.standings.iter().flat_map(|(campaign, standing)| {
            standing.enrolments.iter().filter(|own| own.is_active()).map(move |own| (campaign, own.entry))
        });
        for (campaign, entry) in active {
            let due = next_due(person, &catalog);
            let what = format!("{} in {campaign}, entry {entry}, due {due:?}", person.id);
            truth.violated("everybody comes to an end", what);
        }
        if shown.contains(&*person.id) {
            truth.violated("nobody is left in the index", &person.id);
        }
    }
}

thread_local! {
    static CATALOG: std::cell::RefCell<BTreeMap<u64, std::sync::Arc<rekindle_engine::catalog::Catalog>>> =
        const { std::cell::RefCell::new(BTreeMap::new()) };
}

/// The dead-letter queues hold exactly the poison.
fn dead_letters(sim: &Sim) {
    let mut world = sim.world();
    let mut found = BTreeSet::new();
    for name in QUEUES {
        found.extend(world.queue(name).dead.iter().map(|letter| letter.body.clone()));
    }
    let poison = world.truth.poison.clone();
    for lost in poison.difference(&found) {
        let what = lost.get(..60).unwrap_or(lost).to_owned();
        world.truth.violated("every poison message is put aside", what);
    }
    for foreign in found.difference(&poison) {
        let what = foreign.get(..60).unwrap_or(foreign).to_owned();
        world.truth.violated("only poison is put aside", what);
    }
}
