//! The JSON dialect from outside: routes, the plain form, and the error model for every failure.

use anyhow::{Context as _, Result};
use http::Method;
use serde_json::{Value, json};
use tests::http::{Connection, Reply, Version, full, with_headers};
use tests::server::Server;

use crate::SAY_HELLO;

const JSON: (&str, &str) = ("content-type", "application/json");

async fn ask(
    connection: &mut Connection,
    verb: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<(Reply, Value)> {
    let request = with_headers(connection.request(verb, path), headers);
    let reply = connection
        .exchange(request.body(full(body.to_owned()))?)
        .await?;
    let value = match &reply.body[..] {
        [] => Value::Null,
        body => serde_json::from_slice(body).with_context(|| format!("{body:?}"))?,
    };
    Ok((reply, value))
}

#[tokio::test]
async fn a_method_answers_by_route_and_by_name() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        for (verb, path, body, greeting) in [
            (Method::GET, "/v1/hello/World", "", "Hello, World!"),
            (
                Method::GET,
                "/v1/hello/a%2Fb?language=LANGUAGE_ZH",
                "",
                "你好，a/b！",
            ),
            (
                Method::GET,
                "/v1/goodbye/World?language=1",
                "",
                "Goodbye, World!",
            ),
            (
                Method::POST,
                "/v1/hello",
                r#"{"name":"World"}"#,
                "Hello, World!",
            ),
            (
                Method::POST,
                SAY_HELLO,
                r#"{"name":"World","language":2}"#,
                "你好，World！",
            ),
        ] {
            let headers = if body.is_empty() { &[][..] } else { &[JSON] };
            let (reply, value) = ask(&mut connection, verb, path, headers, body).await?;
            assert_eq!(reply.http_status, 200, "{path} {value}");
            assert_eq!(reply.header("content-type"), Some("application/json"));
            assert_eq!(value["message"], greeting);
            assert_eq!(value["replica"], "pier-0");
            assert!(
                value["servedAt"]
                    .as_str()
                    .is_some_and(|at| at.ends_with('Z')),
                "{value}"
            );
            let timing = reply.header("server-timing").context("server-timing")?;
            assert!(timing.contains("pick;desc=\"my-service\""), "{timing}");
            assert!(timing.contains("replica;desc=\"pier-0\""), "{timing}");
        }
    }
    Ok(())
}

/// A request that fails: verb, path and body; and what it is told: HTTP status, gRPC's name, some words.
type Refused = (
    &'static str,
    &'static str,
    &'static str,
    u16,
    &'static str,
    &'static str,
);

/// More than the 64 bytes that the server takes.
const LONG: &str = r#"{"name":"0123456789012345678901234567890123456789012345678901234567890123"}"#;

#[rustfmt::skip] // A table reads better than ninety lines.
const REFUSED: [Refused; 9] = [
    ("GET", "/v1/hello/%20", "", 400, "INVALID_ARGUMENT", "name must be"),
    ("POST", "/v1/hello", r#"{"nam":"x"}"#, 400, "INVALID_ARGUMENT", "nam"),
    ("POST", "/v1/hello", "{", 400, "INVALID_ARGUMENT", "line 1"),
    ("GET", "/v1/hello/x?nam=1", "", 400, "INVALID_ARGUMENT", "nam"),
    ("GET", "/v1/nothing", "", 404, "NOT_FOUND", "/debug/routes?path=/v1/nothing"),
    ("GET", "/v1/hello/x/", "", 404, "NOT_FOUND", "a route for /v1/hello/x"),
    ("PUT", "/v1/hello", "{}", 405, "UNIMPLEMENTED", "use POST"),
    ("POST", "/v1/hello", LONG, 413, "RESOURCE_EXHAUSTED", "--max-message-bytes"),
    ("GET", "/v1/hello/%00", "", 400, "INVALID_ARGUMENT", "NUL"),
];

#[tokio::test]
async fn every_failure_is_one_model_with_its_http_status() -> Result<()> {
    let server = Server::start(&["--max-message-bytes", "64"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for (verb, path, body, http_status, status, words) in REFUSED {
        let (reply, value) = ask(&mut connection, verb.parse()?, path, &[JSON], body).await?;
        check_failure(&reply, &value, http_status, status, words);
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let (reply, value) = ask(&mut connection, Method::POST, "/v1/hello", &form, "name=x").await?;
    check_failure(&reply, &value, 415, "UNIMPLEMENTED", "send JSON");
    Ok(())
}

#[track_caller]
fn check_failure(reply: &Reply, value: &Value, http_status: u16, status: &str, words: &str) {
    let error = &value["error"];
    assert_eq!(reply.http_status, http_status, "{value}");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(error["code"], http_status, "{value}");
    assert_eq!(error["status"], status, "{value}");
    let message = error["message"].as_str().unwrap_or_default();
    assert!(message.contains(words), "{message:?} doesn't say {words:?}");
    assert!(error["details"].is_array(), "{value}");
    assert_eq!(error["traceId"].as_str().map(str::len), Some(32), "{value}");
}

#[tokio::test]
async fn a_bad_field_stands_in_the_details() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let (_, value) = ask(&mut connection, Method::GET, "/v1/hello/%20", &[], "").await?;
    let detail = &value["error"]["details"][0];
    assert_eq!(detail["@type"], "type.googleapis.com/google.rpc.BadRequest");
    assert_eq!(detail["fieldViolations"][0]["field"], "name");
    Ok(())
}

#[tokio::test]
async fn verbs_and_traces_are_kept() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let (options, _) = ask(&mut connection, Method::OPTIONS, "/v1/hello/x", &[], "").await?;
    assert_eq!(
        (options.http_status.as_u16(), options.header("allow")),
        (204, Some("GET, HEAD"))
    );
    let (head, value) = ask(&mut connection, Method::HEAD, "/v1/hello/x", &[], "").await?;
    assert_eq!((head.http_status.as_u16(), value), (200, Value::Null));
    assert!(
        head.header("content-length")
            .is_some_and(|length| length != "0")
    );
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let traceparent = format!("00-{trace}-b7ad6b7169203331-01");
    let headers = [("traceparent", &*traceparent)];
    let (_, value) = ask(&mut connection, Method::GET, "/v1/hello/%20", &headers, "").await?;
    assert_eq!(value["error"]["traceId"], trace);
    server.log().wait_for(trace).await?;
    Ok(())
}

#[tokio::test]
async fn the_answer_is_written_as_asked() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let accept = [("accept", "application/json; names=proto; defaults=true")];
    let (_, value) = ask(&mut connection, Method::GET, "/v1/hello/x", &accept, "").await?;
    assert!(
        value.get("served_at").is_some() && value.get("servedAt").is_none(),
        "{value}"
    );
    assert_ne!(value, json!({}));
    Ok(())
}
