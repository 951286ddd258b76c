//! One side's body of a call, made ready for the eye: base64 taken off, parts named.

use bytes::Bytes;
use wire::content_type::Dialect;

use super::inspection::Side;
use super::json_view::compact;
use super::record::{Record, decode_text};
use super::schema::Schema;
use super::wire_format::WireFormat;
use super::wire_view::{Reading, WireView};

/// A body and its parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WireBody {
    /// What went over the wire, if that was base64.
    pub text: Option<Bytes>,
    /// The frames.
    pub bytes: Bytes,
    /// Their parts.
    pub view: WireView,
    /// Size of the messages as JSON without white space, in bytes.
    pub json_size: usize,
}

impl WireBody {
    /// Returns one side of a recorded call.
    pub fn of(record: &Record, side: Side, schema: &Schema) -> Self {
        let method = schema.method(&record.path);
        let (body, is_text, message) = match side {
            Side::Request => {
                let content_type = record
                    .request_headers
                    .iter()
                    .find(|(name, _)| name == "content-type");
                let is_text =
                    content_type.is_some_and(|(_, value)| value.contains("grpc-web-text"));
                (
                    record.request_body.clone(),
                    is_text,
                    method.map(|method| &*method.input),
                )
            }
            Side::Response => {
                let is_text = record.response_dialect() == Some(Dialect::GrpcWebText);
                (
                    record.response_body(),
                    is_text,
                    method.map(|method| &*method.output),
                )
            }
        };
        let format = if is_text {
            WireFormat::Text
        } else {
            WireFormat::Binary
        };
        Self::new(body, format, Reading::Frames, schema, message)
    }

    /// Takes a body apart; `message` is the full name of the messages in it, if known.
    pub fn new(
        body: Bytes,
        format: WireFormat,
        reading: Reading,
        schema: &Schema,
        message: Option<&str>,
    ) -> Self {
        let (text, bytes) = match format {
            WireFormat::Binary => (None, body),
            WireFormat::Text => (Some(body.clone()), decode_text(&body)),
        };
        let view = WireView::new(&bytes, reading, schema, message);
        let json_size = compact(&view.json).len();
        Self {
            text,
            bytes,
            view,
            json_size,
        }
    }
}
