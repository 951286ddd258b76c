//! Answers as servers send them, and broken ones.

use super::{FetchError, Response, parse};

#[track_caller]
fn check(answer: &str, expected: Result<(u16, &str, usize), FetchError>) {
    let expected = expected.map(|(status, encoding, body_bytes)| Response {
        status,
        encoding: encoding.into(),
        content_type: "text/css".into(),
        body_bytes,
    });
    assert_eq!(parse(answer.as_bytes()), expected);
}

#[test]
fn length_of_the_body_is_counted() {
    check(
        "HTTP/1.1 200 OK\r\ncontent-type: text/css\r\nContent-Encoding: BR\r\ncontent-length: 4\r\n\r\nabcd",
        Ok((200, "br", 4)),
    );
    check(
        "HTTP/1.1 404 Not Found\r\ncontent-type:text/css\r\n\r\nabc",
        Ok((404, "", 3)),
    );
}

#[test]
fn chunks_count_without_their_framing() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/css\r\ntransfer-encoding: chunked\r\n\r\n";
    check(
        &format!("{head}3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"),
        Ok((200, "", 13)),
    );
    check(&format!("{head}3\r\nab"), Err(FetchError::BadChunk));
    check(
        &format!("{head}ffffffffffffffff\r\nab"),
        Err(FetchError::BadChunk),
    );
}

#[test]
fn broken_answers_are_refused() {
    check("", Err(FetchError::NotHttp));
    check("SSH-2.0\r\n\r\n", Err(FetchError::NotHttp));
    check(
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc",
        Err(FetchError::Truncated {
            announced: 4,
            received: 3,
        }),
    );
}
