//! Reads the schema from the descriptor set the stubs were generated from.
//!
//! Numbers are those of google/protobuf/descriptor.proto.

use wire::fields::{FieldShape, Kind, Scalar};

use crate::model::protobuf::Message;
use crate::model::schema::{FieldInfo, MethodInfo, Schema};

/// `FieldDescriptorProto.Label.LABEL_REPEATED`.
const REPEATED: u64 = 3;

/// Returns what the call page needs to know.
pub fn load() -> Schema {
    read(proto::FIRST_LOAD_DESCRIPTOR_SET)
}

/// Returns everything the page's own descriptor set says.
pub fn load_all() -> Schema {
    read(proto::PAGE_DESCRIPTOR_SET)
}

fn read(descriptors: &[u8]) -> Schema {
    let mut schema = Schema::default();
    for file in Message::new(descriptors).messages(1) {
        let package = file.text(2);
        file.messages(4)
            .for_each(|message| add_message(&mut schema, &package, &message));
        file.messages(5)
            .for_each(|enumeration| add_enum(&mut schema, &package, &enumeration));
        file.messages(6)
            .for_each(|service| add_service(&mut schema, &package, &service));
    }
    schema
}

fn add_message(schema: &mut Schema, scope: &str, message: &Message<'_>) {
    let name = join(scope, &message.text(1));
    let mut shapes = Vec::new();
    let mut infos = Vec::new();
    for field in message.messages(2) {
        let Ok(number) = u32::try_from(field.number(3)) else {
            continue;
        };
        let (field_name, type_name) = (field.text(1), absolute(&field.text(6)));
        let Some((type_text, kind)) = kind(field.number(5), &type_name) else {
            continue;
        };
        let is_repeated = field.number(4) == REPEATED;
        shapes.push((
            number,
            FieldShape {
                name: field_name.as_str().into(),
                kind,
            },
        ));
        infos.push((
            number,
            FieldInfo {
                name: field_name,
                json_name: field.text(10),
                type_text: if is_repeated {
                    format!("repeated {type_text}")
                } else {
                    type_text
                },
                type_name: (!type_name.is_empty()).then_some(type_name),
                is_repeated,
            },
        ));
    }
    schema.shapes.insert(name.as_str(), shapes);
    schema.fields.push((name.clone(), infos));
    message
        .messages(3)
        .for_each(|nested| add_message(schema, &name, &nested));
    message
        .messages(4)
        .for_each(|enumeration| add_enum(schema, &name, &enumeration));
}

fn add_enum(schema: &mut Schema, scope: &str, enumeration: &Message<'_>) {
    let values = enumeration.messages(2).filter_map(|value| {
        // Negative numbers travel as 64 bits.
        let number = i32::try_from(value.number(2).cast_signed()).ok()?;
        Some((number, value.text(1)))
    });
    schema
        .enums
        .push((join(scope, &enumeration.text(1)), values.collect()));
}

fn add_service(schema: &mut Schema, package: &str, service: &Message<'_>) {
    let service_name = join(package, &service.text(1));
    for method in service.messages(2) {
        let info = MethodInfo {
            input: absolute(&method.text(2)),
            output: absolute(&method.text(3)),
        };
        schema
            .methods
            .push((format!("/{service_name}/{}", method.text(1)), info));
    }
}

/// Returns a field's type as the `.proto` file has it and as `wire` needs it.
fn kind(number: u64, type_name: &str) -> Option<(String, Kind)> {
    let scalar = |name: &str, scalar| (name.to_owned(), Kind::Scalar(scalar));
    Some(match number {
        1 => scalar("double", Scalar::Double),
        2 => scalar("float", Scalar::Float),
        3 => scalar("int64", Scalar::Int64),
        4 => scalar("uint64", Scalar::Uint64),
        5 => scalar("int32", Scalar::Int32),
        6 => scalar("fixed64", Scalar::Fixed64),
        7 => scalar("fixed32", Scalar::Fixed32),
        8 => scalar("bool", Scalar::Bool),
        9 => ("string".to_owned(), Kind::Text),
        10 => (type_name.to_owned(), Kind::Group(type_name.into())),
        11 => (type_name.to_owned(), Kind::Message(type_name.into())),
        12 => ("bytes".to_owned(), Kind::Bytes),
        13 => scalar("uint32", Scalar::Uint32),
        14 => scalar(type_name, Scalar::Enum),
        15 => scalar("sfixed32", Scalar::Sfixed32),
        16 => scalar("sfixed64", Scalar::Sfixed64),
        17 => scalar("sint32", Scalar::Sint32),
        18 => scalar("sint64", Scalar::Sint64),
        _ => return None,
    })
}

/// Takes the dot off a fully qualified name.
fn absolute(name: &str) -> String {
    name.trim_start_matches('.').to_owned()
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}

#[cfg(test)]
mod tests;
