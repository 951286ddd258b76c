//! Choosing steps, and the table at the end.

use std::time::Duration;

use super::{Outcome, Row, Step, choose, table};

const fn step(name: &'static str, needs_product: bool) -> Step {
    Step {
        name,
        about: "",
        needs: &[],
        needs_product,
        run: |_| Ok(Outcome::Passed),
    }
}

const STEPS: [Step; 4] = [
    step("build", false),
    step("fmt", false),
    step("size", true),
    step("e2e", true),
];

#[track_caller]
fn check(names: &[&str], expected: Result<&[&str], &str>) {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let chosen = choose(&STEPS, &names)
        .map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>())
        .map_err(|failure| failure.to_string());
    assert_eq!(chosen, expected.map(<[_]>::to_vec).map_err(Into::into));
}

#[test]
fn no_names_choose_every_step() {
    check(&[], Ok(&["build", "fmt", "size", "e2e"]));
}

#[test]
fn named_steps_run_in_the_order_of_the_table() {
    check(&["fmt"], Ok(&["fmt"]));
    check(&["fmt", "build"], Ok(&["build", "fmt"]));
}

#[test]
fn step_that_runs_the_product_brings_the_build() {
    check(&["e2e", "fmt"], Ok(&["build", "fmt", "e2e"]));
}

#[test]
fn unknown_step_names_the_known_ones() {
    check(
        &["fmt", "lint"],
        Err("no step `lint`; the steps are build, fmt, size, e2e"),
    );
}

#[test]
fn table_shows_times_and_what_was_skipped() {
    let rows = [
        Row {
            name: "fmt",
            took: Duration::from_millis(1240),
            note: "",
        },
        Row {
            name: "fuzz",
            took: Duration::ZERO,
            note: "no cargo-fuzz",
        },
    ];
    let expected = "\
fmt                  1.2 s
fuzz                 0.0 s  skipped: no cargo-fuzz
in all              61.0 s";
    assert_eq!(table(&rows, Duration::from_secs(61)), expected);
}
