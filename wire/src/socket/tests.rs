//! Messages of every subprotocol, credit, blocks and answers, cut everywhere. Arbitrary bytes are in the crate's `tests`.

use super::{
    Answer, AnswerDecoder, AnswerError, BlockError, CallId, ClientMessage, Credit, CreditError,
    HeaderBlock, SOCKET_ID, Scope, ServerMessage, SocketError, Subprotocol, Window, block_frame,
};
use crate::code::Code;
use crate::frame::{Frame, FrameError};
use crate::trailers::{Trailers, TrailersError};
use bytes::Bytes;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SEVEN: CallId = CallId(7);

fn bytes(text: &'static [u8]) -> Bytes {
    Bytes::from_static(text)
}

/// Both directions of a client's message.
#[track_caller]
fn check_client(subprotocol: Subprotocol, message: &ClientMessage, wire: &'static [u8]) {
    assert_eq!(message.encode(subprotocol), Some(bytes(wire)));
    let decoded = ClientMessage::decode(subprotocol, bytes(wire));
    assert_eq!(decoded.as_ref(), Ok(message));
}

/// Both directions of a server's message.
#[track_caller]
fn check_server(subprotocol: Subprotocol, message: &ServerMessage, wire: &'static [u8]) {
    assert_eq!(message.encode(subprotocol), Some(bytes(wire)));
    let decoded = ServerMessage::decode(subprotocol, bytes(wire));
    assert_eq!(decoded.as_ref(), Ok(message));
}

#[test]
fn the_best_offer_is_chosen() {
    let table = [
        ("grpc-websockets", Some(Subprotocol::Single)),
        (
            "grpc-websockets, grpc-websockets-multiplex",
            Some(Subprotocol::Multiplex),
        ),
        (
            "grpc-websockets-multiplex,gangplank.v1",
            Some(Subprotocol::Gangplank),
        ),
        ("chat, grpc-websockets", Some(Subprotocol::Single)),
        ("GRPC-WebSockets", None),
        ("", None),
    ];
    for (offers, chosen) in table {
        assert_eq!(Subprotocol::choose(offers), chosen, "{offers}");
    }
}

#[test]
fn a_single_call_has_no_ids() {
    let single = Subprotocol::Single;
    let id = CallId::FIRST;
    let open = ClientMessage::Open {
        id,
        block: bytes(b"x-a: 1\r\n"),
        is_last: false,
    };
    check_client(single, &open, b"x-a: 1\r\n");
    let data = ClientMessage::Data {
        id,
        bytes: bytes(b"\0\0\0\0\x01A"),
        is_last: false,
    };
    check_client(single, &data, b"\0\0\0\0\0\x01A");
    check_client(single, &ClientMessage::HalfClose { id }, b"\x01");
    let answer = ServerMessage::Data {
        id,
        bytes: bytes(b"\x80\0\0\0\0"),
        is_last: false,
    };
    check_server(single, &answer, b"\x80\0\0\0\0");
}

#[test]
fn many_calls_are_told_apart_by_ids() {
    let multiplex = Subprotocol::Multiplex;
    let id = SEVEN;
    let open = ClientMessage::Open {
        id,
        block: bytes(b"grpc-websockets-path:a.B/C\r\n"),
        is_last: false,
    };
    check_client(
        multiplex,
        &open,
        b"\0\0\0\x07grpc-websockets-path:a.B/C\r\n",
    );
    let data = ClientMessage::Data {
        id,
        bytes: bytes(b"\0\0\0\0\0"),
        is_last: true,
    };
    check_client(multiplex, &data, b"\x80\0\0\x07\0\0\0\0\0\0");
    check_client(
        multiplex,
        &ClientMessage::HalfClose { id },
        b"\x80\0\0\x07\x01",
    );
    check_client(
        multiplex,
        &ClientMessage::GoAwayRead,
        b"\xff\xff\xff\xff\x01",
    );
    let last = ServerMessage::Data {
        id,
        bytes: bytes(b"\x80\0\0\0\0"),
        is_last: true,
    };
    check_server(multiplex, &last, b"\x80\0\0\x07\x80\0\0\0\0");
    check_server(multiplex, &ServerMessage::GoAway, b"\x7f\xff\xff\xff");
}

#[test]
fn our_own_subprotocol_resets_grants_and_pings() {
    let gangplank = Subprotocol::Gangplank;
    let (id, code) = (SEVEN, Code::Canceled);
    check_client(
        gangplank,
        &ClientMessage::Reset { id, code },
        b"\x80\0\0\x07\x02\x01",
    );
    check_server(
        gangplank,
        &ServerMessage::Reset { id, code },
        b"\x80\0\0\x07\x02\x01",
    );
    let (scope, bytes) = (Scope::Call(id), 0x0001_0000);
    check_client(
        gangplank,
        &ClientMessage::Credit { scope, bytes },
        b"\0\0\0\x07\x03\0\x01\0\0",
    );
    let scope = Scope::Socket;
    check_server(
        gangplank,
        &ServerMessage::Credit { scope, bytes },
        b"\x7f\xff\xff\xfe\x03\0\x01\0\0",
    );
    check_client(
        gangplank,
        &ClientMessage::Ping(*b"heartbea"),
        b"\x7f\xff\xff\xfe\x04heartbea",
    );
    check_server(
        gangplank,
        &ServerMessage::Pong(*b"heartbea"),
        b"\x7f\xff\xff\xfe\x05heartbea",
    );
    let data = ServerMessage::Data {
        id,
        bytes: self::bytes(b"\x80\0\0\0\0"),
        is_last: true,
    };
    check_server(gangplank, &data, b"\x80\0\0\x07\0\x80\0\0\0\0");
}

#[test]
fn what_a_subprotocol_cannot_say_is_not_written() {
    let reset = ClientMessage::Reset {
        id: SEVEN,
        code: Code::Canceled,
    };
    assert_eq!(reset.encode(Subprotocol::Multiplex), None);
    assert_eq!(ClientMessage::GoAwayRead.encode(Subprotocol::Single), None);
    assert_eq!(ServerMessage::GoAway.encode(Subprotocol::Single), None);
    let data = ClientMessage::Data {
        id: CallId::FIRST,
        bytes: Bytes::new(),
        is_last: true,
    };
    assert_eq!(data.encode(Subprotocol::Single), None);
}

#[test]
fn malformed_messages_name_their_fault() {
    use SocketError::{Empty, UnknownKind, WrongId, WrongLength};
    use Subprotocol::{Gangplank, Multiplex, Single};
    let table: [(Subprotocol, &'static [u8], SocketError); 10] = [
        (Multiplex, b"\0\0\0", Empty { len: 3 }),
        (Multiplex, b"\0\0\0\0", Empty { len: 4 }),
        (Single, b"\x01\0", WrongLength { kind: 1, len: 1 }),
        (Single, b"\x02\x01", UnknownKind { kind: 2 }),
        (Multiplex, b"\0\0\0\x01\x02\x01", UnknownKind { kind: 2 }),
        (Gangplank, b"\0\0\0\x01\x06", UnknownKind { kind: 6 }),
        (
            Gangplank,
            b"\x80\0\0\x01\x02",
            WrongLength { kind: 2, len: 0 },
        ),
        (
            Gangplank,
            b"\0\0\0\x01\x03\0\0\0",
            WrongLength { kind: 3, len: 3 },
        ),
        (
            Gangplank,
            b"\0\0\0\x01\x0412345678",
            WrongId { id: 1, kind: 4 },
        ),
        (
            Gangplank,
            b"\x7f\xff\xff\xfe\0abc",
            WrongId {
                id: SOCKET_ID,
                kind: 0,
            },
        ),
    ];
    for (subprotocol, message, error) in table {
        let decoded = ClientMessage::decode(subprotocol, bytes(message));
        assert_eq!(decoded, Err(error), "{subprotocol} {message:02x?}");
    }
}

#[test]
fn reserved_ids_are_no_calls() {
    assert_eq!(CallId::new(SOCKET_ID), None);
    let last = CallId::new(SOCKET_ID - 1).unwrap();
    assert_eq!(last.next(), None);
    assert_eq!(CallId::FIRST.next(), CallId::new(1));
}

#[test]
fn a_header_block_is_read_and_written() {
    let block = b"Grpc-Websockets-Path: /a.B/C\r\ncontent-type: application/grpc-web+proto\r\nx-a: 1, 2\r\n";
    let read = HeaderBlock::parse(block, 100).unwrap();
    let expected = HeaderBlock {
        path: Some("a.B/C".to_owned()),
        headers: vec![
            (
                "content-type".to_owned(),
                bytes(b"application/grpc-web+proto"),
            ),
            ("x-a".to_owned(), bytes(b"1, 2")),
        ],
    };
    assert_eq!(read, expected);
    assert_eq!(HeaderBlock::parse(&read.encode(), 100), Ok(expected));
}

#[test]
fn a_header_block_over_the_limit_is_not_read() {
    assert_eq!(
        HeaderBlock::parse(b"no header at all", 15),
        Err(BlockError::TooLong {
            bytes: 16,
            limit: 15
        })
    );
    assert_eq!(
        HeaderBlock::parse(b"no header at all", 16),
        Err(BlockError::Line(TrailersError::MissingColon { offset: 0 }))
    );
}

#[test]
fn credit_is_taken_as_far_as_it_goes() {
    let mut credit = Credit::new(10);
    assert_eq!(credit.take(4), 4);
    assert_eq!(credit.take(10), 6);
    assert_eq!(credit.take(1), 0);
    assert_eq!(credit.grant(3), Ok(()));
    assert_eq!(credit.available(), 3);
    let granted = u32::MAX;
    assert_eq!(credit.grant(granted), Err(CreditError { granted }));
    assert_eq!(credit.available(), 3);
}

#[test]
fn a_window_grants_by_halves_and_never_more_than_came() {
    let mut window = Window::new(10);
    assert!(window.receive(6));
    assert_eq!(window.use_up(4), None);
    assert_eq!(window.use_up(2), Some(6));
    assert!(window.receive(10));
    assert!(!window.receive(1));
    assert_eq!(window.use_up(usize::MAX), Some(10));
    assert_eq!(window.use_up(1), None);
    assert!(!window.receive(11));
}

fn answer() -> (Vec<Answer>, Bytes) {
    let block = |name: &str, value: &'static [u8]| Trailers {
        pairs: vec![(name.to_owned(), bytes(value))],
    };
    let frame = |payload| Frame {
        flags: 0,
        payload: bytes(payload),
    };
    let parts = vec![
        Answer::Headers(block("x-a", b"1")),
        Answer::Frame(frame(b"hello")),
        Answer::Frame(frame(b"")),
        Answer::Trailers(block("grpc-status", b"0")),
    ];
    let encode = |part: &Answer| match part {
        Answer::Frame(frame) => frame.encode(),
        Answer::Headers(block) | Answer::Trailers(block) => block_frame(&crate::trailers::encode(
            block.pairs.iter().map(|(name, value)| (name, value)),
        )),
    };
    let stream = parts.iter().flat_map(encode).collect();
    (parts, stream)
}

#[test]
fn an_answer_comes_out_whole_at_every_split() {
    let (parts, stream) = answer();
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let mut decoder = AnswerDecoder::new(100);
            let (mut read, mut used) = (Vec::new(), 0);
            for range in [0..first, first..second, second..stream.len()] {
                decoder.feed(stream.slice(range));
                while let Some(part) = decoder.next_part().unwrap() {
                    read.push(part);
                }
                used += decoder.take_used();
            }
            assert_eq!(read, parts);
            assert_eq!(decoder.finish(), Ok(()));
            // Two frames: 5 + 5 and 5 bytes; blocks go free.
            assert_eq!(used, 15);
        }
    }
}

#[test]
fn an_answer_that_is_no_answer_says_why() {
    let failed = |stream: &'static [u8]| {
        let mut decoder = AnswerDecoder::new(100);
        decoder.feed(bytes(stream));
        loop {
            match decoder.next_part() {
                Ok(Some(_)) => {}
                Ok(None) => return decoder.finish(),
                Err(error) => {
                    assert_eq!(decoder.finish(), Err(error.clone()));
                    return Err(error);
                }
            }
        }
    };
    assert_eq!(failed(b"\0\0\0\0\0"), Err(AnswerError::NoHeaders));
    assert_eq!(failed(b"\x80\0\0\0\0"), Err(AnswerError::NoTrailers));
    assert_eq!(
        failed(b"\x80\0\0\0\0\x80\0\0\0\0\0"),
        Err(AnswerError::Frame(FrameError::AfterTrailers))
    );
}

#[test]
fn a_frame_beyond_the_window_makes_room_as_it_comes() {
    let mut decoder = AnswerDecoder::new(1000);
    decoder.feed(block_frame(b""));
    assert!(matches!(decoder.next_part(), Ok(Some(Answer::Headers(_)))));
    decoder.feed(bytes(b"\0\0\0\0\x64"));
    assert_eq!(decoder.next_part(), Ok(None));
    assert_eq!(decoder.take_used(), 5);
    decoder.feed(Bytes::from(vec![1; 60]));
    assert_eq!(decoder.next_part(), Ok(None));
    assert_eq!(decoder.take_used(), 60);
    decoder.feed(Bytes::from(vec![1; 40]));
    assert_eq!(decoder.take_used(), 0);
    assert!(matches!(decoder.next_part(), Ok(Some(Answer::Frame(_)))));
    assert_eq!(decoder.take_used(), 40);
}
