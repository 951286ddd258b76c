//! The bytes of one connection to a replica: counts what is heard, and can be cut from outside.
//! HTTP/2 of hyper runs in tasks of its own, so that nothing above can end a connection with calls on it; a cut makes its
//! next read fail, and every call on it fails as if the network had. What is heard tells a replica that is alive
//! from one that is only still connected. Nothing is changed in the bytes.
//! A write waits one turn of the scheduler, in which others add to it: hyper sends each request's body from a task of its
//! own, so that otherwise every one of a hundred calls would be a system call.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What is known of a connection, and its end.
#[derive(Debug, Default)]
pub(super) struct Line {
    heard_bytes: AtomicU64,
    is_cut: AtomicBool,
    reader: AtomicWaker,
}

impl Line {
    /// Bytes that have come so far.
    pub(super) fn heard_bytes(&self) -> u64 {
        self.heard_bytes.load(Ordering::Relaxed)
    }

    /// Ends the connection, with every call on it.
    pub(super) fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
        self.reader.wake();
    }
}

/// A connection's stream.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    line: Arc<Line>,
    /// The next write has waited its turn.
    has_waited: bool,
}

impl Wire {
    /// `stream`, watched by `line`.
    pub(super) fn new(stream: TcpStream, line: Arc<Line>) -> Self {
        Self {
            stream,
            line,
            has_waited: false,
        }
    }

    /// Lets the tasks that are ready run once before a write.
    fn poll_turn(&mut self, cx: &Context<'_>) -> Poll<()> {
        self.has_waited = !self.has_waited;
        if self.has_waited {
            // A task that wakes itself goes to the end of the queue.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Before looking, so that a cut can't fall in between.
        self.line.reader.register(cx.waker());
        if self.line.is_cut.load(Ordering::Acquire) {
            let error = io::Error::new(io::ErrorKind::TimedOut, "no sign of life");
            return Poll::Ready(Err(error));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let heard = buffer.filled().len() - before;
        self.line
            .heard_bytes
            .fetch_add(heard as u64, Ordering::Relaxed);
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_turn(cx));
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_turn(cx));
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
