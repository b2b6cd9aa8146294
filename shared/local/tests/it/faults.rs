//! Faults on demand.

use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::SdkError;
use rekindle_local::Fault;

use crate::sink::mail;
use crate::support::{Local, Way};

async fn once(local: &Local) -> Result<(), SdkError<aws_sdk_sesv2::operation::send_email::SendEmailError>> {
    let config = aws_sdk_sesv2::Config::builder().retry_config(RetryConfig::disabled());
    mail(local, "a@example.com").customize().config_override(config).send().await.map(drop)
}

#[tokio::test]
async fn each_fault_hits_as_often_as_asked_and_in_order() {
    let local = Local::new(Way::InProcess).await;
    local.aws.fail_next("SendEmail", &Fault::Throttle, 1);
    local.aws.fail_next("SendEmail", &Fault::Refuse("SendingPausedException".to_owned()), 1);
    local.aws.fail_next("SendEmail", &Fault::ServerError, 1);
    let error = once(&local).await.unwrap_err().into_service_error();
    assert!(error.is_too_many_requests_exception());
    let error = once(&local).await.unwrap_err().into_service_error();
    assert!(error.is_sending_paused_exception());
    let error = once(&local).await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 500);
    assert_eq!(local.aws.mail_count().unwrap(), 0);
    once(&local).await.unwrap();
    assert_eq!(local.aws.mail_count().unwrap(), 1);
}

#[tokio::test]
async fn a_lost_reply_leaves_the_mail_and_a_lost_request_does_not() {
    let local = Local::new(Way::InProcess).await;
    local.aws.fail_next("SendEmail", &Fault::RequestLost, 1);
    local.aws.fail_next("SendEmail", &Fault::ReplyLost, 1);
    let lost = once(&local).await.unwrap_err();
    assert!(matches!(lost, SdkError::DispatchFailure(failure) if failure.is_timeout()));
    assert_eq!(local.aws.mail_count().unwrap(), 0);
    let lost = once(&local).await.unwrap_err();
    assert!(matches!(lost, SdkError::DispatchFailure(failure) if failure.is_timeout()));
    assert_eq!(local.aws.mail_count().unwrap(), 1);
}
