//! Who got how many calls, as both sides counted it, the callers' percentiles and errors, and the table of it all.

use leptos::prelude::*;

use super::replica_strip::latency;
use super::told::{Parts, Told, Watched, many, tell};
use crate::i18n::balance::text;
use crate::model::balance::mark_class;
use crate::model::decimal::fixed;
use crate::model::ledger::{Row, Verdict, percent};
use crate::model::scene::Scene;
use crate::model::time::format_millis;

/// What a cell tells of the row at its place.
type CellText = fn(&Scene, &Row) -> String;

/// The columns of the table, first and last those that are always seen.
const COLUMNS: [CellText; 8] = [
    |_, row| row.name.clone(),
    share,
    |_, row| row.picked.to_string(),
    |_, row| row.answered.to_string(),
    |scene, row| of_replica(scene, row, 3),
    |scene, row| of_replica(scene, row, 0),
    |scene, row| of_replica(scene, row, 1),
    |scene, row| of_replica(scene, row, 2),
];

/// The counts of a run.
#[component]
pub fn Shares(
    /// What is known.
    scene: Watched,
) -> impl IntoView {
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
                <tbody>{rows(scene, share_row)}</tbody>
            </table>
        </div>
        <Sum scene />
        <Callers scene />
        <Twin scene />
    }
}

/// Returns the rows of a table, one for each replica that was ever counted.
fn rows(scene: Watched, row: fn(Watched, usize) -> AnyView) -> Parts {
    let count = |scene: &Scene| scene.ledger.rows().len();
    many(scene, count, move |place| row(scene, place))
}

/// Returns a text about the replica in a row.
fn cell(scene: Watched, place: usize, text: CellText) -> Told {
    tell(scene, move |_, scene| {
        let rows = scene.ledger.rows();
        rows.get(place)
            .map_or_else(String::new, |row| text(scene, row))
    })
}

fn share_row(scene: Watched, place: usize) -> AnyView {
    let told = move |text: CellText| cell(scene, place, text);
    view! {
        <tr data-replica=told(COLUMNS[0])>
            <th scope="row">
                <i class=told(|scene, row| mark_class(scene.mark(&row.name))) aria-hidden="true">
                    {told(|scene, row| scene.mark(&row.name).to_string())}
                </i>
                <span class="on-wire">{told(COLUMNS[0])}</span>
            </th>
            <td class="share-cell">
                <svg class=told(|scene, row| format!("share-bar hue-{}", scene.mark(&row.name) % 4 + 1)) width="100%" height="8" aria-hidden="true">
                    <rect class="share-rest" width="100%" height="8" />
                    <rect width=told(|scene, row| format!("{}%", part(scene, row))) height="8" />
                </svg>
                <span class="on-wire" data-test="share-percent">{told(share)}</span>
            </td>
            <td class="on-wire" data-test="share-server">{told(COLUMNS[2])}</td>
            <td class="on-wire" data-test="share-page">{told(COLUMNS[3])}</td>
        </tr>
    }
    .into_any()
}

fn part(scene: &Scene, row: &Row) -> String {
    fixed(percent(row.picked, scene.ledger.picks()), 1)
}

fn share(scene: &Scene, row: &Row) -> String {
    format!("{} %", part(scene, row))
}

/// Returns a percentile of the row's replica, or behind them its calls in flight.
fn of_replica(scene: &Scene, row: &Row, place: usize) -> String {
    let replica = scene
        .balance
        .replicas
        .iter()
        .find(|own| own.name == row.name);
    replica.map_or("–".to_owned(), |replica| match place {
        0..=2 => latency(replica, place),
        _ => replica.in_flight.to_string(),
    })
}

/// Whether both sides agree.
#[component]
fn Sum(scene: Watched) -> impl IntoView {
    let verdict = |scene: &Scene| scene.ledger.verdict(scene.is_running());
    let state = tell(scene, move |_, scene| {
        let key = match verdict(scene) {
            Verdict::Nothing => "nothing",
            Verdict::Counting => "counting",
            Verdict::Equal(_) => "equal",
            Verdict::Explained { .. } => "explained",
            Verdict::Different { .. } => "different",
        };
        key.to_owned()
    });
    view! {
        <p class="sum" data-test="verdict" data-state=state>
            {tell(scene, move |words, scene| (words.verdict)(verdict(scene)))}
        </p>
    }
}

/// What callers saw: errors and times.
#[component]
fn Callers(scene: Watched) -> impl IntoView {
    let told = move |text: fn(&Scene) -> String| tell(scene, move |_, scene| text(scene));
    let time = move |place: usize| {
        tell(scene, move |_, scene| {
            let time = scene.ledger.percentiles()[place];
            time.map_or("–".to_owned(), format_millis)
        })
    };
    let errors = told(|scene| {
        let (errors, codes) = (scene.ledger.errors(), scene.ledger.codes());
        format!("{errors} {}", codes.join(" "))
            .trim_end()
            .to_owned()
    });
    let class = told(|scene| {
        if scene.ledger.errors() > 0 {
            "bad-number"
        } else {
            ""
        }
        .to_owned()
    });
    let rate = told(|scene| {
        let rate = scene.ledger.rate();
        rate.map_or("–".to_owned(), |rate| format!("{}/s", fixed(rate, 1)))
    });
    view! {
        <h3>{text(|m| m.callers)}</h3>
        <dl class="pairs">
            <div><dt>{text(|m| m.calls)}</dt><dd data-test="calls-begun">{told(|scene| scene.ledger.begun().to_string())}</dd></div>
            <div><dt>{text(|m| m.errors)}</dt><dd class=class data-test="errors">{errors}</dd></div>
            <div><dt>{text(|m| m.retries)}</dt><dd data-test="retries">{told(|scene| scene.ledger.retries().to_string())}</dd></div>
            <div><dt>{text(|m| m.achieved)}</dt><dd data-test="achieved">{rate}</dd></div>
            <div><dt>"p50"</dt><dd data-test="own-p50">{time(0)}</dd></div>
            <div><dt>"p95"</dt><dd data-test="own-p95">{time(1)}</dd></div>
            <div><dt>"p99"</dt><dd data-test="own-p99">{time(2)}</dd></div>
        </dl>
        <p class="hint">{text(|m| m.callers_hint)}</p>
    }
}

/// The strip and the counts as one table, folded away.
#[component]
fn Twin(scene: Watched) -> impl IntoView {
    view! {
        <details class="twin" data-test="balance-table">
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
                    <tbody>{rows(scene, twin_row)}</tbody>
                </table>
            </div>
        </details>
    }
}

fn twin_row(scene: Watched, place: usize) -> AnyView {
    let [name, rest @ ..] = COLUMNS;
    let rest = rest.map(|text| view! { <td class="on-wire">{cell(scene, place, text)}</td> });
    view! {
        <tr>
            <th scope="row" class="on-wire">{cell(scene, place, name)}</th>
            {rest.collect_view()}
        </tr>
    }
    .into_any()
}
