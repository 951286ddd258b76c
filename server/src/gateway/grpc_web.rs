//! gRPC-Web ⇄ gRPC, in one place: everything inside speaks plain gRPC. The bytes are `wire`'s.
//! Request: base64 is undone in text mode, the head becomes gRPC's; frames pass as they come, unread.
//! Answer: frames pass as they are, and the trailers become one trailer frame behind them; text mode is put around both.
//! That an answer ends in trailers with a status, whatever happens, is `settle`'s promise; it must stand inside.
//! Source: gRPC PROTOCOL-WEB.md.

use std::task::{Context, Poll};

use http::header::{self, Entry};
use http::{HeaderMap, HeaderValue};
use tonic::body::Body;
use tower::Service;
use wire::content_type::Dialect;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::{Request, Response, ToStatus};
use answer::Answer;
use text::Text;

mod accept;
mod answer;
mod text;

/// Translates gRPC-Web calls for `inner`; hands the rest on as it is.
#[derive(Clone, Debug)]
pub struct Translate<S> {
    to_status: ToStatus,
    inner: S,
}

impl<S> Translate<S> {
    /// Translates in front of `inner`, whose answers must be settled.
    pub fn new(to_status: ToStatus, inner: S) -> Self {
        Self { to_status, inner }
    }
}

impl<S> Service<Request> for Translate<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let asked = match request.extensions().get::<Call>().map(|call| call.dialect) {
            None | Some(Dialect::Grpc | Dialect::Json) => {
                return Box::pin(self.inner.call(request));
            }
            Some(dialect) => dialect,
        };
        let given = accept::choose(request.headers(), asked);
        let (mut head, mut body) = request.into_parts();
        to_grpc(&mut head.headers);
        if asked == Dialect::GrpcWebText {
            body = Body::new(Text::new(body, self.to_status));
        }
        let response = self.inner.call(Request::from_parts(head, body));
        Box::pin(async move {
            let (mut head, body) = response.await?.into_parts();
            let content_type = HeaderValue::from_static(given.content_type());
            head.headers.insert(header::CONTENT_TYPE, content_type);
            // It can't be right any more: the trailer frame is added.
            head.headers.remove(header::CONTENT_LENGTH);
            let body = Body::new(Answer::new(body, given));
            Ok(Response::from_parts(head, body))
        })
    }
}

/// Makes a request's head that of a gRPC call. Metadata and `grpc-timeout` stay.
fn to_grpc(headers: &mut HeaderMap) {
    let content_type = HeaderValue::from_static(Dialect::Grpc.content_type());
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    // Base64 makes it wrong, and gRPC's frames have their own lengths.
    headers.remove(header::CONTENT_LENGTH);
    split_binary(headers);
}

/// Undoes what fetch does to repeated headers: it joins them with commas. Readers of gRPC take a `-bin` value for one
/// piece of base64, so those are split again; other values may hold commas of their own.
fn split_binary(headers: &mut HeaderMap) {
    let is_joined = |value: &HeaderValue| value.as_bytes().contains(&b',');
    let is_binary = |name: &header::HeaderName| name.as_str().ends_with("-bin");
    let joined = headers.iter().filter(|(_, value)| is_joined(value));
    let names: Vec<_> = joined
        .map(|(name, _)| name)
        .filter(|name| is_binary(name))
        .cloned()
        .collect();
    for name in names {
        let Entry::Occupied(entry) = headers.entry(&name) else {
            continue;
        };
        let (_, values) = entry.remove_entry_mult();
        let values: Vec<_> = values.collect();
        let parts = values.iter().flat_map(|value| {
            let parts = value.as_bytes().split(|byte| *byte == b',');
            // A part of a legal value is legal.
            parts.filter_map(|part| HeaderValue::from_bytes(part.trim_ascii()).ok())
        });
        for part in parts {
            headers.append(name.clone(), part);
        }
    }
}

#[cfg(test)]
mod tests;
