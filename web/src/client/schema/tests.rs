//! What the first load knows, against everything there is.

use super::{load, load_all};

#[test]
fn call_page_knows_all_messages_but_those_of_the_api_server_itself() {
    let (called, all) = (load(), load_all());
    let is_admin = |name: &&str| name.starts_with("gangplank.");
    let others: Vec<_> = all.message_names().filter(|name| !is_admin(name)).collect();
    assert!(others.contains(&"myservice.v1.SayHelloResponse"));
    assert!(others.contains(&"google.protobuf.Timestamp"));
    assert_eq!(called.message_names().collect::<Vec<_>>(), others);
    assert!(all.message_names().any(|name| is_admin(&name)));
}
