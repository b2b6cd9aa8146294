use std::path::Path;

use clap::Command;
use rstest::rstest;

use super::*;

/// The words of a command line as a shell reads them, as far as examples need it, up to a redirection.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            letter => word.push(letter),
        }
    }
    words.push(word);
    words.into_iter().take_while(|word| word != ">").collect()
}

/// Every command below a command, by its path.
fn all<'c>(command: &'c Command, path: &str, found: &mut Vec<(String, &'c Command)>) {
    for own in command.get_subcommands() {
        let path = format!("{path} {}", own.get_name()).trim_start().to_owned();
        all(own, &path, found);
        found.push((path, own));
    }
}

#[rstest]
fn every_help_page_has_examples_that_would_be_taken_and_a_document_that_is_there(
    #[values(Language::Ko, Language::En)] language: Language,
) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let command = command(language);
    let mut commands = Vec::new();
    all(&command, "", &mut commands);
    assert!(commands.len() > 40, "{} commands", commands.len());
    let mut unknown: Vec<&str> = PAGES.iter().map(|page| page.path).collect();
    for (path, own) in commands {
        let page = PAGES.iter().find(|page| page.path == path).unwrap_or_else(|| panic!("`{path}` has no page"));
        unknown.retain(|known| *known != path);
        assert!(root.join(page.docs).is_file(), "{path}: {} is not there", page.docs);
        let help = own.clone().render_long_help().to_string();
        assert!(help.contains(page.docs), "{help}");
        for example in page.examples {
            assert!(help.contains(example) && example.starts_with(&format!("rekindle {path}")), "{help}");
            let read = command.clone().try_get_matches_from(words(example));
            assert!(read.is_ok(), "{example}: {}", read.unwrap_err());
        }
        let shown = !path.contains(' ') && !own.is_hide_set();
        assert_eq!(page.group.is_some(), shown, "{path} stands on the first screen");
    }
    assert_eq!(unknown, Vec::<&str>::new(), "pages of no command");
}

#[rstest]
#[case::english(Language::En)]
#[case::korean(Language::Ko)]
fn the_first_screen_groups_commands(#[case] language: Language) {
    insta::assert_snapshot!(format!("first_screen_{language:?}"), command(language).render_long_help());
    let mut command = command(language);
    command.build();
    let plan = command.find_subcommand_mut("pause").unwrap().render_long_help();
    insta::assert_snapshot!(format!("one_command_{language:?}"), plan);
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let mut command = command(Language::En);
    command.build();
    let mut names = Vec::new();
    pages_of(&command, &mut |name, page| {
        assert!(String::from_utf8(page).unwrap().contains("rekindle"), "{name}");
        names.push(name);
        Ok(())
    })
    .unwrap();
    for name in ["rekindle.1", "rekindle-plan.1", "rekindle-unknown-drop.1"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "rekindle", &mut script);
        let script = String::from_utf8(script).unwrap();
        assert!(PAGES.iter().filter(|page| page.group.is_some()).all(|page| script.contains(page.path)), "{shell}");
    }
}
