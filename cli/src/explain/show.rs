//! An explanation on a terminal.

use rekindle_workbench::example::Example;

use super::text::Explanation;
use crate::output::View;
use crate::output::columns::fill;

/// The explanation as people read it.
pub fn text(explanation: &Explanation, view: &View) -> String {
    let (own, words) = (explanation.words(view.words.0), view.words);
    let mut text = format!("{}\n", view.bold(&format!("{}: {}", explanation.code, own.title)));
    for (heading, prose) in [(words.explain_meaning(), &own.meaning), (words.explain_reason(), &own.reason)] {
        text.push_str(&format!("\n{}\n{}", view.bold(&heading), indented(prose, view.width)));
    }
    for (heading, example) in [
        (view.red(&words.explain_wrong()), &explanation.wrong),
        (view.green(&words.explain_right()), &explanation.right),
    ] {
        text.push_str(&format!("\n{heading}\n{}", files(example, &words.explain_absent())));
    }
    text
}

fn indented(prose: &str, width: usize) -> String {
    let lines = fill(&[prose.to_owned()], " ", width - 2);
    lines.into_iter().map(|line| format!("  {line}\n")).collect()
}

fn files(example: &Example, absent: &str) -> String {
    let file = |path: &str, text: &str| {
        let lines: String = text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
        format!("  {path}\n{lines}")
    };
    example.0.iter().map(|part| file(&part.path, part.text.as_deref().unwrap_or(absent))).collect()
}
