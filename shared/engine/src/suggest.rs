//! "Did you mean …": the known word that a mistyped one is nearest to. Files of campaigns, expressions and mails all ask here,
//! so that the same slip is understood everywhere. It never says what is wrong.

/// The nearest of `known`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The distance takes time in proportion to both lengths, and no id is longer than this.
    if word.len() > 64 {
        return None;
    }
    let folded = fold(word);
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&folded, &fold(known)), known))
        .filter(|(distance, known)| *distance <= (known.chars().count().min(word.chars().count()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The help for a word that is not one of `known`: the nearest, or all of them where they are few.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(known) = nearest(word, known.clone()) {
        return format!("did you mean `{known}`?");
    }
    let known: Vec<String> = known.into_iter().take(25).map(|known| format!("`{known}`")).collect();
    if known.is_empty() { "there is none yet".to_owned() } else { format!("known here: {}", known.join(", ")) }
}

/// Text of a file as a message may repeat it: short, on one line, in backticks.
pub fn quote(text: &str) -> String {
    const LONGEST: usize = 48;
    let mut shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '·' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_suggested() {
        let keys = ["audience", "entry", "exit_on", "percent_off"];
        assert_eq!(nearest("audiance", keys), Some("audience"));
        assert_eq!(nearest("Exit-On", keys), Some("exit_on"));
        assert_eq!(nearest("percentage_off", keys), Some("percent_off"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("eixt_on", keys), Some("exit_on"));
    }

    #[test]
    fn a_message_repeats_text_short_and_on_one_line() {
        assert_eq!(quote("a\nb"), "`a·b`");
        assert_eq!(quote(&"x".repeat(60)).chars().count(), 51);
    }
}
