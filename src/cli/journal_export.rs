//! `guestlist journal export`: prints all plans with their steps and requests as data. Needs no server.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::ResolvedConfig;
use super::item::Item;
use super::kinds::JOURNAL_PLAN;
use super::results::{self, Results};
use crate::domain::export::csv_record;
use crate::domain::journal::{JournalCall, JournalEntry};
use crate::domain::{Invite, Outcome};
use crate::service::maintenance;

/// Header of the CSV format.
const CSV_HEADER: &str = "plan,created_at,state,tenancy,step,verb,email,identity,outcome,created,note,\
                          call,sent_at,result,status,request_id\n";

/// Prints the journal, newest plan first. CSV has a line for each request, and one for each step without requests.
pub(super) async fn run(config: &ResolvedConfig, args: &FormatArgs) -> Result<u8, CliError> {
    let printer = args.or_json().printer(&JOURNAL_PLAN)?;
    let entries = maintenance::list(&config.paths.state, usize::MAX).await?;
    if printer.is_csv() {
        let mut out = BufWriter::new(Results);
        return results::finish(write_csv(&entries, &mut out).and_then(|()| out.flush()), OK);
    }
    printer.print_all(entries.iter().map(plan_item), Vec::new(), OK)
}

fn write_csv(entries: &[JournalEntry], out: &mut impl Write) -> io::Result<()> {
    out.write_all(CSV_HEADER.as_bytes())?;
    entries.iter().try_for_each(|entry| write_csv_lines(entry, out))
}

fn plan_item(entry: &JournalEntry) -> Item {
    let steps = entry.plan.steps.iter().zip(&entry.progress).enumerate();
    let steps: Vec<Value> = steps
        .map(|(index, (step, progress))| {
            json!({
                "step": index + 1,
                "verb": step.verb(),
                "email": step.email(),
                "message": step.draft().map(|draft| draft.message),
                "target": step.target().map(invite_to_json),
                "outcome": progress.outcome.map(Outcome::label),
                "created": progress.created.as_ref().map(invite_to_json),
                "verified": progress.verified,
                "old_deleted": progress.old_deleted,
                "note": progress.note,
            })
        })
        .collect();
    Item::new([
        ("plan", json!(entry.plan.id)),
        ("tenancy", json!(entry.plan.tenancy)),
        ("created_at", json!(entry.plan.created_at)),
        ("state", json!(entry.state.label())),
        ("filter", json!(Some(&entry.plan.filter).filter(|filter| !filter.is_empty()))),
        ("steps", json!(steps)),
        ("calls", json!(entry.calls.iter().map(request_to_json).collect::<Vec<_>>())),
    ])
}

fn invite_to_json(invite: &Invite) -> Value {
    json!({
        "email": invite.email,
        "message": invite.message,
        "expiry_time": invite.expiry.0.map(|at| at.to_string()),
        "identity": invite.identity.to_string(),
    })
}

fn request_to_json(call: &JournalCall) -> Value {
    json!({
        "step": call.intent.step + 1,
        "method": call.intent.method.as_str(),
        "identity": call.intent.identity.as_ref().map(ToString::to_string),
        "sent_at": call.intent.requested_at,
        "result": call.response.as_ref().map(|response| response.result),
        "status": call.response.as_ref().and_then(|response| response.status),
        "request_id": call.response.as_ref().and_then(|response| response.request_id.clone()),
        "responded_at": call.response.as_ref().map(|response| response.responded_at),
    })
}

fn write_csv_lines(entry: &JournalEntry, out: &mut impl Write) -> io::Result<()> {
    for (index, (step, progress)) in entry.plan.steps.iter().zip(&entry.progress).enumerate() {
        let identity =
            |invite: Option<&Invite>| invite.map(|invite| invite.identity.to_string()).unwrap_or_default();
        let step_cells = [
            entry.plan.id.to_string(),
            entry.plan.created_at.to_string(),
            entry.state.label().to_owned(),
            entry.plan.tenancy.0.clone(),
            (index + 1).to_string(),
            step.verb().to_owned(),
            step.email().to_owned(),
            identity(step.target()),
            progress.outcome.map(|outcome| outcome.label().to_owned()).unwrap_or_default(),
            identity(progress.created.as_ref()),
            progress.note.clone().unwrap_or_default(),
        ];
        let calls: Vec<&JournalCall> = entry.calls.iter().filter(|call| call.intent.step == index).collect();
        let mut rows: Vec<[String; 5]> = calls.into_iter().map(request_cells).collect();
        if rows.is_empty() {
            rows.push(Default::default());
        }
        for cells in rows {
            let row: Vec<&str> = step_cells.iter().chain(&cells).map(String::as_str).collect();
            out.write_all(csv_record(&row)?.as_bytes())?;
        }
    }
    Ok(())
}

fn request_cells(call: &JournalCall) -> [String; 5] {
    let response = call.response.as_ref();
    let result = response.and_then(|response| serde_json::to_value(response.result).ok());
    [
        call.intent.method.as_str().to_owned(),
        call.intent.requested_at.to_string(),
        result.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        response.and_then(|response| response.status).map(|status| status.to_string()).unwrap_or_default(),
        response.and_then(|response| response.request_id.clone()).unwrap_or_default(),
    ]
}
