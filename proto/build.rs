//! Compiles every `.proto` file of this package with protox, so that nobody needs protoc.
//! Writes the stubs and two descriptor sets to `OUT_DIR`; `src/lib.rs` includes them.
//! The whole set has comments and extension options, but not where in the files things stand: that would be three quarters of
//! all places, and half a megabyte in a server's memory. The page's has neither, nor the files that only declare options or
//! that its inspector never shows: each of its bytes is downloaded. Options need no Rust either, so those
//! files have no stubs. That of the first load is smaller still: only MyService, and what it takes.

use std::path::PathBuf;
use std::{env, error::Error, fs};

use prost::Message as _;
use prost::encoding::{self, DecodeContext, WireType};
use prost_types::source_code_info::Location;
use prost_types::{FileDescriptorProto, SourceCodeInfo};
use protox::Compiler;

/// Schema files, relative to this package; imports are found below the same root.
const FILES: [&str; 8] = [
    "gangplank/v1/admin.proto",
    "gangplank/v1/balancer.proto",
    "gangplank/v1/chaos.proto",
    "gangplank/v1/trace.proto",
    "google/api/annotations.proto",
    "google/api/http.proto",
    "google/api/httpbody.proto",
    "myservice/v1/my_service.proto",
];
/// Files that the page calls by, but whose messages its inspector never shows.
const UNSEEN_BY_PAGE: [&str; 3] = [
    "gangplank/v1/balancer.proto",
    "gangplank/v1/chaos.proto",
    "gangplank/v1/trace.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo:rerun-if-changed={file}");
    }
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut compiler = Compiler::new(["."])?;
    compiler.include_imports(true);
    compiler.open_files(FILES)?;
    // Not by way of `file_descriptor_set`, whose types would lose the extension options.
    let bare = compiler.encode_file_descriptor_set();
    compiler.include_source_info(true);
    let mut descriptors = compiler.file_descriptor_set();
    let whole = with_comments(&bare, &descriptors.file)?;
    fs::write(out_dir.join("descriptor_set.bin"), whole)?;

    descriptors
        .file
        .retain(|file| !declares_options(file.name()));
    tonic_prost_build::configure()
        .build_server(env::var_os("CARGO_FEATURE_SERVER").is_some())
        // The stubs' own `connect` would pull a native transport into the page.
        .build_transport(false)
        .compile_fds(descriptors.clone())?;
    descriptors
        .file
        .retain(|file| !UNSEEN_BY_PAGE.contains(&file.name()));
    for file in &mut descriptors.file {
        file.source_code_info = None;
        file.dependency.retain(|name| !declares_options(name));
    }
    let page = descriptors.encode_to_vec();
    fs::write(out_dir.join("page_descriptor_set.bin"), page)?;

    descriptors
        .file
        .retain(|file| !file.name().starts_with("gangplank/"));
    let first_load = descriptors.encode_to_vec();
    fs::write(out_dir.join("first_load_descriptor_set.bin"), first_load)?;
    Ok(())
}

fn declares_options(file: &str) -> bool {
    file.starts_with("google/api/") || file == "google/protobuf/descriptor.proto"
}

/// Adds the comments of `files` to an encoded set of the same files. Fields may come in any order, so that each file only
/// gets longer.
fn with_comments(mut set: &[u8], files: &[FileDescriptorProto]) -> Result<Vec<u8>, Box<dyn Error>> {
    const FILE: u32 = 1;
    const SOURCE_CODE_INFO: u32 = 9;
    let mut whole = Vec::new();
    for described in files {
        let mut file: Vec<u8> = Vec::new();
        let (_, wire_type) = encoding::decode_key(&mut set)?;
        encoding::bytes::merge(wire_type, &mut file, &mut set, DecodeContext::default())?;
        if FileDescriptorProto::decode(file.as_slice())?.name != described.name {
            return Err("the compiler told its files in another order".into());
        }
        let all = described
            .source_code_info
            .iter()
            .flat_map(|all| &all.location);
        let comments = SourceCodeInfo {
            location: all
                .filter(|location| has_comment(location))
                .cloned()
                .collect(),
        };
        encoding::message::encode(SOURCE_CODE_INFO, &comments, &mut file);
        encoding::encode_key(FILE, WireType::LengthDelimited, &mut whole);
        encoding::encode_varint(file.len() as u64, &mut whole);
        whole.extend(file);
    }
    Ok(whole)
}

fn has_comment(location: &Location) -> bool {
    location.leading_comments.is_some()
        || location.trailing_comments.is_some()
        || !location.leading_detached_comments.is_empty()
}
