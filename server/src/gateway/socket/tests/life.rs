//! How sockets begin, live and end: calls, limits, heartbeats, drains.

use tokio::io::AsyncReadExt as _;

use super::*;

const HELLO: &[u8] = b"\0\0\0\0\x05hello";

#[tokio::test(start_paused = true)]
async fn one_call_fills_a_single_socket_which_closes_behind_it() {
    let mut client = Client::open(Subprotocol::Single, "/a.B/Echo");
    let open = ClientMessage::Open {
        id: CallId::FIRST,
        block: Bytes::from_static(b"x-a: 1\r\n"),
        is_last: false,
    };
    client.say(open).await;
    // A frame in two messages: what follows the kind is a stream of bytes.
    client.data(CallId::FIRST, &HELLO[..3]).await;
    client.data(CallId::FIRST, &HELLO[3..]).await;
    client
        .say(ClientMessage::HalfClose { id: CallId::FIRST })
        .await;
    let (messages, code, _) = client.answer(CallId::FIRST).await;
    assert_eq!((messages, code), (vec![Bytes::from_static(b"hello")], 0));
    assert_eq!(client.closed().await, 1000);
    assert!(client.socket.next().await.is_none());
    client.server.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn many_calls_share_a_socket() {
    for subprotocol in [Subprotocol::Multiplex, Subprotocol::Gangplank] {
        let mut client = Client::open(subprotocol, "/");
        client.call(id(3), "Echo").await;
        client.call(id(4), "Echo").await;
        client.data(id(4), HELLO).await;
        client.say(ClientMessage::HalfClose { id: id(4) }).await;
        assert_eq!(client.answer(id(4)).await.1, 0, "{subprotocol}");
        client.say(ClientMessage::HalfClose { id: id(3) }).await;
        assert_eq!(client.answer(id(3)).await.1, 0, "{subprotocol}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_over_the_limit_are_refused_by_name() {
    let mut client = Client::open(Subprotocol::Multiplex, "/");
    client.call(id(0), "Silent").await;
    client.call(id(1), "Silent").await;
    client.call(id(2), "Echo").await;
    let (messages, code, message) = client.answer(id(2)).await;
    assert_eq!(
        (messages.len(), code),
        (0, Code::ResourceExhausted.number())
    );
    assert_eq!(
        message,
        "2 calls are open on this socket already (--max-socket-calls)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_header_block_over_the_limit_is_refused_by_name() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), &"x".repeat(100)).await;
    let (_, code, message) = client.answer(id(0)).await;
    assert_eq!(code, Code::ResourceExhausted.number());
    assert_eq!(
        message,
        "headers of 128 bytes exceed the limit of 100 (--max-header-bytes)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_header_block_without_a_method_is_refused() {
    let mut client = Client::open(Subprotocol::Multiplex, "/a.B/Echo");
    let open = ClientMessage::Open {
        id: id(0),
        block: Bytes::from_static(b"x-a: 1\r\n"),
        is_last: true,
    };
    client.say(open).await;
    let (_, code, message) = client.answer(id(0)).await;
    assert_eq!(code, Code::InvalidArgument.number());
    assert_eq!(message, "no grpc-websockets-path in the header block");
}

#[tokio::test(start_paused = true)]
async fn text_is_not_taken() {
    let mut client = Client::open(Subprotocol::Multiplex, "/");
    client.socket.send(Message::text("hello")).await.unwrap();
    assert_eq!(client.closed().await, 1003);
}

#[tokio::test(start_paused = true)]
async fn a_message_over_the_limit_ends_the_socket() {
    let mut client = Client::open(Subprotocol::Multiplex, "/");
    client.call(id(0), "Echo").await;
    let sent = client.data(id(0), vec![0; 2000]);
    sent.await;
    assert_eq!(client.closed().await, 1009);
    client.nothing_is_open().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_the_subprotocol_ends_the_socket() {
    let mut client = Client::open(Subprotocol::Multiplex, "/");
    let unknown = Message::binary(&b"\0\0\0\x01\x09"[..]);
    client.socket.send(unknown).await.unwrap();
    assert_eq!(client.closed().await, 1002);
}

#[tokio::test(start_paused = true)]
async fn leaving_cancels_every_call() {
    let mut client = Client::open(Subprotocol::Multiplex, "/");
    client.call(id(0), "Silent").await;
    client.call(id(1), "Deaf").await;
    assert!(matches!(client.hear().await, ServerMessage::Data { .. }));
    client.socket.close(None).await.unwrap();
    client.nothing_is_open().await;
    client.server.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_reset_cancels_one_call() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Silent").await;
    assert!(matches!(client.hear().await, ServerMessage::Data { .. }));
    let code = Code::Canceled;
    client.say(ClientMessage::Reset { id: id(0), code }).await;
    client.nothing_is_open().await;
    // What was under way for it is passed over, and the socket goes on.
    client.data(id(0), HELLO).await;
    client.call(id(1), "Echo").await;
    client.say(ClientMessage::HalfClose { id: id(1) }).await;
    assert_eq!(client.answer(id(1)).await.1, 0);
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_asked_and_then_given_up() {
    for subprotocol in Subprotocol::ALL {
        let mut client = Client::open(subprotocol, "/a.B/Silent");
        let began = Instant::now();
        // Not polled, the client's end answers no ping.
        (&mut client.server).await.unwrap();
        let took = began.elapsed();
        // 45 seconds, and the goodbye that nobody reads.
        assert!(
            (45..=50).contains(&took.as_secs()),
            "{subprotocol}: {took:?}"
        );
        let mut bytes = Vec::new();
        let pipe = client.socket.get_mut();
        pipe.read_to_end(&mut bytes).await.unwrap();
        let close = b"\x03\xe9no sign of life";
        assert!(bytes.ends_with(close), "{subprotocol}: {bytes:02x?}");
    }
}

#[tokio::test(start_paused = true)]
async fn signs_of_life_keep_a_socket() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Silent").await;
    assert!(matches!(client.hear().await, ServerMessage::Data { .. }));
    let began = Instant::now();
    for beat in 1..=10_u64 {
        let ping = client.hear().await;
        assert_eq!(ping, ServerMessage::Ping(beat.to_be_bytes()));
        client.say(ClientMessage::Pong(beat.to_be_bytes())).await;
    }
    assert_eq!(began.elapsed(), Duration::from_secs(150));
    assert!(!client.server.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.say(ClientMessage::Ping(*b"are you?")).await;
    assert_eq!(client.hear().await, ServerMessage::Pong(*b"are you?"));
}

#[tokio::test(start_paused = true)]
async fn a_drain_lets_open_calls_finish() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Echo").await;
    assert!(matches!(client.hear().await, ServerMessage::Data { .. }));
    client.draining.take().unwrap().send(()).unwrap();
    assert_eq!(client.hear().await, ServerMessage::GoAway);
    client.say(ClientMessage::GoAwayRead).await;
    client.data(id(0), HELLO).await;
    client.say(ClientMessage::HalfClose { id: id(0) }).await;
    let mut answered = Vec::new();
    while !answered.ends_with(b"grpc-status:0\r\n") {
        if let ServerMessage::Data { bytes, .. } = client.hear().await {
            answered.extend_from_slice(&bytes);
        }
    }
    assert_eq!(client.closed().await, 1001);
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_idle_sockets() {
    let mut single = Client::open(Subprotocol::Single, "/a.B/Echo");
    single.draining.take().unwrap().send(()).unwrap();
    assert_eq!(single.closed().await, 1001);

    let mut silent = Client::open(Subprotocol::Multiplex, "/");
    silent.draining.take().unwrap().send(()).unwrap();
    assert_eq!(silent.hear().await, ServerMessage::GoAway);
    // A peer that doesn't say that it has read it is closed once all calls are done.
    silent.closing.take().unwrap().send(()).unwrap();
    assert_eq!(silent.closed().await, 1001);
}

#[tokio::test(start_paused = true)]
async fn an_unused_socket_is_ended_in_time() {
    let mut client = Client::open(Subprotocol::Multiplex, "/");
    let began = Instant::now();
    assert_eq!(client.hear().await, ServerMessage::GoAway);
    assert_eq!(began.elapsed(), LIMITS.idle_timeout);
    assert_eq!(client.closed().await, 1001);
    assert_eq!(began.elapsed(), LIMITS.idle_timeout + LIMITS.close_timeout);
}
