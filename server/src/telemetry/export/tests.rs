//! An exporter and collectors on loopback that answer as they're told; the real ones are in the end-to-end tests.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use wire::code::Code;
use wire::traceparent::{SpanId, TraceId};

use super::*;
use crate::telemetry::span::{Called, Facts};

/// A collector that answers each request with a status and a body, and passes on what it got.
async fn collector(
    status: &'static str,
    body: Vec<u8>,
) -> (Uri, mpsc::Receiver<ExportTraceServiceRequest>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel(100);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            while let Some(request) = request(&mut stream).await {
                let _ = tell.send(request).await;
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(&body).await.unwrap();
            }
        }
    });
    (endpoint.parse().unwrap(), told)
}

async fn request(
    stream: &mut BufReader<tokio::net::TcpStream>,
) -> Option<ExportTraceServiceRequest> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    ExportTraceServiceRequest::decode(&*body).ok()
}

fn config(endpoint: Uri) -> Config {
    Config {
        endpoint,
        protocol: Protocol::Http,
        headers: HeaderMap::new(),
        is_compressed: false,
        attempt_timeout: Duration::from_secs(10),
        trusted: None,
        service_name: None,
        attributes: Vec::new(),
        batches: Batches {
            max_queue: 10,
            max_batch: 2,
            delay: Duration::ZERO,
            timeout: Duration::from_secs(10),
        },
    }
}

fn start(config: Config) -> Exporter {
    Exporter::start(config, "gangplank", || 7).unwrap()
}

fn spans(count: usize) -> Arc<Vec<Span>> {
    let span = Span {
        trace_id: TraceId::new(1).expect("not zero"),
        span_id: SpanId::new(1).expect("not zero"),
        parent: None,
        source: "gangplank".into(),
        began_at: 0,
        took: Duration::ZERO,
        facts: Facts::Called(Called {
            method: "a.B/C".into(),
            component: "b".into(),
            code: Code::Ok,
            error: None,
            attempts: 1,
        }),
    };
    Arc::new(vec![span; count])
}

fn counts(exporter: &Exporter) -> (u64, [u64; 4]) {
    exporter.0.shared.counts.get()
}

const FOREVER: Duration = Duration::from_mins(1);

#[tokio::test]
async fn what_waits_is_sent_before_the_end() {
    let (endpoint, mut told) = collector("200 OK", Vec::new()).await;
    let mut config = config(endpoint);
    config.batches.delay = FOREVER;
    let exporter = start(config);
    exporter.offer(&spans(1));
    exporter.finish(FOREVER).await;
    let request = told.recv().await.expect("a request");
    assert_eq!(request.resource_spans[0].scope_spans[0].spans.len(), 1);
    assert_eq!(counts(&exporter), (1, [0; 4]));
    assert_eq!(exporter.0.shared.queue.len(), 0);
}

#[tokio::test]
async fn spans_that_a_collector_does_not_want_are_counted() {
    let answer = ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess {
            rejected_spans: 1,
            error_message: "too old".to_owned(),
        }),
    };
    let (endpoint, _told) = collector("200 OK", answer.encode_to_vec()).await;
    let exporter = start(config(endpoint));
    exporter.offer(&spans(3));
    exporter.finish(FOREVER).await;
    assert_eq!(counts(&exporter), (2, [0, 1, 0, 0]));
}

#[tokio::test]
async fn refused_batch_is_given_up_at_once() {
    let (endpoint, mut told) = collector("400 Bad Request", Vec::new()).await;
    let exporter = start(config(endpoint));
    exporter.offer(&spans(2));
    told.recv().await.expect("a request");
    exporter.finish(FOREVER).await;
    assert_eq!(counts(&exporter), (0, [0, 2, 0, 0]));
    assert!(told.try_recv().is_err());
}

#[tokio::test]
async fn batch_is_tried_again_until_its_time_is_over() {
    let (endpoint, mut told) = collector("503 Service Unavailable", Vec::new()).await;
    let mut config = config(endpoint);
    config.batches.timeout = Duration::from_millis(1_500);
    let exporter = start(config);
    exporter.offer(&spans(2));
    // At once, and after the first pause.
    told.recv().await.expect("a request");
    told.recv().await.expect("another");
    while counts(&exporter).1[1] == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(counts(&exporter), (0, [0, 2, 0, 0]));
}

#[tokio::test]
async fn silent_collector_delays_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    let mut config = config(endpoint.parse().unwrap());
    config.attempt_timeout = Duration::from_millis(50);
    config.batches.timeout = Duration::from_millis(50);
    let exporter = start(config);
    for _ in 0..100 {
        exporter.offer(&spans(2));
    }
    let full = counts(&exporter).1[0];
    assert_eq!(full, 190);
    while counts(&exporter).1[2] == 0 {
        tokio::task::yield_now().await;
    }
    exporter.finish(Duration::ZERO).await;
}

#[tokio::test]
async fn end_does_not_wait_for_a_collector_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let exporter = start(config(endpoint.parse().unwrap()));
    exporter.offer(&spans(2));
    exporter.finish(FOREVER).await;
    assert_eq!(counts(&exporter), (0, [0, 0, 0, 2]));
}
