//! The language that the command speaks: Korean or English.
//!
//! The option `--lang` decides, else the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set (POSIX, "Internationalization
//! Variables"). Every other language gets English.

use rekindle_lambda::config::Environment;
use rekindle_mail::Language;

/// The language that is `wanted`, else that of the environment.
pub fn chosen(wanted: Option<&str>, environment: &Environment<impl Fn(&str) -> Option<String>>) -> Language {
    let set = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| environment.optional(name));
    let locale = wanted.map(str::to_owned).or_else(set).unwrap_or_default();
    // `ko_KR.UTF-8@modifier`: only the language and the region are a locale.
    Language::of(locale.split(['.', '@']).next().unwrap_or_default())
}

/// The value of `--lang` among arguments that are not read yet: help is written while they are.
pub fn wanted(arguments: impl Iterator<Item = String>) -> Option<String> {
    let mut arguments = arguments.take_while(|argument| argument != "--");
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--lang") {
            Some("") => return arguments.next(),
            Some(value) if value.starts_with('=') => return value.strip_prefix('=').map(str::to_owned),
            _ => {}
        }
    }
    None
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

    #[test]
    fn the_option_is_found_before_arguments_are_read() {
        let found = |words: &str| wanted(words.split(' ').map(str::to_owned));
        assert_eq!(found("rekindle --lang ko --help").as_deref(), Some("ko"));
        assert_eq!(found("rekindle plan --lang=en").as_deref(), Some("en"));
        assert_eq!(
            (found("rekindle --language ko"), found("rekindle x -- --lang ko"), found("--lang")),
            (None, None, None)
        );
    }
}
