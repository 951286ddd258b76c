//! Claims about codes and words.

use std::time::Duration;

use wire::base64::Base64Error;
use wire::timeout::TimeoutError;

use super::*;

#[track_caller]
fn check(cause: GatewayError, code: Code, http_status: u16, words: &str) {
    let status = gateway(&cause);
    assert_eq!(status.code(), code);
    assert!(
        status.message().contains(words),
        "{:?} doesn't say {words:?}",
        status.message()
    );
    assert_eq!(answer(&cause, false).status().as_u16(), http_status);
    let call = answer(&cause, true);
    assert_eq!(call.status(), StatusCode::OK);
    assert_eq!(
        call.headers()["grpc-status"],
        (code as i32).to_string().as_str()
    );
}

#[test]
fn each_failure_has_its_code_and_names_its_cause() {
    use GatewayError as E;
    let timeout = Duration::from_millis(5);
    check(
        E::DeadlineExceeded { timeout },
        Code::DeadlineExceeded,
        504,
        "5 ms",
    );
    check(E::Draining, Code::Unavailable, 503, "about to end");
    let too_long = FrameError::TooLong {
        announced: 9,
        limit: 8,
    };
    check(
        E::Frame(too_long),
        Code::ResourceExhausted,
        413,
        "9 bytes exceeds the limit of 8 bytes",
    );
    let cut = FrameError::Truncated { missing: 1 };
    check(
        E::Frame(cut),
        Code::InvalidArgument,
        400,
        "not a stream of messages",
    );
    let text = Base64Error::Truncated { leftover: 3 };
    check(
        E::Text(text),
        Code::InvalidArgument,
        400,
        "base64 ends with a group of 3 characters",
    );
    check(E::NoStatus, Code::Unknown, 500, "without a status");
}

#[test]
fn each_refusal_has_its_code_and_names_what_is_refused() {
    use GatewayError as E;
    let headers = E::HeadersTooLong { bytes: 9, limit: 8 };
    check(headers, Code::ResourceExhausted, 431, "limit of 8");
    check(
        E::UriTooLong { bytes: 9, limit: 8 },
        Code::ResourceExhausted,
        414,
        "limit of 8",
    );
    check(
        E::MethodNotAllowed {
            verb: http::Method::GET,
        },
        Code::Unimplemented,
        405,
        "POST",
    );
    check(E::NeedsHttp2, Code::Unimplemented, 505, "HTTP/2");
    check(
        E::TooManyInFlight { limit: 7 },
        Code::Unavailable,
        503,
        "limit of 7 requests",
    );
    check(E::Timeout(None), Code::InvalidArgument, 400, "grpc-timeout");
    let unit = TimeoutError::UnknownUnit { unit: Some('x') };
    check(
        E::Timeout(Some(unit)),
        Code::InvalidArgument,
        400,
        "grpc-timeout: timeout unit 'x'",
    );
    let codec = E::UnknownCodec {
        content_type: "application/grpc+foo".to_owned(),
    };
    check(codec, Code::Unimplemented, 501, "application/grpc+foo");
    let method = E::UnknownMethod {
        method: "a.B/C".to_owned(),
    };
    check(method, Code::Unimplemented, 501, "unknown method a.B/C");
    let service = E::UnknownService {
        service: "a.B".to_owned(),
    };
    check(service, Code::Unimplemented, 501, "unknown service a.B");
    let method = || "a.B/C".to_owned();
    let none = E::NoMessage { method: method() };
    check(none, Code::Unimplemented, 501, "a.B/C takes exactly one");
    let extra = E::ExtraMessage { method: method() };
    check(extra, Code::Unimplemented, 501, "the request carries more");
    let content_type = E::UnsupportedContentType { content_type: None };
    check(
        content_type,
        Code::Unimplemented,
        415,
        "application/grpc-web",
    );
}

#[test]
fn our_own_faults_are_worded_blandly() {
    let response = panicked(Box::new("a secret"));
    assert_eq!(response.headers()["grpc-message"], "internal%20error");
}

#[test]
fn a_wrong_verb_learns_the_right_one() {
    let response = answer(
        &GatewayError::MethodNotAllowed {
            verb: http::Method::PUT,
        },
        false,
    );
    assert_eq!(response.headers()["allow"], "POST");
}

#[test]
fn a_bad_field_is_named_in_the_details() {
    let check = |cause: GreetError, field: &str| {
        let status = greet(&cause);
        assert_eq!(status.code(), Code::InvalidArgument);
        let violations = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0].field, field);
        assert_eq!(
            status.message(),
            format!("{field} {}", violations[0].description)
        );
    };
    check(GreetError::EmptyName, "name");
    check(GreetError::NameTooLong { chars: 257 }, "name");
    check(GreetError::UnknownLanguage { number: 9 }, "language");
}
