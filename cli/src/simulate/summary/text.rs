//! Numbers and columns for people: widths count what a terminal shows, so Korean lines up too.

use rekindle_workbench::simulate::Counts;

use crate::output::numbers::thousands;

/// Columns of the whole report.
pub const WIDTH: usize = 100;

/// `15: no_consent 12`, `topic_left 3`: the sum and its parts, the largest first. Nothing, where there is none.
pub fn reasons(counts: &Counts) -> Vec<String> {
    let sum = counts.values().sum();
    let mut counts: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (&**name, *count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {}", thousands(*count))).collect();
    if let Some(first) = parts.first_mut() {
        *first = format!("{}: {first}", thousands(sum));
    }
    parts
}

/// A bar of `width` columns at most, for `part` of `whole`; something is never nothing.
pub fn bar(part: u64, whole: u64, width: u64) -> String {
    let eighths = (part * width * 8).div_ceil(whole.max(1));
    let full = usize::try_from(eighths / 8).unwrap_or_default();
    let last = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let rest = usize::try_from(eighths % 8).ok().and_then(|rest| last.get(rest)).unwrap_or(&"");
    format!("{}{rest}", "█".repeat(full)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!([bar(8, 8, 3), bar(4, 8, 3), bar(1, 1_000, 3), bar(0, 8, 3)], ["███", "█▌", "▏", ""]);
    }
}
