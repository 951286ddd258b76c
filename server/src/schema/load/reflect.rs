//! Descriptors by server reflection: v1, and v1alpha where v1 isn't known. The two differ in their name only.
//! A call for each question, one message in it, which every implementation answers, also through proxies that
//! don't carry streams both ways. Imports that a replica doesn't send along are asked for by name.
//! What a replica says is bounded, since it is another program. Source: grpc/reflection/v1/reflection.proto.

use std::collections::{BTreeMap, BTreeSet};

use http::uri::PathAndQuery;
use prost::Message as _;
use prost_reflect::DescriptorPool;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use tonic::body::Body;
use tonic::client::{Grpc, GrpcService};
use tonic::codegen::{Bytes, StdError, tokio_stream};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use super::{LoadError, Loaded, is_common, mend};

const V1: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const V1_ALPHA: &str = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
/// More files than any schema known has, imports included.
const MAX_FILES: usize = 4096;
/// All files together, in bytes.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// One answer, in bytes; one with all imports can be longer than gRPC's usual 4 MiB.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Reads what a replica serves; `service` reaches it.
pub async fn read<S>(service: S) -> Result<Loaded, LoadError>
where
    S: GrpcService<Body> + Clone,
    S::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <S::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    let mut reader = Reader {
        service,
        path: PathAndQuery::from_static(V1),
        files: BTreeMap::new(),
        bytes: 0,
    };
    let names = match reader.list().await {
        Err(status) if status.code() == Code::Unimplemented => {
            reader.path = PathAndQuery::from_static(V1_ALPHA);
            reader.list().await
        }
        listed => listed,
    };
    let mut services = names.map_err(|status| refused(&status))?;
    services.retain(|name| !is_common(name));
    if services.is_empty() {
        return Err(LoadError::Empty);
    }
    for service in &services {
        reader
            .add(MessageRequest::FileContainingSymbol(service.clone()))
            .await?;
    }
    while let Some(missing) = reader.missing() {
        reader
            .add(MessageRequest::FileByFilename(missing.clone()))
            .await?;
        if !reader.files.contains_key(&missing) {
            return Err(LoadError::Reflection(format!(
                "no file {missing}, which others import"
            )));
        }
    }
    let pool = DescriptorPool::decode(reader.set().as_slice());
    // What is wrong with the files as they came says more than what is wrong with the mended ones.
    let pool = pool.or_else(|error| reader.mended().ok_or(error))?;
    Ok(Loaded { pool, services })
}

struct Reader<S> {
    service: S,
    path: PathAndQuery,
    /// By name, as they came.
    files: BTreeMap<String, File>,
    bytes: usize,
}

struct File {
    bytes: Vec<u8>,
    imports: Vec<String>,
}

impl<S> Reader<S>
where
    S: GrpcService<Body> + Clone,
    S::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <S::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    async fn ask(&self, question: MessageRequest) -> Result<MessageResponse, Status> {
        let mut client =
            Grpc::new(self.service.clone()).max_decoding_message_size(MAX_ANSWER_BYTES);
        let ready = client.ready().await;
        ready.map_err(|error| Status::unavailable(error.into().to_string()))?;
        let question = ServerReflectionRequest {
            message_request: Some(question),
            ..ServerReflectionRequest::default()
        };
        let questions = Request::new(tokio_stream::once(question));
        let codec = ProstCodec::<ServerReflectionRequest, ServerReflectionResponse>::default();
        let answers = client
            .streaming(questions, self.path.clone(), codec)
            .await?;
        let answer = answers.into_inner().message().await?;
        let answer = answer.and_then(|answer| answer.message_response);
        answer.ok_or_else(|| Status::unknown("no answer"))
    }

    async fn list(&self) -> Result<Vec<String>, Status> {
        match self
            .ask(MessageRequest::ListServices(String::new()))
            .await?
        {
            MessageResponse::ListServicesResponse(list) => Ok(list
                .service
                .into_iter()
                .map(|service| service.name)
                .collect()),
            MessageResponse::ErrorResponse(error) => Err(Status::new(
                Code::from_i32(error.error_code),
                error.error_message,
            )),
            _ => Err(Status::unknown("another answer than to ListServices")),
        }
    }

    /// Keeps the files of an answer.
    async fn add(&mut self, question: MessageRequest) -> Result<(), LoadError> {
        let files = match self
            .ask(question)
            .await
            .map_err(|status| refused(&status))?
        {
            MessageResponse::FileDescriptorResponse(files) => files.file_descriptor_proto,
            MessageResponse::ErrorResponse(error) => {
                return Err(LoadError::Reflection(error.error_message));
            }
            _ => {
                return Err(LoadError::Reflection(
                    "another answer than to the question".to_owned(),
                ));
            }
        };
        for bytes in files {
            let file = FileDescriptorProto::decode(bytes.as_slice());
            let mut file = file.map_err(|error| LoadError::Reflection(error.to_string()))?;
            let name = file.name.take().unwrap_or_default();
            if self.files.contains_key(&name) {
                continue;
            }
            self.bytes += bytes.len();
            let imports = file.dependency;
            self.files.insert(name, File { bytes, imports });
            if self.files.len() > MAX_FILES {
                return Err(LoadError::TooMuch {
                    what: "files",
                    limit: MAX_FILES,
                });
            }
            if self.bytes > MAX_BYTES {
                return Err(LoadError::TooMuch {
                    what: "bytes",
                    limit: MAX_BYTES,
                });
            }
        }
        Ok(())
    }

    /// An import that hasn't come yet.
    fn missing(&self) -> Option<String> {
        let imports = self.files.values().flat_map(|file| &file.imports);
        imports
            .into_iter()
            .find(|name| !self.files.contains_key(*name))
            .cloned()
    }

    /// All files, mended; None if they still don't fit together.
    fn mended(&self) -> Option<DescriptorPool> {
        let files = self.files.values();
        let files = files.map(|file| FileDescriptorProto::decode(file.bytes.as_slice()));
        let file = mend::files(files.collect::<Result<_, _>>().ok()?);
        DescriptorPool::from_file_descriptor_set(FileDescriptorSet { file }).ok()
    }

    /// All files as an encoded `FileDescriptorSet`, imports first. Not decoded and encoded again, which would lose
    /// the options that only extensions describe.
    fn set(&self) -> Vec<u8> {
        let mut set = Vec::with_capacity(self.bytes + self.files.len() * 6);
        let mut done = BTreeSet::new();
        for name in self.files.keys() {
            self.write(name, &mut done, &mut set);
        }
        set
    }

    fn write<'a>(&'a self, name: &'a str, done: &mut BTreeSet<&'a str>, set: &mut Vec<u8>) {
        let Some(file) = self.files.get(name).filter(|_| done.insert(name)) else {
            return;
        };
        for import in &file.imports {
            self.write(import, done, set);
        }
        prost::encoding::bytes::encode(1, &file.bytes, set);
    }
}

fn refused(status: &Status) -> LoadError {
    let code = status.code();
    LoadError::Reflection(match (code, status.message()) {
        (Code::Unimplemented, _) => {
            "it isn't served (give --protos or --descriptor-set instead)".to_owned()
        }
        (_, "") => code.to_string(),
        (_, message) => message.to_owned(),
    })
}
