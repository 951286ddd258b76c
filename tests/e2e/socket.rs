//! Calls on sockets: every kind of call in every subprotocol, how they end, and who may open sockets.

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use proto::myservice::v1::{
    ConverseRequest, ConverseResponse, GreetManyRequest, GreetManyResponse, Greeting,
    SayHelloResponse, WatchGreetingsRequest,
};
use tests::http::{Connection, Version};
use tests::patience::{eventually, within};
use tests::server::Server;
use tests::socket::{Event, Socket, id};
use tests::streams::sum_in_flight;
use tokio_tungstenite::tungstenite::Message;
use wire::code::Code;
use wire::socket::{ClientMessage, PATH, Subprotocol};

use crate::{NEVER, SAY_HELLO, hello};

mod browser;
mod document;
mod node;

const WATCH: &str = "/myservice.v1.MyService/WatchGreetings";
const GREET_MANY: &str = "/myservice.v1.MyService/GreetMany";
const CONVERSE: &str = "/myservice.v1.MyService/Converse";

fn says(text: &str) -> ConverseRequest {
    ConverseRequest {
        text: text.to_owned(),
        language: 0,
    }
}

/// Calls that came by sockets and are open, as the server counts them.
async fn open_calls(connection: &mut Connection) -> Result<u64> {
    let metrics = connection.get("/metrics", &[]).await?;
    let text = str::from_utf8(&metrics.body)?;
    Ok(sum_in_flight(text, |line| line.contains("\"websocket\"")))
}

async fn until_open_calls(server: &Server, expected: u64) -> Result<()> {
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    eventually("the number of open calls", async || {
        let count = open_calls(&mut connection).await?;
        ensure!(count == expected, "{count} are open");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn one_message_is_answered_by_one_in_every_subprotocol() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, SAY_HELLO).await?;
        assert_eq!(socket.subprotocol(), subprotocol);
        socket.call(id(0), SAY_HELLO, &[]).await?;
        socket.send(id(0), &hello("World")).await?;
        socket.half_close(id(0)).await?;
        let answer: SayHelloResponse = socket.message(id(0)).await?;
        assert_eq!(answer.message, "Hello, World!");
        assert_eq!(socket.status(id(0)).await?, (Code::Ok, String::new()));
        if subprotocol == Subprotocol::Single {
            assert_eq!(socket.next().await?, Event::Closed(1000));
        }
    }
    Ok(())
}

#[tokio::test]
async fn messages_of_a_watch_come_as_they_are_made_in_every_subprotocol() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, WATCH).await?;
        socket.call(id(0), WATCH, &[]).await?;
        socket
            .send(id(0), &WatchGreetingsRequest::default())
            .await?;
        socket.half_close(id(0)).await?;
        // It comes once the watch has begun.
        let bookmark: Greeting = socket.message(id(0)).await?;
        assert!(bookmark.bookmark, "{bookmark:?}");
        let mut other = Socket::open(server.address(), subprotocol, SAY_HELLO).await?;
        other.call(id(0), SAY_HELLO, &[]).await?;
        other.send(id(0), &hello(subprotocol.name())).await?;
        other.half_close(id(0)).await?;
        let greeting: Greeting = socket.message(id(0)).await?;
        assert_eq!(greeting.message, format!("Hello, {subprotocol}!"));
        socket.close().await?;
    }
    until_open_calls(&server, 0).await
}

#[tokio::test]
async fn many_messages_are_answered_by_one_in_every_subprotocol() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, GREET_MANY).await?;
        socket.call(id(0), GREET_MANY, &[]).await?;
        for name in ["Ann", "Bob"] {
            let name = name.to_owned();
            let request = GreetManyRequest { name, language: 0 };
            socket.send(id(0), &request).await?;
        }
        socket.half_close(id(0)).await?;
        let answer: GreetManyResponse = socket.message(id(0)).await?;
        assert_eq!(
            (answer.greeted, socket.status(id(0)).await?.0),
            (2, Code::Ok)
        );
    }
    Ok(())
}

#[tokio::test]
async fn both_sides_speak_in_turn_in_every_subprotocol() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, CONVERSE).await?;
        socket.call(id(0), CONVERSE, &[]).await?;
        for (number, text) in [(1, "one"), (2, "two")] {
            // The second is said only once the first was answered.
            socket.send(id(0), &says(text)).await?;
            let answer: ConverseResponse = socket.message(id(0)).await?;
            let expected = format!("You said: {text}");
            assert_eq!((answer.text, answer.answers), (expected, number));
        }
        socket.half_close(id(0)).await?;
        let answer: ConverseResponse = socket.message(id(0)).await?;
        assert_eq!(answer.text, "Goodbye!");
        assert_eq!(socket.status(id(0)).await?.0, Code::Ok);
    }
    Ok(())
}

#[tokio::test]
async fn a_late_error_comes_behind_the_messages() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, CONVERSE).await?;
        socket.call(id(0), CONVERSE, &[]).await?;
        socket.send(id(0), &says("one")).await?;
        socket.send(id(0), &says(" ")).await?;
        let answer: ConverseResponse = socket.message(id(0)).await?;
        assert_eq!(answer.text, "You said: one");
        let (code, message) = socket.status(id(0)).await?;
        assert_eq!(code, Code::InvalidArgument);
        assert!(message.contains("message 2: text"), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn an_early_error_has_its_status_in_a_trailer_block() -> Result<()> {
    let server = Server::start(&[]).await?;
    let path = "/myservice.v1.MyService/SayNothing";
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, path).await?;
        socket.call(id(0), path, &[]).await?;
        socket.half_close(id(0)).await?;
        let (code, message) = socket.status(id(0)).await?;
        assert_eq!(code, Code::Unimplemented);
        assert!(message.contains("SayNothing"), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn leaving_reaches_the_handlers() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, CONVERSE).await?;
        socket.call(id(0), CONVERSE, &[]).await?;
        socket.send(id(0), &says("one")).await?;
        let _: ConverseResponse = socket.message(id(0)).await?;
        until_open_calls(&server, 1).await?;
        socket.close().await?;
        until_open_calls(&server, 0).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_reset_reaches_one_handler() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut socket = Socket::open(server.address(), Subprotocol::Gangplank, PATH).await?;
    for number in [0, 1] {
        socket.call(id(number), CONVERSE, &[]).await?;
        socket.send(id(number), &says("one")).await?;
        let _: ConverseResponse = socket.message(id(number)).await?;
    }
    until_open_calls(&server, 2).await?;
    socket.reset(id(0)).await?;
    until_open_calls(&server, 1).await?;
    socket.send(id(1), &says("two")).await?;
    let answer: ConverseResponse = socket.message(id(1)).await?;
    assert_eq!(answer.text, "You said: two");
    Ok(())
}

#[tokio::test]
async fn a_deadline_ends_a_call() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, SAY_HELLO).await?;
        let timeout = [("grpc-timeout", "50m")];
        socket.call(id(0), SAY_HELLO, &timeout).await?;
        socket.send(id(0), &hello("World")).await?;
        socket.half_close(id(0)).await?;
        assert_eq!(socket.status(id(0)).await?.0, Code::DeadlineExceeded);
    }
    Ok(())
}

#[tokio::test]
async fn a_foreign_page_opens_no_socket() -> Result<()> {
    let server = Server::start(&["--allow-origin", "https://shop.example"]).await?;
    for subprotocol in Subprotocol::ALL {
        let offer = ("sec-websocket-protocol", subprotocol.name());
        let foreign = [offer, ("origin", "https://evil.example")];
        let refusal = Socket::offer(server.address(), SAY_HELLO, &foreign).await?;
        let refusal = refusal.err().context("it was opened")?;
        assert_eq!(refusal.http_status, 403, "{refusal:?}");
        assert!(
            refusal
                .text
                .contains("pages of https://evil.example may not"),
            "{refusal:?}"
        );
        for origin in [
            "https://shop.example",
            "http://localhost:1234",
            &server.url(),
        ] {
            let allowed = [offer, ("origin", origin)];
            let opened = Socket::offer(server.address(), SAY_HELLO, &allowed).await?;
            assert!(opened.is_ok(), "{origin}: {opened:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_subprotocol_is_told_the_known_ones() -> Result<()> {
    let server = Server::start(&[]).await?;
    let offer = [("sec-websocket-protocol", "graphql-ws")];
    let refusal = Socket::offer(server.address(), PATH, &offer).await?;
    let refusal = refusal.err().context("it was opened")?;
    assert_eq!(refusal.http_status, 400);
    for subprotocol in Subprotocol::ALL {
        assert!(refusal.text.contains(subprotocol.name()), "{refusal:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_best_subprotocol_on_offer_is_chosen() -> Result<()> {
    let server = Server::start(&[]).await?;
    let both = [(
        "sec-websocket-protocol",
        "grpc-websockets, grpc-websockets-multiplex",
    )];
    // At a method's path, where clients of either open theirs.
    let socket = Socket::offer(server.address(), SAY_HELLO, &both).await?;
    let socket = socket.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    assert_eq!(socket.subprotocol(), Subprotocol::Multiplex);
    Ok(())
}

#[tokio::test]
async fn text_ends_a_socket() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, SAY_HELLO).await?;
        socket.say_raw(Message::text("hello")).await?;
        assert_eq!(socket.next().await?, Event::Closed(1003));
    }
    Ok(())
}

#[tokio::test]
async fn a_message_over_the_limit_ends_a_socket() -> Result<()> {
    let server = Server::start(&["--max-message-bytes", "100000"]).await?;
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, SAY_HELLO).await?;
        socket.say_raw(Message::binary(vec![0; 200_000])).await?;
        assert_eq!(socket.next().await?, Event::Closed(1009), "{subprotocol}");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_over_the_limit_of_messages_ends_its_call_only() -> Result<()> {
    let server = Server::start(&["--max-message-bytes", "1000"]).await?;
    for subprotocol in [Subprotocol::Multiplex, Subprotocol::Gangplank] {
        let mut socket = Socket::open(server.address(), subprotocol, PATH).await?;
        socket.call(id(0), SAY_HELLO, &[]).await?;
        // The prefix alone is enough.
        let bytes = bytes::Bytes::copy_from_slice(&wire::frame::prefix(0, 1001));
        let (id, is_last) = (id(0), false);
        socket
            .say(&ClientMessage::Data { id, bytes, is_last })
            .await?;
        let (code, message) = socket.status(id).await?;
        assert_eq!(code, Code::ResourceExhausted);
        assert!(message.contains("--max-message-bytes"), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn calls_over_the_limit_of_a_socket_are_refused_by_name() -> Result<()> {
    let server = Server::start(&["--max-socket-calls", "1"]).await?;
    let mut socket = Socket::open(server.address(), Subprotocol::Multiplex, PATH).await?;
    socket.call(id(0), CONVERSE, &[]).await?;
    socket.send(id(0), &says("one")).await?;
    let _: ConverseResponse = socket.message(id(0)).await?;
    socket.call(id(1), CONVERSE, &[]).await?;
    let (code, message) = socket.status(id(1)).await?;
    assert_eq!(code, Code::ResourceExhausted);
    assert!(message.contains("--max-socket-calls"), "{message}");
    Ok(())
}

#[tokio::test]
async fn a_call_that_stands_still_stops_no_other() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut socket = Socket::open(server.address(), Subprotocol::Gangplank, PATH).await?;
    socket.call(id(0), CONVERSE, &[]).await?;
    socket.let_stand(id(0));
    // Its answers are longer than its credit, its texts are not.
    let text = "x".repeat(1024);
    for _ in 0..62 {
        socket.send(id(0), &says(&text)).await?;
    }
    for _ in 0..61 {
        let _: ConverseResponse = socket.message(id(0)).await?;
    }
    for number in 1..=3 {
        socket.call(id(number), SAY_HELLO, &[]).await?;
        socket.send(id(number), &hello("World")).await?;
        socket.half_close(id(number)).await?;
        let answer: SayHelloResponse = socket.message(id(number)).await?;
        assert_eq!(answer.message, "Hello, World!");
        assert_eq!(socket.status(id(number)).await?.0, Code::Ok);
    }
    Ok(())
}

#[tokio::test]
async fn a_message_beyond_every_window_goes_through() -> Result<()> {
    let server = Server::start(&[]).await?;
    let name = "x".repeat(3 * 1024 * 1024);
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, SAY_HELLO).await?;
        socket.call(id(0), SAY_HELLO, &[]).await?;
        socket.send(id(0), &hello(&name)).await?;
        socket.half_close(id(0)).await?;
        let (code, message) = socket.status(id(0)).await?;
        assert_eq!(code, Code::InvalidArgument);
        assert!(message.contains("it is 3145728"), "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_beyond_its_window_goes_through() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut greeting = Socket::open(server.address(), Subprotocol::Gangplank, PATH).await?;
    let name = "x".repeat(200);
    for number in 0..1000 {
        greeting.call(id(number), SAY_HELLO, &[]).await?;
        greeting.send(id(number), &hello(&name)).await?;
        greeting.half_close(id(number)).await?;
        let _: SayHelloResponse = greeting.message(id(number)).await?;
        assert_eq!(greeting.status(id(number)).await?.0, Code::Ok);
    }
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, WATCH).await?;
        socket.call(id(0), WATCH, &[]).await?;
        let request = WatchGreetingsRequest {
            past: 1000,
            since_version: 0,
        };
        socket.send(id(0), &request).await?;
        socket.half_close(id(0)).await?;
        for _ in 0..1000 {
            let greeting: Greeting = socket.message(id(0)).await?;
            assert!(!greeting.bookmark, "{greeting:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn many_calls_on_one_socket_do_not_mix() -> Result<()> {
    let server = Server::start(&[]).await?;
    for subprotocol in [Subprotocol::Multiplex, Subprotocol::Gangplank] {
        let mut socket = Socket::open(server.address(), subprotocol, PATH).await?;
        for number in 0..100 {
            socket.call(id(number), SAY_HELLO, &[]).await?;
            socket.send(id(number), &hello(&number.to_string())).await?;
            socket.half_close(id(number)).await?;
        }
        let mut ended = 0;
        while ended < 100 {
            match socket.next().await? {
                Event::Part(of, wire::socket::Answer::Frame(frame)) => {
                    let answer = <SayHelloResponse as prost::Message>::decode(frame.payload)?;
                    assert_eq!(answer.message, format!("Hello, {}!", of.number()));
                }
                Event::Part(_, wire::socket::Answer::Trailers(trailers)) => {
                    assert_eq!(trailers.status()?.0, Code::Ok);
                    ended += 1;
                }
                Event::Part(_, wire::socket::Answer::Headers(_)) => {}
                other => anyhow::bail!("{other:?}"),
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_drain_says_go_away_and_lets_calls_finish() -> Result<()> {
    let mut server = Server::start(&[]).await?;
    let mut sockets = Vec::new();
    for subprotocol in Subprotocol::ALL {
        let mut socket = Socket::open(server.address(), subprotocol, CONVERSE).await?;
        socket.call(id(0), CONVERSE, &[]).await?;
        socket.send(id(0), &says("one")).await?;
        let _: ConverseResponse = socket.message(id(0)).await?;
        sockets.push(socket);
    }
    let mut idle = Socket::open(server.address(), Subprotocol::Single, CONVERSE).await?;
    server.terminate()?;
    assert_eq!(idle.next().await?, Event::Closed(1001));
    let finishing = sockets.into_iter().map(async |mut socket| {
        let has_ids = socket.subprotocol().has_ids();
        if has_ids {
            assert_eq!(socket.next().await?, Event::GoAway);
            socket.say(&ClientMessage::GoAwayRead).await?;
        }
        socket.half_close(id(0)).await?;
        // A replica that drains may end the conversation before it says goodbye.
        loop {
            match socket.next().await? {
                Event::Closed(code) => {
                    assert_eq!(code, if has_ids { 1001 } else { 1000 });
                    return Ok(());
                }
                Event::Part(..) => {}
                other => anyhow::bail!("{other:?}"),
            }
        }
    });
    within("every call's end", try_join_all(finishing)).await??;
    assert_eq!(server.ended().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn a_plain_request_where_sockets_are_opened_is_told_so() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        let reply = connection.get(PATH, &[]).await?;
        assert_eq!(reply.http_status, 426);
        assert!(String::from_utf8_lossy(&reply.body).contains("gangplank.v1"));
    }
    Ok(())
}
