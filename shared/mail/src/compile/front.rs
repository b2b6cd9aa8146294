//! Front matter: the few lines of YAML above a mail.
//!
//! Read leniently first and judged afterwards, so that one wrong key does not hide the next.

use rekindle_engine::lang::{Named, named_texts};

use super::problem::{Code, Problems, suggest};

/// The keys that there are.
pub const KEYS: [&str; 3] = ["subject", "preheader", "layout"];

/// The front matter's values, as far as they could be read.
#[derive(Debug, Default)]
pub(super) struct Front {
    pub(super) subject: Option<Line>,
    pub(super) preheader: Option<Line>,
    pub(super) layout: Option<Line>,
}

impl Front {
    /// The values that are templates.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.subject.iter().chain(&self.preheader)
    }
}

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    at: (usize, usize),
    /// Whether the value stands in the file as it reads, so that columns can be counted into it.
    verbatim: bool,
}

impl Line {
    /// The place in the file of a byte offset in the value; the value's beginning where they cannot be matched.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        let into = self.text.get(..offset).filter(|_| self.verbatim).map_or(0, |before| before.chars().count());
        (self.at.0, self.at.1 + into)
    }
}

/// Reads the front matter of `text`; also says where the body begins.
pub(super) fn read(path: &str, text: &str, problems: &mut Problems) -> (Front, usize) {
    let Some((yaml_start, yaml_end, body)) = fences(text) else {
        problems.add(
            path,
            (1, 1),
            Code::NoFrontMatter,
            "the file has no front matter",
            "Begin the file with a line `---`, then `subject: \"…\"`, then a line `---`.",
        );
        return (Front::default(), 0);
    };
    // The lines before the YAML stay as blank ones, so that its places are the file's.
    let yaml = format!("\n{}", text.get(yaml_start..yaml_end).unwrap_or_default());
    let values = match named_texts(path, &yaml) {
        Ok(values) => values,
        Err(found) => {
            for problem in found {
                problems.add(
                    path,
                    (problem.line, problem.column),
                    Code::Yaml,
                    format!("the front matter cannot be read: {}", problem.message),
                    "Put quotes around a value that holds `{`, `#` or a colon: `subject: \"Hello {{ person.attributes.name }}\"`.",
                );
            }
            return (Front::default(), body);
        }
    };
    (judge(path, text, values, problems), body)
}

fn judge(path: &str, file: &str, values: Vec<Named>, problems: &mut Problems) -> Front {
    let mut front = Front::default();
    for Named { key, text, line, column } in values {
        let at = (line, column);
        let slot = match key.as_str() {
            "subject" => &mut front.subject,
            "preheader" => &mut front.preheader,
            "layout" => &mut front.layout,
            _ => {
                problems.add(path, (at.0, 1), Code::UnknownKey, format!("unknown key `{key}`"), suggest(&key, &KEYS));
                continue;
            }
        };
        match text {
            Some(text) => {
                let text = text.trim_end().to_owned();
                if text.chars().any(char::is_control) {
                    problems.add(
                        path,
                        at,
                        Code::Value,
                        format!("`{key}` holds a line break or another control character"),
                        "Write the value on one line, without escapes such as `\\n`.",
                    );
                }
                *slot = Some(locate(file, text, at));
            }
            None => {
                problems.add(path, at, Code::Value, format!("`{key}` must be text"), "Put quotes around the value.");
            }
        }
    }
    if front.subject.as_ref().is_none_or(|line| line.text.trim().is_empty()) {
        problems.add(path, (1, 1), Code::Value, "the mail has no subject", "Add `subject: \"…\"` to the front matter.");
    }
    front
}

/// Finds out whether the value stands verbatim at its place, behind a quote or not.
fn locate(file: &str, text: String, (line, column): (usize, usize)) -> Line {
    let source = file.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let rest: String = source.chars().skip(column.saturating_sub(1)).collect();
    let quoted = rest.strip_prefix(['"', '\'']).is_some_and(|rest| rest.starts_with(&text));
    let verbatim = quoted || rest.starts_with(&text);
    Line { text, at: (line, column + usize::from(quoted)), verbatim }
}

/// Where the YAML begins and ends, and where the body begins.
fn fences(text: &str) -> Option<(usize, usize, usize)> {
    let mut offset = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_start_matches('\u{FEFF}').trim_end() == "---";
        match start {
            None if is_fence => start = Some(offset + line.len()),
            None => return None,
            Some(start) if is_fence => return Some((start, offset, offset + line.len())),
            Some(_) => {}
        }
        offset += line.len();
    }
    None
}
