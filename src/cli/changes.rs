//! `guestlist changes`: what changed since the console was last looked at. It asks the same question as the view of
//! changes and prints the answer; what counts as seen moves on only with `--mark-seen`.

use std::io::{self, BufWriter, ErrorKind, Write as _};

use clap::Args;
use serde_json::{Value, json};

use super::codes::{Ended, FAILED, OK};
use super::global::GlobalArgs;
use super::link::Link;
use super::progress::Line;
use super::query;
use super::results::Results;
use super::say;
use crate::clock::Clock;
use crate::domain::change::{Change, Changes, Compared, Group, Kind, Listed};
use crate::domain::json::harmless;
use crate::domain::text::visible;
use crate::domain::{Reply, Request};

/// What is typed after `changes`.
#[derive(Debug, Args)]
pub(super) struct ChangesArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Count all of it as seen from now on, as the console does when its view of changes is left
    #[arg(long)]
    mark_seen: bool,
}

/// Prints them.
pub(super) async fn run(global: GlobalArgs, args: ChangesArgs, clock: Clock) -> Result<u8, Ended> {
    let decided = query::decide(global)?;
    let mut link = Link::open(&decided, clock)?;
    let result = with_link(&mut link, &args).await;
    link.close().await;
    result
}

async fn with_link(link: &mut Link, args: &ChangesArgs) -> Result<u8, Ended> {
    let roster = link.read().await?;
    let members = link.members().await?;
    let listed = Listed { tenancy: link.tenancy.clone(), at: link.server_now(), rows: roster.rows().clone() };
    let compared = compared(link, Request::Compare { listed: listed.clone(), members }).await?;
    let code = match print(&compared, args.json) {
        // What could not be read was not seen.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Ok(OK),
        _ => OK,
    };
    remarks(&compared);
    // The first list counts as seen; the answer does not wait for the disk, the end of the task does.
    let is_first = compared.changes.is_none() && compared.kept;
    if is_first && !args.mark_seen {
        link.ask(Request::Seen(listed)).await?;
        return Ok(code);
    }
    if !args.mark_seen {
        return Ok(code);
    }
    // As in the console: what is doubtful now would otherwise never be told.
    let doubtful = compared.changes.as_ref().map_or(0, |changes| changes.to_prove().count());
    if doubtful > 0 {
        let why = format!("Nothing is counted as seen: whether {doubtful} are gone could not be found out.");
        return Err(Ended::new(FAILED, why));
    }
    if !compared.kept {
        return Err(Ended::new(FAILED, "Nothing is counted as seen: no lists are kept on this machine."));
    }
    link.ask(Request::Seen(listed)).await?;
    say::told("All of it is counted as seen from now on, here and in the console.");
    Ok(code)
}

/// The last answer: there is one before it while those are looked at again that are perhaps gone.
async fn compared(link: &mut Link, request: Request) -> Result<Compared, Ended> {
    let id = link.ask(request).await?;
    let mut line = Line::new();
    line.says("comparing");
    loop {
        match link.said(&mut line).await? {
            (from, Reply::Compared(compared)) if from == id && !compared.looking => return Ok(compared),
            (_, Reply::CacheTrouble(sentence)) => {
                line.clear();
                say::shown(&sentence);
            }
            _ => {}
        }
    }
}

/// What has to be known beside the changes.
fn remarks(compared: &Compared) {
    match &compared.changes {
        Some(changes) => say::told(&format!("Since {}: {}.", changes.from, changes.tally().words())),
        None if compared.kept => say::told(
            "No list was seen before: this one is kept, and from now on what changes after it is told.",
        ),
        None => say::told("No lists are kept on this machine, so there is nothing to compare with."),
    }
    if !compared.ours_known {
        say::shown("The journal could not be read: what was done from here looks like what others did.");
    }
}

fn print(compared: &Compared, as_json: bool) -> io::Result<()> {
    let mut out = BufWriter::new(Results);
    if as_json {
        writeln!(out, "{}", harmless(&serde_json::to_string_pretty(&object(compared))?))?;
        return out.flush();
    }
    let Some(changes) = &compared.changes else { return Ok(()) };
    for change in in_groups(changes) {
        let (after, before) = (change.after.to_string(), change.before.to_string());
        let identity = change.invite.identity.to_string();
        let words = change.words(changes.members_known);
        let columns = [kind(change), &change.invite.email, words, &after, &before, &identity];
        writeln!(out, "{}", columns.map(visible).join("\t"))?;
    }
    out.flush()
}

/// In the order of the console's view.
fn in_groups(changes: &Changes) -> impl Iterator<Item = &Change> {
    let of = |group: Group| changes.list.iter().filter(move |change| change.group() == group);
    Group::ALL.into_iter().flat_map(of)
}

fn object(compared: &Compared) -> Value {
    let changes = compared.changes.as_ref();
    json!({
        "from": changes.map(|changes| changes.from.to_string()),
        "to": compared.at.to_string(),
        "members_known": changes.is_some_and(|changes| changes.members_known),
        "local_known": compared.ours_known,
        "changes": changes.map(|changes| {
            in_groups(changes).map(|change| one(change, changes.members_known)).collect::<Vec<_>>()
        }).unwrap_or_default(),
    })
}

fn one(change: &Change, members_known: bool) -> Value {
    let invite = &change.invite;
    let mut value = json!({
        "kind": kind(change),
        "description": change.words(members_known),
        "local": change.kind.is_ours(),
        "not_before": change.after.to_string(),
        "not_after": change.before.to_string(),
        "email": invite.email,
        "message": invite.message,
        "expiry_time": invite.expiry.0.map(|at| at.to_string()),
        "identity": invite.identity.as_str(),
    });
    match &change.kind {
        Kind::Renewed { was } => value["expiry_time_was"] = json!(was.0.map(|at| at.to_string())),
        Kind::Differs { was } => value["message_was"] = json!(was),
        Kind::Replaced { by } => value["replaced_by"] = json!(by.as_str()),
        _ => {}
    }
    value
}

/// What happened, in one word for scripts.
fn kind(change: &Change) -> &'static str {
    match &change.kind {
        _ if !change.sure => "possibly_gone",
        Kind::New => "new",
        Kind::MemberNow => "became_member",
        Kind::Gone => "gone",
        Kind::Expired { .. } => "expired",
        Kind::Renewed { .. } => "renewed",
        Kind::Differs { .. } => "modified",
        Kind::Created => "created",
        Kind::Deleted => "deleted",
        Kind::Replaced { .. } => "replaced",
    }
}
