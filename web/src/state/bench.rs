//! One measuring run: the worker that does it, and what it has found so far.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::model::bench::{Report, Results};

/// The worker: `bin/cluster.rs`, a program with memory of its own, started by a script.
const WORKER: &str = "/bench.js";

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// None was made.
    Idle,
    /// The worker measures.
    Running,
    /// The reader stopped it.
    Stopped,
    /// Everything is measured.
    Done,
    /// The worker couldn't be started, or failed.
    Failed,
}

/// A worker and the functions it calls; ends with them.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// The run of the page.
#[derive(Clone, Copy)]
pub struct Bench {
    results: RwSignal<Results>,
    progress: RwSignal<Progress>,
    running: StoredValue<Option<SendWrapper<Running>>>,
}

impl Bench {
    /// Returns a run that hasn't begun. It ends with the reactive owner around the caller.
    pub fn new() -> Self {
        Self {
            results: RwSignal::new(Results::default()),
            progress: RwSignal::new(Progress::Idle),
            running: StoredValue::new(None),
        }
    }

    /// Returns what is known.
    pub fn results(self) -> ReadSignal<Results> {
        self.results.read_only()
    }

    /// Returns where the run stands.
    pub fn progress(self) -> ReadSignal<Progress> {
        self.progress.read_only()
    }

    /// Begins anew.
    pub fn start(self) {
        self.results.set(Results::default());
        let running = self.spawn();
        self.progress.set(match &running {
            Some(_) => Progress::Running,
            None => Progress::Failed,
        });
        self.running.set_value(running.map(SendWrapper::new));
    }

    /// Ends the run at once; what is known stays.
    pub fn stop(self) {
        self.end(Progress::Stopped);
    }

    fn end(self, progress: Progress) {
        self.running.set_value(None);
        self.progress.set(progress);
    }

    fn spawn(self) -> Option<Running> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER, &options).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let line = event.data().as_string().unwrap_or_default();
            match Report::from_text(&line) {
                Some(Report::Done) => self.end_later(Progress::Done),
                Some(report) => self.results.update(|results| results.add(report)),
                None => self.end_later(Progress::Failed),
            }
        });
        let on_error = Closure::<dyn FnMut()>::new(move || self.end_later(Progress::Failed));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Running {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Ends the run after the function that noticed its end, which is dropped with the worker.
    fn end_later(self, progress: Progress) {
        leptos::task::spawn_local(async move { self.end(progress) });
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}
