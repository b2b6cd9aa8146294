//! The allowance that all workers share.

use rekindle_store::Allowance;

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
