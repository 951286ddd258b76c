//! Claims about a server that listens: raw HTTP/1.1 by socket, HTTP/2 by a gRPC client, cancel and drain.

use std::net::SocketAddr;
use std::time::Duration;

use proto::myservice::v1::SayHelloRequest;
use proto::myservice::v1::my_service_client::MyServiceClient;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::app::Limits;
use crate::app::port::{Drain, Port};
use crate::app::tests::{HELLO, app, hello, log_lines, until};
use crate::config::ReplicaConfig as Config;
use crate::gateway::in_flight::InFlight;

/// A server in this process.
struct Running {
    address: SocketAddr,
    in_flight: InFlight,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<bool>,
}

async fn start(config: Config) -> Running {
    let (listen, drain_timeout) = (config.listen, config.drain_timeout);
    let app = app(config);
    let port = Port::bind(listen, "--listen").await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let (address, in_flight) = (port.local_addr(), app.rooms.in_flight.clone());
    let shutdown = async {
        let _ = stopped.await;
    };
    let drain = Drain::new(drain_timeout);
    let shutdown = async move { drain.begin(shutdown).await };
    let stack = app.stack();
    let serving = tokio::spawn(port.serve(stack, app.rooms, app.limits, drain_timeout, shutdown));
    Running {
        address,
        in_flight,
        stop,
        serving,
    }
}

async fn with(limits: Limits) -> Running {
    start(Config {
        limits,
        ..Config::default()
    })
    .await
}

const PROBE: &[u8] = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

fn slow() -> Config {
    Config {
        delay: Duration::from_hours(1),
        ..Config::default()
    }
}

fn post(content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {HELLO} HTTP/1.1\r\nhost: x\r\ncontent-type: {content_type}\r\n\
         content-length: {length}\r\norigin: http://localhost:8081\r\n"
    );
    [head.as_bytes(), b"\r\n", body].concat()
}

/// Reads until `end` has come.
async fn read_until(stream: &mut TcpStream, end: &[u8]) -> String {
    let mut bytes = Vec::new();
    while !bytes.windows(end.len()).any(|window| window == end) {
        assert_ne!(
            stream.read_buf(&mut bytes).await.unwrap(),
            0,
            "closed before {end:?}"
        );
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    read_until(&mut stream, b"0\r\n\r\n").await
}

async fn client(address: SocketAddr) -> MyServiceClient<tonic::transport::Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    MyServiceClient::new(endpoint.connect().await.unwrap())
}

fn request(name: &str) -> SayHelloRequest {
    SayHelloRequest {
        name: name.to_owned(),
        language: 0,
    }
}

#[tokio::test]
async fn grpc_web_is_served_over_http_1() {
    let server = start(Config::default()).await;
    let answer = exchange(
        server.address,
        &post("application/grpc-web", &hello("World")),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("access-control-allow-origin: http://localhost:8081\r\n"),
        "{answer}"
    );
    assert!(answer.contains("Hello, World!"), "{answer}");
    assert!(answer.contains("grpc-status:0\r\n"), "{answer}");

    let text = b"AAAAAAcKBVdvcmxk";
    let answer = exchange(server.address, &post("application/grpc-web-text", text)).await;
    // The trailer frame `grpc-status:0` is its own base64 text.
    assert!(answer.contains("gAAAAA9ncnBjLXN0YXR1czowDQo="), "{answer}");
}

#[tokio::test]
async fn grpc_is_served_to_a_grpc_client() {
    let server = start(Config::default()).await;
    let mut client = client(server.address).await;
    let answer = client
        .say_hello(request("World"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.message, "Hello, World!");
    let status = client.say_hello(request("")).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn an_oversize_upload_still_reads_why_it_was_refused() {
    let server = start(Config::default()).await;
    let mut client = client(server.address).await;
    let name = "x".repeat(8 * 1024 * 1024);
    let status = client.say_hello(request(&name)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert!(
        status.message().contains("limit of 4194304 bytes"),
        "{status}"
    );

    let upload = post("application/grpc-web", &hello(&name));
    let answer = exchange(server.address, &upload).await;
    assert!(answer.contains("grpc-status:8\r\n"), "{answer}");
}

#[tokio::test]
async fn whatever_refuses_a_large_upload_the_caller_reads_why() {
    let server = start(Config::default()).await;
    let junk = vec![b'!'; 6 * 1024 * 1024];
    let text = "application/grpc-web-text";
    let check = async |upload: &[u8], expected: &str| {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(upload).await.unwrap();
        read_until(&mut stream, expected.as_bytes()).await;
    };
    // `grpc-status` in base64 depends on where it stands, so the content type has to do.
    check(&post(text, &junk), text).await;
    check(&post("text/html", &junk), "415 Unsupported").await;
    let extra = hello("World").repeat(400_000);
    check(&post("application/grpc-web", &extra), "grpc-status:12\r\n").await;
}

#[tokio::test]
async fn a_client_deadline_reaches_the_server() {
    let server = start(slow()).await;
    let mut client = client(server.address).await;
    let mut request = tonic::Request::new(request("World"));
    request.set_timeout(Duration::from_millis(20));
    let status = client.say_hello(request).await.unwrap_err();
    // Tonic's client gives up by itself too, and says CANCELLED then.
    assert!(
        matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{status}"
    );
    until(|| server.in_flight.count() == 0).await;
}

#[tokio::test]
async fn a_caller_that_leaves_cancels_the_handler_and_is_logged() {
    let server = start(slow()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(&post("application/grpc-web", &hello("World")))
        .await
        .unwrap();
    until(|| server.in_flight.count() == 1).await;
    drop(stream);
    until(|| server.in_flight.count() == 0).await;
    until(|| log_lines().contains("call canceled by the caller")).await;
    assert!(log_lines().contains("rpc.method=\"myservice.v1.MyService/SayHello\""));
    assert!(log_lines().contains("rpc.response.status_code=\"CANCELLED\""));

    let mut client = client(server.address).await;
    let call = tokio::spawn(async move { client.say_hello(request("World")).await });
    until(|| server.in_flight.count() == 1).await;
    call.abort();
    until(|| server.in_flight.count() == 0).await;
}

#[tokio::test]
async fn a_drain_lets_calls_finish_and_says_not_ready_meanwhile() {
    let delay = Duration::from_secs(1);
    let server = start(Config {
        delay,
        ..Config::default()
    })
    .await;
    let mut probe = TcpStream::connect(server.address).await.unwrap();
    probe
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    assert!(
        read_until(&mut probe, b"ok\n")
            .await
            .starts_with("HTTP/1.1 200")
    );
    let mut http2 = client(server.address).await;
    let by_http2 = tokio::spawn(async move { http2.say_hello(request("World")).await });
    let address = server.address;
    let upload = post("application/grpc-web", &hello("World"));
    let by_http1 = tokio::spawn(async move { exchange(address, &upload).await });
    until(|| server.in_flight.count() == 2).await;

    server.stop.send(()).unwrap();
    // The port closes first, so a refused connection shows that the drain has begun.
    while TcpStream::connect(address).await.is_ok() {}
    probe
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let not_ready = read_until(&mut probe, b"draining\n").await;
    assert!(not_ready.starts_with("HTTP/1.1 503"), "{not_ready}");
    assert!(not_ready.contains("connection: close\r\n"), "{not_ready}");

    assert_eq!(
        by_http2.await.unwrap().unwrap().into_inner().message,
        "Hello, World!"
    );
    assert!(by_http1.await.unwrap().contains("grpc-status:0\r\n"));
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_drain_tells_http_2_within_a_moment_to_open_no_more_streams() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
    // HEADERS, ending headers and stream 1: GET http, path by name index 4, authority by name index 1.
    const LIVEZ: &[u8] = b"\0\0\x0d\x01\x05\0\0\0\x01\x82\x86\x04\x06/livez\x01\x01x";
    const GOAWAY_TYPE: u8 = 7;
    let server = start(slow()).await;
    let mut http2 = TcpStream::connect(server.address).await.unwrap();
    http2
        .write_all(&[PREFACE, SETTINGS, LIVEZ].concat())
        .await
        .unwrap();
    read_until(&mut http2, b"ok\n").await;
    let mut http1 = TcpStream::connect(server.address).await.unwrap();
    http1
        .write_all(&post("application/grpc-web", &hello("World")))
        .await
        .unwrap();
    until(|| server.in_flight.count() == 1).await;

    server.stop.send(()).unwrap();
    loop {
        let mut head = [0; 9];
        http2.read_exact(&mut head).await.unwrap();
        if head[3] == GOAWAY_TYPE {
            break;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        http2
            .read_exact(&mut vec![0; length as usize])
            .await
            .unwrap();
    }
    assert_eq!(server.in_flight.count(), 1, "the call goes on meanwhile");
    drop((http1, http2));
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_drain_without_calls_ends_at_once_though_connections_are_open() {
    let server = start(Config {
        drain_timeout: Duration::from_hours(1),
        ..slow()
    })
    .await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut idle, b"ok\n").await;
    let _silent = TcpStream::connect(server.address).await.unwrap();
    let _http2 = client(server.address).await;
    server.stop.send(()).unwrap();
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_health_watch_hears_of_the_drain_and_does_not_hold_it() {
    let server = start(Config {
        drain_timeout: Duration::from_hours(1),
        ..Config::default()
    })
    .await;
    let endpoint = Endpoint::from_shared(format!("http://{}", server.address)).unwrap();
    let mut health = HealthClient::new(endpoint.connect().await.unwrap());
    let watch = health.watch(HealthCheckRequest::default()).await.unwrap();
    let mut states = watch.into_inner();
    let serving = states.message().await.unwrap().unwrap();
    assert_eq!(serving.status(), ServingStatus::Serving);

    server.stop.send(()).unwrap();
    server.serving.await.unwrap();
    let draining = states.message().await.unwrap().unwrap();
    assert_eq!(draining.status(), ServingStatus::NotServing);
    let end = states.message().await.unwrap_err();
    assert_eq!(end.code(), Code::Unavailable, "{end}");
    assert!(end.message().contains("about to end"), "{end}");
}

#[tokio::test]
async fn a_drain_out_of_time_cuts_what_is_left() {
    let server = start(Config {
        drain_timeout: Duration::from_millis(20),
        ..slow()
    })
    .await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(&post("application/grpc-web", &hello("World")))
        .await
        .unwrap();
    until(|| server.in_flight.count() == 1).await;
    server.stop.send(()).unwrap();
    server.serving.await.unwrap();
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0);
    check_logged_as_cut().await;
}

#[tokio::test]
async fn a_cut_call_is_logged_as_cut_by_http_2_too() {
    let server = start(Config {
        drain_timeout: Duration::from_millis(20),
        ..slow()
    })
    .await;
    let mut client = client(server.address).await;
    let call = tokio::spawn(async move { client.say_hello(request("World")).await });
    until(|| server.in_flight.count() == 1).await;
    server.stop.send(()).unwrap();
    server.serving.await.unwrap();
    assert!(call.await.unwrap().is_err());
    check_logged_as_cut().await;
}

#[tokio::test]
async fn a_server_that_is_dropped_in_its_drain_cuts_its_calls() {
    let server = start(slow()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(&post("application/grpc-web", &hello("World")))
        .await
        .unwrap();
    until(|| server.in_flight.count() == 1).await;
    server.stop.send(()).unwrap();
    until(|| log_lines().contains("draining")).await;
    // What `main` does at a second signal.
    server.serving.abort();
    check_logged_as_cut().await;
}

async fn check_logged_as_cut() {
    until(|| log_lines().contains("call cut by the drain")).await;
    assert!(log_lines().contains("rpc.response.status_code=\"UNAVAILABLE\""));
    assert!(!log_lines().contains("canceled by the caller"));
}

#[tokio::test]
async fn a_connection_that_never_asks_is_closed() {
    let server = with(Limits {
        header_timeout: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    // Half of HTTP/2's preface: the version isn't known yet, and no timer of the library runs.
    silent.write_all(b"PRI * HTTP/2").await.unwrap();
    assert_eq!(silent.read(&mut [0; 1]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn over_the_connection_limit_newcomers_wait() {
    let server = with(Limits {
        max_connections: 1,
        ..Limits::default()
    })
    .await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(PROBE).await.unwrap();
    read_until(&mut first, b"ok\n").await;
    let mut second = TcpStream::connect(server.address).await.unwrap();
    second.write_all(PROBE).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(50), second.readable()).await;
    assert!(
        early.is_err(),
        "the second connection was served beside the first"
    );
    drop(first);
    read_until(&mut second, b"ok\n").await;
}

#[tokio::test]
async fn a_head_that_never_ends_is_closed() {
    let server = with(Limits {
        header_timeout: Duration::from_millis(50),
        ..Limits::default()
    })
    .await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(&PROBE[..PROBE.len() - 2]).await.unwrap();
    let mut answer = Vec::new();
    // Reset, closed, or told why by the library; it ends in any case.
    let _ = slow.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = with(Limits {
        idle_timeout: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(PROBE).await.unwrap();
    read_until(&mut idle, b"ok\n").await;
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn http_2_is_told_how_many_streams_it_may_open() {
    let server = with(Limits {
        max_streams: 7,
        ..Limits::default()
    })
    .await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (sender, mut connection) = h2::client::handshake(stream).await.unwrap();
    let request = http::Request::get(format!("http://{}/livez", server.address));
    let mut sender = sender.ready().await.unwrap();
    let (answer, _) = sender
        .send_request(request.body(()).unwrap(), true)
        .unwrap();
    let told = async {
        tokio::select! {
            answer = answer => answer.unwrap(),
            ended = &mut connection => panic!("the connection ended: {ended:?}"),
        }
    };
    assert_eq!(told.await.status(), 200);
    assert_eq!(connection.max_concurrent_send_streams(), 7);
}
