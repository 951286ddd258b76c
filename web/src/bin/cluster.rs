//! The worker that measures JSON and protobuf, so that the page stays alive meanwhile.
//!
//! Both formats begin and end with what fetch takes and gives: bytes of the browser. JSON is the
//! browser's own parser in the browser's own loop; protobuf is prost in WebAssembly, with the copy
//! into and out of its memory. Clocks of browsers are coarse, so that a sample is as many turns as
//! take at least [`MIN_SAMPLE_MILLIS`]; samples of both formats take turns, so that a pause hits both.

use std::hint::black_box;

use js_sys::{Function, JSON, Uint8Array};
use prost::Message as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web::model::bench::{Bytes, COUNTS, Format, Operation, Quartiles, Report};
use web::model::sample::{PodList, json, pod_list};
use web::state::streams::gzip;
use web_sys::{DedicatedWorkerGlobalScope, Performance};

/// Shortest sample, in milliseconds: fifty times what the coarsest common clock can tell apart.
const MIN_SAMPLE_MILLIS: f64 = 5.0;
/// Samples of each operation.
const SAMPLES: usize = 15;

/// Measures everything once and reports to the page: `bench.js` asks for it.
///
/// The functions write and read JSON, a value or bytes, so many times.
#[wasm_bindgen]
pub fn measure(encode_times: Function, decode_times: Function) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    spawn_local(async move {
        let Some(clock) = scope.performance() else {
            return;
        };
        let post = |report: Report| {
            // Fails for values that can't be copied only, and this is a text.
            let _ = scope.post_message(&report.to_text().into());
        };
        for count in COUNTS {
            let subject = Subject::new(count, &encode_times, &decode_times);
            if let Some(sizes) = subject.sizes().await {
                post(sizes);
            }
            for operation in Operation::ALL {
                subject.times(operation, &clock).into_iter().for_each(post);
            }
        }
        post(Report::Done);
    });
}

/// A list in every form.
struct Subject<'a> {
    count: usize,
    list: PodList,
    protobuf: Uint8Array,
    json: Uint8Array,
    parsed: JsValue,
    encode_times: &'a Function,
    decode_times: &'a Function,
}

impl<'a> Subject<'a> {
    fn new(count: usize, encode_times: &'a Function, decode_times: &'a Function) -> Self {
        let list = pod_list(count);
        let text = json(&list);
        Self {
            count,
            protobuf: Uint8Array::from(&list.encode_to_vec()[..]),
            json: Uint8Array::from(text.as_bytes()),
            parsed: JSON::parse(&text).unwrap_or(JsValue::NULL),
            list,
            encode_times,
            decode_times,
        }
    }

    async fn sizes(&self) -> Option<Report> {
        Some(Report::Sizes {
            count: self.count,
            json: sizes(&self.json).await?,
            protobuf: sizes(&self.protobuf).await?,
        })
    }

    /// Times an operation in both formats, sample by sample in turn.
    fn times(&self, operation: Operation, clock: &Performance) -> Vec<Report> {
        let turns = Format::ALL.map(|format| self.turns(format, operation, clock));
        let mut samples = Format::ALL.map(|_| Vec::new());
        for _ in 0..SAMPLES {
            for ((format, turns), samples) in Format::ALL.iter().zip(turns).zip(&mut samples) {
                let millis = self.sample(*format, operation, turns, clock);
                samples.push(nanos(millis / f64::from(turns)));
            }
        }
        let report = |(format, samples)| {
            Some(Report::Time {
                count: self.count,
                format,
                operation,
                took: Quartiles::of(samples)?,
            })
        };
        Format::ALL
            .into_iter()
            .zip(samples)
            .filter_map(report)
            .collect()
    }

    /// Returns how many turns make a sample long enough; trying it out warms the code up.
    fn turns(&self, format: Format, operation: Operation, clock: &Performance) -> u32 {
        let mut turns = 1;
        while turns < u32::MAX / 2
            && self.sample(format, operation, turns, clock) < MIN_SAMPLE_MILLIS
        {
            turns *= 2;
        }
        turns
    }

    /// Returns how long so many turns take, in milliseconds.
    fn sample(&self, format: Format, operation: Operation, turns: u32, clock: &Performance) -> f64 {
        let start = clock.now();
        match (format, operation) {
            (Format::Json, Operation::Encode) => {
                loop_json(self.encode_times, &self.parsed, turns);
            }
            (Format::Json, Operation::Decode) => {
                loop_json(self.decode_times, &self.json, turns);
            }
            (Format::Protobuf, Operation::Encode) => {
                for _ in 0..turns {
                    let bytes = black_box(&self.list).encode_to_vec();
                    black_box(Uint8Array::from(&bytes[..]));
                }
            }
            (Format::Protobuf, Operation::Decode) => {
                for _ in 0..turns {
                    let bytes = self.protobuf.to_vec();
                    let _ = black_box(PodList::decode(&bytes[..]));
                }
            }
        }
        clock.now() - start
    }
}

fn loop_json(loop_times: &Function, subject: &JsValue, turns: u32) {
    // What it returns is of no use; that it's made keeps the work from being left out.
    let _ = black_box(loop_times.call2(&JsValue::NULL, subject, &turns.into()));
}

async fn sizes(bytes: &Uint8Array) -> Option<Bytes> {
    let gzip = gzip(bytes).await?;
    Some(Bytes {
        raw: u64::from(bytes.length()),
        gzip: u64::try_from(gzip.len()).ok()?,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from float saturates, and a sample lasts seconds at most"
)]
fn nanos(millis: f64) -> u64 {
    (millis * 1e6).round() as u64
}

fn main() {}
