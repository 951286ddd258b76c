//! Fields: scalar readings, ranges, bounds on depth and count. Golden messages are in `crate::tests`.

use super::{
    Content, Field, FieldShape, Fields, FieldsError, Kind, MAX_DEPTH, MAX_FIELDS, Scalar, Shapes,
    Value, WireType, scan, zigzag32, zigzag64,
};
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn shapes(message: &str, number: u32, kind: Kind) -> Shapes {
    let mut shapes = Shapes::new();
    shapes.insert(
        message,
        [(
            number,
            FieldShape {
                name: "field".into(),
                kind,
            },
        )],
    );
    shapes
}

/// A message nested in field 1 of itself; the innermost value isn't text.
fn nested(depth: usize) -> Vec<u8> {
    let mut message = vec![0x08, 0x01];
    for _ in 0..depth {
        let mut outer = vec![0x0a];
        let mut len = message.len();
        while len > 0x7F {
            outer.push(u8::try_from(len & 0x7F).unwrap() | 0x80);
            len >>= 7;
        }
        outer.push(u8::try_from(len).unwrap());
        outer.append(&mut message);
        message = outer;
    }
    message
}

fn depth(fields: &Fields) -> usize {
    let inner = fields.fields.iter().map(|field| match &field.content {
        Content::Message(inner) | Content::Group(inner) => 1 + depth(inner),
        _ => 0,
    });
    inner.max().unwrap_or(0)
}

#[test]
fn a_field_owns_tag_length_and_value() {
    let fields = scan(b"\x08\x96\x01\x12\x02hi", None);
    let text = Field {
        number: 2,
        wire_type: WireType::Length,
        shape: None,
        tag: 3..4,
        length: Some(4..5),
        value: 5..7,
        content: Content::Text,
        end_tag: None,
    };
    assert_eq!(fields.fields[0].content, Content::Varint(150));
    assert_eq!(fields.fields[0].range(), 0..3);
    assert_eq!(fields.fields[1], text);
    assert_eq!(fields.unparsed, None);
}

#[test]
fn a_group_owns_its_end_tag() {
    let fields = scan(b"\x0b\x10\x05\x0c", None);
    let group = &fields.fields[0];
    assert_eq!((&group.value, &group.end_tag), (&(1..3), &Some(3..4)));
    assert_eq!(group.range(), 0..4);
}

#[test]
fn scalars_read_their_raw_number() {
    let table = [
        (Scalar::Bool, 2, Value::Bool(true)),
        (Scalar::Double, 1.5_f64.to_bits(), Value::Double(1.5)),
        (Scalar::Enum, u64::MAX, Value::Signed(-1)),
        (Scalar::Fixed32, 7, Value::Unsigned(7)),
        (Scalar::Fixed64, u64::MAX, Value::Unsigned(u64::MAX)),
        (
            Scalar::Float,
            u64::from(0.25_f32.to_bits()),
            Value::Float(0.25),
        ),
        (Scalar::Int32, 0xFFFF_FFFF_FFFF_FFFE, Value::Signed(-2)),
        (Scalar::Int32, 0x1_0000_0005, Value::Signed(5)),
        (Scalar::Int64, u64::MAX, Value::Signed(-1)),
        (Scalar::Sfixed32, 0xFFFF_FFFF, Value::Signed(-1)),
        (Scalar::Sfixed64, u64::MAX, Value::Signed(-1)),
        (Scalar::Sint32, 3, Value::Signed(-2)),
        (Scalar::Sint64, 4, Value::Signed(2)),
        (Scalar::Uint32, 0x1_0000_0005, Value::Unsigned(5)),
        (Scalar::Uint64, u64::MAX, Value::Unsigned(u64::MAX)),
    ];
    for (scalar, raw, value) in table {
        assert_eq!(scalar.value(raw), value, "{scalar:?}");
    }
}

#[test]
fn zigzag_reaches_both_ends() {
    assert_eq!(
        (zigzag32(0), zigzag32(u32::MAX), zigzag32(u32::MAX - 1)),
        (0, i32::MIN, i32::MAX)
    );
    assert_eq!(
        (zigzag64(1), zigzag64(u64::MAX), zigzag64(u64::MAX - 1)),
        (-1, i64::MIN, i64::MAX)
    );
}

#[test]
fn a_contradicted_shape_gives_no_value() {
    let shapes = shapes("Any", 1, Kind::Scalar(Scalar::Double));
    let field = &scan(b"\x08\x01", shapes.message("Any")).fields[0];
    assert!(field.shape.is_some());
    assert_eq!(field.scalar_value(), None);
}

#[test]
fn nesting_stops_at_the_limit() {
    let message = nested(MAX_DEPTH + 20);
    assert_eq!(depth(&scan(&message, None)), MAX_DEPTH);
    let shapes = shapes("Any", 1, Kind::Message("Any".into()));
    assert_eq!(depth(&scan(&message, shapes.message("Any"))), MAX_DEPTH);
}

#[test]
fn groups_stop_at_the_limit() {
    let mut fields = &scan(&[0x0b; 300], None);
    while let Some(Field {
        content: Content::Group(inner),
        ..
    }) = fields.fields.first()
    {
        fields = inner;
    }
    assert_eq!(
        fields.unparsed.as_ref().unwrap().error,
        FieldsError::TooDeep
    );
}

#[test]
fn fields_stop_at_the_limit() {
    let message = [0x08, 0x01].repeat(MAX_FIELDS + 1);
    let fields = scan(&message, None);
    assert_eq!(fields.fields.len(), MAX_FIELDS);
    let unparsed = fields.unparsed.unwrap();
    assert_eq!(unparsed.error, FieldsError::TooManyFields);
    assert_eq!(unparsed.range, MAX_FIELDS * 2..message.len());
}

#[test]
fn a_failed_guess_leaves_room_for_other_fields() {
    // Each value parses as 4,096 fields before its last byte, the 8,193rd, gives it away.
    let mut value = [0x08, 0x01].repeat(MAX_FIELDS / 4);
    value.push(0xFF);
    let mut message = Vec::new();
    for _ in 0..8 {
        message.extend([0x0a, 0x81, 0x40]);
        message.extend(&value);
    }
    let fields = scan(&message, None);
    assert_eq!((fields.fields.len(), fields.unparsed), (8, None));
}

#[test]
fn shapes_find_messages_and_fields() {
    let shapes = shapes("my.Message", 3, Kind::Text);
    let shape = shapes.message("my.Message").unwrap();
    assert_eq!(shape.name(), "my.Message");
    assert_eq!(shape.field(3).map(|field| &*field.name), Some("field"));
    assert_eq!(shape.field(4), None);
    assert_eq!(shape.sibling("my.Message"), Some(shape));
    assert_eq!(shapes.message("my"), None);
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn any_varint_survives(raw: u64) {
        let mut message = vec![0x08];
        let mut rest = raw;
        while rest > 0x7F {
            message.push(u8::try_from(rest & 0x7F).unwrap() | 0x80);
            rest >>= 7;
        }
        message.push(u8::try_from(rest).unwrap());
        prop_assert_eq!(&scan(&message, None).fields[0].content, &Content::Varint(raw));
    }
}
