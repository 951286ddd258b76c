//! A replica that can be wrecked: serves `fleet.v1.Fleet` on HTTP/2, and can be reset, closed, frozen, slowed, broken and
//! sunk while calls are on it. Each wreck is real on the wire: a TCP reset, a FIN, a GOAWAY, silence.
//! A method's name decides the answer: `Log` streams, every other one answers once. Requests aren't read beyond their head.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Result;
use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::task::AtomicWaker;
use h2::SendStream;
use h2::server::SendResponse;
use http::{HeaderMap, HeaderValue, Request, Response};
use prost::Message;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use wire::frame;

/// Messages of a stream, and the time between two of them.
const MESSAGES: usize = 4;
const GAP: Duration = Duration::from_millis(10);

/// The one message of the fleet's schema.
#[derive(Clone, PartialEq, Message)]
pub struct Signal {
    /// Who sent it.
    #[prost(string, tag = "1")]
    pub vessel: String,
}

/// How it answers calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// At once.
    Fair,
    /// After that time.
    Slow(Duration),
    /// With UNAVAILABLE.
    Unavailable,
}

/// What becomes of the connections that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blow {
    /// A TCP reset.
    Reset,
    /// A FIN.
    Close,
    /// A GOAWAY that lets calls finish.
    GoAway,
    /// Silence for good, though they stay open.
    Freeze,
}

/// What every connection goes by.
#[derive(Clone, Copy, Debug)]
struct Orders {
    mood: Mood,
    /// True while nothing is read or written on any connection, new ones included.
    is_dark: bool,
    /// The last blow, for the connections up to that number.
    blow: Option<(Blow, u64)>,
}

/// A vessel afloat; it sinks when dropped.
pub struct Vessel {
    name: Arc<str>,
    address: SocketAddr,
    orders: Arc<watch::Sender<Orders>>,
    connections: Arc<AtomicU64>,
    calls: Arc<AtomicU64>,
    afloat: JoinSet<()>,
}

impl Vessel {
    /// Listens on a port the system picks.
    pub async fn launch(name: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let orders = Orders {
            mood: Mood::Fair,
            is_dark: false,
            blow: None,
        };
        let mut vessel = Self {
            name: name.into(),
            address: listener.local_addr()?,
            orders: Arc::new(watch::Sender::new(orders)),
            connections: Arc::default(),
            calls: Arc::default(),
            afloat: JoinSet::new(),
        };
        vessel.float(listener);
        Ok(vessel)
    }

    /// Where it listens, as `HOST:PORT`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Calls whose head has come to it so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Connections that have been made to it so far.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Answers so from now on.
    pub fn set_mood(&self, mood: Mood) {
        self.orders.send_modify(|orders| orders.mood = mood);
    }

    /// Is silent on every connection, or no longer.
    pub fn set_dark(&self, is_dark: bool) {
        self.orders.send_modify(|orders| orders.is_dark = is_dark);
    }

    /// Strikes the connections that are open now.
    pub fn strike(&self, blow: Blow) {
        let last = self.connections.load(Ordering::SeqCst);
        self.orders
            .send_modify(|orders| orders.blow = Some((blow, last)));
    }

    /// Sinks with all connections; the port is free.
    pub async fn sink(&mut self) {
        self.afloat.shutdown().await;
    }

    /// Listens again where it did.
    pub async fn raise(&mut self) -> Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        self.float(listener);
        Ok(())
    }

    fn float(&mut self, listener: TcpListener) {
        let (orders, connections) = (Arc::clone(&self.orders), Arc::clone(&self.connections));
        let (name, calls) = (Arc::clone(&self.name), Arc::clone(&self.calls));
        self.afloat.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let number = connections.fetch_add(1, Ordering::SeqCst) + 1;
                let crew = Crew {
                    name: Arc::clone(&name),
                    calls: Arc::clone(&calls),
                    orders: orders.subscribe(),
                    number,
                };
                open.spawn(crew.serve(stream));
            }
        });
    }
}

/// Serves one connection.
#[derive(Clone)]
struct Crew {
    name: Arc<str>,
    calls: Arc<AtomicU64>,
    orders: watch::Receiver<Orders>,
    number: u64,
}

impl Crew {
    async fn serve(mut self, stream: TcpStream) {
        let hull = Hull {
            stream,
            orders: self.orders.clone(),
            number: self.number,
            waker: Arc::default(),
        };
        let waker = Arc::clone(&hull.waker);
        let Ok(mut connection) = h2::server::handshake(hull).await else {
            return;
        };
        let mut calls = JoinSet::new();
        let mut is_leaving = false;
        loop {
            tokio::select! {
                accepted = connection.accept() => match accepted {
                    Some(Ok((request, answer))) => {
                        self.calls.fetch_add(1, Ordering::Relaxed);
                        calls.spawn(self.clone().answer(request, answer));
                    }
                    // The connection is dropped, and with it the socket.
                    Some(Err(_)) | None => return,
                },
                Ok(()) = self.orders.changed() => {
                    waker.wake();
                    let is_told = struck(&self.orders.borrow(), self.number) == Some(Blow::GoAway);
                    if is_told && !is_leaving {
                        is_leaving = true;
                        connection.graceful_shutdown();
                    }
                }
            }
        }
    }

    async fn answer(self, request: Request<h2::RecvStream>, mut answer: SendResponse<Bytes>) {
        let mood = self.orders.borrow().mood;
        if let Mood::Slow(delay) = mood {
            sleep(delay).await;
        }
        let mut head = Response::new(());
        let content_type = HeaderValue::from_static("application/grpc");
        head.headers_mut().insert("content-type", content_type);
        if mood == Mood::Unavailable {
            let status = HeaderValue::from_static("14");
            head.headers_mut().insert("grpc-status", status);
            let _ = answer.send_response(head, true);
            return;
        }
        let is_stream = request.uri().path().ends_with("/Log");
        // Fails if the connection is gone, and so does all below.
        if let Ok(mut body) = answer.send_response(head, false) {
            let messages = if is_stream { MESSAGES } else { 1 };
            let _ = self.send(&mut body, messages).await;
        }
    }

    async fn send(&self, body: &mut SendStream<Bytes>, messages: usize) -> Result<(), h2::Error> {
        let signal = Signal {
            vessel: self.name.to_string(),
        };
        let message = signal.encode_to_vec();
        for number in 0..messages {
            if number > 0 {
                sleep(GAP).await;
            }
            let mut bytes = BytesMut::new();
            bytes.put_slice(&frame::prefix(0, u32::try_from(message.len()).unwrap_or(0)));
            bytes.put_slice(&message);
            body.send_data(bytes.freeze(), false)?;
        }
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", HeaderValue::from_static("0"));
        body.send_trailers(trailers)
    }
}

/// The blow that a connection of that number has had.
fn struck(orders: &Orders, number: u64) -> Option<Blow> {
    let (blow, last) = orders.blow?;
    (number <= last).then_some(blow)
}

/// A socket that takes blows.
struct Hull {
    stream: TcpStream,
    orders: watch::Receiver<Orders>,
    number: u64,
    /// Of whoever waits to read; told when orders change.
    waker: Arc<AtomicWaker>,
}

impl Hull {
    /// Pending while it is silent, an error once it is lost.
    fn poll_afloat(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waker.register(cx.waker());
        let orders = *self.orders.borrow();
        match struck(&orders, self.number) {
            Some(Blow::Reset) => {
                // Its close becomes a reset.
                let _ = self.stream.set_zero_linger();
                Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
            }
            Some(Blow::Close) => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            Some(Blow::Freeze) => Poll::Pending,
            Some(Blow::GoAway) | None if orders.is_dark => Poll::Pending,
            Some(Blow::GoAway) | None => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncRead for Hull {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        std::task::ready!(self.poll_afloat(cx))?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Hull {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        std::task::ready!(self.poll_afloat(cx))?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        std::task::ready!(self.poll_afloat(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
