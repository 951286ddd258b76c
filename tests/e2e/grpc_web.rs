//! gRPC-Web as bytes, in both forms and over both versions of HTTP.

use anyhow::{Context as _, Result};
use http::Method;
use proto::myservice::v1::{
    Language, SayGoodbyeRequest, SayGoodbyeResponse, SayHelloRequest, SayHelloResponse,
};
use tests::grpc_web::{Answer, FORMS, call, put, request};
use tests::http::{Connection, Version, full};
use tests::server::Server;
use wire::code::Code;
use wire::content_type::Dialect;
use wire::frame::Frame;

use crate::{NEVER, SAY_GOODBYE, SAY_HELLO, hello};

#[tokio::test]
async fn every_form_and_version_answers() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    for (version, dialect) in combinations() {
        let mut connection = Connection::open(server.address(), version).await?;
        for (language, greeting, farewell) in [
            (Language::En, "Hello, World!", "Goodbye, World!"),
            (Language::Zh, "你好，World！", "再见，World！"),
        ] {
            let (name, language) = ("World".to_owned(), i32::from(language));
            let request = SayHelloRequest {
                name: name.clone(),
                language,
            };
            let answer = call(&mut connection, dialect, SAY_HELLO, &request, &[]).await?;
            let message: SayHelloResponse = answer.only()?;
            assert_eq!(
                (message.message.as_str(), message.replica.as_str()),
                (greeting, "pier-0")
            );

            let request = SayGoodbyeRequest { name, language };
            let answer = call(&mut connection, dialect, SAY_GOODBYE, &request, &[]).await?;
            let message: SayGoodbyeResponse = answer.only()?;
            assert_eq!(
                (message.message.as_str(), message.replica.as_str()),
                (farewell, "pier-0")
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn failures_stand_in_the_trailer_frame() -> Result<()> {
    let server = Server::start(&[]).await?;
    for (version, dialect) in combinations() {
        let mut connection = Connection::open(server.address(), version).await?;
        // An empty message is a message: no name, rather than no request.
        for name in ["", "   "] {
            let answer = call(&mut connection, dialect, SAY_HELLO, &hello(name), &[]).await?;
            assert_eq!(
                (answer.code, answer.messages.len()),
                (Code::InvalidArgument, 0)
            );
            assert!(answer.message.contains("name"), "{}", answer.message);
            let [violation] = &answer.violations()?[..] else {
                panic!("{:?}", answer.violations())
            };
            assert_eq!(violation.field, "name");
            assert!(
                violation.description.contains("1 to 256"),
                "{}",
                violation.description
            );
            assert_eq!(
                answer.reply.header("grpc-status"),
                None,
                "the status stands in the head too"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn unknown_names_come_back_percent_encoded() -> Result<()> {
    let server = Server::start(&[]).await?;
    for (version, dialect) in combinations() {
        let mut connection = Connection::open(server.address(), version).await?;
        for (path, name) in [
            (
                "/myservice.v1.MyService/SayNothing",
                "myservice.v1.MyService/SayNothing",
            ),
            (
                "/myservice.v1.MyService/Say%E5%A5%BD",
                "myservice.v1.MyService/Say%E5%A5%BD",
            ),
            ("/no.such.Service/Method", "no.such.Service"),
        ] {
            let answer = call(&mut connection, dialect, path, &hello("World"), &[]).await?;
            assert_eq!(answer.code, Code::Unimplemented);
            assert!(
                answer.message.contains(name),
                "{} lacks {name}",
                answer.message
            );
            let raw = answer.trailers.value("grpc-message").context("a message")?;
            // What is left of a percent sign is its escape.
            let raw = std::str::from_utf8(raw)?;
            assert!(raw.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{raw}");
            assert!(raw.contains(&name.replace('%', "%25")), "{raw}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn grpc_timeout_covers_the_whole_call() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    for (version, dialect) in combinations() {
        let mut connection = Connection::open(server.address(), version).await?;
        let timeout = [("grpc-timeout", "50m")];
        let answer = call(
            &mut connection,
            dialect,
            SAY_HELLO,
            &hello("World"),
            &timeout,
        )
        .await?;
        assert_eq!(answer.code, Code::DeadlineExceeded);
        let timeout = [("grpc-timeout", "soon")];
        let answer = call(
            &mut connection,
            dialect,
            SAY_HELLO,
            &hello("World"),
            &timeout,
        )
        .await?;
        assert_eq!(answer.code, Code::InvalidArgument);
    }
    Ok(())
}

#[tokio::test]
async fn content_types_are_read_generously() -> Result<()> {
    let server = Server::start(&[]).await?;
    for (content_type, dialect) in [
        ("application/grpc-web", Dialect::GrpcWeb),
        (
            "application/grpc-web+proto; charset=utf-8",
            Dialect::GrpcWeb,
        ),
        ("Application/gRPC-Web", Dialect::GrpcWeb),
        ("application/grpc-web-text", Dialect::GrpcWebText),
        (
            "APPLICATION/GRPC-WEB-TEXT+PROTO;charset=UTF-8",
            Dialect::GrpcWebText,
        ),
    ] {
        let mut connection = Connection::open(server.address(), Version::Http1).await?;
        let request = connection
            .request(Method::POST, SAY_HELLO)
            .header("content-type", content_type);
        let request = request.body(full(put(dialect, &frame("World"))))?;
        let answer = Answer::read(dialect, connection.exchange(request).await?)?;
        assert_eq!(
            answer.only::<SayHelloResponse>()?.message,
            "Hello, World!",
            "{content_type}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn accept_chooses_the_form_of_the_answer() -> Result<()> {
    let server = Server::start(&[]).await?;
    for (accept, expected) in [
        ("*/*", Dialect::GrpcWeb),
        ("application/grpc-web-text", Dialect::GrpcWebText),
        ("application/grpc-web-text+proto, */*", Dialect::GrpcWebText),
    ] {
        let mut connection = Connection::open(server.address(), Version::Http1).await?;
        let request = connection
            .request(Method::POST, SAY_HELLO)
            .header("accept", accept);
        let request = request.header("content-type", Dialect::GrpcWeb.content_type());
        let request = request.body(full(put(Dialect::GrpcWeb, &frame("World"))))?;
        let answer = Answer::read(expected, connection.exchange(request).await?)?;
        assert_eq!(
            answer.only::<SayHelloResponse>()?.message,
            "Hello, World!",
            "{accept}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn only_streams_over_http_1_end_their_connection() -> Result<()> {
    let server = Server::start(&[]).await?;
    let converse = "/myservice.v1.MyService/Converse";
    for (version, path, expected) in [
        (Version::Http1, converse, Some("close")),
        (Version::Http1, SAY_HELLO, None),
        (Version::Http2, converse, None),
    ] {
        let mut connection = Connection::open(server.address(), version).await?;
        let dialect = Dialect::GrpcWeb;
        let request = request(&connection, dialect, path, &hello("World"), &[])?;
        let answer = Answer::read(dialect, connection.exchange(request).await?)?;
        assert_eq!(answer.code, Code::Ok);
        assert_eq!(answer.reply.header("connection"), expected, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn unknown_codec_is_a_grpc_error() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let request = connection.request(Method::POST, SAY_HELLO);
    let request = request
        .header("content-type", "application/grpc-web+json")
        .body(full("{}"))?;
    let answer = Answer::read(Dialect::GrpcWeb, connection.exchange(request).await?)?;
    assert_eq!(answer.code, Code::Unimplemented);
    Ok(())
}

fn combinations() -> impl Iterator<Item = (Version, Dialect)> {
    Version::ALL
        .into_iter()
        .flat_map(|version| FORMS.map(|dialect| (version, dialect)))
}

fn frame(name: &str) -> bytes::Bytes {
    Frame {
        flags: 0,
        payload: prost::Message::encode_to_vec(&hello(name)).into(),
    }
    .encode()
}
