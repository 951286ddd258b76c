//! How much of a stream is held for a caller that doesn't read it: from a replica to a caller, both played by the test,
//! through a whole API server that listens.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::*;
use crate::config::{Component, Config as ServeConfig, limits};
use crate::schema::load::Origin;
use crate::schema::tests::pool;

/// What the caller lets come unread: HTTP/2's own default.
const CALLER_WINDOW_BYTES: usize = 65_535;
/// What the API server lets a replica send unread: `STREAM_WINDOW_BYTES` of the balancer's connections.
const REPLICA_WINDOW_BYTES: usize = 256 * 1024;
/// What the replica of the test holds itself.
const REPLICA_BUFFER_BYTES: usize = 16 * 1024;
/// What is in nobody's window: a piece in the hands of each layer, and a message that is being turned into JSON.
const IN_HAND_BYTES: usize = 64 * 1024;
/// All that may leave a replica for one stream whose caller doesn't read.
const MAX_HELD_BYTES: usize = CALLER_WINDOW_BYTES
    + limits::HTTP2_MAX_SEND_BUFFER_BYTES
    + REPLICA_WINDOW_BYTES
    + REPLICA_BUFFER_BYTES
    + IN_HAND_BYTES;

const LIST: &str = "/shop.Orders/List";
const GET: &str = "/shop.Orders/Get";
const SCHEMA: &str = "
    syntax = 'proto3'; package shop; message M { string id = 1; }
    service Orders { rpc List(M) returns (stream M); rpc Get(M) returns (M); }";

/// The schema as a file in the system's folder for such, gone with the test.
struct Set(PathBuf);

impl Drop for Set {
    fn drop(&mut self) {
        // Left over in the system's folder at worst.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// One message of a thousand characters in its frame.
fn message() -> Bytes {
    let id = "x".repeat(1000);
    let payload = [&[0x0a, 0xe8, 0x07], id.as_bytes()].concat().into();
    wire::frame::Frame { flags: 0, payload }.encode()
}

/// Serves one connection after the other; lists never end, anything else does at once. Counts what left.
async fn replica(listener: TcpListener, sent: Arc<AtomicUsize>) {
    let mut tasks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let mut builder = h2::server::Builder::new();
        builder.max_send_buffer_size(REPLICA_BUFFER_BYTES);
        let mut connection = builder.handshake::<_, Bytes>(stream).await.unwrap();
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            let mut head = http::Response::new(());
            let content_type = Dialect::Grpc.content_type().parse().unwrap();
            head.headers_mut()
                .insert(header::CONTENT_TYPE, content_type);
            if request.uri().path() == LIST {
                let stream = respond.send_response(head, false).unwrap();
                tasks.spawn(list(stream, Arc::clone(&sent)));
            } else {
                head.headers_mut()
                    .insert("grpc-status", "5".parse().unwrap());
                respond.send_response(head, true).unwrap();
            }
        }
    }
}

async fn list(mut stream: h2::SendStream<Bytes>, sent: Arc<AtomicUsize>) {
    let mut rest = Bytes::new();
    loop {
        if rest.is_empty() {
            rest = message();
        }
        stream.reserve_capacity(rest.len());
        while stream.capacity() == 0 {
            let Some(Ok(_)) = poll_fn(|cx| stream.poll_capacity(cx)).await else {
                return;
            };
        }
        let piece = rest.split_to(stream.capacity().min(rest.len()));
        sent.fetch_add(piece.len(), Ordering::SeqCst);
        if stream.send_data(piece, false).is_err() {
            return;
        }
    }
}

/// An API server in front of that replica.
async fn serve(replica: SocketAddr) -> (App, Set) {
    let name = format!("gangplank-{}-windows.binpb", std::process::id());
    let set = Set(std::env::temp_dir().join(name));
    let descriptors = pool(&[("shop.proto", SCHEMA)]).encode_to_vec();
    std::fs::write(&set.0, descriptors).unwrap();
    let mut config = ServeConfig::default();
    config.demo.replicas = 0;
    let replica = replica.to_string().parse().unwrap();
    config.components = vec![Component {
        schema: Origin::DescriptorSet(set.0.clone()),
        ..Component::new("orders".into(), vec![replica])
    }];
    (App::bind(config).await.unwrap(), set)
}

type Caller = h2::client::SendRequest<Bytes>;

/// Asks, and gives the answer's head and its body, which nobody reads.
async fn ask(
    caller: &Caller,
    server: SocketAddr,
    path: &str,
    dialect: Dialect,
) -> http::Response<h2::RecvStream> {
    let request = http::Request::post(format!("http://{server}{path}"))
        .header(header::CONTENT_TYPE, dialect.content_type())
        .body(())
        .unwrap();
    let mut caller = caller.clone().ready().await.unwrap();
    let (answer, mut body) = caller.send_request(request, false).unwrap();
    let message = match dialect {
        Dialect::Json => Bytes::from_static(b"{}"),
        _ => Bytes::from_static(&[0; 5]),
    };
    body.send_data(message, true).unwrap();
    answer.await.unwrap()
}

#[tokio::test]
async fn what_is_held_for_a_caller_that_doesnt_read_is_bounded() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    tasks.spawn(replica(listener, Arc::clone(&sent)));
    let (app, _set) = serve(address).await;
    let server = app.local_addr();
    let (_reload, reloads) = watch::channel(());
    let (_stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    tasks.spawn(app.serve(shutdown, reloads));

    for dialect in [Dialect::Grpc, Dialect::GrpcWeb, Dialect::Json] {
        sent.store(0, Ordering::SeqCst);
        let stream = TcpStream::connect(server).await.unwrap();
        let (caller, connection) = h2::client::handshake(stream).await.unwrap();
        let driving = tokio::spawn(connection);
        let unread = ask(&caller, server, LIST, dialect).await;
        assert_eq!(unread.status(), 200, "{dialect:?}");
        // A window is full; only then it shows whether anything takes more out of it than it should.
        until(|| sent.load(Ordering::SeqCst) >= REPLICA_WINDOW_BYTES).await;
        // Other calls take the same way there and back, so that whatever can still move has moved.
        for _ in 0..200 {
            assert_eq!(
                ask(&caller, server, GET, Dialect::Grpc).await.headers()["grpc-status"],
                "5"
            );
        }
        let held = sent.load(Ordering::SeqCst);
        assert!(
            held <= MAX_HELD_BYTES,
            "{held} of {MAX_HELD_BYTES} as {dialect:?}"
        );
        drop(unread);
        driving.abort();
    }
}
