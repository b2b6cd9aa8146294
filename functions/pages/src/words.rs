//! Every text of the pages, in both languages side by side.

use rekindle_engine::lang::SurveyKind;
use rekindle_mail::Language;

/// The texts of one language.
pub struct Words {
    pub tag: &'static str,
    pub leave_title: &'static str,
    pub leave: &'static str,
    pub rather_choose: &'static str,
    pub left_title: &'static str,
    pub recorded_on: &'static str,
    pub changed_your_mind: &'static str,
    pub choose_title: &'static str,
    pub topics: &'static str,
    pub all_marketing: &'static str,
    pub privacy: &'static str,
    pub no_tracking: &'static str,
    pub no_tracking_explained: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
    pub saved_some: &'static str,
    pub saved_none: &'static str,
    pub leave_everything: &'static str,
    pub your_answer: &'static str,
    pub answered_before: &'static str,
    pub comment: &'static str,
    pub optional: &'static str,
    pub send: &'static str,
    pub choose_an_answer: &'static str,
    pub too_long: &'static str,
    pub thanks: &'static str,
    pub you_answered: &'static str,
    pub change_answer: &'static str,
    pub ended: &'static str,
    pub ended_explained: &'static str,
    pub leads_to: &'static str,
    pub lead_on: &'static str,
    pub no_mail: &'static str,
    pub no_mail_explained: &'static str,
}

const KO: Words = Words {
    tag: "ko",
    leave_title: "메일을 그만 받으시겠어요?",
    leave: "수신거부",
    rather_choose: "받을 소식만 고르기",
    left_title: "수신거부가 완료되었습니다",
    recorded_on: "처리일:",
    changed_your_mind: "받을 소식 다시 고르기",
    choose_title: "받을 소식 고르기",
    topics: "받을 소식",
    all_marketing: "모든 소식과 혜택",
    privacy: "개인정보",
    no_tracking: "링크 클릭 기록하지 않기",
    no_tracking_explained: "지금부터 메일의 링크는 기록 없이 바로 연결됩니다.",
    save: "저장",
    saved: "저장했습니다.",
    saved_some: "선택하신 소식만 보내드립니다.",
    saved_none: "광고성 메일을 더 이상 보내지 않습니다.",
    leave_everything: "모두 수신거부",
    your_answer: "답변",
    answered_before: "지난번 답변:",
    comment: "이유나 하고 싶은 말씀",
    optional: "(선택)",
    send: "보내기",
    choose_an_answer: "답변을 하나 골라 주세요.",
    too_long: "1,000자까지 보내실 수 있습니다. 조금만 줄여 주세요.",
    thanks: "답변해 주셔서 고맙습니다",
    you_answered: "보내신 답변:",
    change_answer: "답변 바꾸기",
    ended: "설문이 끝났습니다",
    ended_explained: "답변 기간이 지나 더 이상 답변을 받지 않습니다. 관심 가져 주셔서 고맙습니다.",
    leads_to: "이동할 곳:",
    lead_on: "이동하기",
    no_mail: "이 메일은 더 이상 볼 수 없습니다",
    no_mail_explained: "메일을 다시 보여 드리는 데 필요한 정보가 남아 있지 않습니다. 받은편지함의 메일은 그대로입니다.",
};

const EN: Words = Words {
    tag: "en",
    leave_title: "Stop these mails?",
    leave: "Unsubscribe",
    rather_choose: "Choose what you receive instead",
    left_title: "You're unsubscribed",
    recorded_on: "Recorded on",
    changed_your_mind: "Choose what you receive after all",
    choose_title: "Choose what you receive",
    topics: "Topics",
    all_marketing: "All news and offers",
    privacy: "Privacy",
    no_tracking: "Don't count whether I follow links",
    no_tracking_explained: "From now on links in mails lead straight on, and nothing is recorded.",
    save: "Save",
    saved: "Saved.",
    saved_some: "You receive what you ticked, and nothing else.",
    saved_none: "You receive no more marketing mail.",
    leave_everything: "Unsubscribe from everything",
    your_answer: "Your answer",
    answered_before: "You answered before:",
    comment: "Why, or anything else you want to say",
    optional: "(optional)",
    send: "Send",
    choose_an_answer: "Please choose an answer.",
    too_long: "A comment can have up to 1,000 characters. Please shorten it a little.",
    thanks: "Thank you for your answer",
    you_answered: "You answered:",
    change_answer: "Change your answer",
    ended: "This survey has ended",
    ended_explained: "The time for answers is over, so this one can't be taken any more. Thank you for wanting to answer.",
    leads_to: "This link leads to",
    lead_on: "Continue",
    no_mail: "This mail can't be shown any more",
    no_mail_explained: "What it takes to write it again is gone. The mail in your inbox is as it was.",
};

impl Words {
    /// The texts of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::Ko => &KO,
            Language::En => &EN,
        }
    }

    fn is_korean(&self) -> bool {
        self.tag == KO.tag
    }

    /// What the button of the unsubscribe page does.
    pub fn leave_explained(&self, shop: &str) -> String {
        if self.is_korean() {
            format!(
                "아래 버튼을 누르시면 {shop}의 광고성 메일을 더 이상 보내지 않습니다. 주문과 계정에 관한 안내 메일은 계속 보내드립니다."
            )
        } else {
            format!(
                "Press the button, and {shop} sends you no more marketing mail. Mails about your orders and your account still come."
            )
        }
    }

    /// What holds after unsubscribing.
    pub fn left_explained(&self, shop: &str) -> String {
        if self.is_korean() {
            format!(
                "{shop}의 광고성 메일을 더 이상 보내지 않습니다. 주문과 계정에 관한 안내 메일은 계속 받으실 수 있습니다."
            )
        } else {
            format!("{shop} sends you no more marketing mail. Mails about your orders and your account still come.")
        }
    }

    /// What the topics are about.
    pub fn choose_explained(&self, shop: &str) -> String {
        if self.is_korean() {
            format!(
                "{shop}에서 어떤 소식을 받고 싶으신지 골라 주세요. 주문과 계정에 관한 안내 메일은 선택과 관계없이 보내드립니다."
            )
        } else {
            format!(
                "Tick what you want to hear about from {shop}. Mails about your orders and your account come in any case."
            )
        }
    }

    /// What ticking a topic and saving means; it stands in the event, as the text that was agreed to.
    pub fn consent(&self, shop: &str) -> String {
        if self.is_korean() {
            format!(
                "소식을 고르고 저장하시면 {shop}의 광고성 메일 수신에 동의하시는 것으로 처리됩니다. 동의는 언제든지 철회하실 수 있습니다."
            )
        } else {
            format!(
                "By ticking a topic and saving you agree to receive marketing mail from {shop}. You can withdraw at any time."
            )
        }
    }

    /// Until when a link may also give consent.
    pub fn may_add_until(&self, date: &str) -> String {
        if self.is_korean() {
            format!("{date}까지는 이 링크로 받을 소식을 더 고르실 수도 있습니다. 수신거부는 언제든지 하실 수 있습니다.")
        } else {
            format!("Until {date} you can also use this link to receive more. You can leave with it at any time.")
        }
    }

    /// What a link may still do that may give no consent any more.
    pub fn only_leaving(&self, shop: &str) -> String {
        if self.is_korean() {
            format!(
                "메일을 보내드린 지 오래되어 이 링크로는 받던 소식을 그만 받으실 수만 있습니다. 다시 받으시려면 {shop}의 최근 메일에 있는 링크를 이용하시거나 {shop}에 말씀해 주세요."
            )
        } else {
            format!(
                "The mail with this link is some time ago, so the link can only stop what you receive. To receive something again, use the link in a recent mail from {shop}, or tell {shop}."
            )
        }
    }

    /// What a survey asks; the mail has asked it in its own words.
    pub fn question(&self, kind: SurveyKind, shop: &str) -> String {
        match (kind, self.is_korean()) {
            (SurveyKind::Nps, true) => format!("{shop}, 친구나 동료에게 추천하시겠어요?"),
            (SurveyKind::Nps, false) => format!("How likely are you to recommend {shop} to a friend or colleague?"),
            (SurveyKind::Csat, true) => "얼마나 만족하셨나요?".to_owned(),
            (SurveyKind::Csat, false) => "How satisfied were you?".to_owned(),
            (SurveyKind::Ces, true) => "얼마나 쉽고 편하셨나요?".to_owned(),
            (SurveyKind::Ces, false) => "How easy was it for you?".to_owned(),
            (SurveyKind::Choice, true) => "하나를 골라 주세요".to_owned(),
            (SurveyKind::Choice, false) => "Which one is yours?".to_owned(),
        }
    }

    /// What the two ends of a scale mean.
    pub const fn ends(&self, kind: SurveyKind) -> Option<[&'static str; 2]> {
        let korean = matches!(self.tag.as_bytes(), b"ko");
        match (kind, korean) {
            (SurveyKind::Nps, true) => Some(["0 전혀 추천하지 않음", "10 꼭 추천함"]),
            (SurveyKind::Nps, false) => Some(["0 not at all likely", "10 extremely likely"]),
            (SurveyKind::Csat, true) => Some(["1 매우 불만족", "5 매우 만족"]),
            (SurveyKind::Csat, false) => Some(["1 very dissatisfied", "5 very satisfied"]),
            (SurveyKind::Ces, true) => Some(["1 매우 어려움", "7 매우 쉬움"]),
            (SurveyKind::Ces, false) => Some(["1 very difficult", "7 very easy"]),
            (SurveyKind::Choice, _) => None,
        }
    }

    /// Until when an answer may be changed.
    pub fn changeable_until(&self, date: &str) -> String {
        if self.is_korean() {
            format!("{date}까지 답변을 바꾸실 수 있습니다.")
        } else {
            format!("You can change your answer until {date}.")
        }
    }

    /// Why there is a page between a mail and its link.
    pub fn leads_explained(&self, shop: &str) -> String {
        if self.is_korean() {
            format!("{shop} 메일의 링크를 누르셨습니다. 아래 버튼을 누르시면 이동합니다.")
        } else {
            format!("You followed a link in a mail from {shop}. The button takes you there.")
        }
    }
}
