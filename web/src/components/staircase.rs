//! One step of the staircase: what it shows, a question, and what came out when the reader had it tried.

use leptos::prelude::*;

use super::told::{Watched, flag, mark, press, shown, state, tell};
use crate::i18n::balance::text;
use crate::model::scene::Phase;
use crate::model::staircase::Step;

/// Answers that a step offers at most.
const ANSWERS: usize = 3;

/// The links to all steps.
#[component]
pub fn StepList(
    /// What is known.
    scene: Watched,
) -> impl IntoView {
    let links = Step::ALL.map(|own| {
        let name = tell(scene, move |words, _| (words.step_name)(own).to_owned());
        view! {
            <li>
                <a href=own.fragment() aria-current=mark(scene, "step", move |scene| scene.step == own)>
                    <span class="step-number" aria-hidden="true">{own.number().to_string()}</span>
                    {name}
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

/// The open step's heading, which can have the focus, and its text.
#[component]
pub fn StepHead(
    /// What is known.
    scene: Watched,
) -> impl IntoView {
    view! {
        <h2
            class="step-title"
            tabindex="-1"
            id="step-heading"
            data-test="step"
            data-step=tell(scene, |_, scene| scene.step.number().to_string())
        >
            {tell(scene, |words, scene| (words.step_name)(scene.step).to_owned())}
        </h2>
        <p class="step-text">{tell(scene, |words, scene| (words.step_text)(scene.step).to_owned())}</p>
    }
}

/// The question, its answers, and the button that has it tried.
#[component]
pub fn Question(
    /// What is known.
    scene: Watched,
    /// The reader chose an answer.
    #[prop(into)]
    on_answer: Callback<usize>,
    /// The reader wants to see it.
    #[prop(into)]
    on_see: Callback<()>,
) -> impl IntoView {
    let answers = (0..ANSWERS).map(|place| view! { <Choice place scene on_answer /> });
    let name = tell(scene, |words, scene| {
        if scene.reveal.is_some() {
            words.see_again
        } else {
            words.see
        }
        .to_owned()
    });
    let progress = tell(scene, |words, scene| {
        let progress = match scene.phase {
            Phase::Asking => words.asking,
            Phase::Arranging => words.arranging,
            Phase::Running => words.running_step,
            Phase::Revealed | Phase::Failed => "",
        };
        progress.to_owned()
    });
    let see = press(move || {
        if !scene.with_untracked(|scene| scene.phase.is_busy()) {
            on_see.run(());
        }
    });
    view! {
        <fieldset class="question">
            <legend>{tell(scene, |words, scene| (words.question)(scene.step).to_owned())}</legend>
            {answers.collect_view()}
        </fieldset>
        <div class="row row-close">
            <button
                type="button"
                class="button button-go"
                data-test="see"
                aria-disabled=state(scene, |scene| scene.phase.is_busy())
                on:click=see
            >
                {name}
            </button>
            <span class="hint" data-test="phase" data-state=tell(scene, |_, scene| scene.phase.key().to_owned())>
                {progress}
            </span>
        </div>
        <div aria-live="polite">{shown(scene, |scene| scene.reveal.is_some(), move || view! { <Revealed scene /> }.into_any())}</div>
    }
}

#[component]
fn Choice(place: usize, scene: Watched, on_answer: Callback<usize>) -> impl IntoView {
    let answer = tell(scene, move |words, scene| {
        let answers = (words.answers)(scene.step);
        answers.get(place).copied().unwrap_or_default().to_owned()
    });
    view! {
        <label class="choice">
            <input
                type="radio"
                name="answer"
                data-test=format!("answer-{place}")
                prop:checked=flag(scene, move |scene| scene.answer == Some(place))
                disabled=flag(scene, |scene| scene.phase.is_busy() || scene.reveal.is_some())
                on:change=super::told::enter(move |_| on_answer.run(place))
            />
            <span>{answer}</span>
        </label>
    }
}

/// What came out, with numbers, and why.
#[component]
fn Revealed(scene: Watched) -> impl IntoView {
    let judged = tell(scene, |_, scene| {
        let reveal = scene.reveal.as_ref();
        let judged = match reveal.map(|reveal| (reveal.chosen, reveal.outcome)) {
            None | Some((None, _)) => "none",
            Some((Some(chosen), outcome)) if chosen == outcome => "right",
            Some(_) => "wrong",
        };
        judged.to_owned()
    });
    let verdict = tell(scene, |words, scene| {
        let Some(reveal) = &scene.reveal else {
            return String::new();
        };
        let verdict = match reveal.chosen {
            None => words.unanswered,
            Some(chosen) if chosen == reveal.outcome => words.right,
            Some(_) => words.wrong,
        };
        let answers = (words.answers)(reveal.step);
        format!(
            "{verdict} {}",
            answers.get(reveal.outcome).copied().unwrap_or_default()
        )
    });
    let numbers = tell(scene, |words, scene| {
        scene
            .reveal
            .as_ref()
            .map_or_else(String::new, words.measured)
    });
    let why = tell(scene, |words, scene| match &scene.reveal {
        Some(reveal) if reveal.outcome == reveal.step.usual() => {
            (words.why)(reveal.step).to_owned()
        }
        _ => words.unusual.to_owned(),
    });
    view! {
        <div class="reveal" data-test="reveal" data-judged=judged>
            <p class="reveal-verdict">{verdict}</p>
            <p data-test="measured">{numbers}</p>
            <p>{why}</p>
        </div>
    }
}
