//! Confirmation prompts. Larger plans need more typing; Enter alone never confirms.

use std::io::{self, BufRead as _};

use super::exit_code::{CliError, for_signal};
use super::output;
use super::service::ServiceClient;
use crate::domain::Step;
use crate::domain::profile_settings::PlanLimits;
use crate::domain::text::{format_count, format_plural};

/// Maximum numbers of steps that `y` and `Y` confirm.
/// For larger plans, the user types the number of steps.
const MAX_STEPS_LOWER_Y: usize = 5;
const MAX_STEPS_UPPER_Y: usize = 25;

/// Returns the text to type for a plan of this size.
pub(super) fn expected_answer(steps: usize) -> String {
    match steps {
        n if n <= MAX_STEPS_LOWER_Y => "y".to_owned(),
        n if n <= MAX_STEPS_UPPER_Y => "Y".to_owned(),
        _ => steps.to_string(),
    }
}

/// Returns why the profile's guards require typing the number of steps; `None` if they do not.
pub(super) fn guard_reason(guards: &PlanLimits, steps: &[Step]) -> Option<String> {
    let mut reasons = guards.violations(steps);
    if guards.guarded {
        reasons.insert(0, format!("The profile {} is guarded.", guards.profile));
    }
    (!reasons.is_empty()).then(|| reasons.join(" "))
}

/// Checks that `--yes`, with `--confirm-steps` if given, confirms the plan.
///
/// # Errors
/// `--confirm-steps` is wrong, or is missing although a guard requires it.
pub(super) fn check_step_count(
    guards: &PlanLimits,
    steps: &[Step],
    confirmed: Option<usize>,
) -> Result<(), CliError> {
    let n = steps.len();
    match (confirmed, guard_reason(guards, steps)) {
        (Some(confirmed), _) if confirmed == n => Ok(()),
        (Some(confirmed), _) => Err(CliError::refused(format!(
            "--confirm-steps {confirmed} is not the number of steps: there {} {}. No changes were made.",
            if n == 1 { "is" } else { "are" },
            format_plural(n, "step")
        ))),
        (None, Some(reason)) => Err(CliError::refused(format!(
            "{reason} --yes alone is not enough: use --yes --confirm-steps {n} to run {}. No changes were made.",
            format_plural(n, "step")
        ))),
        (None, None) => Ok(()),
    }
}

/// Fails if a confirmation is needed (no `--yes`) but there is no terminal to ask on.
pub(super) fn require_terminal_or_yes(yes: bool) -> Result<(), CliError> {
    if yes || output::can_ask() {
        return Ok(());
    }
    Err(CliError::refused(
        "Not a terminal: cannot ask for confirmation. Use --yes to apply the changes. No changes were made.",
    ))
}

/// Returns the error for a change that the user did not confirm.
pub(super) fn unconfirmed_error() -> CliError {
    CliError::refused("No changes were made.")
}

/// Asks for confirmation; returns true if the user confirmed. With a `warning`, the user must type the number
/// of steps.
pub(super) async fn ask_to_confirm(
    client: &mut ServiceClient,
    question: &str,
    steps: &[Step],
    guards: &PlanLimits,
    warning: Option<String>,
) -> Result<bool, CliError> {
    let reason = warning
        .into_iter()
        .chain(guard_reason(guards, steps))
        .reduce(|all, reason| format!("{all} {reason}"));
    let by_number = reason.is_some() || steps.len() > MAX_STEPS_UPPER_Y;
    reason.iter().for_each(|reason| output::print_info(reason));
    let steps = steps.len();
    let expected = if by_number { steps.to_string() } else { expected_answer(steps) };
    let named =
        if by_number { format!("{} (the number of steps)", format_count(steps)) } else { expected.clone() };
    output::print_prompt(&format!("{question} Type {named} to confirm, Enter to cancel: "));
    let answer = tokio::task::spawn_blocking(read_answer);
    let answer = tokio::select! {
        biased;
        signal = client.next_signal() => {
            output::print_info("");
            return Err(CliError::new(for_signal(signal), "Interrupted: no changes were made."));
        }
        answer = answer => answer,
    };
    Ok(matches!(answer, Ok(Some(answer)) if is_yes(&answer, &expected)))
}

/// Asks to confirm a change that affects only this machine.
/// A signal during the prompt ends the process.
pub(super) async fn ask_yes_no(yes: bool, question: &str) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    require_terminal_or_yes(yes)?;
    output::print_prompt(&format!("{question} Type y to confirm, Enter to cancel: "));
    match tokio::task::spawn_blocking(read_answer).await {
        Ok(Some(answer)) if is_yes(&answer, "y") => Ok(()),
        _ => Err(unconfirmed_error()),
    }
}

fn read_answer() -> Option<String> {
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).ok().map(|_| answer)
}

fn is_yes(answer: &str, expected: &str) -> bool {
    answer.trim().replace(',', "") == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_plans_need_more_typing_and_enter_never_confirms() {
        for (steps, expected) in [(1, "y"), (5, "y"), (6, "Y"), (25, "Y"), (26, "26"), (1200, "1200")] {
            assert_eq!(expected_answer(steps), expected);
            assert!(is_yes(&format!("{expected}\n"), &expected_answer(steps)));
            assert!(!is_yes("\n", &expected_answer(steps)) && !is_yes("yes\n", &expected_answer(steps)));
        }
        assert!(!is_yes("y\n", "Y"), "a lower-case y is not enough");
        assert!(is_yes("1,200\n", "1200"), "with the separator that the prompt shows");
    }
}
