//! Phases from the browser's moments, and the server's own account.

use super::{Moments, Phase, Phases, ServerTiming, Span};

#[test]
fn phases_follow_each_other_from_the_start_of_the_call() {
    let moments = Moments {
        fetch_start: 100.0,
        domain_lookup_start: 101.0,
        domain_lookup_end: 102.0,
        connect_start: 102.0,
        connect_end: 104.0,
        request_start: 105.0,
        response_start: 109.0,
        response_end: 110.0,
    };
    let phases = Phases::from_moments(moments, "http/1.1".to_owned(), 100.0);
    let expected = [
        (
            Phase::Queue,
            Span {
                start: 0.0,
                end: 1.0,
            },
        ),
        (
            Phase::Lookup,
            Span {
                start: 1.0,
                end: 2.0,
            },
        ),
        (
            Phase::Connect,
            Span {
                start: 2.0,
                end: 4.0,
            },
        ),
        (
            Phase::Wait,
            Span {
                start: 5.0,
                end: 9.0,
            },
        ),
        (
            Phase::Receive,
            Span {
                start: 9.0,
                end: 10.0,
            },
        ),
    ];
    assert_eq!(phases.spans, expected);
}

#[test]
fn reused_connection_takes_no_time_to_connect() {
    let moments = Moments {
        fetch_start: 10.0,
        domain_lookup_start: 10.0,
        domain_lookup_end: 10.0,
        connect_start: 10.0,
        connect_end: 10.0,
        request_start: 11.0,
        response_start: 12.0,
        response_end: 12.0,
    };
    let phases = Phases::from_moments(moments, String::new(), 10.0);
    let total: f64 = phases.spans.iter().map(|(_, span)| span.millis()).sum();
    assert!((total - 1.0).abs() < 1e-9, "{total}");
}

#[test]
fn hidden_moments_leave_no_phases() {
    let moments = Moments {
        fetch_start: 5.0,
        response_end: 9.0,
        ..Moments::default()
    };
    let phases = Phases::from_moments(moments, String::new(), 5.0);
    assert!(phases.is_hidden && phases.spans.is_empty());
}

#[test]
fn server_timing_has_names_words_and_durations() {
    let timings =
        ServerTiming::parse(r#"route;dur=0.02, replica;desc="replica, 1";dur=1.5;x=y, miss,"#);
    let expected = [
        ServerTiming {
            name: "route".to_owned(),
            description: None,
            millis: Some(0.02),
        },
        ServerTiming {
            name: "replica".to_owned(),
            description: Some("replica, 1".to_owned()),
            millis: Some(1.5),
        },
        ServerTiming {
            name: "miss".to_owned(),
            description: None,
            millis: None,
        },
    ];
    assert_eq!(timings, expected);
}
