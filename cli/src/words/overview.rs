//! What `campaigns`, `status` and the end of `demo` say.

use super::{EN, KO, words};
use crate::output::numbers::{counted, thousands};

words! {
    demo_campaigns() { ko: "캠페인", en: "Campaigns" }
    demo_campaigns_head() {
        ko: "캠페인|진입|미발송 비교군|들어오지 않음|완료|중도 종료|진행 중|메일",
        en: "campaign|entered|held out|not entered|completed|exited|under way|mails",
    }
    demo_mails_head() { ko: "캠페인|단계|발송|생략|지연", en: "campaign|step|sent|skipped|delayed" }
    demo_skipped() { ko: "생략한 메일", en: "Skipped mails" }
    demo_delayed() { ko: "지연한 메일(지연마다 셈)", en: "Delayed mails, each time counted" }
    demo_withdrawn() { ko: "발송 취소한 메일", en: "Withdrawn mails" }
    demo_not_entered() { ko: "들어오지 않은 이유", en: "Not entered" }
    demo_reasons_head() { ko: "이유|횟수|캠페인", en: "reason|times|campaigns" }
    demo_conversions() { ko: "목표 달성", en: "Conversions" }
    demo_conversions_head(currency: &str) {
        ko: "캠페인|집단|진입|달성|비율|금액({currency})",
        en: "campaign|group|entries|converted|rate|value in {currency}",
    }
    demo_chance() {
        ko: "데모 전에 한 주문이라 메일이 일으킨 것은 없습니다. 두 집단의 차이는 우연입니다.",
        en: "These orders were made before the demo, so no mail has caused one: the groups differ by chance.",
    }
    demo_idle(campaigns: &str) {
        ko: "{campaigns}에서는 아무 일도 없었습니다. 이 주문들에는 이 캠페인을 시작시키는 것이 없습니다.",
        en: "Nothing happened in {campaigns}: nothing in these orders starts them.",
    }
    demo_invented() {
        ko: "가상의 쇼핑몰입니다. 실제 사람은 없고, 이 컴퓨터를 떠난 메일도 없습니다.",
        en: "An invented shop: nobody in it exists, and no mail left this machine.",
    }
    demo_size(people: u64, orders: u64, events: u64) {
        ko: { format!("{}, 주문 {}건, 이벤트 {}건", KO.people(people), thousands(orders), thousands(events)) },
        en: { format!("{}, {}, {}", EN.people(people), counted(orders, "order", "orders"), counted(events, "event", "events")) },
    }
    demo_from_to(size: &str, from: &str, to: &str, until: &str) {
        ko: "{size}; 주문은 {from}부터 {to}까지, 재생은 {until}까지.",
        en: "{size}; orders from {from} to {to}, played until {until}.",
    }
    demo_bad_rows(rows: u64) {
        ko: "잘못된 {rows}줄은 뺐습니다.",
        en: { format!("{} left out as bad.", counted(rows, "row was", "rows were")) },
    }
    demo_currency(currency: &str) {
        ko: "금액은 작업 공간의 통화인 {currency}로 보았습니다.",
        en: "Amounts were taken as {currency}, the currency of the workspace.",
    }
    demo_consent_assumed() {
        ko: "파일에 `consent` 열이 없어 마케팅에 동의한 것으로 보았습니다.",
        en: "Marketing consent was taken as given: the file has no column `consent`.",
    }
    demo_addresses_invented() {
        ko: "파일에 `email` 열이 없어 example.com 주소를 지어냈습니다.",
        en: "Addresses were invented under example.com: the file has no column `email`.",
    }
    /// The last two: dead letters, sends of unknown outcome.
    demo_end(mails: u64, decided: u64, notices: u64, left: [u64; 2]) {
        ko: {
            let notices = if notices > 0 { format!(", 동의 안내 {}통", thousands(notices)) } else { String::new() };
            let [dead, unknown] = left.map(thousands);
            format!(
                "메일함: {}(결정 {}통){notices}. 처리 실패 메시지 {dead}건, 결과 미확인 메일 {unknown}통.",
                KO.mails(mails),
                thousands(decided)
            )
        },
        en: {
            let notices = match notices {
                0 => String::new(),
                notices => format!(", and {} about consent", counted(notices, "notice", "notices")),
            };
            let [dead, unknown] = left;
            format!(
                "In the mailbox: {}, of {} that were decided{notices}. {}, {}.",
                EN.mails(mails),
                thousands(decided),
                counted(dead, "dead letter", "dead letters"),
                counted(unknown, "send of unknown outcome", "sends of unknown outcome")
            )
        },
    }
    demo_where_to_look() { ko: "더 보기", en: "Where to look" }
    demo_one_who_got(mails: u64) {
        ko: { format!("{}을 받은 사람에 관한 모든 판단", KO.mails(mails)) },
        en: { format!("what was decided about one who got {}", EN.mails(mails)) },
    }
    demo_mailbox(address: &str) { ko: "메일함, {address}", en: "the mailbox, at {address}" }
    demo_overview() { ko: "모든 캠페인 한눈에", en: "every campaign at a glance" }
    demo_took(days: u64, seconds: f64, rate: f64) {
        ko: { format!("{}일을 {seconds:.1}초에, 초당 이벤트 {rate:.0}건.", thousands(days)) },
        en: { format!("{} in {seconds:.1} s, {rate:.0} events a second.", counted(days, "day", "days")) },
    }

    overview_head(days: u16) {
        ko: "캠페인|상태|버전|언제부터|안에|메일({days}일)|이름",
        en: "campaign|state|version|since|inside|mails ({days}d)|name",
    }
    publication_is_live(publication: u64) { ko: "게시 {publication} 적용 중", en: "publication {publication} is live" }
    overview_counted(zone: &str) {
        ko: "시각은 작업 공간의 시간대 {zone} 기준. 안에 있는 사람과 메일은 통계의 수입니다.",
        en: "Times are in {zone}, the workspace's zone. People inside and mails are counted by the statistics.",
    }
    state_running() { ko: "진행 중", en: "running" }
    state_paused() { ko: "일시 중지", en: "paused" }
    state_retired() { ko: "제외됨", en: "taken out" }
    status_system() { ko: "시스템", en: "system" }
    status_clock() { ko: "시계", en: "clock" }
    status_publication() { ko: "게시", en: "publication" }
    status_queues() { ko: "대기열", en: "queues" }
    status_dead_letters() { ko: "처리 실패 메시지", en: "dead letters" }
    status_paused() { ko: "일시 중지한 캠페인", en: "paused campaigns" }
    status_passes() { ko: "전체 순회", en: "passes" }
    status_unknown() { ko: "결과 미확인 메일", en: "unknown mails" }
    status_set_aside() { ko: "따로 둔 사람", en: "set aside" }
    status_nothing_published() { ko: "아직 없음", en: "none yet" }
    status_campaigns(number: u64, campaigns: usize) {
        ko: "{number}, 캠페인 {campaigns}개",
        en: { format!("{number}, {}", counted(campaigns as u64, "campaign", "campaigns")) },
    }
    status_waiting(waiting: u64, in_flight: u64) {
        ko: "대기 {waiting}건, 처리 중 {in_flight}건",
        en: "{waiting} waiting, {in_flight} in flight",
    }
    status_unreadable(why: &str) { ko: "읽을 수 없음: {why}", en: "cannot be read: {why}" }
    clock_ahead(seconds: i64) {
        ko: { format!("이 컴퓨터보다 {} {}", KO.age(seconds.abs()), if seconds > 0 { "앞섬" } else { "늦음" }) },
        en: { format!("{} {} this machine's", EN.age(seconds.abs()), if seconds > 0 { "ahead of" } else { "behind" }) },
    }
    status_well() { ko: "문제없음", en: "all is well" }
    status_look_at(commands: &str) { ko: "살펴볼 것: {commands}", en: "look at: {commands}" }
}
