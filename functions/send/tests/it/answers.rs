//! Every row of the table of answers, through the real SDK client and a real connection: what it means, and that SES is
//! asked once whatever it says.

use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use aws_sdk_sesv2::config::{AsyncSleep, BehaviorVersion, Builder, Region, SharedAsyncSleep, Sleep};
use rekindle_send::{Answer, Mailer, Ses};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::request;

/// What the service does with each connection, after it has read the request.
#[derive(Clone, Copy)]
enum Service<'r> {
    /// Writes this and closes.
    Replies(&'r str),
    /// Says nothing.
    Silent,
    /// Does not listen.
    Absent,
}

/// Time that passes when the service has read a request and says nothing, and never otherwise: no outcome depends on how
/// fast the machine is.
#[derive(Debug)]
struct Patience(Option<watch::Receiver<usize>>);

impl AsyncSleep for Patience {
    fn sleep(&self, _: Duration) -> Sleep {
        let asked = self.0.clone();
        Sleep::new(async move {
            match asked {
                Some(mut asked) => drop(asked.wait_for(|times| *times > 0).await),
                None => std::future::pending().await,
            }
        })
    }
}

/// What comes of one mail, and how often the service was asked.
async fn ask(service: Service<'_>, credentials: impl ProvideCredentials + 'static) -> (Answer, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, times) = watch::channel(0);
    let patience = Patience(matches!(service, Service::Silent).then(|| times.clone()));
    let asked = Arc::new(asked);
    let serving = match service {
        Service::Absent => {
            drop(listener);
            None
        }
        Service::Silent => Some(serve(listener, None, Arc::clone(&asked))),
        Service::Replies(reply) => Some(serve(listener, Some(reply.to_owned()), Arc::clone(&asked))),
    };
    let serving = serving.map(tokio::spawn);
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(20)).build();
    let config = Builder::new()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(format!("http://{address}"))
        .sleep_impl(SharedAsyncSleep::new(patience))
        .timeout_config(timeouts);
    let answer = Ses::new(config, None).send(request()).await;
    if let Some(serving) = serving {
        serving.abort();
    }
    (answer, *times.borrow())
}

async fn serve(listener: TcpListener, reply: Option<String>, asked: Arc<watch::Sender<usize>>) {
    let mut silent = Vec::new();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        // The body is all in one JSON object, which ends the request.
        while !request.ends_with(b"}") {
            if stream.read_buf(&mut request).await.unwrap() == 0 {
                break;
            }
        }
        asked.send_modify(|times| *times += 1);
        match &reply {
            Some(reply) => stream.write_all(reply.as_bytes()).await.unwrap(),
            None => silent.push(stream),
        }
    }
}

fn somebody() -> Credentials {
    Credentials::for_tests()
}

fn reply(status: &str, code: Option<&str>, body: &str) -> String {
    let code = code.map_or_else(String::new, |code| format!("x-amzn-ErrorType: {code}\r\n"));
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{code}content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// SES's message names the address; nothing of it may be kept.
const MESSAGE: &str = r#"{"message":"Address is on the list: ann@example.com"}"#;

fn refused(why: &str) -> Answer {
    Answer::Refused(why.to_owned())
}

fn unknown(why: &str) -> Answer {
    Answer::Unknown(why.to_owned())
}

#[tokio::test]
async fn every_error_of_ses_means_what_the_table_says() {
    let later = [
        ("429 Too Many Requests", "TooManyRequestsException", true),
        ("400 Bad Request", "ThrottlingException", true),
        ("400 Bad Request", "Throttling", true),
        ("400 Bad Request", "RequestLimitExceeded", true),
        ("400 Bad Request", "SlowDown", true),
        ("400 Bad Request", "LimitExceededException", true),
        ("400 Bad Request", "AccountSuspendedException", false),
        ("400 Bad Request", "SendingPausedException", false),
        ("400 Bad Request", "MailFromDomainNotVerifiedException", false),
        ("404 Not Found", "NotFoundException", false),
        ("403 Forbidden", "AccessDenied", false),
        ("403 Forbidden", "AccessDeniedException", false),
        ("403 Forbidden", "ExpiredToken", false),
        ("403 Forbidden", "ExpiredTokenException", false),
        ("403 Forbidden", "IncompleteSignature", false),
        ("403 Forbidden", "InvalidClientTokenId", false),
        ("403 Forbidden", "InvalidSignatureException", false),
        ("403 Forbidden", "MissingAuthenticationToken", false),
        ("403 Forbidden", "MissingAuthenticationTokenException", false),
        ("403 Forbidden", "NotAuthorized", false),
        ("403 Forbidden", "OptInRequired", false),
        ("403 Forbidden", "RequestExpired", false),
        ("403 Forbidden", "SignatureDoesNotMatch", false),
        ("403 Forbidden", "UnrecognizedClientException", false),
        ("404 Not Found", "UnknownOperationException", false),
    ];
    for (status, code, throttles) in later {
        let (answer, asked) = ask(Service::Replies(&reply(status, Some(code), MESSAGE)), somebody()).await;
        assert_eq!((&answer, asked, answer.is_throttling()), (&refused(code), 1, throttles));
    }
    let never = [
        "MessageRejected",
        "BadRequestException",
        "MalformedHttpRequestException",
        "ValidationError",
        "ValidationException",
    ];
    for code in never {
        let reply = reply("400 Bad Request", Some(code), MESSAGE);
        assert_eq!(ask(Service::Replies(&reply), somebody()).await, (Answer::Rejected(code.to_owned()), 1));
    }
}

/// What SES says where the sender's domain is not verified (any more), or in the sandbox the reader's address.
const NOT_VERIFIED: &str = r#"{"message":"Email address is not verified. The following identities failed the check in region AP-NORTHEAST-2: ann@example.com"}"#;

#[tokio::test]
async fn an_identity_that_is_not_verified_condemns_no_mail() {
    let not_verified = reply("400 Bad Request", Some("MessageRejected"), NOT_VERIFIED);
    let (answer, asked) = ask(Service::Replies(&not_verified), somebody()).await;
    assert_eq!((&answer, asked), (&refused("IdentityNotVerified"), 1));
    assert!(answer.is_of_the_account() && !answer.is_throttling());
    // The same text under a code that means something else changes nothing.
    let other = reply("400 Bad Request", Some("BadRequestException"), NOT_VERIFIED);
    assert_eq!(ask(Service::Replies(&other), somebody()).await.0, Answer::Rejected("BadRequestException".to_owned()));
    let paused = refused("SendingPausedException");
    assert!(paused.is_of_the_account() && !refused("TooManyRequestsException").is_of_the_account());
}

#[tokio::test]
async fn whatever_leaves_doubt_is_unknown_and_asked_once() {
    let cases = [
        (reply("500 Internal Server Error", Some("InternalServiceErrorException"), MESSAGE), "a failing server"),
        (reply("503 Service Unavailable", None, "<html>ann@example.com</html>"), "a failing server"),
        // A server that fails may have taken the mail, whatever it says.
        (reply("500 Internal Server Error", Some("TooManyRequestsException"), MESSAGE), "a failing server"),
        (reply("400 Bad Request", Some("SomethingNew"), MESSAGE), "SomethingNew"),
        (reply("400 Bad Request", Some("not a code: ann@example.com"), MESSAGE), "an unnamed error"),
        (reply("400 Bad Request", None, "{"), "an unnamed error"),
        (reply("200 OK", None, "no json"), "unreadable reply"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{\"Mess".to_owned(), "unreadable reply"),
        ("what is this\r\n\r\n".to_owned(), "connection lost"),
        // It closes the connection without a word.
        (String::new(), "connection lost"),
    ];
    for (reply, why) in &cases {
        assert_eq!(ask(Service::Replies(reply), somebody()).await, (unknown(why), 1), "{reply}");
    }
    assert_eq!(ask(Service::Silent, somebody()).await, (unknown("time-out"), 1));
}

#[tokio::test]
async fn what_never_left_is_refused_and_what_was_taken_is_accepted() {
    #[derive(Debug)]
    struct Nobody;
    impl ProvideCredentials for Nobody {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("nobody here")))
        }
    }
    assert_eq!(ask(Service::Absent, somebody()).await, (refused("no connection"), 0));
    assert_eq!(ask(Service::Silent, Nobody).await, (refused("no credentials"), 0));
    let taken = reply("200 OK", None, r#"{"MessageId":"0100"}"#);
    assert_eq!(ask(Service::Replies(&taken), somebody()).await, (Answer::Accepted("0100".to_owned()), 1));
}
