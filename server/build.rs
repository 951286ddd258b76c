//! Puts the built page into the binary: reads `<workspace root>/target/page`, which `cargo xtask build` fills.
//! Each file is compressed with brotli and gzip (kept only where smaller) and hashed for its `ETag`;
//! each inline script of `index.html` is hashed for the Content-Security-Policy.
//! Writes `page.rs` to `OUT_DIR`: a table of `include_bytes!`, empty if the page hasn't been built.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Hex digits of the `ETag`: 64 bits are plenty for one file's history.
const ETAG_DIGITS: usize = 16;
/// Brotli's highest quality: done once here, so that no request pays for it.
const BROTLI_QUALITY: i32 = 11;
/// Brotli's window, log2 of bytes; 22 is what every browser accepts.
const BROTLI_WINDOW: i32 = 22;

fn main() -> Result<(), Box<dyn Error>> {
    let out_dir = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets it")?);
    let page = package.join("../target/page");
    // Cargo reruns a script forever while a watched path is missing, and would rebuild the server each time.
    fs::create_dir_all(&page)?;
    let page = page.canonicalize()?;
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", page.display());

    let mut files = Vec::new();
    collect(&page, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    let mut script_hashes = Vec::new();
    for (index, file) in files.iter().enumerate() {
        println!("cargo:rerun-if-changed={}", file.display());
        let path = web_path(&page, file)?;
        let bytes = fs::read(file)?;
        if path == "index.html" {
            script_hashes = inline_scripts(&String::from_utf8_lossy(&bytes));
        }
        write_entry(&mut table, &out_dir, index, &path, &bytes)?;
    }
    table.push(']');
    let source = format!("Page {{ files: {table}, script_hashes: &{script_hashes:?} }}\n");
    fs::write(out_dir.join("page.rs"), source)?;
    Ok(())
}

/// Every file below `folder`.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // Trunk stages a build in `.stage` and moves it into place at the end.
        if path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
        {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The file's path as a URL has it, without the leading slash.
fn web_path(page: &Path, file: &Path) -> Result<String, Box<dyn Error>> {
    let parts: Option<Vec<&str>> = file
        .strip_prefix(page)?
        .iter()
        .map(|part| part.to_str())
        .collect();
    Ok(parts.ok_or("file names of the page are UTF-8")?.join("/"))
}

/// Writes the bytes and their smaller forms to `OUT_DIR`, and their row to the table.
fn write_entry(
    table: &mut String,
    out_dir: &Path,
    index: usize,
    path: &str,
    bytes: &[u8],
) -> Result<(), Box<dyn Error>> {
    let form = |name: &str, content: &[u8]| -> Result<String, Box<dyn Error>> {
        let target = out_dir.join(format!("page-{index}.{name}"));
        fs::write(&target, content)?;
        Ok(format!(
            "include_bytes!({:?})",
            target.display().to_string()
        ))
    };
    let smaller = |name: &str, content: Vec<u8>| -> Result<String, Box<dyn Error>> {
        if content.len() >= bytes.len() {
            return Ok("None".to_owned());
        }
        Ok(format!("Some({})", form(name, &content)?))
    };
    let hash = Sha256::digest(bytes);
    let etag: String = format!("{hash:x}").chars().take(ETAG_DIGITS).collect();
    writeln!(
        table,
        "File {{ path: {path:?}, etag: {etag:?}, identity: {}, brotli: {}, gzip: {} }},",
        form("raw", bytes)?,
        smaller("br", brotli(bytes)?)?,
        smaller("gz", gzip(bytes)?)?,
    )?;
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// `sha256-…` of every script that stands in the HTML itself, as CSP wants it: over the exact text between the tags.
fn inline_scripts(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let Some(open_end) = rest[start..].find('>').map(|at| start + at) else {
            break;
        };
        let Some(close) = rest[open_end..].find("</script").map(|at| open_end + at) else {
            break;
        };
        if !rest[start..open_end].contains(" src=") {
            let text = &rest[open_end + 1..close];
            hashes.push(format!("sha256-{}", STANDARD.encode(Sha256::digest(text))));
        }
        rest = &rest[close..];
    }
    hashes
}
