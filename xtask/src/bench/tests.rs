//! Reports of the tools, as they were printed, and what is read from them.

use std::collections::HashSet;

use super::load::{Load, h2load_report, wrk_report};
use super::tracing::Order;
use super::usage::{memory_in, ticks_in};
use super::*;

const H2LOAD: &str = "\
finished in 2.00s, 38155.75 req/s, 2.91MB/s
requests: 76312 total, 76376 started, 76312 done, 76312 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 76312 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 5.83MB (6114960) total, 1.02MB (1069768) headers (space savings 82.49%), 2.98MB (3128792) data
";

#[test]
fn h2loads_report_gives_rates_and_percentiles() {
    let log: Vec<String> = (1..=100)
        .map(|micros| format!("1700000000\t200\t{micros}000\n"))
        .collect();
    let log = log.concat();
    let expected = Load {
        requests: 76312,
        failures: 0,
        per_second: 38156.0,
        p50_millis: 51.0,
        p99_millis: 100.0,
    };
    assert_eq!(h2load_report(H2LOAD, &log, 2), Some(expected));
    assert_eq!(h2load_report(H2LOAD, "", 2), None, "no call was timed");
}

#[test]
fn answers_without_a_message_are_failures() {
    let empty = H2LOAD.replace("(3128792) data", "(0) data");
    let load = h2load_report(&empty, "1\t200\t5\n", 2).unwrap();
    assert_eq!(load.failures, 76312);
    let refused = H2LOAD.replace("76312 2xx, 0 3xx, 0 4xx", "76300 2xx, 0 3xx, 12 4xx");
    assert_eq!(
        h2load_report(&refused, "1\t200\t5\n", 2).unwrap().failures,
        12
    );
}

const WRK: &str = "\
Running 4s test @ http://127.0.0.1:19000/v1/hello
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.74ms  406.68us   7.73ms   84.66%
  Latency Distribution
     50%    1.66ms
     75%    1.81ms
     90%  920.00us
     99%    3.11ms
  147132 requests in 4.00s, 66.09MB read
Requests/sec:  36781.87
Transfer/sec:     16.52MB
";

#[test]
fn wrks_report_gives_rates_and_percentiles() {
    let expected = Load {
        requests: 147_132,
        failures: 0,
        per_second: 36781.87,
        p50_millis: 1.66,
        p99_millis: 3.11,
    };
    assert_eq!(wrk_report(WRK), Some(expected));
    let failed = format!(
        "{WRK}  Socket errors: connect 1, read 2, write 0, timeout 3\n  Non-2xx or 3xx responses: 7\n"
    );
    assert_eq!(wrk_report(&failed).unwrap().failures, 13);
}

#[test]
fn a_process_tells_its_times_and_memory() {
    let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 3 0 100 1 1";
    assert_eq!(ticks_in(stat), Some(300));
    assert_eq!(ticks_in("42"), None);
    let status = "VmPeak:\t  10 kB\nVmHWM:\t   14600 kB\nVmRSS:\t   14296 kB\n";
    assert_eq!(memory_in(status), Some(14600));
}

#[test]
fn failed_calls_are_found_in_the_metrics() {
    let ok = "gangplank_calls_total{dialect=\"grpc\",code=\"OK\"} 5\n";
    let cut = "gangplank_calls_total{dialect=\"grpc\",code=\"CANCELED\"} 5\n";
    let bad = "gangplank_calls_total{dialect=\"grpc-web\",code=\"UNAVAILABLE\"} 1";
    assert_eq!(bad_outcomes(&[ok, cut].concat()), None);
    assert_eq!(bad_outcomes(&[ok, cut, bad].concat()), Some(bad));
}

#[test]
fn cases_take_turns_in_every_order() {
    let mut order = Order::default();
    let orders: HashSet<_> = (0..24).map(|_| order.next()).collect();
    assert_eq!(orders.len(), 24);
}
