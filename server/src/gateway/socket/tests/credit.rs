//! Who may send how much, and who waits for whom.

use super::*;

const WINDOW: usize = CALL_CREDIT_BYTES as usize;

/// One frame of 1,000 zeros.
fn frame() -> Bytes {
    [&b"\0\0\0\x03\xe8"[..], &[0; 1000]].concat().into()
}

/// Takes what a call's answer sends until nothing comes for a while, and counts it without its header block.
async fn drained(client: &mut Client, of: CallId) -> usize {
    let mut received = 0;
    let quiet = Duration::from_millis(1);
    while let Ok(message) = tokio::time::timeout(quiet, client.hear()).await {
        if let ServerMessage::Data { id, bytes, .. } = message
            && id == of
            && bytes.first() != Some(&0x80)
        {
            received += bytes.len();
        }
    }
    received
}

#[tokio::test(start_paused = true)]
async fn an_answer_stops_where_its_credit_does() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Flood").await;
    assert_eq!(drained(&mut client, id(0)).await, WINDOW);
    let scope = Scope::Call(id(0));
    client
        .say(ClientMessage::Credit { scope, bytes: 100 })
        .await;
    assert_eq!(drained(&mut client, id(0)).await, 100);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_nobody_reads_stops_no_other() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Flood").await;
    drained(&mut client, id(0)).await;
    client.call(id(1), "Echo").await;
    client.data(id(1), frame()).await;
    client.say(ClientMessage::HalfClose { id: id(1) }).await;
    let (messages, code, _) = client.answer(id(1)).await;
    assert_eq!((messages.len(), code), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_reads_stops_no_other() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Deaf").await;
    for _ in 0..WINDOW / 1005 {
        client.data(id(0), frame()).await;
    }
    client.call(id(1), "Echo").await;
    client.data(id(1), frame()).await;
    client.say(ClientMessage::HalfClose { id: id(1) }).await;
    assert_eq!(client.answer(id(1)).await.1, 0);
}

#[tokio::test(start_paused = true)]
async fn sending_beyond_credit_resets_the_call() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Deaf").await;
    for _ in 0..=WINDOW / 1005 {
        client.data(id(0), frame()).await;
    }
    let reset = ServerMessage::Reset {
        id: id(0),
        code: Code::ResourceExhausted,
    };
    assert_eq!(client.hear().await, reset);
    client.nothing_is_open().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_read_is_granted_anew() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    client.call(id(0), "Silent").await;
    assert!(matches!(client.hear().await, ServerMessage::Data { .. }));
    for _ in 0..=(WINDOW / 2 / 1005) {
        client.data(id(0), frame()).await;
    }
    let ServerMessage::Credit { scope, bytes } = client.hear().await else {
        panic!("no grant");
    };
    assert_eq!(scope, Scope::Call(id(0)));
    assert!(bytes as usize >= WINDOW / 2, "{bytes}");
}

#[tokio::test(start_paused = true)]
async fn calls_that_ended_give_their_window_back() {
    let mut client = Client::open(Subprotocol::Gangplank, "/");
    let mut sent = 0;
    // Twice what a socket begins with, none of it read.
    for number in 0..40 {
        client.call(id(number), "Deaf").await;
        for _ in 0..WINDOW / 1005 {
            client.data(id(number), frame()).await;
            sent += 1005;
        }
        let code = Code::Canceled;
        client
            .say(ClientMessage::Reset {
                id: id(number),
                code,
            })
            .await;
        client.nothing_is_open().await;
    }
    let mut granted = 0;
    while let Ok(message) = tokio::time::timeout(Duration::from_millis(1), client.hear()).await {
        match message {
            ServerMessage::Credit { scope, bytes } => {
                assert_eq!(scope, Scope::Socket);
                granted += bytes as usize;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(
        sent - granted <= 512 * 1024,
        "{sent} sent, {granted} granted"
    );
}

#[tokio::test(start_paused = true)]
async fn without_credit_a_full_inbox_stops_the_socket_and_nothing_is_lost() {
    let mut client = Client::open(Subprotocol::Multiplex, "/");
    client.call(id(0), "Echo").await;
    let count = 3 * WINDOW / 1005;
    let (mut sink, mut stream) = client.socket.split();
    let sending = tokio::spawn(async move {
        for _ in 0..count {
            let message = ClientMessage::Data {
                id: CallId::FIRST,
                bytes: frame(),
                is_last: false,
            };
            let bytes = message.encode(Subprotocol::Multiplex).unwrap();
            sink.send(Message::Binary(bytes)).await.unwrap();
        }
        let end = ClientMessage::HalfClose { id: CallId::FIRST };
        let bytes = end.encode(Subprotocol::Multiplex).unwrap();
        sink.send(Message::Binary(bytes)).await.unwrap();
    });
    // Nobody reads for a while, so that both directions fill up.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!sending.is_finished());
    let mut decoder = AnswerDecoder::new(1000);
    let mut received = 0;
    while !decoder.has_ended() {
        let message = stream.next().await.unwrap().unwrap().into_data();
        if let Ok(ServerMessage::Data { bytes, .. }) =
            ServerMessage::decode(Subprotocol::Multiplex, message)
        {
            decoder.feed(bytes);
        }
        while let Some(part) = decoder.next_part().unwrap() {
            received += usize::from(matches!(part, Answer::Frame(_)));
        }
    }
    assert_eq!(received, count);
    sending.await.unwrap();
}
