//! What an author is told, by each command that reads a folder: the same problems in the same words, and mails as their
//! readers get them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::folders::fresh;

const WORKSPACE: &str = "name: Shop\ntimezone: America/Los_Angeles\nlocales: [en, ko, pt-BR]\ncurrency: USD\nsenders: [ { id: s, name: Shop, email: s@example.com, address: 1 Road } ]\n";
const BODY: &str =
    "<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>\n";

fn rekindle(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rekindle"))
        .env("LC_ALL", "C.UTF-8")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// A folder with a workspace of one campaign, whose mail `m` has this subject in each language.
fn shop(name: &str, campaign: &str, subject: &str) -> std::path::PathBuf {
    let folder = fresh(name);
    fs::create_dir_all(folder.join("campaigns/c")).unwrap();
    fs::write(folder.join("campaigns/workspace.yaml"), WORKSPACE).unwrap();
    fs::write(folder.join("campaigns/c/campaign.yaml"), campaign).unwrap();
    for locale in ["en", "ko", "pt-BR"] {
        let mail = format!("---\nsubject: \"{locale} {subject}\"\n---\n{BODY}");
        fs::write(folder.join(format!("campaigns/c/m.{locale}.mjml")), mail).unwrap();
    }
    folder
}

const GOOD: &str =
    "name: C\npurpose: marketing\ntrigger: { event: customer.signed_up }\nsteps:\n  - send: m\n    id: m\n";

#[test]
fn publishing_planning_and_previewing_report_as_validating_does() {
    let campaign = GOOD.replace("customer.signed_up", "customer.signedup");
    let folder = shop("reports", &campaign, "{{ persn.id }}");
    let validated = rekindle(&folder, &["validate"]);
    let report = String::from_utf8(validated.stdout).unwrap();
    assert_eq!(validated.status.code(), Some(1));
    assert!(report.contains("campaigns/c/campaign.yaml:3:19: warning C080: "), "{report}");
    assert!(
        report.contains("campaigns/c/m.en.mjml:2:17: error M006: unknown name `persn`\n  Did you mean `person`?\n"),
        "{report}"
    );
    assert!(report.contains("\n3 errors, 1 warning\n`rekindle explain M006` tells more"), "{report}");
    for command in ["publish", "plan", "preview"] {
        let output = rekindle(&folder, &[command, "campaigns"]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.starts_with(&report), "{command}: {told}");
        assert_eq!(output.status.code(), Some(1), "{command}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn formatting_reports_as_validating_does() {
    let folder = shop("reports-fmt", "name: C\nname: D\n", "x");
    let told = String::from_utf8(rekindle(&folder, &["fmt"]).stderr).unwrap();
    assert!(told.starts_with("campaigns/c/campaign.yaml:2:1: error C003: "), "{told}");
    assert!(told.contains("\n1 error, 0 warnings\n`rekindle explain C003` tells more"), "{told}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_preview_is_in_the_language_and_the_zone_in_which_the_person_reads() {
    let folder = shop("reports-preview", GOOD, "until {{ person.attributes.until | date }}");
    let preview = |person: &str, arguments: &[&str]| {
        fs::write(folder.join("p.json"), person).unwrap();
        let all = [&["preview", "campaigns", "--mail", "m", "--person", "p.json"], arguments].concat();
        let output = rekindle(&folder, &all);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // The second of December in Los Angeles, the third in UTC and in Seoul.
    let until = "\"attributes\": { \"until\": \"2026-12-03T01:59:00Z\" }";
    for (fields, expected) in [
        ("", "c/m.en  en until 2 December 2026\n"),
        ("\"timezone\": \"Nowhere\", ", "c/m.en  en until 2 December 2026\n"),
        ("\"timezone\": \"Asia/Seoul\", \"locale\": \"KO_kr\", ", "c/m.ko  ko until 2026년 12월 3일\n"),
        ("\"locale\": \"pt_br\", ", "c/m.pt-BR  pt-BR until 2 December 2026\n"),
        ("\"locale\": \"fr\", ", "c/m.en  en until 2 December 2026\n"),
    ] {
        let printed = preview(&format!("{{ {fields}{until} }}"), &[]);
        assert!(
            printed.starts_with(expected) && printed.contains("1 mail was written; open preview/index.html"),
            "{printed}"
        );
        assert!(folder.join("preview/index.html").is_file());
    }
    let printed = preview(&format!("{{ {until} }}"), &["--locale", "PT_br", "--out", "other"]);
    assert!(printed.starts_with("c/m.pt-BR  pt-BR until 2 December"), "{printed}");
    fs::remove_dir_all(folder).unwrap();
}
