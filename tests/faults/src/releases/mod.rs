//! Two releases of the program over one store: workers of this one beside workers of the one before it, as they are for the
//! minutes of a deployment, and for longer where one is rolled back.
//!
//! What makes releases differ for each other is what they write. A release reads what it knows and passes over the rest, and
//! as a person is written whole, what it passed over is gone with its next write. So a worker of the release before is this
//! very program behind a table, a stream and queues that take away what was not known then, coming and going. What was known
//! stands in `form.txt`, which must have every path that anybody writes.
//!
//! Not reproduced: code of the release before that decided otherwise, and rows that no decision writes.

mod store;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rekindle_store::unpacked;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_dynamo::{AttributeValue, Item};
use serde_json::{Value, json};

use crate::queue::QueueName;
use crate::rng::Rng;

pub use store::{read, written};

/// Every path that this release writes.
const PATHS: &str = include_str!("form.txt");
/// The release of which every other one has what it wrote.
const FIRST: &str = "1";

/// The paths that a release knows, as a tree.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Of a whole form, the parts of which it knows less than this release does.
    poorer: BTreeSet<String>,
    /// Whether everything below is the shop's own.
    is_open: bool,
    /// What is put here where something was taken away that cannot be absent.
    instead: Option<Value>,
    named: BTreeMap<String, Form>,
    each: Option<Box<Form>>,
}

/// Each path of the file with its release.
fn paths() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = PATHS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').expect("a line is a release and a path"))
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// The form of this release.
#[must_use]
pub fn present() -> &'static Form {
    static PRESENT: LazyLock<Form> = LazyLock::new(|| Form::without(&[]));
    &PRESENT
}

/// A release before this one: it knows nothing of what came since, or all of it but one thing, as stages are not all deployed
/// equally often.
#[must_use]
pub fn before(rng: &mut Rng) -> &'static Form {
    static BEFORE: LazyLock<Vec<Form>> = LazyLock::new(|| {
        let newer: Vec<&str> = paths().filter(|(release, _)| *release != FIRST).map(|(_, path)| path).collect();
        let tops = newer.iter().filter(|path| !newer.iter().any(|above| is_below(path, above)));
        std::iter::once(Form::without(&newer)).chain(tops.map(|path| Form::without(&[path]))).collect()
    });
    let one = rng.chance(5_000).then(|| rng.below(BEFORE.len()));
    &BEFORE[one.unwrap_or_default()]
}

/// Releases that would not be safe beside this one: what they lack, and the invariants that say so.
pub const BROKEN: [(&str, &[&str]); 4] = [
    ("p.out.*.st", &["what is said to be armed is armed", "no mail twice"]),
    (
        "p.era",
        &["nobody comes back who was erased", "nothing is left of whoever was erased", "whoever is deleted is erased"],
    ),
    ("p.ids", &["every event is applied once"]),
    ("p.pro.c", &["current consent is the fold of its ledger"]),
];

/// The release that lacks the path of that place in [`BROKEN`].
#[must_use]
pub fn broken(place: usize) -> &'static Form {
    static FORMS: LazyLock<[Form; BROKEN.len()]> = LazyLock::new(|| {
        BROKEN.map(|(path, _)| {
            let mut form = Form::without(&[path]);
            if path == "p.out.*.st" {
                // To it, every mail that is still to be made is one that nobody has tried.
                form.at(path).instead = Some(json!({ "p": { "a": 0 } }));
            }
            form
        })
    });
    &FORMS[place]
}

impl Form {
    /// This release's, without some paths and what is below them.
    fn without(lacking: &[&str]) -> Self {
        let poorer = lacking.iter().filter_map(|path| path.split('.').next()).map(str::to_owned).collect();
        let mut form = Self { poorer, ..Self::default() };
        let lacks = |path: &str| lacking.iter().any(|own| *own == path || is_below(path, own));
        for (_, path) in paths().filter(|(_, path)| !lacks(path)) {
            form.at(path);
        }
        form
    }

    /// The place of a path, which is made where there is none.
    fn at(&mut self, path: &str) -> &mut Self {
        let mut own = self;
        for name in path.split('.') {
            own = match name {
                "**" => {
                    own.is_open = true;
                    return own;
                }
                "*" => own.each.get_or_insert_default(),
                name => own.named.entry(name.to_owned()).or_default(),
            };
        }
        own
    }

    fn below(&self, name: &str) -> Option<&Self> {
        self.named.get(name).or(self.each.as_deref())
    }

    /// Takes away what is not known here; how much that was.
    fn prune(&self, value: &mut Value) -> usize {
        let mut gone = 0;
        match value {
            _ if self.is_open => {}
            Value::Array(all) => gone += all.iter_mut().map(|one| self.prune(one)).sum::<usize>(),
            Value::Object(fields) => {
                let before = fields.len();
                fields.retain(|name, _| self.below(name).is_some());
                gone += before - fields.len();
                for (name, field) in fields {
                    gone += self.below(name).map_or(0, |form| form.prune(field));
                }
            }
            _ => {}
        }
        if let Some(instead) = self.instead.as_ref().filter(|instead| *instead != value) {
            *value = instead.clone();
            gone += 1;
        }
        gone
    }

    /// The paths of a value that are not known here.
    fn strangers(&self, value: &Value, at: &str, found: &mut BTreeSet<String>) {
        match value {
            _ if self.is_open => {}
            Value::Array(all) => all.iter().for_each(|one| self.strangers(one, at, found)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    let path = format!("{at}.{name}");
                    match self.below(name) {
                        Some(form) => form.strangers(field, &path, found),
                        None => drop(found.insert(path)),
                    }
                }
            }
            _ => {}
        }
    }

    /// The paths of a part (`p`, `r`, `u`, or a message's) that are not known here.
    #[must_use]
    pub fn unknown(&self, part: &str, value: &Value) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        match self.named.get(part) {
            Some(form) => form.strangers(value, part, &mut found),
            None => drop(found.insert(part.to_owned())),
        }
        found
    }

    /// What of a part is known here, where that is not all of it.
    fn poorer(&self, part: &str) -> Option<&Self> {
        self.named.get(part).filter(|_| self.poorer.contains(part))
    }

    /// Whether it knows which events were applied to a person: they are no part of the packed text.
    #[must_use]
    pub fn knows_applied(&self) -> bool {
        self.named.get("p").is_some_and(|form| form.named.contains_key("ids"))
    }

    /// A part as this release has it; `None` where it knows all of it.
    ///
    /// # Errors
    /// Where it cannot be read without what is not known.
    pub fn of<T: Serialize + DeserializeOwned>(&self, part: &str, whole: &T) -> Result<Option<T>, serde_json::Error> {
        let Some(form) = self.poorer(part) else { return Ok(None) };
        let mut value = serde_json::to_value(whole)?;
        if form.prune(&mut value) == 0 { Ok(None) } else { serde_json::from_value(value).map(Some) }
    }

    /// A message as this release has it; what is no message stays as it is.
    #[must_use]
    pub fn message(&self, queue: QueueName, body: String) -> String {
        let Some(form) = part_of(queue).and_then(|part| self.poorer(part)) else { return body };
        let Ok(mut value) = serde_json::from_str::<Value>(&body) else { return body };
        if value.is_object() && form.prune(&mut value) > 0 { value.to_string() } else { body }
    }

    /// An image of the stream as this release has it.
    #[must_use]
    pub fn image(&self, image: Item) -> Item {
        let Some(mut value) = packed(&image) else { return image };
        if self.prune_parts(&mut value) == 0 {
            return image;
        }
        let text = [vec![PLAIN], value.to_string().into_bytes()].concat();
        let mut fields = image.into_inner();
        fields.insert("z".to_owned(), AttributeValue::B(text));
        Item::from(fields)
    }

    fn prune_parts(&self, value: &mut Value) -> usize {
        let Some(parts) = value.as_object_mut() else { return 0 };
        parts.iter_mut().map(|(part, value)| self.poorer(part).map_or(0, |form| form.prune(value))).sum()
    }
}

/// The number before a packed text that is left as it is.
const PLAIN: u8 = 0;

/// What an image holds, as JSON.
#[must_use]
pub fn packed(image: &Item) -> Option<Value> {
    let Some(AttributeValue::B(bytes)) = image.get("z") else { return None };
    serde_json::from_slice(&unpacked(bytes)?).ok()
}

/// What the messages of a queue are in `form.txt`; `None` where nobody of ours writes them.
#[must_use]
pub fn part_of(queue: QueueName) -> Option<&'static str> {
    match queue {
        QueueName::Send => Some("send"),
        QueueName::Sweep => Some("sweep"),
        QueueName::Advance => Some("shard"),
        QueueName::Intake | QueueName::Feedback | QueueName::Web | QueueName::Checkout => None,
    }
}
