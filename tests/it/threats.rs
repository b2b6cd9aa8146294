//! `docs/threats.md` names a test for each threat; one that was renamed or removed must not go on being named.

use std::path::Path;

#[test]
fn every_test_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/threats.md")).unwrap();
    let named: Vec<_> = page.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")).collect();
    assert!(named.len() > 40, "{named:?}");
    for (file, test) in named {
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(&format!("fn {test}(")), "{file} has no test {test}");
    }
    let attacks = root.join("tests/attacks");
    let sources: String = std::fs::read_dir(attacks)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "py"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let classes = page.split("attacks: ").skip(1).filter_map(|rest| rest.split(" |").next());
    for class in classes {
        assert!(sources.contains(&format!("TALLY.begin(\"{class}\")")), "`make attacks` has no class {class:?}");
    }
}
