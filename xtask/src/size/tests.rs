//! The gates and their table.

use super::{
    APP_LIMIT_BYTES, Asset, BUNDLE_LIMIT_BYTES, FIRST_LOAD_LIMIT_BYTES, Part, table, verdict,
};

fn asset(path: &str, part: Part, sent_bytes: usize) -> Asset {
    Asset {
        path: path.into(),
        part,
        raw_bytes: 3 * sent_bytes,
        sent_bytes,
        is_brotli: true,
    }
}

fn bundle(name: &str) -> Part {
    Part::Bundles([name.into()].into())
}

/// Checks that the files pass, and that with one byte more the refusal names what is too large.
#[track_caller]
fn check(mut at_limit: Vec<Asset>, named: &str) {
    assert_eq!(verdict(&at_limit), Ok(()));
    at_limit[0].sent_bytes += 1;
    let refusal = verdict(&at_limit).unwrap_err().to_string();
    assert!(
        refusal.contains(named) && refusal.contains(" 1 over the limit"),
        "{refusal}"
    );
}

#[test]
fn limit_itself_passes_and_one_byte_more_fails() {
    let first = FIRST_LOAD_LIMIT_BYTES - 10;
    check(
        vec![asset("a", Part::First, first), asset("b", Part::First, 10)],
        "first load",
    );
    let own = BUNDLE_LIMIT_BYTES - 10;
    let shared = asset("a.css", Part::Shared, 4);
    let both = Part::Bundles(["x".into(), "y".into()].into());
    let own = asset("x.js", bundle("x"), own);
    check(vec![own, asset("x.y", both, 6), shared], "bundle x");
    let bundles = (0..5).map(|number| asset("x", bundle(&number.to_string()), 100_000));
    let first = asset("a", Part::First, APP_LIMIT_BYTES - 500_000);
    check(
        [first].into_iter().chain(bundles).collect(),
        "all of the page",
    );
}

#[test]
fn table_sums_each_part() {
    let mut icon = asset("icon.svg", Part::First, 5);
    icon.is_brotli = false;
    let both = Part::Bundles(["x".into(), "y".into()].into());
    let assets = [
        asset("app.wasm", Part::First, 100),
        icon,
        asset("x.wasm", bundle("x"), 40),
        asset("x.y.wasm", both, 10),
        asset("a.css", Part::Shared, 2),
    ];
    let expected = "\
asset                        raw     brotli
app.wasm                     300        100
icon.svg                      15          5  sent uncompressed
first load                              105 of 250000
x.wasm                       120         40
x.y.wasm                      30         10
a.css                          6          2
bundle x, with shared                    52 of 120000
x.y.wasm                      30         10
a.css                          6          2
bundle y, with shared                    12 of 120000
all of the page                         157 of 700000";
    assert_eq!(table(&assets), expected);
}
