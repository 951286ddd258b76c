//! A collector that costs next to nothing: it reads requests of OTLP/HTTP to their end, and takes all spans unread.

use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::process::Failure;

/// An empty message is one that refuses nothing.
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";

/// A running collector; its threads end with the process.
pub(super) struct Receiver {
    address: SocketAddr,
    bytes: Arc<AtomicU64>,
}

impl Receiver {
    pub(super) fn start() -> Result<Self, Failure> {
        let refused = |error: io::Error| Failure::new(format!("no port for a collector: {error}"));
        let listener = TcpListener::bind("127.0.0.1:0").map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let bytes = Arc::<AtomicU64>::default();
        let count = Arc::clone(&bytes);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let count = Arc::clone(&count);
                // One that breaks off is the sender's to tell.
                thread::spawn(move || serve(stream, &count));
            }
        });
        Ok(Self { address, bytes })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Of all bodies.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

fn serve(stream: TcpStream, count: &AtomicU64) -> io::Result<()> {
    let mut answers = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut left = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                left = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        count.fetch_add(left as u64, Ordering::Relaxed);
        while left > 0 {
            let read = reader.fill_buf()?.len().min(left);
            if read == 0 {
                return Ok(());
            }
            reader.consume(read);
            left -= read;
        }
        answers.write_all(ANSWER)?;
    }
}
