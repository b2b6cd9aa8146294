//! What `stats`, `offer` and `survey` say. A verdict is a whole sentence in each language, so that none is put together wrongly.

use rekindle_insight::{ENOUGH_ANSWERS, LEAST_EXPECTED, LEAST_PEOPLE};

use super::words;
use crate::output::numbers::{counted, thousands};

words! {
    in_versions(versions: &str, several: bool) {
        ko: "버전 {versions}",
        en: { if several { format!("versions {versions}") } else { format!("version {versions}") } },
    }
    nothing_has_happened(campaign: &str) { ko: "{campaign}: 아직 아무 일도 없었습니다.", en: "{campaign}: nothing has happened yet." }
    entered() { ko: "진입", en: "entered" }
    inside_now() { ko: "진행 중", en: "inside now" }
    completed() { ko: "완료", en: "completed" }
    exited() { ko: "중도 종료", en: "exited" }
    not_entered() { ko: "들어오지 않음", en: "not entered" }
    mail() { ko: "메일", en: "mail" }
    heading_mails() { ko: "메일", en: "Mails" }
    heading_held_up() { ko: "보내지 않았거나 늦은 메일", en: "Held up" }
    heading_steps() { ko: "단계", en: "Steps" }
    heading_goal() { ko: "목표", en: "Goal" }
    goal_head(currency: &str) {
        ko: "목표|사람|달성|비율|95 %|금액({currency})",
        en: "goal|people|converted|share|95 %|value in {currency}",
    }
    treated() { ko: "발송군", en: "treated" }
    between(low: &str, high: &str) { ko: "{low}~{high}", en: "{low} to {high}" }
    nobody_held_out() {
        ko: "미발송 비교군이 없어 캠페인이 없었다면 몇 명이 목표를 이뤘을지 알 수 없습니다. `holdout`을 정하세요.",
        en: "Nobody was held out, so nothing says how many would have converted without the campaign: set `holdout`.",
    }
    everybody_held_out() {
        ko: "지금까지 모두 미발송 비교군이라 비교할 사람이 들어오지 않았습니다.",
        en: "Everybody was held out so far: nobody entered whom the held-out people could be compared with.",
    }
    too_few_people(fewest: u64, points: &str, p: f64) {
        ko: "판단하기에 사람이 적습니다. 적은 쪽이 {fewest}명이고, 적어도 {LEAST_PEOPLE}명은 있어야 합니다. 지금까지의 차이는 {points}%p이며 앞으로 바뀝니다(피셔 정확 검정 p = {p:.2}). 목표 기한이 남은 사람은 양쪽 모두 달성하지 않은 것으로 셉니다.",
        en: {
            let people = if fewest == 1 { "1 person is".to_owned() } else { format!("{fewest} people are") };
            format!(
                "Too few to say: {people} on the smaller side, and {LEAST_PEOPLE} are the least. So far {points} percentage points, which will \
                 move (Fisher's exact p = {p:.2}). People whose goal is still open count as not converted on both sides."
            )
        },
    }
    too_few_conversions(points: &str, p: f64) {
        ko: "판단하기에 적습니다. 적은 쪽에서 목표를 이룬 사람이나 이루지 않은 사람이 {LEAST_EXPECTED}명도 기대되지 않습니다. 지금까지의 차이는 {points}%p이며 앞으로 바뀝니다(피셔 정확 검정 p = {p:.2}). 목표 기한이 남은 사람은 양쪽 모두 달성하지 않은 것으로 셉니다.",
        en: {
            format!(
                "Too few to say: on the smaller side fewer than {LEAST_EXPECTED} conversions, or fewer than {LEAST_EXPECTED} \
                 people without one, are expected. So far {points} percentage points, which will move (Fisher's exact p = {p:.2}). People \
                 whose goal is still open count as not converted on both sides."
            )
        },
    }
    lift(points: &str, low: &str, high: &str, verdict: &str) {
        ko: "캠페인 효과: {points}%p, 95% 신뢰 구간 {low}~{high}(뉴컴): {verdict}. 목표 기한이 남은 사람은 양쪽 모두 달성하지 않은 것으로 셉니다.",
        en: "Lift: {points} percentage points, 95 % interval {low} to {high} (Newcombe): {verdict}. People whose goal is still open count as not converted on both sides.",
    }
    verdict_adds() { ko: "캠페인이 목표 달성을 늘립니다", en: "the campaign adds conversions" }
    verdict_costs() { ko: "캠페인이 목표 달성을 줄입니다", en: "the campaign costs conversions" }
    verdict_no_difference() { ko: "우연으로 생길 수 있는 차이입니다", en: "that is no more than chance may do" }
    came_several_times(treated: &str, held_out: &str) {
        ko: "여러 번 들어온 사람이 있습니다. 표는 우연으로 나눈 첫 진입만으로 비교합니다. 모든 진입을 세면: {treated}; {held_out}.",
        en: "People came several times. The table compares each by their first entry, as chance divides people. Every entry counted: {treated}; {held_out}.",
    }
    all_of_side(entries: u64, held_out: bool, conversions: u64, value: &str) {
        ko: {
            let side = if held_out { "미발송 비교군" } else { "진입" };
            format!("{side} {}건, 달성 {}건, {value}", thousands(entries), thousands(conversions))
        },
        en: {
            let side = if held_out { "held out" } else { "entered" };
            format!("{} {side}, {} conversions, {value}", thousands(entries), thousands(conversions))
        },
    }
    counts_differ(fact: &str, ours: (u64, i64), theirs: (u64, i64)) {
        ko: { format!("{fact}: 통계 {} (값 {}), 장부 {} (값 {})", ours.0, ours.1, theirs.0, theirs.1) },
        en: { format!("{fact}: statistics {} (value {}), ledger {} (value {})", ours.0, ours.1, theirs.0, theirs.1) },
    }
    recount_differs(differences: usize, compared: usize) {
        ko: "{compared}가지 가운데 {differences}가지가 다릅니다. 아직 넘기지 않은 변경은 잠시 양쪽 모두에 없으니 다시 보세요. 지워진 사람은 통계에만 있습니다.",
        en: "{differences} of {compared} counts differ. Changes that are not handed on yet count on neither side for long: look again; people who were erased are in the statistics only.",
    }
    recount_equals(compared: usize) { ko: "{compared}가지 모두 장부와 같습니다", en: "{compared} counts equal the ledger's" }

    offer_percent(percent: &str) { ko: "{percent}% 할인", en: "{percent} % off" }
    offer_amount(amount: &str, currency: &str) { ko: "{amount} {currency} 할인", en: "{amount} {currency} off" }
    offer_holds(span: &str) { ko: ", 코드 유효 기간 {span}", en: ", each code for {span}" }
    issued() { ko: "발급", en: "issued" }
    of_budget(budget: u64) { ko: { format!("한도 {}", thousands(budget)) }, en: { format!("of {}", thousands(budget)) } }
    left() { ko: "남음", en: "left" }
    any_number() { ko: "제한 없음", en: "any number" }
    pool_named(pool: &str) { ko: "코드 묶음 {pool}", en: "from the pool {pool}" }
    redeemed() { ko: "사용", en: "redeemed" }
    of_issued(value: f64, low: f64, high: f64) {
        ko: "발급한 것의 {value:.1} % (95 %: {low:.1}~{high:.1})",
        en: "{value:.1} % of those issued (95 %: {low:.1} to {high:.1})",
    }
    revenue() { ko: "매출", en: "revenue" }
    revenue_without(currency: &str, silent: u64) {
        ko: "{currency}, 합계를 알리지 않은 주문 {silent}건 제외",
        en: { format!("{currency}, without {} that told no total", counted(silent, "order", "orders")) },
    }
    not_theirs() { ko: "다른 사람 코드", en: "not theirs" }
    not_theirs_why() { ko: "본인에게 없는 코드의 이벤트, 세지 않음", en: "events about codes that their person does not have; not counted" }
    again() { ko: "다시 사용", en: "again" }
    again_why() { ko: "이미 쓴 코드의 이벤트, 세지 않음", en: "events about codes that were used before; not counted" }
    rate(codes: u64, days: u64) {
        ko: "{days}일 동안 {codes}개",
        en: { format!("{} in {}", counted(codes, "code", "codes"), counted(days, "day", "days")) },
    }
    no_end(rate: &str) { ko: "{rate}. 수량 제한이 없습니다.", en: "{rate}; there is no end to them." }
    none_left() { ko: "남은 코드가 없습니다. 이 단계에 온 사람은 코드를 받지 못합니다.", en: "There is none left: whoever comes to this step gets no code." }
    empty_on(rate: &str, date: &str) { ko: "이 속도({rate})라면 {date}에 떨어집니다.", en: "At this rate ({rate}) empty on {date}." }
    nobody_got_one() { ko: "아직 받은 사람이 없어 언제까지 갈지 알 수 없습니다.", en: "Nobody got one yet, so nothing says how long they last." }
    lasts_long(rate: &str) { ko: "이 속도({rate})라면 10년 넘게 갑니다.", en: "At this rate ({rate}) they last for more than ten years." }

    nobody_answered() { ko: "아직 응답한 사람이 없습니다.", en: "Nobody has answered yet." }
    too_few_answers(answered: u64) {
        ko: "판단하기에 응답이 적습니다({answered}/{ENOUGH_ANSWERS})",
        en: "too few answers to say ({answered} of {ENOUGH_ANSWERS})",
    }
    mean(mean: f64) { ko: "평균: 7점 만점에 {mean:.2}", en: "mean: {mean:.2} of 7" }
    not_offered() { ko: "(설문에 없는 답, 세지 않음)", en: "(answers that the survey does not offer, not counted)" }
    comments(count: usize) { ko: "의견 {count}개, 최신순:", en: "{count} comments, newest first:" }
    asked(whom: &str, audience: &str) { ko: "대상: {whom}{audience}", en: "asked: {whom}{audience}" }
    asked_event(event: &str) { ko: "{event} 이벤트가 있던 사람", en: "whoever had the event {event}" }
    asked_lapsed(since: &str) { ko: "한동안 {since}이(가) 없던 사람", en: "whoever had no {since} for a while" }
    asked_date() { ko: "각자의 날짜에 모두", en: "everybody on a date of their own" }
    asked_schedule() { ko: "정한 때에 모두", en: "everybody at a set time" }
    asked_manual() { ko: "직접 등록한 사람", en: "whoever was enrolled by hand" }
    asked_where(audience: &str) { ko: ", 조건 {audience}", en: ", where {audience}" }
    answers_over(answers: u64, over: &str, rate: &str) {
        ko: "{over} 가운데 응답 {answers}건{rate}",
        en: { format!("{} over {over}{rate}", counted(answers, "answer", "answers")) },
    }
    delivered_of_sent(delivered: u64, sent: u64) { ko: "발송 {sent}통 중 도착 {delivered}통", en: "{delivered} delivered of {sent} sent" }
    sent_only(sent: u64) { ko: "발송 {sent}통(도착은 알 수 없음)", en: "{sent} sent, as nothing is known of deliveries" }
    answers_elsewhere(count: u64) {
        ko: "그 밖의 응답 {count}건은 메일에 대한 것이 아닙니다. 다른 곳에서 답했거나 메일이 도착했는지 알 수 없습니다",
        en: "{count} further answers to no such mail: given elsewhere, or the mail is not known to have arrived",
    }
    share_of(value: f64, low: f64, high: f64) {
        ko: "{value:.1} % (95 %: {low:.1}~{high:.1})",
        en: "{value:.1} % (95 %: {low:.1} to {high:.1})",
    }
    score_of(value: f64, low: f64, high: f64) {
        ko: "{value:+.0} (95 %: {low:+.0}~{high:+.0})",
        en: "{value:+.0} (95 %: {low:+.0} to {high:+.0})",
    }
}
