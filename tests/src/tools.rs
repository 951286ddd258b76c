//! Other people's tools, run on the page's own words: a shell line, a module for Node.js, a folder for Connect.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::patience::within;
use crate::settings;

/// Runs `script` as an ECMAScript module in `folder` and returns what it prints.
pub async fn run_module(script: &str, folder: &Path) -> Result<String> {
    let mut node = Command::new(settings::node()?);
    node.args(["--input-type=module", "--eval", script]);
    output(node.current_dir(folder)).await
}

/// Runs a script of a folder made by [`crate::component::node_folder`] and returns what it prints.
pub async fn run_script(folder: &Path, script: &str, arguments: &[&str]) -> Result<String> {
    let mut node = Command::new(settings::node()?);
    node.arg(script)
        .args(arguments)
        .env("PROTO", settings::schema());
    output(node.current_dir(folder)).await
}

/// Puts a module of such a folder and all that it imports into one script for a browser, which makes its exports
/// properties of `client`. The folder must have `esbuild`.
pub async fn bundle(folder: &Path, module: &str) -> Result<String> {
    let mut esbuild = Command::new(folder.join("node_modules/.bin/esbuild"));
    esbuild.args([module, "--bundle", "--format=iife", "--global-name=client"]);
    output(esbuild.current_dir(folder)).await
}

/// Runs a line that begins with `buf` in a shell and returns what it prints.
pub async fn run_buf(line: &str) -> Result<String> {
    let buf = settings::buf()?;
    let folder = buf.parent().context("buf is in a folder")?;
    let path = settings::path_with(folder)?;
    output(Command::new("sh").args(["-c", line]).env("PATH", path)).await
}

/// Makes a folder in which a module finds Connect and, in `gen`, the code that buf generates for our schema.
pub async fn connect_folder() -> Result<TempDir> {
    let folder = TempDir::with_prefix("gangplank-connect-")?;
    std::os::unix::fs::symlink(settings::connect_es()?, folder.path().join("node_modules"))?;
    // Without this, Node.js takes the generated files for CommonJS.
    fs::write(
        folder.path().join("package.json"),
        r#"{ "type": "module" }"#,
    )?;
    let template = json!({
        "version": "v2",
        "plugins": [{ "local": "node_modules/.bin/protoc-gen-es", "out": "gen", "opt": ["target=js", "import_extension=js"] }],
    });
    let mut buf = Command::new(settings::buf()?);
    buf.arg("generate")
        .arg(settings::schema())
        .args(["--template", &template.to_string()]);
    output(buf.current_dir(folder.path())).await?;
    Ok(folder)
}

async fn output(command: &mut Command) -> Result<String> {
    let what = format!("{command:?}");
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = within(&what, output)
        .await?
        .with_context(|| format!("{what} doesn't start"))?;
    let (said, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    ensure!(
        output.status.success(),
        "{what}: {}\n{said}\n{errors}",
        output.status
    );
    Ok(said.into_owned())
}
