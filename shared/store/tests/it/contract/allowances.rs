//! The allowance that all workers share.

use rekindle_store::{Allowance, Base, Rise, Risen};

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
    let rise = |from, by| Rise { asked_at: 5, mails: 10, has_quota: true, from, by };
    let within = rise(Base::Level { least: 100, most: 120 }, 30);
    assert_eq!(store.rise(&within).await, Ok(Risen::Not(Allowance::default(), 0)));
    let mut known = Allowance { per_second: 14.0, left: Some(25), asked_at: 5, level: 120, promised: 1 };
    assert_eq!(store.put_allowance(&known, 0).await, Ok(true));
    assert_eq!(store.rise(&within).await, Ok(Risen::Level(150)));
    (known.level, known.left) = (150, Some(15));
    // There is no room; the level is not before now; SES was asked again.
    let unlike = [within, rise(Base::Now(150), 30), Rise { asked_at: 6, ..rise(Base::Now(151), 30) }];
    for rise in &unlike {
        assert_eq!(store.rise(rise).await, Ok(Risen::Not(known, 2)), "{rise:?}");
    }
    assert_eq!(store.rise(&rise(Base::Now(151), 30)).await, Ok(Risen::Level(181)));
    // Five are left.
    (known.level, known.left) = (181, Some(5));
    assert_eq!(store.rise(&rise(Base::Now(500), 30)).await, Ok(Risen::Not(known, 3)));
    // Whoever read it before is told that it has changed.
    assert_eq!(store.put_allowance(&known, 2).await, Ok(false));
    let unlimited = Allowance { left: None, ..known };
    assert_eq!(store.put_allowance(&unlimited, 3).await, Ok(true));
    assert_eq!(store.rise(&rise(Base::Now(500), 30)).await, Ok(Risen::Not(unlimited, 4)));
    let unbounded = Rise { has_quota: false, ..rise(Base::Now(500), 30) };
    assert_eq!(store.rise(&unbounded).await, Ok(Risen::Level(530)));
    assert_eq!(store.allowance().await, Ok((Allowance { level: 530, ..unlimited }, 5)));
}
