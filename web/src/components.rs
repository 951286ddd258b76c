//! Parts of the page: props in, events out; no fetching, no generated types, no global state.

pub mod answer;
pub mod balance_shares;
pub mod break_it;
pub mod call_log;
pub mod chart;
pub mod copy;
pub mod demo_controls;
pub mod diagram;
pub mod header;
pub mod icons;
pub mod inspector;
pub mod json;
pub mod load_controls;
pub mod method_table;
pub mod part_list;
pub mod pick_ribbon;
pub mod replica_badge;
pub mod replica_strip;
pub mod request_form;
pub mod share;
pub mod size_bars;
pub mod staircase;
pub mod status_badge;
pub mod switch;
pub mod told;
pub mod trace_link;
pub mod wire_columns;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
