//! Words of command lines that people copy.

/// A word of a command line, in quotes where a shell would read it as more.
pub fn argument(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_.@:/".contains(letter);
    if word.chars().all(plain) && !word.starts_with('-') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
