//! Where a call stands, and the bounds of the list.

use std::sync::Arc;

use super::{Call, MAX_CALLS, MAX_HELD_BYTES, Outcome, Summary, enforce_bounds, longest_millis};
use crate::model::record::Record;
use crate::model::status::Failure;
use wire::code::Code;

fn call(outcome: Outcome) -> Call {
    Call {
        number: 1,
        record: Arc::default(),
        outcome,
    }
}

fn ended(elapsed_millis: f64) -> Arc<Call> {
    let result = Err(Failure::local(Code::Canceled, "canceled"));
    Arc::new(call(Outcome::Ended {
        result,
        elapsed_millis,
    }))
}

fn holding(bytes: usize) -> Arc<Call> {
    let record = Record {
        request_body: vec![0; bytes].into(),
        ..Record::default()
    };
    Arc::new(Call {
        record: Arc::new(record),
        ..call(Outcome::Pending)
    })
}

#[test]
fn pending_call_has_neither_code_nor_time() {
    assert_eq!(call(Outcome::Pending).code(), None);
    assert_eq!(call(Outcome::Pending).elapsed_millis(), None);
}

#[test]
fn failed_call_keeps_its_code() {
    assert_eq!(ended(3.0).code(), Some(Code::Canceled));
}

#[test]
fn longest_duration_passes_over_pending_calls() {
    let calls = [ended(5.0), ended(10.0), holding(0)].map(|call| Summary::of(&call));
    let longest = longest_millis(&calls);
    assert!((longest - 10.0).abs() < f64::EPSILON);
}

#[test]
fn oldest_calls_leave_first_by_count() {
    let mut calls = vec![holding(1); MAX_CALLS + 5];
    enforce_bounds(&mut calls);
    assert_eq!(calls.len(), MAX_CALLS);
}

#[test]
fn oldest_calls_leave_first_by_bytes() {
    let mut calls = vec![holding(MAX_HELD_BYTES / 4); 6];
    enforce_bounds(&mut calls);
    assert_eq!(calls.len(), 4);
}

#[test]
fn newest_call_stays_however_large() {
    let mut calls = vec![holding(MAX_HELD_BYTES + 1), holding(0)];
    enforce_bounds(&mut calls);
    assert_eq!(calls.len(), 1);
}

#[test]
fn filter_looks_through_method_status_and_replica() {
    let record = Record {
        path: "/pkg.Service/Method".to_owned(),
        ..Record::default()
    };
    let summary = Summary::of(&Call {
        record: Arc::new(record),
        ..(*ended(1.0)).clone()
    });
    for wanted in ["", "service/m", "CANCEL"] {
        assert!(summary.contains(wanted), "{wanted}");
    }
    assert!(!summary.contains("other"));
}
