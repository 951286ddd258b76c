//! Makes the built files of the page smaller: programs by binaryen's `wasm-opt`, about 2 % of
//! brotli, and scripts, which trunk can't minify, by `esbuild`, about a fifth.
//! Only passes that pay are run. Its levels (`-Oz` and the others) make files a sixth smaller and
//! what travels larger: they take away the repetition that brotli lives on. Functions are sorted
//! by name, so that what generics were made into for one type stands beside the same for others;
//! that is why the linker leaves names in. `squeeze` takes them out.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;

use super::contents;
use super::split::Scripts;
use crate::process::{self, Failure};
use crate::tools::npm;

/// What the compiler uses of WebAssembly beyond its first version; every browser since 2022 has it.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// In the order in which they run. Left out were those that saved nothing or made it worse.
const PASSES: [&str; 18] = [
    // How passes weigh size against speed; by itself it runs none.
    "--shrink-level=2",
    "--duplicate-function-elimination",
    "--remove-unused-module-elements",
    "--remove-unused-names",
    "--merge-blocks",
    "--optimize-instructions",
    "--rse",
    "--code-folding",
    "--remove-unused-brs",
    "--vacuum",
    // What they left is worth a second round.
    "--simplify-locals-notee-nostructure",
    "--remove-unused-brs",
    "--merge-blocks",
    "--optimize-instructions",
    "--vacuum",
    "--duplicate-function-elimination",
    "--reorder-locals",
    "--reorder-functions-by-name",
];

/// Makes one script of a script and those that it imports. wasm-bindgen names each loader's module
/// anew, which is always the same.
const BUNDLE: [&str; 3] = [
    "--bundle",
    "--format=esm",
    "--log-override:duplicate-object-key=silent",
];

/// Shrinks every program and script in `folder`; nothing where the tools can't be fetched, since
/// the product builds with Rust alone. The loader of bundles becomes part of the page's own script.
pub(super) fn shrink(folder: &Path, scripts: &Scripts) -> Result<(), Failure> {
    if ["npm", "node"].map(process::find_on_path).contains(&None) {
        println!("npm isn't here, so the page's files stay 3 % larger than they could be");
        return Ok(());
    }
    let files = contents(folder).map_err(|error| Failure::on_path("reading", folder, &error))?;
    let (wasm_opt, esbuild) = (npm::wasm_opt()?, npm::esbuild()?);
    let main = folder.join(&scripts.main);
    process::run(minify(&esbuild, &main).args(BUNDLE))?;
    let loader = folder.join(&scripts.loader);
    fs::remove_file(&loader).map_err(|error| Failure::on_path("removing", &loader, &error))?;
    let done = [&scripts.main, &scripts.loader];
    let rest = files.keys().filter(|path| !done.contains(path));
    for path in rest.map(|path| folder.join(path)) {
        match path.extension().and_then(OsStr::to_str) {
            Some("wasm") => process::run(&mut optimize(&wasm_opt, &path))?,
            Some("js") => process::run(&mut minify(&esbuild, &path))?,
            _ => {}
        }
    }
    Ok(())
}

fn minify(esbuild: &Path, script: &Path) -> Command {
    let mut command = Command::new(esbuild);
    let mut outfile = OsString::from("--outfile=");
    outfile.push(script);
    command
        .arg(script)
        .args([
            "--minify",
            // What browsers have that run the programs.
            "--target=es2022",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
            "--allow-overwrite",
        ])
        .arg(outfile);
    command
}

fn optimize(wasm_opt: &Path, wasm: &Path) -> Command {
    let mut command = Command::new(wasm_opt);
    command
        .arg(wasm)
        .args(FEATURES)
        .args(PASSES)
        .arg("-o")
        .arg(wasm);
    command
}
