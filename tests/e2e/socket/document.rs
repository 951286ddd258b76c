//! docs/websocket.md shows one call byte by byte: the client's bytes are sent as they stand there, and the server's are
//! read like those that come. What differs is what must: headers besides, the replica and the time.

use std::fs;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use prost::Message as _;
use proto::myservice::v1::SayHelloResponse;
use tests::server::Server;
use tests::settings;
use tests::socket::{Event, Socket, id};
use tokio_tungstenite::tungstenite::Message;
use wire::socket::{Answer, AnswerDecoder, PATH, ServerMessage, Subprotocol};

/// The messages of the side that lines begin with; blank lines part them.
fn messages(document: &str, side: char) -> Result<Vec<Bytes>> {
    let (_, example) = document.split_once("```hex\n").context("no example")?;
    let (example, _) = example.split_once("```").context("no end")?;
    let mut messages = Vec::new();
    for message in example.split("\n\n") {
        let mut bytes = Vec::new();
        for line in message.lines() {
            let Some(line) = line.strip_prefix(side) else {
                continue;
            };
            let digits = line.split('#').next().unwrap_or_default();
            for byte in digits.split_whitespace() {
                bytes.push(u8::from_str_radix(byte, 16).with_context(|| line.to_owned())?);
            }
        }
        if !bytes.is_empty() {
            messages.push(bytes.into());
        }
    }
    Ok(messages)
}

/// What is the same in every run: `content-type`, the greeting, the status.
fn told(parts: &[Answer]) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for part in parts {
        told.push(match part {
            Answer::Headers(headers) => format!("{:?}", headers.value("content-type")),
            Answer::Frame(frame) => SayHelloResponse::decode(frame.payload.clone())?.message,
            Answer::Trailers(trailers) => format!("{:?}", trailers.status()?),
        });
    }
    Ok(told)
}

#[tokio::test]
async fn the_example_of_the_document_is_what_happens() -> Result<()> {
    let document = fs::read_to_string(settings::folder("docs/websocket.md"))?;
    let sent = messages(&document, 'C')?;
    assert_eq!(sent.len(), 3, "a header block, a message, a half-close");
    let server = Server::start(&[]).await?;
    let mut socket = Socket::open(server.address(), Subprotocol::Gangplank, PATH).await?;
    socket.read(id(0));
    for message in sent {
        socket.say_raw(Message::Binary(message)).await?;
    }
    let mut happened = Vec::new();
    while !matches!(happened.last(), Some(Answer::Trailers(_))) {
        match socket.next().await? {
            Event::Part(_, part) => happened.push(part),
            other => anyhow::bail!("{other:?}"),
        }
    }

    let mut decoder = AnswerDecoder::new(1000);
    let mut written = Vec::new();
    for message in messages(&document, 'S')? {
        let message = ServerMessage::decode(Subprotocol::Gangplank, message)?;
        let ServerMessage::Data {
            id: of,
            bytes,
            is_last,
        } = message
        else {
            anyhow::bail!("{message:?}");
        };
        assert_eq!(of, id(0));
        decoder.feed(bytes);
        while let Some(part) = decoder.next_part()? {
            written.push(part);
        }
        assert_eq!(is_last, decoder.has_ended());
    }
    assert_eq!(told(&written)?, told(&happened)?);
    Ok(())
}
