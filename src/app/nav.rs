//! What a screen or an operation may ask of the shell: plain data that names screens without knowing them.

use std::time::Duration;

use crate::app::View;
use crate::app::model::request_log::InviteFilter;
use crate::domain::service_msg::ResumeScope;
use crate::domain::{Draft, Invite, Plan, PlanId};
use crate::keys::{Action, KeyContext};

/// Something for the shell to do when the screen that asks has returned.
#[derive(Debug, Clone, PartialEq)]
pub enum Nav {
    /// Opens an overlay in front of everything.
    Open(Route),
    /// Opens a prompt as soon as nothing is typed, behind whatever somebody is typing in.
    PromptWhenIdle(PromptKind),
    /// Closes the overlay that asks.
    Close,
    /// Closes the import that asks, and keeps it for the next time.
    ParkImport,
    /// Goes to a view; what it had open over its rows is closed.
    ShowView(View),
    /// Does what an action means where the person is, once the palette that asks is closed.
    Dispatch(Action),
    /// A prompt was answered; the owner of the matter acts.
    PromptAnswered(PromptKind, usize),
    /// The form was filled in for the invite that the triage behind it shows.
    TriageEdited(Draft),
    /// A plan was applied or staged: the form or the list that it was made from is done with.
    PlanSubmitted(PlanId),
    /// Shows only the requests about an invite, in their view.
    ShowRequests(InviteFilter),
    /// Opens another profile.
    SwitchProfile(String),
    /// Leaves, or asks first.
    Quit,
}

/// An overlay, and what it is opened with.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// A plan to confirm.
    Confirm(Proposal),
    /// The form of a new invite, or of an edited one.
    InviteForm(FormPurpose),
    /// A prompt.
    Prompt(PromptKind),
    /// The keys of a context.
    Help(KeyContext),
    /// The notifications.
    Notifications,
    /// A choice of what is copied.
    CopyMenu {
        /// Its title.
        title: String,
        /// What there is to choose from.
        choices: Vec<CopyOption>,
    },
    /// The filter's field.
    Filter,
    /// The field of a filter whose rows are marked.
    MarkMatching,
    /// The table's columns.
    Columns,
    /// The domains of the tenancy.
    Domains,
    /// The form of an export.
    Export,
    /// An import.
    Import,
    /// The note on the selected row.
    Note,
    /// Until when rows are snoozed.
    Snooze,
    /// One invite after the other.
    Triage,
    /// The commands by their names.
    Palette,
    /// The profiles.
    SwitchProfile,
    /// The profile's name, which lifts its guard.
    Unlock,
}

/// A plan that is to be confirmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The plan.
    pub plan: Plan,
    /// The staged plans that it is made of.
    pub replaces: Vec<PlanId>,
    /// What else is to be known of it, as sentences; empty where that is nothing.
    pub note: String,
    /// Which steps of a plan that was set aside go on with it; `None` for a new plan.
    pub resume_scope: Option<ResumeScope>,
}

/// What the form is for.
#[derive(Debug, Clone, PartialEq)]
pub enum FormPurpose {
    /// A new invite.
    New(Draft),
    /// Another invite in place of this one.
    Edit {
        /// The invite.
        invite: Invite,
        /// What was written for it before.
        before: Option<Draft>,
        /// The field that has the focus.
        focus: FormField,
        /// The result is a decision of the triage behind it, and no plan of its own.
        for_triage: bool,
    },
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormField {
    /// The email.
    Email,
    /// The message.
    Message,
    /// The button that sends.
    Send,
}

/// Something that can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOption {
    /// Its name in the menu.
    pub name: &'static str,
    /// What it is, for the sentence about it.
    pub description: String,
    /// The text.
    pub text: String,
}

/// What a prompt asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// Leaving, although something is not over.
    Quit,
    /// Waiting that long, because the server asks for it.
    LongWait(Duration),
    /// Writing an export over a file that is there.
    OverwriteFile,
    /// What becomes of what an earlier run did not finish; the plan, where it is a single one.
    UnfinishedPlans(Option<PlanId>),
    /// Giving a plan up that owes something, or of which much is left.
    DiscardPlan(PlanId),
    /// Letting go of all that is staged.
    DiscardStaged,
    /// A quota is reached: going on with the steps that send nothing.
    ResumeWithoutEmail(PlanId),
    /// It is unknown whether a plan has invited somebody: only looking, or sending again.
    RetryUnknownCreates(PlanId),
    /// The server takes no second invite for addresses of this plan: revoking first, and then sending.
    DeleteFirst(PlanId),
}

impl PromptKind {
    /// The answers; the first is the harmless one, the second is what is asked for.
    pub fn answers(self) -> &'static [&'static str] {
        match self {
            PromptKind::Quit => &["Stay", "Quit"],
            PromptKind::LongWait(_) => &["Do not wait", "Wait"],
            PromptKind::OverwriteFile => &["Keep it", "Replace it"],
            PromptKind::UnfinishedPlans(Some(_)) => &["Review", "Resume", "Give up"],
            PromptKind::UnfinishedPlans(None) => &["Review", "Later"],
            PromptKind::DiscardPlan(_) => &["Keep it", "Give up"],
            PromptKind::DiscardStaged => &["Keep them", "Drop all"],
            PromptKind::ResumeWithoutEmail(_) => &["Leave it paused", "Only revoke"],
            PromptKind::RetryUnknownCreates(_) => &["Only look", "Send again"],
            PromptKind::DeleteFirst(_) => &["Leave them", "Revoke first"],
        }
    }
}
