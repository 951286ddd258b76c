//! A service and the table of its methods.

use leptos::prelude::*;

use crate::i18n::components::{ComponentsWords, text};
use crate::i18n::{Words as _, locale};
use crate::model::components::{Method, Service};

/// A service, its comment and its methods.
#[component]
pub fn ServiceView(
    /// Which one.
    service: Service,
) -> impl IntoView {
    let Service {
        name,
        comment,
        is_deprecated,
        methods,
    } = service;
    let label = name.clone();
    let methods = methods.into_iter();
    view! {
        <div class="service" data-test="service">
            <h3 class="on-wire">{name} {is_deprecated.then(|| view! { " " <Deprecated /> })}</h3>
            <p class="comment" lang="en">{comment}</p>
            <div class="table-frame" tabindex="0" role="group" aria-label=label>
                <table class="log">
                    <thead>
                        <tr>
                            <th scope="col">{text(|m| m.column_method)}</th>
                            <th scope="col">{text(|m| m.column_kind)}</th>
                            <th scope="col">{text(|m| m.column_routes)}</th>
                            <th scope="col">{text(|m| m.column_messages)}</th>
                            <th scope="col">{text(|m| m.column_comment)}</th>
                        </tr>
                    </thead>
                    <tbody>{methods.map(|method| view! { <Row method /> }).collect_view()}</tbody>
                </table>
            </div>
        </div>
    }
}

#[component]
fn Row(method: Method) -> impl IntoView {
    let Method {
        name,
        kind,
        request,
        response,
        routes,
        comment,
        is_deprecated,
    } = method;
    let kind = move || (ComponentsWords::of(locale().get()).kind)(kind);
    let routes = routes.into_iter().map(|route| {
        view! { <div>{route.verb} " " {route.template}</div> }
    });
    view! {
        <tr data-test="method">
            <th scope="row" class="on-wire">{name} {is_deprecated.then(|| view! { " " <Deprecated /> })}</th>
            <td>{kind}</td>
            <td class="on-wire">{routes.collect_view()}</td>
            <td class="on-wire">{request} <br /> "→ " {response}</td>
            <td class="method-note" lang="en">{comment}</td>
        </tr>
    }
}

#[component]
fn Deprecated() -> impl IntoView {
    view! { <span class="badge badge-warn">{text(|m| m.deprecated)}</span> }
}
