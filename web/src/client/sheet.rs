//! Fetches the style sheet that annexes share; `boot.js` knows whether it's there already.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Returns once the sheet is in the page; fails if it doesn't come, and then may be asked again.
    #[wasm_bindgen(js_name = loadSheet, catch)]
    pub async fn load() -> Result<JsValue, JsValue>;
}
