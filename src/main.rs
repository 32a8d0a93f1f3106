//! Entry point: parses the command line, creates clock and runtime, and runs the command.

use std::process::ExitCode;

use guestlist::cli;
use guestlist::clock::Clock;

fn main() -> ExitCode {
    #[cfg(unix)]
    guestlist::terminal::forbid_core_dumps();
    let clock = Clock::system();
    if cli::complete(clock.clone()) {
        return ExitCode::SUCCESS;
    }
    let arguments = match cli::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(cli::run(arguments, clock));
            // Does not wait for threads that block on the disk or the network.
            runtime.shutdown_background();
            code
        }
        Err(error) => cli::fail(cli::FAILED, &format!("Could not start the async runtime: {error}.")),
    }
}
