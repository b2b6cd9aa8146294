//! Every text of the pages, in Korean and in English.

use super::language::Language;
use crate::output::numbers::thousands;

/// The texts of one language.
pub struct Words {
    pub other_language: &'static str,
    pub skip: &'static str,
    pub mailbox: &'static str,
    pub status: &'static str,
    pub not_sent: &'static str,
    pub search_label: &'static str,
    pub search: &'static str,
    pub clear: &'static str,
    pub none_yet: &'static str,
    pub none_found: &'static str,
    pub older: &'static str,
    pub newest: &'static str,
    pub no_subject: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub sent: &'static str,
    pub campaign: &'static str,
    pub step: &'static str,
    pub view: &'static str,
    pub html: &'static str,
    pub text: &'static str,
    pub width: &'static str,
    pub phone: &'static str,
    pub wide: &'static str,
    pub colours: &'static str,
    pub as_device: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub alone: &'static str,
    pub alone_explained: &'static str,
    pub no_html: &'static str,
    pub no_text: &'static str,
    pub headers: &'static str,
    pub tags: &'static str,
    pub name: &'static str,
    pub value: &'static str,
    pub message_id: &'static str,
    pub configuration_set: &'static str,
    pub queues: &'static str,
    pub queue: &'static str,
    pub visible: &'static str,
    pub in_flight: &'static str,
    pub delayed: &'static str,
    pub no_queues: &'static str,
    pub dead: &'static str,
    pub dead_explained: &'static str,
    pub none_dead: &'static str,
    pub content: &'static str,
    pub missing: &'static str,
    pub missing_explained: &'static str,
    pub failed: &'static str,
    pub failed_explained: &'static str,
}

const KOREAN: Words = Words {
    other_language: "English",
    skip: "본문 바로가기",
    mailbox: "메일함",
    status: "상태",
    not_sent: "캠페인이 보낸 메일이 여기에 모입니다. 실제로 발송된 메일은 없습니다.",
    search_label: "받는 사람 또는 제목",
    search: "검색",
    clear: "전체 보기",
    none_yet: "아직 메일이 없습니다. 이벤트를 보내면 캠페인이 보내는 메일이 여기에 나타납니다.",
    none_found: "검색 결과가 없습니다.",
    older: "이전 메일",
    newest: "최신 메일",
    no_subject: "(제목 없음)",
    from: "보낸 사람",
    to: "받는 사람",
    sent: "보낸 시각",
    campaign: "캠페인",
    step: "단계",
    view: "보기",
    html: "HTML",
    text: "텍스트",
    width: "너비",
    phone: "휴대폰 390px",
    wide: "데스크톱 700px",
    colours: "화면 모드",
    as_device: "기기 설정",
    light: "라이트",
    dark: "다크",
    alone: "새 탭에서 열기",
    alone_explained: "아래 미리보기에서는 링크가 열리지 않습니다.",
    no_html: "이 메일에는 HTML 본문이 없습니다.",
    no_text: "이 메일에는 텍스트 본문이 없습니다.",
    headers: "헤더",
    tags: "태그",
    name: "이름",
    value: "값",
    message_id: "메시지 ID",
    configuration_set: "구성 세트",
    queues: "대기열",
    queue: "대기열",
    visible: "대기 중",
    in_flight: "처리 중",
    delayed: "지연 중",
    no_queues: "대기열이 없습니다.",
    dead: "처리하지 못한 메시지",
    dead_explained: "처리할 수 없어 따로 보관한 메시지와 그 사유입니다.",
    none_dead: "처리하지 못한 메시지가 없습니다.",
    content: "내용 보기",
    missing: "찾을 수 없습니다",
    missing_explained: "이 주소에는 아무것도 없습니다. 상태를 초기화했다면 예전 메일도 함께 지워집니다.",
    failed: "읽지 못했습니다",
    failed_explained: "로컬 상태를 읽는 중에 문제가 생겼습니다. 자세한 내용은 터미널 로그에 있습니다.",
};

const ENGLISH: Words = Words {
    other_language: "한국어",
    skip: "Skip to content",
    mailbox: "Mailbox",
    status: "Status",
    not_sent: "Every mail that your campaigns send ends up here. None of them has left this machine.",
    search_label: "Recipient or subject",
    search: "Search",
    clear: "Show all",
    none_yet: "No mails yet. Send an event, and the mails of your campaigns appear here.",
    none_found: "No mail matches.",
    older: "Older mails",
    newest: "Newest mails",
    no_subject: "(no subject)",
    from: "From",
    to: "To",
    sent: "Sent",
    campaign: "Campaign",
    step: "Step",
    view: "View",
    html: "HTML",
    text: "Text",
    width: "Width",
    phone: "Phone, 390 px",
    wide: "Desktop, 700 px",
    colours: "Colours",
    as_device: "As this device",
    light: "Light",
    dark: "Dark",
    alone: "Open in a new tab",
    alone_explained: "In this preview, links do not open.",
    no_html: "This mail has no HTML body.",
    no_text: "This mail has no text body.",
    headers: "Headers",
    tags: "Tags",
    name: "Name",
    value: "Value",
    message_id: "Message id",
    configuration_set: "Configuration set",
    queues: "Queues",
    queue: "Queue",
    visible: "Waiting",
    in_flight: "In flight",
    delayed: "Delayed",
    no_queues: "There are no queues.",
    dead: "Dead letters",
    dead_explained: "Messages that could not be handled, put aside with the reason.",
    none_dead: "There are no dead letters.",
    content: "Show content",
    missing: "Not found",
    missing_explained: "There is nothing at this address. Resetting the local state removes its mails, too.",
    failed: "Could not be read",
    failed_explained: "The local state could not be read. The log in the terminal says why.",
};

impl Words {
    /// The texts of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &KOREAN,
            Language::English => &ENGLISH,
        }
    }
}

impl Language {
    /// So many mails.
    pub fn mails(self, count: u64) -> String {
        match (self, count) {
            (Self::Korean, _) => format!("메일 {}통", thousands(count)),
            (Self::English, 1) => "1 mail".to_owned(),
            (Self::English, _) => format!("{} mails", thousands(count)),
        }
    }

    /// In which zone instants are shown.
    pub fn times_in(self, zone: &str) -> String {
        match self {
            Self::Korean => format!("시각은 {zone} 기준"),
            Self::English => format!("Times in {zone}"),
        }
    }

    /// How many dead letters of a queue are shown, of how many.
    pub fn oldest(self, shown: usize, all: u64) -> String {
        let all = thousands(all);
        match self {
            Self::Korean => format!("전체 {all}건 중 오래된 순으로 {shown}건"),
            Self::English => format!("The oldest {shown} of {all}"),
        }
    }

    /// Why a message without a reason of its own lies among the dead letters.
    pub fn tried(self, times: u64) -> String {
        match (self, times) {
            (Self::Korean, _) => format!("{times}번 시도했으나 처리하지 못했습니다."),
            (Self::English, 1) => "Tried once without success.".to_owned(),
            (Self::English, _) => format!("Tried {times} times without success."),
        }
    }
}
