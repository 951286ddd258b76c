//! Codes against the tables of the gRPC documents.

use super::Code;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn numbers_go_there_and_back() {
    for (index, code) in Code::ALL.into_iter().enumerate() {
        assert_eq!(code.number(), u32::try_from(index).unwrap());
        assert_eq!(Code::from_number(code.number()), Some(code));
        assert_eq!(Code::parse(&code.number().to_string()), Some(code));
    }
    assert_eq!(Code::from_number(17), None);
    assert_eq!(Code::from_number(u32::MAX), None);
}

#[test]
fn status_text_is_digits_only() {
    for text in ["", "+5", "-1", " 5", "5 ", "17", "005", "OK", "0x5", "５"] {
        assert_eq!(Code::parse(text), None, "{text:?}");
    }
    assert_eq!(Code::parse("05"), Some(Code::NotFound));
}

#[test]
fn canceled_is_spelled_the_wire_way() {
    assert_eq!(Code::Canceled.to_string(), "CANCELLED");
    assert_eq!(format!("{:>4}", Code::Ok), "  OK");
}

#[test]
fn http_answers_without_status_become_codes() {
    let table = [
        (400, Code::Internal),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
        (404, Code::Unimplemented),
        (429, Code::Unavailable),
        (431, Code::Internal),
        (502, Code::Unavailable),
        (503, Code::Unavailable),
        (504, Code::Unavailable),
        (200, Code::Unknown),
        (204, Code::Unknown),
        (302, Code::Unknown),
        (408, Code::Unknown),
        (409, Code::Unknown),
        (415, Code::Unknown),
        (418, Code::Unknown),
        (500, Code::Unknown),
        (800, Code::Unknown),
    ];
    for (http_status, code) in table {
        assert_eq!(Code::from_http_status(http_status), code, "{http_status}");
    }
}

#[test]
fn codes_become_http_statuses() {
    let statuses = Code::ALL.map(Code::http_status);
    let expected = [
        200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
    ];
    assert_eq!(statuses, expected);
}
