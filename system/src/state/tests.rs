//! A folder is a local system's or is left alone.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};

use rstest::rstest;

use super::*;

/// A folder of one test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rekindle-state-{name}-{}", std::process::id()));
        let _left_by_an_earlier_run = fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file with what is in it.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn below(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    below(&entry, found)
                } else {
                    found.insert(entry.clone(), fs::read(&entry).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        below(&self.0, &mut found);
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

fn refused(state: Result<LocalState>, words: &str) {
    let error = format!("{:#}", state.err().unwrap());
    assert!(error.contains(words), "{error}");
}

const OTHERS_MARK: &str = r#"{"rekindle":"something of mine","format":1,"made_by":"demo"}"#;

#[rstest]
#[case::a_project(&["src/main.rs"])]
#[case::with_a_file_named_demo(&["src/main.rs", "demo"])]
#[case::with_a_folder_named_demo(&["src/main.rs", "demo/x"])]
#[case::with_names_of_ours(&["secret", "clock", "local.db", "lock", "archive/2026-01-01.jsonl", "important.txt"])]
#[case::with_a_mark_of_its_own(&["rekindle.json", "important.txt"])]
fn a_folder_that_holds_something_else_is_left_as_it_is(#[case] names: &[&str]) {
    let folder = Folder::new(&format!("foreign-{}", names.join("-").replace('/', "-")));
    names.iter().for_each(|name| folder.put(name, OTHERS_MARK));
    let before = folder.files();
    refused(LocalState::afresh(&folder.0), "holds something else");
    refused(LocalState::open(&folder.0, Maker::Dev), "holds something else");
    refused(LocalState::existing(&folder.0), "holds no local system");
    assert_eq!(folder.files(), before);
}

#[test]
fn a_demo_removes_what_a_demo_made_and_nothing_beside_it() {
    let folder = Folder::new("demo");
    drop(LocalState::afresh(&folder.0).unwrap());
    for name in FILES.into_iter().chain(["archive/2026-01-01.jsonl", "archive/2026-01-01.jsonl.new"]) {
        folder.put(name, "x");
    }
    for name in ["notes.txt", "archive/notes.txt", "archive/jsonl", "local.db.bak"] {
        folder.put(name, "mine");
    }
    let state = LocalState::afresh(&folder.0).unwrap();
    assert_ne!(state.secret(), b"x");
    drop(state);
    let left: Vec<_> =
        folder.files().into_keys().map(|path| path.strip_prefix(&folder.0).unwrap().display().to_string()).collect();
    assert_eq!(
        left,
        ["archive/jsonl", "archive/notes.txt", "local.db.bak", "lock", "notes.txt", "rekindle.json", "secret"]
    );
}

#[test]
fn a_link_in_a_demo_is_removed_and_never_followed() {
    let (folder, elsewhere) = (Folder::new("links"), Folder::new("linked"));
    elsewhere.put("2026-01-01.jsonl", "mine");
    drop(LocalState::afresh(&folder.0).unwrap());
    symlink(&elsewhere.0, folder.0.join("archive")).unwrap();
    symlink(elsewhere.0.join("2026-01-01.jsonl"), folder.0.join("local.db")).unwrap();
    drop(LocalState::afresh(&folder.0).unwrap());
    assert_eq!(elsewhere.files().into_values().collect::<Vec<_>>(), [b"mine"]);
    assert!(!folder.0.join("local.db").exists());
}

#[test]
fn a_demo_removes_nothing_of_a_dev_nor_of_somebody_who_uses_it() {
    let folder = Folder::new("of-dev");
    drop(LocalState::afresh(&folder.0).unwrap());
    let used = LocalState::existing(&folder.0).unwrap();
    let before = folder.files();
    refused(LocalState::afresh(&folder.0), "another process uses");
    assert_eq!(folder.files(), before);
    drop(used);
    // A dev that goes on with a demo's state makes it its own.
    drop(LocalState::open(&folder.0, Maker::Dev).unwrap());
    refused(LocalState::afresh(&folder.0), "holds something else");
}

#[test]
fn a_state_is_private_and_its_secret_stays() {
    let folder = Folder::new("private");
    let secret = LocalState::open(&folder.0, Maker::Dev).unwrap().secret().to_vec();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder.0), mode(&folder.0.join("secret"))), (0o700, 0o600));
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(LocalState::existing(&folder.0).unwrap().secret(), secret);
    assert_eq!(mode(&folder.0), 0o700, "one of an earlier version is closed");
}

#[test]
fn beside_tables_no_other_secret_is_made() {
    let folder = Folder::new("secret");
    drop(LocalState::open(&folder.0, Maker::Dev).unwrap());
    let secret = folder.0.join("secret");
    folder.put("tables.db", "");
    let whole = fs::read(&secret).unwrap();
    fs::write(&secret, &whole[..31]).unwrap();
    refused(LocalState::open(&folder.0, Maker::Dev), "has 31 bytes where 32 belong");
    fs::remove_file(&secret).unwrap();
    refused(LocalState::open(&folder.0, Maker::Dev), "is missing");
    assert!(!secret.exists());
    fs::remove_file(folder.0.join("tables.db")).unwrap();
    assert_eq!(
        LocalState::open(&folder.0, Maker::Dev).unwrap().secret().len(),
        32,
        "a first start that broke off goes on"
    );
}

#[test]
fn a_state_of_another_version_says_so_and_one_from_before_there_were_versions_goes_on() {
    let folder = Folder::new("version");
    drop(LocalState::open(&folder.0, Maker::Dev).unwrap());
    let mark = fs::read_to_string(folder.0.join("rekindle.json")).unwrap();
    folder.put("rekindle.json", &mark.replace("\"format\":1", "\"format\":2"));
    refused(LocalState::existing(&folder.0), "a newer `rekindle` (format 2; this one has 1)");
    fs::remove_file(folder.0.join("rekindle.json")).unwrap();
    folder.put("local.db", "");
    folder.put("tables.db", "");
    refused(LocalState::afresh(&folder.0), "holds something else");
    drop(LocalState::existing(&folder.0).unwrap());
    assert_eq!(inspect(&folder.0).unwrap(), Found::Ours(Mark::of(Maker::Dev)));
}

#[test]
fn the_time_is_kept_and_what_is_no_time_is_said() {
    let folder = Folder::new("clock");
    let state = LocalState::open(&folder.0, Maker::Dev).unwrap();
    assert_eq!(state.left_at().unwrap(), None);
    let at = "2026-03-02T01:00:00Z".parse().unwrap();
    state.leave_at(at).unwrap();
    assert_eq!(state.left_at().unwrap(), Some(at));
    folder.put("clock", "");
    assert!(format!("{:#}", state.left_at().unwrap_err()).contains("clock is damaged"));
}

#[test]
fn an_address_stands_for_as_long_as_somebody_answers() {
    let folder = Folder::new("address");
    let address = Address { aws: "http://127.0.0.1:1".into(), mailbox: "http://127.0.0.1:2".into(), process: 3 };
    let state = LocalState::open(&folder.0, Maker::Dev).unwrap();
    let announced = state.announce(&address).unwrap();
    assert_eq!(address::of(&folder.0), Some(address.clone()));
    drop(announced);
    assert_eq!(address::of(&folder.0), None);
    // As a process leaves it that is killed.
    std::mem::forget(state.announce(&address).unwrap());
    fs::write(folder.0.join("address.json"), serde_json::to_string(&address).unwrap()).unwrap();
    address::forget(&folder.0).unwrap();
    assert_eq!(address::of(&folder.0), None);
}
