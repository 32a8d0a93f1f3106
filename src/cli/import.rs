//! `guestlist import`: new invites for a list of addresses, one a line. Who is invited already is left alone.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::Args;

use super::change::{ChangeArgs, Wish, change};
use super::codes::Ended;
use super::create::step;
use super::global::GlobalArgs;
use super::message::{self, MessageArgs};
use crate::clock::Clock;
use crate::domain::email::{folded, warning};
use crate::domain::roster::Roster;
use crate::domain::text::{count, plural, visible};
use crate::domain::{Draft, limits};

/// What is typed after `import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// A file with one address a line, or - for standard input; blank lines and lines with # are skipped
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Sends them.
pub(super) async fn run(global: GlobalArgs, args: ImportArgs, clock: Clock) -> Result<u8, Ended> {
    let message = args.message.read()?;
    let draft = Draft { email: "a@b".into(), message: message.clone() };
    if let Some(error) = draft.error() {
        return Err(Ended::refused(format!("{error} Nothing was done.")));
    }
    let list = message::read(&args.file)?;
    change(global, args.change, clock, |roster, _| Ok(wish(&list, &message, roster))).await
}

fn wish(list: &str, message: &str, roster: &Roster) -> Wish {
    let (mut wish, mut seen) = (Wish::default(), HashSet::new());
    let (mut lines, mut pending, mut twice, mut invalid) = (0, 0, 0, 0);
    for (number, line) in list.lines().enumerate() {
        let address = line.trim();
        if address.is_empty() || address.starts_with('#') {
            continue;
        }
        lines += 1;
        if let Some(why) = fault(address) {
            invalid += 1;
            wish.said.push(format!("line {}: {}: {why}", number + 1, visible(address)));
        } else if !seen.insert(folded(address)) {
            twice += 1;
        } else if roster.to_address(address).next().is_some() {
            pending += 1;
        } else {
            wish.steps.push(step(address, message, roster));
        }
    }
    wish.is_short = invalid > 0;
    let new = wish.steps.len();
    wish.said.push(format!(
        "{}: {} new, {} pending already, {} twice in the list, {} invalid",
        plural(lines, "line"),
        count(new),
        count(pending),
        count(twice),
        count(invalid)
    ));
    wish
}

/// In a list nobody looks at each line, so what is no address is not sent.
fn fault(address: &str) -> Option<String> {
    let length = address.chars().count();
    if length > limits::EMAIL {
        return Some(format!("it has {length} characters; the server takes {}", limits::EMAIL));
    }
    warning(address).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Expiry, Identity, Invite};

    #[test]
    fn each_line_is_counted_once_and_only_new_addresses_are_mailed() {
        let mut roster = Roster::default();
        roster.insert(&Invite {
            identity: Identity::parse("a").expect("an identity"),
            email: "Pending@job".into(),
            message: String::new(),
            expiry: Expiry(None),
        });
        let long = format!("{}@job", "x".repeat(125));
        let list =
            format!("# guests\r\nbob@job\r\n\r\n BOB@job \npending@job\nno address\n{long}\npending@job");
        let wish = wish(&list, "hello", &roster);
        let sent: Vec<_> = wish.steps.iter().map(|step| step.email()).collect();
        assert_eq!(sent, ["bob@job"]);
        assert_eq!(
            wish.said.last().map(String::as_str),
            Some("6 lines: 1 new, 1 pending already, 2 twice in the list, 2 invalid")
        );
        assert_eq!(wish.said[0], "line 6: no address: there is no @ in it");
        assert!(wish.is_short);
    }
}
