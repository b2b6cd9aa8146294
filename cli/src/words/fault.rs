//! Errors that know both languages: they are made where nobody knows yet who will read them.

use std::fmt;

use super::{EN, KO, Words};

/// An error in both languages. It is shown in English where nobody asks for another.
#[derive(Debug)]
pub struct Told {
    ko: String,
    en: String,
}

impl Told {
    /// What an entry of the catalogue says.
    pub fn of(entry: impl Fn(Words) -> String) -> Self {
        Self { ko: entry(KO), en: entry(EN) }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl std::error::Error for Told {}

/// An error and its causes on a line, in the reader's language as far as they know it.
pub fn told(error: &anyhow::Error, words: Words) -> String {
    let known = error.downcast_ref::<Told>();
    let link = |text: String| match known.filter(|known| words == KO && known.en == text) {
        Some(known) => known.ko.clone(),
        None => text,
    };
    error.chain().map(|cause| link(cause.to_string())).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn an_error_is_told_in_the_readers_language_wherever_it_stands_in_the_chain() {
        let told_as = |error: &anyhow::Error| [told(error, EN), told(error, KO)];
        let known = anyhow::Error::from(Told::of(Words::nothing_published));
        assert_eq!(
            told_as(&known),
            [
                "nothing is published yet; run `rekindle publish`",
                "아직 게시한 것이 없습니다. `rekindle publish`를 실행하세요"
            ]
        );
        let outer: anyhow::Result<()> = Err(anyhow::anyhow!("throttled")).context(Told::of(Words::nothing_published));
        assert!(told(&outer.unwrap_err(), KO).ends_with("실행하세요: throttled"));
        assert_eq!(told_as(&known.context("x")).map(|text| text.starts_with("x: ")), [true, true]);
    }
}
