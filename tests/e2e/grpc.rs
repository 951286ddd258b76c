//! Native gRPC over HTTP/2: the clients that tonic generates, and the same calls byte by byte.

use anyhow::{Context as _, Result};
use http::Method;
use prost::Message as _;
use proto::myservice::v1::my_service_client::MyServiceClient;
use proto::myservice::v1::{Language, SayGoodbyeRequest, SayHelloRequest, SayHelloResponse};
use tests::http::{Connection, Reply, Version, full};
use tests::patience::within;
use tests::server::Server;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;
use wire::content_type::Dialect;
use wire::frame::Frame;

use crate::{NEVER, SAY_HELLO, hello};

/// What reflection must list, and no more.
const SERVICES: [&str; 9] = [
    "gangplank.v1.AdminService",
    "gangplank.v1.BalancerService",
    "gangplank.v1.ChaosService",
    "gangplank.v1.TraceService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "myservice.v1.MyService",
    "opentelemetry.proto.collector.trace.v1.TraceService",
];

#[tokio::test]
async fn generated_client_gets_every_greeting() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    let mut client = MyServiceClient::new(channel(&server).await?);
    let greetings = [
        (Language::Unspecified, "Hello, World!", "Goodbye, World!"),
        (Language::En, "Hello, World!", "Goodbye, World!"),
        (Language::Zh, "你好，World！", "再见，World！"),
    ];
    for (language, hello, goodbye) in greetings {
        let (name, language) = (" World\n".to_owned(), language.into());
        let answer = client
            .say_hello(SayHelloRequest {
                name: name.clone(),
                language,
            })
            .await?
            .into_inner();
        assert_eq!(
            (answer.message.as_str(), answer.replica.as_str()),
            (hello, "pier-0")
        );
        let served_at = answer.served_at.context("a time")?;
        assert!(served_at.seconds > 1_700_000_000, "{served_at}");
        let answer = client
            .say_goodbye(SayGoodbyeRequest { name, language })
            .await?
            .into_inner();
        assert_eq!(
            (answer.message.as_str(), answer.replica.as_str()),
            (goodbye, "pier-0")
        );
    }
    Ok(())
}

#[tokio::test]
async fn name_is_one_to_256_characters() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut client = MyServiceClient::new(channel(&server).await?);
    for name in ["é".repeat(256), "W".to_owned()] {
        let answer = client.say_hello(hello(&name)).await?.into_inner();
        assert_eq!(answer.message, format!("Hello, {name}!"));
    }
    for name in [String::new(), " \t ".to_owned(), "é".repeat(257)] {
        let status = client
            .say_hello(hello(&name))
            .await
            .err()
            .context("a refusal")?;
        assert_eq!(status.code(), Code::InvalidArgument, "{status}");
        let details = status
            .get_details_bad_request()
            .context("BadRequest in the details")?;
        let fields: Vec<_> = details
            .field_violations
            .iter()
            .map(|own| own.field.as_str())
            .collect();
        assert_eq!(fields, ["name"]);
    }
    Ok(())
}

#[tokio::test]
async fn health_check_knows_its_services() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut client = HealthClient::new(channel(&server).await?);
    for service in ["", "myservice.v1.MyService"] {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let answer = client.check(request).await?.into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{service:?}");
    }
    let request = HealthCheckRequest {
        service: "no.Such".to_owned(),
    };
    let status = client.check(request).await.err().context("a refusal")?;
    assert_eq!(status.code(), Code::NotFound, "{status}");
    Ok(())
}

/// Asks one version of reflection for its list of services and for the file of one of them.
macro_rules! check_reflection {
    ($version:ident, $channel:expr) => {{
        use tonic_reflection::pb::$version as pb;
        let mut client = pb::server_reflection_client::ServerReflectionClient::new($channel);
        let ask = |question| pb::ServerReflectionRequest {
            message_request: Some(question),
            ..pb::ServerReflectionRequest::default()
        };
        let questions = futures_util::stream::iter([
            ask(pb::server_reflection_request::MessageRequest::ListServices(
                String::new(),
            )),
            ask(
                pb::server_reflection_request::MessageRequest::FileContainingSymbol(
                    "myservice.v1.MyService".to_owned(),
                ),
            ),
        ]);
        let mut answers = client.server_reflection_info(questions).await?.into_inner();
        let list = within("the list", answers.message())
            .await??
            .context("a list")?;
        match list.message_response.context("a response")? {
            pb::server_reflection_response::MessageResponse::ListServicesResponse(list) => {
                let mut names: Vec<_> = list.service.into_iter().map(|own| own.name).collect();
                names.sort();
                assert_eq!(names, SERVICES);
            }
            other => anyhow::bail!("{other:?}"),
        }
        let file = within("the file", answers.message())
            .await??
            .context("a file")?;
        match file.message_response.context("a response")? {
            pb::server_reflection_response::MessageResponse::FileDescriptorResponse(file) => {
                assert!(!file.file_descriptor_proto.is_empty());
            }
            other => anyhow::bail!("{other:?}"),
        }
    }};
}

#[tokio::test]
async fn reflection_answers_in_both_versions() -> Result<()> {
    let server = Server::start(&[]).await?;
    check_reflection!(v1, channel(&server).await?);
    check_reflection!(v1alpha, channel(&server).await?);
    Ok(())
}

#[tokio::test]
async fn status_travels_in_http_trailers() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let reply = call(&mut connection, SAY_HELLO, "World", &[]).await?;
    assert_eq!(
        (reply.http_status.as_u16(), reply.header("content-type")),
        (200, Some("application/grpc"))
    );
    assert_eq!(reply.trailers.get("grpc-status").context("a status")?, "0");
    let message = SayHelloResponse::decode(reply.body.slice(wire::frame::PREFIX_BYTES..))?;
    assert_eq!(message.message, "Hello, World!");
    Ok(())
}

#[tokio::test]
async fn unknown_names_are_named_in_the_status() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    for (path, name) in [
        (
            "/myservice.v1.MyService/SayNothing",
            "myservice.v1.MyService/SayNothing",
        ),
        ("/no.such.Service/Method", "no.such.Service"),
    ] {
        let reply = call(&mut connection, path, "World", &[]).await?;
        let (code, message) = status(&reply)?;
        assert_eq!(code, "12", "{path}");
        assert!(message.contains(name), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn grpc_timeout_ends_the_call() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    for timeout in ["50m", "50000u", "0S"] {
        let reply = call(
            &mut connection,
            SAY_HELLO,
            "World",
            &[("grpc-timeout", timeout)],
        )
        .await?;
        assert_eq!(status(&reply)?.0, "4", "{timeout}");
    }
    Ok(())
}

#[tokio::test]
async fn dropped_call_is_canceled_in_the_handler() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let request = request(&connection, SAY_HELLO, "World", &[])?;
    let call = connection.start(request).await?;
    // Streams of one connection are taken in order, so once this is answered the call is in the handler.
    connection.get("/livez", &[]).await?;
    call.abort();
    server.log().wait_for("call canceled by the caller").await?;
    Ok(())
}

#[tokio::test]
async fn plain_grpc_over_http1_is_refused() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let reply = call(&mut connection, SAY_HELLO, "World", &[]).await?;
    assert_eq!(reply.http_status, 505);
    assert!(String::from_utf8_lossy(&reply.body).contains("HTTP/2"));
    Ok(())
}

async fn channel(server: &Server) -> Result<Channel> {
    Ok(within("a channel", Endpoint::from_shared(server.url())?.connect()).await??)
}

fn request(
    connection: &Connection,
    path: &str,
    name: &str,
    headers: &[(&str, &str)],
) -> Result<http::Request<tests::http::Body>> {
    let frame = Frame {
        flags: 0,
        payload: hello(name).encode_to_vec().into(),
    };
    let builder = connection.request(Method::POST, path);
    let builder = builder
        .header("content-type", Dialect::Grpc.content_type())
        .header("te", "trailers");
    Ok(tests::http::with_headers(builder, headers).body(full(frame.encode()))?)
}

async fn call(
    connection: &mut Connection,
    path: &str,
    name: &str,
    headers: &[(&str, &str)],
) -> Result<Reply> {
    connection
        .exchange(request(connection, path, name, headers)?)
        .await
}

/// Code and decoded message, wherever gRPC allows them: in trailers, or in the head of an answer without a body.
fn status(reply: &Reply) -> Result<(String, String)> {
    let text = |name| {
        let value = reply.trailers.get(name).or_else(|| reply.headers.get(name));
        value
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let code = text("grpc-status").with_context(|| format!("no status in {reply:?}"))?;
    Ok((
        code,
        wire::percent::decode(&text("grpc-message").unwrap_or_default()),
    ))
}
