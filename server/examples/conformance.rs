//! The testee of protobuf's conformance suite: feeds each of its cases through the transcoder.
//! The runner starts it and speaks on stdin and stdout: a length (u32, little-endian, bytes), then a
//! `conformance.ConformanceRequest`; the answer is a `ConformanceResponse` in the same form. It ends with the input.
//! Its one argument is the folder of the suite's `.proto` files. `cargo xtask test conformance` runs it.
//! What the gateway doesn't speak is skipped: text format, JSPB, editions, and JSON that ignores unknown fields.
//! Source: conformance/conformance.proto.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, ensure};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};
use prost_types::{FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto};
use server::gateway::transcoder::{AnswerOptions, JsonLimits, Rule};

const FILES: [&str; 3] = [
    "conformance/conformance.proto",
    "google/protobuf/test_messages_proto2.proto",
    "google/protobuf/test_messages_proto3.proto",
];
const MESSAGES: [&str; 2] = [
    "protobuf_test_messages.proto2.TestAllTypesProto2",
    "protobuf_test_messages.proto3.TestAllTypesProto3",
];

/// `conformance.WireFormat`.
const PROTOBUF: i32 = 1;
const JSON: i32 = 2;
/// `conformance.TestCategory`.
const JSON_IGNORE_UNKNOWN: i32 = 3;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .context("the folder of the suite's files is missing")?;
    let pool = schema(Path::new(&folder))?;
    let message = |name: &str| {
        pool.get_message_by_name(name)
            .with_context(|| format!("no {name}"))
    };
    let request = message("conformance.ConformanceRequest")?;
    let response = message("conformance.ConformanceResponse")?;
    while let Some(bytes) = read_case()? {
        let case = DynamicMessage::decode(request.clone(), bytes.as_slice())?;
        let (field, value) = run(&case, &pool);
        let mut answer = DynamicMessage::new(response.clone());
        answer.set_field_by_name(field, value);
        write_answer(&answer.encode_to_vec())?;
    }
    Ok(())
}

/// The suite's files, and a service that echoes each of its messages.
fn schema(folder: &Path) -> anyhow::Result<DescriptorPool> {
    let mut pool = DescriptorPool::from_file_descriptor_set(protox::compile(FILES, [folder])?)?;
    let echo = |message: &&str| MethodDescriptorProto {
        name: message.rsplit('.').next().map(str::to_owned),
        input_type: Some(format!(".{message}")),
        output_type: Some(format!(".{message}")),
        ..Default::default()
    };
    pool.add_file_descriptor_proto(FileDescriptorProto {
        name: Some("echo.proto".to_owned()),
        dependency: FILES.map(str::to_owned).to_vec(),
        service: vec![ServiceDescriptorProto {
            name: Some("Echo".to_owned()),
            method: MESSAGES.iter().map(echo).collect(),
            ..Default::default()
        }],
        ..Default::default()
    })?;
    Ok(pool)
}

/// The response's field that is set, and its value.
fn run(case: &DynamicMessage, pool: &DescriptorPool) -> (&'static str, Value) {
    let text = |name| {
        case.get_field_by_name(name)
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    let number = |name| {
        case.get_field_by_name(name)
            .and_then(|value| value.as_enum_number())
    };
    let name = text("message_type").unwrap_or_default();
    let output = number("requested_output_format").unwrap_or_default();
    let service = pool.get_service_by_name("Echo");
    let method = service.and_then(|service| {
        service
            .methods()
            .find(|method| method.input().full_name() == name)
    });
    let Some(method) = method else {
        return skipped("unknown message");
    };
    if number("test_category") == Some(JSON_IGNORE_UNKNOWN) {
        return skipped("unknown fields are always refused");
    }
    let rule = Rule::plain(&method);
    let limits = JsonLimits::default();
    let message = if case.has_field_by_name("json_payload") {
        let json = text("json_payload").unwrap_or_default();
        rule.request::<[String; 0], &str>(&[], None, None, json.as_bytes(), &limits)
            .map_err(|error| error.to_string())
    } else if case.has_field_by_name("protobuf_payload") {
        let value = case.get_field_by_name("protobuf_payload");
        decoded(
            &method.input(),
            value
                .and_then(|value| value.as_bytes().cloned())
                .unwrap_or_default(),
        )
    } else {
        return skipped("unknown input format");
    };
    let message = match message {
        Ok(message) => message,
        Err(error) => return ("parse_error", Value::String(error)),
    };
    match output {
        PROTOBUF => ("protobuf_payload", Value::Bytes(message)),
        JSON => match rule.answer(&message, &AnswerOptions::default(), &limits) {
            Ok(answer) => (
                "json_payload",
                Value::String(String::from_utf8_lossy(&answer.body).into_owned()),
            ),
            Err(error) => ("serialize_error", Value::String(error.to_string())),
        },
        _ => skipped("unknown output format"),
    }
}

/// Through the messages under the transcoder, which it never does alone.
fn decoded(
    descriptor: &MessageDescriptor,
    bytes: prost::bytes::Bytes,
) -> Result<prost::bytes::Bytes, String> {
    DynamicMessage::decode(descriptor.clone(), bytes)
        .map(|message| message.encode_to_vec().into())
        .map_err(|error| error.to_string())
}

fn skipped(why: &str) -> (&'static str, Value) {
    ("skipped", Value::String(why.to_owned()))
}

/// None at the end of the input.
fn read_case() -> anyhow::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match io::stdin().read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let length = u32::from_le_bytes(length);
    let mut case = Vec::new();
    io::stdin().take(u64::from(length)).read_to_end(&mut case)?;
    ensure!(
        case.len() == usize::try_from(length)?,
        "a case of {length} bytes is cut"
    );
    Ok(Some(case))
}

fn write_answer(answer: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(&u32::try_from(answer.len())?.to_le_bytes())?;
    stdout.write_all(answer)?;
    Ok(stdout.flush()?)
}
