//! Reports settle sends of unknown outcome, once each, in any order.

use super::*;

#[rstest]
#[case("Send", &[SendStage::Accepted])]
#[case("DeliveryDelay", &[SendStage::Accepted])]
#[case("Delivery", &[SendStage::Accepted, SendStage::Delivered])]
#[case("Bounce", &[SendStage::Accepted, SendStage::Bounced])]
#[case("Complaint", &[SendStage::Accepted, SendStage::Complained])]
#[case("Open", &[SendStage::Accepted, SendStage::Opened])]
#[case("Click", &[SendStage::Accepted, SendStage::Clicked])]
#[case("Reject", &[SendStage::Accepted, SendStage::Rejected])]
#[tokio::test]
async fn whatever_ses_reports_settles_an_unknown_send_in_one_write(#[case] kind: &str, #[case] expected: &[SendStage]) {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.take(&report(kind, &tags)).await;
    assert!(shop.person("ann").await.outbox.is_empty());
    let records = shop.records();
    assert_eq!((records.len(), stages(&records)), (1, expected.to_vec()));
    shop.take(&report(kind, &tags)).await;
    shop.take(&by_sns(&report(kind, &tags))).await;
    assert!(shop.records().is_empty(), "the same again, by either path, writes nothing");
}

#[tokio::test]
async fn what_another_report_of_the_batch_proves_too_comes_behind_it_and_is_left_alone() {
    for kinds in [["Send", "Delivery"], ["Delivery", "Send"]] {
        let shop = Shop::open().await;
        let tags = shop.with_unknown_mail("ann").await;
        let event = batch(&kinds.map(|kind| report(kind, &tags).to_string()));
        let read = |record: &SqsMessage| report::read(record.body.as_deref().unwrap(), None);
        let (read, records) = Batch::new(event.records.clone(), read);
        let spare: Vec<bool> = records.iter().map(|record| read.is_redundant(record)).collect();
        assert_eq!(spare, [false, true]);
        assert_eq!(read.group(&records[0]), read.group(&records[1]), "where the first fails, the second does");
        assert!(shop.feedback.handle(event).await.batch_item_failures.is_empty());
        assert_eq!(stages(&shop.records()), [SendStage::Accepted, SendStage::Delivered]);
    }
}

#[tokio::test]
async fn a_report_on_another_try_settles_nothing() {
    let shop = Shop::open().await;
    let mut tags = shop.with_unknown_mail("ann").await;
    tags["attempt"] = json!(["2"]);
    shop.take(&report("Send", &tags)).await;
    let outbox = shop.person("ann").await.outbox;
    assert!(
        outbox.values().all(|send| matches!(send.state, SendState::Unknown { attempt: 1, .. })) && outbox.len() == 1
    );
}

/// All orders of four things.
fn orders() -> Vec<[usize; 4]> {
    let all = (0..256).map(|n| [n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6 & 3]);
    all.filter(|order| (0..4).all(|n| order.contains(&n))).collect()
}

#[tokio::test]
async fn in_any_order_and_however_often_each_is_applied_once() {
    for order in orders() {
        let shop = Shop::open().await;
        let tags = shop.with_unknown_mail("ann").await;
        let kinds = ["Send", "Delivery", "Open", "Click"];
        let reports: Vec<Value> = order.iter().map(|n| report(kinds[*n], &tags)).collect();
        for report in reports.iter().chain(&reports) {
            // Both copies in one batch.
            shop.handle(&[report.to_string(), by_sns(report).to_string()]).await;
        }
        let person = shop.person("ann").await;
        let mut stages = stages(&shop.records());
        stages.sort_by_key(|stage| stage.rank());
        assert_eq!(
            stages,
            [SendStage::Accepted, SendStage::Delivered, SendStage::Opened, SendStage::Clicked],
            "{order:?}"
        );
        let own = &person.standings.get("welcome").unwrap().enrolments[0];
        let flags = own.mails["hello"];
        assert!(flags.delivered && flags.opened && flags.clicked, "{order:?}");
        assert_eq!(own.place.as_ref().map(|place| &*place.step), Some("after"), "who waited for the click goes on");
        for kind in ["email.delivered", "email.opened", "email.clicked"] {
            assert_eq!(person.profile.events[kind].count, 1, "{kind} {order:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_at_once_apply_each_report_once() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let reports: Vec<String> = ["Send", "Delivery", "Open", "Click"]
        .iter()
        .flat_map(|kind| [report(kind, &tags), by_sns(&report(kind, &tags))])
        .map(|report| report.to_string())
        .collect();
    let shop = Arc::new(shop);
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (shop, reports) = (Arc::clone(&shop), reports.clone());
        workers.spawn(async move {
            for one in &reports {
                while !shop.feedback.handle(batch(std::slice::from_ref(one))).await.batch_item_failures.is_empty() {}
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker.unwrap();
    }
    let mut stages = stages(&shop.records());
    stages.sort_by_key(|stage| stage.rank());
    assert_eq!(stages, [SendStage::Accepted, SendStage::Delivered, SendStage::Opened, SendStage::Clicked]);
}
