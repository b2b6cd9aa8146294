//! Reads what the pages say in words.
//!
//! A file is a chapter. It begins with its title (`# en …`, `# ko …`) and holds entries:
//!
//! ```text
//! == heading ¦ 제목 :: Object     what the entry is about; one heading where both languages share it
//! en prose                         in English; where it is missing, that of the schema
//! ko prose                         in Korean
//! .key prose                       a key of the object, in Korean; the English is the schema's
//! ex example                       one line that the tests check
//! table name                       a table made by the program
//! ```
//! and examples of several lines between fences.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use include_dir::{Dir, include_dir};
use rekindle_mail::Language;

static TEXTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/reference/texts");

/// The chapters, in order.
const ORDER: [&str; 8] =
    ["introduction", "workspace", "campaign", "trigger", "steps", "sending", "expressions", "mails"];
/// What follows them.
const APPENDIX: [&str; 2] = ["moves", "values"];
/// Words of tables, whose order is the program's.
const WORDS: [&str; 6] = ["names", "functions", "variables", "filters", "front", "reasons"];

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Both {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Both {
    /// In a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }
}

/// A chapter of the pages.
pub struct Chapter {
    /// Its title.
    pub title: Both,
    /// Its entries, in order.
    pub entries: Vec<Entry>,
}

/// One thing that is described.
#[derive(Debug, Default)]
pub struct Entry {
    /// Its heading, or its name in a table.
    pub heading: Both,
    /// The type of the schemas that it describes.
    pub object: Option<String>,
    /// Its prose; the English may be left to the schema.
    pub prose: Both,
    /// The keys of the object, in Korean.
    pub keys: BTreeMap<String, String>,
    /// An example of one line.
    pub example: String,
    /// A table of the program.
    pub table: Option<String>,
    /// Examples of several lines.
    pub blocks: Vec<Block>,
}

/// An example of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the fence: `yaml`, and of which file.
    pub kind: String,
    /// Its lines.
    pub text: String,
}

/// All chapters, in order.
///
/// # Errors
/// Where a file cannot be read, which the tests rule out.
pub fn chapters() -> Result<Vec<Chapter>> {
    ORDER.iter().chain(&APPENDIX).map(|name| read(name)).collect()
}

/// The words of one of the tables, by name.
///
/// # Errors
/// The same.
pub fn words(table: &str) -> Result<BTreeMap<String, Entry>> {
    let name = WORDS.iter().find(|name| **name == table).with_context(|| format!("there are no words for {table}"))?;
    let mut words = BTreeMap::new();
    for entry in read(name)?.entries {
        let known = words.insert(entry.heading.en.clone(), entry);
        anyhow::ensure!(known.is_none(), "{name}.md says {:?} twice", known.map(|entry| entry.heading.en));
    }
    Ok(words)
}

fn read(name: &str) -> Result<Chapter> {
    let file = TEXTS.get_file(format!("{name}.md")).and_then(|file| file.contents_utf8());
    parse(file.with_context(|| format!("there is no text {name}"))?).with_context(|| format!("{name}.md"))
}

fn parse(text: &str) -> Result<Chapter> {
    let mut chapter = Chapter { title: Both::default(), entries: Vec::new() };
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("== ") {
            chapter.entries.push(begun(heading));
            continue;
        }
        let Some(entry) = chapter.entries.last_mut() else {
            match line.split_at_checked(5) {
                Some(("# en ", title)) => title.clone_into(&mut chapter.title.en),
                Some(("# ko ", title)) => title.clone_into(&mut chapter.title.ko),
                _ if line.is_empty() => {}
                _ => bail!("{line:?} stands before every entry"),
            }
            continue;
        };
        if let Some(kind) = line.strip_prefix("```") {
            let text =
                lines.by_ref().take_while(|line| *line != "```").fold(String::new(), |text, line| text + line + "\n");
            entry.blocks.push(Block { kind: kind.to_owned(), text });
        } else if let Some((key, prose)) = line.strip_prefix('.').and_then(|line| line.split_once(' ')) {
            entry.keys.insert(key.to_owned(), prose.to_owned());
        } else if let Some((what, prose)) = line.split_once(' ') {
            let place = match what {
                "en" => &mut entry.prose.en,
                "ko" => &mut entry.prose.ko,
                "ex" => &mut entry.example,
                "table" => entry.table.insert(String::new()),
                _ => bail!("{line:?} begins with no word that is known"),
            };
            // A further line of the same language is a further paragraph.
            if !place.is_empty() {
                place.push_str("\n\n");
            }
            place.push_str(prose);
        } else {
            anyhow::ensure!(line.is_empty(), "{line:?} cannot be read");
        }
    }
    Ok(chapter)
}

fn begun(heading: &str) -> Entry {
    let (heading, object) =
        heading.split_once(" :: ").map_or((heading, None), |(heading, object)| (heading, Some(object)));
    let (en, ko) = heading.split_once(" ¦ ").unwrap_or((heading, heading));
    let heading = Both { en: en.to_owned(), ko: ko.to_owned() };
    Entry { heading, object: object.map(str::to_owned), ..Entry::default() }
}
