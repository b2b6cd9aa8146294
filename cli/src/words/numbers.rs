//! What stands in many texts: counts, short answers, the marks before errors.

use super::words;
use crate::output::numbers::{counted, thousands};

words! {
    /// Before an error.
    error() { ko: "오류:", en: "error:" }
    /// Before a warning.
    warning() { ko: "주의:", en: "warning:" }
    /// Where there is nothing.
    none() { ko: "없음", en: "none" }
    yes() { ko: "예", en: "yes" }
    no() { ko: "아니요", en: "no" }
    people(count: u64) {
        ko: { format!("{}명", thousands(count)) },
        en: { counted(count, "person", "people") },
    }
    mails(count: u64) {
        ko: { format!("메일 {}통", thousands(count)) },
        en: { counted(count, "mail", "mails") },
    }
    /// How far something is; `left` is in seconds.
    progress(what: &str, done: u64, of: Option<u64>, left: Option<u64>) {
        ko: {
            let of = of.map(|of| format!("/{}", thousands(of))).unwrap_or_default();
            let left = left.map(|left| format!(", 약 {left}초 남음")).unwrap_or_default();
            format!("{what}: {}{of}{left}", thousands(done))
        },
        en: {
            let of = of.map(|of| format!(" of {}", thousands(of))).unwrap_or_default();
            let left = left.map(|left| format!(", some {left} s more")).unwrap_or_default();
            format!("{what}: {}{of}{left}", thousands(done))
        },
    }
    /// `and`, the letters after which a question waits for an answer: yes and no.
    choice() { ko: "[y/N]", en: "[y/N]" }
    no_terminal() {
        ko: "아무것도 바꾸지 않았습니다. 확인을 받을 터미널이 없습니다. 무엇을 하는지 읽어 보고 --yes를 주면 실행합니다",
        en: "nothing was changed: there is no terminal to ask at. Read what it would do, and give --yes to do it",
    }
    nothing_changed() { ko: "아무것도 바꾸지 않았습니다", en: "nothing was changed" }
}
