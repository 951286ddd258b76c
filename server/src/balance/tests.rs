//! Policies as people write them.

use super::Policy;

#[test]
fn every_policy_is_read_as_it_is_shown() {
    let names = [
        "p2c",
        "least_request",
        "round_robin",
        "weighted_round_robin",
        "random",
        "ring_hash:x-user",
        "pick_first",
    ];
    for name in names {
        let policy: Policy = name.parse().unwrap();
        assert_eq!(policy.to_string(), name);
    }
    assert_eq!(Policy::default(), Policy::P2c);
}

#[test]
fn what_is_no_policy_is_told_which_there_are() {
    for text in ["", "P2C", "ring_hash", "ring_hash:", "ring_hash:a b"] {
        let error = text.parse::<Policy>().unwrap_err().to_string();
        assert!(error.contains("pick_first"), "{error}");
    }
}
