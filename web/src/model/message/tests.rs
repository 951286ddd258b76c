//! Read and written bytes, against prost's.

use prost::Message as _;
use proto::gangplank::v1 as pb;

use super::{Fields, Raw, Writer};

#[test]
fn every_kind_of_value_is_read() {
    let pick = pb::Pick {
        number: 300,
        replica: "replica-1".to_owned(),
        load: 1.5,
        ..pb::Pick::default()
    };
    let bytes = pick.encode_to_vec();
    let fields: Vec<_> = Fields::of(&bytes).collect();
    let expected = [
        (1, Raw::Varint(300)),
        (3, Raw::Bytes(b"replica-1")),
        (6, Raw::Fixed64(1.5_f64.to_bits())),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn message_that_breaks_off_ends_with_what_could_be_read() {
    let bytes = [0x08, 0x01, 0x12, 0x05, b'a'];
    assert_eq!(Fields::of(&bytes).count(), 1);
    for cut in 0..bytes.len() {
        assert!(Fields::of(&bytes[..cut]).count() <= 1);
    }
    assert_eq!(Fields::of(&[0xff; 12]).count(), 0);
    assert_eq!(Fields::of(&[0x0b]).count(), 0, "groups aren't read");
}

#[test]
fn what_is_written_prost_reads() {
    let disturbance = Writer::default().millis(1, 300).number(2, 1).done();
    let written = Writer::default()
        .bytes(1, b"replica-1")
        .bytes(2, &disturbance)
        .done();
    let read = pb::DisturbReplicaRequest::decode(&written[..]).expect("prost reads it");
    let disturbance = read.disturbance.expect("it is set");
    assert_eq!(read.replica, "replica-1");
    assert_eq!(
        disturbance.delay.map(|delay| delay.nanos),
        Some(300_000_000)
    );
    assert!(disturbance.broken && !disturbance.killed);
}

#[test]
fn nothing_is_written_for_zero() {
    assert!(
        Writer::default()
            .number(1, 0)
            .bytes(2, b"")
            .done()
            .is_empty()
    );
    let long = Writer::default().number(1, u64::MAX).done();
    assert_eq!(Fields::of(&long).next(), Some((1, Raw::Varint(u64::MAX))));
}

#[test]
fn duration_is_read_in_milliseconds() {
    let bytes = Writer::default().number(1, 2).number(2, 500_000_000).done();
    assert!((Raw::Bytes(&bytes).millis() - 2_500.0).abs() < 1e-9);
}
