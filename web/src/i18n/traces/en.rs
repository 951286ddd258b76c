//! The words of `/traces` in English.

use super::TraceWords;
use crate::model::trace::clock::Clock;
use crate::model::trace::figures::duration;
use crate::model::traces::trial::{Outcome, Stage};

pub(super) static WORDS: TraceWords = TraceWords {
    title: "One trace, from the click to the handler",
    lede: "Each part that a call passes notes what it did, and when: a span. A trace is all spans of one call, tied together by an id that travels along in the header traceparent.",
    feed_asking: "Asking the server for its traces…",
    feed_lost: "The server can't be reached. What you see is what was last known; the page keeps asking.",
    feed_absent: "This server has no gangplank.v1.TraceService, so there's nothing to show here.",

    trial: "Try it",
    send: "Send one call",
    slow: "Slow one hop by 300 ms",
    retry: "Make a retry",
    trial_hint: "Real calls of SayHello by this page. For a retry one of the demo's replicas refuses, for a slow hop all of them wait; afterwards they are as they were.",
    no_demo: "This server has no demo component, whose replicas could be slowed. Call your own component, and its trace appears below.",
    question: "Guess first: the replica will answer 300 ms later. Which bars will grow?",
    answers: [
        "Only the replica's own bar",
        "The replica's bar, and every bar above it",
        "Only the topmost bar, the click",
    ],
    stage: |stage| match stage {
        Stage::Idle | Stage::Failed => "",
        Stage::Preparing => "Disturbing the demo…",
        Stage::Calling => "Calling…",
        Stage::Gathering => "The call has ended. Its spans are coming in…",
        Stage::Done => "Done. Its trace is open below, and the demo is as it was.",
        Stage::Missed => {
            "No such trace was found. Somebody else may have changed the demo meanwhile, or the server keeps no traces of this call. Try again."
        }
    },
    refused: "This couldn't be done:",
    right: "Right.",
    wrong: "Not quite.",
    verdict: |judged, answer| format!("{judged} {answer}."),
    unanswered: "You didn't guess.",
    unusual: "This time it came out differently: something else took time as well. Try again.",
    grown: |outcome| {
        let all = outcome.changes.len();
        let count = outcome
            .changes
            .iter()
            .filter(|own| Outcome::has_grown(own))
            .count();
        let own = outcome.own.and_then(|place| outcome.changes.get(place));
        let own = own.map_or_else(String::new, |own| {
            format!(
                " {} of {} worked {} longer by itself; the others mostly waited for it.",
                own.name,
                own.sources[1],
                duration(own.own_grew())
            )
        });
        format!("{count} of {all} bars grew.{own}")
    },
    why: "A bar lasts until the answer is back, so each waits for the one below. To find what is slow, don't look for the longest bar, but for the longest own time: the critical path leads there.",
    column_bar: "Bar",
    column_before: "Before",
    column_after: "Slowed",
    column_grew: "Longer by",
    column_own_grew: "Own time longer by",

    list: "Traces",
    list_hint: "The newest first, as they come. J and K or the arrow keys move, Enter opens.",
    filter: "Method",
    only_errors: "only with errors",
    min_duration: "At least (ms)",
    min_invalid: "A number of milliseconds, such as 12.5.",
    pause: "Pause",
    resume: "Go on",
    news: |count| format!("{count} newer"),
    column_time: "Time (UTC)",
    column_method: "Method",
    column_took: "Took",
    column_status: "Status",
    column_spans: "Spans",
    unnamed: "not told yet",
    pending: "open",
    parts: |summary| {
        let failed = match summary.errors {
            0 => String::new(),
            errors => format!(" · {errors} failed"),
        };
        let attempts = match summary.attempts {
            0 | 1 => String::new(),
            attempts => format!(" · {attempts} attempts"),
        };
        format!("{}{failed}{attempts}", summary.spans)
    },
    empty: "No trace is kept yet. A trace begins with a call, of this page or of anybody else.",
    empty_filtered: "None of the traces that are kept passes the filter.",
    rows: |first, last, all| format!("{first}–{last} of {all}"),
    older: "Older",
    newer: "Newer",
    kept: |kept, evicted| match evicted {
        0 => format!("When this list was fetched, the server kept {kept} spans."),
        evicted => format!(
            "When this list was fetched, the server kept {kept} spans; {evicted} older ones had made room."
        ),
    },

    back: "All traces",
    asking: "Asking for the trace…",
    gone: "The server keeps no trace with this id. Traces are kept in memory, and only for a while: the oldest make room for new ones, and a restart forgets them all.",
    failed: "The trace couldn't be asked for:",
    again: "Ask again",
    began: "Began (UTC)",
    took: "Took",
    status: "Status",
    spans: "Spans",
    clock,
    clock_agrees: |sources, by, bound| {
        format!(
            "Nothing speaks against the clocks of {sources} being equal to {by}'s, within {bound}: these spans are drawn as they came."
        )
    },
    shares: |whole, shares| {
        let shares = shares
            .iter()
            .map(|(source, time)| format!("{} in {source}", duration(*time)));
        format!(
            "Critical path: of {whole}, {}.",
            shares.collect::<Vec<_>>().join(", ")
        )
    },
    path_hint: "The critical path is what the end had to wait for, moment by moment. Only what's on it can make the call faster.",
    orphans: "Parent not kept: some spans name a parent that isn't here. It may still be under way, have made room for newer ones, or never have been sent to this server. They stand at the end, by their own clocks.",
    retried: |attempts| {
        format!(
            "Sent {attempts} times: the attempts stand below each other, each with its replica and its status."
        )
    },
    export: "Export as OTLP JSON",
    export_hint: "OpenTelemetry's own format, which trace viewers open. Times are as the sources told them.",
    share: "Copy link",
    shared: "Copied. The link works for as long as the server keeps the trace.",

    waterfall: "Waterfall",
    waterfall_hint: "Arrow keys: up and down move, right opens a span, left closes it.",
    overview_hint: "All of the trace; a click moves the part that's drawn below.",
    closer: "Zoom in",
    farther: "Zoom out",
    earlier: "Earlier",
    later: "Later",
    whole: "Whole trace",
    to_span: "Zoom to this span",
    column_span: "Span",
    column_timeline: "Time since the trace began",
    attempt: |number, replica| match replica {
        "" => format!("Attempt {number}"),
        replica => format!("Attempt {number} → {replica}"),
    },
    orphan: "parent not kept",
    error: "failed",
    placed: |begins, on_path| match on_path {
        "" => format!("begins at {begins}, not on the critical path"),
        on_path => format!("begins at {begins}, {on_path} of it on the critical path"),
    },
    legend_path: "on the critical path",
    legend_event: "event",
    as_table: "View as table",
    column_source: "Source",
    column_kind: "Kind",
    column_begins: "Begins at",
    column_own: "Own time",
    column_on_path: "On the critical path",

    details: "Span:",
    in_trace: "Begins at",
    raw: "By its own clock (UTC)",
    corrected_by: "Drawn with a correction of",
    own: "Own time",
    on_path: "On the critical path",
    attributes: "Attributes",
    no_attributes: "It has none.",
    events: "Events",
    event_place: |since_span, since_trace| {
        format!("{since_span} into the span, {since_trace} into the trace")
    },
    links: "Links",
    link: "span of another trace",
    ids: "Span id",
    parent: "Parent",
    state: "tracestate",
};

fn clock(clock: &Clock) -> String {
    let (source, by) = (&clock.source, &clock.by);
    if !clock.is_tied() {
        return format!(
            "No call ties {source}'s clock to the others: its spans are drawn as they came, and may be off."
        );
    }
    let side = if clock.step > 0 { "ahead of" } else { "behind" };
    let apart = duration(clock.step.abs());
    let within = clock.uncertainty().map_or_else(
        || ", or more".to_owned(),
        |bound| format!(", ± {}", duration(bound)),
    );
    let drawn = if clock.step > 0 { "earlier" } else { "later" };
    format!(
        "{source}'s clock is {apart} {side} {by}'s{within}. Its spans are drawn that much {drawn}."
    )
}
