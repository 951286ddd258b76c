//! The gate and its table.

use super::{Asset, FIRST_LOAD_LIMIT_BYTES, table, verdict};

fn asset(path: &str, sent_bytes: usize) -> Asset {
    Asset {
        path: path.into(),
        raw_bytes: 3 * sent_bytes,
        sent_bytes,
        is_brotli: true,
    }
}

#[test]
fn limit_itself_passes_and_one_byte_more_fails() {
    let at_limit = [asset("a", FIRST_LOAD_LIMIT_BYTES - 10), asset("b", 10)];
    assert_eq!(verdict(&at_limit), Ok(()));
    let over = [asset("a", FIRST_LOAD_LIMIT_BYTES), asset("b", 1)];
    assert_eq!(
        verdict(&over).map_err(|failure| failure.to_string()),
        Err("the page's first load is 250001 bytes brotli, 1 over the limit of 250000".into())
    );
}

#[test]
fn table_sums_both_columns() {
    let mut icon = asset("icon.svg", 5);
    icon.is_brotli = false;
    let expected = "\
asset                       raw     brotli
app.wasm                    300        100
icon.svg                     15          5  sent uncompressed
first load, bytes           315        105
limit, bytes                        250000";
    assert_eq!(table(&[asset("app.wasm", 100), icon]), expected);
}
