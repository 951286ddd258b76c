//! Claims about who is chosen, with seeded chance and with whole distributions.

use proptest::prelude::*;

use super::*;

const EQUAL: Load = Load {
    in_flight: 0,
    latency_ms: 1.0,
    weight: None,
    share: 1.0,
};
const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn all() -> [Policy; 7] {
    [
        Policy::P2c,
        Policy::LeastRequest,
        Policy::RoundRobin,
        Policy::WeightedRoundRobin,
        Policy::Random,
        ring_hash(),
        Policy::PickFirst,
    ]
}

fn ring_hash() -> Policy {
    Policy::RingHash {
        header: http::HeaderName::from_static("x-user"),
    }
}

/// How often each of the loads is chosen in so many calls.
fn counts(policy: Policy, loads: &[Load], calls: u32) -> Vec<u32> {
    let chooser = Chooser::new(policy, 7);
    let mut counts = vec![0; loads.len()];
    for _ in 0..calls {
        let choice = chooser.choose(
            loads.len(),
            |index| loads[index],
            |index| NAMES[index],
            None,
            &Ring::default(),
        );
        counts[choice.unwrap().index] += 1;
    }
    counts
}

/// Pearson's statistic against shares in proportion to `weights`.
fn chi_square(counts: &[u32], weights: &[f64]) -> f64 {
    let calls: f64 = counts.iter().copied().map(f64::from).sum();
    let total: f64 = weights.iter().sum();
    let terms = counts.iter().zip(weights).map(|(count, weight)| {
        let expected = calls * weight / total;
        (f64::from(*count) - expected).powi(2) / expected
    });
    terms.sum()
}

/// The value that chance exceeds once in a thousand, with five replicas: four degrees of freedom.
const RARE: f64 = 18.47;

#[test]
fn equal_replicas_get_equal_shares() {
    for policy in [
        Policy::P2c,
        Policy::LeastRequest,
        Policy::Random,
        Policy::WeightedRoundRobin,
        ring_hash(),
    ] {
        let counts = counts(policy.clone(), &[EQUAL; 5], 10_000);
        let statistic = chi_square(&counts, &[1.0; 5]);
        assert!(statistic < RARE, "{policy}: {counts:?}, {statistic}");
    }
}

#[test]
fn round_robin_is_exact() {
    assert_eq!(counts(Policy::RoundRobin, &[EQUAL; 5], 1_000), [200; 5]);
}

#[test]
fn weights_become_shares() {
    let weights = [1.0, 2.0, 3.0, 4.0, 0.5];
    let loads = weights.map(|weight| Load {
        weight: Some(weight),
        ..EQUAL
    });
    let counts = counts(Policy::WeightedRoundRobin, &loads, 10_500);
    for (count, weight) in counts.iter().zip(weights) {
        let expected = 1_000.0 * weight;
        let off = (f64::from(*count) - expected).abs();
        assert!(off <= 10.0, "{counts:?}");
    }
}

#[test]
fn who_reports_nothing_counts_as_the_average() {
    let mut loads = [100.0, 300.0, 0.0].map(|weight| Load {
        weight: Some(weight),
        ..EQUAL
    });
    loads[2].weight = None;
    let counts = counts(Policy::WeightedRoundRobin, &loads, 6_000);
    for (count, expected) in counts.iter().zip([1_000_u32, 3_000, 2_000]) {
        assert!(count.abs_diff(expected) <= 10, "{counts:?}");
    }
    loads[0].weight = None;
    let alone = self::counts(Policy::WeightedRoundRobin, &loads, 6_000);
    assert!(
        alone.iter().all(|count| count.abs_diff(2_000) <= 10),
        "{alone:?}"
    );
}

#[test]
fn p2c_prefers_the_idler_and_the_faster() {
    let mut loads = [EQUAL; 3];
    loads[1].in_flight = 9;
    loads[2].latency_ms = 10.0;
    let counts = counts(Policy::P2c, &loads, 3_000);
    // Two of three pairs hold the first; among the other two the loads are equal.
    assert!(counts[0] > 1_900, "{counts:?}");
}

#[test]
fn least_request_knows_no_latency() {
    let mut loads = [EQUAL; 3];
    loads[1].in_flight = 9;
    loads[2].latency_ms = 1_000.0;
    let counts = counts(Policy::LeastRequest, &loads, 3_000);
    assert!(counts[2] > 1_200 && counts[1] == 0, "{counts:?}");
}

#[test]
fn p2c_tells_what_it_compared() {
    let mut loads = [EQUAL; 2];
    loads[1].in_flight = 2;
    let chooser = Chooser::new(Policy::P2c, 1);
    let choice = chooser.choose(
        2,
        |index| loads[index],
        |index| NAMES[index],
        None,
        &Ring::default(),
    );
    let reason = Reason::LowerLoad {
        load: 1.0,
        over: 1,
        over_load: 3.0,
    };
    assert_eq!(choice, Some(Choice { index: 0, reason }));
}

#[test]
fn a_newcomer_gets_its_share() {
    let mut loads = [EQUAL; 5];
    loads[0].share = 0.25;
    for policy in [Policy::RoundRobin, Policy::Random] {
        let counts = counts(policy, &loads, 10_000);
        assert!((400..=600).contains(&counts[0]), "{counts:?}");
    }
    let counts = counts(Policy::P2c, &loads, 10_000);
    assert_eq!(counts[0], 0, "idle, but four times as dear: {counts:?}");
}

#[test]
fn where_all_are_new_nobody_is_passed_over() {
    let new = Load {
        share: 0.1,
        ..EQUAL
    };
    assert_eq!(counts(Policy::RoundRobin, &[new; 5], 1_000), [200; 5]);
}

/// Whom each key belongs to, by name.
fn owners(names: &[&'static str]) -> Vec<&'static str> {
    let ring = Ring::new(names.iter().copied());
    let chooser = Chooser::new(ring_hash(), 3);
    let owner = |key: u32| {
        let key = Some(hash(&key.to_be_bytes()));
        let choice = chooser.choose(names.len(), |_| EQUAL, |index| names[index], key, &ring);
        names[choice.unwrap().index]
    };
    (0..10_000).map(owner).collect()
}

#[test]
fn keys_stay_when_others_leave() {
    let (before, after) = (owners(&NAMES), owners(&NAMES[..5]));
    let moved = before.iter().zip(&after).filter(|(old, new)| old != new);
    for (old, _) in moved.clone() {
        assert_eq!(*old, "f", "only keys of who left move");
    }
    let moved = moved.count();
    assert!((1_200..2_200).contains(&moved), "about a sixth: {moved}");
}

#[test]
fn a_key_whose_owner_may_not_be_asked_goes_to_the_next() {
    let whole = Ring::new(NAMES.iter().copied());
    let key = hash(b"somebody");
    let owner = whole.find(key, 6, &|index| NAMES[index]).unwrap();
    let others: Vec<_> = NAMES.iter().filter(|name| **name != NAMES[owner]).collect();
    let next = whole.find(key, 5, &|index| others[index]);
    assert!(next.is_some());
    let smaller = Ring::new(others.iter().map(|name| **name));
    assert_eq!(next, smaller.find(key, 5, &|index| others[index]));
}

#[test]
fn pick_first_sticks_to_one_while_it_is_there() {
    let chosen = |names: &[&'static str], seed| {
        let chooser = Chooser::new(Policy::PickFirst, seed);
        let choice = chooser.choose(
            names.len(),
            |_| EQUAL,
            |index| names[index],
            None,
            &Ring::default(),
        );
        names[choice.unwrap().index]
    };
    for seed in 0..20 {
        let first = chosen(&NAMES, seed);
        let reversed: Vec<_> = NAMES.iter().rev().copied().collect();
        assert_eq!(chosen(&reversed, seed), first, "whatever the order");
        let without_another: Vec<_> = NAMES
            .iter()
            .copied()
            .filter(|name| *name == first || *name < "d")
            .collect();
        assert_eq!(chosen(&without_another, seed), first);
    }
    let firsts: std::collections::BTreeSet<_> = (0..50).map(|seed| chosen(&NAMES, seed)).collect();
    assert!(firsts.len() >= 4, "not everybody's first is the same");
}

#[test]
fn nobody_is_chosen_from_nobody() {
    for policy in all() {
        let chooser = Chooser::new(policy, 0);
        let choice = chooser.choose(
            0,
            |_| EQUAL,
            |index| NAMES[index],
            Some(1),
            &Ring::default(),
        );
        assert_eq!(choice, None);
    }
}

proptest! {
    #[test]
    fn whoever_is_chosen_is_there(
        which in 0_usize..7,
        count in 1_usize..=6,
        seed: u64,
        key: Option<u64>,
        in_flight in 0_u32..1_000,
        latency_ms in 0.0_f64..1e6,
        share in 0.1_f64..=1.0,
    ) {
        let chooser = Chooser::new(all()[which].clone(), seed);
        let ring = Ring::new(NAMES.iter().copied());
        let load = Load { in_flight, latency_ms, weight: key.map(|_| share), share };
        for _ in 0..10 {
            let choice = chooser.choose(count, |_| load, |index| NAMES[index], key, &ring).unwrap();
            prop_assert!(choice.index < count);
            if let Reason::LowerLoad { over, .. } = choice.reason {
                prop_assert!(over < count && over != choice.index);
            }
        }
    }
}
