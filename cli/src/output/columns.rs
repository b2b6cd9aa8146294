//! Texts in columns: widths count what a terminal shows, so Korean lines up too.

use unicode_width::UnicodeWidthStr;

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

/// `parts` set one after another into lines of at most `width` columns; what is too long by itself is broken at blanks.
pub fn fill(parts: &[String], separator: &str, width: usize) -> Vec<String> {
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
                lines.extend(fill(&words, " ", width));
            }
            _ => lines.push(cut(part, width)),
        }
    }
    lines
}

/// `text` broken at blanks into lines of at most `width` columns; a word that is longer has a line of its own, whole.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text broken into lines of at most `width` columns, after a blank one.
pub fn paragraph(text: &str, width: usize) -> String {
    let lines: String = wrap(text, width).into_iter().map(|line| line + "\n").collect();
    format!("\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_is_two_columns_wide() {
        assert_eq!(left("할인", 6), "할인  ");
        assert_eq!(right("할인", 6), "  할인");
        assert_eq!(cut("할인과 혜택", 6), "할인…");
        assert_eq!(fill(&["가나".to_owned(), "다라".to_owned(), "마".to_owned()], ", ", 10), ["가나, 다라", "마"]);
        assert_eq!(fill(&["가나 다라 마바".to_owned(), "x".to_owned()], ", ", 9), ["가나 다라", "마바, x"]);
        assert_eq!(wrap("가나 다라 https://example.com/longer", 9), ["가나 다라", "https://example.com/longer"]);
    }
}
