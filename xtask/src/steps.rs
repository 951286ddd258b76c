//! `test`: the checks in their order, each timed, the first failure ending the run.
//! Tools are prepared before the first step, so that waiting and downloading come at the start,
//! and only those that the chosen steps need. `checks` says what each step does.

mod checks;

use std::time::{Duration, Instant};

use crate::process::Failure;
use crate::workspace::Workspace;
use checks::STEPS;

/// What a step came to when it didn't fail.
pub(crate) enum Outcome {
    Passed,
    /// Why there was nothing to run.
    Skipped(&'static str),
}

/// Brings one tool, or does nothing when it is there.
pub(crate) type Need = fn(&Workspace) -> Result<(), Failure>;

/// One check.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// What it checks, for `help`.
    pub(crate) about: &'static str,
    /// What must be there before.
    pub(crate) needs: &'static [Need],
    /// Whether it runs target/release/gangplank, which the step `build` leaves.
    pub(crate) needs_product: bool,
    pub(crate) run: fn(&Workspace) -> Result<Outcome, Failure>,
}

/// A line of the table at the end.
struct Row {
    name: &'static str,
    took: Duration,
    note: &'static str,
}

/// The steps for `help`, one a line.
pub(crate) fn list() -> String {
    let lines = STEPS
        .iter()
        .map(|step| format!("  {:16}  {}", step.name, step.about));
    format!(
        "Steps of `test`, in order:\n{}",
        lines.collect::<Vec<_>>().join("\n")
    )
}

/// Runs the steps of these names, or all of them when there are no names.
pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<(), Failure> {
    let chosen = choose(STEPS, names)?;
    let mut rows = Vec::new();
    let started = now();
    for step in &chosen {
        step.needs.iter().try_for_each(|need| need(workspace))?;
    }
    rows.push(Row {
        name: "tools",
        took: started.elapsed(),
        note: "",
    });
    for step in &chosen {
        println!("\n── {}: {}", step.name, step.about);
        let started = now();
        let outcome = (step.run)(workspace)
            .map_err(|failure| failed(step.name, started.elapsed(), &failure))?;
        let note = match outcome {
            Outcome::Passed => "",
            Outcome::Skipped(why) => why,
        };
        rows.push(Row {
            name: step.name,
            took: started.elapsed(),
            note,
        });
    }
    println!("\n{}", table(&rows, started.elapsed()));
    if chosen.len() == STEPS.len() {
        println!("all checks passed");
    } else {
        println!("the chosen checks passed; `cargo xtask test` runs all of them");
    }
    Ok(())
}

/// The named steps in the order of the table, with the build that any of them needs.
fn choose<'a>(steps: &'a [Step], names: &[String]) -> Result<Vec<&'a Step>, Failure> {
    if let Some(name) = names
        .iter()
        .find(|name| steps.iter().all(|step| step.name != **name))
    {
        let known: Vec<_> = steps.iter().map(|step| step.name).collect();
        return Err(Failure::new(format!(
            "no step `{name}`; the steps are {}",
            known.join(", ")
        )));
    }
    let is_chosen = |step: &Step| names.is_empty() || names.iter().any(|name| name == step.name);
    let build_needed = steps
        .iter()
        .any(|step| is_chosen(step) && step.needs_product);
    Ok(steps
        .iter()
        .filter(|step| is_chosen(step) || (step.name == "build" && build_needed))
        .collect())
}

fn failed(name: &str, took: Duration, failure: &Failure) -> Failure {
    Failure::new(format!(
        "step `{name}` failed after {}: {failure}\nto run it alone: cargo xtask test {name}",
        seconds(took)
    ))
}

fn table(rows: &[Row], total: Duration) -> String {
    let line = |name: &str, took, note: &str| {
        let note = if note.is_empty() {
            String::new()
        } else {
            format!("  skipped: {note}")
        };
        format!("{name:16}  {:>8}{note}", seconds(took))
    };
    let mut lines: Vec<_> = rows
        .iter()
        .map(|row| line(row.name, row.took, row.note))
        .collect();
    lines.push(line("in all", total, ""));
    lines.join("\n")
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a step is timed for the person who waits; no test depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
