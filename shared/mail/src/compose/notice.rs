//! The mails that the law wants sent about consent, written by the program itself: no template can leave anything out.
//!
//! Must never advertise: each says who sends, what was said and when, what came of it, and how to change it, and nothing else.
//! Source: Korea's Network Act, article 50(7) and (8), and its decree, article 62-2 and 62-3.

use jiff::tz::TimeZone;
use maud::{DOCTYPE, html};
use rekindle_engine::lang::{Sender, Workspace};
use rekindle_engine::notices::{ConsentStatement, Notice};
use rekindle_engine::person::{Outgoing, Person};
use rekindle_engine::time::Instant;

use super::joining_until;
use crate::{Claim, Language, LinkError, LinkKind, Links, Rendered};

/// What a notice says, in one language.
struct Words {
    title: String,
    greeting: String,
    rows: Vec<(&'static str, String)>,
    then: &'static str,
    links: Vec<(&'static str, String)>,
    reason: &'static str,
}

/// Writes a notice to a person.
///
/// # Errors
/// Where a link would be too long.
pub fn write(
    notice: &Notice,
    person: &Person,
    outgoing: &Outgoing,
    workspace: &Workspace,
    sender: &Sender,
    links: &Links,
) -> Result<Rendered, LinkError> {
    let first = workspace.locales.first().map_or("", String::as_str);
    let language = Language::pick(person.profile.locale.as_deref().unwrap_or_default(), first);
    let claim = Claim {
        person: person.id.to_string(),
        campaign: outgoing.campaign.to_string(),
        step: outgoing.step.to_string(),
        entry: outgoing.entry,
        until: joining_until(outgoing.planned_at),
        ..Claim::default()
    };
    let addresses = Addresses {
        leave: links.url(LinkKind::Unsubscribe, &claim)?,
        choose: links.url(LinkKind::Preferences, &claim)?,
    };
    let zone = person.zone(&workspace.timezone);
    let words = match language {
        Language::Ko => korean(notice, workspace, sender, &zone, addresses),
        Language::En => english(notice, workspace, sender, &zone, addresses),
    };
    let contact = contact(sender);
    Ok(Rendered {
        subject: words.title.clone(),
        preheader: String::new(),
        html: page(&words, &contact, language),
        text: text(&words, &contact),
        locale: language.tag().to_owned(),
    })
}

struct Addresses {
    leave: String,
    choose: String,
}

fn korean(notice: &Notice, workspace: &Workspace, sender: &Sender, zone: &TimeZone, to: Addresses) -> Words {
    let shop = &workspace.name;
    let day = |at: Instant| {
        let local = at.timestamp().to_zoned(zone.clone());
        format!("{}년 {}월 {}일", local.year(), local.month(), local.day())
    };
    let mut rows = vec![("전송자", sender.name.clone())];
    match notice {
        Notice::Said { marketing, topics, at } => {
            let (said, result) = match marketing {
                Some(ConsentStatement::Consent) => {
                    ("광고성 정보 수신동의", "수신동의가 처리되었습니다. 광고성 정보를 이메일로 보내드립니다.")
                }
                Some(ConsentStatement::Refusal) => {
                    ("광고성 정보 수신거부", "수신거부가 처리되었습니다. 광고성 정보를 보내지 않습니다.")
                }
                Some(ConsentStatement::Withdrawal) => (
                    "광고성 정보 수신동의 철회",
                    "수신동의 철회가 처리되었습니다. 더 이상 광고성 정보를 보내지 않습니다.",
                ),
                None => ("받을 소식 변경", "변경하신 대로 처리되었습니다."),
            };
            rows.extend([("의사 표시", said.to_owned()), ("의사 표시 날짜", day(*at))]);
            rows.extend(topics.iter().map(|(topic, wanted)| {
                let wanted = if *wanted { "받음" } else { "받지 않음" };
                ("받을 소식", format!("{}: {wanted}", name(workspace, topic, "ko")))
            }));
            rows.push(("처리 결과", result.to_owned()));
            let agreed = *marketing == Some(ConsentStatement::Consent) || marketing.is_none();
            Words {
                title: format!("[{shop}] 수신 의사 처리 결과 안내"),
                greeting: format!("{shop}에 알려 주신 광고성 정보 수신 의사를 다음과 같이 처리했습니다."),
                rows,
                then: if agreed {
                    "언제든지 무료로 수신을 거부하거나 받을 소식을 바꾸실 수 있습니다."
                } else {
                    "다시 받고 싶으시면 받을 소식을 고르시면 됩니다."
                },
                links: if agreed {
                    vec![("무료 수신거부", to.leave), ("받을 소식 고르기", to.choose)]
                } else {
                    vec![("받을 소식 고르기", to.choose)]
                },
                reason: "정보통신망법 제50조 제7항에 따라 수신 동의 여부와 관계없이 보내드리는 안내입니다.",
            }
        }
        Notice::Reminder { since } => {
            rows.extend([("동의 내용", "광고성 정보 수신동의".to_owned()), ("동의 날짜", day(*since))]);
            Words {
                title: format!("[{shop}] 광고성 정보 수신동의 확인 안내"),
                greeting: format!("{shop}의 광고성 정보를 이메일로 받는 데 동의하신 사실을 확인해 드립니다."),
                rows,
                then: "계속 받으시려면 따로 하실 일이 없습니다. 그만 받으시려면 아래에서 언제든지 무료로 수신을 거부하실 수 있습니다.",
                links: vec![("무료 수신거부", to.leave), ("받을 소식 고르기", to.choose)],
                reason: "정보통신망법 제50조 제8항에 따라 2년마다 보내드리는 안내입니다.",
            }
        }
    }
}

fn english(notice: &Notice, workspace: &Workspace, sender: &Sender, zone: &TimeZone, to: Addresses) -> Words {
    let shop = &workspace.name;
    let day = |at: Instant| at.timestamp().to_zoned(zone.clone()).strftime("%-d %B %Y").to_string();
    let mut rows = vec![("Sender", sender.name.clone())];
    match notice {
        Notice::Said { marketing, topics, at } => {
            let (said, result) = match marketing {
                Some(ConsentStatement::Consent) => {
                    ("You agreed to marketing mail", "Recorded. We will send you marketing mail.")
                }
                Some(ConsentStatement::Refusal) => {
                    ("You refused marketing mail", "Recorded. We will send you no marketing mail.")
                }
                Some(ConsentStatement::Withdrawal) => (
                    "You withdrew your consent to marketing mail",
                    "Recorded. We will send you no more marketing mail.",
                ),
                None => ("You changed what you receive", "Recorded as you chose."),
            };
            rows.extend([("What you said", said.to_owned()), ("When", day(*at))]);
            rows.extend(topics.iter().map(|(topic, wanted)| {
                let wanted = if *wanted { "yes" } else { "no" };
                ("Topic", format!("{}: {wanted}", name(workspace, topic, "en")))
            }));
            rows.push(("Result", result.to_owned()));
            let agreed = *marketing == Some(ConsentStatement::Consent) || marketing.is_none();
            Words {
                title: format!("{shop}: what you told us about marketing mail"),
                greeting: format!("This is what came of what you told {shop} about marketing mail."),
                rows,
                then: if agreed {
                    "You can unsubscribe free of charge, or change what you receive, at any time."
                } else {
                    "If you want to hear from us again, choose what you receive."
                },
                links: if agreed {
                    vec![("Unsubscribe free of charge", to.leave), ("Choose what you receive", to.choose)]
                } else {
                    vec![("Choose what you receive", to.choose)]
                },
                reason: "The law (Korea's Network Act, article 50) asks us to send this, whether or not you agreed to marketing mail.",
            }
        }
        Notice::Reminder { since } => {
            rows.extend([("What you agreed to", "Marketing mail".to_owned()), ("When", day(*since))]);
            Words {
                title: format!("{shop}: you agreed to marketing mail"),
                greeting: format!("We remind you that you agreed to receive marketing mail from {shop}."),
                rows,
                then: "To go on receiving it, there is nothing to do. To stop it, unsubscribe below, free of charge and at any time.",
                links: vec![("Unsubscribe free of charge", to.leave), ("Choose what you receive", to.choose)],
                reason: "The law (Korea's Network Act, article 50) asks us to send this every two years.",
            }
        }
    }
}

/// A topic's name in a language, else its id.
fn name<'w>(workspace: &'w Workspace, topic: &'w str, language: &str) -> &'w str {
    let known = workspace.topics.iter().find(|known| known.id == topic);
    known.and_then(|known| known.name.get(language)).map_or(topic, String::as_str)
}

/// Who sends, and how to reach them.
fn contact(sender: &Sender) -> String {
    let parts = [Some(&sender.name), sender.address.as_ref(), sender.phone.as_ref(), Some(&sender.email)];
    parts.into_iter().flatten().map(|part| part.trim()).collect::<Vec<_>>().join(" · ")
}

fn page(words: &Words, contact: &str, language: Language) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (words.title) }
            }
            body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.6;word-break:keep-all" {
                div style="max-width:560px;margin:0 auto" {
                    h1 style="font-size:20px;line-height:1.4" { (words.title) }
                    p { (words.greeting) }
                    table style="border-collapse:collapse;width:100%" {
                        @for (name, value) in &words.rows {
                            tr {
                                th scope="row" style="text-align:left;vertical-align:top;padding:8px 16px 8px 0;border-top:1px solid #999;white-space:nowrap" { (name) }
                                td style="padding:8px 0;border-top:1px solid #999" { (value) }
                            }
                        }
                    }
                    p { (words.then) }
                    p {
                        @for (name, address) in &words.links {
                            a href=(address) style="display:inline-block;padding:11px 16px 11px 0" { (name) } " "
                        }
                    }
                    p style="font-size:13px" { (words.reason) br; (contact) }
                }
            }
        }
    };
    page.into_string()
}

fn text(words: &Words, contact: &str) -> String {
    let mut text = format!("{}\n\n{}\n\n", words.title, words.greeting);
    words.rows.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")));
    text.push_str(&format!("\n{}\n", words.then));
    words.links.iter().for_each(|(name, address)| text.push_str(&format!("{name}: {address}\n")));
    text.push_str(&format!("\n-- \n{}\n{contact}\n", words.reason));
    text
}
