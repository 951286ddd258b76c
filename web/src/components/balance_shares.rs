//! Who got how many calls, as both sides counted it, the callers' percentiles and errors, and the table of it all.

use leptos::prelude::*;

use super::replica_strip::Mark;
use crate::i18n::balance::{text, words};
use crate::model::balance::{Balance, Marks};
use crate::model::decimal::fixed;
use crate::model::ledger::{Ledger, Row, Verdict, percent};
use crate::model::time::format_millis;

/// The counts of a run.
#[component]
pub fn Shares(
    /// The counts.
    #[prop(into)]
    ledger: Signal<Ledger>,
    /// Calls are being made.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// The component.
    balance: ReadSignal<Balance>,
    /// Which hue and number each replica has.
    marks: ReadSignal<Marks>,
) -> impl IntoView {
    let rows = move || {
        let ledger = ledger.get();
        let all = ledger.picks();
        let rows = ledger.rows().into_iter();
        rows.map(|row| view! { <Share row all marks /> })
            .collect_view()
    };
    view! {
        <p class="hint">{text(|m| m.counts_hint)}</p>
        <div class="table-frame" tabindex="0" role="group" aria-label=text(|m| m.counts)>
            <table class="log shares" data-test="shares">
                <thead>
                    <tr>
                        <th scope="col">{text(|m| m.column_replica)}</th>
                        <th scope="col">{text(|m| m.column_share)}</th>
                        <th scope="col">{text(|m| m.column_server)}</th>
                        <th scope="col">{text(|m| m.column_page)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <Sum ledger is_busy />
        <Callers ledger />
        <Twin ledger balance />
    }
}

#[component]
fn Share(row: Row, all: u64, marks: ReadSignal<Marks>) -> impl IntoView {
    let Row {
        name,
        picked,
        answered,
    } = row;
    let hook = name.clone();
    let share = fixed(percent(picked, all), 1);
    let mark = marks.with(|marks| marks.get(&name)).unwrap_or(0);
    view! {
        <tr data-replica=hook>
            <th scope="row"><Mark name=name.clone() marks /> <span class="on-wire">{name}</span></th>
            <td class="share-cell">
                <svg class=format!("share-bar hue-{}", mark % 4 + 1) width="100%" height="8" aria-hidden="true">
                    <rect class="share-rest" width="100%" height="8" />
                    <rect width=format!("{share}%") height="8" />
                </svg>
                <span class="on-wire" data-test="share-percent">{share} " %"</span>
            </td>
            <td class="on-wire" data-test="share-server">{picked}</td>
            <td class="on-wire" data-test="share-page">{answered}</td>
        </tr>
    }
}

/// Whether both sides agree.
#[component]
fn Sum(ledger: Signal<Ledger>, is_busy: Signal<bool>) -> impl IntoView {
    let verdict = Memo::new(move |_| ledger.with(|ledger| ledger.verdict(is_busy.get())));
    let state = move || match verdict.get() {
        Verdict::Nothing => "nothing",
        Verdict::Counting => "counting",
        Verdict::Equal(_) => "equal",
        Verdict::Explained { .. } => "explained",
        Verdict::Different { .. } => "different",
    };
    let words = words();
    view! {
        <p class="verdict-line" data-test="verdict" data-state=state>
            {move || (words().verdict)(verdict.get())}
        </p>
    }
}

/// What callers saw: errors and times.
#[component]
fn Callers(ledger: Signal<Ledger>) -> impl IntoView {
    let words = words();
    let number = move |count: fn(&Ledger) -> u64| move || ledger.with(count).to_string();
    let errors = move || {
        let (errors, codes) = ledger.with(|ledger| (ledger.errors(), ledger.codes()));
        format!("{errors} {}", codes.join(" "))
            .trim_end()
            .to_owned()
    };
    let class = move || {
        if ledger.with(Ledger::errors) > 0 {
            "bad-number"
        } else {
            ""
        }
    };
    let rate = move || {
        ledger
            .with(Ledger::rate)
            .map_or("–".to_owned(), |rate| format!("{}/s", fixed(rate, 1)))
    };
    let time = move |place: usize| {
        move || {
            ledger
                .with(|ledger| ledger.percentiles()[place])
                .map_or("–".to_owned(), format_millis)
        }
    };
    view! {
        <h3>{text(|m| m.callers)}</h3>
        <dl class="facts facts-wide">
            <dt>{text(|m| m.calls)}</dt>
            <dd data-test="calls-begun">{number(Ledger::begun)}</dd>
            <dt>{text(|m| m.errors)}</dt>
            <dd class=class data-test="errors">{errors}</dd>
            <dt>{text(|m| m.retries)}</dt>
            <dd data-test="retries">{number(Ledger::retries)}</dd>
            <dt>{text(|m| m.achieved)}</dt>
            <dd data-test="achieved">{rate}</dd>
            <dt>"p50"</dt>
            <dd data-test="own-p50">{time(0)}</dd>
            <dt>"p95"</dt>
            <dd data-test="own-p95">{time(1)}</dd>
            <dt>"p99"</dt>
            <dd data-test="own-p99">{time(2)}</dd>
        </dl>
        <p class="hint">{move || words().callers_hint}</p>
    }
}

/// The strip and the counts as one table, folded away.
#[component]
fn Twin(ledger: Signal<Ledger>, balance: ReadSignal<Balance>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let rows = move || {
        let (rows, all) = ledger.with(|ledger| (ledger.rows(), ledger.picks()));
        let rows = rows.into_iter();
        rows.map(|row| {
            let cells = balance.with(|balance| cells(&row, all, balance));
            view! {
                <tr>
                    <th scope="row" class="on-wire">{row.name}</th>
                    {cells.map(|cell| view! { <td class="on-wire">{cell}</td> }).collect_view()}
                </tr>
            }
        })
        .collect_view()
    };
    view! {
        <details class="twin" data-test="balance-table" on:toggle=move |_| is_open.update(|is_open| *is_open = !*is_open)>
            <summary>{text(|m| m.as_table)}</summary>
            <div class="table-frame" tabindex="0" role="group" aria-label=text(|m| m.as_table)>
                <table class="log">
                    <thead>
                        <tr>
                            <th scope="col">{text(|m| m.column_replica)}</th>
                            <th scope="col">{text(|m| m.column_share)}</th>
                            <th scope="col">{text(|m| m.column_server)}</th>
                            <th scope="col">{text(|m| m.column_page)}</th>
                            <th scope="col">{text(|m| m.in_flight)}</th>
                            <th scope="col">"p50"</th>
                            <th scope="col">"p95"</th>
                            <th scope="col">"p99"</th>
                        </tr>
                    </thead>
                    <tbody>{move || is_open.get().then(rows)}</tbody>
                </table>
            </div>
        </details>
    }
}

fn cells(row: &Row, all: u64, balance: &Balance) -> [String; 7] {
    let replica = balance.replicas.iter().find(|own| own.name == row.name);
    let latencies = replica.and_then(|replica| replica.latencies);
    let latency =
        |place: usize| latencies.map_or("–".to_owned(), |all| format_millis(all[place]));
    [
        format!("{} %", fixed(percent(row.picked, all), 1)),
        row.picked.to_string(),
        row.answered.to_string(),
        replica.map_or("–".to_owned(), |replica| replica.in_flight.to_string()),
        latency(0),
        latency(1),
        latency(2),
    ]
}
