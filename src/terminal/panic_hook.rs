//! Handles a panic in any thread or task.
//! Restores the terminal, writes a report, prints the report's path and notifies the event loop. The program
//! then exits, because it cannot work correctly without the crashed task.

use std::backtrace::Backtrace;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::thread;

use tokio::sync::watch;

use super::mode;

/// Exit code after a panic, the same as Rust's.
pub const PANIC_EXIT_CODE: u8 = 101;

/// Reports a panic to the event loop. All clones report the same panic.
#[derive(Debug, Clone)]
pub struct PanicMonitor(watch::Receiver<bool>);

impl PanicMonitor {
    /// Installs the panic hook. `write_report` writes the report and returns its path; it must not panic.
    pub fn install(
        write_report: impl Fn(&str) -> io::Result<PathBuf> + Send + Sync + 'static,
    ) -> PanicMonitor {
        let (sender, receiver) = watch::channel(false);
        panic::set_hook(Box::new(move |info| {
            // Ignore errors: the terminal itself can be the cause of the panic.
            let _ = mode::restore();
            let report = report_text(info);
            let sentences = stderr_text(info, &write_report(&report));
            if !*sender.borrow() {
                let _ = io::stderr().write_all(sentences.as_bytes());
            }
            // Notify last: the program must not exit before the report is written.
            sender.send_replace(true);
        }));
        PanicMonitor(receiver)
    }

    /// Waits for a panic. Cancel-safe.
    pub async fn wait_for_panic(&mut self) {
        if self.0.wait_for(|crashed| *crashed).await.is_err() {
            // The hook was replaced, so no panic will be reported: wait forever.
            std::future::pending::<()>().await;
        }
    }

    /// Returns true after a panic. The caller must exit with [`PANIC_EXIT_CODE`].
    pub fn has_panicked(&self) -> bool {
        *self.0.borrow()
    }
}

fn stderr_text(info: &PanicHookInfo<'_>, report_path: &io::Result<PathBuf>) -> String {
    let report_sentence = match report_path {
        Ok(path) => format!("A report was written to {}.", path.display()),
        Err(error) => format!("Could not write a report: {error}. The panic: {}.", panic_message(info)),
    };
    format!("guestlist crashed. This is a bug.\n{report_sentence}\n")
}

fn report_text(info: &PanicHookInfo<'_>) -> String {
    let thread = thread::current();
    let location = info.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    format!(
        "guestlist {}\nthread   {}\nlocation {location}\nmessage  {}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        thread.name().unwrap_or("unnamed"),
        panic_message(info),
        Backtrace::force_capture(),
    )
}

fn panic_message(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    escape(text.unwrap_or("unknown"))
}

/// Escapes everything that a terminal could interpret, because the text may contain untrusted input.
fn escape(text: &str) -> String {
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
    fn panic_message_is_sanitized_in_the_report() {
        let text = escape("it's \u{1b}[2J\u{202e}gone\nfor é");
        assert_eq!(text, "it's \\u{1b}[2J\\u{202e}gone\n         for é");
    }
}
