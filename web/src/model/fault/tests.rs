//! The code of each fault.

use super::Fault;
use wire::code::Code;
use wire::frame::FrameError;
use wire::trailers::TrailersError;

#[test]
fn http_statuses_follow_grpcs_table() {
    for (status, code) in [
        (400, Code::Internal),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
        (404, Code::Unimplemented),
        (415, Code::Unknown),
        (429, Code::Unavailable),
        (503, Code::Unavailable),
    ] {
        assert_eq!(Fault::HttpStatus(status).code(), code, "{status}");
    }
}

#[test]
fn oversize_frame_exhausts_a_resource_and_other_framing_is_internal() {
    let oversize = FrameError::TooLong {
        announced: 5,
        limit: 4,
    };
    assert_eq!(Fault::Frame(oversize).code(), Code::ResourceExhausted);
    assert_eq!(
        Fault::Frame(FrameError::AfterTrailers).code(),
        Code::Internal
    );
}

#[test]
fn answer_without_a_status_is_unknown() {
    assert_eq!(Fault::MissingTrailers.code(), Code::Unknown);
    assert_eq!(
        Fault::Trailers(TrailersError::MissingStatus).code(),
        Code::Unknown
    );
}

#[test]
fn only_faults_before_any_answer_count_as_unreached() {
    assert!(Fault::OriginRefused.is_unreached());
    assert!(!Fault::HttpStatus(503).is_unreached());
}
