//! Assembly: contexts, the frame around every page, and the hand-over from the static first paint.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::client::address::server_base_url;
use crate::components::header::Header;
use crate::i18n::text;
use crate::model::annex::Annex;
use crate::model::page::Page;
use crate::model::server::authority;
use crate::pages::annexed::Annexed;
use crate::pages::call::CallPage;
use crate::state::calls::Calls;
use crate::state::preferences::Preferences;
use crate::state::route::Route;
use crate::state::schema::Schemas;
use crate::state::server::Server;

/// Replaces the static first paint in `#app` by the running app.
///
/// Does nothing in a document without `#app`.
pub fn mount() {
    let Some(place) = document().get_element_by_id("app") else {
        return;
    };
    place.set_inner_html("");
    leptos::mount::mount_to(place.unchecked_into(), App).forget();
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let preferences = Preferences::load();
    provide_context(preferences.locale());
    let server = Server::connect(server_base_url());
    provide_context(server);
    let schemas = Schemas::load();
    provide_context(schemas);
    provide_context(Calls::new(server, schemas));
    let base_url = server.base_url();
    let page = Route::follow().page();

    view! {
        <a class="skip" href="#content">{text(|m| m.skip_to_content)}</a>
        <Header
            server=authority(&base_url).to_owned()
            reachability=server.reachability()
            theme=preferences.theme()
            page
            on_locale=move |locale| preferences.choose_locale(locale)
            on_theme=move |()| preferences.choose_next_theme()
        />
        <main id="content" tabindex="-1">
            {move || match page.get() {
                Some(Page::Call) => view! { <CallPage /> }.into_any(),
                Some(Page::Streams) => view! { <Annexed annex=Annex::Streams /> }.into_any(),
                Some(Page::Balance) => view! { <Annexed annex=Annex::Balance /> }.into_any(),
                Some(Page::Traces) => view! { <Annexed annex=Annex::Traces /> }.into_any(),
                Some(Page::Compare) => view! { <Annexed annex=Annex::Compare /> }.into_any(),
                Some(Page::Components) => view! { <Annexed annex=Annex::Components /> }.into_any(),
                Some(Page::Decode) => view! { <Annexed annex=Annex::Decode /> }.into_any(),
                None => view! { <NotFound /> }.into_any(),
            }}
        </main>
        <footer class="footer">{text(|m| m.footer)}</footer>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <div class="hero">
            <h1>{text(|m| m.not_found)}</h1>
            <p class="lede"><a href="/">{text(|m| m.nav_call)}</a></p>
        </div>
    }
}
