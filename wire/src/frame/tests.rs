//! Frames at every border: chunks, limits, flags, ends.

use super::{
    FLAG_COMPRESSED, FLAG_TRAILERS, Frame, FrameDecoder, FrameError, PrefixScanner, prefix,
};
use bytes::Bytes;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn frame(flags: u8, payload: &'static [u8]) -> Frame {
    Frame {
        flags,
        payload: Bytes::from_static(payload),
    }
}

fn decode(decoder: &mut FrameDecoder) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut frames = Vec::new();
    loop {
        match decoder.next_frame() {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => return (frames, Ok(())),
            Err(error) => return (frames, Err(error)),
        }
    }
}

#[test]
fn encoding_writes_flags_length_and_payload() {
    assert_eq!(
        frame(FLAG_COMPRESSED, b"abc").encode().as_ref(),
        b"\x01\0\0\0\x03abc"
    );
    assert_eq!(frame(FLAG_TRAILERS, b"").encode().as_ref(), b"\x80\0\0\0\0");
    assert_eq!(prefix(0, 0x0102_0304), [0, 1, 2, 3, 4]);
}

#[test]
fn flags_tell_trailers_and_compression() {
    let both = frame(FLAG_COMPRESSED | FLAG_TRAILERS, b"");
    assert!(both.is_trailers() && both.is_compressed());
    let none = frame(0, b"");
    assert!(!none.is_trailers() && !none.is_compressed());
}

#[test]
fn frames_come_out_whole_at_every_split() {
    let sent = [
        frame(0, b"hello"),
        frame(0, b""),
        frame(FLAG_TRAILERS, b"grpc-status:0\r\n"),
    ];
    let stream: Bytes = sent.iter().flat_map(Frame::encode).collect();
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let mut decoder = FrameDecoder::new(100);
            let mut frames = Vec::new();
            for range in [0..first, first..second, second..stream.len()] {
                decoder.feed(stream.slice(range));
                frames.extend(decode(&mut decoder).0);
            }
            assert_eq!(frames, sent);
            assert_eq!(decoder.finish(), Ok(()));
        }
    }
}

#[test]
fn a_frame_within_one_chunk_is_not_copied() {
    let stream = [frame(0, b"hello").encode(), frame(0, b"again").encode()].concat();
    let chunk = Bytes::from(stream);
    let borders = chunk.as_ptr_range();
    let mut decoder = FrameDecoder::new(100);
    decoder.feed(chunk);
    let (frames, _) = decode(&mut decoder);
    assert_eq!(frames.len(), 2);
    assert!(
        frames
            .iter()
            .all(|frame| borders.contains(&frame.payload.as_ptr()))
    );
}

#[test]
fn chunks_fed_ahead_are_joined_in_order() {
    let payload: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let stream = Frame {
        flags: 0,
        payload: payload.clone().into(),
    }
    .encode();
    for sizes in [&[1, 2, 3][..], &[600, 1], &[1, 600, 511, 512], &[5_005]] {
        let mut decoder = FrameDecoder::new(5_000);
        let mut rest = stream.clone();
        for size in sizes.iter().cycle() {
            decoder.feed(rest.split_to(rest.len().min(*size)));
            if rest.is_empty() {
                break;
            }
        }
        let (frames, end) = decode(&mut decoder);
        assert_eq!(
            frames,
            [Frame {
                flags: 0,
                payload: payload.clone().into()
            }]
        );
        assert_eq!(end, Ok(()));
    }
}

#[test]
fn a_long_frame_fails_before_its_payload_arrives() {
    let too_long = FrameError::TooLong {
        announced: 101,
        limit: 100,
    };
    let mut decoder = FrameDecoder::new(100);
    decoder.feed(Bytes::copy_from_slice(&prefix(0, 101)));
    assert_eq!(decoder.next_frame(), Err(too_long.clone()));
    decoder.feed(Bytes::from_static(b"\0\0\0\0\0"));
    assert_eq!(decoder.next_frame(), Err(too_long.clone()));
    assert_eq!(decoder.finish(), Err(too_long));
}

#[test]
fn the_greatest_length_is_awaited_without_memory() {
    let mut decoder = FrameDecoder::new(u32::MAX);
    decoder.feed(Bytes::copy_from_slice(&prefix(0, u32::MAX)));
    assert_eq!(decoder.next_frame(), Ok(None));
    decoder.feed(Bytes::from_static(b"abc"));
    assert_eq!(
        decoder.finish(),
        Err(FrameError::Truncated {
            missing: u32::MAX - 3
        })
    );
}

#[test]
fn reserved_flags_fail_at_the_first_byte() {
    let mut decoder = FrameDecoder::new(100);
    decoder.feed(Bytes::from_static(b"<"));
    assert_eq!(
        decoder.next_frame(),
        Err(FrameError::ReservedFlags { flags: b'<' })
    );
}

#[test]
fn trailer_frame_ends_the_stream() {
    for more in [&b"\x80\0\0\0\0"[..], b"\0\0\0\0\0", b"x"] {
        let mut decoder = FrameDecoder::new(100);
        decoder.feed(frame(FLAG_TRAILERS, b"").encode());
        decoder.feed(Bytes::copy_from_slice(more));
        let (frames, end) = decode(&mut decoder);
        assert_eq!(frames.len(), 1);
        assert_eq!(end, Err(FrameError::AfterTrailers));
    }
}

#[test]
fn a_cut_stream_tells_what_is_missing() {
    let stream = frame(0, b"hello").encode();
    for end in 0..=stream.len() {
        let missing = match end {
            0 | 10 => None,
            1..=4 => Some(5 - end),
            _ => Some(10 - end),
        };
        let expected = missing.map_or(Ok(()), |missing| {
            Err(FrameError::Truncated {
                missing: u32::try_from(missing).unwrap(),
            })
        });
        let mut decoder = FrameDecoder::new(100);
        decoder.feed(stream.slice(..end));
        let _ = decode(&mut decoder);
        assert_eq!(decoder.finish(), expected, "cut at {end}");
        let mut scanner = PrefixScanner::new(100);
        assert_eq!(scanner.scan(&stream[..end]), Ok(()));
        assert_eq!(scanner.finish(), expected, "cut at {end}");
    }
}

#[test]
fn scanner_counts_frames_at_every_split() {
    let stream = [
        frame(0, b"hello").encode(),
        frame(1, b"").encode(),
        frame(0, b"x").encode(),
    ];
    let stream = stream.concat();
    for split in 0..=stream.len() {
        let mut scanner = PrefixScanner::new(5);
        assert_eq!(scanner.scan(&stream[..split]), Ok(()));
        assert_eq!(scanner.scan(&stream[split..]), Ok(()));
        assert_eq!((scanner.frames(), scanner.finish()), (3, Ok(())));
    }
}

#[test]
fn scanner_stops_at_a_prefix_over_the_limit() {
    let stream = [
        frame(0, b"hello").encode(),
        Bytes::copy_from_slice(&prefix(0, 6)),
    ]
    .concat();
    let too_long = FrameError::TooLong {
        announced: 6,
        limit: 5,
    };
    let (last, all_but_last) = stream.split_last().unwrap();
    let mut scanner = PrefixScanner::new(5);
    assert_eq!(scanner.scan(all_but_last), Ok(()));
    assert_eq!(scanner.scan(&[*last]), Err(too_long.clone()));
    assert_eq!(scanner.scan(b""), Err(too_long.clone()));
    assert_eq!(scanner.finish(), Err(too_long));
}

#[test]
fn errors_read_as_sentences() {
    let too_long = FrameError::TooLong {
        announced: 5_000_000,
        limit: 4_194_304,
    };
    assert_eq!(
        too_long.to_string(),
        "frame of 5000000 bytes exceeds the limit of 4194304"
    );
    assert_eq!(
        FrameError::ReservedFlags { flags: 60 }.to_string(),
        "reserved frame flags 0x3c"
    );
}
