//! Every workspace of this repository loads; conformance cases may name what publishing would refuse.

use super::*;

/// The workspaces of the conformance cases.
pub(super) fn cases() -> Vec<(String, Files)> {
    let cases = std::fs::read_dir(repository().join("tests/conformance")).unwrap();
    let cases = cases.map(|case| case.unwrap().path().join("workspace")).filter(|path| path.is_dir());
    cases.map(|path| (path.display().to_string(), read_folder(&path))).collect()
}

#[test]
fn conformance_cases_load() {
    let cases = cases();
    assert!(cases.len() >= 10);
    for (path, files) in cases {
        let loaded = load(&files);
        assert!(loaded.runnable().is_some(), "{path}:\n{}", shown(&loaded));
    }
}

#[test]
fn recipes_load_without_a_word() {
    let loaded = load(&read_folder(&repository().join("campaigns")));
    assert_eq!(shown(&loaded), "");
    assert!(loaded.definitions.unwrap().campaigns.len() >= 16);
}
