//! What happens when something panics, in any thread or task: the terminal is given back first, a report is
//! kept, two calm sentences go to standard error, and the loop is told, so that the program ends instead of
//! living on without one of its parts.

use std::backtrace::Backtrace;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::thread;

use tokio::sync::watch;

use super::guard;

/// The exit code after a panic: what a Rust program that panics in `main` exits with.
pub const CRASHED: u8 = 101;

/// Tells that something panicked. Clones are told too.
#[derive(Debug, Clone)]
pub struct Crash(watch::Receiver<bool>);

impl Crash {
    /// From here on a panic anywhere gives the terminal back and is told. `keep` writes the report down and
    /// returns where; it must not panic.
    pub fn watch(keep: impl Fn(&str) -> io::Result<PathBuf> + Send + Sync + 'static) -> Crash {
        let (tell, told) = watch::channel(false);
        panic::set_hook(Box::new(move |info| {
            // The reason for the panic may be the terminal itself; go on whatever happens.
            let _ = guard::give_back();
            let report = report(info);
            let sentences = sentences(info, &keep(&report));
            if !*tell.borrow() {
                let _ = io::stderr().write_all(sentences.as_bytes());
            }
            // Last, so that the program does not end before the report is kept.
            tell.send_replace(true);
        }));
        Crash(told)
    }

    /// Waits until something has panicked. Safe to cancel.
    pub async fn happened(&mut self) {
        if self.0.wait_for(|crashed| *crashed).await.is_err() {
            // Somebody replaced the hook: nothing will ever be told.
            std::future::pending::<()>().await;
        }
    }

    /// Whether something has panicked: the program should exit with [`CRASHED`], and has said why.
    pub fn has_happened(&self) -> bool {
        *self.0.borrow()
    }
}

fn sentences(info: &PanicHookInfo<'_>, kept: &io::Result<PathBuf>) -> String {
    let after = match kept {
        Ok(path) => format!("What happened is written down in {}.", path.display()),
        Err(error) => format!("It could not be written down ({error}): {}.", message(info)),
    };
    format!("guestlist found a mistake of its own and stopped; your terminal is as it was.\n{after}\n")
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let thread = thread::current();
    let place = info.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    format!(
        "guestlist {}\nthread   {}\nplace    {place}\nmessage  {}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        thread.name().unwrap_or("unnamed"),
        message(info),
        Backtrace::force_capture(),
    )
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    printable(text.unwrap_or("unknown"))
}

/// The text with everything escaped that a terminal could obey; it may quote what came from outside.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '"' | '\\' => out.push(c),
            '\n' => out.push_str("\n         "),
            c => out.extend(c.escape_debug()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_command_the_terminal_that_shows_the_report() {
        let text = printable("it's \u{1b}[2J\u{202e}gone\nfor é");
        assert_eq!(text, "it's \\u{1b}[2J\\u{202e}gone\n         for é");
    }
}
