//! Claims about OpenTelemetry's environment variables.

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Option<Config>, Stop> {
    export(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.into())
    })
}

#[track_caller]
fn config(variables: &[(&str, &str)]) -> Config {
    read(variables).expect("readable").expect("on")
}

#[track_caller]
fn check_endpoint(variables: &[(&str, &str)], expected: &str) {
    assert_eq!(config(variables).endpoint.to_string(), expected);
}

#[track_caller]
fn check_refused(variables: &[(&str, &str)], expected: &str) {
    let Err(Stop::Failure(line)) = read(variables) else {
        panic!("{variables:?} was taken");
    };
    assert_eq!(line.lines().count(), 1, "{line:?} is more than a line");
    assert!(line.contains(expected), "{line:?} doesn't say {expected:?}");
}

#[test]
fn nothing_is_sent_unasked() {
    let silent: [&[(&str, &str)]; 5] = [
        &[],
        &[(SERVICE_NAME, "shop")],
        &[(ENDPOINT[1], "")],
        &[(ENDPOINT[1], "http://a:1"), (EXPORTER, "none")],
        &[(ENDPOINT[1], "http://a:1"), (DISABLED, "TRUE")],
    ];
    for variables in silent {
        assert!(
            read(variables).expect("readable").is_none(),
            "{variables:?}"
        );
    }
    let asked: [&[(&str, &str)]; 4] = [
        &[(EXPORTER, "otlp")],
        &[(ENDPOINT[0], "http://a:1")],
        &[(ENDPOINT[1], "http://a:1")],
        &[(ENDPOINT[1], "http://a:1"), (DISABLED, "false")],
    ];
    for variables in asked {
        assert!(
            read(variables).expect("readable").is_some(),
            "{variables:?}"
        );
    }
}

#[test]
fn defaults_are_the_specification_s() {
    let config = config(&[(EXPORTER, "otlp")]);
    assert_eq!(config.protocol, Protocol::Http);
    assert_eq!(config.batches, Batches::default());
    assert_eq!(config.attempt_timeout, Duration::from_secs(10));
    assert_eq!(config.service_name, None);
    assert!(!config.is_compressed);
    check_endpoint(&[(EXPORTER, "otlp")], "http://localhost:4318/v1/traces");
    let grpc = [(EXPORTER, "otlp"), (PROTOCOL[1], "grpc")];
    check_endpoint(&grpc, "http://localhost:4317/");
}

#[test]
fn endpoint_for_everything_gets_the_path_of_spans() {
    let [spans, all] = ENDPOINT;
    check_endpoint(&[(all, "http://a:1")], "http://a:1/v1/traces");
    check_endpoint(&[(all, "http://a:1/x/")], "http://a:1/x/v1/traces");
    check_endpoint(&[(spans, "https://a/x")], "https://a/x");
    check_endpoint(&[(spans, "http://a:1"), (all, "http://b")], "http://a:1/");
    let grpc = (PROTOCOL[0], "grpc");
    check_endpoint(&[(all, "http://a:1"), grpc], "http://a:1/");
}

#[test]
fn variables_of_spans_win() {
    let config = config(&[
        (ENDPOINT[1], "http://a:1"),
        (PROTOCOL[1], "http/protobuf"),
        (PROTOCOL[0], "grpc"),
        (TIMEOUT[1], "1"),
        (TIMEOUT[0], "250"),
        (COMPRESSION[1], "none"),
        (COMPRESSION[0], "gzip"),
        (HEADERS[1], "x-all=1"),
        (HEADERS[0], "x-spans=a%20b, x-other = c "),
    ]);
    assert_eq!(config.protocol, Protocol::Grpc);
    assert_eq!(config.attempt_timeout, Duration::from_millis(250));
    assert!(config.is_compressed);
    assert_eq!(config.headers.len(), 2);
    assert_eq!(config.headers["x-spans"], "a b");
    assert_eq!(config.headers["x-other"], "c");
    assert!(config.headers["x-spans"].is_sensitive());
}

#[test]
fn names_and_attributes_are_read() {
    let endpoint = (ENDPOINT[1], "http://a:1");
    let attributes = (
        RESOURCE,
        "service.name=shop,deployment.environment.name=try%2Cout",
    );
    let told = config(&[endpoint, attributes]);
    assert_eq!(told.service_name.as_deref(), Some("shop"));
    let pair = (
        "deployment.environment.name".to_owned(),
        "try,out".to_owned(),
    );
    assert_eq!(told.attributes, [pair]);
    let named = config(&[endpoint, attributes, (SERVICE_NAME, "pier")]);
    assert_eq!(named.service_name.as_deref(), Some("pier"));
}

#[test]
fn batches_are_read() {
    let config = config(&[
        (EXPORTER, "otlp"),
        (MAX_QUEUE, "100"),
        (DELAY, "10"),
        (BATCH_TIMEOUT, "200"),
    ]);
    let expected = Batches {
        max_queue: 100,
        max_batch: 100,
        delay: Duration::from_millis(10),
        timeout: Duration::from_millis(200),
    };
    assert_eq!(config.batches, expected);
}

#[test]
fn what_is_malformed_is_told_by_its_name() {
    let endpoint = (ENDPOINT[1], "http://a:1");
    check_refused(
        &[(EXPORTER, "zipkin")],
        "OTEL_TRACES_EXPORTER: expected otlp or none",
    );
    check_refused(
        &[(DISABLED, "yes")],
        "OTEL_SDK_DISABLED: expected true or false",
    );
    for url in [
        "localhost:4317",
        "ftp://a",
        "http://user:secret@a",
        "/x",
        "http://",
    ] {
        check_refused(
            &[(ENDPOINT[1], url)],
            "OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL",
        );
    }
    check_refused(
        &[endpoint, (PROTOCOL[1], "http/json")],
        "expected grpc or http/protobuf",
    );
    check_refused(
        &[endpoint, (HEADERS[1], "secret")],
        "OTEL_EXPORTER_OTLP_HEADERS: expected",
    );
    check_refused(&[endpoint, (HEADERS[1], "a b=secret")], "expected headers");
    check_refused(
        &[endpoint, (TIMEOUT[0], "10s")],
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    );
    check_refused(
        &[endpoint, (COMPRESSION[1], "zstd")],
        "expected gzip or none",
    );
    check_refused(
        &[endpoint, (RESOURCE, "a")],
        "OTEL_RESOURCE_ATTRIBUTES: expected pairs",
    );
    check_refused(&[endpoint, (MAX_QUEUE, "0")], "OTEL_BSP_MAX_QUEUE_SIZE");
    let batch = [endpoint, (MAX_QUEUE, "10"), (MAX_BATCH, "11")];
    check_refused(&batch, "at most OTEL_BSP_MAX_QUEUE_SIZE, which is 10");
    check_refused(&[endpoint, (DELAY, "-1")], "OTEL_BSP_SCHEDULE_DELAY");
    check_refused(
        &[endpoint, (CERTIFICATE[1], "/no/such/file")],
        "a file with certificates",
    );
}

#[test]
fn credentials_are_not_echoed() {
    for value in ["secret", "a b=secret"] {
        let read = read(&[(ENDPOINT[1], "http://a:1"), (HEADERS[1], value)]);
        assert!(!format!("{read:?}").contains("secret"));
    }
}
