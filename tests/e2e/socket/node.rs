//! Client libraries of others on sockets, run by Node.js: each kind of call, a late error, and a caller who leaves.

use anyhow::Result;
use tests::component::node_folder_with;
use tests::server::Server;
use tests::{settings, tools};

use super::until_open_calls;

const GREETED: &str = "unary: Hello, Ann!\n";
const CONVERSED: &str = "client: 2
both: You said: one
both: You said: two
both: Goodbye!
late: You said: one
late: 3 message 2: text must be 1 to 1024 characters after trimming; it is empty
";

async fn check(script: &str, watched: &str) -> Result<()> {
    let scripts = settings::folder("tests/fixtures/socket");
    let folder = node_folder_with(&scripts, &[settings::socket_js()?])?;
    let server = Server::start(&[]).await?;
    let said = tools::run_script(folder.path(), script, &[&server.url()]).await?;
    assert_eq!(said, format!("{GREETED}{watched}{CONVERSED}"));
    until_open_calls(&server, 0).await
}

#[tokio::test]
async fn nice_grpc_web_makes_every_kind_of_call() -> Result<()> {
    check("nice.mjs", "server: Hello, Bob!\nleft: AbortError\n").await
}

#[tokio::test]
async fn improbable_grpc_web_makes_every_kind_of_call() -> Result<()> {
    check(
        "improbable.mjs",
        "ended: 0 \nserver: Hello, Bob!\nended: left\n",
    )
    .await
}
