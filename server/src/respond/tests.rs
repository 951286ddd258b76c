//! Claims about codes and words.

use wire::base64::Base64Error;
use wire::frame::FrameError;
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
    assert_eq!(answer(&cause, false, None).status().as_u16(), http_status);
    let call = answer(&cause, true, None);
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
        E::VerbNotAllowed {
            verb: http::Method::GET,
            allow: vec!["POST".to_owned()],
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
    check(method, Code::Unimplemented, 404, "unknown method a.B/C");
    let service = E::UnknownService {
        service: "a.B".to_owned(),
    };
    check(service, Code::Unimplemented, 404, "unknown service a.B");
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
    let refused = |verb| GatewayError::VerbNotAllowed {
        verb,
        allow: vec!["GET".to_owned(), "HEAD".to_owned()],
    };
    let response = answer(&refused(Method::PUT), false, None);
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()["allow"], "GET, HEAD");
    let response = answer(&refused(Method::OPTIONS), false, None);
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["allow"], "GET, HEAD");
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

#[track_caller]
fn check_blamed(cause: GatewayError, code: Code, http_status: u16, reason: &str, words: &str) {
    let info = gateway(&cause).get_details_error_info().unwrap();
    assert_eq!((&*info.reason, &*info.domain), (reason, "gangplank"));
    assert_eq!(info.metadata["component"], "orders");
    check(cause, code, http_status, words);
}

#[test]
fn components_that_fail_are_named_with_what_they_did() {
    use GatewayError as E;
    let (component, replica): (Arc<str>, Arc<str>) = ("orders".into(), "orders-1".into());
    let none = E::NoReplica {
        component: Arc::clone(&component),
        last_error: Some("connection refused".into()),
    };
    check_blamed(
        none,
        Code::Unavailable,
        503,
        "NO_READY_REPLICA",
        "orders (connection refused)",
    );
    let broken = E::ReplicaBroken {
        component: Arc::clone(&component),
        replica: Arc::clone(&replica),
        cause: "broken pipe".to_owned(),
    };
    check_blamed(broken, Code::Unavailable, 502, "REPLICA_BROKEN", "orders-1");
    let reset = |reason| E::ReplicaReset {
        component: Arc::clone(&component),
        replica: Arc::clone(&replica),
        reason,
    };
    for (reason, code, http_status) in [
        (h2::Reason::REFUSED_STREAM, Code::Unavailable, 503),
        (h2::Reason::CANCEL, Code::Cancelled, 499),
        (h2::Reason::ENHANCE_YOUR_CALM, Code::ResourceExhausted, 429),
        (h2::Reason::INADEQUATE_SECURITY, Code::PermissionDenied, 403),
        (h2::Reason::INTERNAL_ERROR, Code::Internal, 502),
    ] {
        check_blamed(
            reset(reason),
            code,
            http_status,
            "REPLICA_RESET",
            "reset the call",
        );
    }
}

#[test]
fn an_answer_that_breaks_its_word_is_the_components_fault() {
    use GatewayError as E;
    let component: Arc<str> = "orders".into();
    let no_status = E::NoStatus {
        component: Arc::clone(&component),
    };
    check_blamed(
        no_status,
        Code::Unknown,
        502,
        "BAD_ANSWER",
        "orders ended without a status",
    );
    let count = E::AnswerCount {
        method: "shop.v1.Orders/GetOrder".into(),
        component,
    };
    check_blamed(
        count,
        Code::Unimplemented,
        502,
        "BAD_ANSWER",
        "GetOrder of component orders didn't answer",
    );
}

#[test]
fn an_answer_that_is_no_grpc_is_coded_by_its_http_status() {
    let (component, replica): (Arc<str>, Arc<str>) = ("orders".into(), "orders-1".into());
    for (answered, code) in [
        (400, Code::Internal),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
        (404, Code::Unimplemented),
        (429, Code::Unavailable),
        (302, Code::Unknown),
        (200, Code::Unknown),
    ] {
        let not_grpc = GatewayError::NotGrpc {
            component: Arc::clone(&component),
            replica: Arc::clone(&replica),
            http_status: StatusCode::from_u16(answered).unwrap(),
            content_type: Some("text/html".to_owned()),
        };
        check(not_grpc, code, 502, "text/html");
    }
}

#[test]
fn what_may_pass_in_a_second_says_so() {
    let check = |cause: GatewayError, expected: bool| {
        let response = answer(&cause, false, None);
        assert_eq!(
            response.headers().contains_key("retry-after"),
            expected,
            "{cause}"
        );
        let info = gateway(&cause).get_details_retry_info();
        assert_eq!(info.is_some(), expected, "{cause}");
    };
    check(GatewayError::Draining, true);
    check(GatewayError::TooManyInFlight { limit: 1 }, true);
    check(GatewayError::OnlyGrpc, false);
    check(GatewayError::NeedsHttp2, false);
}

#[test]
fn every_limit_names_its_flag() {
    use GatewayError as E;
    let too_long = FrameError::TooLong {
        announced: 9,
        limit: 8,
    };
    for (cause, flag) in [
        (E::BodyTooLong { limit: 8 }, "--max-message-bytes"),
        (E::Frame(too_long.clone()), "--max-message-bytes"),
        (
            E::BodyTooSlow {
                limit: Duration::from_secs(1),
            },
            "--body-timeout",
        ),
        (
            E::HeadersTooLong { bytes: 9, limit: 8 },
            "--max-header-bytes",
        ),
        (E::TooManyHeaders { count: 9, limit: 8 }, "--max-headers"),
        (E::UriTooLong { bytes: 9, limit: 8 }, "--max-uri-bytes"),
        (E::TooManyInFlight { limit: 8 }, "--max-in-flight"),
        (
            E::AnswerFrame {
                component: "orders".into(),
                error: too_long,
            },
            "--max-answer-bytes",
        ),
    ] {
        let message = gateway(&cause).message().to_owned();
        assert!(message.contains(flag), "{message:?} doesn't name {flag}");
    }
}

#[test]
fn the_error_model_has_its_fields_in_order() {
    let failure = Failure {
        code: wire::code::Code::NotFound,
        message: "no \"such\" thing".to_owned(),
        details: vec![serde_json::json!({ "@type": "x" })],
        http: None,
        trace_id: None,
    };
    assert_eq!(
        failure_json(&failure),
        r#"{"error":{"code":404,"status":"NOT_FOUND","message":"no \"such\" thing","details":[{"@type":"x"}]}}"#
    );
}
