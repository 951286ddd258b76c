//! Descriptors from files. What annotations import, `google/api/*.proto`, needn't be in the folder:
//! the caller brings it along, and protox has protobuf's own files.

use std::fs;
use std::path::{Path, PathBuf};

use prost_reflect::DescriptorPool;
use protox::Compiler;
use protox::file::{
    ChainFileResolver, DescriptorSetFileResolver, GoogleFileResolver, IncludeFileResolver,
};

use super::{LoadError, Loaded, is_common};

/// How deep folders are searched; deeper ones are links in a circle.
const MAX_DEPTH: usize = 16;

/// Reads an encoded `google.protobuf.FileDescriptorSet`; all of its services are served.
pub fn descriptor_set(path: &Path) -> Result<Loaded, LoadError> {
    let bytes = fs::read(path).map_err(|source| read_error(path, source))?;
    let pool = DescriptorPool::decode(bytes.as_slice())?;
    let services = pool
        .services()
        .map(|service| service.full_name().to_owned());
    loaded(services.collect(), pool)
}

/// Compiles the `.proto` files of a folder; the services in them are served, those of their imports aren't.
/// Imports that the folder lacks are taken from `common`, an encoded descriptor set.
pub fn protos(folder: &Path, common: &[u8]) -> Result<Loaded, LoadError> {
    let mut files = Vec::new();
    collect(folder, MAX_DEPTH, &mut files)?;
    files.sort();
    let mut resolver = ChainFileResolver::new();
    resolver.add(IncludeFileResolver::new(folder.to_owned()));
    resolver.add(GoogleFileResolver::new());
    let common = DescriptorSetFileResolver::decode(common);
    resolver.add(common.map_err(|error| LoadError::Protos(error.to_string()))?);
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    compiler
        .open_files(&files)
        .map_err(|error| compile_error(&error))?;
    let pool = DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice())?;
    let names = files.iter().filter_map(|file| {
        let name = file.strip_prefix(folder).ok()?;
        pool.get_file_by_name(name.to_str()?)
    });
    let services = names.flat_map(|file| file.services().collect::<Vec<_>>());
    let services = services
        .map(|service| service.full_name().to_owned())
        .collect();
    loaded(services, pool)
}

fn loaded(mut services: Vec<String>, pool: DescriptorPool) -> Result<Loaded, LoadError> {
    services.retain(|name| !is_common(name));
    if services.is_empty() {
        return Err(LoadError::Empty);
    }
    Ok(Loaded { pool, services })
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    let entries = fs::read_dir(folder).map_err(|source| read_error(folder, source))?;
    for entry in entries {
        let path = entry.map_err(|source| read_error(folder, source))?.path();
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, files)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            files.push(path);
        }
    }
    Ok(())
}

fn read_error(path: &Path, source: std::io::Error) -> LoadError {
    LoadError::Read {
        path: path.to_owned(),
        source,
    }
}

/// protox draws its errors over several lines; the message says what, the file where.
fn compile_error(error: &protox::Error) -> LoadError {
    let file = error.file().map(|file| format!("{file}: "));
    LoadError::Protos(format!("{}{error}", file.unwrap_or_default()))
}
