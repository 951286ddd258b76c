//! Finds descriptors for one stream of reflection questions.
//! Components may have different files of the same name. A name that a served method or service has means that one;
//! any other is looked for first where the stream's last symbol was found, then in the components' order, newest
//! version first. So a client that asks for a symbol and then for the imports of its file gets files that fit.
//! A file comes first and all that it imports after it, as it was loaded: with comments and extension options.

use std::collections::{BTreeSet, HashSet};

use prost_reflect::{DescriptorPool, FileDescriptor};

use crate::schema::Schema;
use crate::services::Hidden;

/// What is asked; names are full names without a leading dot.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question<'a> {
    /// Which services there are.
    Services,
    /// A file, by the name that imports use.
    File(&'a str),
    /// The file of a service, method, message, field, oneof, enum, enum value or extension.
    Symbol(&'a str),
    /// The file of the extension of that message with that number.
    Extension { message: &'a str, number: i32 },
    /// The numbers of all extensions of that message.
    Extensions(&'a str),
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Full names, in alphabetical order.
    Services(Vec<String>),
    /// Encoded `google.protobuf.FileDescriptorProto`s: the file asked for, then its imports.
    Files(Vec<Vec<u8>>),
    /// In ascending order, each once.
    Extensions { message: String, numbers: Vec<i32> },
}

/// Why there's no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// No component has it.
    #[error("no component has the {kind} {name}")]
    NotFound { kind: &'static str, name: String },
    /// The request has no question, or one that this version of the protocol doesn't know.
    #[error("the request asks nothing that this server knows")]
    NothingAsked,
}

/// What one stream remembers of its questions.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// Where the last symbol or extension was found. A schema that is loaded meanwhile doesn't change it.
    last: Option<DescriptorPool>,
    /// What is as if it weren't there: services, and every file of their package.
    hidden: Option<Hidden>,
}

impl Lookup {
    pub(super) fn new(hidden: Option<Hidden>) -> Self {
        Self { last: None, hidden }
    }

    pub(super) fn answer(
        &mut self,
        schema: &Schema,
        question: Question<'_>,
    ) -> Result<Answer, Refusal> {
        match question {
            Question::Services => {
                let names = schema.services().map(|(name, _)| name);
                let names = names.filter(|name| !self.hides(name));
                Ok(Answer::Services(names.map(str::to_owned).collect()))
            }
            Question::File(name) => {
                let file = self.find(schema, |pool| pool.get_file_by_name(name));
                let file = file.filter(|file| !self.hides(file.package_name()));
                let file = file.ok_or_else(|| not_found("file", name))?;
                Ok(Answer::Files(with_imports(file)))
            }
            Question::Symbol(name) => {
                let file =
                    served(schema, name).or_else(|| self.find(schema, |pool| file_of(pool, name)));
                self.remember(file, || not_found("symbol", name))
            }
            Question::Extension { message, number } => {
                let file = u32::try_from(number).ok().and_then(|number| {
                    self.find(schema, |pool| {
                        let message = pool.get_message_by_name(message)?;
                        Some(message.get_extension(number)?.parent_file())
                    })
                });
                self.remember(file, || {
                    not_found("extension", &format!("{number} of {message}"))
                })
            }
            Question::Extensions(message) if self.hides(message) => {
                Err(not_found("message", message))
            }
            Question::Extensions(message) => extensions(schema, message),
        }
    }

    fn hides(&self, name: &str) -> bool {
        self.hidden.is_some_and(|hidden| hidden.hides(name))
    }

    fn find(
        &self,
        schema: &Schema,
        file: impl Fn(&DescriptorPool) -> Option<FileDescriptor>,
    ) -> Option<FileDescriptor> {
        self.last.iter().chain(pools(schema)).find_map(file)
    }

    fn remember(
        &mut self,
        file: Option<FileDescriptor>,
        refusal: impl FnOnce() -> Refusal,
    ) -> Result<Answer, Refusal> {
        let file = file.filter(|file| !self.hides(file.package_name()));
        let file = file.ok_or_else(refusal)?;
        self.last = Some(file.parent_pool().clone());
        Ok(Answer::Files(with_imports(file)))
    }
}

fn not_found(kind: &'static str, name: &str) -> Refusal {
    let name = name.to_owned();
    Refusal::NotFound { kind, name }
}

fn pools(schema: &Schema) -> impl Iterator<Item = &DescriptorPool> {
    let versions = schema.sources().iter().flat_map(|source| &source.versions);
    versions.map(|version| &version.pool)
}

/// The file of a service or method that can be called.
fn served(schema: &Schema, name: &str) -> Option<FileDescriptor> {
    if let Some(service) = schema.service(name) {
        return Some(service.descriptor.parent_file());
    }
    let (service, method) = name.rsplit_once('.')?;
    let method = schema.method(&format!("{service}/{method}"))?;
    Some(method.descriptor.parent_file())
}

fn file_of(pool: &DescriptorPool, name: &str) -> Option<FileDescriptor> {
    let whole = pool
        .get_message_by_name(name)
        .map(|message| message.parent_file())
        .or_else(|| Some(pool.get_enum_by_name(name)?.parent_file()))
        .or_else(|| Some(pool.get_service_by_name(name)?.parent_file()))
        .or_else(|| Some(pool.get_extension_by_name(name)?.parent_file()));
    whole.or_else(|| file_of_part(pool, name))
}

/// Of what only its parent can find: a method, a field, a oneof, or an enum value, which stands beside its enum.
fn file_of_part(pool: &DescriptorPool, name: &str) -> Option<FileDescriptor> {
    if let Some((parent, part)) = name.rsplit_once('.') {
        if let Some(service) = pool.get_service_by_name(parent) {
            let mut methods = service.methods();
            return methods
                .any(|method| method.name() == part)
                .then(|| service.parent_file());
        }
        if let Some(message) = pool.get_message_by_name(parent)
            && (message.get_field_by_name(part).is_some()
                || message.oneofs().any(|oneof| oneof.name() == part))
        {
            return Some(message.parent_file());
        }
    }
    let has_value = |values: &prost_reflect::EnumDescriptor| {
        values.values().any(|value| value.full_name() == name)
    };
    Some(pool.all_enums().find(has_value)?.parent_file())
}

fn extensions(schema: &Schema, name: &str) -> Result<Answer, Refusal> {
    let messages = pools(schema).filter_map(|pool| pool.get_message_by_name(name));
    let mut messages = messages.peekable();
    if messages.peek().is_none() {
        return Err(not_found("message", name));
    }
    let numbers: BTreeSet<_> = messages
        .flat_map(|message| message.extensions().map(|e| e.number()).collect::<Vec<_>>())
        .filter_map(|number| i32::try_from(number).ok())
        .collect();
    Ok(Answer::Extensions {
        message: name.to_owned(),
        numbers: numbers.into_iter().collect(),
    })
}

/// The file, then everything that it imports, directly or not, each once.
fn with_imports(file: FileDescriptor) -> Vec<Vec<u8>> {
    let mut seen = HashSet::from([file.name().to_owned()]);
    let mut files = vec![file];
    let mut next = 0;
    while let Some(file) = files.get(next).cloned() {
        next += 1;
        files.extend(
            file.dependencies()
                .filter(|import| seen.insert(import.name().to_owned())),
        );
    }
    files.iter().map(FileDescriptor::encode_to_vec).collect()
}
