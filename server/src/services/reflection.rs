//! Server reflection, merged over all components, so that one address describes everything that can be called.
//! Every answer is of the schema of that moment; a component that comes later needs no new server.
//! `lookup` answers in its own words, and the two versions of the protocol, v1 and v1alpha, only reword: their types
//! have the same shape and different names. What isn't found is told within the stream, which goes on.
//! Source: grpc/reflection/v1/reflection.proto.

use std::sync::Arc;

use tonic::codegen::BoxStream;
use tonic::codegen::tokio_stream::StreamExt as _;
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_reflection::pb::v1::server_reflection_server::ServerReflectionServer as ServerV1;
use tonic_reflection::pb::v1alpha::server_reflection_server::ServerReflectionServer as ServerV1Alpha;

use crate::schema::Schema;
use lookup::{Answer, Lookup, Question, Refusal};

mod lookup;

/// Tells the schema of this moment.
pub type CurrentSchema = Arc<dyn Fn() -> Arc<Schema> + Send + Sync>;

/// Handles both versions of the protocol; clones tell the same.
#[derive(Clone)]
pub struct Reflection {
    schema: CurrentSchema,
}

impl Reflection {
    /// Tells what `schema` has when a question comes.
    pub fn new(schema: CurrentSchema) -> Self {
        Self { schema }
    }
}

/// The handlers of both versions.
pub fn servers(schema: CurrentSchema) -> (ServerV1<Reflection>, ServerV1Alpha<Reflection>) {
    let reflection = Reflection::new(schema);
    (
        ServerV1::new(reflection.clone()),
        ServerV1Alpha::new(reflection),
    )
}

fn code(refusal: &Refusal) -> i32 {
    match refusal {
        Refusal::NotFound { .. } => Code::NotFound as i32,
        Refusal::NothingAsked => Code::InvalidArgument as i32,
    }
}

/// One version: rewords its questions and the answers to them.
macro_rules! version {
    ($version:ident) => {
        mod $version {
            use tonic_reflection::pb::$version as pb;

            use super::*;
            use pb::server_reflection_request::MessageRequest;
            use pb::server_reflection_response::MessageResponse;

            #[tonic::async_trait]
            impl pb::server_reflection_server::ServerReflection for Reflection {
                type ServerReflectionInfoStream = BoxStream<pb::ServerReflectionResponse>;

                async fn server_reflection_info(
                    &self,
                    requests: Request<Streaming<pb::ServerReflectionRequest>>,
                ) -> Result<Response<Self::ServerReflectionInfoStream>, Status> {
                    let schema = Arc::clone(&self.schema);
                    let mut lookup = Lookup::new(requests.extensions().get().copied());
                    let answers = requests.into_inner().map(move |request| {
                        let request = request?;
                        let answer = match &request.message_request {
                            Some(asked) => lookup.answer(&schema(), question(asked)),
                            None => Err(Refusal::NothingAsked),
                        };
                        Ok(pb::ServerReflectionResponse {
                            valid_host: request.host.clone(),
                            message_response: Some(answer.map_or_else(refused, response)),
                            original_request: Some(request),
                        })
                    });
                    Ok(Response::new(Box::pin(answers)))
                }
            }

            fn question(asked: &MessageRequest) -> Question<'_> {
                match asked {
                    MessageRequest::ListServices(_) => Question::Services,
                    MessageRequest::FileByFilename(name) => Question::File(name),
                    MessageRequest::FileContainingSymbol(name) => Question::Symbol(name),
                    MessageRequest::FileContainingExtension(asked) => Question::Extension {
                        message: &asked.containing_type,
                        number: asked.extension_number,
                    },
                    MessageRequest::AllExtensionNumbersOfType(message) => {
                        Question::Extensions(message)
                    }
                }
            }

            fn response(answer: Answer) -> MessageResponse {
                match answer {
                    Answer::Services(names) => {
                        let service = names.into_iter().map(|name| pb::ServiceResponse { name });
                        MessageResponse::ListServicesResponse(pb::ListServiceResponse {
                            service: service.collect(),
                        })
                    }
                    Answer::Files(file_descriptor_proto) => {
                        MessageResponse::FileDescriptorResponse(pb::FileDescriptorResponse {
                            file_descriptor_proto,
                        })
                    }
                    Answer::Extensions { message, numbers } => {
                        MessageResponse::AllExtensionNumbersResponse(pb::ExtensionNumberResponse {
                            base_type_name: message,
                            extension_number: numbers,
                        })
                    }
                }
            }

            fn refused(refusal: Refusal) -> MessageResponse {
                MessageResponse::ErrorResponse(pb::ErrorResponse {
                    error_code: code(&refusal),
                    error_message: refusal.to_string(),
                })
            }
        }
    };
}

version!(v1);
version!(v1alpha);

#[cfg(test)]
mod tests;
