//! `guestlist note` and `snooze`: notes and snoozes of the console. They stay on this machine.

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::item::Item;
use super::kinds::ANNOTATION;
use super::service::{ServiceClient, with_client};
use super::{duration_arg, output};
use crate::clock::Clock;
use crate::domain::Invite;
use crate::domain::annotation::{AnnotationChange, Annotations, MAX_NOTE_CHARS, Snooze};
use crate::domain::email::normalize;
use crate::domain::text::{sanitize, to_single_line};

/// Arguments of `note`.
#[derive(Debug, Args)]
pub(super) struct NoteArgs {
    /// An email that has an invite
    #[arg(value_name = "EMAIL")]
    email: String,
    /// The note; without it, the note is printed
    #[arg(value_name = "TEXT", conflicts_with = "clear")]
    text: Option<String>,
    /// Remove the note
    #[arg(long)]
    clear: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// Arguments of `snooze`.
#[derive(Debug, Args)]
pub(super) struct SnoozeArgs {
    /// Emails that have an invite
    #[arg(required = true, value_name = "EMAIL")]
    emails: Vec<String>,
    #[command(flatten)]
    until: SnoozeUntil,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct SnoozeUntil {
    /// Until tomorrow, monday, a day (2030-01-31) or a time (2030-01-31T09:00)
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// For this long, such as 3d or 12h
    #[arg(long = "for", value_name = "DURATION", value_parser = duration_arg::parse)]
    duration: Option<SignedDuration>,
    /// Until the link has only this long left, such as 24h
    #[arg(long, value_name = "DURATION", value_parser = duration_arg::parse)]
    before_expiry: Option<SignedDuration>,
    /// End the snooze
    #[arg(long)]
    clear: bool,
}

impl SnoozeUntil {
    /// Returns the snooze; `None` to end it.
    fn snooze(&self, now: Timestamp) -> Result<Option<Snooze>, CliError> {
        let invalid = |option: &str| {
            CliError::usage(format!(
                "Could not read {option}: it is not a time in the future. Use tomorrow, monday or a day."
            ))
        };
        let snooze = match (&self.until, self.duration, self.before_expiry) {
            (Some(text), _, _) => {
                Snooze::parse_until(text, now, &output::time_zone()).ok_or_else(|| invalid("--until"))?
            }
            (_, Some(duration), _) => Snooze::Until(now.checked_add(duration).map_err(|_| invalid("--for"))?),
            (_, _, Some(left)) => Snooze::BeforeExpiry(left),
            _ => return Ok(None),
        };
        match snooze {
            Snooze::Until(at) if at <= now => Err(invalid("--until")),
            snooze => Ok(Some(snooze)),
        }
    }
}

/// Prints, writes or removes a note.
pub(super) async fn note(global: GlobalArgs, args: NoteArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.format.printer(&ANNOTATION)?;
    let text = args.text.as_deref().map(to_single_line);
    if let Some(length) = text.as_ref().map(|text| text.chars().count()).filter(|n| *n > MAX_NOTE_CHARS) {
        let reason = format!("it has {length} characters (max. {MAX_NOTE_CHARS})");
        return Err(CliError::refused(format!("Could not save the note: {reason}. Shorten it.")));
    }
    let is_change = args.clear || text.is_some();
    let item = with_client(&global.resolve()?, clock, async |client: &mut ServiceClient| {
        let invites = find_invites(client, &args.email, !is_change || args.clear).await?;
        let annotations = match is_change {
            true => {
                let note = text.unwrap_or_default();
                client.save_annotation(AnnotationChange::Note { email: args.email.clone(), note }).await?
            }
            false => client.load_annotations().await?,
        };
        Ok(annotation_item(&args.email, &invites, &annotations))
    })
    .await?;
    let note = item.text("note");
    if !printer.is_default() {
        return printer.print_all([item], Vec::new(), OK);
    }
    match is_change {
        true if args.clear => output::print_info("Note removed."),
        true => output::print_info("Note saved."),
        false if note.is_empty() => output::print_info("There is no note."),
        false => output::print_result(&note),
    }
    Ok(OK)
}

/// Snoozes emails or ends their snooze.
pub(super) async fn snooze(global: GlobalArgs, args: SnoozeArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.format.printer(&ANNOTATION)?;
    let items = with_client(&global.resolve()?, clock, async |client: &mut ServiceClient| {
        let mut found = Vec::new();
        for email in &args.emails {
            found.push((email, find_invites(client, email, args.until.clear).await?));
        }
        let now = client.server_now();
        let until = args.until.snooze(now)?;
        for (email, invites) in &found {
            if let Some(snooze) = &until
                && !invites.iter().any(|invite| snooze.due_at(invite.expiry).is_none_or(|due| due > now))
            {
                return Err(CliError::usage(format!(
                    "Could not snooze {}: the snooze would end in the past. Give a shorter --before-expiry. No changes \
                     were made.",
                    sanitize(email)
                )));
            }
        }
        let change = AnnotationChange::Snooze { emails: args.emails.clone(), until };
        let annotations = client.save_annotation(change).await?;
        let items = found.iter().map(|(email, invites)| annotation_item(email, invites, &annotations));
        Ok(items.collect::<Vec<Item>>())
    })
    .await?;
    if !printer.is_default() {
        return printer.print_all(items, Vec::new(), OK);
    }
    for item in items {
        output::print_info(&match item.text("snoozed_until") {
            until if until.is_empty() => format!("{} is not snoozed.", item.text("email")),
            until => format!("{} is snoozed until {until}.", item.text("email")),
        });
    }
    Ok(OK)
}

/// Returns the invites of an email. Also makes the tenancy known, to which annotations belong.
///
/// # Errors
/// The email has no invite, unless `accepts_none`.
async fn find_invites(
    client: &mut ServiceClient,
    email: &str,
    accepts_none: bool,
) -> Result<Vec<Invite>, CliError> {
    let invites = client.find_invites(email).await?;
    match invites.is_empty() && !accepts_none {
        true => {
            Err(CliError::not_found(format!("No invite {} found. No changes were made.", sanitize(email))))
        }
        false => Ok(invites),
    }
}

/// Returns the annotations of an email. The snooze of the invite that reappears last counts.
fn annotation_item(email: &str, invites: &[Invite], annotations: &Annotations) -> Item {
    let snooze = annotations.snoozes.get(&normalize(email));
    let due = snooze.and_then(|snooze| match snooze {
        Snooze::Until(at) => Some(*at),
        Snooze::BeforeExpiry(_) => invites.iter().filter_map(|invite| snooze.due_at(invite.expiry)).max(),
    });
    Item::new([
        ("email", json!(email.trim())),
        ("note", json!(annotations.note(email))),
        ("snoozed_until", json!(due.map(|at| at.to_string()))),
    ])
}
