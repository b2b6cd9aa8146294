//! What `plan`, `publish`, `history`, `rollback`, `pause`, `resume`, `enrol` and `exit` say.

use super::{EN, KO, words};
use crate::output::numbers::counted;

words! {
    workspace_changed() { ko: "작업 공간: 변경", en: "workspace: changed" }
    nothing_changes() { ko: "달라지는 것이 없습니다", en: "nothing changes" }
    unchanged_campaigns(count: usize) { ko: "그대로: {count}개", en: "unchanged: {count}" }
    people_not_counted() {
        ko: "사람 수는 세지 않았습니다. 게시할 때 메일이 몇 통 나가는지 알려 주고, 사라진 단계에 사람이 있으면 어떻게 할지 묻습니다",
        en: "people were not counted: publishing says how many mails it makes, and if anybody stands on a step that is gone, asks what is to happen to them",
    }
    campaign_new() { ko: "새 캠페인", en: "new" }
    campaign_changed() { ko: "변경", en: "changed" }
    campaign_rewritten() { ko: "글만 다르고 뜻은 같음", en: "written differently, means the same" }
    campaign_removed() { ko: "제외; 더는 아무도 들어오지 않음", en: "taken out; nobody enters any more" }
    campaign_unchanged() { ko: "그대로", en: "unchanged" }
    stays_paused() { ko: " (일시 중지 중, 그대로 유지)", en: " (paused, and stays so)" }
    stays_paused_because(why: &str) { ko: " (일시 중지 중: {why}; 그대로 유지)", en: " (paused {why}; it stays so)" }
    brings_back(version: u32) {
        ko: "; 되돌렸던 버전 {version}을(를) 되살립니다",
        en: "; it brings back version {version}, from which it was rolled back",
    }
    warn_brings_back(version: u32, campaign: &str) {
        ko: "파일이 {campaign}의 되돌렸던 버전 {version}을(를) 되살립니다",
        en: "the files bring back version {version} of {campaign}, from which it was rolled back",
    }
    mail_changed(mail: &str, locale: &str, what: &str) { ko: "메일 {mail}{locale}: {what}", en: "mail {mail}{locale}: {what}" }
    on_step(step: &str, who: &str) { ko: "{step} 단계: {who}", en: "on {step}: {who}" }
    date_does_not_read(people: u64, samples: &str) {
        ko: { format!("날짜를 읽을 수 없어 오지 않음: {} ({samples})", KO.people(people)) },
        en: { format!("its date does not read, and never comes, for {}: {samples}", EN.people(people)) },
    }
    in_version(count: u64, version: u32) { ko: "버전 {version}에 {count}명", en: "{count} in version {version}" }
    then_go_on() { ko: "새 버전에서 계속", en: "go on in the new version" }
    then_keep_waiting() {
        ko: "기다리던 시각까지 기다린 뒤 새 버전에서 계속",
        en: "keep the instant they wait for, then go on in the new version",
    }
    then_move(to: &str) { ko: "{to} 단계로 이동", en: "move to {to}" }
    then_exit() { ko: "여기서 종료", en: "end here" }
    then_finish_on_old() { ko: "지금 버전에서 마침", en: "finish on the version they are in" }
    then_needs_choice() { ko: "선택이 필요함", en: "need a choice" }
    same_next_day() { ko: "다음 하루의 메일은 그대로입니다", en: "the mails of the next day stay the same" }
    outlook_nothing() {
        ko: "이벤트가 더 없다면: 바로 진행되는 사람이 없고, 다음 하루의 메일은 그대로입니다",
        en: "if no event comes: nobody is due at once by it, and the mails of the next day stay the same",
    }
    outlook_due(count: u64) {
        ko: {
            match count {
                0 => "이벤트가 더 없다면: 바로 진행되는 사람이 없습니다".to_owned(),
                count => format!("이벤트가 더 없다면: {}이 바로 진행됩니다", KO.people(count)),
            }
        },
        en: {
            match count {
                0 => "if no event comes: nobody is due at once by it".to_owned(),
                1 => "if no event comes: 1 person is due at once".to_owned(),
                count => format!("if no event comes: {count} people are due at once"),
            }
        },
    }
    outlook_all() { ko: "모두", en: "all of these" }
    outlook_enter(count: u64) {
        ko: { if count == 0 { String::new() } else { format!("{} 바로 진입; ", KO.people(count)) } },
        en: { if count == 0 { String::new() } else { format!("{} enter at once; ", EN.people(count)) } },
    }
    /// Mails at once, within an hour, within a day; then without the change.
    outlook_mails(with: [u64; 3], without: [u64; 3]) {
        ko: {
            let ([now, hour, day], [now_without, hour_without, day_without]) = (with, without);
            format!(
                "메일 즉시 {now}통, 한 시간 안 {hour}통, 하루 안 {day}통 (이대로 두면 {now_without}, {hour_without}, {day_without}통)"
            )
        },
        en: {
            let ([now, hour, day], [now_without, hour_without, day_without]) = (with, without);
            format!(
                "{} at once, {hour} within an hour, {day} within a day (without this: {now_without}, {hour_without}, {day_without})",
                EN.mails(now)
            )
        },
    }
    folder_has_errors() {
        ko: "게시하지 않았습니다. 폴더에 오류가 있습니다",
        en: "nothing was published: the folder has errors",
    }
    not_published() { ko: "게시하지 않았습니다", en: "nothing was published" }
    is_live(number: u64) { ko: "게시 {number}이(가) 적용됐습니다", en: "publication {number} is live" }

    history_publication(number: u64, note: &str, difference: &str) {
        ko: "게시 {number}{note} ({difference})",
        en: "publication {number}{note} ({difference})",
    }
    history_workspace(version: u32) { ko: "작업 공간 버전 {version}", en: "workspace version {version}" }
    history_version(campaign: &str, version: u32) { ko: "{campaign} 버전 {version}", en: "{campaign} version {version}" }
    history_without(campaign: &str) { ko: "{campaign} 제외", en: "without {campaign}" }
    history_same() { ko: "달라진 것 없음", en: "nothing changed" }
    act_by(act: &str, campaign: &str, by: &str, reason: &str) {
        ko: { format!("{campaign} {} ({by}): {reason}", KO.act(act)) },
        en: "{act} {campaign} by {by}: {reason}",
    }
    /// What an operator did.
    act(act: &str) {
        ko: {
            match act {
                "pause" => "일시 중지",
                "resume" => "재개",
                "enrol" => "등록",
                "exit" => "종료",
                "resend" => "재발송",
                "drop" => "포기",
                other => other,
            }
        },
        en: { act },
    }
    live_already(to: u64, live: u64) {
        ko: "게시 {to}의 내용이 이미 적용돼 있습니다: 게시 {live}",
        en: "what publication {to} had made live is live: publication {live}",
    }
    ask_rollback(to: u64) {
        ko: "게시 {to}의 내용을 다시 적용할까요?",
        en: "Make live again what publication {to} had made live?",
    }
    still_live(live: u64) {
        ko: "아무것도 바꾸지 않았습니다. 게시 {live}이(가) 그대로 적용돼 있습니다",
        en: "nothing was changed: publication {live} is still live",
    }
    rolled_back(number: u64, to: u64, from: u64) {
        ko: {
            format!(
                "게시 {number}이(가) 적용됐습니다: 게시 {to}의 내용입니다\n\
                 파일은 아직 바뀌지 않았습니다. 게시 {from}의 폴더로 다음 `rekindle publish`를 하거나 `rekindle dev`를 시작하면 되돌린 \
                 내용이 다시 적용됩니다. 파일에서도 변경을 되돌리세요. 그러면 `rekindle plan`이 달라지는 것이 없다고 알려 줍니다"
            )
        },
        en: {
            format!(
                "publication {number} is live: what publication {to} had made live\n\
                 the files still say otherwise: the next `rekindle publish` from the folder of publication {from}, or start of \
                 `rekindle dev` with it, makes live again what was rolled back. Take the change back in the files too; \
                 `rekindle plan` then says that nothing changes"
            )
        },
    }
    paused(campaign: &str) {
        ko: "{campaign}을(를) 일시 중지했습니다. 5초 안에 진입과 발송이 멈추고, 모두 제자리에 머무릅니다",
        en: "{campaign} is paused: entries and sends stop within 5 seconds, everybody keeps their place",
    }
    paused_already(campaign: &str, since: &str, by: &str, reason: &str) {
        ko: "{campaign}은(는) {since}부터 일시 중지 중입니다 ({by}): {reason}",
        en: "{campaign} has been paused since {since} by {by}: {reason}",
    }
    running_already(campaign: &str) { ko: "{campaign}은(는) 진행 중입니다", en: "{campaign} is running" }
    resumed_meanwhile(campaign: &str) {
        ko: "{campaign}은(는) 진행 중입니다. 그사이 다른 사람이 재개했습니다",
        en: "{campaign} is running: somebody else resumed it meanwhile",
    }
    resumed(campaign: &str) {
        ko: "{campaign}을(를) 재개했습니다. 끝난 대기는 발송 시간대와 발송 한도 안에서 이어집니다",
        en: "{campaign} runs again: waits that ran out go on within their windows and caps",
    }
    ask_resume(campaign: &str) { ko: "{campaign}을(를) 재개할까요?", en: "Let {campaign} run again?" }
    still_paused(campaign: &str) {
        ko: "아무것도 바꾸지 않았습니다. {campaign}은(는) 그대로 일시 중지 중입니다",
        en: "nothing was changed: {campaign} is still paused",
    }
    would_resume(campaign: &str, since: &str, by: &str, reason: &str) {
        ko: "{campaign}: {since}부터 일시 중지 중 ({by}): {reason}; 다시 진행됩니다",
        en: "{campaign}: paused since {since} by {by}: {reason}; it would run again",
    }
    still_wait() { ko: "아직 대기", en: "still wait" }
    due_at_once(count: u64) { ko: "{count}명이 바로 진행", en: "{count} due at once" }
    if_too_late(campaign: &str) {
        ko: "지금 보내기에 늦은 메일이라면 그 단계를 뺀 버전을 먼저 게시하세요. 그동안 {campaign}은(는) 일시 중지 상태로 있습니다",
        en: "if these mails come too late now, publish a version without their steps first: {campaign} stays paused meanwhile",
    }
    taken_out(campaign: &str) {
        ko: "{campaign}은(는) 제외된 캠페인이라 아무도 들어올 수 없습니다",
        en: "{campaign} was taken out; nobody enters any more",
    }
    nothing_happened(person: &str, campaign: &str) {
        ko: "달라진 것이 없습니다: {person}은(는) {campaign}에 없습니다",
        en: "nothing happened: {person} is not in {campaign}",
    }
    pass_none(name: &str) { ko: "{name}: 필요하지 않았음", en: "{name}: none was needed" }
    pass_through(name: &str, at: &str, seen: u64, changed: u64) {
        ko: "{name}: {at}에 완료, {seen}명 확인, {changed}명 변경",
        en: "{name}: through at {at}, {seen} people looked at, {changed} changed",
    }
    pass_owed(name: &str, since: &str) {
        ko: "{name}: {since}부터 대기, 아직 시작 전. 몇 분 안에 저절로 시작되고, `rekindle sweep start`로 바로 시작할 수 있습니다",
        en: "{name}: owed since {since}, and not begun; it begins by itself within minutes, and at once with `rekindle sweep start`",
    }
    pass_under_way(name: &str, since: &str, seen: u64, changed: u64) {
        ko: "{name}: {since}부터 진행 중, {seen}명 확인, {changed}명 변경",
        en: "{name}: under way since {since}, {seen} people looked at, {changed} changed",
    }
    pass_stays_owed(name: &str) {
        ko: "전체 순회 {name}이(가) 남아 있습니다. 몇 분 안에 저절로 시작되고, `rekindle sweep start`로 바로 시작할 수 있습니다",
        en: "the pass {name} is owed, and begins by itself within minutes; `rekindle sweep start` begins it at once",
    }
    no_pass_owed() { ko: "남은 전체 순회가 없습니다", en: "no pass is owed" }
    audit_nobody(seen: u64) {
        ko: "{seen}명 가운데 필요 이상으로 기다리는 사람이 없습니다",
        en: "nobody of {seen} waits for longer than they should",
    }
    audit_found(found: u64, seen: u64) {
        ko: "{seen}명 가운데 {found}건을 찾았습니다. 안전한 것은 바로잡았고, 하나하나는 로그에 있습니다",
        en: "{found} found among {seen} people; what is safe was mended, the log names each",
    }
    audit_known() { ko: "정상인 대기:", en: "and, as it should be:" }
    set_aside_list() {
        ko: "기록할 수 없어 따로 둔 사람들. 원인을 고치고 그 사람에 관한 것이 기록되면 저절로 이어집니다:",
        en: "set aside, as nobody can write them; each goes on by itself once that is mended and something of theirs is written:",
    }
    no_unknown() { ko: "결과 미확인 메일이 없습니다", en: "no mail is of unknown outcome" }
    unknown_head() { ko: "경과|캠페인|단계|사람|시도|이유|발송", en: "age|campaign|step|person|try|why|send" }
    unknown_remedy() {
        ko: {
            "SES가 받았는지 알 수 없는 메일입니다. SES의 보고가 오면 그때 정해집니다. 그 전에는:\n  \
             rekindle unknown resend SEND_ID --reason …   두 번 도착할 수 있습니다\n  \
             rekindle unknown drop SEND_ID --reason …     영영 도착하지 않을 수 있습니다"
        },
        en: {
            "Nobody knows whether SES took these. SES's own report settles one whenever it comes; otherwise:\n  \
             rekindle unknown resend SEND_ID --reason …   may reach the reader twice\n  \
             rekindle unknown drop SEND_ID --reason …     may never reach the reader"
        },
    }
    not_unknown(send: &str) {
        ko: "{send}은(는) 결과 미확인 메일이 아닙니다. `rekindle unknown list`를 보세요",
        en: "{send} is not of unknown outcome; see `rekindle unknown list`",
    }
    ask_resend(count: u64) {
        ko: "{count}통을 다시 보낼까요? 이미 받은 사람은 두 번 받습니다.",
        en: { format!("Send {} again? Whoever has got one already gets it twice.", counted(count, "mail", "mails")) },
    }
    ask_drop(count: u64) {
        ko: "{count}통을 포기할까요? 받지 못한 사람은 영영 받지 못합니다.",
        en: { format!("Wait no more for {}? Whoever has not got one never will.", counted(count, "mail", "mails")) },
    }
    resent(send: &str, person: &str, campaign: &str, step: &str) {
        ko: "{person}의 {send} ({campaign}/{step}): 다시 보냅니다",
        en: "{send} of {person} at {campaign}/{step} is planned again",
    }
    dropped(send: &str, person: &str, campaign: &str, step: &str) {
        ko: "{person}의 {send} ({campaign}/{step}): 포기했습니다",
        en: "{send} of {person} at {campaign}/{step} is dropped",
    }
    age(seconds: i64) {
        ko: {
            match seconds {
                ..60 => format!("{}초", seconds.max(0)),
                60..3_600 => format!("{}분", seconds / 60),
                3_600..86_400 => format!("{}시간 {}분", seconds / 3_600, seconds % 3_600 / 60),
                _ => format!("{}일 {}시간", seconds / 86_400, seconds % 86_400 / 3_600),
            }
        },
        en: {
            match seconds {
                ..60 => format!("{}s", seconds.max(0)),
                60..3_600 => format!("{}m", seconds / 60),
                3_600..86_400 => format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
                _ => format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3_600),
            }
        },
    }
}
