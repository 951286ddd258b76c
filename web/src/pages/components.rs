//! `/components`: what stands behind the API server, as the server itself tells it.

use leptos::prelude::*;
use wire::code::Code;

use crate::client::lent::Lent;
use crate::components::method_table::ServiceView;
use crate::components::replica_badge::ReplicaBadge;
use crate::i18n::components::{ComponentsWords, text};
use crate::i18n::{Words as _, locale};
use crate::model::components::{Component, Overview, Replica, Service};
use crate::model::refusal::Refusal;
use crate::state::overview::Overviews;

/// The page that lists components, replicas, services and methods.
#[component]
pub fn ComponentsPage() -> impl IntoView {
    let client = expect_context::<Lent>();
    let overviews = Overviews::ask_now();
    let latest = overviews.latest();
    let content = move || match latest.get() {
        None => view! { <p class="note" data-test="overview-loading">{text(|m| m.loading)}</p> }
            .into_any(),
        Some(Err(refusal)) => view! { <Refused refusal /> }.into_any(),
        Some(Ok(overview)) => view! { <Content overview /> }.into_any(),
    };
    let client = StoredValue::new(client);
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
            <div class="row">
                <button
                    type="button"
                    class="button"
                    data-test="refresh"
                    aria-disabled=move || overviews.is_asking().get().to_string()
                    on:click=move |_| overviews.ask(client.get_value())
                >
                    {text(|m| m.refresh)}
                </button>
            </div>
        </div>
        <div class="overview wide" aria-live="polite" data-test="overview">{content}</div>
    }
}

#[component]
fn Refused(refusal: Refusal) -> impl IntoView {
    let Refusal {
        code,
        message,
        is_unreached,
    } = refusal;
    let remedy = (is_unreached || code == Code::Unimplemented).then(|| {
        let words = move || {
            if is_unreached {
                text(|m| m.unreached)()
            } else {
                text(|m| m.unknown_admin)()
            }
        };
        view! { <p>{words}</p> }
    });
    view! {
        <section class="sheet">
            <div class="callout callout-bad" data-test="overview-failed">
                <p class="callout-title">{text(|m| m.failed)} " " {code.name()}</p>
                {remedy}
                <p class="callout-note">{text(|m| m.failed_hint)} " " <q lang="en">{message}</q></p>
            </div>
        </section>
    }
}

#[component]
fn Content(overview: Overview) -> impl IntoView {
    let Overview {
        components,
        own_services,
    } = overview;
    let is_empty = components.is_empty();
    let components = components.into_iter();
    let components = components.map(|component| view! { <ComponentView component /> });
    view! {
        <Show when=move || is_empty>
            <section class="sheet">
                <p class="note" data-test="overview-empty">{text(|m| m.empty)}</p>
            </section>
        </Show>
        {components.collect_view()}
        <Show when={let has = !own_services.is_empty(); move || has}>
            <OwnServices services=own_services.clone() />
        </Show>
    }
}

#[component]
fn OwnServices(services: Vec<Service>) -> impl IntoView {
    let services = services.into_iter();
    view! {
        <section class="sheet" aria-labelledby="own-heading" data-test="own-services">
            <h2 id="own-heading">{text(|m| m.own_services)}</h2>
            <p class="hint">{text(|m| m.own_services_hint)}</p>
            {services.map(|service| view! { <ServiceView service /> }).collect_view()}
        </section>
    }
}

#[component]
fn ComponentView(component: Component) -> impl IntoView {
    let Component {
        name,
        schema_source,
        schema_error,
        replicas,
        services,
    } = component;
    let heading_id = format!("component-{name}");
    let labelled_by = heading_id.clone();
    let heading = move || (ComponentsWords::of(locale().get()).component)(&name);
    let error = (!schema_error.is_empty()).then(|| {
        view! {
            <p class="field-error">{text(|m| m.schema_error)} " " <span lang="en">{schema_error}</span></p>
        }
    });
    let (no_replicas, no_services) = (replicas.is_empty(), services.is_empty());
    let replicas = replicas.into_iter();
    let services = services.into_iter();
    view! {
        <section class="sheet" aria-labelledby=labelled_by data-test="component">
            <h2 id=heading_id>{heading}</h2>
            <p class="hint">{text(|m| m.schema)} " " <span lang="en">{schema_source}</span></p>
            {error}
            <h3>{text(|m| m.replicas)}</h3>
            <Show when=move || no_replicas>
                <p class="note">{text(|m| m.no_replicas)}</p>
            </Show>
            <ul class="replicas">{replicas.map(|replica| view! { <ReplicaView replica /> }).collect_view()}</ul>
            <Show when=move || no_services>
                <p class="note">{text(|m| m.no_services)}</p>
            </Show>
            {services.map(|service| view! { <ServiceView service /> }).collect_view()}
        </section>
    }
}

#[component]
fn ReplicaView(replica: Replica) -> impl IntoView {
    let Replica {
        name,
        address,
        state,
        last_error,
        connected_since,
        calls_in_flight,
        calls_total,
    } = replica;
    let messages = move || ComponentsWords::of(locale().get());
    let since = connected_since.map(|time| {
        view! { <p class="hint">{move || (messages().since)(&time)}</p> }
    });
    let error = (!last_error.is_empty()).then(|| {
        view! { <p class="hint">{text(|m| m.last_error)} " " <span lang="en">{last_error}</span></p> }
    });
    view! {
        <li class="replica" data-test="replica-card">
            <div class="replica-head">
                <span class="on-wire" data-test="replica-name">{name}</span>
                <ReplicaBadge state />
            </div>
            <p class="on-wire hint">{address}</p>
            <p class="hint">{move || (messages().calls)(calls_total, calls_in_flight)}</p>
            {since}
            {error}
        </li>
    }
}
