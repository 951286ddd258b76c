//! One request to the collector, by either protocol, over one client of HTTP; and what its answer means.
//! TLS is rustls', with the certificates that the system trusts, or those that were given. Redirects aren't followed: a
//! collector is configured. There are no HTTP/2 pings, which gRPC servers resent (gRPC proposal A8).
//! Source: OTLP 1.10, "Failures" of OTLP/gRPC and OTLP/HTTP.

use std::error::Error;
use std::fmt;
use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Collected, Full, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::TokioExecutor;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tonic::Code;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;

use super::counts::Reason;
use super::{Config, Protocol};
use encoded::Encoded;

mod encoded;

/// Of an answer, in bytes: it says how many spans were refused, and why.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Of what a collector says of a failure: enough for a line of the log.
const MAX_CAUSE_CHARS: usize = 200;
const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("gangplank/", env!("CARGO_PKG_VERSION")));

/// The method of OTLP by gRPC.
const EXPORT: PathAndQuery =
    PathAndQuery::from_static("/opentelemetry.proto.collector.trace.v1.TraceService/Export");

type Http = Client<HttpsConnector<HttpConnector>, Body>;

/// Why nothing can be sent, whatever the collector says.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// None of them can be read.
    #[error("the system's certificates can't be read: {0}")]
    SystemCertificates(std::io::Error),
    /// What was given isn't PEM, or holds no certificate.
    #[error("there is no certificate in it")]
    NoCertificate,
    /// The provider of cryptography doesn't fit.
    #[error("TLS can't be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Sends to one collector.
pub(super) struct Sender {
    endpoint: Uri,
    protocol: Protocol,
    headers: HeaderMap,
    is_compressed: bool,
    connector: HttpsConnector<HttpConnector>,
    client: Http,
}

/// Why a batch wasn't taken.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) reason: Reason,
    /// What a person should read.
    pub(super) cause: String,
    /// True if the same batch may be taken later.
    pub(super) is_passing: bool,
    /// Not before that, the collector said.
    pub(super) after: Option<Duration>,
}

impl Failure {
    pub(super) fn passing(reason: Reason, cause: String) -> Self {
        Self {
            reason,
            cause,
            is_passing: true,
            after: None,
        }
    }
}

impl Sender {
    pub(super) fn new(config: &Config) -> Result<Self, SenderError> {
        let connector = connector(config)?;
        let mut headers = config.headers.clone();
        headers.entry(header::USER_AGENT).or_insert(AGENT);
        Ok(Self {
            endpoint: config.endpoint.clone(),
            protocol: config.protocol,
            headers,
            is_compressed: config.is_compressed,
            client: client(&connector, config.protocol),
            connector,
        })
    }

    /// Sends an `ExportTraceServiceRequest`. Tells how many spans the collector didn't want.
    pub(super) async fn send(&self, message: Bytes) -> Result<usize, Failure> {
        let answer = match self.protocol {
            Protocol::Grpc => self.call(message).await?,
            Protocol::Http => self.post(message).await?,
        };
        let refused = answer.partial_success.unwrap_or_default().rejected_spans;
        Ok(usize::try_from(refused).unwrap_or(0))
    }

    /// Goes on with a new connection.
    pub(super) fn hang_up(&mut self) {
        self.client = client(&self.connector, self.protocol);
    }

    async fn call(&self, message: Bytes) -> Result<ExportTraceServiceResponse, Failure> {
        let mut client = Grpc::with_origin(self.client.clone(), self.endpoint.clone())
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        if self.is_compressed {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        let mut request = tonic::Request::new(message);
        *request.metadata_mut() = MetadataMap::from_headers(self.headers.clone());
        let answer = match client.ready().await {
            Ok(()) => client.unary(request, EXPORT, Encoded::default()).await,
            Err(error) => return Err(unreachable(&error)),
        };
        answer.map(tonic::Response::into_inner).map_err(|status| {
            // A connection that fails has no status of its own; what tonic makes of it hides the cause.
            let failed = status.source().and_then(client_error);
            failed.map_or_else(|| refused(&status), unreachable)
        })
    }

    async fn post(&self, mut body: Bytes) -> Result<ExportTraceServiceResponse, Failure> {
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(header::CONTENT_TYPE, PROTOBUF);
        if self.is_compressed {
            body = compressed(&body).into();
            request.headers_mut().insert(header::CONTENT_ENCODING, GZIP);
        }
        let request = request.map(|()| Body::new(Full::new(body)));
        let answer = self.client.request(request).await;
        let (head, body) = answer.map_err(|error| unreachable(&error))?.into_parts();
        if !head.status.is_success() {
            return Err(turned_away(head.status, &head.headers));
        }
        // The answer is read to its end, so that the connection can be used again; what it holds is only a remark.
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
        let body = body.map(Collected::to_bytes).unwrap_or_default();
        Ok(ExportTraceServiceResponse::decode(body).unwrap_or_default())
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint.fmt(f)
    }
}

fn connector(config: &Config) -> Result<HttpsConnector<HttpConnector>, SenderError> {
    let provider = rustls::crypto::ring::default_provider();
    let tls = ClientConfig::builder_with_provider(provider.into());
    let tls = tls.with_safe_default_protocol_versions()?;
    let tls = match &config.trusted {
        Some(pem) => tls.with_root_certificates(trusted(pem)?),
        // Reading the system's takes a while, and memory.
        None if config.endpoint.scheme_str() != Some("https") => {
            tls.with_root_certificates(RootCertStore::empty())
        }
        None => tls
            .with_native_roots()
            .map_err(SenderError::SystemCertificates)?,
    };
    let builder = HttpsConnectorBuilder::new();
    let builder = builder.with_tls_config(tls.with_no_client_auth());
    let builder = builder.https_or_http();
    Ok(match config.protocol {
        Protocol::Grpc => builder.enable_http2().build(),
        Protocol::Http => builder.enable_http1().build(),
    })
}

fn trusted(pem: &[u8]) -> Result<RootCertStore, SenderError> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| SenderError::NoCertificate)?;
        store.add(certificate)?;
    }
    if store.is_empty() {
        return Err(SenderError::NoCertificate);
    }
    Ok(store)
}

fn client(connector: &HttpsConnector<HttpConnector>, protocol: Protocol) -> Http {
    Client::builder(TokioExecutor::new())
        .http2_only(protocol == Protocol::Grpc)
        .build(connector.clone())
}

fn compressed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Fails only if the writer does, and a vector takes all that is written.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

fn client_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a ClientError> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// The innermost cause is what a person can do something about.
fn unreachable(error: &ClientError) -> Failure {
    let mut innermost: &dyn Error = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    Failure::passing(Reason::Unreachable, innermost.to_string())
}

/// What an answer of gRPC means.
fn refused(status: &tonic::Status) -> Failure {
    let is_passing = matches!(
        status.code(),
        Code::Cancelled
            | Code::DeadlineExceeded
            | Code::ResourceExhausted
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unavailable
            | Code::DataLoss
    );
    Failure {
        reason: Reason::Refused,
        cause: format!(
            "gRPC {:?}: {:.MAX_CAUSE_CHARS$}",
            status.code(),
            status.message()
        ),
        is_passing,
        after: None,
    }
}

/// What an answer of HTTP means.
fn turned_away(status: StatusCode, headers: &HeaderMap) -> Failure {
    let is_passing = matches!(status.as_u16(), 429 | 502 | 503 | 504);
    let after = headers.get(header::RETRY_AFTER);
    let after = after.and_then(|after| after.to_str().ok()?.parse().ok());
    Failure {
        reason: Reason::Refused,
        cause: format!("HTTP {status}"),
        is_passing,
        after: after.map(Duration::from_secs),
    }
}

#[cfg(test)]
mod tests;
