//! What becomes of each element, and what path and query add to it.

use std::sync::Arc;

use http_body_util::{BodyExt as _, StreamBody};
use prost::Message as _;
use prost_reflect::DescriptorPool;
use proto::myservice::v1::GreetManyRequest;
use tonic::codegen::tokio_stream;
use wire::frame::FrameDecoder;

use super::super::{Asked, BodyLimits, Config, JsonLimits};
use super::*;
use crate::gateway::settle::Outcome;
use crate::gateway::table::Binding;
use crate::gateway::transcoder::Rule;
use crate::respond;
use crate::schema::http_rule::{HttpRule, RuleBody};
use crate::schema::{Schema, Source as SchemaSource, Version};

const LIMIT: u32 = 100;

/// `GreetMany` by a rule that no annotation of it has.
fn binding(body: RuleBody, variables: &[Vec<String>]) -> Arc<Binding> {
    let pool = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
    bound(pool, "myservice.v1.MyService", "GreetMany", body, variables)
}

fn bound(
    pool: DescriptorPool,
    service: &str,
    method: &str,
    body: RuleBody,
    variables: &[Vec<String>],
) -> Arc<Binding> {
    let source = SchemaSource {
        component: "shop".into(),
        versions: vec![Version {
            pool,
            services: vec![service.to_owned()],
            replicas: None,
        }],
    };
    let schema = Schema::new(vec![source]).unwrap();
    let method = schema.method(&format!("{service}/{method}")).unwrap();
    let http = HttpRule {
        verb: "POST".to_owned(),
        template: "/x".to_owned(),
        body,
        response_body: None,
    };
    let rule = Rule::new(&method.descriptor, &http, variables).unwrap();
    let method = Arc::clone(method);
    Arc::new(Binding {
        method,
        template: None,
        rule,
    })
}

/// The name and the language of each message, and what is wrong behind them.
async fn sent(
    asked: Asked,
    query: &str,
    chunks: &[&'static str],
) -> (Vec<(String, i32)>, Option<String>) {
    let (messages, error) = payloads(asked, query, "application/json", chunks).await;
    let messages = messages.into_iter().map(|message| {
        let message = GreetManyRequest::decode(message).unwrap();
        (message.name, message.language)
    });
    (messages.collect(), error)
}

/// The messages, and what is wrong behind them.
async fn payloads(
    asked: Asked,
    query: &str,
    content_type: &str,
    chunks: &[&'static str],
) -> (Vec<Bytes>, Option<String>) {
    let config = Config {
        limits: BodyLimits {
            max_body_bytes: LIMIT,
            max_answer_bytes: LIMIT,
            json: JsonLimits::default(),
        },
        to_status: respond::gateway,
        to_http: respond::http,
        to_answer: respond::failure,
        to_json: respond::failure_json,
    };
    let mut request = http::Request::post("/x");
    request = request.header(http::header::CONTENT_TYPE, content_type);
    let (head, ()) = request.body(()).unwrap().into_parts();
    let outcome = Outcome::default();
    let query = (!query.is_empty()).then(|| query.to_owned());
    let source = Source::new(&head, query, asked, outcome.clone(), config);
    let chunks = chunks
        .iter()
        .map(|chunk| Ok::<_, Status>(Frame::data(Bytes::from_static(chunk.as_bytes()))));
    let body = Body::new(StreamBody::new(tokio_stream::iter(
        chunks.collect::<Vec<_>>(),
    )));
    let mut stream = source.body(body);
    let mut messages = Vec::new();
    let mut decoder = FrameDecoder::new(LIMIT);
    while let Some(frame) = stream.frame().await {
        match frame {
            Ok(frame) => decoder.feed(frame.into_data().unwrap()),
            Err(status) => {
                assert!(outcome.cause().is_some(), "{status}");
                return (messages, Some(status.message().to_owned()));
            }
        }
        while let Some(frame) = decoder.next_frame().unwrap() {
            messages.push(frame.payload);
        }
        assert_eq!(decoder.finish(), Ok(()), "a message is never cut");
    }
    (messages, None)
}

fn names(expected: &[(&str, i32)]) -> Vec<(String, i32)> {
    let names = expected.iter();
    names
        .map(|(name, language)| ((*name).to_owned(), *language))
        .collect()
}

#[tokio::test]
async fn path_and_query_are_in_every_message() {
    let body = RuleBody::Field("name".to_owned());
    let asked = || Asked::plain(binding(body.clone(), &[]));
    let both = (names(&[("a", 2), ("b,]", 2)]), None);
    for chunks in [
        &["[\"a\",\"b,]\"]"][..],
        &["", "[\"", "a\",\"b", ",]\"]", ""],
    ] {
        assert_eq!(sent(asked(), "language=2", chunks).await, both);
    }
    let language = vec!["language".to_owned()];
    let asked = Asked {
        binding: binding(body, std::slice::from_ref(&language)),
        values: vec![(language, "LANGUAGE_EN".to_owned())],
    };
    let both = (names(&[("a", 1), ("b", 1)]), None);
    assert_eq!(sent(asked, "", &["[\"a\"", ",\"b\"]"]).await, both);
}

#[tokio::test]
async fn the_path_wins_over_each_element() {
    let name = vec!["name".to_owned()];
    let asked = Asked {
        binding: binding(RuleBody::All, std::slice::from_ref(&name)),
        values: vec![(name, "Ada".to_owned())],
    };
    let body = &["[{},{\"name\":\"Bob\",\"language\":1}]"];
    let expected = names(&[("Ada", 0), ("Ada", 1)]);
    assert_eq!(sent(asked, "", body).await, (expected, None));
}

#[tokio::test]
async fn what_is_wrong_with_the_query_is_no_elements_fault() {
    for chunks in [&[][..], &["[{}]"]] {
        let asked = Asked::plain(binding(RuleBody::All, &[]));
        let (messages, error) = sent(asked, "nam=x", chunks).await;
        assert_eq!(messages, []);
        let error = error.unwrap();
        assert!(error.starts_with("query: nam: "), "{error}");
    }
}

#[tokio::test]
async fn a_bad_element_comes_behind_the_good_ones() {
    let asked = || Asked::plain(binding(RuleBody::All, &[]));
    let body = &["[{\"name\":\"a\"},", "{\"name\":\"b\"},{\"name\":3}]"];
    let (messages, error) = sent(asked(), "", body).await;
    assert_eq!(messages, names(&[("a", 0), ("b", 0)]));
    let expected = "element 3: body at line 1, column 9: name: must be a string";
    assert_eq!(error.as_deref(), Some(expected));
    let (messages, error) = sent(asked(), "", &["{\"name\":\"a\"} x"]).await;
    assert_eq!(messages, names(&[("a", 0)]));
    let expected = "element 2: nothing more expected behind the end, at byte 13";
    assert_eq!(error.as_deref(), Some(expected));
}

#[tokio::test]
async fn no_body_is_no_message() {
    for chunks in [&[][..], &["", " \n"], &["[ ]"]] {
        let asked = Asked::plain(binding(RuleBody::All, &[]));
        assert_eq!(sent(asked, "", chunks).await, (Vec::new(), None));
    }
}

#[tokio::test]
async fn a_route_without_a_body_sends_one_message() {
    let asked = || Asked::plain(binding(RuleBody::None, &[]));
    let expected = (names(&[("Ada", 0)]), None);
    assert_eq!(sent(asked(), "name=Ada", &[]).await, expected);
    let (messages, error) = sent(asked(), "name=Ada", &["[]"]).await;
    assert_eq!(messages, []);
    assert!(error.unwrap().contains("takes no body here"));
}

#[tokio::test]
async fn bytes_of_any_type_are_sent_as_they_come() {
    let file = "syntax = 'proto3'; package google.api;
        message HttpBody { string content_type = 1; bytes data = 2; }
        service Blobs { rpc Put(stream HttpBody) returns (HttpBody); }";
    let file = protox::file::File::from_source("google/api/httpbody.proto", file).unwrap();
    let mut pool = DescriptorPool::new();
    pool.add_file_descriptor_proto(file.file_descriptor_proto().clone())
        .unwrap();
    let asked = Asked::plain(bound(pool, "google.api.Blobs", "Put", RuleBody::All, &[]));
    let (messages, error) = payloads(asked, "", "image/png", &["[{", "", "\n,"]).await;
    assert_eq!(error, None);
    let piece = |data: &str| Bytes::from(format!("\n\x09image/png\x12\x02{data}"));
    assert_eq!(messages, [piece("[{"), piece("\n,")]);
}
