//! What answers of collectors mean.

use super::*;

#[test]
fn only_what_may_pass_is_tried_again() {
    let passing = |status: u16| {
        let status = StatusCode::from_u16(status).expect("a status");
        turned_away(status, &HeaderMap::new()).is_passing
    };
    for status in [429, 502, 503, 504] {
        assert!(passing(status), "{status}");
    }
    for status in [301, 400, 401, 404, 413, 500] {
        assert!(!passing(status), "{status}");
    }
    assert!(refused(&tonic::Status::unavailable("later")).is_passing);
    assert!(!refused(&tonic::Status::unauthenticated("who")).is_passing);
}

#[test]
fn collector_may_ask_for_a_pause() {
    let mut headers = HeaderMap::new();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("7"));
    let failure = turned_away(StatusCode::SERVICE_UNAVAILABLE, &headers);
    assert_eq!(failure.after, Some(Duration::from_secs(7)));
    assert_eq!(failure.cause, "HTTP 503 Service Unavailable");
}

#[test]
fn long_causes_are_cut() {
    let failure = refused(&tonic::Status::internal("x".repeat(10_000)));
    assert!(failure.cause.len() < 300, "{}", failure.cause.len());
}

#[test]
fn what_is_no_certificate_is_found() {
    for pem in [
        "",
        "no PEM",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let found = trusted(pem.as_bytes());
        assert!(matches!(found, Err(SenderError::NoCertificate)), "{pem:?}");
    }
}
