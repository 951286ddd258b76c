//! examples/node, as its README says: the server joins as one more replica, the clients call the API server.

use anyhow::Result;
use tests::component::{Component, node_folder};
use tests::server::Server;
use tests::{settings, tools};

#[tokio::test]
async fn the_node_examples_run() -> Result<()> {
    let folder = node_folder(&settings::folder("examples/node"))?;
    let folder = folder.path();
    let node = Component::node(folder, "server.mjs", &["127.0.0.1:0"]).await?;
    let named = node.named("my-service");
    let server = Server::start(&["--replicas", "1", "--component", &named]).await?;
    let address = server.address().to_string();

    let said = tools::run_script(folder, "client.mjs", &[&address, "Ann"]).await?;
    let mut lines: Vec<_> = said.lines().collect();
    lines.sort_unstable();
    assert!(lines[0].starts_with("Goodbye, Ann! ("), "{said}");
    assert!(lines[1].starts_with("Hello, Ann! ("), "{said}");
    assert!(
        said.contains("(node)") && said.contains("(replica-0)"),
        "both answer in turn: {said}"
    );

    let said = tools::run_script(folder, "page-connect.mjs", &[&server.url()]).await?;
    assert!(said.starts_with("Hello, World! ("), "{said}");
    let said = tools::run_script(folder, "page-fetch.mjs", &[&server.url()]).await?;
    assert!(said.starts_with("Hello, World! ("), "{said}");
    assert!(said.contains("INVALID_ARGUMENT: name must be"), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_node_server_is_enough_by_itself() -> Result<()> {
    let folder = node_folder(&settings::folder("examples/node"))?;
    let node = Component::node(folder.path(), "server.mjs", &["127.0.0.1:0"]).await?;
    let named = node.named("my-service");
    let server = Server::start(&["--replicas", "0", "--component", &named]).await?;
    let address = server.address().to_string();
    let said = tools::run_script(folder.path(), "client.mjs", &[&address]).await?;
    assert_eq!(said, "Hello, World! (node)\nGoodbye, World! (node)\n");
    Ok(())
}
