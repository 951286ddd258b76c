//! Where a call stands, and the bars of the list.

use super::{Call, Outcome, time_shares};
use crate::model::greeting::Method;
use crate::model::status::Failure;
use wire::code::Code;

fn call(outcome: Outcome) -> Call {
    let path = "/myservice.v1.MyService/SayHello".to_owned();
    Call {
        number: 1,
        method: Method::SayHello,
        path,
        outcome,
    }
}

fn ended(elapsed_millis: f64) -> Call {
    let result = Err(Failure::local(Code::Canceled, "canceled"));
    call(Outcome::Ended {
        result,
        elapsed_millis,
    })
}

fn pending() -> Call {
    call(Outcome::Pending)
}

#[test]
fn pending_call_has_neither_code_nor_time() {
    assert_eq!(pending().code(), None);
    assert_eq!(pending().elapsed_millis(), None);
}

#[test]
fn failed_call_keeps_its_code() {
    assert_eq!(ended(3.0).code(), Some(Code::Canceled));
}

#[test]
fn longest_call_fills_the_bar_and_a_pending_one_has_none() {
    assert_eq!(
        time_shares(&[ended(5.0), ended(10.0), pending()]),
        [50.0, 100.0, 0.0]
    );
}

#[test]
fn calls_without_any_duration_have_empty_bars() {
    assert_eq!(time_shares(&[ended(0.0), pending()]), [0.0, 0.0]);
}

#[test]
fn short_name_leaves_the_package_out() {
    let named = |path: &str| Call {
        path: path.to_owned(),
        ..pending()
    };
    assert_eq!(
        named("/myservice.v1.MyService/SayHello").short_name(),
        "MyService/SayHello"
    );
    assert_eq!(named("/Bare/Method").short_name(), "Bare/Method");
    assert_eq!(named("").short_name(), "");
}
