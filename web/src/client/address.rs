//! Where the page's server is: `?server=` in the address bar, else where the page came from.

use crate::model::server::parse_base_url;

/// Where `trunk serve` expects the API server; the page itself then comes from another port.
const DEVELOPMENT_SERVER: &str = "http://127.0.0.1:8080";

/// Returns the base URL the page calls, without a slash at its end.
///
/// A debug build is one that Trunk serves, so it calls the server's default address across origins.
pub fn server_base_url() -> String {
    let location = leptos::prelude::window().location();
    let asked = location.search().ok().and_then(|query| {
        let parameters = web_sys::UrlSearchParams::new_with_str(&query).ok()?;
        parse_base_url(&parameters.get("server")?)
    });
    let default = || match location.origin() {
        Ok(origin) if !cfg!(debug_assertions) => origin,
        _ => DEVELOPMENT_SERVER.to_owned(),
    };
    asked.unwrap_or_else(default)
}

/// Returns whether the address bar names another server than the page's own.
pub fn is_elsewhere() -> bool {
    let query = leptos::prelude::window().location().search();
    query.is_ok_and(|query| query.contains("server="))
}
