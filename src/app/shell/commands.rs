//! What cannot be done at this moment, and why: for the command palette, which shows it beside the command.
//! The actions themselves refuse in their own words; nothing is decided here.

use crate::domain::PlanId;
use crate::domain::plan::PlanState;

use crate::app::model::view::View;
use crate::app::screens::journal::Level;
use crate::app::screens::plans::items;
use crate::app::screens::plans::items::Item;
use crate::app::screens::problems::Line;
use crate::app::screens::requests;
use crate::app::shell::app::App;
use crate::keys::action::Action;

/// Why an action would do nothing where the person is, as half a sentence; `None` where it would do something.
pub fn unavailable(state: &App, action: Action) -> Option<String> {
    match action {
        Action::Undo if state.model.plans.held().is_none() => return cannot_change(state),
        Action::Suspend if cfg!(not(unix)) => return Some("this system has no such thing".to_owned()),
        _ => {}
    }
    match state.view {
        View::Pending => in_list(state, action),
        View::Plan => in_plans(state, action),
        View::Changes => in_changes(state, action),
        View::Problems => in_problems(state, action),
        View::Journal => in_journal(state, action),
        View::Requests => in_requests(state, action).map(str::to_owned),
    }
}

/// Why nothing can be changed at all.
fn cannot_change(state: &App) -> Option<String> {
    if let Some(why) = state.model.wrong_tenancy() {
        return Some(why.to_owned());
    }
    if let Some(why) = &state.model.read_only {
        return Some(format!("read-only, because {why}"));
    }
    state.model.no_journal.is_some().then(|| NO_JOURNAL.to_owned())
}

const NO_JOURNAL: &str = "the journal cannot be used";

fn in_list(state: &App, action: Action) -> Option<String> {
    let no_row = || state.model.table.row().is_none().then(|| "no row is selected".to_owned());
    let marked = || state.model.marks.shown(&state.model.table, &state.model.invites.shown).count();
    let reason = match action {
        Action::Edit if marked() > 1 => {
            return cannot_change(state)
                .or_else(|| Some(format!("{} are marked, and it is about one", marked())));
        }
        Action::Delete | Action::Resend | Action::Edit => return cannot_change(state).or_else(no_row),
        Action::Note | Action::Snooze if state.model.no_journal.is_some() => NO_JOURNAL,
        Action::Open
        | Action::Note
        | Action::Snooze
        | Action::Mark
        | Action::MarkRange
        | Action::Copy
        | Action::CopyChoose
        | Action::RequestsOfRow => {
            return no_row();
        }
        Action::Many | Action::Triage if state.model.no_journal.is_some() => NO_JOURNAL,
        Action::Triage if state.walk.is_none() => nothing_shown(state)?,
        Action::Export => nothing_shown(state)?,
        Action::MarkAll | Action::MarkInvert | Action::MarkMatching | Action::MarkDay
            if !state.model.invites.is_complete() =>
        {
            "the list is not complete"
        }
        Action::MarkAll | Action::MarkInvert if state.model.is_arranging() => "the rows are being arranged",
        Action::MarkAll | Action::MarkInvert => nothing_shown(state)?,
        Action::MarkNone if state.model.marks.is_empty() => "nothing is marked",
        Action::Stop => {
            let nothing = state.model.invites.reading.is_none() && state.model.plans.under_way.is_empty();
            nothing.then_some("nothing is being read or changed")?
        }
        _ => return None,
    };
    Some(reason.to_owned())
}

fn nothing_shown(state: &App) -> Option<&'static str> {
    state.model.table.order.is_empty().then_some("no invite is shown")
}

fn in_plans(state: &App, action: Action) -> Option<String> {
    let about = [Action::Open, Action::TakeOut, Action::Pause, Action::Stop, Action::Resume, Action::Drop];
    if !about.contains(&action) {
        return None;
    }
    if action == Action::Stop && state.model.plans.under_way.is_empty() {
        return Some("no plan runs".to_owned());
    }
    match items::selected(state) {
        Some(item) if items::is_staged(state, item) => about_staged(state, item, action),
        Some(Item::Plan(id) | Item::Step(id, _)) => about_plan(state, id, action),
        _ => Some("there is no plan here".to_owned()),
    }
}

fn about_staged(state: &App, item: Item, action: Action) -> Option<String> {
    match action {
        Action::Open | Action::Resume => cannot_change(state),
        Action::Pause | Action::Stop => Some("what is staged does not run".to_owned()),
        Action::TakeOut if !matches!(item, Item::Step(..)) => Some("a step is to be selected".to_owned()),
        _ => None,
    }
}

fn about_plan(state: &App, id: PlanId, action: Action) -> Option<String> {
    let change = state.model.plans.get(id);
    let ended = state.model.plans.left(id).is_some_and(|left| left.entry.state == PlanState::Finished);
    let reason = match action {
        Action::Open if items::opened(state).is_some() => "its steps are shown already",
        Action::TakeOut => "only what is staged can be taken out",
        Action::Pause if change.is_some_and(|change| change.progress.is_held()) => "it has not begun yet",
        Action::Resume if change.is_some() => "it is under way already",
        Action::Drop if change.is_some() => "it is under way: it is to be stopped first",
        Action::Stop if change.is_none() => "this plan does not run",
        Action::Resume | Action::Pause if ended => "it has ended",
        Action::Resume | Action::Pause if change.is_none() => return cannot_change(state),
        _ => return None,
    };
    Some(reason.to_owned())
}

fn in_changes(state: &App, action: Action) -> Option<String> {
    let view = &state.changes;
    let chosen =
        || view.marked.len() + view.under_cursor().iter().filter(|it| it.can_be_sent_again()).count();
    let reason = match action {
        Action::Open if view.selected().is_none() => "no change is selected",
        Action::Restore if cannot_change(state).is_some() => return cannot_change(state),
        Action::Mark | Action::Restore if chosen() == 0 => "nobody here could be invited again",
        Action::MarkSeen if view.compared.is_none() => "nothing was compared yet",
        _ => return None,
    };
    Some(reason.to_owned())
}

fn in_problems(state: &App, action: Action) -> Option<String> {
    let about = [Action::Open, Action::Edit, Action::Resend, Action::Delete, Action::DismissProblem];
    let none = || match state.problems.line() {
        None => Some("no problem is selected".to_owned()),
        Some(Line::All { .. }) if action != Action::Open => Some("this line stands for several".to_owned()),
        Some(_) => None,
    };
    match action {
        Action::Edit | Action::Resend | Action::Delete => cannot_change(state).or_else(none),
        Action::ShowDismissed if state.problems.dismissed == 0 => Some("none was dismissed".to_owned()),
        _ if about.contains(&action) => none(),
        _ => None,
    }
}

fn in_journal(state: &App, action: Action) -> Option<String> {
    let none = || state.journal.entry().is_none().then(|| "no plan is selected".to_owned());
    match action {
        Action::Open if state.journal.level == Level::Step => Some("it is open already".to_owned()),
        Action::Open => none(),
        Action::Restore => none().or_else(|| cannot_change(state)),
        _ => None,
    }
}

fn in_requests(state: &App, action: Action) -> Option<&'static str> {
    let about = matches!(action, Action::Open | Action::Copy | Action::CopyChoose);
    (about && requests::in_hand(state).is_none()).then_some("no request is selected")
}
