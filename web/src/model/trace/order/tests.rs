//! The order of a rule, against the standard library's.

use super::ordered;

#[test]
fn order_is_that_of_the_rule_and_stable() {
    for count in 0..40_u64 {
        // Many equal ones, in no order.
        let keys: Vec<u64> = (0..count).map(|place| place * 7_919 % 11).collect();
        let places = ordered(keys.len(), &|one, other| keys[one] < keys[other]);
        let mut expected: Vec<usize> = (0..keys.len()).collect();
        expected.sort_by_key(|place| keys[*place]);
        assert_eq!(places, expected, "{keys:?}");
    }
}
