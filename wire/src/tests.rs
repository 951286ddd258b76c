//! What holds across modules: golden vectors, any split of them, every byte owned, the fuzz corpus.
//! Everything but proptest and the corpus's directory also runs in a browser.

#[path = "../fuzz/checks.rs"]
mod checks;
mod render;
mod vectors;

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use vectors::{BODIES, MESSAGES, TEXTS, bytes};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn bodies_decode_as_written() {
    for (name, hex, expected) in BODIES {
        assert_eq!(render::body(&bytes(hex)), expected.trim(), "{name}");
    }
}

#[test]
fn text_mode_decodes_as_written() {
    for (name, hex, expected) in TEXTS {
        assert_eq!(render::text(&bytes(hex)), expected.trim(), "{name}");
    }
}

#[test]
fn messages_scan_as_written() {
    let shapes = vectors::shapes();
    for (name, hex, shape, expected) in MESSAGES {
        let message = bytes(hex);
        let fields = crate::fields::scan(&message, shape.and_then(|shape| shapes.message(shape)));
        assert_eq!(
            render::fields(&message, &fields),
            expected,
            "{name} as {shape:?}"
        );
    }
}

#[test]
fn any_split_of_a_vector_gives_the_same_result() {
    let bodies = BODIES.iter().chain(&TEXTS);
    for (name, hex, _) in bodies {
        let body = bytes(hex);
        let frames = checks::decode_frames(&body, &[]);
        let text = checks::decode_text(&body, &[]);
        for first in 0..=body.len() {
            for second in first..=body.len() {
                let split = [first, second];
                assert_eq!(
                    checks::decode_frames(&body, &split),
                    frames,
                    "{name} at {split:?}"
                );
                assert_eq!(
                    checks::decode_text(&body, &split),
                    text,
                    "{name} at {split:?}"
                );
            }
        }
        checks::body(&body);
    }
}

#[test]
fn every_cut_vector_holds_and_every_byte_of_it_is_owned() {
    let hexes = BODIES.iter().chain(&TEXTS).map(|(_, hex, _)| *hex);
    for hex in hexes.chain(MESSAGES.iter().map(|(_, hex, ..)| *hex)) {
        let bytes = bytes(hex);
        for end in 0..=bytes.len() {
            checks::message(&bytes[..end]);
            checks::body(&bytes[..end]);
            checks::socket(&bytes[..end]);
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_fuzz_corpus_holds() {
    for (target, check) in [
        ("frames", checks::body as fn(&[u8])),
        ("fields", checks::message),
        ("socket", checks::socket),
    ] {
        let directory = format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
        let mut count = 0;
        for entry in std::fs::read_dir(directory).unwrap() {
            check(&std::fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "{target} has a corpus");
    }
}

#[test]
fn every_vector_file_is_well_formed_hex() {
    assert_eq!(bytes("# comment\n0a 0B\n\n  # ff\nff"), [0x0a, 0x0b, 0xff]);
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn random_bodies_hold(body in prop::collection::vec(any::<u8>(), 0..300)) {
        checks::body(&body);
    }

    #[test]
    fn random_frames_hold(frames in prop::collection::vec(
        (prop_oneof![Just(0_u8), Just(0), Just(1), Just(0x80), any::<u8>()], prop::collection::vec(any::<u8>(), 0..40)),
        0..6,
    ), cut in 0..8_usize) {
        let encoded = frames.into_iter().flat_map(|(flags, payload)| {
            crate::frame::Frame { flags, payload: payload.into() }.encode()
        });
        let body: Vec<u8> = encoded.collect();
        checks::body(&body[..body.len().saturating_sub(cut)]);
    }

    #[test]
    fn random_socket_messages_hold(bytes in prop::collection::vec(prop_oneof![Just(0_u8), Just(0x80), 0..7_u8, any::<u8>()], 0..80)) {
        checks::socket(&bytes);
    }

    #[test]
    fn random_text_holds(text in "[A-D+/=]{0,80}") {
        checks::body(text.as_bytes());
    }

    #[test]
    fn random_messages_hold(message in prop::collection::vec(prop_oneof![0..0x50_u8, any::<u8>()], 0..300)) {
        checks::message(&message);
    }

    #[test]
    fn damaged_vectors_hold(index in 0..BODIES.len(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = bytes(BODIES[index].1);
        if !body.is_empty() {
            let place = place.index(body.len());
            body[place] = byte;
        }
        checks::body(&body);
        checks::message(&body);
    }
}
