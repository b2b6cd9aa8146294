//! The allowance that all workers share.

use rekindle_store::{Allowance, Reserve, ReserveFrom, Reserved};

use super::Store;

pub async fn an_allowance_is_kept_by_whoever_saw_the_newest<S: Store>(store: S) {
    assert_eq!(store.allowance().await, Ok((Allowance::default(), 0)));
    let allowance = Allowance { per_second: 13.7, left: Some(49_999), asked_at: 1, level: i64::MAX / 2, promised: -3 };
    assert_eq!(store.put_allowance(&allowance, 0).await, Ok(true));
    assert_eq!(store.put_allowance(&Allowance::default(), 0).await, Ok(false));
    assert_eq!(store.allowance().await, Ok((allowance, 1)));
    let unlimited = Allowance { left: None, ..allowance };
    let (one, other) = tokio::join!(store.put_allowance(&unlimited, 1), store.put_allowance(&unlimited, 1));
    assert_ne!(one.unwrap(), other.unwrap());
    assert_eq!(store.allowance().await, Ok((unlimited, 2)));
}

pub async fn a_grant_that_fits_needs_no_version<S: Store>(store: S) {
    let reserve = |from, by| Reserve { asked_at: 5, mails: 10, has_quota: true, from, by };
    let within = reserve(ReserveFrom::Level { least: 100, most: 120 }, 30);
    assert_eq!(store.reserve(&within).await, Ok(Reserved::Not(Allowance::default(), 0)));
    let mut known = Allowance { per_second: 14.0, left: Some(25), asked_at: 5, level: 120, promised: 1 };
    assert_eq!(store.put_allowance(&known, 0).await, Ok(true));
    assert_eq!(store.reserve(&within).await, Ok(Reserved::Level(150)));
    (known.level, known.left) = (150, Some(15));
    // There is no room; the level is not before now; SES was asked again.
    let unlike =
        [within, reserve(ReserveFrom::Now(150), 30), Reserve { asked_at: 6, ..reserve(ReserveFrom::Now(151), 30) }];
    for reserve in &unlike {
        assert_eq!(store.reserve(reserve).await, Ok(Reserved::Not(known, 2)), "{reserve:?}");
    }
    assert_eq!(store.reserve(&reserve(ReserveFrom::Now(151), 30)).await, Ok(Reserved::Level(181)));
    // Five are left.
    (known.level, known.left) = (181, Some(5));
    assert_eq!(store.reserve(&reserve(ReserveFrom::Now(500), 30)).await, Ok(Reserved::Not(known, 3)));
    // Whoever read it before is told that it has changed.
    assert_eq!(store.put_allowance(&known, 2).await, Ok(false));
    let unlimited = Allowance { left: None, ..known };
    assert_eq!(store.put_allowance(&unlimited, 3).await, Ok(true));
    assert_eq!(store.reserve(&reserve(ReserveFrom::Now(500), 30)).await, Ok(Reserved::Not(unlimited, 4)));
    let unbounded = Reserve { has_quota: false, ..reserve(ReserveFrom::Now(500), 30) };
    assert_eq!(store.reserve(&unbounded).await, Ok(Reserved::Level(530)));
    assert_eq!(store.allowance().await, Ok((Allowance { level: 530, ..unlimited }, 5)));
}
