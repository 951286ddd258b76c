//! Templates that parse, to what; texts that don't, and where; the fuzz corpus.

use proptest::prelude::*;

use super::*;

#[path = "../../../fuzz/checks/template.rs"]
#[allow(dead_code, reason = "other tests replay other targets")]
mod checks;

/// Shows a template as its segments, its variables and its custom verb.
fn shown(template: &Template) -> String {
    let mut parts: Vec<String> = template.segments().iter().map(Segment::to_string).collect();
    parts.extend(template.variables().iter().map(|variable| {
        let Variable {
            field_path,
            segments,
            is_multi_segment,
        } = variable;
        let dots = if *is_multi_segment { ".." } else { "" };
        format!(
            "{}={}{dots}{}",
            field_path.join("."),
            segments.start,
            segments.end
        )
    }));
    parts.extend(template.custom_verb().map(|verb| format!(":{verb}")));
    parts.join(" ")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let template = Template::parse(text).unwrap();
    assert_eq!(shown(&template), expected);
    assert_eq!(Template::parse(&template.to_string()), Ok(template));
}

#[track_caller]
fn check_refused(text: &str, offset: usize, reason: Reason) {
    assert_eq!(
        Template::parse(text),
        Err(TemplateError { offset, reason }),
        "{text}"
    );
}

#[test]
fn literals_and_wildcards_are_segments() {
    check("/", "");
    check("/shelves", "shelves");
    check("/a/b/c", "a b c");
    check("/*", "*");
    check("/**", "**");
    check("/*/a/**", "* a **");
}

#[test]
fn a_variable_names_a_field_and_covers_segments() {
    check(
        "/shelves/{shelf}/books/{book}",
        "shelves * books * shelf=12 book=34",
    );
    check("/a/{a.b.c}", "a * a.b.c=12");
    check("/a/{b=c}", "a c b=12");
    check("/{_a1}", "* _a1=01");
}

#[test]
fn a_variable_of_one_star_may_omit_it() {
    assert_eq!(Template::parse("/a/{b=*}"), Template::parse("/a/{b}"));
}

#[test]
fn a_variable_of_several_segments_or_of_two_stars_is_multi_segment() {
    check(
        "/v1/{name=shelves/*/books/*}",
        "v1 shelves * books * name=1..5",
    );
    check("/v1/{rest=**}", "v1 ** rest=1..2");
    check("/v1/{a=*/*}/b/{c=d/**}", "v1 * * b d ** a=1..3 c=4..6");
}

#[test]
fn a_custom_verb_follows_the_last_segment() {
    check("/a:go", "a :go");
    check("/*:go", "* :go");
    check("/a/**:go", "a ** :go");
    check("/{a=b/**}:go", "b ** a=0..2 :go");
    check("/v1/{a}:cancel", "v1 * a=12 :cancel");
}

#[test]
fn literals_are_decoded() {
    check("/caf%C3%A9/100%25/a+b=c@d", "caf%C3%A9 100%25 a+b=c@d");
    let template = Template::parse("/caf%c3%a9:%3a").unwrap();
    assert_eq!(template.segments(), [Segment::Literal("café".to_owned())]);
    assert_eq!(template.custom_verb(), Some(":"));
}

#[test]
fn what_displays_is_as_short_as_it_can_be() {
    let shown = |text| Template::parse(text).unwrap().to_string();
    assert_eq!(
        shown("/v1/{a=*}/{b.c=d/*}/%41:%7e"),
        "/v1/{a}/{b.c=d/*}/A:~"
    );
    assert_eq!(shown("/"), "/");
}

#[test]
fn a_template_starts_with_a_slash() {
    for text in ["", "a", "{x}", ":go", "*", "é"] {
        check_refused(text, 0, Reason::NoLeadingSlash);
    }
}

#[test]
fn segments_arent_empty() {
    check_refused("//", 1, Reason::EmptySegment);
    check_refused("/a/", 3, Reason::EmptySegment);
    check_refused("/a//b", 3, Reason::EmptySegment);
    check_refused("/:go", 1, Reason::EmptySegment);
    check_refused("/a/:go", 3, Reason::EmptySegment);
    check_refused("/{a=}", 4, Reason::EmptySegment);
    check_refused("/{a=/b}", 4, Reason::EmptySegment);
    check_refused("/{a=b/}", 6, Reason::EmptySegment);
}

#[test]
fn custom_verbs_arent_empty() {
    check_refused("/a:", 3, Reason::EmptyVerb);
    check_refused("/**:", 4, Reason::EmptyVerb);
    check_refused("/{a}:", 5, Reason::EmptyVerb);
    check_refused("/a:/b", 3, Reason::EmptyVerb);
}

#[test]
fn nothing_follows_a_custom_verb() {
    check_refused("/a:b/c", 4, Reason::Misplaced('/'));
    check_refused("/a:b:c", 4, Reason::Misplaced(':'));
    check_refused("/a:{b}", 3, Reason::Misplaced('{'));
    check_refused("/a:*", 3, Reason::Misplaced('*'));
}

#[test]
fn two_stars_are_last() {
    check_refused("/a/**/b", 3, Reason::RestNotLast);
    check_refused("/**/**", 1, Reason::RestNotLast);
    check_refused("/{a=**}/{b}", 4, Reason::RestNotLast);
    check_refused("/{a=b/**/c}", 6, Reason::RestNotLast);
}

#[test]
fn variables_dont_nest() {
    check_refused("/{a=b/{c}}", 6, Reason::NestedVariable);
    check_refused("/{a={b}}", 4, Reason::NestedVariable);
}

#[test]
fn variables_have_names() {
    check_refused("/{}", 2, Reason::EmptyName);
    check_refused("/{=a}", 2, Reason::EmptyName);
    check_refused("/{a.}", 4, Reason::EmptyName);
    check_refused("/{.a}", 2, Reason::EmptyName);
    check_refused("/{a..b}", 4, Reason::EmptyName);
    check_refused("/a/{", 4, Reason::EmptyName);
    check_refused("/{1a}", 2, Reason::Misplaced('1'));
    check_refused("/{-}", 2, Reason::Misplaced('-'));
    check_refused("/{a b}", 3, Reason::Misplaced(' '));
}

#[test]
fn variables_are_closed() {
    check_refused("/a/{b", 3, Reason::UnclosedVariable);
    check_refused("/{a=b", 1, Reason::UnclosedVariable);
    check_refused("/{a/b}", 3, Reason::Misplaced('/'));
    check_refused("/{a=b:c}", 5, Reason::Misplaced(':'));
    check_refused("/a}", 2, Reason::Misplaced('}'));
}

#[test]
fn a_field_has_one_variable() {
    check_refused("/{a}/{b}/{a}", 9, Reason::RepeatedVariable);
    check_refused("/{a.b}/{a.b=c/*}", 7, Reason::RepeatedVariable);
    check("/{a.b}/{a.c}", "* * a.b=01 a.c=12");
}

#[test]
fn a_variable_is_a_whole_segment() {
    check_refused("/a{x}", 2, Reason::Misplaced('{'));
    check_refused("/{x}a", 4, Reason::Misplaced('a'));
    check_refused("/{x}{y}", 4, Reason::Misplaced('{'));
    check_refused("/a*", 2, Reason::Misplaced('*'));
    check_refused("/*a", 2, Reason::Misplaced('a'));
    check_refused("/***", 3, Reason::Misplaced('*'));
}

#[test]
fn literals_are_ascii_without_what_a_path_cant_have() {
    check_refused("/a b", 2, Reason::Misplaced(' '));
    check_refused("/a?b", 2, Reason::Misplaced('?'));
    check_refused("/a#b", 2, Reason::Misplaced('#'));
    check_refused("/é", 1, Reason::Misplaced('é'));
    check_refused("/a\0", 2, Reason::Misplaced('\0'));
    check_refused("/a%4", 2, Reason::BrokenEscape);
    check_refused("/a%4g", 2, Reason::BrokenEscape);
    check_refused("/a%", 2, Reason::BrokenEscape);
    check_refused("/b/%ff", 3, Reason::NotUtf8);
}

#[test]
fn literals_that_no_path_matches_are_refused() {
    for text in ["/.", "/..", "/%2e", "/.%2E", "/a%2Fb", "/a%00"] {
        check_refused(text, 1, Reason::UnreachableLiteral);
    }
    check("/...", "...");
}

#[test]
fn segments_are_limited() {
    check(&"/a".repeat(MAX_SEGMENTS), &["a"; MAX_SEGMENTS].join(" "));
    check_refused(
        &"/a".repeat(MAX_SEGMENTS + 1),
        2 * MAX_SEGMENTS + 1,
        Reason::TooManySegments,
    );
}

#[test]
fn an_error_says_what_and_where() {
    let shown = |text| Template::parse(text).unwrap_err().to_string();
    assert_eq!(shown("/a/**/b"), "** that isn't the last segment at byte 3");
    assert_eq!(shown("/a b"), "misplaced character ' ' at byte 2");
}

#[test]
fn the_fuzz_corpus_holds() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/template");
    let mut count = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        checks::template(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0, "there is a corpus");
}

proptest! {
    #[test]
    fn random_texts_hold(text in "/[ab/{}=*:.%2Fe1]{0,24}(\n/[ab/{}=*:.%2Fe1]{0,24}){0,4}") {
        checks::template(text.as_bytes());
    }

    #[test]
    fn random_routes_hold(text in "((/(a|b|\\*|\\{a\\}|\\{b\\}|\\{c=a/\\*\\})){0,4}(/\\*\\*|/\\{d=\\*\\*\\})?(:a|:b)?\n){1,8}(/(a|b|a:b|%2e|))*(:a)?") {
        checks::template(text.as_bytes());
    }
}
