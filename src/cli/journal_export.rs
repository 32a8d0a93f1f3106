//! `guestlist journal export`: prints all plans with their steps and requests as data. Needs no server.

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::exit_code::{CliError, OK};
use super::global_args::ResolvedConfig;
use super::results::{self, Results};
use crate::domain::export::csv_record;
use crate::domain::journal::{JournalCall, JournalEntry};
use crate::domain::json::escape_for_terminal;
use crate::service::maintenance;

/// Arguments of `journal export`.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Print one array of plans (default)
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Print another format
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<JournalFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum JournalFormat {
    /// One line per request, and one per step without requests
    Csv,
    /// One plan per line
    Ndjson,
}

/// Header of the CSV format.
const CSV_HEADER: &str = "plan,created_at,state,tenancy,step,verb,email,identity,outcome,created,note,\
                          call,sent_at,result,status,request_id\n";

/// Prints the journal, newest plan first.
pub(super) async fn run(config: &ResolvedConfig, args: &ExportArgs) -> Result<u8, CliError> {
    let entries = maintenance::list(&config.paths.state, usize::MAX).await?;
    let mut out = BufWriter::new(Results);
    results::finish(write(&entries, args.format, &mut out).and_then(|()| out.flush()), OK)
}

fn write(entries: &[JournalEntry], format: Option<JournalFormat>, out: &mut impl Write) -> io::Result<()> {
    match format {
        Some(JournalFormat::Ndjson) => {
            for entry in entries {
                writeln!(out, "{}", escape_for_terminal(&plan_to_json(entry).to_string()))?;
            }
            Ok(())
        }
        Some(JournalFormat::Csv) => {
            out.write_all(CSV_HEADER.as_bytes())?;
            entries.iter().try_for_each(|entry| write_csv_lines(entry, out))
        }
        None => {
            let plans: Vec<Value> = entries.iter().map(plan_to_json).collect();
            writeln!(out, "{}", escape_for_terminal(&serde_json::to_string_pretty(&plans)?))
        }
    }
}

fn plan_to_json(entry: &JournalEntry) -> Value {
    let steps = entry.plan.steps.iter().zip(&entry.progress).enumerate();
    let steps: Vec<Value> = steps
        .map(|(index, (step, progress))| {
            json!({
                "step": index + 1,
                "verb": step.verb(),
                "email": step.email(),
                "message": step.draft().map(|draft| draft.message),
                "target": step.target(),
                "outcome": progress.outcome,
                "created": progress.created,
                "verified": progress.verified,
                "old_deleted": progress.old_deleted,
                "note": progress.note,
            })
        })
        .collect();
    json!({
        "plan": entry.plan.id,
        "tenancy": entry.plan.tenancy,
        "created_at": entry.plan.created_at,
        "state": entry.state,
        "filter": entry.plan.filter,
        "steps": steps,
        "calls": entry.calls.iter().map(request_to_json).collect::<Vec<_>>(),
    })
}

fn request_to_json(call: &JournalCall) -> Value {
    json!({
        "step": call.intent.step + 1,
        "method": call.intent.method,
        "identity": call.intent.identity,
        "sent_at": call.intent.requested_at,
        "result": call.response.as_ref().map(|response| response.result),
        "status": call.response.as_ref().and_then(|response| response.status),
        "request_id": call.response.as_ref().and_then(|response| response.request_id.clone()),
        "responded_at": call.response.as_ref().map(|response| response.responded_at),
    })
}

fn write_csv_lines(entry: &JournalEntry, out: &mut impl Write) -> io::Result<()> {
    for (index, (step, progress)) in entry.plan.steps.iter().zip(&entry.progress).enumerate() {
        let identity = |invite: Option<&crate::domain::Invite>| {
            invite.map(|invite| invite.identity.to_string()).unwrap_or_default()
        };
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
