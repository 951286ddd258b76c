//! Claims about flags.

use std::fs;

use super::limits::Limits;
use super::values::duration;
use super::*;

/// The settings of an API server.
#[track_caller]
fn serve(arguments: &[&str]) -> Config {
    match read(arguments).unwrap().role {
        Role::Serve(config) => *config,
        Role::Component(_) => panic!("a replica"),
    }
}

/// A file in the system's folder for such, gone with the test.
struct TempFile(std::path::PathBuf);

impl TempFile {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("gangplank-{}-{name}.toml", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        // Left over in the system's folder at worst.
        let _ = fs::remove_file(&self.0);
    }
}

fn read(arguments: &[&str]) -> Result<Settings, Stop> {
    let arguments = ["gangplank"].iter().chain(arguments);
    parse(arguments.map(OsString::from), |_| None)
}

#[track_caller]
fn check_refused(arguments: &[&str], expected: &str) {
    let Err(Stop::Failure(line)) = read(arguments) else {
        panic!("{arguments:?} was taken");
    };
    assert_eq!(line.lines().count(), 1, "{line:?} is more than a line");
    assert!(line.contains(expected), "{line:?} doesn't say {expected:?}");
}

#[test]
fn serve_is_the_default_command() {
    for prefix in [&[][..], &["serve"]] {
        let flags = [
            "--listen",
            "[::1]:9",
            "--allow-origin",
            "https://a.example",
            "--delay",
            "2s",
        ];
        let more = [
            "--allow-origin",
            "https://b.example",
            "--name",
            "r",
            "--drain-timeout",
            "1m",
        ];
        let server = serve(&[prefix, &flags, &more].concat());
        assert_eq!(server.listen.to_string(), "[::1]:9");
        assert_eq!(server.allow_origins.len(), 2);
        assert_eq!(server.demo.name, "r");
        assert_eq!(server.demo.delay, Duration::from_secs(2));
        assert_eq!(server.drain_timeout, Duration::from_mins(1));
    }
}

#[test]
fn without_flags_it_listens_on_loopback() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.log.to_string(), "info");
    assert_eq!(settings.threads, None);
    let server = serve(&[]);
    assert_eq!(server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((server.demo.replicas, &*server.demo.name), (3, "replica"));
    assert_eq!(server.demo.delay, Duration::ZERO);
    assert_eq!(server.drain_timeout, Duration::from_secs(10));
    assert_eq!((server.admin_listen, server.components), (None, Vec::new()));
}

#[test]
fn a_bad_flag_is_told_in_one_line() {
    check_refused(
        &["--lisen", "x"],
        "unexpected argument '--lisen' found; a similar argument",
    );
    check_refused(&["--listen", "8080"], "such as 127.0.0.1:8080");
    check_refused(&["--listen"], "a value is required");
    check_refused(&["--allow-origin", "*"], "would let every web page");
    check_refused(&["--allow-origin", "http://a/"], "no path");
    check_refused(&["--delay", "5"], "such as 250ms");
    check_refused(&["--delay=-5s"], "such as 250ms");
    check_refused(&["--delay", "99999999999999999999s"], "such as 250ms");
    check_refused(&["--log", "server=loud"], "--log");
    check_refused(&["sail"], "unrecognized subcommand 'sail'");
}

#[test]
fn help_and_version_go_to_stdout() {
    let Err(Stop::Help(help)) = read(&["--help"]) else {
        panic!("no help")
    };
    assert!(help.contains("--allow-origin <ORIGIN>"), "{help}");
    assert!(!help.contains('`'), "{help}");
    let version = concat!("gangplank ", env!("CARGO_PKG_VERSION"), "\n").to_owned();
    assert_eq!(read(&["--version"]).unwrap_err(), Stop::Help(version));
}

#[test]
fn durations_have_a_unit() {
    assert_eq!(duration("0ms"), Ok(Duration::ZERO));
    assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
    assert_eq!(duration("2h"), Ok(Duration::from_hours(2)));
    for text in ["", "5", "ms", "1.5s", "1 s", "1S", "１s"] {
        assert!(duration(text).is_err(), "{text:?} was taken");
    }
}

#[test]
fn components_of_one_name_are_joined_and_have_one_schema() {
    let server = serve(&[
        "--component",
        "orders=10.0.0.1:50051,10.0.0.2:50051",
        "--component",
        "billing=[::1]:50052",
        "--component",
        "orders=orders.example:1",
        "--protos",
        "billing=some/folder",
    ]);
    let shown = |component: &Component| {
        let replicas = component.replicas.iter().map(|target| match target {
            Target::Fixed(endpoint) => endpoint.to_string(),
            other => format!("{other:?}"),
        });
        format!(
            "{} {}",
            component.name,
            replicas.collect::<Vec<_>>().join(" ")
        )
    };
    let names: Vec<_> = server.components.iter().map(shown).collect();
    let expected = [
        "orders 10.0.0.1:50051 10.0.0.2:50051 orders.example:1",
        "billing [::1]:50052",
    ];
    assert_eq!(names, expected);
    assert_eq!(server.components[0].schema, SchemaOrigin::Reflection);
    assert_eq!(
        server.components[1].schema,
        SchemaOrigin::Protos("some/folder".into())
    );
}

#[test]
fn what_no_component_can_be_is_refused() {
    for (value, words) in [
        ("orders", "expected NAME=HOST:PORT"),
        ("orders=", "expected NAME=HOST:PORT"),
        ("=a:1", "a component's name"),
        ("Orders=a:1", "a component's name"),
        ("gangplank=a:1", "the API server's own"),
        ("orders=a", "has no port"),
        ("orders=a:0", "has no port"),
        ("orders=a:1,", "HOST:PORT"),
        ("orders=http://a:1", "has a scheme"),
    ] {
        check_refused(&["--component", value], words);
    }
    check_refused(
        &["--protos", "orders=x"],
        "component orders, which isn't there",
    );
    let twice = [
        "--component",
        "a=b:1",
        "--protos",
        "a=x",
        "--descriptor-set",
        "a=y",
    ];
    check_refused(&twice, "component a has two schemas");
    check_refused(&["--replicas", "0"], "nothing to serve");
    check_refused(&["--forward-header", "grpc-status"], "gRPC's own");
}

#[test]
fn flags_win_over_the_file_and_the_file_over_defaults() {
    let file = TempFile::new(
        "settings",
        r#"
            listen = "127.0.0.1:9"
            replicas = 2
            drain-timeout = "3s"
            forward-header = ["x-a"]
            log = "warn"
            [limits]
            max-message-bytes = 1000
            body-timeout = "7s"
            [components.orders]
            replicas = ["a:1"]
            protos = "protos"
        "#,
    );
    let server = serve(&["--config", file.path()]);
    assert_eq!(server.listen.to_string(), "127.0.0.1:9");
    assert_eq!(server.demo.replicas, 2);
    assert_eq!(server.drain_timeout, Duration::from_secs(3));
    assert_eq!(server.limits.messages.max_message_bytes, 1000);
    let max_body_bytes = server.limits.bodies.max_body_bytes;
    assert_eq!(max_body_bytes, 1000, "a body is one message");
    assert_eq!(server.limits.body_timeout, Duration::from_secs(7));
    let beside = file.0.with_file_name("protos");
    assert_eq!(server.components[0].schema, SchemaOrigin::Protos(beside));

    let flags = [
        "--config",
        file.path(),
        "--listen",
        "127.0.0.1:8",
        "--replicas",
        "1",
    ];
    let more = [
        "--max-message-bytes",
        "5",
        "--component",
        "orders=b:2",
        "--forward-header",
        "x-b",
    ];
    let server = serve(&[&flags[..], &more].concat());
    assert_eq!(server.listen.to_string(), "127.0.0.1:8");
    assert_eq!(server.demo.replicas, 1);
    assert_eq!(server.limits.messages.max_message_bytes, 5);
    assert_eq!(server.limits.body_timeout, Duration::from_secs(7));
    assert_eq!(server.components[0].replicas.len(), 2);
    assert_eq!(server.forward_headers, ["x-a", "x-b"]);
}

/// Each with a number of its own.
const LIMIT_FLAGS: [&str; 21] = [
    "--max-message-bytes=1",
    "--max-answer-bytes=2",
    "--max-header-bytes=3",
    "--max-headers=4",
    "--max-uri-bytes=5",
    "--max-in-flight=6",
    "--max-connections=7",
    "--max-streams=8",
    "--max-json-depth=9",
    "--max-json-values=10",
    "--max-json-string-bytes=11",
    "--max-json-number-bytes=12",
    "--body-timeout=13s",
    "--header-timeout=14s",
    "--idle-timeout=15s",
    "--stream-idle-timeout=16s",
    "--replica-silence=17s",
    "--replica-timeout=18s",
    "--max-socket-calls=19",
    "--max-trace-bytes=20",
    "--max-traces-per-second=21",
];

#[test]
fn every_limit_has_a_flag() {
    // Without `..`, so that a limit that comes later asks for its flag here.
    let Limits {
        max_connections,
        max_streams,
        max_in_flight,
        body_timeout,
        header_timeout,
        idle_timeout,
        stream_idle_timeout,
        pulse,
        close_timeout: _,
        head,
        messages,
        bodies,
        discard: _,
        max_socket_calls,
        socket_silence: _,
        max_trace_bytes,
        max_traces_per_second,
    } = serve(&LIMIT_FLAGS).limits;
    let numbers = [
        u64::from(messages.max_message_bytes),
        u64::from(bodies.max_answer_bytes),
        head.max_header_bytes as u64,
        head.max_headers as u64,
        head.max_uri_bytes as u64,
        u64::from(max_in_flight),
        max_connections as u64,
        u64::from(max_streams),
        u64::from(bodies.json.max_depth),
        u64::from(bodies.json.max_values),
        u64::from(bodies.json.max_string_bytes),
        u64::from(bodies.json.max_number_bytes),
        body_timeout.as_secs(),
        header_timeout.as_secs(),
        idle_timeout.as_secs(),
        stream_idle_timeout.as_secs(),
        pulse.interval.as_secs(),
        pulse.timeout.as_secs(),
        u64::from(max_socket_calls),
        max_trace_bytes as u64,
        u64::from(max_traces_per_second),
    ];
    assert_eq!(numbers.to_vec(), (1..=21).collect::<Vec<_>>());
}

#[test]
fn who_can_call_decides_whether_traces_go_on_unless_told() {
    assert_eq!(serve(&[]).public_traces, Trust::Parent);
    assert_eq!(serve(&["--listen=[::1]:1"]).public_traces, Trust::Parent);
    assert_eq!(serve(&["--listen=0.0.0.0:1"]).public_traces, Trust::Link);
    let told = serve(&["--listen=0.0.0.0:1", "--public-traces=parent"]);
    assert_eq!(told.public_traces, Trust::Parent);
    assert_eq!(serve(&["--public-traces=link"]).public_traces, Trust::Link);
    check_refused(&["--public-traces=child"], "expected parent or link");
}

#[test]
fn a_share_is_a_number_from_0_to_1() {
    assert!((serve(&["--trace-sample=0.25"]).trace_sample - 0.25).abs() < f64::EPSILON);
    for share in ["-0.1", "1.1", "NaN", "half"] {
        let flag = format!("--trace-sample={share}");
        check_refused(&[&flag], "expected a number from 0 to 1, such as 0.1");
    }
}

#[test]
fn a_bad_file_is_told_in_one_line() {
    check_refused(
        &["--config", "/no/such/file.toml"],
        "can't read /no/such/file.toml",
    );
    for (text, words) in [
        ("lisen = 1", "line 1: unknown field `lisen`"),
        (
            "\n[limits]\nmax-message-byte = 1",
            "line 3: unknown field `max-message-byte`",
        ),
        ("listen = 'here'", "line 1"),
        ("drain-timeout = '5'", "expected a whole number and a unit"),
        (
            "[components.a]\nreplicas = ['b']",
            "component a: 'b' has no",
        ),
        (
            "[components.a]\nreplicas = ['b:1']\nprotos = 'x'\ndescriptor-set = 'y'",
            "component a: protos and descriptor-set are two schemas",
        ),
        ("=", "line 1"),
    ] {
        let file = TempFile::new("bad", text);
        check_refused(&["--config", file.path()], words);
    }
}

#[test]
fn a_component_runs_alone() {
    let settings = read(&["component", "--name", "solo", "--delay", "1s"]).unwrap();
    let Role::Component(config) = settings.role else {
        panic!("an API server")
    };
    assert_eq!(
        (&*config.name, config.delay),
        ("solo", Duration::from_secs(1))
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:0");
}
