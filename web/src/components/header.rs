//! The bar on top: brand, the server and its state, language and theme.

use leptos::prelude::*;

use super::icons::{Mark, ThemeIcon};
use crate::i18n::{Locale, locale, text};
use crate::model::page::Page;
use crate::model::server::Reachability;
use crate::model::theme::Theme;

/// The bar on top of every page.
#[component]
pub fn Header(
    /// Host and port of the server.
    #[prop(into)]
    server: String,
    /// What is known of the server.
    #[prop(into)]
    reachability: Signal<Reachability>,
    /// The theme in use.
    #[prop(into)]
    theme: Signal<Theme>,
    /// The open page.
    #[prop(into)]
    page: Signal<Option<Page>>,
    /// The reader chose a language.
    #[prop(into)]
    on_locale: Callback<Locale>,
    /// The reader wants the next theme.
    #[prop(into)]
    on_theme: Callback<()>,
) -> impl IntoView {
    let theme_label = move || {
        let messages = locale().get().messages();
        match theme.get() {
            Theme::System => messages.theme_system,
            Theme::Light => messages.theme_light,
            Theme::Dark => messages.theme_dark,
        }
    };
    let links = Page::ALL.map(|own| {
        let name = match own {
            Page::Call => text(|m| m.nav_call),
            Page::Streams => text(|m| m.nav_streams),
            Page::Balance => text(|m| m.nav_balance),
            Page::Traces => text(|m| m.nav_traces),
            Page::Compare => text(|m| m.nav_compare),
            Page::Components => text(|m| m.nav_components),
            Page::Decode => text(|m| m.nav_decode),
        };
        let current = move || (page.get() == Some(own)).then_some("page");
        view! { <a href=own.path() aria-current=current>{name}</a> }
    });
    view! {
        <header class="bar">
            <a class="brand" href="/">
                <Mark />
                "Gangplank"
            </a>
            <nav aria-label=text(|m| m.nav)>
                {links.collect_view()}
            </nav>
            <div class="grow"></div>
            <ServerChip server reachability />
            <div class="switch" role="group" aria-label=text(|m| m.language_group)>
                <LocaleButton locale=Locale::En name="EN" on_locale />
                <LocaleButton locale=Locale::Zh name="中文" on_locale />
            </div>
            <button
                type="button"
                class="icon-button"
                data-test="theme"
                aria-label=theme_label
                title=theme_label
                on:click=move |_| on_theme.run(())
            >
                {move || view! { <ThemeIcon theme=theme.get() /> }}
            </button>
        </header>
    }
}

#[component]
fn ServerChip(server: String, reachability: Signal<Reachability>) -> impl IntoView {
    let words = move || {
        let messages = locale().get().messages();
        match reachability.get() {
            Reachability::Checking => messages.server_checking,
            Reachability::Ready | Reachability::Back => messages.server_ready,
            Reachability::Gone => messages.server_gone,
        }
    };
    let state = move || match reachability.get() {
        Reachability::Checking => "checking",
        Reachability::Ready | Reachability::Back => "ready",
        Reachability::Gone => "gone",
    };
    view! {
        <span class="chip" data-test="server" data-state=state>
            <i class="dot" aria-hidden="true"></i>
            <span class="chip-address">{server}</span>
            <span>{words}</span>
        </span>
    }
}

#[component]
fn LocaleButton(locale: Locale, name: &'static str, on_locale: Callback<Locale>) -> impl IntoView {
    let current = crate::i18n::locale();
    view! {
        <button
            type="button"
            lang=locale.tag()
            data-test=format!("locale-{}", locale.tag())
            aria-pressed=move || (current.get() == locale).to_string()
            on:click=move |_| on_locale.run(locale)
        >
            {name}
        </button>
    }
}
