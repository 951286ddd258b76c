//! What must hold for any bytes; shared by the fuzz targets and by `wire`'s own tests.
//! `body` and `socket` check that any split gives the same frames, bytes and errors; `body` and `message` that every
//! byte has one owner.
//! Splits come from a generator seeded by the input, so that a finding repeats.

use bytes::{Bytes, BytesMut};
use wire::base64::Base64Error;
use wire::explain::{Part, PartKind, explain, explain_message, leaves};
use wire::fields::{FieldShape, Kind, Scalar, Shapes};
use wire::frame::{Frame, FrameDecoder, FrameError, PrefixScanner};
use wire::socket::{
    Answer, AnswerDecoder, AnswerError, ClientMessage, HeaderBlock, ServerMessage, Subprotocol,
};
use wire::text::{TextDecoder, TextEncoder};
use wire::trailers;

/// Limit on payloads, in bytes: small, so that inputs of a few bytes pass it.
pub(crate) const MAX_PAYLOAD_BYTES: u32 = 1_000;

/// Checks a body as binary and as text mode.
pub(crate) fn body(body: &[u8]) {
    let mut random = Random::new(body);
    let splits = [
        single_bytes(body.len()),
        random.splits(body.len()),
        random.splits(body.len()),
    ];
    let frames = decode_frames(body, &[]);
    let text = decode_text(body, &[]);
    let scanned = scan_prefixes(body, &[]);
    for split in &splits {
        assert_eq!(decode_frames(body, split), frames, "split at {split:?}");
        assert_eq!(decode_text(body, split), text, "split at {split:?}");
        assert_eq!(scan_prefixes(body, split), scanned, "split at {split:?}");
    }
    for frame in frames.0.iter().filter(|frame| frame.is_trailers()) {
        if let Ok(block) = trailers::parse(&frame.payload) {
            let encoded = trailers::encode(block.pairs.iter().map(|(name, value)| (name, value)));
            assert_eq!(trailers::parse(&encoded), Ok(block));
        }
    }
    assert_eq!(
        decode_text(&encode_text(body, &splits[1]), &[]),
        (body.to_vec(), Ok(()))
    );
    assert_owned(&explain(body, None), body.len());
    assert_owned(&explain(body, shapes().message("Any")), body.len());
}

/// Checks a message, by guess and by shape.
pub(crate) fn message(message: &[u8]) {
    let shapes = shapes();
    for shape in [None, shapes.message("Any")] {
        assert_owned(&[explain_message(message, shape)], message.len());
    }
}

/// Checks a message of a socket in every subprotocol, as either side's, and the same bytes as a whole answer.
pub(crate) fn socket(bytes: &[u8]) {
    let message = Bytes::copy_from_slice(bytes);
    for subprotocol in Subprotocol::ALL {
        if let Ok(read) = ClientMessage::decode(subprotocol, message.clone())
            && let Some(written) = read.encode(subprotocol)
        {
            assert_eq!(ClientMessage::decode(subprotocol, written), Ok(read));
        }
        if let Ok(read) = ServerMessage::decode(subprotocol, message.clone())
            && let Some(written) = read.encode(subprotocol)
        {
            assert_eq!(ServerMessage::decode(subprotocol, written), Ok(read));
        }
    }
    if let Ok(read) = HeaderBlock::parse(bytes, bytes.len()) {
        let written = read.encode();
        assert_eq!(HeaderBlock::parse(&written, written.len()), Ok(read));
    }
    let mut random = Random::new(bytes);
    let answer = decode_answer(bytes, &[]);
    for split in [single_bytes(bytes.len()), random.splits(bytes.len())] {
        assert_eq!(decode_answer(bytes, &split), answer, "split at {split:?}");
    }
}

/// Decodes an answer that arrives in pieces, and counts its frames' bytes; the parts before an error are kept.
fn decode_answer(bytes: &[u8], split: &[usize]) -> (Vec<Answer>, Result<(), AnswerError>, usize) {
    let mut decoder = AnswerDecoder::new(MAX_PAYLOAD_BYTES);
    let (mut parts, mut used) = (Vec::new(), 0);
    for chunk in chunks(bytes, split) {
        decoder.feed(Bytes::copy_from_slice(chunk));
        while let Ok(Some(part)) = decoder.next_part() {
            parts.push(part);
        }
        used += decoder.take_used();
    }
    let end = decoder.finish();
    // Behind an error nothing is granted any more, and how far that goes depends on the pieces.
    let used = if matches!(end, Err(AnswerError::Block(_) | AnswerError::Frame(_))) {
        0
    } else {
        used
    };
    (parts, end, used)
}

/// Asserts that parts and their children are contiguous and cover `len` bytes.
#[track_caller]
pub(crate) fn assert_owned(parts: &[Part], len: usize) {
    assert_contiguous(parts, 0, len);
    let mut end = 0;
    for leaf in leaves(parts) {
        assert_eq!(leaf.range.start, end, "{:?}", leaf.kind);
        end = leaf.range.end;
    }
    assert_eq!(end, len);
}

#[track_caller]
fn assert_contiguous(parts: &[Part], start: usize, end: usize) {
    let mut at = start;
    for part in parts {
        assert_eq!(part.range.start, at, "{:?}", part.kind);
        if !part.children.is_empty() {
            assert_contiguous(&part.children, part.range.start, part.range.end);
        }
        if let PartKind::Field { number, .. } = part.kind {
            assert!(number > 0);
        }
        at = part.range.end;
    }
    assert_eq!(at, end);
}

/// Decodes a body that arrives in pieces; the frames before an error are kept.
pub(crate) fn decode_frames(body: &[u8], split: &[usize]) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut decoder = FrameDecoder::new(MAX_PAYLOAD_BYTES);
    let mut frames = Vec::new();
    for chunk in chunks(body, split) {
        decoder.feed(Bytes::copy_from_slice(chunk));
        while let Ok(Some(frame)) = decoder.next_frame() {
            frames.push(frame);
        }
    }
    (frames, decoder.finish())
}

/// Decodes text mode that arrives in pieces; the bytes before an error are kept.
pub(crate) fn decode_text(text: &[u8], split: &[usize]) -> (Vec<u8>, Result<(), Base64Error>) {
    let mut decoder = TextDecoder::new();
    let mut out = BytesMut::new();
    for chunk in chunks(text, split) {
        if decoder.feed(chunk, &mut out).is_err() {
            break;
        }
    }
    (out.to_vec(), decoder.finish())
}

fn encode_text(bytes: &[u8], flushes: &[usize]) -> Vec<u8> {
    let mut encoder = TextEncoder::new();
    let mut out = BytesMut::new();
    for chunk in chunks(bytes, flushes) {
        encoder.feed(chunk, &mut out);
        encoder.flush(&mut out);
    }
    out.to_vec()
}

fn scan_prefixes(body: &[u8], split: &[usize]) -> (u64, Result<(), FrameError>) {
    let mut scanner = PrefixScanner::new(MAX_PAYLOAD_BYTES);
    for chunk in chunks(body, split) {
        if scanner.scan(chunk).is_err() {
            break;
        }
    }
    (scanner.frames(), scanner.finish())
}

/// Cuts bytes at rising places; the chunks between them come in order, empty ones included.
fn chunks<'a>(bytes: &'a [u8], split: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let starts = [0].into_iter().chain(split.iter().copied());
    let ends = split.iter().copied().chain([bytes.len()]);
    starts.zip(ends).map(|(start, end)| &bytes[start..end])
}

fn single_bytes(len: usize) -> Vec<usize> {
    (0..len).collect()
}

/// A recursive message with a field of every kind.
fn shapes() -> Shapes {
    let kinds = [
        Kind::Text,
        Kind::Bytes,
        Kind::Message("Any".into()),
        Kind::Group("Any".into()),
        Kind::Scalar(Scalar::Sint32),
        Kind::Scalar(Scalar::Double),
        Kind::Scalar(Scalar::Float),
        Kind::Message("Unknown".into()),
    ];
    let fields = (1..).zip(kinds).map(|(number, kind)| {
        (
            number,
            FieldShape {
                name: format!("field_{number}").into(),
                kind,
            },
        )
    });
    let mut shapes = Shapes::new();
    shapes.insert("Any", fields);
    shapes
}

/// Xorshift: enough to vary split points, and the same on every machine.
struct Random(u64);

impl Random {
    fn new(seed: &[u8]) -> Self {
        let mix = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(seed.iter().fold(0xcbf2_9ce4_8422_2325, mix) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 40).unwrap_or(0) % bound
    }

    /// Up to seven rising places from 0 to `len`.
    fn splits(&mut self, len: usize) -> Vec<usize> {
        let count = self.below(8);
        let mut places: Vec<usize> = (0..count).map(|_| self.below(len + 1)).collect();
        places.sort_unstable();
        places
    }
}
