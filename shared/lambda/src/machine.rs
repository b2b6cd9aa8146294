//! Which opens and clicks are a program's and no person's: they are noted under a name of their own and count for nothing.
//!
//! | rule | source |
//! |---|---|
//! | an open whose user agent is `Mozilla/5.0` and nothing else: Apple's Mail Privacy Protection, which loads everything | SocketLabs, "Identifying Apple MPP opens"; ClickDimensions, "Introduction to Adjusted Opens" |
//! | an open that ends with `Edge/12.246 Mozilla/5.0`: Gmail's loading ahead, which no browser sends | observed by several senders; the second product is Google's |
//! | no user agent, or one that names a scanner, a library or a robot | their makers' documentation; a reader's mail program always names itself |
//! | anything within ten seconds after SES took the mail: scanners look at a mail and its links on arrival | "humans are not that fast": live-direct-marketing.online, "Bot clicks from security scanners" (5 s after delivery, to which SES adds its own time) |
//!
//! Opens through the image proxies of Gmail (`GoogleImageProxy`) and Yahoo count as a person's, unless they come within
//! the ten seconds: the proxy loads a picture when somebody looks at the mail (ScientiaMobile, "What is Google Image
//! Proxy?"). SES's redirect answers HEAD without a report, so that such requests never arrive here. A scanner that waits, and
//! calls itself a browser, cannot be told from a reader by one report: build on what follows a click.

use rekindle_engine::time::Instant;

/// Seconds after SES took a mail in which nobody can have read it.
const TOO_FAST: i64 = 10;

/// The user agent of Apple's Mail Privacy Protection.
const APPLE: &str = "Mozilla/5.0";
/// How the user agent of Gmail's loading ahead ends.
const GMAIL_AHEAD: &str = "Edge/12.246 Mozilla/5.0";

/// What scanners, libraries and robots call themselves, in lower case.
const PROGRAMS: [&str; 22] = [
    "bot",
    "crawl",
    "spider",
    "scanner",
    "preview",
    "headlesschrome",
    "phantomjs",
    "puppeteer",
    "curl/",
    "wget/",
    "python",
    "java/",
    "okhttp",
    "go-http-client",
    "libwww",
    "httpclient",
    "barracuda",
    "proofpoint",
    "mimecast",
    "ciscosecureemail",
    "trendmicro",
    "symantec",
];

/// Who followed a link or loaded a picture, as SES tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// When.
    pub at: Instant,
    /// What the program calls itself.
    pub user_agent: String,
}

/// Whether an open of a mail that SES took at `accepted` is a program's.
#[must_use]
pub fn opened(visitor: &Visitor, accepted: Instant) -> bool {
    let agent = visitor.user_agent.trim();
    agent == APPLE || agent.ends_with(GMAIL_AHEAD) || is_program(agent) || is_too_fast(visitor.at, accepted)
}

/// Whether a click in a mail that SES took at `accepted` is a program's.
#[must_use]
pub fn clicked(visitor: &Visitor, accepted: Instant) -> bool {
    is_program(visitor.user_agent.trim()) || is_too_fast(visitor.at, accepted)
}

fn is_program(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    agent.is_empty() || PROGRAMS.iter().any(|program| agent.contains(program))
}

fn is_too_fast(at: Instant, accepted: Instant) -> bool {
    at.seconds() - accepted.seconds() < TOO_FAST
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
    const GMAIL: &str = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
    const AHEAD: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0";

    #[rstest]
    #[case::a_reader(IPHONE, 60, (false, false))]
    #[case::through_gmail(GMAIL, 60, (false, false))]
    #[case::apple_loads_everything("Mozilla/5.0", 6_000, (true, false))]
    #[case::gmail_loads_ahead(AHEAD, 60, (true, false))]
    #[case::nameless("", 60, (true, true))]
    #[case::blank(" ", 60, (true, true))]
    #[case::a_scanner("BarracudaSentinel (EE)", 60, (true, true))]
    #[case::a_library("python-requests/2.32", 60, (true, true))]
    #[case::a_robot("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 60, (true, true))]
    #[case::a_spider("Baiduspider/2.0", 60, (true, true))]
    #[case::a_crawler("PetalCrawler/1.0", 60, (true, true))]
    #[case::another_scanner("Sophos Email Scanner", 60, (true, true))]
    #[case::a_preview("Slack-LinkPreview 1.0", 60, (true, true))]
    #[case::headless("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0 Safari/537.36", 60, (true, true))]
    #[case::phantom("Mozilla/5.0 (Unknown; Linux x86_64) PhantomJS/2.1.1 Safari/538.1", 60, (true, true))]
    #[case::puppeteer("Puppeteer/24", 60, (true, true))]
    #[case::curl("curl/8.5.0", 60, (true, true))]
    #[case::wget("Wget/1.21.4", 60, (true, true))]
    #[case::java("Java/17.0.2", 60, (true, true))]
    #[case::okhttp("okhttp/4.12.0", 60, (true, true))]
    #[case::go("Go-http-client/2.0", 60, (true, true))]
    #[case::perl("libwww-perl/6.72", 60, (true, true))]
    #[case::apache("Apache-HttpClient/4.5.14", 60, (true, true))]
    #[case::barracuda("Barracuda/5.1", 60, (true, true))]
    #[case::proofpoint("Proofpoint URL Defense", 60, (true, true))]
    #[case::mimecast("Mimecast Targeted Threat Protection", 60, (true, true))]
    #[case::cisco("CiscoSecureEmail/1.0", 60, (true, true))]
    #[case::trend_micro("TrendMicro WRS", 60, (true, true))]
    #[case::symantec("Symantec Click-time Protection", 60, (true, true))]
    #[case::too_fast(IPHONE, 9, (true, true))]
    #[case::just_slow_enough(IPHONE, 10, (false, false))]
    #[case::before_it_was_sent(IPHONE, -60, (true, true))]
    fn each_rule_by_itself(#[case] agent: &str, #[case] seconds: i64, #[case] expected: (bool, bool)) {
        let accepted = Instant::from_seconds(1_000_000);
        let visitor = Visitor { at: accepted.plus_seconds(seconds), user_agent: agent.to_owned() };
        assert_eq!((opened(&visitor, accepted), clicked(&visitor, accepted)), expected);
    }

    #[test]
    fn no_program_is_known_by_another_ones_name_too() {
        // Else an entry of the list could go and no case above would notice.
        for (place, program) in PROGRAMS.iter().enumerate() {
            let others = PROGRAMS.iter().enumerate().filter(|(other, _)| *other != place);
            assert!(others.clone().all(|(_, other)| !program.contains(other)), "{program}");
        }
    }
}
