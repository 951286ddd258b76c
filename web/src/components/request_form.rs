//! The request as a form: name, language, deadline, and the buttons that send or cancel it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::i18n::{Locale, locale, text};
use crate::model::deadline;
use crate::model::greeting::{Language, Method, Request};

/// The form of a request to MyService. Enter sends `SayHello`.
#[component]
pub fn RequestForm(
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
    let name = RwSignal::new("World".to_owned());
    let language = RwSignal::new(native_language(locale().get_untracked()));
    let deadline_text = RwSignal::new(String::new());
    let deadline_is_invalid = Memo::new(move |_| deadline::parse(&deadline_text.get()).is_err());

    let send = move |method| {
        if let Ok(deadline) = deadline::parse(&deadline_text.get_untracked()) {
            let (name, language) = (name.get_untracked(), language.get_untracked());
            on_send.run(Request {
                method,
                name,
                language,
                deadline,
            });
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send(Method::SayHello);
    };

    view! {
        <form class="form" novalidate on:submit=submit>
            <NameField name name_violation />
            <LanguageField language />
            <DeadlineField deadline_text is_invalid=deadline_is_invalid />
            <div class="row">
                <button class="button button-go" type="submit" data-test="say-hello" aria-disabled=move || is_pending.get().to_string()>
                    {text(|m| m.say_hello)}
                </button>
                <button
                    class="button"
                    type="button"
                    data-test="say-goodbye"
                    aria-disabled=move || is_pending.get().to_string()
                    on:click=move |_| send(Method::SayGoodbye)
                >
                    {text(|m| m.say_goodbye)}
                </button>
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
        </form>
    }
}

/// Returns the service's language for readers of a page language, which the form begins with.
fn native_language(locale: Locale) -> Language {
    match locale {
        Locale::En => Language::English,
        Locale::Zh => Language::Chinese,
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
    view! {
        <div class="field">
            <label for="language">{text(|m| m.language)} <code>"Language language = 2"</code></label>
            <select
                id="language"
                data-test="language"
                prop:value=move || language.get().key()
                on:change:target=move |event| language.set(Language::from_key(&event.target().value()))
            >
                {Language::ALL.map(|choice| view! {
                    <option value=choice.key() selected=choice == language.get_untracked()>
                        {move || option_name(choice)}
                    </option>
                }).collect_view()}
            </select>
        </div>
    }
}

#[component]
fn DeadlineField(deadline_text: RwSignal<String>, is_invalid: Memo<bool>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="deadline">{text(|m| m.deadline)} <code>"grpc-timeout"</code></label>
            <input
                id="deadline"
                data-test="deadline"
                inputmode="numeric"
                autocomplete="off"
                placeholder=text(|m| m.deadline_hint)
                aria-invalid=move || is_invalid.get().to_string()
                aria-describedby="deadline-error"
                bind:value=deadline_text
            />
            <p id="deadline-error" class="field-error" data-test="deadline-error">
                {move || is_invalid.get().then(|| text(|m| m.deadline_invalid))}
            </p>
        </div>
    }
}
