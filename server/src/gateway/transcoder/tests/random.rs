//! Random messages of any type, such that their JSON says everything about them.
//! Maps have one entry at most, because prost-reflect encodes their entries in any order.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value};

use crate::gateway::transcoder::known::WellKnown;

/// Deep enough for lists of messages of messages.
const MAX_DEPTH: u32 = 4;
/// One field in so many is set; `All` has fifty.
const SPARSENESS: usize = 8;

/// A message that the bytes decide; the same bytes give the same message.
pub(super) fn message(descriptor: &MessageDescriptor, entropy: &[u8]) -> DynamicMessage {
    Random { entropy, at: 0 }.message(descriptor, 0)
}

struct Random<'a> {
    entropy: &'a [u8],
    at: usize,
}

impl Random<'_> {
    /// Zero once the bytes are used up.
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.entropy.get(self.at - 1).copied().unwrap_or(0)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    /// Small numbers, and those at the edges.
    fn bits(&mut self) -> u64 {
        let edge = [
            0,
            1,
            u64::MAX,
            1 << 63,
            (1 << 31) - 1,
            1 << 31,
            (1 << 53) + 1,
        ];
        match self.below(16) {
            index if index < edge.len() => edge[index],
            _ => u64::from_le_bytes(std::array::from_fn(|_| self.byte())),
        }
    }

    fn message(&mut self, descriptor: &MessageDescriptor, depth: u32) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        match WellKnown::of(descriptor) {
            Some(known) => self.well_known(&mut message, &known, depth),
            None if depth < MAX_DEPTH => {
                for field in descriptor.fields() {
                    if self.below(SPARSENESS) == 1 {
                        let value = self.field(&field, depth);
                        message.set_field(&field, value);
                    }
                }
            }
            None => {}
        }
        message
    }

    fn field(&mut self, field: &FieldDescriptor, depth: u32) -> Value {
        let kind = field.kind();
        match &kind {
            Kind::Message(entry) if field.is_map() => {
                let key = self.map_key(&entry.map_entry_key_field().kind());
                let value = self.value(&entry.map_entry_value_field().kind(), depth + 1);
                Value::Map([(key, value)].into())
            }
            _ if field.is_list() => {
                let count = self.below(3);
                Value::List((0..count).map(|_| self.value(&kind, depth + 1)).collect())
            }
            _ => self.value(&kind, depth + 1),
        }
    }

    fn map_key(&mut self, kind: &Kind) -> MapKey {
        self.value(kind, MAX_DEPTH).into_map_key().unwrap()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "any bits will do"
    )]
    fn value(&mut self, kind: &Kind, depth: u32) -> Value {
        match kind {
            Kind::Double => Value::F64(canonical(f64::from_bits(self.bits()), f64::NAN)),
            Kind::Float => Value::F32(canonical(f32::from_bits(self.bits() as u32), f32::NAN)),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(self.bits() as i32),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(self.bits() as i64),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(self.bits() as u32),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(self.bits()),
            Kind::Bool => Value::Bool(self.below(2) == 1),
            Kind::String => Value::String(self.string()),
            Kind::Bytes => Value::Bytes(self.string().into()),
            Kind::Enum(descriptor) if descriptor.full_name() == "google.protobuf.NullValue" => {
                Value::EnumNumber(0)
            }
            Kind::Enum(_) => Value::EnumNumber([0, 1, -5, 77][self.below(4)]),
            Kind::Message(descriptor) => Value::Message(self.message(descriptor, depth)),
        }
    }

    fn string(&mut self) -> String {
        let characters = [
            'a', '"', '\\', '/', '\n', '\0', '\u{7f}', 'é', '中', '😀', '\u{2028}', ' ',
        ];
        let count = self.below(6);
        (0..count)
            .map(|_| characters[self.below(characters.len())])
            .collect()
    }

    fn well_known(&mut self, message: &mut DynamicMessage, known: &WellKnown, depth: u32) {
        let nested = |message: &DynamicMessage, number| {
            let field = prost_reflect::ReflectMessage::descriptor(message).get_field(number);
            field.unwrap()
        };
        match known {
            WellKnown::Timestamp | WellKnown::Duration => {
                let seconds = i64::try_from(self.bits() % 253_402_300_800).unwrap();
                let nanos = [0, 1, 500_000_000, 999_999_999, 1_000][self.below(5)];
                message.set_field_by_number(1, Value::I64(seconds));
                message.set_field_by_number(2, Value::I32(nanos));
            }
            WellKnown::FieldMask => {
                let paths = [["a_b.c", "d"], ["user.display_name", "photo"]][self.below(2)];
                let paths = paths
                    .iter()
                    .map(|path| Value::String((*path).to_owned()))
                    .collect();
                message.set_field_by_number(1, Value::List(paths));
            }
            WellKnown::Wrapper(kind) => message.set_field_by_number(1, self.value(kind, depth)),
            WellKnown::Struct | WellKnown::ListValue => {
                let value = self.field(&nested(message, 1), depth);
                message.set_field_by_number(1, value);
            }
            WellKnown::Value => {
                let deepest = if depth < MAX_DEPTH { 6 } else { 4 };
                let number = u32::try_from(1 + self.below(deepest)).unwrap();
                let value = match number {
                    2 => Value::F64([0.0, -1.5, 1e300][self.below(3)]),
                    _ => self.value(&nested(message, number).kind(), depth + 1),
                };
                message.set_field_by_number(number, value);
            }
            WellKnown::Any => self.any(message, depth),
        }
    }

    fn any(&mut self, message: &mut DynamicMessage, depth: u32) {
        let names = [
            "t.Address",
            "google.protobuf.Duration",
            "google.protobuf.Value",
            "t.All",
        ];
        let name = names[self.below(names.len())];
        let descriptor = prost_reflect::ReflectMessage::descriptor(message);
        let descriptor = descriptor.parent_pool().get_message_by_name(name).unwrap();
        let inner = prost::Message::encode_to_vec(&self.message(&descriptor, depth + 1));
        message.set_field_by_number(1, Value::String(format!("type.googleapis.com/{name}")));
        message.set_field_by_number(2, Value::Bytes(inner.into()));
    }
}

/// JSON has one NaN, and a negative zero counts as unset, which `Value` can't tell.
fn canonical<F: PartialEq + Default>(number: F, nan: F) -> F {
    #[expect(clippy::eq_op, reason = "NaN alone isn't equal to itself")]
    match number {
        _ if number != number => nan,
        _ if number == F::default() => F::default(),
        _ => number,
    }
}
