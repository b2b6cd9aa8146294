//! Shows on a terminal how many people were looked at so far. Nothing is written where standard error is none.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use rekindle_workbench::Watch;

/// Does `work`, which tells how far it is.
pub async fn counted<T>(work: impl AsyncFnOnce(Watch<'_>) -> T) -> T {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} people looked at") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    let done = work(&|people| bar.set_position(people)).await;
    bar.finish_and_clear();
    done
}
