//! What reports do to people: suppression, interest, and nothing where they are foreign or cannot be read.

use super::*;

#[rstest]
#[case("Bounce", Some("suppressed"))]
#[case("Complaint", Some("suppressed"))]
#[case("Delivery", None)]
#[tokio::test]
async fn a_hard_bounce_and_a_complaint_suppress_and_end_everything(#[case] kind: &str, #[case] reason: Option<&str>) {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.take(&report(kind, &tags)).await;
    let person = shop.person("ann").await;
    assert_eq!(person.profile.suppressed_at.is_some(), reason.is_some());
    let exits = shop.records().into_iter().flat_map(|record| record.lines);
    let exits: Vec<String> = exits.filter(|line| line.contains("\"exited\"")).collect();
    assert_eq!(exits.len(), usize::from(reason.is_some()), "{exits:?}");
    assert_eq!(shop.store.suppressed("ann@example.com").await.unwrap(), None, "only the stream makes it known");
    // The same address in other letters, imported again, changes nothing; another one does.
    shop.event("import", "customer.updated", json!({ "id": "ann", "email": "ANN@example.com" })).await;
    assert_eq!(shop.person("ann").await.profile.suppressed_at.is_some(), reason.is_some());
    shop.event("moved", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
    assert_eq!(shop.person("ann").await.profile.suppressed_at, None);
}

#[tokio::test]
async fn a_bounce_of_an_address_that_has_changed_suppresses_that_address_and_not_the_new_one() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.event("moved", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
    drop(shop.records());
    shop.take(&report("Bounce", &tags)).await;
    let person = shop.person("ann").await;
    assert_eq!((person.profile.suppressed_at, person.outbox.len()), (None, 0));
    let records = shop.records();
    assert_eq!(stages(&records), [SendStage::Accepted, SendStage::Bounced], "and yet it came back");
    assert!(records[0].lines.is_empty(), "nobody leaves by it: {records:?}");
    // She has the old one again, and a copy comes late.
    shop.event("back", "customer.updated", json!({ "id": "ann", "email": "Ann@example.com" })).await;
    assert_eq!(shop.records()[0].lines, Vec::<String>::new(), "nor by its coming back");
    shop.take(&by_sns(&report("Bounce", &tags))).await;
    assert!(shop.person("ann").await.profile.suppressed_at.is_some());
    shop.event("forth", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
    assert_eq!(shop.person("ann").await.profile.suppressed_at, None);
}

#[rstest]
#[case("Open", "open", "email.opened_by_machine")]
#[case("Click", "click", "email.clicked_by_machine")]
#[tokio::test]
async fn what_a_machine_does_is_no_interest(#[case] kind: &str, #[case] field: &str, #[case] event: &str) {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let mut report = report(kind, &tags);
    report["detail"][field]["userAgent"] = json!("");
    shop.take(&report).await;
    shop.take(&report).await;
    let person = shop.person("ann").await;
    let own = &person.standings.get("welcome").unwrap().enrolments[0];
    assert!(!own.mails["hello"].opened && !own.mails["hello"].clicked);
    assert_eq!(own.place.as_ref().map(|place| &*place.step), Some("read"), "nobody goes on by it");
    assert_eq!(person.profile.events[event].count, 1);
    assert_eq!(stages(&shop.records()), [SendStage::Accepted], "it is a proof all the same");
}

#[tokio::test]
async fn who_does_not_want_to_be_watched_reading_is_not() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.event("no", "customer.updated", json!({ "id": "ann", "consent": { "topics": { TRACKING: false } } })).await;
    for kind in ["Open", "Click", "Delivery"] {
        shop.take(&report(kind, &tags)).await;
    }
    let events = shop.person("ann").await.profile.events;
    assert!(events.contains_key("email.delivered") && !events.contains_key("email.opened"));
    assert!(!events.contains_key("email.clicked"));
}

#[tokio::test]
async fn somebody_with_a_long_id_is_found_by_the_address() {
    let shop = Shop::open().await;
    let id = "x".repeat(500);
    let tags = shop.with_unknown_mail(&id).await;
    shop.event("other", "customer.signed_up", json!({ "id": "bob", "email": "ann@example.com" })).await;
    assert!(tags["person"].is_null());
    shop.take(&report("Delivery", &tags)).await;
    assert!(shop.person(&id).await.outbox.is_empty());
    assert!(!shop.person("bob").await.profile.events.contains_key("email.delivered"));
}

#[tokio::test]
async fn reports_bring_nobody_back_and_foreign_ones_change_nothing() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let mut forged = tags.clone();
    forged["person"] = json!([shop.store.pseudonym("bob")]);
    let mut unreadable = tags.clone();
    unreadable["person"] = json!(["bob"]);
    for tags in [forged, unreadable, json!({ "campaign": ["welcome"] })] {
        shop.take(&report("Bounce", &tags)).await;
    }
    assert!(shop.records().is_empty());
    shop.event("gone", "customer.deleted", json!({ "id": "ann" })).await;
    drop(shop.records());
    shop.take(&report("Delivery", &tags)).await;
    assert!(shop.records().is_empty() && !shop.person("ann").await.is_known());
    assert!(shop.letters.take_aside().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_with_the_reason_and_holds_nobody_up() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let mut broken = report("Delivery", &tags);
    broken["detail"]["delivery"] = json!({});
    shop.handle(&["{".to_owned(), broken.to_string(), report("Send", &tags).to_string()]).await;
    assert!(shop.person("ann").await.outbox.is_empty());
    let letters = shop.letters.take_aside();
    assert_eq!(letters.len(), 2, "{letters:?}");
}

#[rstest]
#[case("Bounce", Some(AddressFact::Bounced))]
#[case("Complaint", Some(AddressFact::Complained))]
#[case("Delivery", None)]
#[tokio::test]
async fn what_a_report_says_of_an_address_stands_in_the_commit_that_applies_it(
    #[case] kind: &str,
    #[case] fact: Option<AddressFact>,
) {
    for moves in [false, true] {
        let shop = Shop::open().await;
        let tags = shop.with_unknown_mail("ann").await;
        if moves {
            shop.event("moved", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
        }
        drop(shop.records());
        // By both paths, the second of which says nothing new.
        shop.take(&report(kind, &tags)).await;
        shop.take(&by_sns(&report(kind, &tags))).await;
        let notes: Vec<_> = shop.records().into_iter().flat_map(|record| record.addresses).collect();
        let hash = shop.store.address_hash("Ann@Example.com");
        let expected = fact.map(|fact| AddressNote { hash, fact, at: shop.now() });
        assert_eq!(notes, expected.into_iter().collect::<Vec<_>>(), "moved: {moves}");
    }
}

#[tokio::test]
async fn a_complaint_of_somebody_who_was_erased_reaches_whoever_has_the_address() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.event("other", "customer.signed_up", json!({ "id": "bob", "email": "ANN@example.com" })).await;
    shop.event("gone", "customer.deleted", json!({ "id": "ann" })).await;
    drop(shop.records());
    for _ in 0..2 {
        shop.take(&report("Complaint", &tags)).await;
    }
    assert!(!shop.person("ann").await.is_known(), "it brings nobody back");
    assert!(shop.store.suppressed("ann@example.com").await.unwrap().is_some_and(|known| known.is_hard()));
    let bob = shop.person("bob").await;
    assert_eq!(bob.profile.events["email.complained"].count, 1);
    assert!(bob.profile.suppressed_at.is_some());
    let told = shop.records();
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert!(told.event.as_ref().is_some_and(|event| event.contains(r#""source":"rekindle.address""#)));
    assert!(told.addresses.is_empty(), "what is told is told no further");
}
