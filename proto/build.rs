//! Compiles every `.proto` file of this package with protox, so that nobody needs protoc.
//! Writes the stubs and the descriptor set to `OUT_DIR`; `src/lib.rs` includes them.

use std::path::PathBuf;
use std::{env, error::Error, fs};

use prost::Message as _;

/// Schema files, relative to this package; imports are found below the same root.
const FILES: [&str; 1] = ["myservice/v1/my_service.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo:rerun-if-changed={file}");
    }
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let descriptors = protox::compile(FILES, ["."])?;
    fs::write(
        out_dir.join("descriptor_set.bin"),
        descriptors.encode_to_vec(),
    )?;
    tonic_prost_build::configure()
        .build_server(env::var_os("CARGO_FEATURE_SERVER").is_some())
        // The stubs' own `connect` would pull a native transport into the page.
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}
