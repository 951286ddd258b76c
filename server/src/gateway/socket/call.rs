//! One call: its header block becomes the request that a browser would have sent by gRPC-Web, its answer becomes bytes
//! for the socket. The request's version is HTTP/2's, since it can be answered and stopped at the same time.
//! The answer passes as it comes, frames unread: at once where the socket itself holds back, else as far as there is
//! credit. Its last part is the trailer block, which is what tells the peer that nothing follows.

use bytes::{Buf as _, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;
use tonic::Status;
use tonic::body::Body;
use tower::Service;
use wire::code::Code;
use wire::content_type::{Codec, ContentType, Dialect};
use wire::frame::{FLAG_TRAILERS, PrefixScanner};
use wire::socket::{BlockError, CallId, HeaderBlock, ServerMessage, Subprotocol, block_frame};
use wire::trailers;

use super::credit::Purse;
use super::{Carried, Layers};
use crate::gateway::classify::echo;
use crate::gateway::{GatewayError, Request, Response};

/// The longest part of an answer in one message, in bytes, where there is credit: other calls get their turn behind it.
const MAX_PART_BYTES: u32 = 16 * 1024;

/// What a session sends.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// A message of the subprotocol.
    Message(ServerMessage),
    /// The socket's last message: its code and why.
    Close(u16, &'static str),
    /// WebSocket's own heartbeat.
    Ping,
}

/// One call that has been handed to all layers.
pub(super) struct Call {
    /// The answer's head, once it's there.
    pub(super) answering: <Layers as Service<Request>>::Future,
    pub(super) answers: Answers,
}

/// Where a call's answer goes.
pub(super) struct Answers {
    pub(super) id: CallId,
    pub(super) outgoing: mpsc::Sender<Outgoing>,
    /// None where the subprotocol has no credit.
    pub(super) purse: Option<Purse>,
    pub(super) subprotocol: Subprotocol,
}

/// The request of a call. `path` is the socket's own, which counts only where it carries one call.
pub(super) fn request(
    subprotocol: Subprotocol,
    path: &str,
    handshake: &HeaderMap,
    block: &Bytes,
    max_bytes: usize,
) -> Result<Request, GatewayError> {
    let block = HeaderBlock::parse(block, max_bytes).map_err(|error| match error {
        BlockError::TooLong { bytes, limit } => GatewayError::HeadersTooLong { bytes, limit },
        BlockError::Line(error) => GatewayError::HeaderBlock(error),
    })?;
    let method = if subprotocol.has_ids() {
        block.path.ok_or(GatewayError::NoSocketPath)?
    } else {
        path.strip_prefix('/').unwrap_or(path).to_owned()
    };
    let mut request = Request::new(Body::empty());
    *request.method_mut() = Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = format!("/{method}")
        .parse()
        .map_err(|_| GatewayError::UnknownMethod {
            method: echo(&method),
        })?;
    *request.headers_mut() = headers(block.headers, handshake)?;
    request.extensions_mut().insert(Carried(subprotocol));
    Ok(request)
}

/// The block's headers, and those of the handshake that go along, with the content type of gRPC-Web.
fn headers(block: Vec<(String, Bytes)>, handshake: &HeaderMap) -> Result<HeaderMap, GatewayError> {
    let mut headers = HeaderMap::new();
    for (name, value) in block {
        // A block's names and values are legal, but a map holds no more than 32,768.
        if let (Ok(name), Ok(value)) = (
            name.parse::<HeaderName>(),
            HeaderValue::from_maybe_shared(value),
        ) && headers.try_append(name, value).is_err()
        {
            let count = headers.len();
            let limit = count;
            return Err(GatewayError::TooManyHeaders { count, limit });
        }
    }
    for name in handshake.keys() {
        if !headers.contains_key(name) {
            for value in handshake.get_all(name) {
                headers.append(name.clone(), value.clone());
            }
        }
    }
    // It could ask for text mode, which sockets don't need.
    headers.remove(header::ACCEPT);
    let own = HeaderValue::from_static(Dialect::GrpcWeb.content_type());
    let found = headers.get(header::CONTENT_TYPE);
    let found = found.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    match found.as_deref().map(ContentType::parse) {
        // A codec that nobody knows is refused where all such are.
        Some(Some(ContentType {
            dialect: Dialect::GrpcWeb,
            ..
        })) => {}
        None
        | Some(Some(ContentType {
            dialect: Dialect::Grpc,
            codec: Codec::Proto,
        })) => {
            headers.insert(header::CONTENT_TYPE, own);
        }
        Some(_) => {
            return Err(GatewayError::UnsupportedContentType {
                content_type: found.as_deref().map(echo),
            });
        }
    }
    Ok(headers)
}

impl Call {
    /// Passes the answer on to its end. Dropping it cancels the call.
    pub(super) async fn run(self) -> CallId {
        let id = self.answers.id;
        match self.answering.await {
            Ok(response) => self.answers.pass(response).await,
            Err(never) => match never {},
        }
        id
    }
}

impl Answers {
    async fn pass(&self, response: Response) {
        let (head, mut body) = response.into_parts();
        if !self.send(block_frame(&block(&head.headers)), false).await {
            return;
        }
        // Knows whether a frame is open; bounds nothing, since answers are ours.
        let mut borders = PrefixScanner::new(u32::MAX);
        let failed = loop {
            let bytes = match body.frame().await {
                None => break None,
                Some(Err(status)) => break Some(status),
                Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
            };
            let is_at_border = borders.finish().is_ok();
            if is_at_border
                && bytes
                    .first()
                    .is_some_and(|flags| flags & FLAG_TRAILERS != 0)
            {
                self.send(bytes, true).await;
                return;
            }
            // Can't fail: no length is over the bound.
            let _ = borders.scan(&bytes);
            if !self.send_frames(bytes).await {
                return;
            }
        };
        self.break_off(failed).await;
    }

    /// An answer to a call that isn't made.
    pub(super) async fn refuse(&self, status: &Status) {
        let mut headers = HeaderMap::new();
        let _ = status.add_header(&mut headers);
        if self.send(block_frame(&[]), false).await {
            self.send(block_frame(&block(&headers)), true).await;
        }
    }

    /// The answer ended within a frame, so that no trailer block can be told from it any more.
    async fn break_off(&self, failed: Option<Status>) {
        let number = failed.map_or(2, |status| i32::from(status.code()));
        let code = u32::try_from(number).ok().and_then(Code::from_number);
        let reset = ServerMessage::Reset {
            id: self.id,
            code: code.unwrap_or(Code::Unknown),
        };
        if self.subprotocol == Subprotocol::Gangplank {
            let _ = self.outgoing.send(Outgoing::Message(reset)).await;
        } else {
            self.send(Bytes::new(), true).await;
        }
    }

    /// Sends bytes of frames, as far as there is credit. False once the socket is gone.
    async fn send_frames(&self, mut bytes: Bytes) -> bool {
        let Some(purse) = &self.purse else {
            return bytes.is_empty() || self.send(bytes, false).await;
        };
        while bytes.has_remaining() {
            let left = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let paid = purse.pay(left.min(MAX_PART_BYTES)).await;
            let part = bytes.split_to(usize::try_from(paid).unwrap_or(usize::MAX).min(bytes.len()));
            if !self.send(part, false).await {
                return false;
            }
        }
        true
    }

    async fn send(&self, bytes: Bytes, is_last: bool) -> bool {
        let id = self.id;
        let message = ServerMessage::Data { id, bytes, is_last };
        self.outgoing.send(Outgoing::Message(message)).await.is_ok()
    }
}

/// Headers as a block; those that speak to browsers about HTTP answers say nothing on a socket.
fn block(headers: &HeaderMap) -> Bytes {
    let is_told =
        |name: &HeaderName| !name.as_str().starts_with("access-control-") && *name != header::VARY;
    let told = headers.iter().filter(|(name, _)| is_told(name));
    trailers::encode(told.map(|(name, value)| (name.as_str(), value.as_bytes())))
}
