//! Reading one string out of `cargo metadata`.

use super::json_string;

#[test]
fn json_string_undoes_escapes_and_stops_at_the_quote() {
    let json = r#"{"version":1,"target_directory":"C:\\work\\target","x":"y"}"#;
    assert_eq!(
        json_string(json, "target_directory").as_deref(),
        Some(r"C:\work\target")
    );
    assert_eq!(json_string(json, "build_directory"), None);
    assert_eq!(json_string(r#"{"a":"cut"#, "a"), None);
}
