//! Client libraries of others on sockets, run by Node.js and in Chromium: each kind of call, a late error, and a caller
//! who leaves.

use anyhow::Result;
use tests::browser::browse;
use tests::component::node_folder_with;
use tests::page::Page;
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

/// Runs a bundled client against a URL, and calls back with all that it told.
const RUN: &str = "
const [url, done] = arguments;
const said = [];
const log = (...words) => said.push(words.join(' ') + '\\n');
client.run(url, log).then(() => done(said.join('')), (error) => done(String(error)));";

async fn check(script: &str, watched: &str) -> Result<()> {
    let scripts = settings::folder("tests/fixtures/socket");
    let folder = node_folder_with(&scripts, &[settings::socket_js()?])?;
    let server = Server::start(&[]).await?;
    let expected = format!("{GREETED}{watched}{CONVERSED}");
    let url = server.url();
    let said = tools::run_script(folder.path(), "run.mjs", &[script, &url]).await?;
    assert_eq!(said, expected);
    until_open_calls(&server, 0).await?;

    let bundle = tools::bundle(folder.path(), script).await?;
    browse(async |browser| {
        // A page of the server's own: others would have to be allowed.
        Page::open(browser, &url).await?;
        let script = format!("{bundle}{RUN}");
        let arguments = vec![url.clone().into()];
        let said = browser.client().execute_async(&script, arguments).await?;
        assert_eq!(said.as_str(), Some(&*expected), "in the browser");
        until_open_calls(&server, 0).await
    })
    .await
}

#[tokio::test]
async fn nice_grpc_web_makes_every_kind_of_call() -> Result<()> {
    check("./nice.mjs", "server: Hello, Bob!\nleft: AbortError\n").await
}

#[tokio::test]
async fn improbable_grpc_web_makes_every_kind_of_call() -> Result<()> {
    check(
        "./improbable.mjs",
        "ended: 0 \nserver: Hello, Bob!\nended: left\n",
    )
    .await
}
