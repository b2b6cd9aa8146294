//! The language of a page: the one that was chosen on it, else the one that the browser prefers.

/// A language that the pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `ko`.
    Korean,
    /// `en`; also where neither is asked for.
    English,
}

impl Language {
    /// Its BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }

    /// The language of a tag such as `ko` or `en-GB`.
    pub fn named(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default().trim();
        [Self::Korean, Self::English].into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The preferred one of an `Accept-Language` header (RFC 9110, section 12.5.4); of equals the first.
    pub fn accepted(header: &str) -> Option<Self> {
        let weighted = header.split(',').filter_map(|range| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            Some((Self::named(tag)?, weight)).filter(|(_, weight)| *weight > 0.0)
        });
        let best = weighted.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(language, _)| language)
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Korean => Self::English,
            Self::English => Self::Korean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_is_taken() {
        for (header, language) in [
            ("ko-KR,ko;q=0.9,en-US;q=0.8", Some(Language::Korean)),
            ("fr, en;q=0.4, ko;q=0.7", Some(Language::Korean)),
            ("en, ko", Some(Language::English)),
            ("EN-gb", Some(Language::English)),
            ("ko;q=0, en;q=0.1", Some(Language::English)),
            ("fr-FR, *;q=0.5", None),
            ("ko;q=much", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
