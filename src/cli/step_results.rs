//! Results of changing commands: one item for each step, and a summary that a dry run has too.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::exit_code::CliError;
use super::format::FormatArgs;
use super::item::Item;
use super::kinds::STEP;
use super::printer::Printer;
use super::{output, plan_text, results};
use crate::domain::expiry::Urgency;
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::{Error, ErrorKind, Invite, Outcome, PlanId, Step};

/// A line or an email for which the plan has no step.
#[derive(Debug)]
pub(super) struct SkippedEntry {
    /// Line of the imported list.
    pub(super) line: Option<usize>,
    pub(super) email: String,
    pub(super) reason: String,
    /// The email that the person may have meant.
    pub(super) suggestion: Option<String>,
}

impl SkippedEntry {
    fn to_json(&self) -> Value {
        json!({ "line": self.line, "email": self.email, "reason": self.reason, "suggestion": self.suggestion })
    }
}

/// Prints the steps of a plan.
#[derive(Debug)]
pub(super) struct StepResults {
    printer: Printer,
    /// The last state of each step, for a JSON document.
    items: BTreeMap<usize, Item>,
    /// Invites that made steps unnecessary, for a JSON document.
    existing: Vec<Item>,
    /// Entries without a step.
    pub(super) skipped: Vec<SkippedEntry>,
}

impl StepResults {
    /// # Errors
    /// The options are wrong.
    pub(super) fn new(format: &FormatArgs) -> Result<StepResults, CliError> {
        let printer = format.printer(&STEP)?;
        Ok(StepResults { printer, items: BTreeMap::new(), existing: Vec::new(), skipped: Vec::new() })
    }

    /// Returns true if no option chooses a format.
    pub(super) fn is_default(&self) -> bool {
        self.printer.is_default()
    }

    /// Makes the columns wide enough for these steps.
    pub(super) fn reserve_columns(&mut self, steps: &[Step]) {
        let items = steps.iter().enumerate().map(|(index, step)| planned_item(index, step));
        self.printer.reserve_columns(&items.collect::<Vec<_>>());
    }

    /// Prints the state of a step. A document has only the last state of each step.
    pub(super) fn print_step(
        &mut self,
        index: usize,
        step: &Step,
        progress: &Progress,
        failure: Option<&Error>,
    ) {
        let item = step_item(index, step, progress, failure);
        if self.printer.is_document() {
            self.items.insert(index, item);
        } else {
            // Write errors are reported at the end of every command.
            let _ = self.printer.print([item]);
        }
    }

    /// Prints invites that made steps unnecessary.
    pub(super) fn print_existing(&mut self, invites: &[Invite], now: Timestamp) {
        let items = invites.iter().map(|invite| existing_item(invite, now));
        if self.printer.is_document() {
            self.existing.extend(items);
        } else if !invites.is_empty() {
            let _ = self.printer.print(items);
        }
    }

    /// Prints steps that have not run.
    pub(super) fn print_planned(&mut self, steps: &[Step]) {
        let items = steps.iter().enumerate().map(|(index, step)| planned_item(index, step));
        if self.printer.is_document() {
            self.items.extend(items.enumerate());
        } else {
            let _ = self.printer.print(items);
        }
    }

    /// Prints a dry run: by default the plan in sentences, otherwise its steps. Returns the exit code.
    pub(super) fn print_dry_run(
        &mut self,
        steps: &[Step],
        quota_warning: Option<String>,
        now: Timestamp,
        code: u8,
    ) -> Result<u8, CliError> {
        if self.is_default() {
            let lines = plan_text::plan_lines(steps, output::is_terminal().then_some(now));
            lines.iter().chain(&quota_warning).for_each(|line| output::print_result(line));
        } else {
            self.print_planned(steps);
            quota_warning.iter().for_each(|line| output::print_info(line));
        }
        output::print_info("Dry run: no changes were made.");
        let counts = StepCounts { not_sent: steps.len(), ..StepCounts::default() };
        self.finish(None, counts, true, code)
    }

    /// Prints the end of the results; returns the exit code.
    ///
    /// # Errors
    /// The results cannot be formatted.
    pub(super) fn finish(
        &mut self,
        plan: Option<PlanId>,
        counts: StepCounts,
        is_dry_run: bool,
        code: u8,
    ) -> Result<u8, CliError> {
        let steps = std::mem::take(&mut self.items).into_values();
        let items = std::mem::take(&mut self.existing).into_iter().chain(steps);
        let counts = json!({
            "done": counts.done,
            "already_invited": counts.already_invited,
            "failed": counts.failed,
            "not_sent": counts.not_sent,
            "unknown": counts.unknown,
        });
        let skipped: Vec<Value> = self.skipped.iter().map(SkippedEntry::to_json).collect();
        let summary = vec![
            ("plan", json!(plan)),
            ("dry_run", json!(is_dry_run)),
            ("counts", counts),
            ("skipped", json!(skipped)),
        ];
        results::finish(self.printer.print(items).and_then(|()| self.printer.finish(summary)), code)
    }
}

/// Returns a step before it has run.
pub(super) fn planned_item(index: usize, step: &Step) -> Item {
    build_item(index, step, step.target(), None, None)
}

/// Returns a step with its outcome. `failure` explains the outcome if the progress has no note.
pub(super) fn step_item(index: usize, step: &Step, progress: &Progress, failure: Option<&Error>) -> Item {
    let outcome = progress.outcome.unwrap_or(Outcome::Skipped);
    let reason = failure.map(|failure| match failure.kind {
        ErrorKind::Journal => format!("not recorded in the journal: {}", failure.cause),
        _ => failure.cause.clone(),
    });
    let invite = progress.created.as_ref().or(step.target());
    build_item(index, step, invite, Some(outcome), progress.note.clone().or(reason))
}

/// Returns an invite that made a create unnecessary.
fn existing_item(invite: &Invite, now: Timestamp) -> Item {
    let note = match invite.expiry.urgency(now) {
        Urgency::Expired => {
            format!("{}; run guestlist resend to renew it", invite.expiry.remaining_text(now))
        }
        _ => "nothing was sent".to_owned(),
    };
    Item::new([
        ("step", json!(None::<usize>)),
        ("outcome", json!(Outcome::AlreadyInvited.label())),
        ("verb", json!("create")),
        ("email", json!(invite.email)),
        ("identity", json!(invite.identity.to_string())),
        ("expiry_time", json!(invite.expiry.0.map(|at| at.to_string()))),
        ("message", json!(invite.message)),
        ("note", json!(note)),
    ])
}

fn build_item(
    index: usize,
    step: &Step,
    invite: Option<&Invite>,
    outcome: Option<Outcome>,
    note: Option<String>,
) -> Item {
    Item::new([
        ("step", json!(index + 1)),
        ("outcome", json!(outcome.map(Outcome::label))),
        ("verb", json!(step.verb())),
        ("email", json!(step.email())),
        ("identity", json!(invite.map(|invite| invite.identity.to_string()))),
        ("expiry_time", json!(invite.and_then(|invite| invite.expiry.0).map(|at| at.to_string()))),
        ("message", json!(step.draft().map(|draft| draft.message))),
        ("note", json!(note)),
    ])
}
