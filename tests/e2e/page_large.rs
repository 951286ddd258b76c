//! A 10 MB answer: its first screen comes soon after its last byte, and the page stays quick to touch.

use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::wd::TimeoutConfiguration;
use serde_json::Value;
use tests::browser::browse;
use tests::faulty::{Faulty, Script};
use tests::inspector;
use tests::page::Page;
use tests::server::Server;

use crate::answers::{message, trailers};

const SIZE: usize = 10_000_000;
/// From the answer's last byte to its first screen, in milliseconds.
const MAX_FIRST_SCREEN_MILLIS: f64 = 1_000.0;
/// The longest a task may keep the page from answering a touch, in milliseconds.
const MAX_TASK_MILLIS: f64 = 50.0;

/// Sends, and calls back with when the transfer ended, when bytes were drawn, and the long tasks from then on.
const MEASURE: &str = "const done = arguments[0];
const seen = { tasks: [], ended: null, shown: null, status: null };
const tasks = (list) => list.getEntries().forEach((task) => seen.tasks.push([task.startTime, task.duration]));
const resources = (list) => list.getEntries().forEach((entry) => {
  if (entry.name.endsWith('/SayHello')) seen.ended = entry.responseEnd;
});
new PerformanceObserver(tasks).observe({ type: 'longtask' });
new PerformanceObserver(resources).observe({ type: 'resource' });
const start = performance.now();
const look = () => {
  const drawn = document.querySelectorAll('.hex .run').length;
  const status = document.querySelector('[data-test=status]')?.textContent;
  seen.status = status;
  if (seen.shown === null && drawn > 10 && status !== 'pending') seen.shown = performance.now();
  // Half a second more, for tasks that come after the first screen.
  const isOver = seen.shown !== null && seen.ended !== null && performance.now() > seen.shown + 500;
  if (isOver || performance.now() > start + 20000) done({ ...seen, start });
  else setTimeout(look, 5);
};
document.querySelector('[data-test=say-hello]').click();
look();";

#[tokio::test]
async fn ten_megabytes_show_within_a_second() -> Result<()> {
    let home = Server::start(&[]).await?;
    let large = [
        message(&"Hello ".repeat(SIZE / 6)),
        trailers("grpc-status:0\r\n"),
    ]
    .concat();
    let faulty = Faulty::start(Script::frames(large)).await?;
    browse(async |browser| {
        let page = Page::open(browser, &format!("{}/?server={}", home.url(), faulty.url())).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        let client = browser.client();
        client
            .update_timeouts(TimeoutConfiguration::new(
                Some(Duration::from_mins(1)),
                None,
                None,
            ))
            .await?;
        let seen = client.execute_async(MEASURE, Vec::new()).await?;
        let number = |value: &Value| value.as_f64().with_context(|| format!("{seen}"));
        let first_screen = number(&seen["shown"])? - number(&seen["ended"])?;
        let tasks = seen["tasks"].as_array().context("a list of tasks")?;
        let tasks: Vec<f64> = tasks.iter().filter_map(|task| task[1].as_f64()).collect();
        let longest = tasks.iter().copied().fold(0.0, f64::max);
        #[expect(
            clippy::print_stderr,
            reason = "the numbers for the reader of a failure"
        )]
        {
            eprintln!(
                "first screen {first_screen:.0} ms after the transfer; long tasks {tasks:?}; {seen}"
            );
        }
        assert_eq!(seen["status"], "OK 0");
        assert!(
            first_screen <= MAX_FIRST_SCREEN_MILLIS,
            "{first_screen} ms to the first screen"
        );
        assert!(
            longest <= MAX_TASK_MILLIS,
            "tasks over {MAX_TASK_MILLIS} ms: {tasks:?}"
        );
        inspector::owns_every_byte(page).await
    })
    .await
}
