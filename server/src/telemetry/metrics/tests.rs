//! Claims about what is counted, under which names, and how many series there can be.

use super::*;

fn begin(metrics: &Metrics, method: &str, dialect: &'static str) -> OpenCall {
    let callee = Callee {
        component: &"ship".into(),
        method: &method.into(),
    };
    metrics.begin(Some(callee), dialect)
}

/// Checks the samples whose name begins so, in alphabetical order.
#[track_caller]
fn check(metrics: &Metrics, prefix: &str, expected: &[&str]) {
    let text = metrics.render();
    let mut samples: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with(prefix))
        .collect();
    samples.sort_unstable();
    assert_eq!(samples, expected);
}

#[test]
fn an_ended_call_is_counted_by_its_code() {
    let metrics = Metrics::new();
    for code in [Code::Ok, Code::NotFound, Code::Ok] {
        begin(&metrics, "ship.v1.Deck/Swab", "json").end(code, Duration::ZERO);
    }
    let labels = "component=\"ship\",method=\"ship.v1.Deck/Swab\",dialect=\"json\"";
    check(
        &metrics,
        "gangplank_calls_total",
        &[
            &format!("gangplank_calls_total{{{labels},code=\"NOT_FOUND\"}} 1"),
            &format!("gangplank_calls_total{{{labels},code=\"OK\"}} 2"),
        ],
    );
}

#[test]
fn every_code_has_a_series_of_its_own() {
    let metrics = Metrics::new();
    for code in Code::ALL {
        begin(&metrics, "ship.v1.Deck/Swab", "grpc").end(code, Duration::ZERO);
    }
    let text = metrics.render();
    for code in Code::ALL {
        let sample = format!("code=\"{}\"}} 1\n", code.name());
        assert!(text.contains(&sample), "{sample}");
    }
}

#[test]
fn a_duration_falls_into_the_buckets_above_it() {
    let metrics = Metrics::new();
    begin(&metrics, "m", "grpc").end(Code::Ok, Duration::from_millis(30));
    let bucket = |bound: &str, count| {
        format!(
            "rpc_server_call_duration_seconds_bucket{{le=\"{bound}\",method=\"m\",dialect=\"grpc\"}} {count}"
        )
    };
    let text = metrics.render();
    for sample in [bucket("0.025", 0), bucket("0.05", 1), bucket("+Inf", 1)] {
        assert!(text.contains(&sample), "{sample}\n{text}");
    }
    check(
        &metrics,
        "rpc_server_call_duration_seconds_sum",
        &["rpc_server_call_duration_seconds_sum{method=\"m\",dialect=\"grpc\"} 0.03"],
    );
}

#[test]
fn a_call_is_in_flight_until_it_is_dropped() {
    let metrics = Metrics::new();
    let name = "gangplank_calls_in_flight{component=\"ship\",dialect=\"grpc\"}";
    let (one, two) = (begin(&metrics, "m", "grpc"), begin(&metrics, "n", "grpc"));
    check(&metrics, name, &[&format!("{name} 2")]);
    one.end(Code::Ok, Duration::ZERO);
    drop(one);
    check(&metrics, name, &[&format!("{name} 1")]);
    drop(two);
    check(&metrics, name, &[&format!("{name} 0")]);
}

#[test]
fn bytes_are_summed_over_the_methods_of_a_component() {
    let metrics = Metrics::new();
    for method in ["m", "n"] {
        let call = begin(&metrics, method, "grpc-web");
        call.received(5);
        call.sent(7);
        call.sent(100);
    }
    let labels = "{component=\"ship\",dialect=\"grpc-web\"}";
    check(
        &metrics,
        "gangplank_received_bytes_total",
        &[&format!("gangplank_received_bytes_total{labels} 10")],
    );
    check(
        &metrics,
        "gangplank_sent_bytes_total",
        &[&format!("gangplank_sent_bytes_total{labels} 214")],
    );
}

#[test]
fn unknown_methods_share_one_series() {
    let metrics = Metrics::new();
    for _ in 0..3 {
        let call = metrics.begin(None, "grpc");
        call.end(Code::Unimplemented, Duration::ZERO);
    }
    let labels = "component=\"_OTHER\",method=\"_OTHER\",dialect=\"grpc\"";
    let sample = format!("gangplank_calls_total{{{labels},code=\"UNIMPLEMENTED\"}} 3");
    check(&metrics, "gangplank_calls_total", &[&sample]);
}

#[test]
fn reloads_are_counted_by_their_outcome() {
    let metrics = Metrics::new();
    for outcome in [Reload::Ok, Reload::Refused, Reload::Ok] {
        metrics.schema_reloaded("ship", outcome);
    }
    check(
        &metrics,
        "gangplank_schema_reloads_total",
        &[
            "gangplank_schema_reloads_total{component=\"ship\",outcome=\"ok\"} 2",
            "gangplank_schema_reloads_total{component=\"ship\",outcome=\"refused\"} 1",
        ],
    );
}

#[test]
fn clones_count_together_and_the_text_has_its_end() {
    let metrics = Metrics::new();
    metrics.clone().schema_reloaded("ship", Reload::Ok);
    let text = metrics.render();
    assert!(text.contains("\ngangplank_schema_reloads_total{"), "{text}");
    let build = format!(
        "gangplank_build_info{{version=\"{}\"}} 1\n",
        env!("CARGO_PKG_VERSION")
    );
    assert!(text.contains(&build), "{text}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}
