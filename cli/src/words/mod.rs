//! The catalogue: every text that people read on the terminal, in Korean and in English.
//!
//! An entry names both languages, or it does not compile. A text is a literal as `format!` takes it, with the entry's own
//! arguments in it, or a block where grammar needs more than that. Texts of the campaign language (problems that `validate`
//! finds) are the engine's, and in English; `rekindle explain` has both.

mod fault;
mod help;
mod numbers;
mod overview;
mod people;
mod plan;
mod stats;
mod system;

use rekindle_mail::Language;

pub use self::fault::{Told, told};

/// The texts of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(pub Language);

/// For blocks that need another entry.
const KO: Words = Words(Language::Ko);
/// See [`KO`].
const EN: Words = Words(Language::En);

/// A text of one language.
macro_rules! word {
    ($text:literal) => {
        format!($text)
    };
    ($block:block) => {
        String::from($block)
    };
}

/// Entries: `name(argument: Type) { ko: …, en: … }`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) { ko: $ko:tt, en: $en:tt $(,)? })*) => {
        impl $crate::words::Words {
            $(
                $(#[$doc])*
                pub fn $name(self, $($argument: $type),*) -> String {
                    match self.0 {
                        rekindle_mail::Language::Ko => $crate::words::word!($ko),
                        rekindle_mail::Language::En => $crate::words::word!($en),
                    }
                }
            )*
        }
    };
}

use {word, words};
