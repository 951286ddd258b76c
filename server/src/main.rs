//! `gangplank`: reads flags, binds, says where it listens, serves until a signal, drains.
//! Exit codes: 0 after a drain or help, 1 if a second signal cut the drain short, 2 if it couldn't start.

use std::io::{self, Write as _};
use std::process::ExitCode;

use server::app::App;
use server::config::{self, Settings, Stop};
use server::telemetry;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match config::parse(std::env::args_os()) {
        Ok(settings) => run(settings).await,
        Err(stop) => Err(stop),
    };
    match outcome {
        Ok(code) => code,
        // A closed pipe must not turn help into a panic, so failures to write are let go.
        Err(Stop::Help(text)) => {
            let _ = write!(io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(Stop::Failure(line)) => {
            let _ = writeln!(io::stderr(), "gangplank: {line}");
            ExitCode::from(2)
        }
    }
}

async fn run(settings: Settings) -> Result<ExitCode, Stop> {
    telemetry::init(settings.log);
    let app = App::bind(settings.server).await.map_err(Stop::failure)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Stop::failure)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Stop::failure)?;
    let mut stdout = io::stdout();
    let _ = writeln!(
        stdout,
        "Gangplank is listening on http://{}",
        app.local_addr()
    );
    let _ = stdout.flush();

    let (drain, draining) = tokio::sync::oneshot::channel::<()>();
    let signals = async {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        let _ = drain.send(());
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    };
    let until_signal = async {
        let _ = draining.await;
    };
    Ok(tokio::select! {
        () = app.serve(until_signal) => ExitCode::SUCCESS,
        () = signals => ExitCode::FAILURE,
    })
}
