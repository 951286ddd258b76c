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

#[test]
fn points_in_time_are_read_to_the_nanosecond() {
    for (seconds, nanos, expected) in [
        (1_700_000_000, 123_456_789, 1_700_000_000_123_456_789),
        (-1, 999_999_999, -1),
        (0, 0, 0),
        (i64::MAX, 999_999_999, i64::MAX),
        (i64::MIN, 0, i64::MIN),
    ] {
        let time = prost_types::Timestamp { seconds, nanos };
        assert_eq!(Raw::Bytes(&time.encode_to_vec()).nanos(), expected);
    }
}

#[test]
fn durations_are_written_as_prost_reads_them() {
    for nanos in [0, -5, 1, 1_500_000_000, i64::MAX] {
        let written = Writer::default().nanos(3, nanos).done();
        let filter = pb::TraceFilter::decode(&written[..]).expect("prost reads it");
        let read = filter.min_duration.map_or(0, |duration| {
            duration.seconds * 1_000_000_000 + i64::from(duration.nanos)
        });
        assert_eq!(read, nanos.max(0));
    }
}

#[test]
fn negative_numbers_are_read() {
    let attribute = pb::SpanAttribute {
        key: String::new(),
        value: Some(pb::span_attribute::Value::Number(-7)),
    };
    let bytes = attribute.encode_to_vec();
    let read: Vec<i64> = Fields::of(&bytes).map(|(_, raw)| raw.signed()).collect();
    assert_eq!(read, [-7]);
}
