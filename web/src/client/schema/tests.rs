//! What the first load knows, against everything there is.

use super::{load, load_all};

#[test]
fn call_page_knows_what_its_calls_take_and_nothing_else() {
    let (called, all) = (load(), load_all());
    let called: Vec<_> = called.message_names().collect();
    for method in ["SayHello", "SayGoodbye"] {
        assert!(called.contains(&&*format!("myservice.v1.{method}Request")));
        assert!(called.contains(&&*format!("myservice.v1.{method}Response")));
    }
    assert!(called.contains(&"google.protobuf.Timestamp"));
    let is_known = |name: &str| called.contains(&name);
    let unknown: Vec<_> = all.message_names().filter(|name| !is_known(name)).collect();
    assert!(unknown.contains(&"myservice.v1.Greeting"));
    let is_elsewhere = |name: &&str| name.starts_with("gangplank.");
    let streamed = unknown.iter().filter(|name| !is_elsewhere(name)).count();
    assert_eq!(streamed, 6, "{unknown:?}");
}
