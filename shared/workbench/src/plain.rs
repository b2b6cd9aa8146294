//! Makes text safe for a terminal. Whatever comes from outside (an id, a comment, a file's name) is printed through this.

/// Text on one line, with everything made visible that could move the cursor, change colours, begin a line, turn the direction
/// of writing or hide something.
#[must_use]
pub fn plain(text: &str) -> String {
    shown(text, false)
}

/// The same of a text that has lines of its own, such as an error's.
#[must_use]
pub fn plain_lines(text: &str) -> String {
    shown(text, true)
}

fn shown(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if (letter.is_control() && !(lines && letter == '\n')) || misleads(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Letters that are no controls of Unicode's but act like one: marks and overrides of direction (UAX #9), separators of lines
/// and paragraphs, what has no width, and tags. The joiners U+200C and U+200D stay, as emoji and some scripts need them.
fn misleads(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown_and_what_people_write_stays() {
        for trick in [
            "\u{1b}[2J",
            "\r",
            "\n",
            "\u{9b}1m",
            "\u{202e}",
            "\u{200e}",
            "\u{2028}",
            "\u{2066}",
            "\u{feff}",
            "\u{e0041}",
        ] {
            let seen = plain(&format!("a{trick}b"));
            assert!(seen.is_ascii() && !seen.contains(char::is_control), "{seen}");
        }
        for text in ["김민지", "좋아요 👩‍👩‍👧", "naïve – ok", "שלום"] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain_lines("a\n\u{1b}b"), "a\n\\u{1b}b");
    }
}
