//! A WebSocket with calls on it, in any of the three subprotocols, message by message.
//! RFC 6455's frames are tokio-tungstenite's, the messages in them `wire`'s: what is checked is what calls become of them.
//! Where there is credit, what was read is granted anew, unless a call is told to be let stand.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::Request;
use prost::Message as ProtoMessage;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use wire::code::Code;
use wire::frame::Frame;
use wire::socket::{
    Answer, AnswerDecoder, CALL_CREDIT_BYTES, CallId, ClientMessage, Credit, HeaderBlock, PATH,
    SOCKET_CREDIT_BYTES, Scope, ServerMessage, Subprotocol, Window,
};

use crate::patience::within;

/// Larger than any answer in a test.
const MAX_ANSWER_BYTES: u32 = 1 << 24;

/// An open socket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    subprotocol: Subprotocol,
    calls: HashMap<CallId, Reading>,
    /// Nothing is granted for these.
    standing: HashSet<CallId>,
    window: Window,
    credit: Credit,
    events: VecDeque<Event>,
}

#[derive(Debug)]
struct Reading {
    answer: AnswerDecoder,
    window: Window,
    /// What may still be sent.
    credit: Credit,
}

/// What the server did.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A part of a call's answer.
    Part(CallId, Answer),
    /// A call was reset.
    Reset(CallId, Code),
    /// No more calls are taken.
    GoAway,
    /// The socket ended, with this code.
    Closed(u16),
}

/// A handshake that wasn't accepted.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub http_status: u16,
    /// The body.
    pub text: String,
}

/// The id of that number.
pub fn id(number: u32) -> CallId {
    CallId::new(number).unwrap_or_default()
}

impl Socket {
    /// Opens a socket; at `path` if it's for one call, else at the canonical place.
    pub async fn open(address: SocketAddr, subprotocol: Subprotocol, path: &str) -> Result<Self> {
        let path = if subprotocol.has_ids() { PATH } else { path };
        let offers = [("sec-websocket-protocol", subprotocol.name())];
        match Self::offer(address, path, &offers).await? {
            Ok(socket) => Ok(socket),
            Err(refusal) => bail!("{refusal:?}"),
        }
    }

    /// Tries to open a socket with these headers; the inner error is the server's refusal.
    pub async fn offer(
        address: SocketAddr,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Result<Self, Refusal>> {
        let stream = within("a connection", TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        let mut request: Request<()> = format!("ws://{address}{path}").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        match within("the handshake", client_async(request, stream)).await? {
            Ok((stream, response)) => {
                let chosen = response.headers().get("sec-websocket-protocol");
                let chosen = chosen.context("no subprotocol")?.to_str()?;
                Ok(Ok(Self {
                    stream,
                    subprotocol: Subprotocol::choose(chosen).context("an unknown subprotocol")?,
                    calls: HashMap::new(),
                    standing: HashSet::new(),
                    window: Window::new(SOCKET_CREDIT_BYTES),
                    credit: Credit::new(SOCKET_CREDIT_BYTES),
                    events: VecDeque::new(),
                }))
            }
            Err(Error::Http(response)) => {
                let body = response.body().as_deref().unwrap_or_default();
                Ok(Err(Refusal {
                    http_status: response.status().as_u16(),
                    text: String::from_utf8_lossy(body).into_owned(),
                }))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The subprotocol that the server chose.
    pub fn subprotocol(&self) -> Subprotocol {
        self.subprotocol
    }

    /// Opens a call of the method at `path`, with these headers.
    pub async fn call(&mut self, id: CallId, path: &str, headers: &[(&str, &str)]) -> Result<()> {
        let usual = [
            ("content-type", "application/grpc-web+proto"),
            ("x-grpc-web", "1"),
        ];
        let method = path.strip_prefix('/').unwrap_or(path);
        let pairs = usual.iter().chain(headers).map(|(name, value)| {
            let value = Bytes::copy_from_slice(value.as_bytes());
            ((*name).to_owned(), value)
        });
        let block = HeaderBlock {
            path: self.subprotocol.has_ids().then(|| method.to_owned()),
            headers: pairs.collect(),
        };
        let block = block.encode();
        let is_last = false;
        self.read(id);
        self.say(&ClientMessage::Open { id, block, is_last }).await
    }

    /// Prepares to read the answer of a call that was opened by raw bytes.
    pub fn read(&mut self, id: CallId) {
        let reading = Reading {
            answer: AnswerDecoder::new(MAX_ANSWER_BYTES),
            window: Window::new(CALL_CREDIT_BYTES),
            credit: Credit::new(CALL_CREDIT_BYTES),
        };
        self.calls.insert(id, reading);
    }

    /// Grants nothing for that call from now on, as a consumer that stands still.
    pub fn let_stand(&mut self, id: CallId) {
        self.standing.insert(id);
    }

    /// Sends one protobuf message; where there is credit in pieces as it comes, and what else comes is kept for `next`.
    pub async fn send(&mut self, id: CallId, message: &impl ProtoMessage) -> Result<()> {
        let payload = Bytes::from(message.encode_to_vec());
        let mut left = Frame { flags: 0, payload }.encode();
        let is_last = false;
        while !left.is_empty() {
            let paid = match self.subprotocol {
                Subprotocol::Gangplank => self.pay(id, left.len())?,
                Subprotocol::Single | Subprotocol::Multiplex => left.len(),
            };
            if paid == 0 {
                self.receive().await?;
                continue;
            }
            let bytes = left.split_to(paid);
            self.say(&ClientMessage::Data { id, bytes, is_last })
                .await?;
        }
        Ok(())
    }

    /// Takes credit for up to `wanted` bytes.
    fn pay(&mut self, id: CallId, wanted: usize) -> Result<usize> {
        let reading = self.calls.get_mut(&id).with_context(|| format!("{id:?}"))?;
        let wanted = u32::try_from(wanted)?.min(self.credit.available());
        let paid = reading.credit.take(wanted);
        Ok(usize::try_from(self.credit.take(paid))?)
    }

    /// Has nothing more to send in a call.
    pub async fn half_close(&mut self, id: CallId) -> Result<()> {
        self.say(&ClientMessage::HalfClose { id }).await
    }

    /// Gives a call up: by a reset where there is one.
    pub async fn reset(&mut self, id: CallId) -> Result<()> {
        let code = Code::Canceled;
        self.say(&ClientMessage::Reset { id, code }).await
    }

    /// Says anything that the subprotocol can say.
    pub async fn say(&mut self, message: &ClientMessage) -> Result<()> {
        let bytes = message.encode(self.subprotocol);
        let bytes = bytes.with_context(|| format!("{} can't say it", self.subprotocol))?;
        self.say_raw(Message::Binary(bytes)).await
    }

    /// Sends a message as it is.
    pub async fn say_raw(&mut self, message: Message) -> Result<()> {
        Ok(within("a message to be taken", self.stream.send(message)).await??)
    }

    /// Leaves, as a page that is closed.
    pub async fn close(mut self) -> Result<()> {
        self.stream.close(None).await?;
        while let Some(Ok(_)) = within("the server's close", self.stream.next()).await? {}
        Ok(())
    }

    /// The next thing that the server does.
    pub async fn next(&mut self) -> Result<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            self.receive().await?;
        }
    }

    /// Waits for one message, and takes from it what it says.
    async fn receive(&mut self) -> Result<()> {
        let message = within("a message of the server", self.stream.next()).await?;
        match message.context("the connection ended without a close")?? {
            Message::Binary(bytes) => {
                let message = ServerMessage::decode(self.subprotocol, bytes)?;
                self.take(message).await?;
            }
            Message::Close(frame) => {
                let frame = frame.context("a close without a code")?;
                self.events.push_back(Event::Closed(frame.code.into()));
            }
            Message::Ping(_) | Message::Pong(_) => {}
            other => bail!("{other:?}"),
        }
        Ok(())
    }

    /// The next message of a call, decoded; parts of other calls are an error.
    pub async fn message<M: ProtoMessage + Default>(&mut self, id: CallId) -> Result<M> {
        loop {
            match self.next().await? {
                Event::Part(of, Answer::Headers(_)) if of == id => {}
                Event::Part(of, Answer::Frame(frame)) if of == id => {
                    return Ok(M::decode(frame.payload)?);
                }
                other => bail!("instead of a message of {id:?}: {other:?}"),
            }
        }
    }

    /// The status of a call, whose messages have all been read.
    pub async fn status(&mut self, id: CallId) -> Result<(Code, String)> {
        loop {
            match self.next().await? {
                Event::Part(of, Answer::Headers(_)) if of == id => {}
                Event::Part(of, Answer::Trailers(trailers)) if of == id => {
                    return Ok(trailers.status()?);
                }
                other => bail!("instead of the status of {id:?}: {other:?}"),
            }
        }
    }

    async fn take(&mut self, message: ServerMessage) -> Result<()> {
        match message {
            ServerMessage::Data { id, bytes, is_last } => self.parts(id, bytes, is_last).await?,
            ServerMessage::Reset { id, code } => self.events.push_back(Event::Reset(id, code)),
            ServerMessage::GoAway => self.events.push_back(Event::GoAway),
            ServerMessage::Ping(opaque) => self.say(&ClientMessage::Pong(opaque)).await?,
            ServerMessage::Credit { scope, bytes } => match scope {
                Scope::Socket => self.credit.grant(bytes)?,
                Scope::Call(id) => {
                    if let Some(reading) = self.calls.get_mut(&id) {
                        reading.credit.grant(bytes)?;
                    }
                }
            },
            ServerMessage::Pong(_) => {}
        }
        Ok(())
    }

    async fn parts(&mut self, id: CallId, bytes: Bytes, is_last: bool) -> Result<()> {
        let reading = self.calls.get_mut(&id).with_context(|| format!("{id:?}"))?;
        reading.answer.feed(bytes);
        while let Some(part) = reading.answer.next_part()? {
            self.events.push_back(Event::Part(id, part));
        }
        if self.subprotocol.has_ids() {
            ensure!(
                is_last == reading.answer.has_ended(),
                "{id:?}: the mark of the end"
            );
        }
        let used = reading.answer.take_used();
        if self.subprotocol != Subprotocol::Gangplank || self.standing.contains(&id) {
            return Ok(());
        }
        ensure!(reading.window.receive(used), "{id:?}: beyond its credit");
        ensure!(self.window.receive(used), "beyond the socket's credit");
        let grants = [
            (Scope::Call(id), reading.window.use_up(used)),
            (Scope::Socket, self.window.use_up(used)),
        ];
        for (scope, granted) in grants {
            if let Some(bytes) = granted {
                self.say(&ClientMessage::Credit { scope, bytes }).await?;
            }
        }
        Ok(())
    }
}
