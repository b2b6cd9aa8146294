//! Shows how many people were looked at so far, where that takes long.

use rekindle_workbench::Watch;

use crate::output::Output;

/// Does `work`, which tells how far it is.
pub async fn counted<T>(out: &Output, work: impl AsyncFnOnce(Watch<'_>) -> T) -> T {
    let progress = out.progress(&out.words().looking_at_people(), None);
    work(&|people| progress.set(people)).await
}
