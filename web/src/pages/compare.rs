//! `/compare`: JSON and protobuf by bytes and by time, measured in the reader's own browser.

use leptos::prelude::*;

use crate::components::chart::{Chart, Point, Series};
use crate::i18n::compare::{CompareWords, text};
use crate::i18n::{Words as _, locale};
use crate::model::bench::{COUNTS, Format, Operation, Quartiles, REPORTS, Results};
use crate::model::decimal::fixed;
use crate::model::sample::{json, pod_list};
use crate::model::time::format_millis;
use crate::state::bench::{Bench, Progress};

/// The page that measures both formats.
#[component]
pub fn ComparePage() -> impl IntoView {
    let bench = Bench::new();
    let results = bench.results();
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
        </div>
        <section class="sheet wide" aria-labelledby="run-heading">
            <h2 id="run-heading">{text(|m| m.run)}</h2>
            <Controls bench />
        </section>
        <section class="sheet wide" aria-labelledby="verdict-heading">
            <h2 id="verdict-heading">{text(|m| m.verdict)}</h2>
            <Verdict results />
        </section>
        <Show when=move || results.with(|results| !results.is_empty())>
            <section class="sheet wide" aria-labelledby="sizes-heading">
                <h2 id="sizes-heading">{text(|m| m.sizes)}</h2>
                <Chart series=Signal::derive(move || sizes(&results.get())) places=places() label=text(|m| m.sizes_chart) value_text=|value| format!("{} B", fixed(value, 0)) />
                <SizesTable results />
            </section>
            <section class="sheet wide" aria-labelledby="encode-heading">
                <h2 id="encode-heading">{text(|m| m.encode)}</h2>
                <Times results operation=Operation::Encode />
            </section>
            <section class="sheet wide" aria-labelledby="decode-heading">
                <h2 id="decode-heading">{text(|m| m.decode)}</h2>
                <Times results operation=Operation::Decode />
            </section>
        </Show>
        <section class="sheet wide" aria-labelledby="method-heading">
            <h2 id="method-heading">{text(|m| m.method)}</h2>
            <Method />
        </section>
    }
}

#[component]
fn Controls(bench: Bench) -> impl IntoView {
    let progress = bench.progress();
    let is_running = move || progress.get() == Progress::Running;
    let done = move || bench.results().with(Results::len);
    let start_name = move || match progress.get() {
        Progress::Idle => text(|m| m.start)(),
        _ => text(|m| m.again)(),
    };
    let words = move || {
        let messages = CompareWords::of(locale().get());
        match progress.get() {
            Progress::Idle => messages.idle.to_owned(),
            Progress::Running => (messages.running)(done(), REPORTS),
            Progress::Stopped => messages.stopped.to_owned(),
            Progress::Done => messages.done.to_owned(),
            Progress::Failed => messages.failed.to_owned(),
        }
    };
    let state = move || match progress.get() {
        Progress::Idle => "idle",
        Progress::Running => "running",
        Progress::Stopped => "stopped",
        Progress::Done => "done",
        Progress::Failed => "failed",
    };
    view! {
        <div class="row row-close">
            <button
                type="button"
                class="button button-go"
                data-test="measure"
                aria-disabled=move || is_running().to_string()
                on:click=move |_| if !is_running() { bench.start() }
            >
                {start_name}
            </button>
            <button
                type="button"
                class="button button-quiet"
                data-test="stop"
                disabled=move || !is_running()
                on:click=move |_| bench.stop()
            >
                {text(|m| m.stop)}
            </button>
            <progress class="progress" max=REPORTS value=done aria-label=text(|m| m.progress)></progress>
        </div>
        <p class="hint" role="status" data-test="bench-state" data-state=state>{words}</p>
    }
}

#[component]
fn Verdict(results: ReadSignal<Results>) -> impl IntoView {
    let lists = move || {
        let messages = CompareWords::of(locale().get());
        let lists = COUNTS.into_iter().filter_map(|count| {
            let findings = results.with(|results| results.findings(count));
            let lines = findings.into_iter().map(|finding| {
                view! { <li>{(messages.finding)(finding)}</li> }
            });
            let lines = lines.collect::<Vec<_>>();
            (!lines.is_empty()).then(|| {
                view! {
                    <div>
                        <h3>{(messages.records)(count)}</h3>
                        <ul class="findings" data-test="findings">{lines}</ul>
                    </div>
                }
            })
        });
        lists.collect_view()
    };
    view! {
        <Show
            when=move || results.with(|results| !results.is_empty())
            fallback=|| view! { <p class="note">{text(|m| m.verdict_empty)}</p> }
        >
            <div class="verdict">{lists}</div>
            <p class="hint">{text(|m| m.caveat)}</p>
        </Show>
    }
}

#[component]
fn SizesTable(results: ReadSignal<Results>) -> impl IntoView {
    let rows = move || {
        let results = results.get();
        let rows = COUNTS.into_iter().filter_map(|count| {
            let [json, protobuf] = Format::ALL.map(|format| results.bytes(count, format));
            let (json, protobuf) = (json?, protobuf?);
            let cells = [json.raw, json.gzip, protobuf.raw, protobuf.gzip];
            Some(view! {
                <tr>
                    <th scope="row">{count}</th>
                    {cells.map(|bytes| view! { <td class="on-wire">{bytes} " B"</td> }).collect_view()}
                </tr>
            })
        });
        rows.collect_view()
    };
    view! {
        <Twin hook="sizes-table">
            <table class="log">
                <caption>{text(|m| m.sizes_caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text(|m| m.column_records)}</th>
                        <th scope="col">"JSON"</th>
                        <th scope="col">"JSON, gzip"</th>
                        <th scope="col">"protobuf"</th>
                        <th scope="col">"protobuf, gzip"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </Twin>
    }
}

#[component]
fn Times(results: ReadSignal<Results>, operation: Operation) -> impl IntoView {
    let label = move || match operation {
        Operation::Encode => text(|m| m.encode_chart)(),
        Operation::Decode => text(|m| m.decode_chart)(),
    };
    let hook = match operation {
        Operation::Encode => "encode-table",
        Operation::Decode => "decode-table",
    };
    let rows = move || {
        let results = results.get();
        let known = COUNTS.into_iter().flat_map(|count| {
            Format::ALL.map(|format| Some((count, format, results.time(count, format, operation)?)))
        });
        known
            .flatten()
            .map(|(count, format, took)| view! { <TimeRow count format took /> })
            .collect_view()
    };
    view! {
        <Chart series=Signal::derive(move || times(&results.get(), operation)) places=places() label value_text=micros_text />
        <p class="hint">{text(|m| m.chart_hint)}</p>
        <Twin hook>
            <table class="log">
                <caption>{text(|m| m.times_caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text(|m| m.column_records)}</th>
                        <th scope="col">{text(|m| m.column_format)}</th>
                        <th scope="col">{text(|m| m.column_median)}</th>
                        <th scope="col">{text(|m| m.column_quartiles)}</th>
                        <th scope="col">{text(|m| m.column_samples)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </Twin>
    }
}

#[component]
fn TimeRow(count: usize, format: Format, took: Quartiles) -> impl IntoView {
    let Quartiles {
        n,
        low,
        median,
        high,
    } = took;
    view! {
        <tr>
            <th scope="row">{count}</th>
            <td>{format_name(format)}</td>
            <td class="on-wire">{nanos_text(median)}</td>
            <td class="on-wire">{nanos_text(low)} " – " {nanos_text(high)}</td>
            <td class="on-wire">{n}</td>
        </tr>
    }
}

/// A chart's table, folded away.
#[component]
fn Twin(hook: &'static str, children: Children) -> impl IntoView {
    view! {
        <details class="twin" data-test=hook>
            <summary>{text(|m| m.as_table)}</summary>
            <div class="table-frame" tabindex="0" role="group" aria-label=text(|m| m.as_table)>{children()}</div>
        </details>
    }
}

#[component]
fn Method() -> impl IntoView {
    let steps = move || {
        let steps = CompareWords::of(locale().get()).method_steps;
        steps.map(|step| view! { <li>{step}</li> }).collect_view()
    };
    view! {
        <ul class="findings">{steps}</ul>
        <details class="twin">
            <summary>{text(|m| m.one_record)}</summary>
            <pre class="code" tabindex="0" aria-label=text(|m| m.one_record)>{json(&pod_list(1))}</pre>
        </details>
    }
}

fn places() -> Vec<String> {
    COUNTS.iter().map(ToString::to_string).collect()
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Json => "JSON",
        Format::Protobuf => "protobuf",
    }
}

/// The lines of bytes per record: each format raw and through gzip.
fn sizes(results: &Results) -> Vec<Series> {
    let line = |format: Format, is_gzip: bool| {
        let points = COUNTS.map(|count| {
            let bytes = results.bytes(count, format)?;
            let middle = per_record(if is_gzip { bytes.gzip } else { bytes.raw }, count);
            Some(Point {
                low: middle,
                middle,
                high: middle,
            })
        });
        let gzip = if is_gzip { ", gzip" } else { "" };
        Series {
            name: format!("{}{gzip}", format_name(format)),
            is_dashed: is_gzip,
            ..series(format, points.to_vec())
        }
    };
    let lines = Format::ALL.map(|format| [line(format, false), line(format, true)]);
    lines.concat()
}

/// The lines of an operation's time per record, in microseconds.
fn times(results: &Results, operation: Operation) -> Vec<Series> {
    let lines = Format::ALL.map(|format| {
        let points = COUNTS.map(|count| {
            let took = results.time(count, format, operation)?;
            let micros = |nanos: u64| per_record(nanos, count) / 1e3;
            Some(Point {
                low: micros(took.low),
                middle: micros(took.median),
                high: micros(took.high),
            })
        });
        series(format, points.to_vec())
    });
    lines.to_vec()
}

fn series(format: Format, points: Vec<Option<Point>>) -> Series {
    Series {
        name: format_name(format).to_owned(),
        hue: if format == Format::Json { 1 } else { 2 },
        is_dashed: false,
        is_square: format == Format::Protobuf,
        points,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes and times stay far below 2^53"
)]
fn per_record(whole: u64, count: usize) -> f64 {
    whole as f64 / count.max(1) as f64
}

fn micros_text(micros: f64) -> String {
    let digits = match micros {
        _ if micros < 0.01 => 3,
        _ if micros < 0.1 => 2,
        _ if micros < 1.0 => 1,
        _ => 0,
    };
    format!("{} µs", fixed(micros, digits))
}

fn nanos_text(nanos: u64) -> String {
    let micros = per_record(nanos, 1) / 1e3;
    if micros < 1_000.0 {
        format!("{} µs", fixed(micros, 2))
    } else {
        format_millis(micros / 1e3)
    }
}
