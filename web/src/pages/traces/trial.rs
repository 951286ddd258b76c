//! What can be tried on `/traces`, and what came out of slowing a hop.

use leptos::prelude::*;

use super::plain::{Name, cell, columns, hint, name, parts, word};
use crate::components::told::{enter, flag, press, shown, state, tell};
use crate::i18n::traces::{TraceWords, text};
use crate::model::trace::compare::Change;
use crate::model::trace::figures::{duration, precise, signed};
use crate::model::trace::layout::percent;
use crate::model::traces::Traces;
use crate::model::traces::trial::{Act, Outcome};
use crate::state::traces::Tracer;

/// Answers that are offered.
const ANSWERS: usize = 3;

/// The buttons, and what became of the last one that was pressed.
#[component]
pub fn TrialSheet(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let page = tracer.page();
    let demo = move || view! { <WithDemo tracer /> }.into_any();
    let no_demo = || hint("no-demo", name(|m| m.no_demo));
    let outcome = move || view! { <Revealed tracer /> }.into_any();
    let changes = move || view! { <Changes tracer /> }.into_any();
    let refused = move || view! { <Refused tracer /> }.into_any();
    view! {
        <section class="sheet wide trial" aria-labelledby="trial-heading" data-test="trial">
            <h2 id="trial-heading">{name(|m| m.trial)}</h2>
            {shown(page, |page| !page.trial.has_no_demo, demo)}
            {shown(page, |page| page.trial.has_no_demo, no_demo)}
            <p class="hint" role="status" data-test="stage" data-state=tell(page, |_, page| page.trial.stage.key().to_owned())>
                {tell(page, |words, page| (words.stage)(page.trial.stage).to_owned())}
            </p>
            {shown(page, |page| page.trial.refusal.is_some(), refused)}
            <div aria-live="polite">{shown(page, |page| page.trial.outcome.is_some(), outcome)}</div>
            {shown(page, |page| page.trial.outcome.is_some(), changes)}
        </section>
    }
}

#[component]
fn WithDemo(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    view! {
        <div class="trials">
            <div>
                {hint("trial-hint", name(|m| m.trial_hint))}
                <div class="row row-close">
                    {attempt(tracer, Act::Send, "send", |m| m.send)}
                    {attempt(tracer, Act::Retry, "retry", |m| m.retry)}
                </div>
            </div>
            <div>
                <fieldset class="question" disabled=flag(page, |page| page.trial.stage.is_busy())>
                    <legend>{name(|m| m.question)}</legend>
                    {(0..ANSWERS).map(|place| choice(tracer, place)).collect_view()}
                </fieldset>
                <div class="row row-close">{attempt(tracer, Act::Slow, "slow", |m| m.slow)}</div>
            </div>
        </div>
    }
}

/// A button that tries something. It stays where it is while a trial goes on, so that the focus does too.
pub fn attempt(tracer: Tracer, act: Act, hook: &'static str, own: Name) -> AnyView {
    let class = if act == Act::Send {
        "button button-go"
    } else {
        "button"
    };
    view! {
        <button
            type="button"
            class=class
            data-test=hook
            aria-disabled=state(tracer.page(), |page| page.trial.stage.is_busy())
            on:click=press(move || tracer.attempt(act))
        >
            {name(own)}
        </button>
    }
    .into_any()
}

fn choice(tracer: Tracer, place: usize) -> AnyView {
    let page = tracer.page();
    view! {
        <label class="choice">
            <input
                type="radio"
                name="guess"
                data-test=format!("guess-{place}")
                prop:checked=flag(page, move |page| page.trial.guess == Some(place))
                on:change=enter(move |_| tracer.change(|page| page.trial.guess = Some(place)))
            />
            <span>{tell(page, move |words, _| words.answers[place].to_owned())}</span>
        </label>
    }
    .into_any()
}

#[component]
fn Refused(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let words = tell(page, |words, page| {
        let refusal = page.trial.refusal.as_ref();
        refusal.map_or_else(String::new, |own| {
            format!("{} {}", words.refused, own.code.name())
        })
    });
    let message = tell(page, |_, page| {
        let refusal = page.trial.refusal.as_ref();
        refusal.map_or_else(String::new, |own| own.message.clone())
    });
    view! { <p class="callout callout-bad" role="alert" data-test="refused">{words} " " <q lang="en">{message}</q></p> }
}

/// What came out: a verdict, and a sentence with numbers.
#[component]
fn Revealed(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let told = move |read: fn(&TraceWords, &Outcome) -> String| {
        tell(page, move |words, page| {
            let outcome = page.trial.outcome.as_ref();
            outcome.map_or_else(String::new, |own| read(words, own))
        })
    };
    let judged = told(|_, outcome| judge(outcome).to_owned());
    let verdict = told(|words, outcome| {
        let verdict = match judge(outcome) {
            "none" => words.unanswered,
            "right" => words.right,
            _ => words.wrong,
        };
        let answer = outcome.answer().map(|place| words.answers[place]);
        match answer {
            Some(answer) => (words.verdict)(verdict, answer),
            None => words.unusual.to_owned(),
        }
    });
    view! {
        <div class="reveal" data-test="reveal" data-judged=judged>
            <p class="reveal-verdict">{verdict}</p>
            <p data-test="grown">{told(|words, outcome| (words.grown)(outcome))}</p>
            <p>{name(|m| m.why)}</p>
        </div>
    }
}

/// Every bar before and after.
#[component]
fn Changes(tracer: Tracer) -> impl IntoView {
    let count = |page: &Traces| {
        let outcome = page.trial.outcome.as_ref();
        outcome.map_or(0, |own| own.changes.len())
    };
    view! {
        <div class="table-frame" tabindex="0" role="group" aria-label=text(|m| m.slow)>
            <table class="log changes" data-test="changes">
                {columns(&[
                    ("", |m| m.column_bar),
                    ("", |m| m.column_before),
                    ("", |m| m.column_after),
                    ("figure", |m| m.column_grew),
                    ("figure", |m| m.column_own_grew),
                ])}
                <tbody>{parts(tracer, count, change_row)}</tbody>
            </table>
        </div>
    }
}

fn judge(outcome: &Outcome) -> &'static str {
    match outcome.guess {
        None => "none",
        guess if guess == outcome.answer() => "right",
        Some(_) => "wrong",
    }
}

fn change_row(tracer: Tracer, place: usize) -> AnyView {
    let told = move |read: fn(&Outcome, &Change) -> String| {
        tell(tracer.page(), move |_, page| {
            let outcome = page.trial.outcome.as_ref();
            let change = outcome.and_then(|own| Some((own, own.changes.get(place)?)));
            change.map_or_else(String::new, |(outcome, change)| read(outcome, change))
        })
    };
    let bar = |class: &'static str, read: fn(&Outcome, &Change) -> String, took| {
        view! {
            <td>
                <svg class=class width="100%" height="8" aria-hidden="true">
                    <rect width=told(read) height="8" rx="2" />
                </svg>
                {word("on-wire", told(took))}
            </td>
        }
        .into_any()
    };
    let title = tell(tracer.page(), move |words, page| {
        let outcome = page.trial.outcome.as_ref();
        let change = outcome.and_then(|own| own.changes.get(place));
        change.map_or_else(String::new, |change| match change.attempt {
            0 => change.name.clone(),
            number => (words.attempt)(number, ""),
        })
    });
    let own = told(|outcome, change| {
        let is_own = outcome.own.and_then(|own| outcome.changes.get(own)) == Some(change);
        if is_own { "own" } else { "" }.to_owned()
    });
    view! {
        <tr data-own=own>
            <th scope="row">
                {word("on-wire", title)}
                " "
                {word("span-source", told(|_, change| format!("{} {}", change.sources[1], change.kind.name())))}
            </th>
            {bar("change-before", |outcome, change| part(outcome, change.took[0]), |_, change| duration(change.took[0]))}
            {bar("change-after", |outcome, change| part(outcome, change.took[1]), |_, change| duration(change.took[1]))}
            {cell("figure on-wire", told(|_, change| signed(change.grew())))}
            {cell("figure on-wire own-grew", told(|_, change| signed(change.own_grew())))}
        </tr>
    }
    .into_any()
}

fn part(outcome: &Outcome, took: i64) -> String {
    percent(100.0 * precise(took) / precise(outcome.longest()))
}
