//! The names and the page of documentation that lists them.

const NAMES: &str = include_str!("../names.rs");
const PAGE: &str = include_str!("../../../../docs/tracing.md");

#[test]
fn every_name_is_documented() {
    let constants = NAMES.split("pub const ").skip(1);
    let mut count = 0;
    for constant in constants {
        let name = constant.split('"').nth(1).expect("a text");
        assert!(PAGE.contains(&format!("`{name}`")), "{name}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}
