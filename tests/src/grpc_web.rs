//! gRPC-Web by hand: a call as the bytes of one POST, and the frames and trailers of its answer.
//! Built on `wire`, on no client library, so that what is checked is the wire itself.

use anyhow::{Context as _, Result, bail, ensure};
use bytes::{Bytes, BytesMut};
use http::{Method, Request};
use prost::Message;
use tonic_types::pb;
use wire::code::Code;
use wire::content_type::{ContentType, Dialect};
use wire::frame::{Frame, FrameDecoder};
use wire::text::{TextDecoder, TextEncoder};
use wire::trailers::{self, Trailers};

use crate::http::{Body, Connection, Reply, full, with_headers};

/// The two forms of gRPC-Web.
pub const FORMS: [Dialect; 2] = [Dialect::GrpcWeb, Dialect::GrpcWebText];

/// Larger than any answer in a test; the limit on requests is the server's.
const MAX_ANSWER_BYTES: u32 = 1 << 24;

/// The end of a call as the wire tells it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Payloads of the message frames, in order.
    pub messages: Vec<Bytes>,
    /// Code in the trailer frame.
    pub code: Code,
    /// Message in the trailer frame, percent-decoded.
    pub message: String,
    /// The trailer frame's lines.
    pub trailers: Trailers,
    /// The response around them.
    pub reply: Reply,
}

/// The request of a call that carries one message.
pub fn request(
    connection: &Connection,
    dialect: Dialect,
    path: &str,
    message: &impl Message,
    headers: &[(&str, &str)],
) -> Result<Request<Body>> {
    let payload = Bytes::from(message.encode_to_vec());
    let body = put(dialect, &Frame { flags: 0, payload }.encode());
    let builder = connection.request(Method::POST, path);
    let builder = builder
        .header("content-type", dialect.content_type())
        .header("x-grpc-web", "1");
    Ok(with_headers(builder, headers).body(full(body))?)
}

/// Makes a call with one message and reads its answer.
pub async fn call(
    connection: &mut Connection,
    dialect: Dialect,
    path: &str,
    message: &impl Message,
    headers: &[(&str, &str)],
) -> Result<Answer> {
    let request = request(connection, dialect, path, message, headers)?;
    Answer::read(dialect, connection.exchange(request).await?)
}

impl Answer {
    /// Reads a response as gRPC-Web, strictly: HTTP 200, the dialect's content type,
    /// frames to the last byte, a trailer frame at the end and CRLF after each of its lines.
    pub fn read(dialect: Dialect, reply: Reply) -> Result<Self> {
        ensure!(reply.http_status == 200, "{reply:?}");
        let content_type = reply.header("content-type").context("no content type")?;
        let parsed = ContentType::parse(content_type).map(|own| own.dialect);
        ensure!(
            parsed == Some(dialect),
            "content type {content_type}, asked in {dialect:?}"
        );

        let mut decoder = FrameDecoder::new(MAX_ANSWER_BYTES);
        decoder.feed(take(dialect, &reply.body)?);
        let mut frames = Vec::new();
        while let Some(frame) = decoder.next_frame()? {
            frames.push(frame);
        }
        decoder.finish()?;
        let Some(last) = frames.pop().filter(Frame::is_trailers) else {
            bail!("no trailer frame at the end of {reply:?}");
        };
        ensure!(last.payload.ends_with(b"\r\n"), "{:?}", last.payload);
        let trailers = trailers::parse(&last.payload)?;
        let (code, message) = trailers.status()?;
        let messages = frames.into_iter().map(|frame| frame.payload).collect();
        Ok(Self {
            messages,
            code,
            message,
            trailers,
            reply,
        })
    }

    /// The one message of a call that succeeded.
    pub fn only<M: Message + Default>(&self) -> Result<M> {
        ensure!(self.code == Code::Ok, "{} {}", self.code, self.message);
        let [message] = self.messages.as_slice() else {
            bail!("{} messages", self.messages.len());
        };
        Ok(M::decode(message.clone())?)
    }

    /// The field violations in the status details.
    pub fn violations(&self) -> Result<Vec<pb::bad_request::FieldViolation>> {
        let details = self
            .trailers
            .value("grpc-status-details-bin")
            .context("no details")?;
        let status = pb::Status::decode(wire::base64::decode(details)?.as_slice())?;
        let detail = status.details.first().context("no detail")?;
        ensure!(
            detail.type_url.ends_with("/google.rpc.BadRequest"),
            "{}",
            detail.type_url
        );
        Ok(pb::BadRequest::decode(detail.value.as_slice())?.field_violations)
    }
}

/// Puts frames on the wire as the dialect has them.
pub fn put(dialect: Dialect, frames: &[u8]) -> Bytes {
    if dialect != Dialect::GrpcWebText {
        return Bytes::copy_from_slice(frames);
    }
    let (mut encoder, mut text) = (TextEncoder::new(), BytesMut::new());
    encoder.feed(frames, &mut text);
    encoder.flush(&mut text);
    text.freeze()
}

fn take(dialect: Dialect, body: &Bytes) -> Result<Bytes> {
    if dialect != Dialect::GrpcWebText {
        return Ok(body.clone());
    }
    let (mut decoder, mut frames) = (TextDecoder::new(), BytesMut::new());
    decoder.feed(body, &mut frames)?;
    decoder.finish()?;
    Ok(frames.freeze())
}
