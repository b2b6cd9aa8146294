//! What commands say of the system that they talk to, of files, and of what was done.

use super::words;
use crate::output::numbers::{counted, thousands};

words! {
    no_local_system() {
        ko: "아직 로컬 시스템이 없습니다. `rekindle dev`나 `rekindle demo`를 실행하거나, --state 또는 --aws를 주세요",
        en: "there is no local system yet; run `rekindle dev` or `rekindle demo`, or give --state or --aws",
    }
    nothing_published() {
        ko: "아직 게시한 것이 없습니다. `rekindle publish`를 실행하세요",
        en: "nothing is published yet; run `rekindle publish`",
    }
    no_campaign(campaign: &str, live: &str) {
        ko: "{campaign:?} 캠페인이 없습니다. 있는 캠페인: {live}",
        en: "there is no campaign {campaign:?}; there are {live}",
    }
    pass_begins(pass: &str) {
        ko: "전체 순회 {pass}이(가) 곧 시작됩니다. `rekindle sweep status`로 진행을 볼 수 있습니다",
        en: "the pass {pass} over everyone begins shortly; `rekindle sweep status` shows how far it is",
    }
    pass_is_through(pass: &str, seen: u64, changed: u64) {
        ko: { format!("전체 순회 {pass} 완료: {}명 확인, {}명 변경", thousands(seen), thousands(changed)) },
        en: { format!("the pass {pass} over everyone is through: {} people looked at, {} changed", thousands(seen), thousands(changed)) },
    }
    looking_at_people() { ko: "사람을 확인하는 중", en: "looking at people" }
    reading_ledger() { ko: "장부를 읽는 중", en: "reading the ledger" }
    compare_is_text() {
        ko: "--compare는 사람이 읽는 글로만 보여 줍니다",
        en: "--compare is shown as text only",
    }
    simulating() { ko: "시뮬레이션하는 중", en: "simulating" }
    comparing() { ko: "비교하는 중", en: "comparing" }
    playing_orders() { ko: "주문을 재생하는 중", en: "playing orders" }
    importing() { ko: "들여오는 중", en: "importing" }
    waiting_for_audit() { ko: "점검을 기다리는 중", en: "waiting for the audit" }
    erasing() { ko: "지우는 중", en: "erasing" }

    errors(count: usize) {
        ko: "오류 {count}건",
        en: { counted(count as u64, "error", "errors") },
    }
    warnings(count: usize) {
        ko: "주의 {count}건",
        en: { counted(count as u64, "warning", "warnings") },
    }
    /// Before the code of a problem.
    error_of_file() { ko: "오류", en: "error" }
    /// See [`Words::error_of_file`].
    warning_of_file() { ko: "주의", en: "warning" }
    explain_tells_more(code: &str) {
        ko: "`rekindle explain {code}`가 틀린 예와 옳은 예로 더 설명합니다",
        en: "`rekindle explain {code}` tells more, with a wrong and a right example",
    }
    explain_meaning() { ko: "무슨 뜻인가요", en: "What it means" }
    explain_reason() { ko: "왜 알려 주나요", en: "Why it is reported" }
    explain_wrong() { ko: "잘못된 예", en: "Wrong" }
    explain_right() { ko: "올바른 예", en: "Right" }
    explain_absent() { ko: "(파일이 없습니다)", en: "(there is no such file)" }
    no_code(code: &str) {
        ko: "`{code}` 코드가 없습니다. `rekindle explain`이 모두 보여 줍니다",
        en: "there is no code `{code}`; `rekindle explain` lists all",
    }
    would_be_formatted(path: &str) { ko: "{path}이(가) 바뀝니다", en: "{path} would be changed" }
    formatted(count: u64) {
        ko: "파일 {count}개를 정리했습니다",
        en: { format!("{} formatted", counted(count, "file was", "files were")) },
    }
    no_recipe(recipe: &str, all: &str) {
        ko: "{recipe:?} 레시피가 없습니다. 있는 레시피: {all}",
        en: "there is no recipe {recipe:?}; the recipes are {all}",
    }
    left_as_it_is(path: &str) {
        ko: "{path}은(는) 이미 있어 그대로 두었습니다",
        en: "{path} is there already and was left as it is",
    }
    workspace_written(written: u64, kept: u64, folder: &str) {
        ko: {
            let kept = if kept > 0 { format!(" 있던 {kept}개는 그대로 두었습니다.") } else { String::new() };
            format!(
                "{folder}에 파일 {written}개를 썼습니다.{kept}\n\
                 {folder}/workspace.yaml에 내 쇼핑몰 정보를 적은 뒤 `rekindle validate {folder}`를 실행하세요.\n"
            )
        },
        en: {
            let kept = if kept > 0 { format!(", {kept} were left") } else { String::new() };
            format!(
                "{written} files were written to {folder}{kept}\n\
                 Put your own shop into {folder}/workspace.yaml, then run `rekindle validate {folder}`.\n"
            )
        },
    }
    stale(path: &str, command: &str) {
        ko: "{path}이(가) 최신이 아닙니다. `rekindle {command}`를 실행하세요",
        en: "{path} is stale: run `rekindle {command}`",
    }
    no_such_mail(folder: &str) {
        ko: "그런 메일이 없습니다. `rekindle preview {folder}`가 모두 만듭니다",
        en: "there is no such mail; `rekindle preview {folder}` writes all there are",
    }
    mails_written(count: u64, index: &str) {
        ko: "메일 {count}통을 만들었습니다. {index}을(를) 열어 보세요",
        en: { format!("{} written; open {index}", counted(count, "mail was", "mails were")) },
    }
    codes_added(new: u64, all: u64, pool: &str) {
        ko: "코드 {all}개 가운데 {new}개가 {pool} 묶음에 새로 들어갔습니다",
        en: "{new} of {all} codes are new in the pool {pool}",
    }
    codes_left(left: u64, pool: &str) {
        ko: "{pool} 묶음에 남은 코드는 {left}개입니다",
        en: "{left} codes of the pool {pool} are nobody's yet",
    }
    handed_on(changes: u64, batches: u64) {
        ko: "변경 {changes}건(묶음 {batches}개)을 넘겼습니다",
        en: "{changes} changes of {batches} batches were handed on",
    }
    kept_in_queue(what: &str) { ko: "남음: {what}", en: "kept: {what}" }
    others_in_queue(count: u64) {
        ko: "다른 메시지 {count}개가 대기열에 남아 있습니다. 처리 방법은 docs/runbook/undelivered.md에 있습니다",
        en: "{count} other messages stay in the queue; docs/runbook/undelivered.md says what to do with them",
    }
    looked_at(things: u64, wrong: u64) {
        ko: "{things}가지를 살펴봤고, 문제는 {wrong}건입니다",
        en: "{things} things looked at, {wrong} wrong",
    }
    finding_good() { ko: "정상", en: "ok" }
    finding_look() { ko: "확인", en: "look" }
    finding_wrong() { ko: "문제", en: "wrong" }
    port_is_taken(port: u16, option: &str) {
        ko: "{port}번 포트는 이미 쓰고 있습니다. {option}로 다른 포트를 고르세요",
        en: "port {port} is taken; choose another with {option}",
    }
    mailbox_is_at(address: &str) { ko: "메일함 {address}   Ctrl-C로 끝냅니다", en: "mailbox {address}   Ctrl-C ends it" }
    no_state_yet() {
        ko: "아직 상태가 없습니다. 먼저 `rekindle demo`를 실행하거나 --state를 주세요",
        en: "there is no state yet; run `rekindle demo` first, or give --state",
    }
    shown_already(folder: &str) {
        ko: "실행 중인 `rekindle dev`나 `mailbox`가 이미 {folder}의 메일을 보여 주고 있습니다",
        en: "a running `rekindle dev` or `mailbox` shows the mails of {folder} already",
    }
    dev_publication(number: u64, campaigns: usize, folder: &str) {
        ko: "게시 {number}: {folder}의 캠페인 {campaigns}개",
        en: "publication {number}: {campaigns} campaigns from {folder}",
    }
    dev_mailbox(address: &str) {
        ko: "메일함       http://{address}   메일 속 링크도 열립니다",
        en: "mailbox      http://{address}   the links in its mails work",
    }
    dev_endpoint(endpoint: &str, bus: &str) {
        ko: "AWS endpoint {endpoint} (자격 증명은 아무 값이나, 버스는 `{bus}`)",
        en: "AWS endpoint {endpoint} (any credentials; the bus is `{bus}`)",
    }
    dev_offers(address: &str, key: &str) {
        ko: "혜택 API     http://{address}/v1/codes   Authorization: Bearer {key}",
        en: "offers' API  http://{address}/v1/codes   Authorization: Bearer {key}",
    }
    dev_speed(speed: i64) {
        ko: "시계         처리 중인 일이 없으면 {speed}배로 흐릅니다. 처리에는 제 시간이 걸립니다",
        en: "time         passes {speed} times as fast while nothing is under way; work takes what it takes",
    }
    dev_state(folder: &str) {
        ko: "상태         {folder}   Ctrl-C로 끝냅니다. 아무것도 잃지 않습니다",
        en: "state        {folder}   Ctrl-C ends it; nothing is lost",
    }
    dev_ahead(folder: &str, left: &str, days: i64) {
        ko: "{folder}의 시각은 {left}로 이 컴퓨터보다 {days}일 앞서 있고 되돌아가지 않습니다. 메일과 동의에 그 날짜가 남습니다. 이 컴퓨터의 시각으로 시작하려면 --state로 다른 폴더를 고르세요",
        en: "the time of {folder} is {left}, {days} days ahead of this machine's, and never goes back: mails and consents are dated so. To begin at this machine's time, choose another folder with --state",
    }
    /// The first words of the lines of `dev`.
    dev_event() { ko: "이벤트", en: "event   " }
    dev_decision() { ko: "판단  ", en: "decision" }
    dev_mail() { ko: "메일  ", en: "mail    " }
    dev_refused() { ko: "거부  ", en: "refused " }
    mail_moved(mail: &str, campaign: &str, stage: &str) { ko: "{campaign}의 {mail}: {stage}", en: "{mail} of {campaign} {stage}" }
    refused_in(queue: &str, reason: &str) { ko: "{queue}: {reason}", en: "in {queue}: {reason}" }
    a_handler_failed() { ko: "처리할 때마다 실패했습니다", en: "a handler failed on it each time" }
    end_dev_first(folder: &str) {
        ko: "먼저 {folder}을(를) 쓰는 `rekindle dev`를 끝내세요",
        en: "end the `rekindle dev` that uses {folder} first",
    }
}
