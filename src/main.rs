//! The binary: reads the command line, makes the clock and the runtime, and hands over to the library.

use std::process::ExitCode;

use guestlist::cli;
use guestlist::clock::Clock;

fn main() -> ExitCode {
    #[cfg(unix)]
    guestlist::terminal::forbid_core_dumps();
    let arguments = match cli::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(cli::run(arguments, Clock::system()));
            // A thread that still waits for the disk or the network must not delay leaving.
            runtime.shutdown_background();
            code
        }
        Err(error) => cli::fail(cli::FAILED, &format!("The program could not be set up: {error}.")),
    }
}
