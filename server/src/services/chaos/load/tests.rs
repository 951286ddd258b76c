//! Claims about quantiles; runs are tested end to end.

use std::time::Duration;

use super::quantile;

#[test]
fn a_quantile_is_a_latency_that_was_measured() {
    let mut latencies: Vec<u32> = (1..=100).rev().collect();
    assert_eq!(
        quantile(&mut latencies, 50),
        Some(Duration::from_micros(50))
    );
    assert_eq!(
        quantile(&mut latencies, 99),
        Some(Duration::from_micros(99))
    );
    assert_eq!(quantile(&mut [7], 99), Some(Duration::from_micros(7)));
    assert_eq!(quantile(&mut [], 50), None);
}
