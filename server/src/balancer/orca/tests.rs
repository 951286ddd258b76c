//! Claims about reports and the weights they make.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use tokio::time::Instant;

use super::*;

/// A report as a replica sends it.
fn header(report: &Report) -> Vec<u8> {
    BASE64_STANDARD_NO_PAD
        .encode(report.encode_to_vec())
        .into_bytes()
}

fn report() -> Report {
    Report {
        cpu_utilization: 0.9,
        rps_fractional: 100.0,
        eps: 10.0,
        application_utilization: 0.4,
    }
}

#[track_caller]
fn check(weight: &Weight, now: Instant, expected: Option<f64>) {
    assert_eq!(weight.read(now), expected);
}

#[test]
fn bytes_are_those_of_the_public_schema() {
    // Field 9, wire type 1, 0.5 as a little-endian double.
    let bytes = [0x49, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f];
    let read = Report::decode(&bytes[..]).unwrap();
    assert!((read.application_utilization - 0.5).abs() < 1e-12);
}

#[test]
fn a_report_becomes_a_weight_after_the_blackout_and_expires() {
    let start = Instant::now();
    let weight = Weight::new(start);
    check(&weight, start, None);
    weight.report(start, &header(&report()));
    check(&weight, start + Duration::from_secs(9), None);
    let later = start + Duration::from_secs(11);
    weight.report(later, &header(&report()));
    check(&weight, later, Some(100.0 / (0.4 + 0.1)));
    check(&weight, later + EXPIRY, None);
    weight.report(later + EXPIRY, &header(&report()));
    check(&weight, later + EXPIRY, None);
}

#[test]
fn the_processor_speaks_where_the_application_is_silent() {
    let silent = Report {
        application_utilization: 0.0,
        eps: 0.0,
        ..report()
    };
    assert_eq!(silent.weight(), Some(100.0 / 0.9));
}

#[test]
fn what_says_too_little_is_ignored() {
    let start = Instant::now();
    let weight = Weight::new(start);
    let idle = Report {
        rps_fractional: 0.0,
        ..report()
    };
    for bad in [
        header(&idle),
        b"%%%".to_vec(),
        b"/////w".to_vec(),
        Vec::new(),
    ] {
        weight.report(start, &bad);
        check(&weight, start + BLACKOUT, None);
    }
}
