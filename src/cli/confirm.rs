//! Asking whether a plan shall run: the more it does, the more has to be typed. Enter alone never means yes.

use std::io::{self, BufRead as _};

use super::codes::{Ended, REFUSED};
use super::link::Link;
use super::say;
use super::signals;
use crate::domain::Step;
use crate::domain::access::Guards;
use crate::domain::text::{count, plural};

/// Up to so many steps a small `y` does; up to the second number a capital one.
const FEW: usize = 5;
const SOME: usize = 25;

/// What has to be typed for so many steps.
pub(super) fn word(steps: usize) -> String {
    if steps <= FEW {
        "y".to_owned()
    } else if steps <= SOME {
        "Y".to_owned()
    } else {
        steps.to_string()
    }
}

/// What a profile's guards ask for before a plan runs: whether the number of its steps is needed, and why.
pub(super) fn guarded(guards: &Guards, steps: &[Step]) -> Option<String> {
    let mut reasons = guards.exceeded(steps);
    if guards.guarded {
        reasons.insert(0, format!("The profile {} is guarded.", guards.profile));
    }
    (!reasons.is_empty()).then(|| reasons.join(" "))
}

/// Whether `--yes` is enough: with `--confirm-steps` the number has to be right, and a guard asks for it.
pub(super) fn is_sure(guards: &Guards, steps: &[Step], confirmed: Option<usize>) -> Result<(), Ended> {
    let n = steps.len();
    match (confirmed, guarded(guards, steps)) {
        (Some(confirmed), _) if confirmed == n => Ok(()),
        (Some(confirmed), _) => Err(Ended::refused(format!(
            "--confirm-steps {confirmed} is not the number of steps: there {} {}. Nothing was done.",
            if n == 1 { "is" } else { "are" },
            plural(n, "step")
        ))),
        (None, Some(why)) => Err(Ended::refused(format!(
            "{why} --yes alone is not enough: say --yes --confirm-steps {n} to run {}. Nothing was done.",
            plural(n, "step")
        ))),
        (None, None) => Ok(()),
    }
}

/// Fails where nobody can be asked.
pub(super) fn needs_somebody(yes: bool) -> Result<(), Ended> {
    if yes || say::can_ask() {
        return Ok(());
    }
    Err(Ended::refused(
        "Nobody can be asked, because this is no terminal: say --yes to do it, or --dry-run to see what it would do. \
         Nothing was done.",
    ))
}

/// Asks; fails unless the answer is the right one.
/// `doubt` is another reason to ask for the number of the steps.
pub(super) async fn ask(
    link: &mut Link,
    what: &str,
    steps: &[Step],
    guards: &Guards,
    doubt: Option<String>,
) -> Result<(), Ended> {
    match agrees(link, what, steps, guards, doubt).await? {
        true => Ok(()),
        false => Err(Ended::new(REFUSED, "Nothing was done.")),
    }
}

/// Asks; says whether the answer is the right one.
pub(super) async fn agrees(
    link: &mut Link,
    what: &str,
    steps: &[Step],
    guards: &Guards,
    doubt: Option<String>,
) -> Result<bool, Ended> {
    let why = doubt.into_iter().chain(guarded(guards, steps)).reduce(|all, why| format!("{all} {why}"));
    let by_number = why.is_some() || steps.len() > SOME;
    why.iter().for_each(|why| say::told(why));
    let steps = steps.len();
    let word = if by_number { steps.to_string() } else { word(steps) };
    let named = if by_number { format!("{} (the number of steps)", count(steps)) } else { word.clone() };
    say::question(&format!("{what} Type {named} to do it, Enter to leave it: "));
    let answer = tokio::task::spawn_blocking(typed);
    let answer = tokio::select! {
        biased;
        signal = link.signal() => {
            say::told("");
            return Err(Ended::new(signals::code(signal), "Interrupted: nothing was done."));
        }
        answer = answer => answer,
    };
    Ok(matches!(answer, Ok(Some(answer)) if is_yes(&answer, &word)))
}

/// Asks about something that is done on this machine alone; no signal is listened to meanwhile, so each ends it.
pub(super) async fn plainly(yes: bool, what: &str) -> Result<(), Ended> {
    if yes {
        return Ok(());
    }
    needs_somebody(yes)?;
    say::question(&format!("{what} Type y to do it, Enter to leave it: "));
    match tokio::task::spawn_blocking(typed).await {
        Ok(Some(answer)) if is_yes(&answer, "y") => Ok(()),
        _ => Err(Ended::new(REFUSED, "Nothing was done.")),
    }
}

fn typed() -> Option<String> {
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).ok().map(|_| answer)
}

fn is_yes(answer: &str, word: &str) -> bool {
    answer.trim().replace(',', "") == word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_it_does_the_more_has_to_be_typed_and_enter_is_never_yes() {
        for (steps, wanted) in [(1, "y"), (5, "y"), (6, "Y"), (25, "Y"), (26, "26"), (1200, "1200")] {
            assert_eq!(word(steps), wanted);
            assert!(is_yes(&format!("{wanted}\n"), &word(steps)));
            assert!(!is_yes("\n", &word(steps)) && !is_yes("yes\n", &word(steps)));
        }
        assert!(!is_yes("y\n", "Y"), "a small one is not enough");
        assert!(is_yes("1,200\n", "1200"), "as it is shown");
    }
}
