//! An explanation on a terminal.

use console::Style;
use rekindle_mail::Language;
use rekindle_workbench::example::Example;

use super::text::Explanation;
use crate::simulate::wrap;

/// How wide prose may be.
const WIDTH: usize = 100;

/// What stands above the parts, in one language.
struct Headings {
    meaning: &'static str,
    reason: &'static str,
    wrong: &'static str,
    right: &'static str,
    absent: &'static str,
}

const fn headings(language: Language) -> Headings {
    match language {
        Language::En => Headings {
            meaning: "What it means",
            reason: "Why it is reported",
            wrong: "Wrong",
            right: "Right",
            absent: "(there is no such file)",
        },
        Language::Ko => Headings {
            meaning: "무슨 뜻인가요",
            reason: "왜 알려 주나요",
            wrong: "잘못된 예",
            right: "올바른 예",
            absent: "(파일이 없습니다)",
        },
    }
}

/// The explanation in a language.
pub fn text(explanation: &Explanation, language: Language, coloured: bool) -> String {
    let style = |style: Style| style.force_styling(coloured);
    let (bold, red, green) =
        (style(Style::new().bold()), style(Style::new().red().bold()), style(Style::new().green().bold()));
    let (words, headings) = (explanation.words(language), headings(language));
    let mut text = format!("{}\n", bold.apply_to(format!("{}: {}", explanation.code, words.title)));
    for (heading, prose) in [(headings.meaning, &words.meaning), (headings.reason, &words.reason)] {
        text.push_str(&format!("\n{}\n{}", bold.apply_to(heading), indented(prose)));
    }
    for (heading, style, example) in
        [(headings.wrong, red, &explanation.wrong), (headings.right, green, &explanation.right)]
    {
        text.push_str(&format!("\n{}\n{}", style.apply_to(heading), files(example, headings.absent)));
    }
    text
}

fn indented(prose: &str) -> String {
    let lines = wrap(&[prose.to_owned()], " ", WIDTH - 2);
    lines.into_iter().map(|line| format!("  {line}\n")).collect()
}

fn files(example: &Example, absent: &str) -> String {
    let file = |path: &str, text: &str| {
        let lines: String = text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
        format!("  {path}\n{lines}")
    };
    example.0.iter().map(|part| file(&part.path, part.text.as_deref().unwrap_or(absent))).collect()
}
