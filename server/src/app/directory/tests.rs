//! Claims about a table that follows its components.

use std::path::PathBuf;

use super::*;
use crate::app::tests::{app, until};
use crate::balance::Policy;
use crate::balancer::{Pulse, Retry};
use crate::config::ReplicaConfig;
use crate::schema::tests::pool;

/// A descriptor set in the system's folder for such, gone with the test.
struct Set(PathBuf);

impl Set {
    fn new(name: &str, methods: &str) -> Self {
        let name = format!("gangplank-{}-{name}.binpb", std::process::id());
        let set = Self(std::env::temp_dir().join(name));
        set.write(methods);
        set
    }

    fn write(&self, methods: &str) {
        let file = format!(
            "syntax = 'proto3'; package shop; message M {{}} service Orders {{ {methods} }}"
        );
        let pool = pool(&[("shop.proto", &file)]);
        std::fs::write(&self.0, pool.encode_to_vec()).unwrap();
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        // Left over in the system's folder at worst.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_component_without_replicas_is_read_again_when_told() {
    let set = Set::new("reload", "rpc Get(M) returns (M);");
    let members = vec![Member {
        name: "orders".into(),
        discovery: watch::Sender::default().subscribe(),
        schema: Origin::DescriptorSet(set.0.clone()),
        policy: Policy::default(),
        retry: Retry::default(),
        pulse: Pulse::default(),
    }];
    let app = app(ReplicaConfig::default());
    let tables = Tables::default();
    let state = State::spawn(&members);
    let directory = Directory::start(
        members,
        state.clone(),
        tables.clone(),
        app.rooms.services.clone(),
        app.rooms.metrics.clone(),
    );
    let directory = directory.await.unwrap();
    drop(state);
    let has = |method: &str| tables.load().schema().method(method).is_some();
    assert!(has("shop.Orders/Get") && !has("shop.Orders/Cancel"));

    set.write("rpc Get(M) returns (M); rpc Cancel(M) returns (M);");
    let (reload, reloads) = watch::channel(());
    let watching = tokio::spawn(directory.watch(reloads));
    reload.send_replace(());
    until(|| has("shop.Orders/Cancel") || watching.is_finished()).await;
    assert!(
        !watching.is_finished(),
        "it follows as long as it is served"
    );
    watching.abort();
}
