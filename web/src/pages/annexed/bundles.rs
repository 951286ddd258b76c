//! The bundles: which code of the program is fetched when it's asked for.
//!
//! Each function named like a bundle is where that is cut off: what only it reaches isn't part of the first load. The
//! page that ships is cut after linking, by `cargo xtask build`; in any other build all code is there at once, and the
//! functions are like any others. What several bundles reach and the first load doesn't becomes a file that they share.
#![expect(
    clippy::unnecessary_wraps,
    reason = "fetching can fail, which the cut adds to each function"
)]

use leptos::prelude::*;
#[cfg(feature = "split")]
use leptos::wasm_split::wasm_split;

use crate::client::lent::Lent;
use crate::model::annex::{Annex, Bundle};
use crate::pages::balance::BalancePage;
use crate::pages::code::CodePanel;
use crate::pages::compare::ComparePage;
use crate::pages::components::ComponentsPage;
use crate::pages::decode::DecodePage;
use crate::pages::streams::StreamsPage;
use crate::pages::traces::TracesPage;
use crate::state::calls::Calls;
use crate::state::server::Server;

/// Draws an annex.
pub(super) type Draw = fn() -> AnyView;

/// A bundle couldn't be fetched or started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotLoaded;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Fetches the bundle of an annex, unless that was done before, and returns what draws the annex.
pub(super) async fn load(annex: Annex) -> Result<Draw, NotLoaded> {
    match annex.bundle() {
        Bundle::Balance => arrived(balance()).await,
        Bundle::Bytes => arrived(bytes(annex)).await,
        Bundle::Cluster => arrived(cluster(annex)).await,
        Bundle::Streams => arrived(streams()).await,
        Bundle::Traces => arrived(traces()).await,
    }
}

/// A cut makes a function asynchronous.
#[cfg(feature = "split")]
use std::convert::identity as arrived;
#[cfg(not(feature = "split"))]
use std::future::ready as arrived;

#[cfg_attr(feature = "split", wasm_split(balance, fallible, wasm_split_path = ::leptos::wasm_split))]
fn balance() -> Result<Draw, NotLoaded> {
    Ok(|| with_client(|| view! { <BalancePage /> }.into_any()))
}

#[cfg_attr(feature = "split", wasm_split(bytes, fallible, wasm_split_path = ::leptos::wasm_split))]
fn bytes(annex: Annex) -> Result<Draw, NotLoaded> {
    Ok(match annex {
        Annex::Code => || view! { <CodePanel /> }.into_any(),
        _ => || view! { <DecodePage /> }.into_any(),
    })
}

#[cfg_attr(feature = "split", wasm_split(cluster, fallible, wasm_split_path = ::leptos::wasm_split))]
fn cluster(annex: Annex) -> Result<Draw, NotLoaded> {
    Ok(match annex {
        Annex::Compare => || view! { <ComparePage /> }.into_any(),
        _ => || with_client(|| view! { <ComponentsPage /> }.into_any()),
    })
}

#[cfg_attr(feature = "split", wasm_split(streams, fallible, wasm_split_path = ::leptos::wasm_split))]
fn streams() -> Result<Draw, NotLoaded> {
    Ok(|| with_client(|| view! { <StreamsPage /> }.into_any()))
}

#[cfg_attr(feature = "split", wasm_split(traces, fallible, wasm_split_path = ::leptos::wasm_split))]
fn traces() -> Result<Draw, NotLoaded> {
    Ok(|| with_client(|| view! { <TracesPage /> }.into_any()))
}

/// Draws an annex that calls the server. What lends it the page's client is part of its bundle.
#[inline(never)]
fn with_client(draw: Draw) -> AnyView {
    let server = expect_context::<Server>();
    let calls = expect_context::<Calls>();
    let heard = move |answered| server.heard(answered);
    let note = move |record, result| calls.note(record, result);
    provide_context(Lent::new(server.base_url(), heard, note));
    draw()
}
