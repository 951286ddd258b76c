//! The request as a form: its fields, and the buttons that send or cancel it.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;

use super::switch::{Choice, Switch};
use crate::i18n::{Locale, locale, text};
use crate::model::deadline;
use crate::model::greeting::{Language, Method, Request};
use crate::model::metadata;
use crate::model::wire_format::WireFormat;

/// What stands in the form.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The method that Enter calls.
    pub method: RwSignal<Method>,
    /// The name as typed.
    pub name: RwSignal<String>,
    /// The chosen language.
    pub language: RwSignal<Language>,
    /// The deadline as typed.
    pub deadline: RwSignal<String>,
    /// The metadata as typed.
    pub metadata: RwSignal<String>,
    /// The chosen wire format.
    pub format: RwSignal<WireFormat>,
}

impl Draft {
    /// Begins with a greeting of the world in the page's language.
    pub fn new(locale: Locale) -> Self {
        let language = match locale {
            Locale::En => Language::English,
            Locale::Zh => Language::Chinese,
        };
        Self {
            method: RwSignal::new(Method::SayHello),
            name: RwSignal::new("World".to_owned()),
            language: RwSignal::new(language),
            deadline: RwSignal::new(String::new()),
            metadata: RwSignal::new(String::new()),
            format: RwSignal::new(WireFormat::Binary),
        }
    }

    /// Returns the request as it stands, or none while a field isn't legal.
    pub fn request(self) -> Option<Request> {
        Some(Request {
            method: self.method.get_untracked(),
            name: self.name.get_untracked(),
            language: self.language.get_untracked(),
            deadline: deadline::parse(&self.deadline.get_untracked()).ok()?,
            metadata: metadata::parse(&self.metadata.get_untracked()).ok()?,
            format: self.format.get_untracked(),
        })
    }
}

/// The form of a request to MyService. Enter sends, and so does Ctrl-Enter in the metadata.
#[component]
pub fn RequestForm(
    /// What stands in the form.
    draft: Draft,
    /// A call is in flight: sending waits, canceling works.
    #[prop(into)]
    is_pending: Signal<bool>,
    /// The server's words on what is wrong with the name, if it rejected it.
    #[prop(into)]
    name_violation: Signal<Option<String>>,
    /// The reader wants to send this request.
    #[prop(into)]
    on_send: Callback<Request>,
    /// The reader wants to cancel the call in flight.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> impl IntoView {
    let send = move || {
        if let Some(request) = draft.request() {
            on_send.run(request);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let by_key = move |event: KeyboardEvent| {
        if &*event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    let send_method = move |method| {
        draft.method.set(method);
        send();
    };
    view! {
        <form class="form" novalidate on:submit=submit on:keydown=by_key>
            <DialectField format=draft.format />
            <NameField name=draft.name name_violation />
            <LanguageField language=draft.language />
            <DeadlineField deadline_text=draft.deadline />
            <More metadata=draft.metadata format=draft.format />
            <div class="row">
                <SendButton method=Method::SayHello chosen=draft.method is_pending on_press=send_method />
                <SendButton method=Method::SayGoodbye chosen=draft.method is_pending on_press=send_method />
                <button
                    class="button button-quiet"
                    type="button"
                    data-test="cancel"
                    disabled=move || !is_pending.get()
                    on:click=move |_| on_cancel.run(())
                >
                    {text(|m| m.cancel)}
                </button>
            </div>
            // Enter in a field presses a form's first submit button; this one has no place to be seen.
            <button type="submit" hidden></button>
        </form>
    }
}

/// The choice between gRPC-Web and JSON, as radio buttons that look like a switch.
#[component]
fn DialectField(format: RwSignal<WireFormat>) -> impl IntoView {
    let choices = [
        ("grpc-web", WireFormat::Binary, "gRPC-Web · protobuf"),
        ("json", WireFormat::Json, "HTTP · JSON"),
    ];
    let buttons = choices.map(|(hook, own, name)| {
        let is_chosen = move || (format.get() == WireFormat::Json) == (own == WireFormat::Json);
        view! {
            <label data-test=format!("dialect-{hook}")>
                <input
                    type="radio"
                    name="dialect"
                    class="unseen"
                    data-test=format!("radio-{hook}")
                    tabindex=move || if is_chosen() { "0" } else { "-1" }
                    prop:checked=is_chosen
                    on:change=move |_| format.set(own)
                />
                <span>{name}</span>
            </label>
        }
    });
    view! {
        <fieldset class="switch switch-radio">
            <legend class="unseen">{text(|m| m.dialect)}</legend>
            {buttons.collect_view()}
        </fieldset>
    }
}

#[component]
fn SendButton(
    method: Method,
    chosen: RwSignal<Method>,
    is_pending: Signal<bool>,
    #[prop(into)] on_press: Callback<Method>,
) -> impl IntoView {
    let (name, hook) = match method {
        Method::SayHello => (text(|m| m.say_hello), "say-hello"),
        Method::SayGoodbye => (text(|m| m.say_goodbye), "say-goodbye"),
    };
    view! {
        <button
            class="button"
            class:button-go=move || chosen.get() == method
            type="button"
            data-test=hook
            aria-disabled=move || is_pending.get().to_string()
            on:click=move |_| on_press.run(method)
        >
            {name}
        </button>
    }
}

#[component]
fn NameField(name: RwSignal<String>, name_violation: Signal<Option<String>>) -> impl IntoView {
    let is_invalid = move || name_violation.with(Option::is_some);
    view! {
        <div class="field">
            <label for="name">{text(|m| m.name)} <code>"string name = 1"</code></label>
            <input
                id="name"
                data-test="name"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || is_invalid().to_string()
                aria-describedby="name-error"
                bind:value=name
            />
            <p id="name-error" class="field-error" data-test="name-error">
                {move || name_violation.get().map(|words| view! {
                    {text(|m| m.rejected_by_server)} " " <span lang="en">{words}</span>
                })}
            </p>
        </div>
    }
}

#[component]
fn LanguageField(language: RwSignal<Language>) -> impl IntoView {
    let option_name = move |choice: Language| match choice {
        Language::Unspecified => locale().get().messages().language_unspecified,
        Language::English => "English",
        Language::Chinese => "简体中文",
    };
    let options = Language::ALL.map(|choice| {
        let is_chosen = choice == language.get_untracked();
        view! {
            <option value=choice.key() selected=is_chosen>{move || option_name(choice)}</option>
        }
    });
    view! {
        <div class="field">
            <label for="language">{text(|m| m.language)} <code>"Language language = 2"</code></label>
            <select
                id="language"
                data-test="language"
                prop:value=move || language.get().key()
                on:change:target=move |event| language.set(Language::from_key(&event.target().value()))
            >
                {options.collect_view()}
            </select>
        </div>
    }
}

#[component]
fn DeadlineField(deadline_text: RwSignal<String>) -> impl IntoView {
    let is_invalid = move || deadline::parse(&deadline_text.get()).is_err();
    view! {
        <div class="field">
            <label for="deadline">{text(|m| m.deadline)} <code>"grpc-timeout"</code></label>
            <input
                id="deadline"
                data-test="deadline"
                inputmode="numeric"
                autocomplete="off"
                placeholder=text(|m| m.deadline_hint)
                aria-invalid=move || is_invalid().to_string()
                aria-describedby="deadline-error"
                bind:value=deadline_text
            />
            <p id="deadline-error" class="field-error" data-test="deadline-error">
                {move || is_invalid().then(|| text(|m| m.deadline_invalid))}
            </p>
        </div>
    }
}

/// What most calls do without: metadata and the wire format.
#[component]
fn More(metadata: RwSignal<String>, format: RwSignal<WireFormat>) -> impl IntoView {
    let bad_line = move || metadata::parse(&metadata.get()).err();
    let error =
        move || bad_line().map(|bad| (locale().get().messages().metadata_invalid)(bad.line));
    let formats = vec![
        Choice {
            value: WireFormat::Binary,
            name: |locale| locale.messages().format_binary,
            hook: "format-binary",
        },
        Choice {
            value: WireFormat::Text,
            name: |locale| locale.messages().format_text,
            hook: "format-text",
        },
    ];
    view! {
        <details class="more" data-test="more">
            <summary>{text(|m| m.more)}</summary>
            <div class="field">
                <label for="metadata">{text(|m| m.metadata)} <code>"name: value"</code></label>
                <textarea
                    id="metadata"
                    data-test="metadata"
                    rows="2"
                    spellcheck="false"
                    autocomplete="off"
                    aria-invalid=move || bad_line().is_some().to_string()
                    aria-describedby="metadata-error"
                    bind:value=metadata
                ></textarea>
                <p id="metadata-error" class="field-error" data-test="metadata-error">{error}</p>
            </div>
            <Show when=move || format.get() != WireFormat::Json>
                <Switch choices=formats.clone() chosen=format on_choose=move |chosen| format.set(chosen) label=text(|m| m.format) />
            </Show>
        </details>
    }
}
