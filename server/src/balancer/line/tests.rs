//! A write waits one turn, and a cut ends reading.

use std::sync::Arc;
use std::task::Poll;

use futures_util::poll;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Line, Wire};

async fn pair() -> (Wire, Arc<Line>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
    let (other, _) = listener.accept().await.unwrap();
    let line = Arc::<Line>::default();
    (Wire::new(stream.unwrap(), Arc::clone(&line)), line, other)
}

#[tokio::test]
async fn every_write_waits_one_turn() {
    let (mut wire, _line, mut other) = pair().await;
    for _ in 0..3 {
        let mut write = std::pin::pin!(wire.write(b"hello"));
        assert!(poll!(&mut write).is_pending());
        assert!(matches!(poll!(&mut write), Poll::Ready(Ok(5))));
        let mut read = [0; 5];
        other.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"hello");
    }
}

#[tokio::test]
async fn a_turn_is_enough_without_being_woken_from_outside() {
    let (mut wire, _line, mut other) = pair().await;
    wire.write_all(b"hello").await.unwrap();
    let mut read = [0; 5];
    other.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, b"hello");
}

#[tokio::test]
async fn a_cut_fails_the_read_that_waits() {
    let (mut wire, line, _other) = pair().await;
    let mut buffer = [0; 1];
    let mut read = std::pin::pin!(wire.read(&mut buffer));
    assert!(poll!(&mut read).is_pending());
    line.cut();
    assert!(read.await.is_err());
}
