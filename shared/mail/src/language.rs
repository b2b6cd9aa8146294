//! Which translation a person gets, and which of our own two languages goes with it.
//!
//! Must never guess: an unknown locale is English in our own texts and the workspace's first locale in mails.

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
    /// The language of a locale such as `ko`, `ko-KR` or `en_GB`; English for every other one.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        Self::known(locale).unwrap_or(Self::En)
    }

    /// The language of a locale, if it is one of our two.
    #[must_use]
    pub fn known(locale: &str) -> Option<Self> {
        forms(locale).find_map(|form| Self::ALL.into_iter().find(|language| language.tag() == form))
    }

    /// The one for a person, by the rule of [`pick_locale`]; English where neither locale is one of our two.
    #[must_use]
    pub fn pick(person: &str, workspace: &str) -> Self {
        Self::of(pick_locale(Self::ALL.map(Self::tag), person, workspace).unwrap_or_default())
    }

    const ALL: [Self; 2] = [Self::En, Self::Ko];

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

/// Picks the translation of a mail for one person, by the lookup of RFC 4647, section 3.4.
///
/// `available` holds the locales of the mail's files, `""` for the untranslated one, which is written in the workspace's
/// first locale. In order: the person's locale and its shorter forms (`zh-Hant-TW` → `zh-Hant` → `zh`), those of the
/// workspace's first locale, then any, the untranslated one first. `None` only where there is no file at all. Letter
/// case, blanks around, and `_` for `-` do not matter.
#[must_use]
pub fn pick_locale<'a>(
    available: impl IntoIterator<Item = &'a str, IntoIter: Clone>,
    person: &str,
    workspace: &str,
) -> Option<&'a str> {
    let available = available.into_iter();
    let has = |wanted: String| available.clone().find(|have| normal(have) == wanted);
    forms(person).chain(forms(workspace)).find_map(has).or_else(|| available.clone().min())
}

/// Whether two tags name the same locale: `pt_br` is `pt-BR`.
#[must_use]
pub fn is_same_locale(one: &str, other: &str) -> bool {
    normal(one) == normal(other)
}

/// `ko-Hang-KR`, `ko-Hang`, `ko`; nothing for an empty locale. A single letter or digit, as the `x` before private parts,
/// goes together with what stood behind it.
fn forms(locale: &str) -> impl Iterator<Item = String> {
    let first = Some(normal(locale)).filter(|locale| !locale.is_empty());
    std::iter::successors(first, |longer| {
        let (mut shorter, _) = longer.rsplit_once('-')?;
        while let Some((rest, last)) = shorter.rsplit_once('-')
            && last.len() == 1
        {
            shorter = rest;
        }
        Some(shorter.to_owned())
    })
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
    #[case::any("fr", &["en"], Some("en"))]
    #[case::any_begins_with_the_untranslated("fr", &["", "de"], Some(""))]
    #[case::blanks_around(" EN ", &["en", "ko"], Some("en"))]
    #[case::script("zh_Hant_TW", &["ko", "zh-Hant"], Some("zh-Hant"))]
    #[case::a_region_is_not_a_script("zh-TW", &["ko", "zh-Hant"], Some("ko"))]
    #[case::lower_case("pt-br", &["ko", "pt-BR"], Some("pt-BR"))]
    #[case::files_may_use_underscores("pt-BR", &["ko", "pt_br"], Some("pt_br"))]
    #[case::private_parts_go_whole("de-x-shop", &["de-x", "de", "ko"], Some("de"))]
    #[case::no_file("ko", &[], None)]
    fn a_person_gets_the_nearest_translation(
        #[case] person: &str,
        #[case] files: &[&str],
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(pick_locale(files.iter().copied(), person, "ko-KR"), expected);
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
    #[case("fr", "ko-KR", Language::Ko)]
    #[case("EN_gb", "ko", Language::En)]
    #[case("", "KO", Language::Ko)]
    #[case("fr", "de", Language::En)]
    fn of_our_own_two_a_person_gets_the_nearest(#[case] person: &str, #[case] workspace: &str, #[case] is: Language) {
        assert_eq!(Language::pick(person, workspace), is);
    }

    #[rstest]
    #[case("ko", Language::Ko)]
    #[case("KO_kr", Language::Ko)]
    #[case(" ko ", Language::Ko)]
    #[case("kok", Language::En)]
    #[case("", Language::En)]
    fn our_own_texts_are_korean_or_english(#[case] locale: &str, #[case] expected: Language) {
        assert_eq!(Language::of(locale), expected);
    }
}
