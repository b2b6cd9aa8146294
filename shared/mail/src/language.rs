//! Which translation a person gets, and which of our own two languages goes with it.
//!
//! Must never guess: an unknown locale is English in our own texts and the workspace's first locale in mails.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A language that Rekindle's own texts (footers, dates, amounts) are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Korean.
    Ko,
    /// English, also for every locale that is not Korean.
    En,
}

impl Language {
    /// The language of a locale such as `ko`, `ko-KR` or `en_GB`.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        let primary = locale.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("ko") { Self::Ko } else { Self::En }
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The preferred of our two in an `Accept-Language` header (RFC 9110, section 12.5.4), of equals the first; `None`
    /// if it asks for neither.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let weighted = header.split(',').filter_map(|range| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let known = [Self::Ko, Self::En].into_iter().find(|known| known.tag().eq_ignore_ascii_case(primary))?;
            (weight > 0.0).then_some((known, weight))
        });
        let best = weighted.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(language, _)| language)
    }
}

/// Picks the translation of a mail for one person.
///
/// `available` holds the locales of the mail's files, `""` for the untranslated one. In order: the person's locale,
/// its shorter forms (`ko-KR` → `ko`), the workspace's first locale and its shorter forms, the untranslated file.
/// `None` if the mail has none of these. Case and `_` for `-` do not matter.
#[must_use]
pub fn pick_locale<'a>(available: &'a BTreeSet<String>, person: &str, workspace: &str) -> Option<&'a str> {
    forms(person)
        .chain(forms(workspace))
        .chain(std::iter::once(String::new()))
        .find_map(|wanted| available.iter().find(|have| normal(have) == wanted).map(String::as_str))
}

/// `ko-Hang-KR`, `ko-Hang`, `ko`; nothing for an empty locale.
fn forms(locale: &str) -> impl Iterator<Item = String> {
    let first = Some(normal(locale)).filter(|locale| !locale.is_empty());
    std::iter::successors(first, |longer| longer.rsplit_once('-').map(|(shorter, _)| shorter.to_owned()))
}

fn normal(locale: &str) -> String {
    locale.trim().replace('_', "-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::exact("en-GB", &["en", "en-GB", "ko"], Some("en-GB"))]
    #[case::shorter("ko-KR", &["en", "ko", ""], Some("ko"))]
    #[case::underscore_and_case("EN_us", &["en", "ko"], Some("en"))]
    #[case::workspace_first("fr", &["en", "ko", ""], Some("ko"))]
    #[case::untranslated("fr", &["en", ""], Some(""))]
    #[case::absent("", &["en", "ko"], Some("ko"))]
    #[case::a_prefix_is_not_a_language("k", &["en", ""], Some(""))]
    #[case::nothing_fits("fr", &["en"], None)]
    fn a_person_gets_the_nearest_translation(
        #[case] person: &str,
        #[case] files: &[&str],
        #[case] expected: Option<&str>,
    ) {
        let available = files.iter().map(ToString::to_string).collect();
        assert_eq!(pick_locale(&available, person, "ko-KR"), expected);
    }

    #[rstest]
    #[case("ko-KR,ko;q=0.9,en-US;q=0.8", Some(Language::Ko))]
    #[case("fr, en;q=0.4, ko;q=0.7", Some(Language::Ko))]
    #[case("en, ko", Some(Language::En))]
    #[case("EN-gb", Some(Language::En))]
    #[case("ko;q=0, en;q=0.1", Some(Language::En))]
    #[case("fr-FR, *;q=0.5", None)]
    #[case("ko;q=much", None)]
    #[case("", None)]
    fn the_heaviest_known_language_is_taken(#[case] header: &str, #[case] expected: Option<Language>) {
        assert_eq!(Language::accepted(header), expected);
    }

    #[rstest]
    #[case("ko", Language::Ko)]
    #[case("KO_kr", Language::Ko)]
    #[case("kok", Language::En)]
    #[case("", Language::En)]
    fn our_own_texts_are_korean_or_english(#[case] locale: &str, #[case] expected: Language) {
        assert_eq!(Language::of(locale), expected);
    }
}
