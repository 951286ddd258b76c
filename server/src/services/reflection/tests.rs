//! Claims about what is found, where, and in which version's words.

use prost::Message as _;
use prost_reflect::DescriptorPool;
use prost_types::FileDescriptorProto;

use super::*;
use crate::schema::tests::{pool, source};

const SHIP: &str = "
    syntax = 'proto3'; package ship.v1;
    import 'common.proto';
    message Rope { oneof length { int32 meters = 1; } message Knot { int32 turns = 1; } }
    enum Knots { KNOTS_BOWLINE = 0; }
    service Deck { rpc Swab(Rope) returns (common.Unit); }";

/// `common.proto` of two components that don't agree.
const UNIT: &str = "syntax = 'proto3'; package common; message Unit { int32 ship = 1; }";
const OTHER_UNIT: &str = "syntax = 'proto3'; package common; message Unit { int32 port = 1; }";

const PORT: &str = "
    syntax = 'proto2'; package port.v1;
    import 'common.proto';
    message Crane { extensions 100 to 200; }
    extend Crane { optional int32 tons = 101; optional int32 reach = 100; }
    service Quay { rpc Load(Crane) returns (common.Unit); }";

fn schema() -> Schema {
    let ours = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
    let ship = pool(&[("ship.proto", SHIP), ("common.proto", UNIT)]);
    let port = pool(&[("port.proto", PORT), ("common.proto", OTHER_UNIT)]);
    let sources = vec![
        source("gangplank", ours),
        source("ship", ship),
        source("port", port),
    ];
    Schema::new(sources).unwrap()
}

#[track_caller]
fn files(lookup: &mut Lookup, question: Question<'_>) -> Vec<FileDescriptorProto> {
    match lookup.answer(&schema(), question).unwrap() {
        Answer::Files(files) => files
            .iter()
            .map(|file| FileDescriptorProto::decode(&**file).unwrap())
            .collect(),
        other => panic!("{other:?} are no files"),
    }
}

#[track_caller]
fn check_files(question: Question<'_>, expected: &[&str]) {
    let files = files(&mut Lookup::default(), question);
    let names: Vec<_> = files.iter().map(FileDescriptorProto::name).collect();
    assert_eq!(names, expected);
}

#[track_caller]
fn check_symbols(file: &[&str], symbols: &[&str]) {
    for symbol in symbols {
        check_files(Question::Symbol(symbol), file);
    }
}

#[track_caller]
fn check_refusal(question: Question<'_>, expected: &str) {
    let refusal = Lookup::default().answer(&schema(), question).unwrap_err();
    assert_eq!(refusal.to_string(), expected);
}

/// The only field of `common.Unit`, which tells the components apart.
#[track_caller]
fn unit_field(files: &[FileDescriptorProto]) -> &str {
    let file = files.iter().find(|file| file.name() == "common.proto");
    file.unwrap().message_type[0].field[0].name()
}

#[test]
fn services_of_all_components_are_listed() {
    let answer = Lookup::default().answer(&schema(), Question::Services);
    let names = [
        "gangplank.v1.AdminService",
        "gangplank.v1.BalancerService",
        "gangplank.v1.ChaosService",
        "gangplank.v1.TraceService",
        "myservice.v1.MyService",
        "port.v1.Quay",
        "ship.v1.Deck",
    ];
    assert_eq!(
        answer,
        Ok(Answer::Services(names.map(str::to_owned).into()))
    );
}

#[test]
fn every_kind_of_symbol_leads_to_its_file_and_imports() {
    check_symbols(
        &["ship.proto", "common.proto"],
        &[
            "ship.v1.Deck",
            "ship.v1.Deck.Swab",
            "ship.v1.Rope",
            "ship.v1.Rope.meters",
            "ship.v1.Rope.length",
            "ship.v1.Rope.Knot",
            "ship.v1.Rope.Knot.turns",
            "ship.v1.Knots",
            "ship.v1.KNOTS_BOWLINE",
        ],
    );
    check_symbols(&["port.proto", "common.proto"], &["port.v1.tons"]);
}

#[test]
fn what_nobody_has_is_named() {
    check_refusal(
        Question::Symbol("ship.v1.Deck.Sink"),
        "no component has the symbol ship.v1.Deck.Sink",
    );
    check_refusal(
        Question::File("no.proto"),
        "no component has the file no.proto",
    );
    let number = -1;
    let message = "port.v1.Crane";
    check_refusal(
        Question::Extension { message, number },
        "no component has the extension -1 of port.v1.Crane",
    );
    check_refusal(
        Question::Extensions("no.Such"),
        "no component has the message no.Such",
    );
}

#[test]
fn a_file_of_two_components_is_of_the_first_unless_a_symbol_says_otherwise() {
    let mut lookup = Lookup::default();
    let common = Question::File("common.proto");
    assert_eq!(unit_field(&files(&mut lookup, common)), "ship");
    assert_eq!(
        unit_field(&files(&mut lookup, Question::Symbol("port.v1.Quay"))),
        "port"
    );
    assert_eq!(unit_field(&files(&mut lookup, common)), "port");
    assert_eq!(
        unit_field(&files(&mut lookup, Question::Symbol("common.Unit"))),
        "port"
    );
    files(&mut lookup, Question::Symbol("ship.v1.Deck"));
    assert_eq!(unit_field(&files(&mut lookup, common)), "ship");
}

#[test]
fn extensions_are_found_by_number() {
    let message = "port.v1.Crane";
    let number = 101;
    check_files(
        Question::Extension { message, number },
        &["port.proto", "common.proto"],
    );
    let numbers = Lookup::default().answer(&schema(), Question::Extensions(message));
    let expected = Answer::Extensions {
        message: message.to_owned(),
        numbers: vec![100, 101],
    };
    assert_eq!(numbers, Ok(expected));
}

#[test]
fn files_keep_their_http_rules() {
    let question = Question::Symbol("myservice.v1.MyService");
    let Ok(Answer::Files(files)) = Lookup::default().answer(&schema(), question) else {
        panic!("no files");
    };
    let mut pool = DescriptorPool::new();
    // A file may only come after its imports.
    for file in files.iter().rev() {
        pool.decode_file_descriptor_proto(&**file).unwrap();
    }
    let schema = Schema::new(vec![source("myservice", pool)]).unwrap();
    let hello = schema.method("myservice.v1.MyService/SayHello").unwrap();
    assert_eq!(hello.rules.len(), 2);
}

/// Asks one version for an unknown symbol, the services and nothing, in one stream.
macro_rules! check_stream {
    ($version:ident) => {
        use pb::server_reflection_request::MessageRequest;
        use pb::server_reflection_response::MessageResponse;
        use tonic_reflection::pb::$version as pb;

        let schema = Arc::new(schema());
        let reflection = Reflection::new(Arc::new(move || Arc::clone(&schema)));
        let server = pb::server_reflection_server::ServerReflectionServer::new(reflection);
        let mut client = pb::server_reflection_client::ServerReflectionClient::new(server);
        let asked = [
            Some(MessageRequest::FileContainingSymbol("no.Such".to_owned())),
            Some(MessageRequest::ListServices(String::new())),
            None,
        ];
        let requests = asked.map(|message_request| pb::ServerReflectionRequest {
            host: "ship".to_owned(),
            message_request,
        });
        let stream = tonic::codegen::tokio_stream::iter(requests.clone());
        let mut answers = client
            .server_reflection_info(stream)
            .await
            .unwrap()
            .into_inner();
        let mut codes = Vec::new();
        for request in requests {
            let answer = answers.message().await.unwrap().unwrap();
            assert_eq!(answer.valid_host, "ship");
            assert_eq!(answer.original_request, Some(request));
            codes.push(match answer.message_response.unwrap() {
                MessageResponse::ErrorResponse(error) => Code::from(error.error_code),
                MessageResponse::ListServicesResponse(list) => {
                    assert_eq!(list.service.len(), 7);
                    Code::Ok
                }
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(codes, [Code::NotFound, Code::Ok, Code::InvalidArgument]);
        assert!(answers.message().await.unwrap().is_none());
    };
}

#[tokio::test]
async fn a_refusal_does_not_end_a_v1_stream() {
    check_stream!(v1);
}

#[tokio::test]
async fn a_refusal_does_not_end_a_v1alpha_stream() {
    check_stream!(v1alpha);
}
