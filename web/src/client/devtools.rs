//! Tells the gRPC-Web devtools extension of calls, by its public `postMessage` form.
//!
//! On in debug builds; elsewhere with `localStorage["gangplank.devtools"] = "on"`.
//! Source: SafetyCulture/grpc-web-devtools, "Connect-Web and other clients".

use js_sys::{JSON, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsValue;

use crate::model::call::{Call, Outcome};
use crate::model::inspection::Side;
use crate::model::json_view::compact;
use crate::model::schema::Schema;
use crate::model::wire_body::WireBody;

/// The `type` by which the extension knows its messages.
const MESSAGE_TYPE: &str = "__GRPCWEB_DEVTOOLS__";
const SWITCH_KEY: &str = "gangplank.devtools";

/// Posts a call that ended; does nothing where the extension isn't wanted.
pub fn post(call: &Call, schema: &Schema) {
    let Outcome::Ended { result, .. } = &call.outcome else {
        return;
    };
    if !is_wanted() {
        return;
    }
    let json = |side| {
        let text = compact(&WireBody::of(&call.record, side, schema).view.json);
        JSON::parse(&text).unwrap_or_else(|_| Object::new().into())
    };
    let message = Object::new();
    let set = |name: &str, value: JsValue| {
        // A plain object takes any property.
        let _ = Reflect::set(&message, &name.into(), &value);
    };
    set("type", MESSAGE_TYPE.into());
    set("method", call.record.path.trim_start_matches('/').into());
    set("methodType", "unary".into());
    set("request", json(Side::Request));
    match result {
        Ok(_) => set("response", json(Side::Response)),
        Err(failure) => {
            let error = Object::new();
            let _ = Reflect::set(&error, &"code".into(), &failure.code.number().into());
            let _ = Reflect::set(&error, &"message".into(), &(&*failure.message).into());
            set("error", error.into());
        }
    }
    // Fails for values that can't be copied only, and these are plain.
    let _ = window().post_message(&message, "*");
}

fn is_wanted() -> bool {
    let stored = || window().local_storage().ok()??.get_item(SWITCH_KEY).ok()?;
    cfg!(debug_assertions) || stored().is_some_and(|value| value == "on")
}
