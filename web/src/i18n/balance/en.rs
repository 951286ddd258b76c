//! The words of `/balance` in English.

use super::BalanceWords;
use crate::model::balance::{Pick, Policy, Reason, Trouble};
use crate::model::decimal::fixed;
use crate::model::ledger::{Row, Verdict};
use crate::model::staircase::{Reveal, Step};
use crate::model::time::format_millis;

pub(super) static WORDS: BalanceWords = BalanceWords {
    title: "Who answers the next call?",
    lede: "Several replicas of one component, and a balancer that picks one for each call. Everything here is real: your browser makes real calls, the replicas are real gRPC servers, and a killed one is really gone. Nothing is simulated.",
    feed_asking: "Asking the balancer…",
    feed_lost: "The balancer can't be heard right now. What you see is what it said last; it's asked again by itself.",
    feed_absent: "This server doesn't have gangplank.v1.BalancerService, perhaps because it's an older version, isn't Gangplank, or serves it elsewhere (--admin-listen). There is nothing to show.",
    refused: "That wasn't done. The server says:",
    steps: "Steps",
    step_name,
    step_text,
    question,
    answers,
    see: "See what happens",
    see_again: "Once more",
    asking: "Choose an answer first, or just look.",
    arranging: "Arranging the replicas…",
    running_step: "Calling, 40 times a second…",
    right: "You were right:",
    wrong: "Not this time:",
    unanswered: "What happened:",
    measured,
    why,
    unusual: "That isn't the usual outcome. A busy machine, other callers, or what the balancer remembers of the step before can do that. Try it once more.",
    back: "Back",
    next: "Next",
    no_demo: "This server runs without its demo component, so its replicas can't be disturbed from here.",
    replicas: "Replicas",
    spread_by: |policy| format!("Picked by {policy}."),
    waiting: |calls| format!("{calls} calls wait for a replica."),
    failing_fast: "No replica has been ready for a while: calls fail at once instead of waiting.",
    in_flight: "in flight",
    picks_ever: "picks",
    rate_lately: "answers",
    next_probe: |seconds| format!("One call may try it again in {seconds} s."),
    spared: "It fails too often to stay, but it's the last one: calls still go to it.",
    trouble: |trouble| match trouble {
        Trouble::Fine => "Revive",
        Trouble::Slow => "Slow",
        Trouble::Broken => "Break",
        Trouble::Killed => "Kill",
        Trouble::Draining => "Drain",
    },
    trouble_hint: |trouble| match trouble {
        Trouble::Fine => "Takes it out of its trouble",
        Trouble::Slow => "Each answer waits 300 ms",
        Trouble::Broken => "Each call fails with UNAVAILABLE",
        Trouble::Killed => "Closes its port and cuts its connections",
        Trouble::Draining => "It says that it doesn't serve, and finishes what it has",
    },
    pause: "Pause",
    activity: |is_running, is_paused| match (is_running, is_paused) {
        (true, _) => "Calls are being made.",
        (_, true) => "Paused: no calls, and nothing moves.",
        _ => "No calls are being made.",
    },
    ribbon: "The last 100 picks",
    ribbon_hint: "Newest first. Point at one, or walk them with the arrow keys; the ribbon stands still meanwhile. A double border is a retry.",
    ribbon_empty: "No pick yet.",
    ribbon_idle: "Each cell is one decision of the balancer.",
    pick,
    counts: "Who got how many",
    counts_hint: "Two counts of the same calls: the balancer's own counters, and the replica's name in each answer that came back.",
    column_replica: "Replica",
    column_share: "Share of picks",
    column_server: "Server picked",
    column_page: "Caller was answered",
    verdict,
    callers: "What callers saw",
    calls: "calls",
    errors: "errors",
    retries: "retries",
    achieved: "achieved",
    callers_hint: "Errors should stay 0, whatever you do to one replica. Times are those of the last 1,000 calls of this page, browser included; of calls that the server makes, p50 and p99 of the whole run.",
    as_table: "View as table",
    load: "Calls",
    rate: "Calls per second",
    by_page: |rate| format!("{rate} a second, made by this page."),
    by_server: |rate| {
        format!(
            "{rate} a second, made by the API server: real calls too, but more than a browser can make."
        )
    },
    start: "Start",
    bounded: "2,000 calls",
    reset_counts: "Reset counts",
    load_hint: "At most four calls of the page are open at once: a browser has six connections to a server, one brings these numbers and one is kept for the buttons. While the page is hidden, it makes no calls.",
    spread: "Policy",
    component: "Component",
    policy: "By which a replica is picked",
    policy_words,
    header: "Header that decides",
    header_hint: "The page's own calls send it, as 12 users in turn. Calls without it are spread by chance; those that the server makes have none.",
    demo: "Demo",
    scale: "How many replicas",
    demo_hint: "Each replica's buttons are in its card below.",
    restore: "Put everything back",
    leaving: "Three replicas, no trouble, p2c. Leaving this page does the same; closing the tab doesn't.",
};

fn step_name(step: Step) -> &'static str {
    match step {
        Step::One => "One replica",
        Step::Three => "Three replicas",
        Step::Slow => "One is slow",
        Step::Dead => "One dies",
        Step::Pinned => "One connection",
        Step::Free => "Your turn",
    }
}

fn step_text(step: Step) -> &'static str {
    match step {
        Step::One => "One copy of the component runs behind the API server. You make 150 calls.",
        Step::Three => {
            "Two more copies start. For each call, the balancer draws two of them and takes the one with the lower load: calls in flight times recent latency. This policy is called p2c."
        }
        Step::Slow => {
            "Now every answer of replica 1 waits 300 ms first. Nobody tells the balancer."
        }
        Step::Dead => {
            "All three are well at first. After 50 of 150 calls, replica 1 is killed: its port closes, its connections are cut."
        }
        Step::Pinned => {
            "First 75 calls the way one gRPC channel behind a plain TCP balancer makes them: the connection picks once, and every call follows it (pick_first). Then 75 calls with a pick for each."
        }
        Step::Free => "Change what you like. The numbers below follow.",
    }
}

fn question(step: Step) -> &'static str {
    match step {
        Step::One | Step::Free => "How many calls does the one replica answer?",
        Step::Three => "How are 150 calls spread over three?",
        Step::Slow => "How many of 150 calls go to the slow one?",
        Step::Dead => "How many calls fail, as the caller sees it?",
        Step::Pinned => "Where do the first 75 calls go?",
    }
}

fn answers(step: Step) -> &'static [&'static str] {
    match step {
        Step::One => &[
            "All of them.",
            "Some; the API server answers the rest itself.",
            "None of them.",
        ],
        Step::Three => &[
            "Exactly evenly.",
            "Unevenly, but each gets some.",
            "At least one gets none.",
        ],
        Step::Slow => &[
            "A fair share: a quarter or more.",
            "Some, but less than a quarter.",
            "None at all.",
        ],
        Step::Dead => &[
            "None.",
            "A few: at most one in ten.",
            "More than one in ten.",
        ],
        Step::Pinned => &[
            "Over all three.",
            "All to one.",
            "Most to one, some to others.",
        ],
        Step::Free => &[],
    }
}

fn why(step: Step) -> &'static str {
    match step {
        Step::One | Step::Free => {
            "The API server only passes calls on. With one replica there's nothing to pick."
        }
        Step::Three => {
            "Two are drawn by chance and the better one wins; while there's little to do, a fraction of a millisecond decides. Even shares aren't the aim: no call waits where another replica would be quicker."
        }
        Step::Slow => {
            "Each slow answer raises the replica's measured latency, so it loses nearly every comparison. It's still asked now and then, or nobody would notice when it's well again."
        }
        Step::Dead => {
            "A cut connection is noticed at once, and a call that never reached the replica is sent to another one. Two replicas are left, and callers see nothing."
        }
        Step::Pinned => {
            "A balancer that only sees connections can't spread calls: gRPC sends them all over one. That's why one pod gets everything, and why the API server picks for each call."
        }
    }
}

fn shares(rows: &[Row]) -> String {
    let shares = rows
        .iter()
        .map(|row| format!("{} {}", row.name, row.picked));
    shares.collect::<Vec<_>>().join(", ")
}

fn measured(reveal: &Reveal) -> String {
    let measured = &reveal.measured;
    let mut told = vec![format!(
        "Picks of {} calls: {}.",
        measured.calls,
        shares(&measured.rows)
    )];
    if !measured.second.is_empty() {
        told.push(format!(
            " With a pick for each call: {}.",
            shares(&measured.second)
        ));
    }
    told.push(match measured.errors {
        0 => " No call failed.".to_owned(),
        errors => format!(" Failed: {errors} ({}).", measured.codes.join(", ")),
    });
    if measured.retries > 0 {
        told.push(format!(
            " Sent again to another replica: {}.",
            measured.retries
        ));
    }
    if let Some((p50, p99)) = measured.times {
        let (p50, p99) = (format_millis(p50), format_millis(p99));
        told.push(format!(
            " Half of the calls took at most {p50}, 99 % at most {p99}."
        ));
    }
    told.concat()
}

fn pick(pick: &Pick) -> String {
    let why = match &pick.reason {
        Reason::Unknown => "for a reason that this page doesn't know".to_owned(),
        Reason::Only => "the only one that could be picked".to_owned(),
        Reason::Turn => "it was its turn".to_owned(),
        Reason::LowerLoad {
            load,
            over,
            over_load,
        } => {
            let (load, over_load) = (fixed(*load, 1), fixed(*over_load, 1));
            format!("load {load}, not above {over_load} of {over}")
        }
        Reason::Drawn => "drawn by chance".to_owned(),
        Reason::Hashed => "the header's value belongs to it".to_owned(),
        Reason::First => "it takes every call".to_owned(),
        Reason::Probe => "a probe: has it recovered?".to_owned(),
    };
    let (number, replica) = (pick.number, &pick.replica);
    match pick.attempt {
        0 | 1 => format!("#{number} {replica}: {why}."),
        attempt => format!(
            "#{number} {replica}: {why}. Attempt {attempt}: another replica had failed this call."
        ),
    }
}

fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Nothing => "No call yet.".to_owned(),
        Verdict::Counting => "Counting: calls are still open.".to_owned(),
        Verdict::Equal(calls) => {
            format!("Both sides counted {calls} calls, replica by replica the same.")
        }
        Verdict::Explained {
            picks,
            retries,
            calls,
        } => format!(
            "{picks} picks = {calls} calls + {retries} retries. Failed and repeated calls were picked for where they weren't answered."
        ),
        Verdict::Different { picks, calls } => format!(
            "{picks} picks, but {calls} calls counted here: others call too, or a run was cut off."
        ),
    }
}

fn policy_words(policy: Policy) -> &'static str {
    match policy {
        Policy::Unknown => "This page doesn't know the policy.",
        Policy::P2c => "Draws two and takes the cheaper one: calls in flight times recent latency.",
        Policy::LeastRequest => "Draws two and takes the one with fewer calls in flight.",
        Policy::RoundRobin => "One after the other, however slow they are.",
        Policy::WeightedRoundRobin => {
            "One after the other, in proportion to what the replicas report of their own load."
        }
        Policy::Random => "Any of them, by chance.",
        Policy::RingHash => "A header's value decides: the same value goes to the same replica.",
        Policy::PickFirst => "The same one for every call, until it's gone.",
    }
}
