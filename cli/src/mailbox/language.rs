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

    /// The preferred one of an `Accept-Language` header.
    pub fn accepted(header: &str) -> Option<Self> {
        rekindle_mail::Language::accepted(header).map(|language| match language {
            rekindle_mail::Language::Ko => Self::Korean,
            rekindle_mail::Language::En => Self::English,
        })
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Korean => Self::English,
            Self::English => Self::Korean,
        }
    }
}
