//! What the first load knows, against everything there is.

use super::{load, load_all};

#[test]
fn call_page_knows_my_service_and_nothing_else() {
    let (called, all) = (load(), load_all());
    let called: Vec<_> = called.message_names().collect();
    // Streams are in its log too.
    for method in ["SayHello", "SayGoodbye", "GreetMany", "Converse"] {
        assert!(called.contains(&&*format!("myservice.v1.{method}Request")));
        assert!(called.contains(&&*format!("myservice.v1.{method}Response")));
    }
    assert!(called.contains(&"myservice.v1.Greeting"));
    assert!(called.contains(&"google.protobuf.Timestamp"));
    let unknown = all.message_names().filter(|name| !called.contains(name));
    let unknown: Vec<_> = unknown.collect();
    assert!(!unknown.is_empty());
    assert!(
        unknown.iter().all(|name| name.starts_with("gangplank.")),
        "{unknown:?}"
    );
}
