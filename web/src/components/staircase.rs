//! One step of the staircase: what it shows, a question, and what came out when the reader had it tried.

use leptos::html::H2;
use leptos::prelude::*;

use crate::i18n::balance::{text, words};
use crate::model::staircase::{Reveal, Step};

/// The links to all steps.
#[component]
pub fn StepList(
    /// The open step.
    step: ReadSignal<Step>,
) -> impl IntoView {
    let words = words();
    let links = Step::ALL.map(|own| {
        view! {
            <li>
                <a href=own.fragment() aria-current=move || (step.get() == own).then_some("step")>
                    <span aria-hidden="true">{own.number()} " "</span>
                    {move || (words().step_name)(own)}
                </a>
            </li>
        }
    });
    view! {
        <nav class="steps" aria-label=text(|m| m.steps)>
            <ol>{links.collect_view()}</ol>
        </nav>
    }
}

/// The open step's heading, which takes the focus when another step opens, and its text.
#[component]
pub fn StepHead(
    /// The open step.
    step: ReadSignal<Step>,
) -> impl IntoView {
    let words = words();
    let heading = NodeRef::<H2>::new();
    Effect::new(move |before: Option<Step>| {
        let now = step.get();
        if before.is_some_and(|before| before != now)
            && let Some(heading) = heading.get_untracked()
        {
            // Fails for elements that can't have it, and this one has a tab index.
            let _ = heading.focus();
        }
        now
    });
    view! {
        <h2 class="step-title" tabindex="-1" node_ref=heading data-test="step" data-step=move || step.get().number()>
            {move || (words().step_name)(step.get())}
        </h2>
        <p class="step-text">{move || (words().step_text)(step.get())}</p>
    }
}

/// The question and its answers.
#[component]
pub fn Question(
    /// The open step.
    step: ReadSignal<Step>,
    /// The answer that the reader chose.
    chosen: RwSignal<Option<usize>>,
    /// The run is going on, or over.
    #[prop(into)]
    is_fixed: Signal<bool>,
) -> impl IntoView {
    let words = words();
    let answers = move || {
        let answers = (words().answers)(step.get()).iter().enumerate();
        answers
            .map(|(place, answer)| view! { <AnswerChoice place answer chosen is_fixed /> })
            .collect_view()
    };
    view! {
        <fieldset class="question">
            <legend>{move || (words().question)(step.get())}</legend>
            {answers}
        </fieldset>
    }
}

#[component]
fn AnswerChoice(
    place: usize,
    answer: &'static str,
    chosen: RwSignal<Option<usize>>,
    is_fixed: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="radio"
                name="answer"
                data-test=format!("answer-{place}")
                prop:checked=move || chosen.get() == Some(place)
                disabled=is_fixed
                on:change=move |_| chosen.set(Some(place))
            />
            <span>{answer}</span>
        </label>
    }
}

/// What came out, with numbers, and why.
#[component]
pub fn Revealed(
    /// It.
    reveal: Reveal,
) -> impl IntoView {
    let words = words();
    let Reveal {
        step,
        chosen,
        outcome,
        ..
    } = reveal;
    let judged = match chosen {
        None => "none",
        Some(chosen) if chosen == outcome => "right",
        Some(_) => "wrong",
    };
    let numbers = move || (words().measured)(&reveal);
    let verdict = move || {
        let words = words();
        match judged {
            "none" => words.unanswered,
            "right" => words.right,
            _ => words.wrong,
        }
    };
    let answer = move || {
        (words().answers)(step)
            .get(outcome)
            .copied()
            .unwrap_or_default()
    };
    let why = move || {
        if outcome == step.usual() {
            (words().why)(step)
        } else {
            words().unusual
        }
    };
    view! {
        <div class="reveal" data-test="reveal" data-judged=judged data-outcome=outcome>
            <p class="reveal-verdict">{verdict} " " {answer}</p>
            <p data-test="measured">{numbers}</p>
            <p>{why}</p>
        </div>
    }
}
