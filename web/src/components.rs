//! Parts of the page: props in, events out; no fetching, no generated types, no global state.

pub mod answer;
pub mod break_it;
pub mod call_log;
pub mod chart;
pub mod copy;
pub mod diagram;
pub mod header;
pub mod icons;
pub mod inspector;
pub mod json;
pub mod method_table;
pub mod part_list;
pub mod request_form;
pub mod share;
pub mod size_bars;
pub mod status_badge;
pub mod switch;
pub mod wire_columns;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
