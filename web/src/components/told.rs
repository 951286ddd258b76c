//! Parts of a page that follow its scene, one value in one signal, as few kinds of closures as possible: for each
//! kind that a view holds, a bundle has the code that draws it once more.

use leptos::prelude::*;
use web_sys::{Event, MouseEvent};

use crate::i18n::{Worded, Words as _, locale};
use crate::model::scene::Scene;

/// The scene of `/balance`.
pub type Watched = ReadSignal<Scene>;
/// A text that follows the scene and the language.
pub type Told = Box<dyn FnMut() -> String + Send>;
/// An attribute that's there or not.
pub type Mark = Box<dyn FnMut() -> Option<&'static str> + Send>;
/// A yes or no that follows the scene.
pub type Flag = Box<dyn FnMut() -> bool + Send>;
/// A part that's there or not.
pub type Part = Box<dyn FnMut() -> Option<AnyView> + Send>;
/// Parts whose number changes.
pub type Parts = Box<dyn FnMut() -> Vec<AnyView> + Send>;
/// What a click does.
pub type Press = Box<dyn FnMut(MouseEvent)>;
/// What a change of a field does, with its value.
pub type Enter = Box<dyn FnMut(Event)>;

/// Returns a text that follows the scene and the language.
pub fn tell<S: Worded>(
    scene: ReadSignal<S>,
    text: impl Fn(&S::Words, &S) -> String + Send + 'static,
) -> Told {
    let locale = locale();
    Box::new(move || scene.with(|scene| text(S::Words::of(locale.get()), scene)))
}

/// Returns a word that's told if the scene is so.
pub fn mark<S: Worded>(
    scene: ReadSignal<S>,
    word: &'static str,
    is_so: impl Fn(&S) -> bool + Send + 'static,
) -> Mark {
    Box::new(move || scene.with(&is_so).then_some(word))
}

/// Returns whether the scene is so, as `true` or `false` for assistive technology.
pub fn state<S: Worded>(scene: ReadSignal<S>, is_so: impl Fn(&S) -> bool + Send + 'static) -> Mark {
    Box::new(move || Some(if scene.with(&is_so) { "true" } else { "false" }))
}

/// Returns whether the scene is so.
pub fn flag<S: Worded>(scene: ReadSignal<S>, is_so: impl Fn(&S) -> bool + Send + 'static) -> Flag {
    Box::new(move || scene.with(&is_so))
}

/// Returns a part that's there while the scene is so; it isn't drawn anew unless it was gone.
pub fn shown<S: Worded>(
    scene: ReadSignal<S>,
    is_so: fn(&S) -> bool,
    part: impl Fn() -> AnyView + Send + 'static,
) -> Part {
    let is_shown = Memo::new(move |_| scene.with(is_so));
    Box::new(move || is_shown.get().then(&part))
}

/// Returns as many parts as there are, each made by its place.
pub fn many<S: Worded>(
    scene: ReadSignal<S>,
    count: fn(&S) -> usize,
    part: impl Fn(usize) -> AnyView + Send + 'static,
) -> Parts {
    let count = Memo::new(move |_| scene.with(count));
    Box::new(move || (0..count.get()).map(&part).collect())
}

/// Returns what a click does.
pub fn press(act: impl Fn() + 'static) -> Press {
    Box::new(move |_| act())
}

/// Returns what a change of a field does.
pub fn enter(act: impl Fn(String) + 'static) -> Enter {
    Box::new(move |event| act(event_target_value(&event)))
}
