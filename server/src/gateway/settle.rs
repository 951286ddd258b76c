//! Every call ends in exactly one status, and gRPC-Web's is always in the body.
//! Tonic answers early errors with the status in the head ("trailers-only"), where a page without the right CORS
//! exposure can't read it; here that head becomes trailers, and the translation around makes them a trailer frame.
//! A body that fails or ends without a status gets one. The outcome is noted for the trace, and with its cause for
//! the translation into JSON, where HTTP's status says more than the code.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, response};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;
use tower::Service;
use wire::code::Code;
use wire::content_type::Dialect;
use wire::frame::PrefixScanner;
use wire::percent;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::{GatewayError, Request, Response, ToStatus};
use crate::schema::OWN_COMPONENT;

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// What stays in the head when a trailers-only answer becomes a body: these describe the body, not the outcome.
const HEAD_ONLY: [&str; 4] = [
    "content-length",
    "content-type",
    "grpc-accept-encoding",
    "grpc-encoding",
];

/// How a call ended; empty until it has. Clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Outcome(Arc<Ended>);

#[derive(Debug, Default)]
struct Ended {
    /// The code of the status.
    told: OnceLock<Code>,
    /// The code that the caller gets instead, of an answer that was no good.
    overruled: OnceLock<Code>,
    /// The error of the gateway behind it.
    cause: OnceLock<GatewayError>,
    /// What the caller was told of a failure.
    message: OnceLock<Box<str>>,
    /// Messages of the request and of the answer; of no meaning where both sides send one.
    received: AtomicU32,
    sent: AtomicU32,
}

impl Outcome {
    /// The code that was sent, or None while none was.
    pub fn code(&self) -> Option<Code> {
        let Ended {
            told, overruled, ..
        } = &*self.0;
        overruled.get().or_else(|| told.get()).copied()
    }

    /// Why it failed, where that was the gateway's finding and not the component's word. The first one counts.
    pub(super) fn cause(&self) -> Option<&GatewayError> {
        self.0.cause.get()
    }

    /// What the caller was told of a failure; None if nothing, or if there was none.
    pub(super) fn message(&self) -> Option<&str> {
        self.0.message.get().map(AsRef::as_ref)
    }

    /// Messages of a stream's request that have passed.
    pub(super) fn received(&self) -> u32 {
        self.0.received.load(Ordering::Relaxed)
    }

    /// The same of its answer.
    pub(super) fn sent(&self) -> u32 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Notes how many messages of the request have come.
    pub(super) fn has_received(&self, messages: u64) {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        self.0.received.store(messages, Ordering::Relaxed);
    }

    /// Notes how many messages of the answer have come.
    fn has_sent(&self, messages: u64) {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        self.0.sent.store(messages, Ordering::Relaxed);
    }

    /// Notes what will make the call fail.
    pub(super) fn fails_by(&self, cause: &GatewayError) {
        self.0.cause.get_or_init(|| cause.clone());
    }

    /// Notes that the translation outside can't pass the answer on, whatever its status says.
    pub(super) fn overrule(&self, code: Code, cause: &GatewayError) {
        self.0.overruled.get_or_init(|| code);
        self.fails_by(cause);
    }

    /// Notes the status in `trailers`; false if there is none. The first one counts.
    fn note(&self, trailers: &HeaderMap) -> bool {
        let Some(value) = trailers.get(GRPC_STATUS) else {
            return false;
        };
        let code = value
            .to_str()
            .ok()
            .and_then(Code::parse)
            .unwrap_or(Code::Unknown);
        self.0.told.get_or_init(|| code);
        if let Some(message) = trailers.get(GRPC_MESSAGE).filter(|_| code != Code::Ok) {
            let told = || percent::decode(&String::from_utf8_lossy(message.as_bytes())).into();
            self.0.message.get_or_init(told);
        }
        true
    }
}

/// Settles calls; plain HTTP passes.
#[derive(Clone, Debug)]
pub struct Settle<S> {
    to_status: ToStatus,
    inner: S,
}

impl<S> Settle<S> {
    /// Settles what `inner` answers.
    pub fn new(to_status: ToStatus, inner: S) -> Self {
        Self { to_status, inner }
    }
}

impl<S> Service<Request> for Settle<S>
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
        let call = request.extensions().get::<Call>();
        let method = call.and_then(|call| call.method.as_ref());
        let component = method.map(|method| Arc::clone(&method.component));
        let is_stream = method.is_some_and(|method| method.is_stream());
        let dialect = call.map(|call| call.dialect);
        let outcome = request
            .extensions()
            .get::<Outcome>()
            .cloned()
            .unwrap_or_default();
        let to_status = self.to_status;
        let response = self.inner.call(request);
        Box::pin(async move {
            let response = response.await?;
            let Some(dialect) = dialect else {
                return Ok(response);
            };
            let (mut head, body) = response.into_parts();
            let body = if !outcome.note(&head.headers) {
                Body::new(SettledBody {
                    inner: Some(body),
                    // Counts; bounds nothing, since that is the reader's to do.
                    counting: is_stream.then(|| PrefixScanner::new(u32::MAX)),
                    component,
                    outcome,
                    to_status,
                })
            } else if dialect == Dialect::Grpc {
                body
            } else {
                Body::new(StatusOnly(Some(take_trailers(&mut head))))
            };
            Ok(Response::from_parts(head, body))
        })
    }
}

/// Moves the outcome out of a trailers-only head.
fn take_trailers(head: &mut response::Parts) -> HeaderMap {
    let mut trailers = std::mem::take(&mut head.headers);
    for name in HEAD_ONLY {
        if let Some(value) = trailers.remove(name) {
            head.headers.insert(name, value);
        }
    }
    trailers
}

/// A body that is nothing but trailers.
struct StatusOnly(Option<HeaderMap>);

impl http_body::Body for StatusOnly {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Poll::Ready(self.0.take().map(|trailers| Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }
}

/// A body that can't end without a status.
struct SettledBody {
    /// None once the status has been sent.
    inner: Option<Body>,
    /// Where there may be many messages.
    counting: Option<PrefixScanner>,
    /// Whose answer it is; None if nobody serves the method.
    component: Option<Arc<str>>,
    outcome: Outcome,
    to_status: ToStatus,
}

impl SettledBody {
    fn count(&mut self, frame: &Frame<Bytes>) {
        if let (Some(counting), Some(bytes)) = (&mut self.counting, frame.data_ref()) {
            // Can't fail: no length is over the bound.
            let _ = counting.scan(bytes);
            self.outcome.has_sent(counting.frames());
        }
    }

    /// The status that the answer lacks.
    fn missing(&mut self) -> Status {
        let component = self.component.take();
        let component = component.unwrap_or_else(|| OWN_COMPONENT.into());
        (self.to_status)(&GatewayError::NoStatus { component })
    }
}

impl http_body::Body for SettledBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else {
            return Poll::Ready(None);
        };
        let mut trailers = HeaderMap::new();
        let status = match std::task::ready!(Pin::new(inner).poll_frame(cx)) {
            Some(Ok(frame)) => match frame.into_trailers() {
                Ok(own) if this.outcome.note(&own) => {
                    this.inner = None;
                    return Poll::Ready(Some(Ok(Frame::trailers(own))));
                }
                Ok(own) => {
                    trailers = own;
                    this.missing()
                }
                Err(data) => {
                    this.count(&data);
                    return Poll::Ready(Some(Ok(data)));
                }
            },
            Some(Err(status)) => status,
            None => this.missing(),
        };
        this.inner = None;
        if let Some(cause) = GatewayError::behind(&status) {
            this.outcome.fails_by(cause);
        }
        let added = status.add_header(&mut trailers);
        this.outcome.note(&trailers);
        Poll::Ready(Some(added.map(|()| Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none()
    }
}
