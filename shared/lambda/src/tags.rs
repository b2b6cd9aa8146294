//! The message tags of a mail: what SES's reports say about which planned mail they are.
//!
//! `send` writes them and `feedback` reads them, so that a report is understood without looking anything up. The person is
//! named by a pseudonym that only the holder of the stack's secret can read ([`People::pseudonym`]): tags travel to every
//! consumer of SES's events, and a shop may use an address as an id.
//!
//! [`People::pseudonym`]: rekindle_store::People::pseudonym

/// Which mail a message is. SES allows `A-Z a-z 0-9 _ -` and 256 letters in a tag; ids of campaigns, steps and mails are so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTags {
    /// The planned mail.
    pub send_id: String,
    /// The number of the try, from 1.
    pub attempt: u32,
    /// The campaign that sends it.
    pub campaign: String,
    /// The version whose mail it is.
    pub version: u32,
    /// The step that planned it.
    pub step: String,
    /// The entry that planned it.
    pub entry: u32,
    /// The name of the mail.
    pub mail: String,
    /// The person's pseudonym; `None` where their id is too long for one, and they are found by their address.
    pub person: Option<String>,
}

impl MailTags {
    /// The tags, by name.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("send_id", self.send_id.clone()),
            ("attempt", self.attempt.to_string()),
            ("campaign", self.campaign.clone()),
            ("version", self.version.to_string()),
            ("step", self.step.clone()),
            ("entry", self.entry.to_string()),
            ("mail", self.mail.clone()),
        ];
        pairs.extend(self.person.clone().map(|person| ("person", person)));
        pairs
    }

    /// Reads tags; `None` where they are not those of a mail of ours.
    #[must_use]
    pub fn read<'t>(tag: impl Fn(&str) -> Option<&'t str>) -> Option<Self> {
        let text = |name| tag(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let number = |name| tag(name)?.parse().ok();
        Some(Self {
            send_id: text("send_id")?,
            attempt: number("attempt")?,
            campaign: text("campaign")?,
            version: number("version")?,
            step: text("step")?,
            entry: number("entry")?,
            mail: text("mail")?,
            person: text("person"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_anything_less_is_not_ours() {
        let tags = MailTags {
            send_id: "zynxgscgsmbqt7p5z6sbazrbuuqqdb5p".to_owned(),
            attempt: 2,
            campaign: "welcome".to_owned(),
            version: 7,
            step: "hello".to_owned(),
            entry: 1,
            mail: "hello".to_owned(),
            person: Some("Zm9v".to_owned()),
        };
        let pairs = tags.pairs();
        let find = |left_out: &'static str| {
            let pairs = &pairs;
            move |name: &str| {
                let found = pairs.iter().find(|(own, _)| *own == name && *own != left_out);
                found.map(|(_, value)| value.as_str())
            }
        };
        assert_eq!(MailTags::read(find("")), Some(tags.clone()));
        for (name, _) in &pairs {
            let expected = (*name == "person").then(|| MailTags { person: None, ..tags.clone() });
            assert_eq!(MailTags::read(find(name)), expected, "without {name}");
        }
    }
}
