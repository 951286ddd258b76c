//! Which form is chosen, and what each looks like.

use http::header;

use super::*;

#[track_caller]
fn check(accept: &[&'static str], expected: impl Into<Option<Form>>) {
    let mut headers = HeaderMap::new();
    for value in accept {
        headers.append(header::ACCEPT, HeaderValue::from_static(value));
    }
    assert_eq!(Form::of(&headers), expected.into(), "{accept:?}");
}

#[test]
fn what_is_wanted_most_is_chosen() {
    check(&[], Form::Lines);
    check(&["*/*"], Form::Lines);
    check(&[""], Form::Lines);
    check(&["text/*"], Form::Events);
    check(&["text/html,application/xml;q=0.9,*/*;q=0.8"], Form::Lines);
    check(&["application/json"], Form::Array);
    check(&["Application/JSON; defaults=true"], Form::Array);
    check(&["text/event-stream"], Form::Events);
    check(&["application/jsonl"], Form::Lines);
    check(&["application/json, application/x-ndjson"], Form::Array);
    check(
        &["application/json;q=0.5, application/x-ndjson"],
        Form::Lines,
    );
    check(
        &["application/json;q=0.5", "text/event-stream;q=0.75"],
        Form::Events,
    );
    check(&["application/json;q=0, */*;q=0.1"], Form::Lines);
    check(&["application/x-ndjson;q=0, */*"], Form::Array);
    check(&["application/x-ndjson;q=0", "application/*"], Form::Array);
}

#[test]
fn none_is_chosen_where_none_is_named() {
    check(&["text/html"], None);
    check(&["image/*, text/html;q=0.5"], None);
    check(&["application/json;q=0"], None);
    check(&["text/event-stream;q=0, text/*"], None);
    check(&["application/json;q=what"], None);
}

#[track_caller]
fn written(form: Form, messages: &[&str], error: Option<&str>, expected: &str) {
    let mut place = Place::First;
    let mut all = Vec::new();
    for message in messages {
        all.extend(form.message(message.as_bytes(), place, None));
        place = Place::Later;
    }
    match error {
        Some(error) => all.extend(form.error(error.as_bytes())),
        None => all.extend(form.end(!messages.is_empty())),
    }
    assert_eq!(String::from_utf8(all).unwrap(), expected);
}

#[test]
fn each_form_is_written_message_by_message() {
    let messages = ["{\"a\":1}", "{}"];
    written(Form::Lines, &messages, None, "{\"a\":1}\n{}\n");
    written(Form::Array, &messages, None, "[{\"a\":1},\n{}]");
    written(
        Form::Events,
        &messages,
        None,
        "data: {\"a\":1}\n\ndata: {}\n\nevent: end\ndata: {}\n\n",
    );
}

#[test]
fn nothing_is_written_as_nothing_too() {
    written(Form::Lines, &[], None, "");
    written(Form::Array, &[], None, "[]");
    written(Form::Events, &[], None, "event: end\ndata: {}\n\n");
}

#[test]
fn an_error_is_last_and_no_end_follows() {
    written(Form::Lines, &["{}"], Some("E"), "{}\nE\n");
    written(Form::Array, &["{}"], Some("E"), "[{},\nE");
    written(
        Form::Events,
        &["{}"],
        Some("E"),
        "data: {}\n\nevent: error\ndata: E\n\n",
    );
}

#[test]
fn an_event_has_the_place_to_resume_from() {
    let event = Form::Events.message(b"{}", Place::Later, Some("7"));
    assert_eq!(&event[..], b"id: 7\ndata: {}\n\n");
}
