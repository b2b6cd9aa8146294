//! Numbers and columns for people: widths count what a terminal shows, so Korean lines up too.

use rekindle_workbench::simulate::Counts;
use unicode_width::UnicodeWidthStr;

/// Columns of the whole report.
pub const WIDTH: usize = 100;

/// `1234567` as `1,234,567`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount with thousands apart, and with two decimals where it has any.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float beyond u64 is shown as the largest"
)]
pub fn amount(amount: f64) -> String {
    let sign = if amount < 0.0 { "-" } else { "" };
    let cents = (amount.abs() * 100.0).round();
    let whole = number((cents / 100.0).trunc() as u64);
    match (cents % 100.0) as u64 {
        0 => format!("{sign}{whole}"),
        cents => format!("{sign}{whole}.{cents:02}"),
    }
}

/// One count of something: `1 person`, `2 people`.
pub fn count(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A share in percent with one decimal; `–` of nothing.
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

/// `15: no_consent 12`, `topic_left 3`: the sum and its parts, the largest first. Nothing, where there is none.
pub fn reasons(counts: &Counts) -> Vec<String> {
    let sum = counts.values().sum();
    let mut counts: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (&**name, *count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {}", number(*count))).collect();
    if let Some(first) = parts.first_mut() {
        *first = format!("{}: {first}", number(sum));
    }
    parts
}

/// `text` filled up with blanks to `width` columns, or cut to them.
pub fn left(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

/// `text` with blanks before it to `width` columns.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// As much of `text` as fits into `width` columns, with `…` where something is missing.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    for letter in text.chars() {
        shown.push(letter);
        if shown.width() >= width {
            shown.pop();
            break;
        }
    }
    shown.push('…');
    shown
}

/// `parts` set one after another into lines of at most `width` columns.
pub fn wrap(parts: &[String], separator: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.width() + separator.width() + part.width() <= width => {
                line.push_str(separator);
                line.push_str(part);
            }
            _ if part.width() <= width => lines.push(part.clone()),
            _ if part.contains(' ') => {
                let words: Vec<String> = part.split(' ').map(str::to_owned).collect();
                lines.extend(wrap(&words, " ", width));
            }
            _ => lines.push(cut(part, width)),
        }
    }
    lines
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
    fn numbers_are_readable() {
        assert_eq!([number(0), number(999), number(1_000), number(12_345_678)], ["0", "999", "1,000", "12,345,678"]);
        assert_eq!([amount(0.126), amount(-1234.5), amount(42_000.0)], ["0.13", "-1,234.50", "42,000"]);
        assert_eq!([percent(1, 3), percent(0, 0), percent(5, 5)], ["33.3 %", "–", "100.0 %"]);
    }

    #[test]
    fn korean_is_two_columns_wide() {
        assert_eq!(left("할인", 6), "할인  ");
        assert_eq!(right("할인", 6), "  할인");
        assert_eq!(cut("할인과 혜택", 6), "할인…");
        assert_eq!(wrap(&["가나".to_owned(), "다라".to_owned(), "마".to_owned()], ", ", 10), ["가나, 다라", "마"]);
        assert_eq!(wrap(&["가나 다라 마바".to_owned(), "x".to_owned()], ", ", 9), ["가나 다라", "마바, x"]);
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!([bar(8, 8, 3), bar(4, 8, 3), bar(1, 1_000, 3), bar(0, 8, 3)], ["███", "█▌", "▏", ""]);
    }
}
