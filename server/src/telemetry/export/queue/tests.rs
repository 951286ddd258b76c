//! Claims about what waits.

use std::time::Duration;

use wire::traceparent::{SpanId, TraceId};

use super::*;
use crate::telemetry::span::{Facts, Given, Kind, Status};

const BATCHES: Batches = Batches {
    max_queue: 10,
    max_batch: 4,
    delay: Duration::from_secs(5),
    timeout: Duration::from_secs(30),
};

fn group(spans: usize) -> Group {
    let span = Span {
        trace_id: TraceId::new(1).expect("not zero"),
        span_id: SpanId::new(1).expect("not zero"),
        parent: None,
        source: "test".into(),
        began_at: 0,
        took: Duration::ZERO,
        facts: Facts::Given(Box::new(Given {
            name: "click".to_owned(),
            kind: Kind::Internal,
            status: Status::Unset,
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            state: String::new(),
        })),
    };
    Arc::new(vec![span; spans])
}

fn sizes(batch: &[Group]) -> Vec<usize> {
    batch.iter().map(|group| group.len()).collect()
}

#[tokio::test(start_paused = true)]
async fn full_batch_goes_at_once_and_groups_stay_whole() {
    let (queue, (_closing, mut open)) = (Queue::new(BATCHES), watch::channel(false));
    let began = Instant::now();
    for _ in 0..3 {
        assert!(queue.push(&group(3)));
    }
    let batch = queue.batch(&mut open).await.expect("a batch");
    assert_eq!(sizes(&batch), [3]);
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn lonely_span_waits_for_others() {
    let (queue, (_closing, mut open)) = (Queue::new(BATCHES), watch::channel(false));
    let began = Instant::now();
    assert!(queue.push(&group(1)));
    let batch = queue.batch(&mut open).await.expect("a batch");
    assert_eq!(sizes(&batch), [1]);
    assert_eq!(began.elapsed(), BATCHES.delay);
}

#[tokio::test(start_paused = true)]
async fn full_queue_takes_no_part_of_a_group() {
    let (queue, (_closing, mut open)) = (Queue::new(BATCHES), watch::channel(false));
    assert!(queue.push(&group(8)));
    assert!(!queue.push(&group(3)));
    assert!(queue.push(&group(2)));
    assert_eq!(queue.len(), 10);
    // What is being sent still takes memory.
    let batch = queue.batch(&mut open).await.expect("a batch");
    assert_eq!(sizes(&batch), [8]);
    assert!(!queue.push(&group(1)));
    queue.done(8);
    assert!(queue.push(&group(1)));
}

#[tokio::test(start_paused = true)]
async fn end_of_the_process_waits_for_nothing() {
    let (queue, (closing, mut open)) = (Queue::new(BATCHES), watch::channel(false));
    let began = Instant::now();
    assert!(queue.push(&group(1)));
    closing.send_replace(true);
    assert!(queue.batch(&mut open).await.is_some());
    assert!(queue.batch(&mut open).await.is_none());
    assert_eq!(began.elapsed(), Duration::ZERO);
}
