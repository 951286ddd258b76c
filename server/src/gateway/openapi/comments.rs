//! Comments of `.proto` files, by the path of what they stand above; a descriptor set may have been made without them.
//! A file's comments are sorted out when the first of them is asked for, since a file may have tens of thousands.
//! Source: `SourceCodeInfo` of google/protobuf/descriptor.proto.

use std::collections::HashMap;

use prost_reflect::FileDescriptor;
use prost_types::FileDescriptorProto;

/// Comments of the files that were asked for so far. Lives shorter than the files do.
#[derive(Default)]
pub(super) struct Comments {
    /// By the file's address: pools may have files of one name that differ.
    files: HashMap<usize, HashMap<Vec<i32>, String>>,
}

impl Comments {
    /// The comment above an element, or else the one behind it; without the white space that every line has.
    pub(super) fn of(&mut self, file: &FileDescriptor, path: &[i32]) -> Option<String> {
        let proto = file.file_descriptor_proto();
        let address = std::ptr::from_ref(proto).addr();
        let comments = self.files.entry(address).or_insert_with(|| read(proto));
        comments.get(path).cloned()
    }
}

fn read(file: &FileDescriptorProto) -> HashMap<Vec<i32>, String> {
    let locations = file.source_code_info.iter().flat_map(|info| &info.location);
    let comments = locations.filter_map(|location| {
        let comment = location.leading_comments.as_ref();
        let comment = tidy(comment.or(location.trailing_comments.as_ref())?);
        (!comment.is_empty()).then(|| (location.path.clone(), comment))
    });
    comments.collect()
}

/// Comments keep the space after `//`.
fn tidy(comment: &str) -> String {
    let lines = comment.lines();
    let lines: Vec<_> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}
