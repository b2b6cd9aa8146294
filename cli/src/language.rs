//! The language that a command speaks: Korean or English.
//!
//! The option `--lang` decides, else the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set (POSIX, "Internationalization
//! Variables"). Every other language gets English.

use rekindle_lambda::config::{Environment, environment};
use rekindle_mail::Language;

/// The option of commands that speak both languages.
#[derive(clap::Args)]
pub struct Choice {
    /// The language; default: by LC_ALL, LC_MESSAGES or LANG.
    #[arg(long = "lang", value_name = "LANG", value_parser = ["ko", "en"])]
    wanted: Option<String>,
}

impl Choice {
    /// The language to speak.
    pub fn language(&self) -> Language {
        chosen(self.wanted.as_deref(), &environment())
    }
}

fn chosen(wanted: Option<&str>, environment: &Environment<impl Fn(&str) -> Option<String>>) -> Language {
    let set = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| environment.optional(name));
    let locale = wanted.map(str::to_owned).or_else(set).unwrap_or_default();
    // `ko_KR.UTF-8@modifier`: only the language and the region are a locale.
    Language::of(locale.split(['.', '@']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::nothing(None, &[], Language::En)]
    #[case::posix(None, &[("LANG", "C.UTF-8")], Language::En)]
    #[case::korean(None, &[("LANG", "ko_KR.UTF-8")], Language::Ko)]
    #[case::another(None, &[("LANG", "fr_FR.UTF-8")], Language::En)]
    #[case::messages_before_lang(None, &[("LC_MESSAGES", "ko_KR"), ("LANG", "en_US.UTF-8")], Language::Ko)]
    #[case::all_before_messages(None, &[("LC_ALL", "en_US"), ("LC_MESSAGES", "ko_KR")], Language::En)]
    #[case::empty_is_not_set(None, &[("LC_ALL", ""), ("LANG", "ko_KR")], Language::Ko)]
    #[case::the_option_first(Some("en"), &[("LC_ALL", "ko_KR.UTF-8")], Language::En)]
    fn the_option_decides_and_then_the_environment(
        #[case] wanted: Option<&str>,
        #[case] set: &[(&str, &str)],
        #[case] language: Language,
    ) {
        let variable = |name: &str| set.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(chosen(wanted, &Environment(variable)), language);
    }
}
