//! Elements are found wherever the body is cut.

use super::*;

const NO_LIMIT: u32 = 1_000;

/// The elements of a body that comes in these chunks, and what is wrong behind them.
fn read(layout: Layout, limit: u32, chunks: &[&[u8]]) -> (Vec<String>, Option<ElementError>) {
    let mut elements = Elements::new(layout, limit);
    let mut found = Vec::new();
    let mut chunks = chunks.iter();
    loop {
        match elements.next() {
            Ok(Some(element)) => {
                found.push(String::from_utf8_lossy(&element).into_owned());
                continue;
            }
            Ok(None) if elements.has_ended => return (found, None),
            Ok(None) => {}
            Err(error) => return (found, Some(error)),
        }
        match chunks.next() {
            Some(chunk) => elements.feed(Bytes::copy_from_slice(chunk)),
            None => elements.end(),
        }
    }
}

/// Reads the body whole, cut in two at every place, and byte by byte.
#[track_caller]
fn check_bytes(
    layout: Layout,
    limit: u32,
    body: &[u8],
    expected: &[&str],
    error: Option<ElementError>,
) {
    let expected: Vec<_> = expected.iter().map(|text| (*text).to_owned()).collect();
    let expected = (expected, error);
    for at in 0..=body.len() {
        let (one, two) = body.split_at(at);
        assert_eq!(read(layout, limit, &[one, two]), expected, "cut at {at}");
    }
    let bytes: Vec<_> = body.chunks(1).collect();
    assert_eq!(read(layout, limit, &bytes), expected, "byte by byte");
}

#[track_caller]
fn check(layout: Layout, body: &str, expected: &[&str]) {
    check_bytes(layout, NO_LIMIT, body.as_bytes(), expected, None);
}

#[track_caller]
fn check_bad(body: &str, expected: &[&str], error: ElementError) {
    check_bytes(
        Layout::Array,
        NO_LIMIT,
        body.as_bytes(),
        expected,
        Some(error),
    );
}

/// Braces, brackets, commas, quotes and line ends, all within strings, and characters of two to four bytes.
const TRICKY: &str = r#"{"a}":"],[{\"\\","b":[{"c":"\\\\"},[]],"d":"é\u005d你好🌍\n"}"#;

#[test]
fn every_line_is_an_element() {
    check(Layout::Lines, "", &[]);
    check(Layout::Lines, "\n \r\n\t\n", &[]);
    check(Layout::Lines, "{}\n{\"a\":1}\n", &["{}", "{\"a\":1}"]);
    check(Layout::Lines, "{}\r\n\r\n  []", &["{}", "[]"]);
    check(Layout::Lines, "{} {}\n1", &["{} {}", "1"]);
    check(
        Layout::Lines,
        &format!("{TRICKY}\n{TRICKY}"),
        &[TRICKY, TRICKY],
    );
}

#[test]
fn every_value_of_an_array_is_an_element() {
    check(Layout::Array, "", &[]);
    check(Layout::Array, " \n", &[]);
    check(Layout::Array, " [ ] ", &[]);
    check(Layout::Array, "[{}]", &["{}"]);
    check(
        Layout::Array,
        "[{},{\"a\":[1]} , {} ]\n",
        &["{}", "{\"a\":[1]}", "{}"],
    );
    check(
        Layout::Array,
        "[[1,2],[],\"a,]\"]",
        &["[1,2]", "[]", "\"a,]\""],
    );
    check(Layout::Array, "[1,null , 2.5e3]", &["1", "null", "2.5e3"]);
    check(
        Layout::Array,
        &format!("[{TRICKY},\r\n{TRICKY}]"),
        &[TRICKY, TRICKY],
    );
}

#[test]
fn a_value_alone_is_one_element() {
    check(Layout::Array, " {\"a\":1} ", &["{\"a\":1}"]);
    check(Layout::Array, TRICKY, &[TRICKY]);
    check(Layout::Array, "12", &["12"]);
    check(Layout::Array, "\"12\"\n", &["\"12\""]);
}

#[test]
fn an_element_is_given_before_its_comma_comes() {
    let mut elements = Elements::new(Layout::Array, NO_LIMIT);
    for (chunk, expected) in [("[{}", "{}"), (",\"a\"", "\"a\""), (",1,", "1")] {
        elements.feed(chunk.into());
        assert_eq!(elements.next(), Ok(Some(Bytes::from(expected))), "{chunk}");
        assert_eq!(elements.next(), Ok(None), "{chunk}");
    }
    assert_eq!(elements.count(), 3);
}

#[test]
fn a_body_that_ends_early_is_no_stream() {
    check_bad("[", &[], ElementError::Unclosed { number: 1 });
    check_bad(
        "[{},{}",
        &["{}", "{}"],
        ElementError::Unclosed { number: 3 },
    );
    check_bad("[{}, ", &["{}"], ElementError::Unclosed { number: 2 });
    check_bad("[{},{\"a", &["{}"], ElementError::Cut { number: 2 });
    check_bad("[{},12", &["{}"], ElementError::Cut { number: 2 });
    check_bad("{\"a\":{}", &[], ElementError::Cut { number: 1 });
    check_bad("\"\\\"", &[], ElementError::Cut { number: 1 });
}

#[test]
fn what_stands_between_or_behind_elements_is_told_with_its_place() {
    let missing = |number, offset| ElementError::Missing { number, offset };
    let trailing = |number, offset| ElementError::Trailing { number, offset };
    check_bad("[,{}]", &[], missing(1, 1));
    check_bad("[{},,{}]", &["{}"], missing(2, 4));
    check_bad("[{}, ]", &["{}"], missing(2, 5));
    for behind in ["{}", "\"a\"", "1", "}"] {
        let body = format!("[{{}} {behind}]");
        let error = ElementError::NotSeparated {
            number: 1,
            offset: 4,
        };
        check_bad(&body, &["{}"], error);
    }
    check_bad("[{}] {}", &["{}"], trailing(2, 5));
    check_bad("[{}]]", &["{}"], trailing(2, 4));
    check_bad("{}\n{}", &["{}"], trailing(2, 3));
    check_bad("{},", &["{}"], trailing(2, 2));
}

#[test]
fn what_is_no_json_ends_somewhere_too() {
    check(Layout::Array, "}", &["}"]);
    check(Layout::Array, "]", &["]"]);
    check(Layout::Array, "[{]]", &["{]"]);
    check(Layout::Array, "[tr\u{e9}e]", &["tr\u{e9}e"]);
    let cut = "\u{fffd}";
    check_bytes(Layout::Lines, NO_LIMIT, b"\xc3\n{}", &[cut, "{}"], None);
    check_bytes(Layout::Array, NO_LIMIT, b"[\xc3]", &[cut], None);
}

#[test]
fn one_element_is_bounded_and_many_are_not() {
    let too_long = |number| Some(ElementError::TooLong { number, limit: 4 });
    for body in ["\"12\"\r\n   1234\n\"\"", "1234"] {
        let (found, error) = read(Layout::Lines, 4, &[body.as_bytes()]);
        assert_eq!(error, None, "{body:?}");
        check_bytes(
            Layout::Lines,
            4,
            body.as_bytes(),
            &found.iter().map(String::as_str).collect::<Vec<_>>(),
            None,
        );
    }
    check_bytes(Layout::Lines, 4, b"{}\n12345", &["{}"], too_long(2));
    check_bytes(Layout::Lines, 4, b"1234\r\r\n", &[], too_long(1));
    check_bytes(
        Layout::Array,
        4,
        b"[\"12\",1234,{}]",
        &["\"12\"", "1234", "{}"],
        None,
    );
    check_bytes(Layout::Array, 4, b"[{},\"123\"]", &["{}"], too_long(2));
    check_bytes(Layout::Array, 4, b"[{},12345", &["{}"], too_long(2));
    check_bytes(Layout::Array, 4, b"[[[[[[[[[[", &[], too_long(1));
}

#[test]
fn no_more_than_an_element_is_held() {
    let mut elements = Elements::new(Layout::Array, NO_LIMIT);
    elements.feed(Bytes::from_static(b"["));
    for count in 0..1_000 {
        assert_eq!(elements.next(), Ok(None));
        assert!(elements.held.is_empty() && elements.input.is_empty());
        assert_eq!(elements.count(), count);
        elements.feed(Bytes::from_static(b"{\"a\":"));
        assert_eq!(elements.next(), Ok(None));
        elements.feed(Bytes::from_static(b"1} ,"));
        assert_eq!(elements.next(), Ok(Some(Bytes::from_static(b"{\"a\":1}"))));
    }
}

#[test]
fn what_is_taken_as_it_is_comes_in_pieces() {
    let (found, error) = read(Layout::Raw, 8, &[b"0123456789", b"", b"[,"]);
    assert_eq!(
        (found, error),
        (
            vec!["0123".into(), "4567".into(), "89".into(), "[,".into()],
            None
        )
    );
}
