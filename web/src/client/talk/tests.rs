//! What is written and read, against prost by the schema.

use prost::Message as _;
use proto::myservice::v1 as pb;

use super::*;

#[test]
fn requests_are_as_the_schema_has_them() {
    let asked = pb::WatchGreetingsRequest::decode(watch(3, 70_000)).unwrap();
    assert_eq!((asked.past, asked.since_version), (3, 70_000));
    let name = pb::GreetManyRequest::decode(say("小明", Locale::Zh)).unwrap();
    assert_eq!((&*name.name, name.language()), ("小明", pb::Language::Zh));
    let text = pb::ConverseRequest::decode(say("hi", Locale::En)).unwrap();
    assert_eq!((&*text.text, text.language()), ("hi", pb::Language::En));
    let hello = pb::SayHelloRequest::decode(say("Ada", Locale::En)).unwrap();
    assert_eq!((&*hello.name, hello.language()), ("Ada", pb::Language::En));
}

#[test]
fn answers_are_read_by_their_kind() {
    let greeting = pb::Greeting {
        version: 9,
        message: "Hello, Ada!".to_owned(),
        replica: "replica-1".to_owned(),
        made_at: None,
        bookmark: true,
        missed: 4,
    };
    let expected = Said {
        text: "Hello, Ada!".to_owned(),
        replica: "replica-1".to_owned(),
        version: 9,
        is_bookmark: true,
        missed: 4,
    };
    assert_eq!(said(Kind::Watch, &greeting.encode_to_vec()), expected);

    let plain = Said {
        version: 0,
        is_bookmark: false,
        missed: 0,
        ..expected
    };
    let (message, replica) = (plain.text.clone(), plain.replica.clone());
    let hello = pb::SayHelloResponse {
        message: message.clone(),
        replica: replica.clone(),
        served_at: None,
    };
    assert_eq!(said(Kind::Hello, &hello.encode_to_vec()), plain);
    let many = pb::GreetManyResponse {
        message: message.clone(),
        greeted: 5,
        replica: replica.clone(),
        served_at: None,
    };
    assert_eq!(said(Kind::Many, &many.encode_to_vec()), plain);
    let converse = pb::ConverseResponse {
        text: message,
        answers: 5,
        replica,
        said_at: None,
    };
    assert_eq!(said(Kind::Converse, &converse.encode_to_vec()), plain);
}
