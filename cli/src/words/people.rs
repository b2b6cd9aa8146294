//! What `person`, `consent`, `export`, `erase` and `import` say.

use super::{EN, KO, words};
use crate::output::numbers::counted;

words! {
    nobody_has_id(id: &str) {
        ko: "{id:?}라는 id를 가진 사람이 없습니다. id는 `detail.person.id`의 값입니다",
        en: "nobody is known under the id {id:?}; ids are those of `detail.person.id`",
    }
    nobody_here(id: &str, system: &str) {
        ko: "{system}에 {id:?}라는 id나 주소를 가진 사람이 없습니다. id는 `detail.person.id`의 값입니다",
        en: "nobody in {system} has the id or the address {id:?}; ids are those of `detail.person.id`",
    }
    several_have(address: &str, ids: &str) {
        ko: "여러 id가 {address:?} 주소를 씁니다. id로 정해 주세요: {ids}",
        en: "several ids have the address {address:?}; say which: {ids}",
    }
    times_own(zone: &str) { ko: "시각은 본인의 시간대 {zone} 기준입니다.", en: "Times are in {zone}, their own zone." }
    times_unknown_zone(zone: &str, own: &str) {
        ko: "시각은 작업 공간의 시간대 {zone} 기준입니다. 본인의 시간대 {own}은(는) 알 수 없는 값입니다.",
        en: "Times are in {zone}, the workspace's zone; theirs, {own}, is not a known one.",
    }
    times_workspace(zone: &str) {
        ko: "시각은 작업 공간의 시간대 {zone} 기준입니다. 본인의 시간대는 알려지지 않았습니다.",
        en: "Times are in {zone}, the workspace's zone; theirs is not known.",
    }
    person_profile() { ko: "프로필", en: "Profile" }
    person_consent() { ko: "수신동의", en: "Consent" }
    person_set_aside() { ko: "따로 둠", en: "Set aside" }
    person_stands() { ko: "등록된 캠페인", en: "Where they stand" }
    person_mails() { ko: "메일", en: "Mails" }
    person_journal() { ko: "기록", en: "Journal" }
    person_acts() { ko: "운영자가 한 일", en: "What operators did" }
    was_erased(id: &str, at: &str, zone: &str) {
        ko: "{id}은(는) {at}({zone})에 지워졌습니다. 그 밖에 보관한 것은 없습니다.",
        en: "{id} was erased on {at} ({zone}). Nothing else is kept about them.",
    }
    is_unknown(id: &str) {
        ko: {
            format!(
                "`{id}`라는 id를 가진 사람이 없습니다.\n\
                 id는 쇼핑몰이 이벤트에 `detail.person.id`로 주는 값이며, 대소문자를 구분합니다.\n\
                 그런 이벤트를 보냈다면 메일함의 상태 페이지에 있는 처리 실패 메시지에서 거부된 이유를 볼 수 있습니다."
            )
        },
        en: {
            format!(
                "Nobody is known here under the id `{id}`.\n\
                 The id is the one that the shop gives as `detail.person.id` in its events; letter case counts.\n\
                 If such an event was sent, the dead letters on the mailbox's status page may say why it was refused."
            )
        },
    }
    field_address() { ko: "주소", en: "address" }
    field_locale() { ko: "언어", en: "locale" }
    field_suppressed() { ko: "발송 차단", en: "suppressed" }
    suppressed_since(at: &str) {
        ko: "{at}부터: 반송됐거나 스팸으로 신고돼 메일을 보내지 않습니다",
        en: "since {at}: it bounced or a mail was reported as spam; no mail goes there",
    }
    field_first_event() { ko: "첫 이벤트", en: "first event" }
    field_orders() { ko: "주문", en: "orders" }
    field_event(name: &str) { ko: "이벤트 {name}", en: "event {name}" }
    field_attribute(name: &str) { ko: "속성 {name}", en: "attribute {name}" }
    field_answer(survey: &str) { ko: "응답 {survey}", en: "answer {survey}" }
    field_code(code: &str) { ko: "코드 {code}", en: "code {code}" }
    code_used(at: &str) { ko: "{at}에 사용", en: "used {at}" }
    code_used_for(at: &str, order: &str) { ko: "{at}에 주문 {order}에 사용", en: "used {at} for order {order}" }
    code_good_until(at: &str) { ko: "미사용, {at}까지 유효", en: "not used; good until {at}" }
    code_not_used() { ko: "미사용", en: "not used" }
    orders_total(count: u64, total: &str) { ko: "{count}건, 합계 {total}", en: "{count}, total {total}" }
    first_and_last(first: &str, last: &str) { ko: ", 처음 {first}, 마지막 {last}", en: ", first {first}, last {last}" }
    said_yes(at: &str) { ko: "동의, {at}", en: "yes, said {at}" }
    said_no(at: &str) { ko: "거부, {at}", en: "no, said {at}" }
    topic_stays(at: &str) { ko: "받음, {at}", en: "stays, said {at}" }
    topic_left(at: &str) { ko: "받지 않음, {at}", en: "left, said {at}" }
    never_said_yes() { ko: "동의한 적 없음", en: "no: they never said yes" }
    field_marketing() { ko: "마케팅", en: "marketing" }
    field_topic(topic: &str) { ko: "소식 종류 {topic}", en: "topic {topic}" }
    address_has() { ko: "같은 주소", en: "address has" }
    address_ids(count: usize, ids: &str) {
        ko: "id {count}개가 씁니다({ids} 포함). 주소에 관한 것은 모두에게 적용됩니다",
        en: "{count} ids; also {ids}: what is said of it holds for all",
    }
    address_since() { ko: "주소 상태", en: "address since" }
    address_bounced(at: &str) {
        ko: "{at}: 영구 반송됐습니다. 누구의 주소든 메일을 보내지 않습니다",
        en: "{at}: it bounced for good; no mail goes there, whoever has it",
    }
    address_complained(at: &str) {
        ko: "{at}: 스팸으로 신고됐습니다. 누구의 주소든 메일을 보내지 않습니다",
        en: "{at}: a mail to it was reported as spam; no mail goes there, whoever has it",
    }
    address_refused(at: &str) {
        ko: "{at}: 링크로 마케팅을 거부했습니다. 그 뒤에 한 동의가 있어야 합니다",
        en: "{at}: marketing was refused by a link; it needs consent given after that",
    }
    address_erased(at: &str) {
        ko: "{at}: 이 주소를 쓰던 사람이 지워졌습니다. 마케팅에는 그 뒤에 한 동의가 있어야 합니다",
        en: "{at}: somebody who had it was erased; marketing needs consent given after that",
    }
    address_hard() {
        ko: "지워진 사람의 발송 차단가 남아 있습니다. 누구의 주소든 메일을 보내지 않습니다",
        en: "somebody who was erased was suppressed; no mail goes there, whoever has it",
    }
    due_since(at: &str) { ko: "{at}부터 대기", en: "due since {at}" }
    stands_since(at: &str) { ko: "{at}부터", en: "since {at}" }
    goal_open(until: &str) { ko: ", 목표 기한 {until}", en: ", goal open until {until}" }
    trigger_fires(at: &str) { ko: "{at}에 트리거 작동", en: "trigger fires on {at}" }
    in_no_campaign() { ko: "등록된 캠페인이 없습니다.", en: "In no campaign." }
    never_comes(value: &str) {
        ko: "오지 않음: {value}을(를) 날짜로 읽을 수 없습니다",
        en: "never comes: {value} does not read as a date",
    }
    held_out() { ko: "미발송 비교군", en: "held out" }
    ended() { ko: "끝남", en: "ended" }
    yet_to_begin() {
        ko: "시작 전: 캠페인이 일시 중지됐거나 여기로 옮겨졌습니다",
        en: "has yet to begin: the campaign was paused, or they were moved here",
    }
    mail_delayed_until(at: &str) { ko: "{at}까지 메일 지연", en: "mail delayed until {at}" }
    waits_until(at: &str) { ko: "{at}까지 대기", en: "waits until {at}" }
    mail_named(mail: &str) { ko: "메일 {mail}", en: "mail {mail}" }
    no_mails() { ko: "없습니다.", en: "None." }
    nothing_decided() { ko: "아직 판단한 것이 없습니다.", en: "Nothing was decided about them yet." }
    act_was(by: &str, reason: &str) { ko: "{by}: {reason}", en: "by {by}: {reason}" }
    stage_planned() { ko: "예약", en: "planned" }
    stage_planned_again(attempt: u32) {
        ko: "다시 예약, {attempt}번 거절됨",
        en: { if attempt == 1 { "planned again, refused once".to_owned() } else { format!("planned again, refused {attempt} times") } },
    }
    stage_armed() { ko: "발송 중", en: "being sent" }
    stage_unknown() { ko: "발송됐는지 알 수 없어 보류", en: "unknown whether it was sent; held" }
    stage_withdrawn() { ko: "발송 취소", en: "not sent" }
    stage_accepted() { ko: "발송", en: "sent" }
    stage_rejected() { ko: "접수됐으나 발송되지 않음", en: "taken, then not sent" }
    stage_soft_bounced() { ko: "일시 반송", en: "bounced for a passing reason" }
    stage_delivered() { ko: "도착", en: "delivered" }
    stage_opened() { ko: "열어 봄", en: "opened" }
    stage_clicked() { ko: "링크 클릭", en: "clicked" }
    stage_bounced() { ko: "영구 반송", en: "bounced" }
    stage_complained() { ko: "스팸 신고", en: "reported as spam" }
    /// A kind of journal line.
    kind(kind: &str) {
        ko: {
            match kind {
                "entered" => "진입",
                "not_entered" => "들어오지 않음",
                "held_out" => "미발송 비교군",
                "sent" => "발송",
                "skipped" => "생략",
                "delayed" => "지연",
                "withdrawn" => "발송 취소",
                "waiting" => "대기",
                "resumed" => "대기 끝",
                "branched" => "분기",
                "split" => "분할",
                "offered" => "코드 발급",
                "offer_unavailable" => "코드 없음",
                "converted" => "목표 달성",
                "exited" => "중도 종료",
                "completed" => "완료",
                "expression_error" => "조건식 오류",
                "accepted" => "접수",
                "delivered" => "도착",
                "opened" => "열어 봄",
                "clicked" => "클릭",
                "bounced" => "반송",
                "complained" => "스팸 신고",
                "unknown" => "결과 미확인",
                "rejected" => "거절",
                other => other,
            }
        },
        en: { kind.replace('_', " ") },
    }
    /// The word before a detail of a journal line, with a blank behind it.
    detail(field: &str) {
        ko: {
            match field {
                "mail" => "메일 ",
                "until" => "기한 ",
                "by" => "방법 ",
                "arm" => "분기 ",
                "offer" => "혜택 ",
                "code" => "코드 ",
                "value" => "값 ",
                "error" => "오류: ",
                _ => "",
            }
        },
        en: {
            match field {
                "error" => "error: ".to_owned(),
                "reason" | "expression" => String::new(),
                field => format!("{field} "),
            }
        },
    }
    consent_yes(at: &str) { ko: "마케팅 메일: {at}에 동의", en: "Marketing mails: yes, said on {at}" }
    consent_no(at: &str) { ko: "마케팅 메일: {at}에 거부", en: "Marketing mails: no, said on {at}" }
    consent_never() {
        ko: "마케팅 메일: 동의 없음. 말한 적이 없고, 기록이 없으면 동의하지 않은 것입니다",
        en: "Marketing mails: no; nothing was ever said, and no record means no",
    }
    ledger_empty() { ko: "장부에 기록이 없습니다.", en: "The ledger has no entry." }
    consent_head() { ko: "말한 때|기록한 때|내용|방법|출처|메일|문구", en: "said on|recorded|what|how|from|mail|words" }
    consent_on_its_way() {
        ko: "가장 최근의 의사가 아직 장부에 기록되는 중입니다. 잠시 뒤에 다시 보세요.",
        en: "The newest statement is still on its way into the ledger; look again in a moment.",
    }
    being_counted(yes: bool) {
        ko: { format!("집계: {}", if yes { KO.yes() } else { KO.no() }) },
        en: { format!("being counted: {}", if yes { EN.yes() } else { EN.no() }) },
    }
    topic_is(topic: &str, yes: bool) {
        ko: { format!("{topic}: {}", if yes { KO.yes() } else { KO.no() }) },
        en: { format!("{topic}: {}", if yes { EN.yes() } else { EN.no() }) },
    }
    export_without_events() {
        ko: "보관함의 이벤트는 빠졌습니다. `aws s3 sync`로 버킷을 복사한 뒤 --archive로 폴더를 알려 주세요",
        en: "without the archive's events: copy its bucket with `aws s3 sync` and name the folder with --archive",
    }
    erase_kept(id: &str) { ko: "{id}: 보관 중", en: "{id}: kept" }
    erase_removed(id: &str) { ko: "{id}: 삭제", en: "{id}: removed" }
    ask_erase(id: &str) {
        ko: "{id}을(를) 모든 곳에서 지울까요? 되돌릴 수 없습니다.",
        en: "Forget {id} everywhere? It cannot be taken back.",
    }
    erased_everywhere() {
        ko: "id와 주소(있었다면)의 키 해시 말고는 남은 것이 없습니다",
        en: "nothing is left but a keyed hash of the id, and of the address if there was one",
    }
    import_is_fine(people: usize) {
        ko: "{people}명, 잘못된 것이 없습니다. 아무것도 적용하지 않았습니다",
        en: "{people} people, nothing wrong; nothing was applied",
    }
    ask_import(people: usize, source: &str) {
        ko: "{source:?}에서 온 {people}명을 들여올까요? 수신동의 장부에 기록되며, 되돌릴 수 없습니다.",
        en: { format!("Take in {} from {source:?}? It stands in their consent ledgers and cannot be taken back.", counted(people as u64, "person", "people")) },
    }
    imported(applied: u64, source: &str) { ko: "{source:?}에서 {applied}명을 들여왔습니다", en: "{applied} people imported from {source:?}" }
    passed_over(dropped: u64) {
        ko: "{dropped}명은 건너뛰었습니다. 이미 들여왔거나, 목록을 만든 뒤 지워졌습니다",
        en: "{dropped} passed over: imported before, or erased since the list was made",
    }
}
