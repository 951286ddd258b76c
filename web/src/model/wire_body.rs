//! One side's body of a call, made ready for the eye: base64 taken off, parts named.

use bytes::Bytes;
use wire::content_type::{ContentType, Dialect};

use super::inspection::Side;
use super::json_view::compact;
use super::json_wire::json_wire;
use super::record::{Record, decode_text, is_json};
use super::schema::Schema;
use super::wire_format::WireFormat;
use super::wire_view::{Reading, WireView};

/// A body and its parts.
#[derive(Debug, Clone, Default)]
pub struct WireBody {
    /// What went over the wire, if that was base64.
    pub text: Option<Bytes>,
    /// The body is text, as JSON is.
    pub is_text: bool,
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
        let sent = Sent::of(record, side, schema);
        if sent.dialect.is_none() && sent.content_type.is_some_and(is_json) {
            let view = json_wire(&sent.body, schema, sent.message);
            return Self {
                is_text: true,
                ..Self::with_view(sent.body, view)
            };
        }
        sent.framed(schema)
    }

    /// Returns the request of a call that was made with frames.
    pub fn framed_request(record: &Record, schema: &Schema) -> Self {
        Sent::of(record, Side::Request, schema).framed(schema)
    }

    /// Takes frames or a message apart; `message` is the full name of the messages in it, if known.
    pub fn new(
        body: Bytes,
        format: WireFormat,
        reading: Reading,
        schema: &Schema,
        message: Option<&str>,
    ) -> Self {
        let (text, bytes) = match format {
            WireFormat::Binary | WireFormat::Json => (None, body),
            WireFormat::Text => (Some(body.clone()), decode_text(&body)),
        };
        let view = WireView::new(&bytes, reading, schema, message);
        Self {
            text,
            ..Self::with_view(bytes, view)
        }
    }

    fn with_view(bytes: Bytes, view: WireView) -> Self {
        Self {
            text: None,
            is_text: false,
            bytes,
            json_size: compact(&view.json).len(),
            view,
        }
    }
}

impl PartialEq for WireBody {
    /// Megabytes that are the very same aren't compared; the size as JSON follows from the view.
    fn eq(&self, other: &Self) -> bool {
        let is_same = |one: &Bytes, two: &Bytes| {
            (one.as_ptr(), one.len()) == (two.as_ptr(), two.len()) || one == two
        };
        let is_same_text = match (&self.text, &other.text) {
            (Some(one), Some(two)) => is_same(one, two),
            (one, two) => one.is_none() && two.is_none(),
        };
        is_same_text
            && is_same(&self.bytes, &other.bytes)
            && self.is_text == other.is_text
            && self.view == other.view
    }
}

/// One side of a call, before it's taken apart.
struct Sent<'a> {
    body: Bytes,
    content_type: Option<&'a str>,
    /// None for what isn't gRPC.
    dialect: Option<Dialect>,
    /// Full name of the messages in it, if known.
    message: Option<&'a str>,
}

impl<'a> Sent<'a> {
    fn of(record: &'a Record, side: Side, schema: &'a Schema) -> Self {
        let method = schema.method(&record.path);
        let (body, content_type, message) = match side {
            Side::Request => (
                record.request_body.clone(),
                record.request_header("content-type"),
                method.map(|method| &*method.input),
            ),
            Side::Response => (
                record.response_body(),
                record.response_header("content-type"),
                method.map(|method| &*method.output),
            ),
        };
        let dialect = content_type.and_then(ContentType::parse);
        Self {
            body,
            content_type,
            dialect: dialect.map(|content_type| content_type.dialect),
            message,
        }
    }

    fn framed(self, schema: &Schema) -> WireBody {
        let format = match self.dialect {
            Some(Dialect::GrpcWebText) => WireFormat::Text,
            _ => WireFormat::Binary,
        };
        WireBody::new(self.body, format, Reading::Frames, schema, self.message)
    }
}
