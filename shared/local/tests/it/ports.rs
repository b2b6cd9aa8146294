//! What reaches the port from outside of this machine's programs: nothing; and what is left undone there: it ends.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use rekindle_local::http::{Patience, listen};
use rekindle_local::{Server, bind};
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Local, Way};

const MAIL: &str = r#"{"FromEmailAddress":"a@example.com","Destination":{"ToAddresses":["b@example.com"]},"Content":{"Simple":{"Subject":{"Data":"x"},"Body":{"Text":{"Data":"x"}}}}}"#;

/// The status of one request, whose `Host` is the port's own unless `headers` name one.
async fn status(at: SocketAddr, line: &str, headers: &str, body: &str) -> u16 {
    let host = if headers.to_lowercase().contains("host:") { String::new() } else { format!("Host: {at}\r\n") };
    let length = body.len();
    let headers = headers.replace("{own}", &at.to_string());
    let request =
        format!("{line} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

async fn served() -> (Local, Server) {
    let local = Local::new(Way::InProcess).await;
    let server = local.aws.serve(0).await.unwrap();
    (local, server)
}

const SCAN: &str = "X-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Type: application/x-amz-json-1.0\r\n";

#[rstest]
#[case::of_a_program("", 200)]
#[case::by_its_other_name("Host: localhost:1\r\n", 200)]
#[case::of_a_rebound_name("Host: evil.example:7071\r\n", 421)]
#[case::of_a_name_that_ends_alike("Host: 127.0.0.1.evil.example\r\n", 421)]
#[case::of_a_user_before_the_name("Host: evil.example@127.0.0.1\r\n", 421)]
#[case::of_two_hosts("Host: 127.0.0.1\r\nHost: evil.example\r\n", 421)]
#[case::of_no_name("Host: \r\n", 421)]
#[case::of_another_origin("Origin: https://evil.example\r\n", 403)]
#[case::of_another_port("Origin: http://127.0.0.1:1\r\n", 403)]
#[case::of_a_page_without_origin("Origin: null\r\n", 403)]
#[case::of_its_own_page("Origin: http://{own}\r\nSec-Fetch-Site: same-origin\r\n", 200)]
#[case::of_another_site("Sec-Fetch-Site: cross-site\r\n", 403)]
#[case::of_another_port_of_this_site("Sec-Fetch-Site: same-site\r\n", 403)]
#[case::of_a_form("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", 403)]
#[tokio::test]
async fn a_request_for_a_table(#[case] headers: &str, #[case] expected: u16) {
    let (_local, server) = served().await;
    assert_eq!(status(server.address(), "POST /", &format!("{SCAN}{headers}"), "{}").await, expected);
}

#[rstest]
#[case::as_an_sdk_sends_it("application/json", 200)]
#[case::with_a_charset("application/json; charset=utf-8", 200)]
#[case::as_a_page_may_without_asking("text/plain", 415)]
#[case::as_a_form("application/x-www-form-urlencoded", 415)]
#[case::as_another_form("multipart/form-data; boundary=x", 415)]
#[case::as_nothing("", 415)]
#[tokio::test]
async fn a_mail(#[case] kind: &str, #[case] expected: u16) {
    let (local, server) = served().await;
    let kind = if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
    let seen = status(server.address(), "POST /v2/email/outbound-emails", &kind, MAIL).await;
    assert_eq!(seen, expected);
    assert_eq!(local.aws.mail_count().unwrap(), u64::from(expected == 200));
}

#[tokio::test]
async fn a_link_on_another_site_may_lead_here_but_nothing_else_of_it() {
    let (_local, server) = served().await;
    let followed = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    assert_eq!(status(server.address(), "GET /v2/email/account", followed, "").await, 200);
    let framed = followed.replace("document", "iframe");
    assert_eq!(status(server.address(), "GET /v2/email/account", &framed, "").await, 403);
    let fetched = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: empty\r\n";
    assert_eq!(status(server.address(), "GET /v2/email/account", fetched, "").await, 403);
}

/// Connections that send nothing, half a head, half a body, or a whole request and then no further one, are closed by the
/// port. Without that this test would never end.
#[rstest]
#[case::nothing("", "")]
#[case::half_a_head("POST / HTTP/1.1\r\nHost: 127", "")]
#[case::half_a_body("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nhalf", "HTTP/1.1 408 ")]
#[case::no_further_request("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 404 ")]
#[tokio::test]
async fn what_is_left_undone_ends(#[case] sent: &str, #[case] begins: &str) {
    let listener = bind(0).await.unwrap();
    let at = listener.local_addr().unwrap();
    let patience = Patience { head: Duration::from_millis(20), body: Duration::from_millis(20) };
    let serving = tokio::spawn(listen(listener, Router::new(), patience, std::future::pending()));
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with(begins), "{answer}");
    serving.abort();
}

#[tokio::test]
async fn a_server_that_is_stopped_answers_what_is_under_way_and_waits_for_nobody_else() {
    let (_local, server) = served().await;
    let _idle = TcpStream::connect(server.address()).await.unwrap();
    assert_eq!(status(server.address(), "GET /v2/email/account", "", "").await, 200);
    server.stop().await;
}
