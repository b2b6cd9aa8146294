//! Publications.

use std::collections::BTreeMap;

use rekindle_engine::catalog::RunState;
use rekindle_engine::lang::Choice;
use rekindle_engine::time::Instant;
use rekindle_store::{CampaignFiles, ITEM_BYTES, OwedPass, Publication, Publications, PublishError, Published};
use serde_json::json;

use super::Store;
use crate::sample::at;

fn files(text: &str) -> CampaignFiles {
    let mails = [("hello", ""), ("hello", "en"), ("hello-again", ""), ("bye", "")].map(|(mail, locale)| {
        ((mail.to_owned(), locale.to_owned()), json!({ "html": format!("{text} {mail} {locale}"), "ratio": 1.0 }))
    });
    let choices = [("a", Choice::Exit), ("b", Choice::FinishOnOld), ("c", Choice::Move("d".to_owned()))];
    CampaignFiles {
        yaml: format!("name: {text}"),
        mails: BTreeMap::from(mails),
        choices: choices.map(|(step, choice)| (step.to_owned(), choice)).into(),
    }
}

fn publication(campaigns: &[(&str, &str)]) -> Publication {
    Publication {
        workspace_yaml: "name: Han River Coffee".to_owned(),
        campaigns: campaigns.iter().map(|(id, text)| ((*id).to_owned(), files(text))).collect(),
        note: "for the tests".to_owned(),
    }
}

fn now() -> Instant {
    at("2026-03-01T09:00:00Z")
}

async fn live<S: Publications>(store: &S) -> Published {
    store.live().await.unwrap().unwrap()
}

fn versions(published: &Published) -> Vec<(&str, u32)> {
    published.campaigns.iter().map(|(id, version)| (id.as_str(), *version)).collect()
}

pub async fn nothing_is_live_at_first<S: Store>(store: S) {
    assert_eq!(store.live().await, Ok(None));
    assert_eq!(store.history().await, Ok(Vec::new()));
    assert_eq!((store.workspace(1).await, store.version("welcome", 1).await), (Ok(None), Ok(None)));
    assert_eq!(store.mails("welcome", 1, "hello").await, Ok(BTreeMap::new()));
}

pub async fn unchanged_campaigns_keep_their_version<S: Store>(store: S) {
    assert_eq!(store.publish(&publication(&[("welcome", "one"), ("win-back", "one")]), 0, None, now()).await, Ok(1));
    let later = at("2026-03-02T09:00:00Z");
    assert_eq!(store.publish(&publication(&[("welcome", "two"), ("win-back", "one")]), 1, None, later).await, Ok(2));
    let second = live(&store).await;
    assert_eq!(versions(&second), [("welcome", 2), ("win-back", 1)]);
    assert_eq!(
        second.since,
        BTreeMap::from([("welcome".to_owned(), later), ("win-back".to_owned(), now())]),
        "what stays as it is was published when it was"
    );
    // Each of the mails and of the choices makes a difference, and so does the workspace file for itself.
    let mut third = publication(&[("welcome", "two"), ("win-back", "one")]);
    third.workspace_yaml.push_str(" Roasters");
    let welcome = third.campaigns.get_mut("welcome").unwrap();
    welcome.mails.insert(("bye".to_owned(), String::new()), json!({ "html": "changed" }));
    third.campaigns.get_mut("win-back").unwrap().choices.remove("a");
    assert_eq!(store.publish(&third, 2, None, now()).await, Ok(3));
    let third = live(&store).await;
    assert_eq!((third.workspace, versions(&third)), (2, vec![("welcome", 3), ("win-back", 2)]));
    // A campaign that was away goes on counting.
    store.publish(&publication(&[("win-back", "one")]), 3, None, now()).await.unwrap();
    let fourth = live(&store).await;
    assert_eq!(
        (versions(&fourth), fourth.retired.clone()),
        (vec![("win-back", 3)], BTreeMap::from([("welcome".to_owned(), 3)]))
    );
    store.publish(&publication(&[("welcome", "two"), ("win-back", "one")]), 4, None, now()).await.unwrap();
    assert_eq!(versions(&live(&store).await), [("welcome", 4), ("win-back", 3)]);
}

pub async fn a_publication_is_live_as_a_whole_or_not_at_all<S: Store>(store: S) {
    store.publish(&publication(&[("welcome", "one"), ("win-back", "one")]), 0, None, now()).await.unwrap();
    let before = live(&store).await;
    let overtaken = store.publish(&publication(&[("welcome", "two"), ("win-back", "two")]), 0, None, now()).await;
    assert_eq!(overtaken, Err(PublishError::Overtaken { live: 1 }));
    assert_eq!(live(&store).await, before);
    assert_eq!(store.history().await.unwrap().len(), 1);
}

pub async fn of_two_publications_at_once_one_becomes_live<S: Store>(store: S) {
    let texts = ["a", "b", "c", "d", "e", "f"];
    let publish = |store: S, text: &'static str| async move {
        store.publish(&publication(&[("welcome", text), ("win-back", text)]), 0, None, now()).await
    };
    let tasks: Vec<_> = texts.map(|text| (text, tokio::spawn(publish(store.clone(), text)))).into();
    let mut winners = Vec::new();
    for (text, task) in tasks {
        match task.await.unwrap() {
            Ok(number) => winners.push((number, text)),
            Err(error) => assert_eq!(error, PublishError::Overtaken { live: 1 }),
        }
    }
    let [(1, winner)] = winners[..] else { panic!("{winners:?}") };
    // Everything that is live is the winner's, whatever numbers the others took.
    for (id, version) in live(&store).await.campaigns {
        assert_eq!(store.version(&id, version).await.unwrap().unwrap().yaml, files(winner).yaml);
        let hello = store.mails(&id, version, "hello").await.unwrap();
        assert_eq!(hello["en"]["html"], format!("{winner} hello en"));
    }
}

pub async fn a_rollback_is_a_publication<S: Store>(store: S) {
    store.publish(&publication(&[("welcome", "one")]), 0, None, now()).await.unwrap();
    store.publish(&publication(&[("welcome", "two"), ("win-back", "one")]), 1, None, now()).await.unwrap();
    assert_eq!(store.rollback(1, 1, "too early", None, now()).await, Err(PublishError::Overtaken { live: 2 }));
    let later = now().plus_seconds(60);
    assert_eq!(store.rollback(1, 2, "the second was wrong", None, later).await, Ok(3));
    let back = live(&store).await;
    assert_eq!((back.number, versions(&back)), (3, vec![("welcome", 1)]));
    // People may be in what was rolled back.
    let left = [("welcome".to_owned(), 2), ("win-back".to_owned(), 1)];
    assert_eq!(
        (back.retired.clone(), back.last.clone()),
        (left[1..].iter().cloned().collect(), BTreeMap::from(left.clone()))
    );
    let history = store.history().await.unwrap();
    let lines: Vec<_> = history.iter().map(|entry| (entry.number, entry.note.as_str(), entry.at)).collect();
    assert_eq!(lines, [(3, "the second was wrong", later), (2, "for the tests", now()), (1, "for the tests", now())]);
    assert_eq!(history[0].campaigns, history[2].campaigns);
    // Numbers that were used stay used.
    store.publish(&publication(&[("welcome", "three"), ("win-back", "two")]), 3, None, now()).await.unwrap();
    assert_eq!(versions(&live(&store).await), [("welcome", 3), ("win-back", 2)]);
}

pub async fn an_unknown_publication_cannot_be_rolled_back_to<S: Store>(store: S) {
    store.publish(&publication(&[]), 0, None, now()).await.unwrap();
    for number in [0, 2] {
        assert_eq!(store.rollback(number, 1, "", None, now()).await, Err(PublishError::Unknown { number }));
    }
    assert_eq!(live(&store).await.number, 1);
}

pub async fn versions_are_for_ever<S: Store>(store: S) {
    store.publish(&publication(&[("welcome", "one")]), 0, None, now()).await.unwrap();
    store.publish(&publication(&[("welcome", "two")]), 1, None, now()).await.unwrap();
    for (version, text) in [(1, "one"), (2, "two")] {
        let expected = files(text);
        let kept = store.version("welcome", version).await.unwrap().unwrap();
        assert_eq!((kept.yaml, kept.choices), (expected.yaml, expected.choices));
        // By name and not by how names begin: `hello` in its two locales, and nothing of `hello-again`.
        for mail in ["hello", "hello-again", "bye"] {
            let own = expected.mails.iter().filter(|((name, _), _)| name == mail);
            let own = own.map(|((_, locale), compiled)| (locale.clone(), compiled.clone())).collect();
            assert_eq!(store.mails("welcome", version, mail).await, Ok(own));
        }
    }
    assert_eq!(store.workspace(1).await.unwrap().unwrap(), publication(&[]).workspace_yaml);
    assert_eq!(store.mails("welcome", 1, "other").await, Ok(BTreeMap::new()));
}

pub async fn a_pause_survives_publishing<S: Store>(store: S) {
    store.publish(&publication(&[("welcome", "one")]), 0, None, now()).await.unwrap();
    let state = || async { live(&store).await.run_state("welcome") };
    assert_eq!(state().await, RunState::RUNNING);
    assert_eq!(store.resume("welcome", "it runs", "ann", None, now()).await, Ok(false));
    assert_eq!(state().await, RunState::RUNNING);
    assert_eq!(store.pause("welcome", "a wrong price", "ann", now()).await, Ok(true));
    assert_eq!(store.pause("welcome", "again", "bob", now().plus_seconds(5)).await, Ok(false));
    store.publish(&publication(&[("welcome", "two")]), 1, None, now()).await.unwrap();
    store.rollback(1, 2, "", None, now()).await.unwrap();
    let run = live(&store).await.runs["welcome"].clone();
    assert_eq!(
        (run.state, run.reason.as_str(), run.by.as_str(), run.at),
        (RunState::Paused, "a wrong price", "ann", now())
    );
    let later = now().plus_seconds(60);
    assert_eq!(store.resume("welcome", "corrected", "bob", None, later).await, Ok(true));
    assert_eq!(store.resume("welcome", "again", "ann", None, later.plus_seconds(5)).await, Ok(false));
    assert_eq!(state().await, RunState::Running { resumed_at: Some(later) });
    assert_eq!(live(&store).await.run_state("win-back"), RunState::RUNNING);
}

pub async fn a_file_that_is_too_large_publishes_nothing<S: Store>(store: S) {
    let mut large = publication(&[("welcome", "one")]);
    let mails = &mut large.campaigns.get_mut("welcome").unwrap().mails;
    mails.insert(("huge".to_owned(), "ko".to_owned()), json!("x".repeat(ITEM_BYTES)));
    let error = store.publish(&large, 0, None, now()).await.unwrap_err();
    let PublishError::TooLarge { what, bytes } = &error else { panic!("{error}") };
    assert!(what.contains("huge") && *bytes > ITEM_BYTES, "{error}");
    assert_eq!(store.live().await, Ok(None));
}

pub async fn what_a_publication_or_a_resumption_owes_is_kept_with_it_or_not_at_all<S: Store>(store: S) {
    let owed = |name: &str| OwedPass { name: name.to_owned(), request: format!("what is asked of {name}") };
    let first = publication(&[("welcome", "one")]);
    store.publish(&first, 0, Some(&owed("publish-1")), now()).await.unwrap();
    let kept = store.pass("publish-1").await.unwrap().unwrap();
    assert_eq!((kept.request.as_str(), kept.turn, kept.finished), ("what is asked of publish-1", 0, None));
    // Of what did not become live, nothing is owed.
    assert!(store.publish(&first, 7, Some(&owed("publish-8")), now()).await.is_err());
    assert!(store.rollback(1, 7, "", Some(&owed("publish-8")), now()).await.is_err());
    assert_eq!(store.resume("welcome", "", "", Some(&owed("resume-0")), now()).await, Ok(false));
    store.rollback(1, 1, "", Some(&owed("publish-2")), now()).await.unwrap();
    store.pause("welcome", "", "", now()).await.unwrap();
    assert_eq!(store.resume("welcome", "", "", Some(&owed("resume-1")), now()).await, Ok(true));
    let mut all = store.unfinished_passes(now().plus_seconds(86_400)).await.unwrap();
    all.sort();
    assert_eq!(all, ["publish-1", "publish-2", "resume-1"]);
}
