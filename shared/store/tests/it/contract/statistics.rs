//! Statistics: each change counts once.

use rekindle_store::statistics::{Day, Fact, Sheet, Totals, fold_before, totals};
use rekindle_store::{SendRow, SendStage};

use super::Store;
use crate::sample::at;

fn line(kind: &str, rest: &str) -> String {
    format!(r#"{{"at":"2026-03-01T09:00:00Z","person":"ann","campaign":"welcome","entry":1,"kind":"{kind}"{rest}}}"#)
}

/// What a batch counted: the version of each of its changes of one person, each an entry.
fn sheet(person: &str, versions: &[u64]) -> Sheet {
    let mut sheet = Sheet::default();
    for version in versions {
        sheet.note(person, *version, Fact::of_line(&line("entered", ""), 1).into_iter(), &[]);
    }
    sheet
}

async fn put<S: Store>(store: &S, day: i64, sheet: &Sheet) {
    store.open_day(Day(day)).await.unwrap();
    store.put_sheet(Day(day), sheet).await.unwrap();
}

fn counts(totals: &Totals) -> Vec<(String, u32, u64)> {
    totals.0.iter().map(|(fact, tally)| (fact.kind.clone(), fact.version, tally.count)).collect()
}

pub async fn a_change_counts_once_however_often_and_wherever_it_is_told<S: Store>(store: S) {
    assert_eq!(totals(&store).await, Ok(Totals::default()));
    // A batch that is repeated whole, longer, in halves, and after midnight; and two people with the same versions.
    for versions in [&[1, 2, 3, 4][..], &[1, 2, 3, 4], &[1, 2, 3, 4, 5], &[1, 2], &[3, 4, 5]] {
        put(&store, 20_000, &sheet("ann", versions)).await;
    }
    put(&store, 20_001, &sheet("ann", &[4, 5, 6])).await;
    put(&store, 20_001, &sheet("bob", &[4])).await;
    put(&store, 20_001, &Sheet::default()).await;
    assert_eq!(counts(&totals(&store).await.unwrap()), [("entered".to_owned(), 1, 7)]);
}

pub async fn a_day_that_is_over_is_folded_once_and_counts_the_same<S: Store>(store: S) {
    for (day, versions) in [(20_000, &[1, 2][..]), (20_001, &[2, 3]), (20_007, &[3, 4])] {
        put(&store, day, &sheet("ann", versions)).await;
        // Whoever begins while another is at it writes the same, and a late one changes nothing.
        let (one, other) = tokio::join!(fold_before(&store, Day(day)), fold_before(&store, Day(day)));
        assert_eq!((one, other), (Ok(()), Ok(())));
    }
    let folded: Vec<_> = store.days().await.unwrap().iter().map(|(day, totals)| (day.0, totals.is_some())).collect();
    assert_eq!(folded, [(20_000, true), (20_001, true), (20_007, false)]);
    store.fold(Day(20_000), &Totals::default()).await.unwrap();
    store.fold(Day(1), &Totals::default()).await.unwrap();
    store.open_day(Day(20_000)).await.unwrap();
    assert_eq!(counts(&totals(&store).await.unwrap()), [("entered".to_owned(), 1, 4)]);
}

pub async fn values_are_added_up_for_treated_and_held_out_people_apart<S: Store>(store: S) {
    let mut sheet = Sheet::default();
    let converted = |value: &str, version| Fact::of_line(&line("converted", &format!(r#","value":{value}"#)), version);
    let send = SendRow {
        person: "ann".to_owned(),
        send_id: "zynx".to_owned(),
        campaign: "welcome".to_owned(),
        version: 2,
        step: "hello".to_owned(),
        entry: 1,
        mail: "hello".to_owned(),
        stage: SendStage::Accepted,
        at: at("2026-03-01T09:00:00Z"),
        message_id: None,
        reason: None,
        was_unknown: false,
    };
    let lines = [converted("0.1", 2), converted("0.2", 2), converted("10", -2), Fact::of_line("no line", 1)];
    sheet.note("ann", 1, lines.into_iter().flatten(), &[(&send, "accepted")]);
    put(&store, 20_000, &sheet).await;
    fold_before(&store, Day(20_002)).await.unwrap();
    let totals = totals(&store).await.unwrap();
    let seen: Vec<_> = totals
        .0
        .iter()
        .map(|(fact, tally)| (&*fact.kind, &*fact.step, fact.held_out, tally.count, tally.value))
        .collect();
    assert_eq!(
        seen,
        [("converted", "", false, 2, 3_000), ("converted", "", true, 1, 100_000), ("accepted", "hello", false, 1, 0)]
    );
}

pub async fn a_persons_first_entry_is_told_apart<S: Store>(store: S) {
    let line = |entry: u32, kind: &str| {
        format!(
            r#"{{"at":"2026-03-01T09:00:00Z","person":"ann","campaign":"welcome","entry":{entry},"kind":"{kind}"}}"#
        )
    };
    let mut sheet = Sheet::default();
    for (version, (entry, kind)) in
        [(1, "entered"), (1, "converted"), (1, "completed"), (2, "entered"), (2, "converted")].into_iter().enumerate()
    {
        sheet.note("ann", version as u64, Fact::of_line(&line(entry, kind), 1).into_iter(), &[]);
    }
    put(&store, 20_000, &sheet).await;
    fold_before(&store, Day(20_002)).await.unwrap();
    let totals = totals(&store).await.unwrap();
    let mut seen: Vec<_> = totals.0.iter().map(|(fact, tally)| (&*fact.kind, fact.first, tally.count)).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            ("completed", false, 1),
            ("converted", false, 1),
            ("converted", true, 1),
            ("entered", false, 1),
            ("entered", true, 1)
        ]
    );
}
