//! Takes out of the built page what a browser downloads and nobody reads: about 8 kB of brotli.
//! wasm-bindgen ends the name of each import in 16 random digits, once in the wasm file and once
//! in its JavaScript: both get a counter of the same length, so that no offset moves. Panics name
//! files of other people's crates, which are shown nowhere: their paths become spaces.
//! Two builds of one source give the same bytes, since nothing here depends on anything else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::contents;
use crate::process::Failure;

/// What every name of an import begins with.
const IMPORT: &[u8] = b"__wbg_";
/// How many digits end it.
const HASH_DIGITS: usize = 16;
/// How paths of source files begin, as the compiler writes them.
const PATHS: [&[u8]; 4] = [b"/registry/src/", b"/rustc/", b"web/src/", b"wire/src/"];
/// How they end.
const SOURCE: &[u8] = b".rs";

/// Squeezes every script and wasm file in `folder`.
pub(super) fn squeeze(folder: &Path) -> Result<(), Failure> {
    let files = contents(folder).map_err(|error| Failure::on_path("reading", folder, &error))?;
    for (path, bytes) in &files {
        let squeezed = if path.strip_suffix(".js").is_some() {
            renamed(bytes, &counters(bytes))
        } else if let Some(stem) = path.strip_suffix(".wasm") {
            // Bundles have no script: what they import is the program's.
            let script = stem.strip_suffix("_bg").unwrap_or(stem);
            let script = files.get(&format!("{script}.js"));
            let counters = script.map_or_else(BTreeMap::new, |script| counters(script));
            let wasm = without_paths(&renamed(bytes, &counters));
            bare_sections(&wasm).ok_or_else(|| {
                Failure::new(format!("{path} isn't a wasm file that this can read"))
            })?
        } else {
            continue;
        };
        write(folder, path, &squeezed)?;
    }
    Ok(())
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(path);
    fs::write(&path, bytes).map_err(|error| Failure::on_path("writing", &path, &error))
}

/// A counter for each import that a script names, as long as the name it stands for.
fn counters(script: &[u8]) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut counters = BTreeMap::new();
    for name in words(script).filter(|word| is_import(word)) {
        let counter = counters.len();
        counters.entry(name.to_vec()).or_insert_with(|| {
            let width = name.len() - 1;
            format!("_{counter:0>width$}").into_bytes()
        });
    }
    counters
}

fn is_import(word: &[u8]) -> bool {
    let Some((name, hash)) = word.split_last_chunk::<HASH_DIGITS>() else {
        return false;
    };
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    name.starts_with(IMPORT) && name.ends_with(b"_") && hash.iter().all(is_digit)
}

/// The runs of letters, digits and underscores in a text, one after the other.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !is_word(*byte))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The same bytes with every name replaced by its counter. In a wasm file a name stands between
/// its length and a byte that is no letter; what stands before it may look like part of it.
fn renamed(bytes: &[u8], counters: &BTreeMap<Vec<u8>, Vec<u8>>) -> Vec<u8> {
    let mut renamed = bytes.to_vec();
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], IMPORT) {
        let start = at + found;
        let word = words(&bytes[start..]).next().unwrap_or_default();
        if let Some(counter) = counters.get(word) {
            renamed[start..start + word.len()].copy_from_slice(counter);
        }
        at = start + IMPORT.len();
    }
    renamed
}

/// The same bytes with spaces for paths of source files.
fn without_paths(bytes: &[u8]) -> Vec<u8> {
    let mut blank = bytes.to_vec();
    for prefix in PATHS {
        let mut at = 0;
        while let Some(found) = find(&bytes[at..], prefix) {
            let start = at + found + prefix.len();
            let is_path = |byte: &&u8| is_word(**byte) || b"/.-".contains(byte);
            let length = bytes[start..].iter().take_while(is_path).count();
            if let Some(end) = find(&bytes[start..start + length], SOURCE) {
                blank[start..start + end + SOURCE.len()].fill(b' ');
            }
            at = start;
        }
    }
    blank
}

/// The same wasm file without its custom sections. A section is an id (1 byte, 0 for custom), a
/// length (LEB128, u32) and so many bytes. None for a file that ends within one.
/// Source: WebAssembly core specification, section 5.5.2.
fn bare_sections(wasm: &[u8]) -> Option<Vec<u8>> {
    const HEADER_BYTES: usize = 8;
    const CUSTOM: u8 = 0;
    let (header, mut rest) = wasm.split_at_checked(HEADER_BYTES)?;
    let mut bare = header.to_vec();
    while let Some(id) = rest.first() {
        let (mut length, mut at) = (0_usize, 1);
        loop {
            let byte = *rest.get(at)?;
            length |= usize::from(byte & 0x7f) << (7 * (at - 1));
            at += 1;
            if byte & 0x80 == 0 {
                break;
            }
            // A u32 takes five bytes at most.
            (at <= 5).then_some(())?;
        }
        let (section, behind) = rest.split_at_checked(at.checked_add(length)?)?;
        if *id != CUSTOM {
            bare.extend_from_slice(section);
        }
        rest = behind;
    }
    Some(bare)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests;
