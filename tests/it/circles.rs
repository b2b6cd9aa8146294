//! Within a crate, files use each other one way: whoever reads one need not have read another that needs it in turn.
//!
//! `arrows.rs` holds the same between crates. A file knows the folder that it stands in (`mod.rs` is the face of its own
//! files), and methods are not followed: what counts is what a file names by `use` or by a path.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A module by its path within the crate; the root's is empty.
type Module = Vec<String>;
/// For each module, those that it uses.
type Uses = BTreeMap<Module, BTreeSet<Module>>;

/// Circles that there are for a reason.
const KNOWN: [(&str, &[&str]); 1] = [
    // A step holds arms, and an arm holds steps.
    ("shared/engine", &["lang::model::arms", "lang::model::step"]),
];

/// The files of one crate without comments, texts and tests, by module.
struct Sources(BTreeMap<Module, String>);

/// What a `use` brings, or a path names.
struct Named {
    /// Whether others may have it from here.
    public: bool,
    path: Vec<String>,
}

/// The code of a file up to its tests: without comments, and with nothing in its texts.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    let lines = lines.take_while(|line| !line.starts_with("#[cfg(test)]"));
    let joined: String = lines.map(|line| format!("{line}\n")).collect();
    joined.replace("\\\"", "").split('"').step_by(2).collect()
}

/// Paths of a `use`: `a::{b, c::d as e}` are `a::b` and `a::c::d`.
fn expand(tree: &str, before: &[String], found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let tree = tree.split(" as ").next().unwrap();
        let names =
            tree.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty() && name != "self");
        let path: Vec<String> = before.iter().cloned().chain(names).collect();
        found.extend((!path.is_empty()).then_some(path));
        return;
    };
    let head: Vec<String> =
        head.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let head = [before, &head].concat();
    let (mut depth, mut part) = (0, String::new());
    for letter in rest.chars() {
        match letter {
            ',' | '}' if depth == 0 => expand(&std::mem::take(&mut part), &head, found),
            letter => {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                part.push(letter);
            }
        }
    }
}

/// Everything that a file names of its own crate.
fn named(code: &str) -> Vec<Named> {
    let mut all = Vec::new();
    for statement in code.split(';') {
        let is_use = |line: &str| line.trim_start().starts_with("use ") || line.contains(" use ");
        let Some(at) = statement.lines().position(is_use) else { continue };
        let text: String = statement.lines().skip(at).collect::<Vec<_>>().join(" ");
        let (visibility, tree) = text.split_once("use ").unwrap();
        let mut paths = Vec::new();
        expand(tree, &[], &mut paths);
        all.extend(paths.into_iter().map(|path| Named { public: visibility.contains("pub"), path }));
    }
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|before: char| before.is_alphanumeric() || "_:$".contains(before)) {
                continue;
            }
            let end = |letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':');
            let path = code[at..].split(end).next().unwrap();
            let path = path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect();
            all.push(Named { public: false, path });
        }
    }
    all
}

impl Sources {
    fn of(folder: &Path) -> Self {
        fn collect(folder: &Path, module: &Module, found: &mut BTreeMap<Module, String>) {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let name = entry.file_name().to_str().unwrap().to_owned();
                let own = name.strip_suffix(".rs").unwrap_or(&name);
                let inner = if ["mod", "lib"].contains(&own) {
                    module.clone()
                } else {
                    [&module[..], &[own.to_owned()]].concat()
                };
                if entry.path().is_dir() && own != "tests" {
                    collect(&entry.path(), &inner, found);
                } else if name.ends_with(".rs") && own != "tests" {
                    found.insert(inner, code(&std::fs::read_to_string(entry.path()).unwrap()));
                }
            }
        }
        let mut found = BTreeMap::new();
        collect(folder, &Module::new(), &mut found);
        Self(found)
    }

    /// The file that defines what a path names, seen from a module; re-exports are followed.
    fn file(&self, module: &[String], path: &[String], steps: usize) -> Option<Module> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Module::new(), &path[1..]),
            "super" => (module[..module.len().checked_sub(ups)?].to_vec(), &path[ups..]),
            first if self.0.contains_key(&[module, &[first.to_owned()]].concat()) => (module.to_vec(), path),
            _ => return None,
        };
        while let Some((name, after)) = rest.split_first() {
            let inner = [&at[..], std::slice::from_ref(name)].concat();
            if !self.0.contains_key(&inner) {
                break;
            }
            (at, rest) = (inner, after);
        }
        let name = match rest.first() {
            Some(name) if name != "*" && !self.defines(&at, name) && steps > 0 => name.clone(),
            _ => return Some(at),
        };
        let exports = named(self.0.get(&at)?).into_iter().filter(|export| export.public);
        let found = exports.filter_map(|export| match export.path.split_last()? {
            (last, _) if *last == name => self.file(&at, &export.path, steps - 1),
            (last, before) if last == "*" => {
                let path = [before, std::slice::from_ref(&name)].concat();
                self.file(&at, &path, steps - 1).filter(|file| self.defines(file, &name))
            }
            _ => None,
        });
        { found }.next().or(Some(at))
    }

    fn defines(&self, module: &Module, name: &str) -> bool {
        let kinds = ["struct", "enum", "fn", "const", "static", "trait", "type", "macro_rules!"];
        let code = self.0.get(module).map_or("", String::as_str);
        let ends = |after: &str| !after.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        kinds.iter().any(|kind| {
            let item = format!("{kind} {name}");
            code.match_indices(&item).any(|(at, _)| ends(&code[at + item.len()..]))
        })
    }

    /// What each file uses, the folders that it stands in and a face's own files aside.
    fn uses(&self) -> Uses {
        let of = |(module, code): (&Module, &String)| {
            let used = named(code).into_iter().filter_map(|named| {
                let file = self.file(module, &named.path, 8)?;
                let is_own = module.starts_with(&file) || named.public && file.starts_with(module);
                (!is_own).then_some(file)
            });
            (module.clone(), used.collect())
        };
        self.0.iter().map(of).collect()
    }
}

/// The same for the rooms of a crate: the modules that stand at its root, each with all that is in it.
fn rooms(uses: &Uses) -> Uses {
    let mut rooms = Uses::new();
    for (module, used) in uses.iter().filter(|(module, _)| !module.is_empty()) {
        let other = used.iter().filter(|used| used.first().is_some_and(|room| *room != module[0]));
        rooms.entry(module[..1].to_vec()).or_default().extend(other.map(|used| used[..1].to_vec()));
    }
    rooms
}

/// Modules of which each needs all others of its group.
fn circles(uses: &Uses) -> BTreeSet<Vec<String>> {
    let reached = |from: &Module| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(module) = open.pop() {
            open.extend(uses.get(module).into_iter().flatten().filter(|used| seen.insert((*used).clone())));
        }
        seen
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> = uses.keys().map(|module| (module, reached(module))).collect();
    let group = |module: &&Module| -> Vec<String> {
        let together = reached[module].iter().filter(|other| reached.get(other).is_some_and(|of| of.contains(*module)));
        together.map(|module| module.join("::")).collect()
    };
    reached.keys().map(group).filter(|group| group.len() > 1).collect()
}

#[test]
fn files_of_a_crate_use_each_other_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (folder, least) in [("shared/engine", 80), ("shared/store", 50), ("shared/mail", 30), ("shared/insight", 5)] {
        let sources = Sources::of(&root.join(folder).join("src"));
        let uses = sources.uses();
        assert!(
            uses.values().filter(|used| !used.is_empty()).count() > least / 2,
            "{folder}: too little is understood"
        );
        assert!(uses.len() > least, "{folder}: {} files", uses.len());
        let known = KNOWN.iter().filter(|(of, _)| *of == folder).map(|(_, modules)| modules.to_vec());
        let known: BTreeSet<Vec<String>> =
            known.map(|modules| modules.iter().map(|own| (*own).to_owned()).collect()).collect();
        let found: BTreeSet<Vec<String>> = circles(&uses).into_iter().chain(circles(&rooms(&uses))).collect();
        assert_eq!(found, known, "{folder}");
    }
}

#[test]
fn a_circle_of_each_kind_is_found() {
    let module =
        |path: &str| -> Module { path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect() };
    let found = |files: &[(&str, &str)]| -> Vec<String> {
        let sources = Sources(files.iter().map(|(path, text)| (module(path), code(text))).collect());
        let uses = sources.uses();
        let all: BTreeSet<_> = circles(&uses).into_iter().chain(circles(&rooms(&uses))).collect();
        all.into_iter().map(|circle| circle.join(" ")).collect()
    };
    let direct = [("a", "use crate::b::B;\npub struct A;"), ("b", "use super::a::{self, A};\npub struct B;")];
    assert_eq!(found(&direct), ["a b"]);
    let by_path = [("a", "fn f() { crate::b::g(1) }"), ("b", "pub fn g() { let _ = super::a::f; }")];
    assert_eq!(found(&by_path), ["a b"]);
    let by_face = [
        ("x", "pub use one::*;\npub use two::Two;"),
        ("x::one", "use super::Two;\npub struct One;"),
        ("x::two", "use crate::x::One;\npub enum Two {}"),
    ];
    assert_eq!(found(&by_face), ["x::one x::two"]);
    let by_rooms = [
        ("a", ""),
        ("c", ""),
        ("a::b", "use crate::c::d::D;"),
        ("a::e", "pub struct E;"),
        ("c::d", "pub struct D;"),
        ("c::f", "use crate::a::e::E;"),
    ];
    assert_eq!(found(&by_rooms), ["a c"]);
    let none = [
        ("a", "// use crate::b::B;\npub struct A;\n#[cfg(test)]\nmod tests { use crate::b::B; }"),
        ("b", "use crate::a::A;\nconst TEXT: &str = \"crate::c::C\";"),
        ("c", "use crate::b;"),
    ];
    assert_eq!(found(&none), [""; 0]);
}
