//! Claims about who is taken out, why, and when they come back.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;

use super::*;

fn breaker() -> Breaker {
    Breaker::new(Config::default())
}

/// Records so many; gives the last verdict.
fn record(breaker: &mut Breaker, now: Instant, outcome: Outcome, times: u32) -> Option<Verdict> {
    let verdicts = (0..times).map(|_| breaker.record(now, outcome));
    verdicts.last().flatten()
}

fn ejected(now: Instant) -> Breaker {
    let mut breaker = breaker();
    let Some(Verdict::Eject(reason)) = record(&mut breaker, now, Outcome::Fault, 7) else {
        panic!("seven in a row eject");
    };
    breaker.eject(now, reason, 0);
    breaker
}

#[test]
fn seven_failures_in_a_row_eject() {
    let now = Instant::now();
    let mut breaker = breaker();
    assert_eq!(record(&mut breaker, now, Outcome::Fault, 6), None);
    breaker.record(now, Outcome::Success);
    assert_eq!(record(&mut breaker, now, Outcome::Fault, 6), None);
    let verdict = breaker.record(now, Outcome::Fault);
    let reason = Reason::InARow { failures: 7 };
    assert_eq!(verdict, Some(Verdict::Eject(reason)));
    assert_eq!(reason.to_string(), "7 failures in a row");
}

#[test]
fn a_low_share_of_successes_ejects_without_a_row() {
    let start = Instant::now();
    let mut breaker = breaker();
    let mut verdict = None;
    for call in 0..40 {
        let now = start + Duration::from_millis(call * 100);
        breaker.record(now, Outcome::Success);
        verdict = breaker.record(now, Outcome::Fault);
        if verdict.is_some() {
            break;
        }
    }
    let reason = Reason::Share {
        failures: 10,
        calls: 20,
    };
    assert_eq!(verdict, Some(Verdict::Eject(reason)));
    assert_eq!(reason.to_string(), "10 of 20 calls failed in 10 s");
}

#[test]
fn what_was_long_ago_counts_no_more() {
    let start = Instant::now();
    let mut breaker = breaker();
    for _ in 0..9 {
        breaker.record(start, Outcome::Success);
        breaker.record(start, Outcome::Fault);
    }
    let later = start + Duration::from_secs(11);
    breaker.record(later, Outcome::Success);
    for _ in 0..5 {
        assert_eq!(breaker.record(later, Outcome::Fault), None);
    }
}

#[test]
fn pressure_counts_for_the_share_only() {
    let now = Instant::now();
    let mut breaker = breaker();
    let verdict = record(&mut breaker, now, Outcome::Pressure, 20);
    let reason = Reason::Share {
        failures: 20,
        calls: 20,
    };
    assert_eq!(verdict, Some(Verdict::Eject(reason)));
}

#[test]
fn an_ejected_one_is_probed_once_its_time_is_over() {
    let start = Instant::now();
    let mut breaker = ejected(start);
    let due = start + Duration::from_secs(1);
    assert!(!breaker.start_probe(due - Duration::from_millis(1)));
    assert!(breaker.start_probe(due));
    assert!(!breaker.start_probe(due), "another call has it");
    breaker.probe_ended(due, Outcome::Success, 0);
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn each_ejection_lasts_twice_as_long_until_a_good_minute() {
    let mut now = Instant::now();
    let mut breaker = ejected(now);
    let mut lasted = Vec::new();
    for _ in 0..8 {
        let State::Ejected { until, .. } = breaker.state() else {
            panic!("it is out");
        };
        lasted.push((until - now).as_secs());
        now = until;
        assert!(breaker.start_probe(now));
        breaker.probe_ended(now, Outcome::Fault, 0);
    }
    assert_eq!(lasted, [1, 2, 4, 8, 16, 32, 60, 60]);
    now += Duration::from_secs(200);
    assert!(breaker.start_probe(now));
    breaker.probe_ended(now, Outcome::Success, 0);
    now += Duration::from_mins(1);
    let reason = Reason::InARow { failures: 7 };
    breaker.eject(now, reason, 0);
    let until = now + Duration::from_secs(1);
    assert_eq!(breaker.state(), State::Ejected { reason, until });
}

#[test]
fn a_spared_one_is_well_again_with_its_first_success() {
    let now = Instant::now();
    let mut breaker = breaker();
    record(&mut breaker, now, Outcome::Fault, 7);
    let reason = Reason::InARow { failures: 7 };
    breaker.spare(reason);
    assert_eq!(breaker.state(), State::Spared { reason });
    let again = record(&mut breaker, now, Outcome::Fault, 7);
    assert_eq!(
        again,
        Some(Verdict::Eject(reason)),
        "others may be there now"
    );
    breaker.spare(reason);
    breaker.record(now, Outcome::Success);
    assert_eq!(breaker.state(), State::Closed);
}

#[test]
fn a_probe_that_says_nothing_may_be_made_again() {
    let start = Instant::now();
    let mut breaker = ejected(start);
    let due = start + Duration::from_secs(1);
    assert!(breaker.start_probe(due));
    breaker.probe_ended(due, Outcome::Neutral, 0);
    assert!(breaker.start_probe(due));
    assert!(breaker.start_probe(due + PROBE_LIMIT), "its call hangs");
}

#[test]
fn only_the_servers_own_faults_are_faults() {
    for code in Code::ALL {
        let expected = match code {
            Code::Unknown
            | Code::DeadlineExceeded
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss => Outcome::Fault,
            Code::ResourceExhausted => Outcome::Pressure,
            Code::Canceled => Outcome::Neutral,
            _ => Outcome::Success,
        };
        assert_eq!(Outcome::of(code), expected, "{}", code.name());
    }
}

proptest! {
    #[test]
    fn there_is_never_more_than_one_probe(steps in prop::collection::vec((0_u8..5, 0_u64..3_000), 1..200)) {
        let mut now = Instant::now();
        let mut breaker = breaker();
        let mut probes = 0;
        for (step, millis) in steps {
            now += Duration::from_millis(millis);
            match step {
                0 | 1 => {
                    let outcome = if step == 0 { Outcome::Fault } else { Outcome::Success };
                    if let Some(Verdict::Eject(reason)) = breaker.record(now, outcome) {
                        breaker.eject(now, reason, millis);
                    }
                }
                // A probe older than the limit is given up.
                2 if breaker.start_probe(now) => probes = 1,
                3 | 4 if probes == 1 => {
                    probes = 0;
                    let outcome = if step == 3 { Outcome::Fault } else { Outcome::Success };
                    breaker.probe_ended(now, outcome, millis);
                }
                _ => {}
            }
            let is_probing = matches!(breaker.state(), State::Probing { .. });
            prop_assert_eq!(is_probing, probes == 1);
        }
    }
}
