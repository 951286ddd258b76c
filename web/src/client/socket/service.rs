//! The tower seam: requests and answers in the types of HTTP, as a generated client has them.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use send_wrapper::SendWrapper;
use tonic::codegen::Service;
use tonic::codegen::http::{HeaderMap, Request, Response};
use wire::socket::Answer;

use super::hearing::Hearing;
use super::speech::{Interrupted, Saying};
use super::{SocketTransport, Tap};
use crate::client::transport::block_map;
use crate::model::record::Lines;

impl<B> Service<Request<B>> for SocketTransport
where
    B: Body<Data = Bytes> + Unpin + 'static,
{
    type Response = Response<SocketBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (head, body) = request.into_parts();
        let tap = (*self.tap).clone().unwrap_or_else(|| Tap::socket(0));
        let metadata = metadata(&head.headers);
        let hearing = self.begin(head.uri.path(), metadata, Said(body), tap);
        Box::pin(async move { Ok(answer(hearing).await) })
    }
}

/// The body of a request.
struct Said<B>(B);

impl<B: Body<Data = Bytes> + Unpin + 'static> Saying for Said<B> {
    fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Interrupted>>> {
        loop {
            let frame = match Pin::new(&mut self.0).poll_frame(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(frame) => frame,
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
                // A request has no trailers.
                Some(Ok(Err(_))) => {}
                Some(Err(_)) => return Poll::Ready(Some(Err(Interrupted))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Frames of an answer, then its trailers. Dropping it before its end gives the call up.
pub struct SocketBody {
    // A browser has one thread; the wrapper panics if that ever changes.
    hearing: SendWrapper<Hearing>,
    /// Trailers that came in the place of a head.
    trailers: Option<HeaderMap>,
}

/// Waits for the head of an answer. One that ends without a head has only trailers.
async fn answer(mut hearing: Hearing) -> Response<SocketBody> {
    let part = poll_fn(|cx| hearing.poll_part(cx)).await;
    let (headers, trailers) = match part {
        Some(Answer::Headers(block)) => (block_map(&block), None),
        Some(Answer::Trailers(block)) => (HeaderMap::new(), Some(block_map(&block))),
        // An answer begins with one or the other.
        Some(Answer::Frame(_)) | None => (HeaderMap::new(), None),
    };
    let mut response = Response::new(SocketBody {
        hearing: SendWrapper::new(hearing),
        trailers,
    });
    *response.headers_mut() = headers;
    response
}

impl Body for SocketBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(trailers) = self.trailers.take() {
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        self.hearing.poll_part(cx).map(|part| {
            Some(Ok(match part? {
                Answer::Frame(frame) => Frame::data(frame.encode()),
                Answer::Trailers(block) | Answer::Headers(block) => {
                    Frame::trailers(block_map(&block))
                }
            }))
        })
    }
}

/// Returns what of the headers is a call's metadata: `te` and `user-agent` aren't a page's to say.
fn metadata(headers: &HeaderMap) -> Lines {
    let is_own = |name: &str| matches!(name, "te" | "user-agent" | "content-type" | "x-grpc-web");
    let passed = headers.iter().filter(|(name, _)| !is_own(name.as_str()));
    passed
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect()
}
