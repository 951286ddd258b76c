//! The rules of precedence, decoding and refusal, each as a claim; agreement with a search that knows no trie.
//! Many requests are after grpc-httpjson-transcoding's `path_matcher_test.cc`; where ours differ, the claim says so.

use http::Method;
use proptest::prelude::*;

use super::*;

/// A table of routes such as `GET /a/{b}`; each owns and leads to its own text.
fn table(routes: &[&str]) -> Routes<String> {
    Routes::build(routes.iter().map(|route| entry(route)).collect()).unwrap()
}

fn entry(route: &str) -> Entry<String> {
    let (verb, template) = route.split_once(' ').unwrap();
    Entry {
        verb: verb.to_owned(),
        template: template.to_owned(),
        owner: route.to_owned(),
        target: route.to_owned(),
    }
}

/// What a request such as `GET /a/1` finds, as text: the route and its bindings, or `404`, `404, try …`, `405 …`, `400 …`.
fn shown(routes: &Routes<String>, request: &str) -> String {
    let (verb, path) = request.split_once(' ').unwrap();
    match routes.find(&Method::from_bytes(verb.as_bytes()).unwrap(), path) {
        Found::Route(route) => route
            .bindings
            .iter()
            .fold(route.target.clone(), |shown, (field, value)| {
                format!("{shown} {}={value}", field.join("."))
            }),
        Found::OtherVerbs(verbs) => format!("405 {}", verbs.join(",")),
        Found::Nothing { hint: None } => "404".to_owned(),
        Found::Nothing { hint: Some(hint) } => format!("404, try {hint}"),
        Found::BadPath(error) => format!("400 {error}"),
    }
}

#[track_caller]
fn check(routes: &[&str], expected: &[(&str, &str)]) {
    let mut reversed = routes.to_vec();
    reversed.reverse();
    for routes in [table(routes), table(&reversed)] {
        for (request, expected) in expected {
            assert_eq!(shown(&routes, request), *expected, "{request}");
        }
    }
}

#[test]
fn a_literal_comes_before_a_star_before_two() {
    check(
        &["GET /a/b", "GET /a/*", "GET /a/**", "GET /**"],
        &[
            ("GET /a/b", "GET /a/b"),
            ("GET /a/c", "GET /a/*"),
            ("GET /a/b/c", "GET /a/**"),
            ("GET /b", "GET /**"),
        ],
    );
}

#[test]
fn what_is_hidden_is_no_match_has_no_verbs_and_gives_no_hint() {
    let routes = table(&["GET /a/b", "PUT /a/{x}", "GET /{y=**}", "DELETE /c"]);
    let shown = |verb: &Method, path: &str| match routes.find_shown(verb, path, |target| {
        !target.contains("/a/b") && !target.contains("/c")
    }) {
        Found::Route(route) => route.target.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(shown(&Method::GET, "/a/b"), "GET /{y=**}");
    assert_eq!(shown(&Method::PUT, "/a/b"), "PUT /a/{x}");
    let routes = table(&["DELETE /c"]);
    let hidden = |path: &str| routes.find_shown(&Method::GET, path, |_| false);
    for path in ["/c", "/c/"] {
        assert_eq!(hidden(path), Found::Nothing { hint: None }, "{path}");
    }
}

#[test]
fn segments_are_compared_from_left_to_right() {
    check(
        &["GET /a/*/*", "GET /*/b/c"],
        &[("GET /a/b/c", "GET /a/*/*"), ("GET /x/b/c", "GET /*/b/c")],
    );
}

#[test]
fn a_branch_that_leads_nowhere_is_left_again() {
    check(
        &[
            "GET /a/{x}/c/d/e",
            "GET /{x=a/*}/b/{y=*}/c",
            "GET /a/{x=b/*}/{y=d/**}",
            "GET /{x=*}/d/e/f/{y=**}",
        ],
        &[
            ("GET /a/book/c/d/e", "GET /a/{x}/c/d/e x=book"),
            (
                "GET /a/hello/b/world/c",
                "GET /{x=a/*}/b/{y=*}/c x=a/hello y=world",
            ),
            (
                "GET /a/b/zoo/d/animal/tiger",
                "GET /a/{x=b/*}/{y=d/**} x=b/zoo y=d/animal/tiger",
            ),
            (
                "GET /a/d/e/f/bar/baz",
                "GET /{x=*}/d/e/f/{y=**} x=a y=bar/baz",
            ),
        ],
    );
}

#[test]
fn a_branch_that_has_other_verbs_only_is_left_again() {
    check(
        &["POST /a/b", "GET /a/{x}", "DELETE /**"],
        &[
            ("GET /a/b", "GET /a/{x} x=b"),
            ("POST /a/b", "POST /a/b"),
            ("DELETE /a/b", "DELETE /**"),
            ("PUT /a/b", "405 DELETE,GET,HEAD,POST"),
            ("POST /a/c", "405 DELETE,GET,HEAD"),
        ],
    );
}

#[test]
fn the_whole_path_must_match() {
    check(
        &["GET /prefix/middle/suffix", "GET /prefix"],
        &[
            ("GET /prefix/middle/suffix", "GET /prefix/middle/suffix"),
            ("GET /prefix/middle/suffix/more", "404"),
            ("GET /prefix/middle", "404"),
            ("GET /prefi", "404"),
            ("GET /prefix2", "404"),
            ("GET /Prefix", "404"),
            ("GET /", "404"),
        ],
    );
}

#[test]
fn two_stars_match_no_segments_too() {
    check(
        &["GET /**", "GET /a/{x=**}", "GET /b/{y=c/**}"],
        &[
            ("GET /", "GET /**"),
            ("GET /a", "GET /a/{x=**} x="),
            ("GET /a/", "GET /a/{x=**} x="),
            ("GET /a/b//c/", "GET /a/{x=**} x=b//c/"),
            ("GET /b/c", "GET /b/{y=c/**} y=c"),
            ("GET /b/c/d", "GET /b/{y=c/**} y=c/d"),
        ],
    );
}

#[test]
fn the_end_of_a_template_comes_before_two_stars_that_match_nothing() {
    check(
        &["GET /a", "GET /a/**"],
        &[("GET /a", "GET /a"), ("GET /a/", "GET /a/**")],
    );
}

#[test]
fn one_star_matches_no_empty_segment() {
    check(
        &["GET /a/*/c", "GET /b/*"],
        &[("GET /a//c", "404"), ("GET /b/", "404"), ("GET //b", "404")],
    );
}

#[test]
fn the_root_is_a_path() {
    check(&["GET /"], &[("GET /", "GET /"), ("GET //", "404, try /")]);
}

#[test]
fn a_custom_verb_comes_before_the_whole_segment() {
    check(
        &["GET /person", "GET /person/{id=*}", "GET /{x=**}:verb"],
        &[
            ("GET /person:verb", "GET /{x=**}:verb x=person"),
            ("GET /person/jason:verb", "GET /{x=**}:verb x=person/jason"),
            ("GET /animal/cat:verb", "GET /{x=**}:verb x=animal/cat"),
            ("GET /:verb", "GET /{x=**}:verb x="),
            ("GET /person/jason", "GET /person/{id=*} id=jason"),
            ("GET /animal/cat", "404"),
        ],
    );
}

#[test]
fn a_colon_that_begins_no_verb_belongs_to_the_id() {
    check(
        &[
            "GET /p/{id}",
            "GET /p/{id}:go",
            "POST /p/{id}:run",
            "GET /f/*/hello",
        ],
        &[
            ("GET /p/urn:1", "GET /p/{id} id=urn:1"),
            ("GET /p/urn:1:go", "GET /p/{id}:go id=urn:1"),
            ("GET /p/urn:go:1", "GET /p/{id} id=urn:go:1"),
            ("GET /p/urn:", "GET /p/{id} id=urn:"),
            ("GET /p/:go", "GET /p/{id} id=:go"),
            ("GET /f/a:go/hello", "GET /f/*/hello"),
            // Other verbs' routes make no difference to what an id is.
            ("GET /p/urn:run", "GET /p/{id} id=urn:run"),
            ("PUT /p/urn:run", "405 GET,HEAD,POST"),
        ],
    );
}

#[test]
fn an_encoded_colon_begins_no_verb() {
    check(
        &["GET /p/{id}", "GET /p/{id}:go"],
        &[
            ("GET /p/a%3Ago", "GET /p/{id} id=a:go"),
            ("GET /p/a%3Ago:%67o", "GET /p/{id}:go id=a:go"),
        ],
    );
}

#[test]
fn custom_verbs_match_by_place_as_others_do() {
    check(
        &[
            "GET /some/const:verb",
            "GET /some/*:verb",
            "GET /some/*/foo:verb",
            "GET /other/**:verb",
        ],
        &[
            ("GET /some/const:verb", "GET /some/const:verb"),
            ("GET /some/other:verb", "GET /some/*:verb"),
            ("GET /some/other:verb/", "404, try /some/other:verb"),
            ("GET /some/bar/foo:verb", "GET /some/*/foo:verb"),
            ("GET /some/foo/bar:verb", "404"),
            ("GET /other/bar/foo:verb", "GET /other/**:verb"),
            ("GET /other:verb", "GET /other/**:verb"),
            ("GET /other/:verb", "GET /other/**:verb"),
        ],
    );
}

#[test]
fn a_variable_of_one_segment_is_decoded_in_full() {
    check(
        &["GET /a/{x}/c"],
        &[
            ("GET /a/p%20q%2Fr/c", "GET /a/{x}/c x=p q/r"),
            ("GET /a/%e2%98%83+%25/c", "GET /a/{x}/c x=☃+%"),
            ("GET /a/%21%3A%3D%3F%40%5B%5D/c", "GET /a/{x}/c x=!:=?@[]"),
            ("GET /a/%252F/c", "GET /a/{x}/c x=%2F"),
        ],
    );
}

#[test]
fn a_variable_of_several_segments_keeps_encoded_slashes_only() {
    check(
        &["GET /a/{x=p/*/q/*}", "GET /b/{x=**}", "GET /c/{x=**}:go"],
        &[
            (
                "GET /a/p/foo%20foo/q/bar%2Fbar",
                "GET /a/{x=p/*/q/*} x=p/foo foo/q/bar%2Fbar",
            ),
            ("GET /b/a%2fb/%3A%3f%25", "GET /b/{x=**} x=a%2fb/:?%"),
            ("GET /b/%C3%A9/%F0%9F%90%AA", "GET /b/{x=**} x=é/🐪"),
            ("GET /c/a%2Fb:go", "GET /c/{x=**}:go x=a%2Fb"),
        ],
    );
}

#[test]
fn a_literal_matches_however_it_is_encoded_but_no_slash_does() {
    check(
        &["GET /shelves/a+b", "GET /caf%C3%A9"],
        &[
            ("GET /sh%65lves/a%2Bb", "GET /shelves/a+b"),
            ("GET /caf%c3%a9", "GET /caf%C3%A9"),
            ("GET /café", "GET /caf%C3%A9"),
            ("GET /shelves%2Fa+b", "404"),
            ("GET %2Fshelves/a+b", "400 path without a leading slash"),
        ],
    );
}

#[test]
fn nested_fields_and_literals_within_variables_are_bound() {
    check(
        &["GET /v1/{a.b.c}/x/{d=y/z}"],
        &[("GET /v1/1/x/y/z", "GET /v1/{a.b.c}/x/{d=y/z} a.b.c=1 d=y/z")],
    );
}

#[test]
fn a_trailing_slash_makes_another_path_and_the_answer_hints_at_it() {
    check(
        &["GET /x", "POST /x/{y}"],
        &[
            ("GET /x/", "404, try /x"),
            ("PUT /x/", "404, try /x"),
            ("GET /x//", "404"),
            ("GET /x/y/", "404, try /x/y"),
            ("GET /z/", "404"),
        ],
    );
}

#[test]
fn head_takes_gets_route_where_it_has_none() {
    check(
        &["GET /a", "GET /b", "HEAD /b", "POST /c", "* /d", "GET /d"],
        &[
            ("HEAD /a", "GET /a"),
            ("HEAD /b", "HEAD /b"),
            ("HEAD /c", "405 POST"),
            ("HEAD /d", "GET /d"),
            ("POST /a", "405 GET,HEAD"),
            ("POST /b", "405 GET,HEAD"),
        ],
    );
}

#[test]
fn any_verb_is_the_last_choice_at_one_place() {
    check(
        &["* /a", "GET /a", "* /a/{x}", "GET /**"],
        &[
            ("GET /a", "GET /a"),
            ("POST /a", "* /a"),
            ("PURGE /a", "* /a"),
            // The path decides before the verb does.
            ("GET /a/b", "* /a/{x} x=b"),
        ],
    );
}

#[test]
fn paths_that_readers_disagree_about_are_refused() {
    check(
        &["GET /**"],
        &[
            ("GET ", "400 path without a leading slash"),
            ("GET *", "400 path without a leading slash"),
            ("GET a/b", "400 path without a leading slash"),
            ("GET /a\0", "400 NUL at byte 2 of the path"),
            ("GET /a/%00b", "400 NUL at byte 3 of the path"),
            ("GET /%4", "400 broken percent escape at byte 1 of the path"),
            ("GET /a%", "400 broken percent escape at byte 2 of the path"),
            (
                "GET /a%g0",
                "400 broken percent escape at byte 2 of the path",
            ),
            (
                "GET /%%41",
                "400 broken percent escape at byte 1 of the path",
            ),
            ("GET /a/..", "400 dot segment at byte 3 of the path"),
            ("GET /a/./b", "400 dot segment at byte 3 of the path"),
            ("GET /a/%2e%2E/b", "400 dot segment at byte 3 of the path"),
            ("GET /a/.%2e", "400 dot segment at byte 3 of the path"),
            ("GET /a/..:go", "400 dot segment at byte 3 of the path"),
            ("GET /a/...", "GET /**"),
            ("GET /a/.b", "GET /**"),
            ("GET /a//b", "GET /**"),
        ],
    );
}

#[test]
fn a_value_that_isnt_utf8_is_refused_by_name() {
    check(
        &["GET /a/{b.c}", "GET /d/{e=**}", "GET /f/*"],
        &[
            ("GET /a/%ff", "400 value of b.c isn't UTF-8"),
            ("GET /d/x/%c3", "400 value of e isn't UTF-8"),
            ("GET /f/%ff", "GET /f/*"),
        ],
    );
}

#[test]
fn an_empty_table_has_nothing() {
    check(&[], &[("GET /", "404"), ("GET /a/", "404")]);
}

#[track_caller]
fn check_refused(routes: &[&str], expected: &[&str]) {
    let errors = Routes::build(routes.iter().map(|route| entry(route)).collect()).unwrap_err();
    let errors: Vec<_> = errors.iter().map(RouteError::to_string).collect();
    assert_eq!(errors, expected);
}

#[test]
fn the_same_route_twice_is_refused_by_both_names() {
    check_refused(
        &[
            "GET /a/{b}",
            "GET /a/{c=*}",
            "POST /a/{b}",
            "GET /a/{b}:go",
            "GET /a/*:g%6F",
        ],
        &[
            "GET /a/{b} of GET /a/{b} and /a/{c=*} of GET /a/{c=*} are the same",
            "GET /a/{b}:go of GET /a/{b}:go and /a/*:g%6F of GET /a/*:g%6F are the same",
        ],
    );
}

#[test]
fn all_errors_are_told_at_once() {
    check_refused(
        &["GET /a/**/b", "GET /a", "GET  /b", "GET /a", "G(T /c"],
        &[
            "template \"/a/**/b\" of GET /a/**/b: ** that isn't the last segment at byte 3",
            "template \" /b\" of GET  /b: no leading slash at byte 0",
            "GET /a of GET /a and /a of GET /a are the same",
            "verb \"G(T\" of G(T /c isn't one of HTTP",
        ],
    );
}

#[test]
fn entries_come_back_in_their_order() {
    let routes = table(&["GET /b", "POST /a"]);
    assert_eq!(
        routes.entries().cloned().collect::<Vec<_>>(),
        [entry("GET /b"), entry("POST /a")]
    );
}

/// The deepest binary trie: each level has a literal and a star, and only the last level differs.
#[test]
fn backtracking_enters_each_node_once() {
    let levels = 9;
    let templates = (0..1_usize << levels).map(|bits| {
        let segment = |level| if bits >> level & 1 == 0 { "/a" } else { "/*" };
        format!("GET {}/end", (0..levels).map(segment).collect::<String>())
    });
    let templates: Vec<_> = templates.collect();
    let routes = table(&templates.iter().map(String::as_str).collect::<Vec<_>>());
    let mut places = 0;
    let path = "a/".repeat(levels) + "end";
    let _: ControlFlow<()> = routes.root.walk(Some(&path), &mut |_| {
        places += 1;
        ControlFlow::Continue(())
    });
    // One for what ends at each of the last nodes, and one for `**` at each node.
    assert_eq!(
        places,
        templates.len() + (2 << levels) - 1 + templates.len()
    );
}

#[test]
fn an_explanation_names_candidates_in_the_order_of_the_search() {
    let routes = table(&[
        "GET /v1/{a=**}",
        "GET /v1/b/*",
        "POST /v1/b/c",
        "* /v1/{b}/c",
        "GET /v1/b/{c}:go",
        "GET /v1/b/c/d",
        "GET /w",
    ]);
    let explanation = routes.explain(&Method::GET, "/v1/b/c");
    assert_eq!(
        serde_json::to_value(explanation).unwrap(),
        serde_json::json!({
            "verb": "GET",
            "path": "/v1/b/c",
            "outcome": { "kind": "route", "bindings": [] },
            "candidates": [
                candidate("POST /v1/b/c", serde_json::json!({ "kind": "otherVerb" })),
                candidate("GET /v1/b/*", serde_json::json!({ "kind": "taken" })),
                candidate("* /v1/{b}/c", serde_json::json!({ "kind": "outranked" })),
                candidate("GET /v1/{a=**}", serde_json::json!({ "kind": "outranked" })),
                candidate("GET /v1/b/{c}:go", serde_json::json!({ "kind": "noCustomVerb", "expected": "go" })),
                candidate("GET /v1/b/c/d", serde_json::json!({ "kind": "pathTooShort", "segment": 4 })),
            ],
            "leftOff": 0,
        })
    );
}

fn candidate(route: &str, verdict: serde_json::Value) -> serde_json::Value {
    let (verb, template) = route.split_once(' ').unwrap();
    serde_json::json!({ "verb": verb, "template": template, "owner": route, "verdict": verdict })
}

#[test]
fn an_explanation_says_where_a_template_and_the_path_part() {
    let routes = table(&["GET /v1/books/{id}", "GET /v1/*/*", "GET /v1"]);
    let verdicts = |path: &str| -> Vec<Verdict> {
        routes
            .explain(&Method::GET, path)
            .candidates
            .into_iter()
            .map(|candidate| candidate.verdict)
            .collect()
    };
    let differs = Verdict::LiteralDiffers {
        segment: 2,
        expected: "books".to_owned(),
        found: "shelves".to_owned(),
    };
    let too_long = Verdict::PathTooLong { segment: 2 };
    assert_eq!(
        verdicts("/v1/shelves/"),
        [Verdict::EmptySegment { segment: 3 }, differs, too_long]
    );
    assert_eq!(verdicts("/v2"), []);
    assert_eq!(verdicts("/v1/.."), []);
}

#[test]
fn an_explanation_is_bounded() {
    let templates: Vec<_> = (0..60).map(|index| format!("GET /v1/a{index}")).collect();
    let routes = table(&templates.iter().map(String::as_str).collect::<Vec<_>>());
    let explanation = routes.explain(&Method::GET, "/v1/a59");
    assert_eq!(explanation.candidates.len(), MAX_CANDIDATES);
    assert_eq!(explanation.left_off, 10);
    assert_eq!(explanation.candidates[0].owner, "GET /v1/a59");
    assert_eq!(explanation.candidates[0].verdict, Verdict::Taken);
}

/// What a request finds, by trying every template on its own: for plain ASCII without escapes.
fn naive(routes: &[String], request: &str) -> Option<String> {
    let (verb, path) = request.split_once(' ').unwrap();
    let segments = |text: &str| -> Vec<String> {
        text.split('/')
            .skip(1)
            .filter(|_| text != "/")
            .map(str::to_owned)
            .collect()
    };
    let mut found: Vec<_> = Vec::new();
    for route in routes {
        let (route_verb, template) = route.split_once(' ').unwrap();
        let (template, custom) = template.split_once(':').unwrap_or((template, ""));
        let path = if custom.is_empty() {
            Some(path)
        } else {
            path.strip_suffix(&format!(":{custom}"))
        };
        let verb_rank = [verb, "*"].iter().position(|served| *served == route_verb);
        let ranks = path.and_then(|path| {
            ranks(
                &segments(template),
                &segments(if path.is_empty() { "/" } else { path }),
            )
        });
        if let (Some(ranks), Some(verb_rank)) = (ranks, verb_rank) {
            found.push((custom.is_empty(), ranks, verb_rank, route.clone()));
        }
    }
    found.into_iter().min().map(|(.., route)| route)
}

/// One letter for each segment, so that the better match is the lesser text.
fn ranks(template: &[String], path: &[String]) -> Option<String> {
    match (template, path) {
        ([], []) => Some("c".to_owned()),
        ([last], _) if last == "**" => Some("d".to_owned()),
        ([star, template @ ..], [segment, path @ ..]) if star == "*" && !segment.is_empty() => {
            Some("b".to_owned() + &ranks(template, path)?)
        }
        ([literal, template @ ..], [segment, path @ ..]) if literal == segment => {
            Some("a".to_owned() + &ranks(template, path)?)
        }
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn the_trie_finds_what_trying_every_template_finds(
        mut routes in prop::collection::vec("(GET|POST|\\*) (/|(/(a|b|\\*)){1,4}(/\\*\\*)?(:a|:b)?|/\\*\\*(:a)?)", 0..16),
        paths in prop::collection::vec("(/|(/(a|b|c|a:b|)){1,5}(:a|:b)?)", 1..16),
    ) {
        routes.sort();
        routes.dedup();
        let table = table(&routes.iter().map(String::as_str).collect::<Vec<_>>());
        for path in paths {
            let request = format!("GET {path}");
            let found = Some(shown(&table, &request)).filter(|found| !found.starts_with('4'));
            prop_assert_eq!(found, naive(&routes, &request), "{} in {:?}", request, &routes);
        }
    }
}
