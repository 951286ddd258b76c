//! Plain elements, each made in one place: a bundle has the code of an element once for each place that spells it out.

use leptos::prelude::*;

use crate::components::told::{Flag, Press, Told, flag, many, press, tell};
use crate::i18n::traces::TraceWords;
use crate::i18n::{Words as _, locale};
use crate::model::trace::Span;
use crate::model::trace::tree::Node;
use crate::model::traces::Traces;
use crate::model::traces::opened::{Opened, Row};
use crate::state::traces::Tracer;

/// Words that are the same whatever is known.
pub type Name = fn(&TraceWords) -> &'static str;
/// What is told of the open trace.
pub type OfOpened = fn(&TraceWords, &Opened) -> String;
/// What is told of a row of the waterfall.
pub type OfRow = fn(&TraceWords, &Opened, &Row, &Span, &Node) -> String;

/// Returns words that follow the page's language.
pub fn name(choose: Name) -> Told {
    let locale = locale();
    Box::new(move || choose(TraceWords::of(locale.get())).to_owned())
}

/// Returns a text about the open trace.
pub fn opened(tracer: Tracer, read: OfOpened) -> Told {
    tell(tracer.page(), move |words, page| {
        page.of_opened(|own| read(words, own))
    })
}

/// Returns a text about the span in a row of the waterfall.
pub fn in_row(tracer: Tracer, row: usize, read: OfRow) -> Told {
    tell(tracer.page(), move |words, page| {
        page.of_opened(|own| {
            let found = own.row(row);
            found.map_or_else(String::new, |(row, span, node)| {
                read(words, own, row, span, node)
            })
        })
    })
}

/// Returns whether the open trace is so.
pub fn is_so(tracer: Tracer, read: fn(&Opened) -> bool) -> Flag {
    flag(tracer.page(), move |page| page.of_opened(read))
}

/// Returns as many parts as there are, each made by its place.
pub fn parts(
    tracer: Tracer,
    count: fn(&Traces) -> usize,
    part: fn(Tracer, usize) -> AnyView,
) -> AnyView {
    many(tracer.page(), count, move |place| part(tracer, place)).into_any()
}

/// A part of a line.
pub fn word(class: &'static str, words: Told) -> AnyView {
    view! { <span class=class>{words}</span> }.into_any()
}

/// A line in small print.
pub fn hint(hook: &'static str, words: Told) -> AnyView {
    view! { <p class="hint" data-test=hook>{words}</p> }.into_any()
}

/// A fact and its name.
pub fn fact(own: Name, hook: &'static str, value: Told) -> AnyView {
    view! { <dt>{name(own)}</dt><dd data-test=hook>{value}</dd> }.into_any()
}

/// A cell of a table.
pub fn cell(class: &'static str, words: Told) -> AnyView {
    view! { <td class=class>{words}</td> }.into_any()
}

/// The head of a table.
pub fn columns(names: &[(&'static str, Name)]) -> AnyView {
    let columns = names.iter().map(|(class, own)| {
        view! { <th scope="col" class=*class>{name(*own)}</th> }
    });
    view! { <thead><tr>{columns.collect_view()}</tr></thead> }.into_any()
}

/// A small button.
pub fn button(hook: &'static str, words: Told, is_idle: Flag, act: impl Fn() + 'static) -> AnyView {
    pressed(hook, words, is_idle, press(act))
}

fn pressed(hook: &'static str, words: Told, is_idle: Flag, act: Press) -> AnyView {
    view! {
        <button type="button" class="button button-small" data-test=hook disabled=is_idle on:click=act>
            {words}
        </button>
    }
    .into_any()
}

/// A small button that changes the open trace; idle where that changes nothing.
pub fn change(
    tracer: Tracer,
    hook: &'static str,
    own: Name,
    change: fn(&mut Opened),
    is_idle: fn(&Opened) -> bool,
) -> AnyView {
    let act = move || {
        tracer.change(|page| {
            if let Some(own) = &mut page.opened {
                change(own);
            }
        });
    };
    button(hook, name(own), is_so(tracer, is_idle), act)
}

/// A flag that's never up.
pub fn never() -> Flag {
    Box::new(|| false)
}
