//! Claims about sockets in process: both ends of a pipe, a clock that stands still, and layers that echo.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::StreamBody;
use tokio::io::{DuplexStream, duplex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;
use tonic::Status;
use tower::service_fn;
use wire::code::Code;
use wire::socket::{
    Answer, AnswerDecoder, CALL_CREDIT_BYTES, CallId, ClientMessage, Scope, ServerMessage,
};

use super::*;
use crate::gateway::guarded::Guarded;

mod credit;
mod handshake;
mod life;
mod requests;

const LIMITS: SocketLimits = SocketLimits {
    max_calls: 2,
    silence: Duration::from_secs(15),
    max_message_bytes: 1000,
    max_header_bytes: 100,
    idle_timeout: Duration::from_mins(5),
    close_timeout: Duration::from_secs(5),
};

/// The client's end of a socket, and what the server's end is told.
struct Client {
    socket: WebSocketStream<DuplexStream>,
    subprotocol: Subprotocol,
    draining: Option<oneshot::Sender<()>>,
    closing: Option<oneshot::Sender<()>>,
    open_calls: Arc<AtomicUsize>,
    /// What came for calls while another one's answer was read.
    kept: Vec<(CallId, Bytes)>,
    server: JoinHandle<()>,
}

/// Counts a call until its answer's body is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers as the path asks: `/a.B/Echo` gives back what comes, `/a.B/Flood` never stops, `/a.B/Silent` reads and says
/// nothing, `/a.B/Deaf` doesn't even read.
async fn answer(request: Request, open: Arc<AtomicUsize>) -> Result<Response, Infallible> {
    open.fetch_add(1, Ordering::SeqCst);
    let counted = Counted(open);
    let (head, body) = request.into_parts();
    let body = match head.uri.path() {
        "/a.B/Echo" => {
            let trailers =
                http_body::Frame::data(Bytes::from_static(b"\x80\0\0\0\x0fgrpc-status:0\r\n"));
            let end = futures_util::stream::once(async { Ok::<_, Status>(trailers) });
            let body = http_body_util::BodyStream::new(body);
            Body::new(StreamBody::new(body.chain(end)))
        }
        "/a.B/Flood" => {
            let frame = || http_body::Frame::data(Bytes::from_static(&[0; 1005]));
            let frames = futures_util::stream::repeat_with(move || {
                // A frame of 1,000 zeros.
                let mut bytes = frame().into_data().unwrap_or_default().to_vec();
                bytes[3..5].copy_from_slice(&1000_u16.to_be_bytes());
                Ok::<_, Status>(http_body::Frame::data(Bytes::from(bytes)))
            });
            Body::new(StreamBody::new(frames))
        }
        "/a.B/Silent" => {
            let body = http_body_util::BodyStream::new(body);
            let nothing = body.filter(|_| std::future::ready(false));
            Body::new(StreamBody::new(
                nothing.chain(futures_util::stream::pending()),
            ))
        }
        _ => {
            std::future::pending::<()>().await;
            drop((body, counted));
            return Ok(Response::new(Body::empty()));
        }
    };
    Ok(Response::new(Guarded::wrap(body, counted)))
}

impl Client {
    fn open(subprotocol: Subprotocol, path: &str) -> Self {
        Self::open_with(subprotocol, path, LIMITS)
    }

    fn open_with(subprotocol: Subprotocol, path: &str, limits: SocketLimits) -> Self {
        let open_calls = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&open_calls);
        let layers = service_fn(move |request| answer(request, Arc::clone(&counted)));
        let session = Session {
            subprotocol,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            layers: Layers::new(layers),
            limits,
            to_status: crate::respond::gateway,
        };
        let (near, far) = duplex(4 * 1024);
        let (draining, drained) = oneshot::channel::<()>();
        let (closing, closed) = oneshot::channel::<()>();
        let told = async |told: oneshot::Receiver<()>| {
            if told.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let server = tokio::spawn(session.run(far, told(drained), told(closed)));
        let socket = WebSocketStream::from_raw_socket(near, Role::Client, None);
        Self {
            socket: futures_util::FutureExt::now_or_never(socket).expect("does no I/O"),
            subprotocol,
            draining: Some(draining),
            closing: Some(closing),
            open_calls,
            kept: Vec::new(),
            server,
        }
    }

    async fn say(&mut self, message: ClientMessage) {
        let bytes = message.encode(self.subprotocol).expect("can be said");
        self.socket.send(Message::Binary(bytes)).await.unwrap();
    }

    /// Opens a call of `method`.
    async fn call(&mut self, id: CallId, method: &str) {
        let block = format!("grpc-websockets-path: a.B/{method}\r\n");
        let open = ClientMessage::Open {
            id,
            block: block.into(),
            is_last: false,
        };
        self.say(open).await;
    }

    async fn data(&mut self, id: CallId, bytes: impl Into<Bytes>) {
        let data = ClientMessage::Data {
            id,
            bytes: bytes.into(),
            is_last: false,
        };
        self.say(data).await;
    }

    /// The next message of the subprotocol.
    async fn hear(&mut self) -> ServerMessage {
        loop {
            match self.socket.next().await.expect("a message").unwrap() {
                Message::Binary(bytes) => {
                    return ServerMessage::decode(self.subprotocol, bytes).unwrap();
                }
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code of the server's close; what came before it is passed over.
    async fn closed(&mut self) -> u16 {
        loop {
            match self.socket.next().await.expect("a close").unwrap() {
                Message::Close(Some(frame)) => return frame.code.into(),
                Message::Close(None) => panic!("a close without a code"),
                _ => {}
            }
        }
    }

    /// Reads the answer of a call to its end: its messages, and its status.
    async fn answer(&mut self, id: CallId) -> (Vec<Bytes>, u32, String) {
        let mut decoder = AnswerDecoder::new(10_000);
        let mut messages = Vec::new();
        for (_, bytes) in self.kept.extract_if(.., |(of, _)| *of == id) {
            decoder.feed(bytes);
        }
        loop {
            if let ServerMessage::Data { id: of, bytes, .. } = self.hear().await {
                if of == id {
                    decoder.feed(bytes);
                } else {
                    self.kept.push((of, bytes));
                }
            }
            while let Some(part) = decoder.next_part().unwrap() {
                match part {
                    Answer::Headers(_) => {}
                    Answer::Frame(frame) => messages.push(frame.payload),
                    Answer::Trailers(trailers) => {
                        let (code, message) = trailers.status().unwrap();
                        return (messages, code.number(), message);
                    }
                }
            }
        }
    }

    /// Waits until the server has no open call; time that stands still passes only while nobody has anything to do.
    async fn nothing_is_open(&self) {
        while self.open_calls.load(Ordering::SeqCst) > 0 {
            tokio::task::yield_now().await;
        }
    }
}

fn id(number: u32) -> CallId {
    CallId::new(number).unwrap()
}
