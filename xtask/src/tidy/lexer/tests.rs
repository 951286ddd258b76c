//! Code, comments and literals told apart.

use super::split;

/// `code` and `comments` with their runs of spaces made one.
#[track_caller]
fn check(text: &str, code: &str, comments: &str) {
    let parts = split(text);
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        (
            squeezed(&parts.code).as_str(),
            squeezed(&parts.comments).as_str()
        ),
        (code, comments)
    );
    assert_eq!(
        (parts.code.len(), parts.comments.len()),
        (text.len(), text.len())
    );
}

#[test]
fn comments_are_no_code() {
    check("a // b\nc", "a c", "// b");
    check("a /* b /* c */ d */ e", "a e", "/* b /* c */ d */");
    check("a /* never closed", "a", "/* never closed");
}

#[test]
fn literals_are_neither() {
    check(
        r#"a("// no", 'x', b"y", '\'', b'\\') // yes"#,
        "a( , , , , )",
        "// yes",
    );
    check(r##"r#"one " two"# + br"three" + c"four""##, "+ +", "");
    check("\"a \\\" b\" c \"open", "c", "");
    check("'é' '你' é", "é", "");
}

#[test]
fn lifetimes_and_raw_names_are_code() {
    check(
        "fn f<'a>(x: &'a str, r#use: char) -> 'static",
        "fn f<'a>(x: &'a str, r#use: char) -> 'static",
        "",
    );
    check("(b == 'b', r, 'x: loop {})", "(b == , r, 'x: loop {})", "");
}

#[test]
fn any_end_of_the_text_is_survived() {
    let text = r##"a'\''"\"" r#"x"# b'y' /* é /* */ */ '你' // z"##;
    for (end, _) in text.char_indices() {
        assert_eq!(split(&text[..end]).code.len(), end);
    }
}
