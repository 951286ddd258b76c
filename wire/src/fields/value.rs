//! Scalar types of protobuf, and what a raw number means in each.
//! Without a shape a number has several readings; call `Scalar::value` once for each that is to be shown.
//! Source: protobuf.dev, "Encoding", sections on varints, `ZigZag` and fixed-size numbers.

use super::WireType;

/// A scalar type other than `string` and `bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are protobuf's own type names")]
pub enum Scalar {
    Bool,
    Double,
    Enum,
    Fixed32,
    Fixed64,
    Float,
    Int32,
    Int64,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
    Uint32,
    Uint64,
}

/// A scalar that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// `bool`.
    Bool(bool),
    /// `double`.
    Double(f64),
    /// `float`.
    Float(f32),
    /// `int32`, `int64`, `sint32`, `sint64`, `sfixed32`, `sfixed64`, and the number of an enum.
    Signed(i64),
    /// `uint32`, `uint64`, `fixed32`, `fixed64`.
    Unsigned(u64),
}

impl Scalar {
    /// How a single value of this type is laid out.
    pub fn wire_type(self) -> WireType {
        match self {
            Self::Double | Self::Fixed64 | Self::Sfixed64 => WireType::Fixed64,
            Self::Fixed32 | Self::Float | Self::Sfixed32 => WireType::Fixed32,
            Self::Bool
            | Self::Enum
            | Self::Int32
            | Self::Int64
            | Self::Sint32
            | Self::Sint64
            | Self::Uint32
            | Self::Uint64 => WireType::Varint,
        }
    }

    /// Reads a raw number. 32-bit types take the low 32 bits, as protobuf's parsers do.
    pub fn value(self, raw: u64) -> Value {
        let low = low_bits(raw);
        match self {
            Self::Bool => Value::Bool(raw != 0),
            Self::Double => Value::Double(f64::from_bits(raw)),
            Self::Enum | Self::Int32 | Self::Sfixed32 => Value::Signed(low.cast_signed().into()),
            Self::Fixed32 | Self::Uint32 => Value::Unsigned(low.into()),
            Self::Fixed64 | Self::Uint64 => Value::Unsigned(raw),
            Self::Float => Value::Float(f32::from_bits(low)),
            Self::Int64 | Self::Sfixed64 => Value::Signed(raw.cast_signed()),
            Self::Sint32 => Value::Signed(zigzag32(low).into()),
            Self::Sint64 => Value::Signed(zigzag64(raw)),
        }
    }
}

/// Undoes `ZigZag` for 32 bits: 0, 1, 2, 3 become 0, -1, 1, -2.
pub fn zigzag32(raw: u32) -> i32 {
    (raw >> 1).cast_signed() ^ (raw & 1).cast_signed().wrapping_neg()
}

/// Undoes `ZigZag` for 64 bits: 0, 1, 2, 3 become 0, -1, 1, -2.
pub fn zigzag64(raw: u64) -> i64 {
    (raw >> 1).cast_signed() ^ (raw & 1).cast_signed().wrapping_neg()
}

fn low_bits(raw: u64) -> u32 {
    let [a, b, c, d, ..] = raw.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
