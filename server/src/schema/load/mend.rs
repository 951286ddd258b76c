//! Mends files that don't fit together. protobuf.js, with which Node.js servers describe themselves, makes up one file for
//! each package, leaves out imports, and tells protobuf's own types wrongly (`descriptor.proto` as proto3).
//! Tried only on what can't be read as it is: protobuf's own types are taken from here, and imports are found by the
//! types that are used. Options that only extensions describe are lost, but such files have none.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::DescriptorPool;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

const PROTOBUF: &str = "google.protobuf";

/// Files in an order in which each comes after what it imports.
pub(super) fn files(files: Vec<FileDescriptorProto>) -> Vec<FileDescriptorProto> {
    let well_known = DescriptorPool::global();
    let own = well_known
        .files()
        .map(|file| file.file_descriptor_proto().clone());
    let strangers = files.into_iter().filter(|file| file.package() != PROTOBUF);
    let mut files: BTreeMap<String, FileDescriptorProto> = BTreeMap::new();
    for file in own.chain(strangers) {
        files.entry(file.name().to_owned()).or_insert(file);
    }
    let mut home: BTreeMap<String, String> = BTreeMap::new();
    for file in files.values() {
        let names = names(file)
            .into_iter()
            .map(|name| (name, file.name().to_owned()));
        home.extend(names);
    }
    for file in files.values_mut().filter(|file| file.package() != PROTOBUF) {
        let needed: BTreeSet<&String> = references(file)
            .iter()
            .filter_map(|(scope, name)| resolve(&home, scope, name))
            .collect();
        let imports = needed
            .into_iter()
            .filter(|needed| *needed != file.name())
            .cloned();
        file.dependency = imports.collect();
        file.public_dependency.clear();
        file.weak_dependency.clear();
    }
    let mut ordered = Vec::with_capacity(files.len());
    while let Some(name) = files.keys().next().cloned() {
        take(&name, &mut files, &mut ordered);
    }
    ordered
}

fn take(
    name: &str,
    files: &mut BTreeMap<String, FileDescriptorProto>,
    ordered: &mut Vec<FileDescriptorProto>,
) {
    if let Some(file) = files.remove(name) {
        for import in &file.dependency {
            take(import, files, ordered);
        }
        ordered.push(file);
    }
}

/// Full names of the messages and enums in a file.
fn names(file: &FileDescriptorProto) -> Vec<String> {
    let mut names = Vec::new();
    let enums = |enums: &[EnumDescriptorProto], scope: &str, names: &mut Vec<String>| {
        names.extend(enums.iter().map(|found| join(scope, found.name())));
    };
    enums(&file.enum_type, file.package(), &mut names);
    each_message(file, &mut |message, name| {
        names.push(name.to_owned());
        enums(&message.enum_type, name, &mut names);
    });
    names
}

/// The types that a file uses, each with the scope in which it is named.
fn references(file: &FileDescriptorProto) -> Vec<(String, String)> {
    let mut references = Vec::new();
    let mut fields = |fields: &[FieldDescriptorProto], scope: &str| {
        for field in fields {
            let used = field.type_name.iter().chain(&field.extendee);
            references.extend(used.map(|used| (scope.to_owned(), used.clone())));
        }
    };
    fields(&file.extension, file.package());
    each_message(file, &mut |message, name| {
        fields(&message.field, name);
        fields(&message.extension, name);
    });
    for method in file.service.iter().flat_map(|service| &service.method) {
        for used in [method.input_type(), method.output_type()] {
            references.push((file.package().to_owned(), used.to_owned()));
        }
    }
    references
}

fn each_message(file: &FileDescriptorProto, see: &mut dyn FnMut(&DescriptorProto, &str)) {
    fn within(
        messages: &[DescriptorProto],
        scope: &str,
        see: &mut dyn FnMut(&DescriptorProto, &str),
    ) {
        for message in messages {
            let name = join(scope, message.name());
            see(message, &name);
            within(&message.nested_type, &name, see);
        }
    }
    within(&file.message_type, file.package(), see);
}

/// The file of a type: absolute names begin with a dot, others are looked for from the innermost scope outwards.
fn resolve<'a>(home: &'a BTreeMap<String, String>, scope: &str, name: &str) -> Option<&'a String> {
    if let Some(absolute) = name.strip_prefix('.') {
        return home.get(absolute);
    }
    let mut scope = Some(scope);
    while let Some(at) = scope {
        if let Some(file) = home.get(&join(at, name)) {
            return Some(file);
        }
        scope = at.rsplit_once('.').map(|(outer, _)| outer);
    }
    home.get(name)
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}
