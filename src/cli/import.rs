//! `guestlist import`: new invites for a list, read and judged as the console's "many at once" does it. Who is invited
//! already is left alone; of every other line that is not sent it is said why.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::change::{MakeArgs, Seen, Wish, change};
use super::codes::{Ended, USAGE};
use super::create::step;
use super::global::GlobalArgs;
use super::message::{self, ListMessageArgs};
use super::say;
use crate::app::screen::many::judging::{Job, Judged, What, judge};
use crate::clock::Clock;
use crate::config::typed_path_arg;
use crate::domain::list::{Entry, Template, Verdict, decode, earlier, read};
use crate::domain::text::{count, visible};
use crate::domain::{Step, planning, recipients};

/// What is typed after `import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The list, or - for standard input: an address a line, `Name <a@b>`, or a table with a header or without;
    /// blank lines and lines with # are skipped
    #[arg(value_name = "FILE", value_parser = typed_path_arg)]
    file: PathBuf,
    #[command(flatten)]
    message: ListMessageArgs,
    /// Also send what is probably misspelled, and what was sent from here before and is expired or gone
    #[arg(long)]
    as_it_is: bool,
    #[command(flatten)]
    make: MakeArgs,
}

/// Sends them.
pub(super) async fn run(global: GlobalArgs, args: ImportArgs, clock: Clock) -> Result<u8, Ended> {
    let list = decode(&message::bytes(&args.file)?);
    if list.text.contains('\0') {
        return Err(Ended::new(USAGE, format!("{} is no text.", args.file.display())));
    }
    if list.doubtful {
        say::told(&format!(
            "The list was read as {}, which was a guess: look whether the names are right.",
            list.encoding
        ));
    }
    let list = without_remarks(&list.text);
    let make = MakeArgs { asks_members: true, ..args.make };
    change(global, make, clock, |seen| {
        let template = Template::new(args.message.read(&seen.decided.settings.templates)?);
        wish(&list, &template, args.as_it_is, seen)
    })
    .await
}

/// The list with its remarks emptied, so that its lines keep their numbers.
fn without_remarks(text: &str) -> String {
    let is_remark = |line: &str| line.trim_start().starts_with('#');
    text.lines().map(|line| if is_remark(line) { "" } else { line }).collect::<Vec<_>>().join("\n")
}

fn wish(list: &str, template: &Template, as_it_is: bool, seen: &Seen<'_>) -> Result<Wish, Ended> {
    let mut sheet = read(list);
    sheet.entries.iter_mut().for_each(|entry| entry.as_it_is = as_it_is);
    let answer = judge(&Job {
        number: 0,
        what: What::Sheet(Arc::new(sheet)),
        left_out: HashSet::new(),
        pending: seen.roster.clone(),
        complete: true,
        sending: recipients::still_sent(seen.plans).into_keys().collect(),
        members: seen.members.cloned(),
        allowed: seen.decided.settings.guards.allowed.clone(),
        earlier: earlier(seen.plans),
        now: seen.now,
    });
    let (mut wish, mut unfit) = (Wish::default(), Vec::new());
    for (entry, judged) in answer.sheet.entries.iter().zip(&answer.judged) {
        if !judged.is_good() {
            let is_so = matches!(judged, Judged::Is(Verdict::PendingAlready(_) | Verdict::TwiceInList(_)));
            wish.is_short |= !is_so;
            wish.said.push(line(entry, &judged.words(seen.now)));
            continue;
        }
        match template.draft(&answer.sheet, entry) {
            Err(why) => unfit.push(line(entry, &format!("{why}."))),
            Ok(draft) if *judged == Judged::Again => {
                let old = seen.roster.to_address(&draft.email).map(|row| row.to_invite());
                let before = Some(seen.roster.pins(&draft.email));
                let again = |invite| Step::Replace { invite, draft: draft.clone(), before: before.clone() };
                wish.steps.extend(old.map(again));
            }
            Ok(draft) => wish.steps.push(step(&draft.email, &draft.message, seen.roster)),
        }
    }
    if !unfit.is_empty() {
        return Err(Ended::refused(format!("{}\nNothing was done.", unfit.join("\n"))));
    }
    if answer.sheet.cut {
        wish.is_short = true;
        wish.said.push("The list was cut: it is too long for one plan. Split it.".to_owned());
    }
    planning::order(&mut wish.steps, seen.now);
    let entries = match answer.sheet.entries.len() {
        1 => "1 entry".to_owned(),
        n => format!("{} entries", count(n)),
    };
    wish.said.push(format!("{entries}: {}", answer.tally));
    Ok(wish)
}

fn line(entry: &Entry, what: &str) -> String {
    format!("line {}: {}: {what}", entry.line, visible(&entry.email))
}
