//! The arrows of calls that went well, were cut, or never arrived.

use std::sync::Arc;

use super::{Component, Lane, Shows, What, component, is_own_answer, last_millis, steps};
use crate::model::call::{Call, Outcome, Success};
use crate::model::fault::Fault;
use crate::model::record::{Chunk, Record, ResponseHead};
use crate::model::status::Failure;

fn record() -> Record {
    Record {
        url: "http://server.test/pkg.Service/Method".to_owned(),
        path: "/pkg.Service/Method".to_owned(),
        request_body: vec![0; 12].into(),
        ..Record::default()
    }
}

fn answered() -> Record {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("content-type", "application/grpc-web+proto"),
        header(
            "server-timing",
            "route;dur=0.01, replica;desc=\"replica-1\";dur=0.2",
        ),
    ];
    let chunk = |at_millis, bytes: &'static [u8]| Chunk {
        at_millis,
        bytes: bytes.into(),
    };
    Record {
        response: Some(ResponseHead {
            at_millis: 2.0,
            http_status: 200,
            headers,
        }),
        chunks: vec![
            chunk(2.5, b"\0\0\0\0\x02\x08\x01\x80\0\0"),
            chunk(3.0, b"\0\x0fgrpc-status:0\r\n"),
        ],
        ended_millis: Some(3.0),
        ..record()
    }
}

fn call(record: Record, outcome: Outcome) -> Call {
    Call {
        number: 1,
        record: Arc::new(record),
        outcome,
    }
}

fn ended(result: Result<Success, Failure>) -> Outcome {
    Outcome::Ended {
        result,
        elapsed_millis: 3.0,
    }
}

#[test]
fn answered_call_goes_there_and_back_with_an_arrow_per_frame() {
    let steps = steps(&call(answered(), ended(Ok(Success::Messages(1)))));
    let expected = [
        What::Request {
            method: "Service/Method".to_owned(),
            size: 12,
        },
        What::Handed,
        What::Answered,
        What::Head { http_status: 200 },
        What::MessageFrame { size: 7 },
        What::TrailerFrame { size: 20 },
    ];
    let found: Vec<What> = steps.iter().map(|step| step.what.clone()).collect();
    assert_eq!(found, expected);
    assert_eq!(steps[4].at_millis, Some(2.5));
    assert_eq!(steps[5].at_millis, Some(3.0));
    assert_eq!(steps[5].shows, Shows::Response(7..27));
    assert!((last_millis(&steps) - 3.0).abs() < f64::EPSILON);
}

#[test]
fn frames_share_an_arrow_only_if_there_are_two_for_it() {
    let arrows = |messages: usize| {
        let mut record = answered();
        let message = Chunk {
            at_millis: 2.2,
            bytes: vec![0; 5].into(),
        };
        let more = std::iter::repeat_n(message, messages - 1);
        record.chunks.splice(0..0, more);
        let steps = steps(&call(record, ended(Ok(Success::Messages(messages)))));
        // Behind the request, the hops and the head.
        steps[4..]
            .iter()
            .map(|step| step.what.clone())
            .collect::<Vec<_>>()
    };
    let four = arrows(4);
    assert_eq!(four.len(), 5);
    assert_eq!(four[4], What::TrailerFrame { size: 20 });
    let five = arrows(5);
    assert_eq!(five.len(), 5);
    assert_eq!(five[4], What::MoreFrames { count: 2, size: 27 });
}

#[test]
fn hop_to_the_replica_is_drawn_only_if_the_server_told_of_it() {
    let mut record = answered();
    if let Some(head) = &mut record.response {
        head.headers.pop();
    }
    let steps = steps(&call(record, Outcome::Pending));
    assert!(steps.iter().all(|step| step.to != Lane::Replica));
}

/// The record of an answer with this account of the server's time.
fn timed(account: &str) -> Record {
    let mut record = answered();
    if let Some(head) = &mut record.response {
        head.headers[1].1 = account.to_owned();
    }
    record
}

#[test]
fn component_and_its_replica_are_those_of_the_servers_account() {
    let account = "route;dur=0.25, pick;desc=\"my-service\";dur=0.5, replica;desc=\"pier-0\";dur=2";
    let record = timed(account);
    let expected = Component {
        name: Some("my-service".to_owned()),
        replica: "pier-0".to_owned(),
    };
    assert_eq!(component(&record), Some(expected));
    assert!(!is_own_answer(&record));
    let steps = steps(&call(record, Outcome::Pending));
    let times: Vec<_> = steps.iter().map(|step| step.took_millis).collect();
    assert_eq!(times[1..3], [Some(0.75), Some(2.0)]);
}

#[test]
fn account_without_a_replica_is_the_api_servers_own_answer() {
    assert!(is_own_answer(&timed("route;dur=0.25")));
    // Who says nothing of its time may have asked anybody.
    assert!(!is_own_answer(&timed("")));
}

#[test]
fn plain_request_goes_by_its_verb_and_path_and_its_answer_is_json() {
    let json = ("content-type".to_owned(), "application/json".to_owned());
    let mut record = answered();
    record.url = "http://server.test/v1/things".to_owned();
    record.request_headers = vec![json.clone()];
    record.chunks.truncate(1);
    if let Some(head) = &mut record.response {
        head.headers[0] = json;
    }
    let steps = steps(&call(record, Outcome::Pending));
    let request = What::Request {
        method: "POST /v1/things".to_owned(),
        size: 12,
    };
    assert_eq!(steps[0].what, request);
    assert_eq!(steps[4].what, What::Json { size: 10 });
}

#[test]
fn canceled_call_ends_with_the_pages_own_arrow() {
    let record = Record {
        aborted: true,
        ended_millis: Some(9.0),
        ..record()
    };
    let steps = steps(&call(record, Outcome::Pending));
    assert_eq!(
        steps.last().map(|step| (&step.what, step.from)),
        Some((&What::Abort, Lane::Browser))
    );
}

#[test]
fn unreached_server_gives_nothing_back() {
    let failure = Failure::from_fault(Fault::Unreachable);
    let steps = steps(&call(record(), ended(Err(failure))));
    assert_eq!(steps.last().map(|step| &step.what), Some(&What::Nothing));
}

#[test]
fn call_that_has_not_left_has_no_arrows() {
    assert_eq!(steps(&call(Record::default(), Outcome::Pending)), []);
}
