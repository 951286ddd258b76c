//! A message over 4 MiB is refused by its prefix, with the limit in the answer, and nobody reads it all.
//! What has too many headers or stands still is told which limit it hit, whatever the dialect.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use http::Method;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame as BodyFrame;
use tests::grpc_web::{Answer, call};
use tests::http::{Body, Connection, Version, empty};
use tests::server::Server;
use wire::code::Code;
use wire::content_type::Dialect;

use crate::{SAY_HELLO, hello};

const LIMIT_BYTES: u32 = 4_194_304;
/// What the largest prefix announces; nobody would want to wait for that.
const ANNOUNCED_BYTES: u32 = u32::MAX;
/// What a server may read of a message that it refuses, with room for what sockets hold.
const MAX_READ_BYTES: u64 = 64 * 1024 * 1024;
const CHUNK: &[u8] = &[0; 65_536];

#[tokio::test]
async fn largest_message_is_read() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        // Tag and length of the name take five bytes.
        let request = hello(&"W".repeat(usize::try_from(LIMIT_BYTES - 5)?));
        let answer = call(&mut connection, Dialect::GrpcWeb, SAY_HELLO, &request, &[]).await?;
        assert_eq!(answer.code, Code::InvalidArgument, "{}", answer.message);
        let request = hello(&"W".repeat(usize::try_from(LIMIT_BYTES - 4)?));
        let answer = call(&mut connection, Dialect::GrpcWeb, SAY_HELLO, &request, &[]).await?;
        check_refused(&answer);
    }
    Ok(())
}

#[tokio::test]
async fn prefix_over_the_limit_is_enough() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    // Nothing follows the prefix, and the request doesn't end either.
    let prefix = stream::iter([announcement(LIMIT_BYTES + 1)]).chain(stream::pending());
    let reply = connection.exchange(post(&connection, prefix)?).await?;
    check_refused(&Answer::read(Dialect::GrpcWeb, reply)?);
    Ok(())
}

#[tokio::test]
async fn http1_client_that_sends_it_all_reads_why() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let len = 3 * LIMIT_BYTES;
    let chunks =
        stream::repeat(Bytes::from_static(CHUNK)).take(usize::try_from(len)? / CHUNK.len());
    let body = stream::iter([announcement(len)]).chain(chunks);
    let reply = connection.exchange(post(&connection, body)?).await?;
    check_refused(&Answer::read(Dialect::GrpcWeb, reply)?);
    Ok(())
}

#[tokio::test]
async fn endless_message_is_not_read_to_its_end() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        let sent = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&sent);
        let payload = stream::repeat(Bytes::from_static(CHUNK)).inspect(move |chunk| {
            counted.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        });
        let body = stream::iter([announcement(ANNOUNCED_BYTES)]).chain(payload);
        let reply = connection.exchange(post(&connection, body)?).await;
        // Over HTTP/1 a client that goes on writing finds the connection closed; over HTTP/2 it reads the answer.
        match reply {
            Ok(reply) => check_refused(&Answer::read(Dialect::GrpcWeb, reply)?),
            Err(error) => ensure!(version == Version::Http1, "{error:#}"),
        }
        let sent = sent.load(Ordering::Relaxed);
        assert!(
            sent < MAX_READ_BYTES,
            "{sent} bytes were read over {version:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn too_many_headers_are_refused_by_the_flags_name() -> Result<()> {
    let server = Server::start(&["--max-headers", "20"]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        for (count, http_status) in [(10, 200), (21, 431)] {
            let mut request = connection.request(Method::GET, "/v1/hello/World");
            for _ in 0..count {
                request = request.header("x-more", "1");
            }
            let reply = connection.exchange(request.body(empty())?).await?;
            assert_eq!(reply.http_status, http_status, "{version:?}");
            let text = str::from_utf8(&reply.body)?;
            assert_eq!(text.contains("--max-headers"), count > 20, "{text}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_body_that_stands_still_is_ended_in_every_dialect() -> Result<()> {
    let server = Server::start(&["--body-timeout", "50ms"]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        let half = stream::iter([announcement(10)]).chain(stream::pending());
        let reply = connection.exchange(post(&connection, half)?).await?;
        let answer = Answer::read(Dialect::GrpcWeb, reply)?;
        assert_eq!(answer.code, Code::DeadlineExceeded, "{}", answer.message);
        assert!(
            answer.message.contains("--body-timeout"),
            "{}",
            answer.message
        );
        let mut connection = Connection::open(server.address(), version).await?;
        let half = stream::iter([Bytes::from_static(b"{")]).chain(stream::pending());
        let mut request = post(&connection, half)?;
        let json = "application/json".parse()?;
        request.headers_mut().insert("content-type", json);
        let reply = connection.exchange(request).await?;
        assert_eq!(reply.http_status, 408, "{version:?}");
        let text = str::from_utf8(&reply.body)?;
        assert!(text.contains("--body-timeout"), "{text}");
    }
    Ok(())
}

fn announcement(len: u32) -> Bytes {
    Bytes::copy_from_slice(&wire::frame::prefix(0, len))
}

fn post(
    connection: &Connection,
    body: impl Stream<Item = Bytes> + Send + Sync + 'static,
) -> Result<http::Request<Body>> {
    let frames = body.map(|bytes| Ok::<_, Infallible>(BodyFrame::data(bytes)));
    let request = connection.request(Method::POST, SAY_HELLO);
    let request = request.header("content-type", Dialect::GrpcWeb.content_type());
    Ok(request.body(BodyExt::boxed(StreamBody::new(frames)))?)
}

#[track_caller]
fn check_refused(answer: &Answer) {
    assert_eq!(answer.code, Code::ResourceExhausted, "{}", answer.message);
    assert!(
        answer.message.contains(&LIMIT_BYTES.to_string()),
        "{}",
        answer.message
    );
}
