//! Streams that callers send over plain HTTP: one object to a line, or an array; and what forms and places are refused.

use std::convert::Infallible;
use std::net::Shutdown;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use serde_json::Value;
use tests::component::Component;
use tests::http::{Body, Connection, Reply, Version, full, with_headers};
use tests::patience::within;
use tests::server::Server;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Sender, channel};

const GREET_MANY: &str = "/v1/hello:many";
const CONVERSE: &str = "/v1/conversation";
/// The same methods without any annotation.
const GREET_MANY_PLAIN: &str = "/myservice.v1.MyService/GreetMany";
const CONVERSE_PLAIN: &str = "/myservice.v1.MyService/Converse";

const LINES: &str = "application/x-ndjson";
const LINES_TOO: &str = "application/jsonl";
const ARRAY: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// A body that is sent as the test goes; it ends when the other half is dropped.
fn spoken() -> (Sender<&'static str>, Body) {
    let (sender, receiver) = channel(1);
    let frames = stream::unfold(receiver, async |mut receiver| {
        let said: &'static str = receiver.recv().await?;
        let frame = Frame::data(Bytes::from_static(said.as_bytes()));
        Some((Ok::<_, Infallible>(frame), receiver))
    });
    (sender, StreamBody::new(frames).boxed())
}

fn post(
    connection: &Connection,
    path: &str,
    content_type: &str,
    accept: &str,
    body: Body,
) -> Result<Request<Body>> {
    let headers = [("content-type", content_type), ("accept", accept)];
    let request = with_headers(connection.request(Method::POST, path), &headers);
    Ok(request.body(body)?)
}

/// Sends a body that is known up front.
async fn say(
    connection: &mut Connection,
    path: &str,
    content_type: &str,
    accept: &str,
    body: &str,
) -> Result<Reply> {
    let body = full(body.to_owned());
    let request = post(connection, path, content_type, accept, body)?;
    connection.exchange(request).await
}

/// What comes next of an answer; None at its end, an error where it breaks off.
async fn heard(body: &mut Incoming) -> Result<Option<String>> {
    while let Some(frame) = within("what comes next", body.frame()).await? {
        let data = frame?.into_data().unwrap_or_default();
        // HTTP/2 may end with a frame of nothing.
        if !data.is_empty() {
            return Ok(Some(String::from_utf8(data.to_vec())?));
        }
    }
    Ok(None)
}

#[track_caller]
fn check_failure(reply: &Reply, http_status: u16, status: &str, words: &[&str]) {
    let text = String::from_utf8_lossy(&reply.body);
    assert_eq!(reply.http_status, http_status, "{text}");
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!(value["error"]["status"], status, "{text}");
    let message = value["error"]["message"].as_str().unwrap_or_default();
    for words in words {
        assert!(message.contains(words), "{message:?} doesn't say {words:?}");
    }
}

#[tokio::test]
async fn many_messages_are_answered_by_one() -> Result<()> {
    let server = Server::start(&[]).await?;
    let lines = "{\"name\":\"Ada\"}\n\n{\"name\":\"Bob\"}\r\n{\"name\":\"Eve {}\"}";
    let array = "[{\"name\":\"Ada\"},\n{\"name\":\"Bob\"} , {\"name\":\"Eve {}\"}]\n";
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        for path in [GREET_MANY, GREET_MANY_PLAIN] {
            for (content_type, body, greeted) in [
                (LINES, lines, 3),
                (LINES_TOO, lines, 3),
                (ARRAY, array, 3),
                ("application/json; charset=utf-8", "{\"name\":\"Ada\"}", 1),
                (ARRAY, "[]", 0),
                (ARRAY, "", 0),
                (LINES, "", 0),
            ] {
                let reply = say(&mut connection, path, content_type, "*/*", body).await?;
                let text = String::from_utf8_lossy(&reply.body).into_owned();
                assert_eq!(reply.http_status, 200, "{content_type} {body:?}: {text}");
                assert_eq!(reply.header("content-type"), Some(ARRAY));
                let value: Value = serde_json::from_str(&text)?;
                let count = value["greeted"].as_u64().unwrap_or_default();
                assert_eq!(count, greeted, "{content_type} {body:?}: {text}");
                if greeted == 3 {
                    ensure!(text.contains("Eve {}"), "{text}");
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn many_small_messages_leave_the_replicas_connection_alone() -> Result<()> {
    let server = Server::start(&["--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    // As many as MyService greets in one call.
    let body = "{\"name\":\"Ada\"}\n".repeat(10_000);
    for _ in 0..3 {
        let reply = say(&mut connection, GREET_MANY, LINES, "*/*", &body).await?;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        assert_eq!(reply.http_status, 200, "{text}");
        ensure!(text.contains("\"greeted\":10000"), "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn many_messages_are_answered_by_many_in_the_form_asked_for() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        for path in [CONVERSE, CONVERSE_PLAIN] {
            for (content_type, said) in [
                (LINES, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n"),
                (ARRAY, "[{\"text\":\"a\"},{\"text\":\"b\"}]"),
            ] {
                for (accept, begin, between, end) in [
                    (LINES, "{", "\n{", "}\n"),
                    (ARRAY, "[{", ",\n{", "}]"),
                    (EVENTS, "data: {", "\n\ndata: {", "event: end\ndata: {}\n\n"),
                ] {
                    // A stream takes its connection with it.
                    let mut connection = Connection::open(server.address(), version).await?;
                    let reply = say(&mut connection, path, content_type, accept, said).await?;
                    let text = String::from_utf8_lossy(&reply.body).into_owned();
                    assert_eq!(reply.http_status, 200, "{text}");
                    assert_eq!(reply.header("content-type"), Some(accept));
                    ensure!(text.starts_with(begin) && text.ends_with(end), "{text}");
                    ensure!(text.contains(between), "{text}");
                    for words in ["You said: a", "You said: b", "\"answers\":2"] {
                        ensure!(text.contains(words), "{words} isn't in {text}");
                    }
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn each_message_is_answered_before_the_next_is_said() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        for (content_type, said) in [
            (LINES, ["{\"text\":\"a\"}\n", "{\"text\":\"b\"}\n", "\n"]),
            (ARRAY, ["[{\"text\":\"a\"}", ",{\"text\":\"b\"}", "]"]),
        ] {
            let mut connection = Connection::open(server.address(), version).await?;
            let (sender, body) = spoken();
            let request = post(&connection, CONVERSE, content_type, LINES, body)?;
            let [first, second, end] = said;
            sender.send(first).await?;
            let mut answer = connection.send(request).await?.into_body();
            let text = heard(&mut answer).await?.context("an answer")?;
            ensure!(text.contains("You said: a"), "{version:?} {text}");
            sender.send(second).await?;
            let text = heard(&mut answer).await?.context("an answer")?;
            ensure!(text.contains("You said: b"), "{version:?} {text}");
            sender.send(end).await?;
            drop(sender);
            let text = heard(&mut answer).await?.context("an answer")?;
            ensure!(text.contains("Goodbye"), "{version:?} {text}");
            assert_eq!(heard(&mut answer).await?, None);
        }
    }
    Ok(())
}

#[tokio::test]
async fn component_sees_a_message_before_the_body_ends() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let (sender, body) = spoken();
    sender.send("[{\"name\":\"Ada\"},{\"name\":\" \"}").await?;
    let request = post(&connection, GREET_MANY, ARRAY, "*/*", body)?;
    // The sender still lives: only the handler can have refused the name.
    let reply = connection.exchange(request).await?;
    check_failure(
        &reply,
        400,
        "INVALID_ARGUMENT",
        &["message 2: name must be"],
    );
    drop(sender);
    Ok(())
}

#[tokio::test]
async fn a_bad_element_is_named() -> Result<()> {
    let server = Server::start(&["--max-message-bytes", "64"]).await?;
    let long = format!("[{{}},{{\"name\":\"{}\"}}]", "x".repeat(64));
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        for (content_type, body, words) in [
            (
                LINES,
                "{\"name\":\"a\"}\n{\"name\":\"b\"}\n{\"nam\":\"c\"}\n",
                "element 3: body at line 1, column 2: nam: no such field",
            ),
            (
                ARRAY,
                "[{\"name\":\"a\"},{\"name\":\"b\"},{\"nam\":\"c\"}]",
                "element 3: body at line 1, column 2: nam: no such field",
            ),
            (LINES, "{\"name\":\"a\"}\n{", "element 2: body at"),
            (
                ARRAY,
                "[{\"name\":\"a\"}",
                "element 2: the body ends before",
            ),
            (
                ARRAY,
                "[{\"name\":\"a\"},{\"na",
                "element 2: the body ends within",
            ),
            (
                ARRAY,
                "{\"name\":\"a\"}{}",
                "element 2: nothing more expected",
            ),
            (
                ARRAY,
                "[{\"name\":\"a\"} {}]",
                "element 1: `,` or `]` expected",
            ),
            (ARRAY, "name=a", "element 1: body at"),
        ] {
            let reply = say(&mut connection, GREET_MANY, content_type, "*/*", body).await?;
            check_failure(&reply, 400, "INVALID_ARGUMENT", &[words]);
        }
        let reply = say(&mut connection, GREET_MANY, ARRAY, "*/*", &long).await?;
        let words = ["element 2: exceeds the limit of 64 bytes (--max-message-bytes)"];
        check_failure(&reply, 413, "RESOURCE_EXHAUSTED", &words);
        let path = format!("{GREET_MANY}?name=x");
        let reply = say(&mut connection, &path, ARRAY, "*/*", "[{}]").await?;
        check_failure(
            &reply,
            400,
            "INVALID_ARGUMENT",
            &["query: name: the body holds"],
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_failure_behind_answers_is_a_late_one() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        for (bad, words) in [
            ("{\"text\":\"\"}\n", "message 2: text must be"),
            ("{\"texd\":\"b\"}\n", "element 2: body at line 1"),
        ] {
            let mut connection = Connection::open(server.address(), version).await?;
            let (sender, body) = spoken();
            let request = post(&connection, CONVERSE, LINES, LINES, body)?;
            sender.send("{\"text\":\"a\"}\n").await?;
            let response = connection.send(request).await?;
            assert_eq!(response.status(), 200);
            let mut answer = response.into_body();
            let text = heard(&mut answer).await?.context("an answer")?;
            ensure!(text.contains("You said: a"), "{text}");
            sender.send(bad).await?;
            let text = heard(&mut answer).await?.context("an error")?;
            ensure!(text.starts_with("{\"error\":"), "{text}");
            ensure!(text.contains(words), "{words} isn't in {text}");
            let end = heard(&mut answer).await;
            ensure!(end.is_err(), "{version:?}: looks whole: {end:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn leaving_ends_the_call_in_the_component() -> Result<()> {
    for version in Version::ALL {
        let component = Component::replica(&[]).await?;
        let flags = [
            "--replicas",
            "0",
            "--component",
            &component.named("my-service"),
        ];
        let server = Server::start(&flags).await?;
        let socket = std::net::TcpStream::connect(server.address())?;
        socket.set_nonblocking(true)?;
        let stream = TcpStream::from_std(socket.try_clone()?)?;
        let mut connection = Connection::over(stream, version).await?;
        let (sender, body) = spoken();
        sender.send("{\"text\":\"a\"}\n").await?;
        let request = post(&connection, CONVERSE, LINES, LINES, body)?;
        let mut answer = connection.send(request).await?.into_body();
        let text = heard(&mut answer).await?.context("an answer")?;
        ensure!(text.contains("You said: a"), "{text}");
        // The sender still lives: the call doesn't end by itself.
        socket.shutdown(Shutdown::Both)?;
        component.errors().wait_for("CANCELLED").await?;
        server.log().wait_for("CANCELLED").await?;
        drop(sender);
    }
    Ok(())
}

#[tokio::test]
async fn unwanted_forms_and_foreign_bodies_are_refused_with_what_there_is() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        let said = "{\"text\":\"a\"}";
        for accept in [
            "text/html",
            "application/xml, image/*",
            "application/json;q=0",
        ] {
            let reply = say(&mut connection, CONVERSE, LINES, accept, said).await?;
            let words = [accept, LINES, ARRAY, EVENTS];
            check_failure(&reply, 406, "UNIMPLEMENTED", &words);
        }
        let reply = connection
            .get("/v1/hello/World", &[("accept", "text/html")])
            .await?;
        check_failure(&reply, 406, "UNIMPLEMENTED", &["text/html", ARRAY]);
        let browsers = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, form) in [("*/*", LINES), (browsers, LINES)] {
            // A stream takes its connection with it.
            let mut connection = Connection::open(server.address(), version).await?;
            let reply = say(&mut connection, CONVERSE, LINES, accept, said).await?;
            assert_eq!(reply.header("content-type"), Some(form), "{accept}");
        }
        let reply = connection
            .get("/v1/hello/World", &[("accept", browsers)])
            .await?;
        assert_eq!(reply.http_status, 200);
        for foreign in ["text/plain", "application/x-www-form-urlencoded"] {
            let reply = say(&mut connection, CONVERSE, foreign, "*/*", said).await?;
            check_failure(&reply, 415, "UNIMPLEMENTED", &[foreign, LINES, ARRAY]);
            // One message isn't lines of them.
            let reply = say(&mut connection, "/v1/hello", LINES, "*/*", "{}").await?;
            check_failure(&reply, 415, "UNIMPLEMENTED", &[LINES, "send JSON"]);
        }
        let request = connection.request(Method::POST, CONVERSE);
        let reply = connection.exchange(request.body(full(said))?).await?;
        check_failure(
            &reply,
            415,
            "UNIMPLEMENTED",
            &["no content type", LINES, ARRAY],
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_takes_streams_says_so() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for path in [GREET_MANY, CONVERSE, GREET_MANY_PLAIN, CONVERSE_PLAIN] {
        let request = connection.request(Method::OPTIONS, path);
        let reply = connection.exchange(request.body(full(""))?).await?;
        assert_eq!(reply.http_status, 204, "{path}");
        assert_eq!(reply.header("allow"), Some("POST"), "{path}");
    }
    let reply = connection.get("/debug/routes", &[]).await?;
    let value: Value = serde_json::from_slice(&reply.body)?;
    let routes = value["routes"].as_array().context("routes")?;
    for (template, takes, answers) in [
        ("/v1/hello/{name}", false, false),
        ("/v1/greetings:watch", false, true),
        (GREET_MANY, true, false),
        (CONVERSE, true, true),
    ] {
        let route = routes.iter().find(|route| route["template"] == template);
        let route = route.context(template)?;
        assert_eq!(route["takesStream"], takes, "{route}");
        assert_eq!(route["answersStream"], answers, "{route}");
    }
    let reply = connection.get("/openapi/v3", &[]).await?;
    let value: Value = serde_json::from_slice(&reply.body)?;
    for path in [GREET_MANY, CONVERSE] {
        let content = &value["paths"][path]["post"]["requestBody"]["content"];
        ensure!(content[LINES]["schema"].is_object(), "{content}");
        assert_eq!(content[ARRAY]["schema"]["type"], "array", "{content}");
    }
    Ok(())
}
