//! CORS on the wire: an allowed page can read every answer, whoever made it; another page can read none.

use anyhow::{Context as _, Result};
use http::{Method, Request};
use tests::grpc_web;
use tests::http::{Body, Connection, Reply, Version, empty, full};
use tests::server::Server;
use wire::content_type::Dialect;
use wire::frame::prefix;

use crate::{NEVER, SAY_HELLO, hello};

const PAGE: &str = "http://localhost:9999";

#[tokio::test]
async fn allowed_page_reads_every_answer() -> Result<()> {
    let slow = Server::start(&[NEVER]).await?;
    for version in Version::ALL {
        for (what, make) in answers() {
            let mut connection = Connection::open(slow.address(), version).await?;
            let mut request = make(&connection)?;
            request.headers_mut().insert("origin", PAGE.parse()?);
            let reply = connection.exchange(request).await?;
            assert_eq!(
                reply.header("access-control-allow-origin"),
                Some(PAGE),
                "{what} {version:?}"
            );
            let exposed = list(&reply, "access-control-expose-headers");
            for name in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
                assert!(
                    exposed.contains(&name.to_owned()),
                    "{what}: {exposed:?} lacks {name}"
                );
            }
            assert!(
                list(&reply, "vary").contains(&"origin".to_owned()),
                "{what} {:?}",
                reply.headers
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn allowed_page_reads_a_success() -> Result<()> {
    let server = Server::start(&["--allow-origin", "https://app.example"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for origin in [
        PAGE,
        "http://127.0.0.1:1",
        "http://[::1]:3000",
        "https://app.example",
    ] {
        let headers = [("origin", origin)];
        let world = hello("World");
        let answer = grpc_web::call(
            &mut connection,
            Dialect::GrpcWeb,
            SAY_HELLO,
            &world,
            &headers,
        )
        .await?;
        assert_eq!(answer.code.number(), 0);
        assert_eq!(
            answer.reply.header("access-control-allow-origin"),
            Some(origin)
        );
    }
    Ok(())
}

#[tokio::test]
async fn foreign_page_reads_nothing() -> Result<()> {
    let server = Server::start(&["--allow-origin", "https://app.example"]).await?;
    for origin in [
        "null",
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
    ] {
        let mut connection = Connection::open(server.address(), Version::Http1).await?;
        for request in [
            call(&connection)?,
            preflight(&connection)?,
            get(&connection, "/readyz")?,
        ] {
            let mut request = request;
            request.headers_mut().insert("origin", origin.parse()?);
            let reply = connection.exchange(request).await?;
            assert_eq!(
                reply.header("access-control-allow-origin"),
                None,
                "{origin}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn preflight_grants_what_calls_need() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        let mut request = preflight(&connection)?;
        request.headers_mut().insert("origin", PAGE.parse()?);
        let reply = connection.exchange(request).await?;
        assert!(reply.http_status.is_success(), "{reply:?}");
        assert_eq!(reply.header("access-control-allow-origin"), Some(PAGE));
        assert!(list(&reply, "access-control-allow-methods").contains(&"post".to_owned()));
        let granted = list(&reply, "access-control-allow-headers");
        for name in ASKED.split(',') {
            assert!(
                granted.contains(&name.to_owned()),
                "{granted:?} lacks {name}"
            );
        }
        let max_age: u32 = reply
            .header("access-control-max-age")
            .context("an age")?
            .parse()?;
        assert!((1..=7200).contains(&max_age), "{max_age}");
    }
    Ok(())
}

/// What gRPC-Web clients and traces ask to send.
const ASKED: &str = "authorization,content-type,grpc-timeout,traceparent,x-grpc-web,x-user-agent";

type MakeRequest = fn(&Connection) -> Result<Request<Body>>;

/// One request for each kind of answer and each layer that makes one.
fn answers() -> [(&'static str, MakeRequest); 10] {
    [
        ("deadline", |connection| {
            let timeout = [("grpc-timeout", "20m")];
            grpc_web::request(
                connection,
                Dialect::GrpcWeb,
                SAY_HELLO,
                &hello("World"),
                &timeout,
            )
        }),
        ("unreadable timeout", |connection| {
            let timeout = [("grpc-timeout", "soon")];
            grpc_web::request(
                connection,
                Dialect::GrpcWeb,
                SAY_HELLO,
                &hello("World"),
                &timeout,
            )
        }),
        ("unknown method", |connection| {
            let path = "/myservice.v1.MyService/SayNothing";
            grpc_web::request(connection, Dialect::GrpcWebText, path, &hello("World"), &[])
        }),
        ("oversize message", |connection| {
            let body = prefix(0, u32::MAX).to_vec();
            let request = connection.request(Method::POST, SAY_HELLO);
            Ok(request
                .header("content-type", "application/grpc-web")
                .body(full(body))?)
        }),
        ("foreign content type", |connection| {
            let request = connection.request(Method::POST, SAY_HELLO);
            Ok(request
                .header("content-type", "text/plain")
                .body(full("{}"))?)
        }),
        ("other verb", |connection| get(connection, SAY_HELLO)),
        ("nothing there", |connection| get(connection, "/nothing.js")),
        ("probe", |connection| get(connection, "/readyz")),
        ("page", |connection| get(connection, "/")),
        ("long target", |connection| {
            get(connection, &format!("/{}", "x".repeat(10_000)))
        }),
    ]
}

fn call(connection: &Connection) -> Result<Request<Body>> {
    grpc_web::request(
        connection,
        Dialect::GrpcWeb,
        SAY_HELLO,
        &hello("World"),
        &[],
    )
}

fn get(connection: &Connection, path: &str) -> Result<Request<Body>> {
    Ok(connection.request(Method::GET, path).body(empty())?)
}

fn preflight(connection: &Connection) -> Result<Request<Body>> {
    let request = connection.request(Method::OPTIONS, SAY_HELLO);
    let request = request.header("access-control-request-method", "POST");
    Ok(request
        .header("access-control-request-headers", ASKED)
        .body(empty())?)
}

/// The items of a header that holds a list, over all its lines, in lower case.
fn list(reply: &Reply, name: &str) -> Vec<String> {
    let lines = reply
        .headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(|item| item.trim().to_ascii_lowercase())
        .collect()
}
