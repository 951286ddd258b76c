//! Claims about targets as people write them, and about sources that are joined.

use std::time::Duration;

use super::*;

#[test]
fn every_kind_of_target_is_read() {
    let fixed = Target::Fixed("[::1]:50051".parse().unwrap());
    assert_eq!("[::1]:50051".parse(), Ok(fixed));
    let host = "orders.example".to_owned();
    let port = 50_051;
    assert_eq!(
        "dns:orders.example:50051".parse(),
        Ok(Target::Dns { host, port })
    );
    let name = "_grpc._tcp.orders.example".to_owned();
    assert_eq!(
        "srv:_grpc._tcp.orders.example".parse(),
        Ok(Target::Srv { name })
    );
}

#[test]
fn what_is_no_target_is_refused_with_an_example() {
    for text in [
        "dns:",
        "dns:orders",
        "dns:orders:0",
        "srv:",
        "srv:a:1",
        "orders",
    ] {
        let error = text.parse::<Target>().unwrap_err().to_string();
        assert!(error.contains(text.trim_start_matches("dns:")), "{error}");
        assert!(error.contains("such as"), "{error}");
    }
}

#[tokio::test]
async fn what_one_source_tells_stands_beside_the_other() {
    let found = |name: &str| Found {
        name: name.into(),
        endpoint: "127.0.0.1:1".parse().unwrap(),
    };
    let told = |names: &[&str]| Discovered {
        replicas: names.iter().map(|name| found(name)).collect(),
        error: None,
    };
    let (one, other) = (
        watch::Sender::new(told(&["a"])),
        watch::Sender::new(told(&["b"])),
    );
    let mut both = joined(one.subscribe(), other.subscribe());
    assert_eq!(*both.borrow(), told(&["a", "b"]));
    other.send_replace(told(&["b", "c"]));
    both.changed().await.unwrap();
    assert_eq!(*both.borrow(), told(&["a", "b", "c"]));
    drop(other);
    one.send_replace(told(&[]));
    let waited = tokio::time::timeout(Duration::from_secs(10), both.changed()).await;
    waited.unwrap().unwrap();
    assert_eq!(*both.borrow(), told(&["b", "c"]), "it keeps what it told");
}
