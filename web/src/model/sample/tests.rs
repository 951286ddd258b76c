//! The records that are measured: the same each time, and the same in both formats.

use prost::Message as _;

use super::{Label, Phase, Pod, PodList, json, pod_list};
use crate::model::json_view::compact;
use crate::model::json_wire::json_wire;
use crate::model::schema::Schema;

#[test]
fn lists_are_the_same_at_each_call_and_begin_alike() {
    assert_eq!(pod_list(10), pod_list(10));
    assert_eq!(pod_list(10).pods[..3], pod_list(3).pods);
    assert_eq!(pod_list(0).encoded_len(), 0);
}

#[test]
fn json_of_a_list_is_json_through_and_through() {
    let text = json(&pod_list(3));
    let view = json_wire(text.as_bytes(), &Schema::default(), None);
    assert_eq!(compact(&view.json), text);
}

#[test]
fn json_leaves_defaults_out_and_quotes_large_numbers() {
    let pod = Pod {
        name: "a\"b".to_owned(),
        phase: Phase::Running.into(),
        created_at_millis: 5,
        labels: vec![Label {
            key: "k".to_owned(),
            value: "v".to_owned(),
        }],
        ..Pod::default()
    };
    let expected = r#"{"pods":[{"name":"a\"b","namespace":"","node":"","phase":"PHASE_RUNNING","createdAtMillis":"5","labels":[{"key":"k","value":"v"}]}]}"#;
    assert_eq!(json(&PodList { pods: vec![pod] }), expected);
}

#[test]
fn record_is_as_large_as_a_real_one() {
    let list = pod_list(1_000);
    let (json, protobuf) = (json(&list).len() / 1_000, list.encoded_len() / 1_000);
    assert!((200..400).contains(&json), "{json}");
    assert!((80..200).contains(&protobuf), "{protobuf}");
}
