//! Navigation requests of screens and operations to the shell.
//!
//! Plain data that refers to screens without importing them.

use std::time::Duration;

use crate::app::View;
use crate::app::model::request_log::InviteFilter;
use crate::domain::service_msg::ResumeScope;
use crate::domain::{Draft, Identity, Invite, Plan, PlanId};
use crate::keys::{Action, KeyContext};

/// Navigation request; the shell handles it after the screen has returned.
#[derive(Debug, Clone, PartialEq)]
pub enum Nav {
    /// Opens an overlay on top.
    Open(Route),
    /// Opens a prompt at the next pause in typing, behind an open text field.
    PromptWhenIdle(PromptKind),
    /// Closes the requesting overlay.
    Close,
    /// Closes the requesting import dialog and keeps its state until the dialog is opened again.
    ParkImport,
    /// Goes to a view and closes panes that the previous view has open over its rows.
    ShowView(View),
    /// Closes the requesting palette or help and runs an action in the context behind it.
    Dispatch(Action),
    /// Closes the requesting palette and runs an action with an argument.
    DispatchWith(Action, String),
    /// The user chose a button of a prompt, by its index.
    PromptAnswered(PromptKind, usize),
    /// The user completed the form for an invite of the triage session behind the form.
    TriageEdited(Identity, Draft),
    /// A plan was applied or staged: closes the form or import dialog that created the plan.
    PlanSubmitted(PlanId),
    /// Goes to the Requests view and shows only the requests about an invite.
    ShowRequests(InviteFilter),
    /// Opens another profile.
    SwitchProfile(String),
    /// Quits, after a prompt if something would be lost.
    Quit,
}

/// An overlay with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// Confirmation of a plan.
    Confirm(Proposal),
    /// Form of a new or edited invite.
    InviteForm(FormPurpose),
    /// Prompt with buttons.
    Prompt(PromptKind),
    /// Help for a context.
    Help(KeyContext),
    /// The notifications.
    Notifications,
    /// Menu of texts to copy.
    CopyMenu {
        /// Title of the menu.
        title: String,
        /// The entries.
        choices: Vec<CopyOption>,
    },
    /// Filter field.
    Filter,
    /// Field for a filter; the matching rows are marked.
    MarkMatching,
    /// Column settings of the table.
    Columns,
    /// Email domains of the tenancy.
    Domains,
    /// Export form.
    Export,
    /// Import dialog.
    Import,
    /// Note about the person with this email.
    Note(String),
    /// Snooze menu.
    Snooze,
    /// Theme picker.
    Theme,
    /// Triage session.
    Triage,
    /// Command palette.
    Palette,
    /// Menu of profiles.
    SwitchProfile,
    /// Asks for the profile's name, which allows changes in a guarded profile.
    Unlock,
}

/// Plan to confirm.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The plan.
    pub plan: Plan,
    /// The staged plans that it replaces.
    pub replaces: Vec<PlanId>,
    /// Notes for the user, as sentences; may be empty.
    pub note: String,
    /// Steps of an unfinished plan to resume; `None` for a new plan.
    pub resume_scope: Option<ResumeScope>,
}

/// Purpose of the form.
#[derive(Debug, Clone, PartialEq)]
pub enum FormPurpose {
    /// A new invite.
    New(Draft),
    /// Replacement of an invite.
    Edit {
        /// The invite.
        invite: Invite,
        /// Earlier edit of this invite that was not sent.
        before: Option<Draft>,
        /// Focused field.
        focus: FormField,
        /// True if the result is a decision of the triage session behind the form, not a plan.
        for_triage: bool,
    },
}

/// Field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormField {
    /// The email.
    Email,
    /// The message.
    Message,
    /// The Send button.
    Send,
}

/// Entry of the copy menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOption {
    /// Label in the menu.
    pub name: &'static str,
    /// Description of the text in the notification.
    pub description: String,
    /// The text.
    pub text: String,
}

/// Subject of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// Quit although something is unfinished.
    Quit,
    /// Wait as long as the server demands, which is unusually long.
    LongWait(Duration),
    /// Overwrite an existing file with an export.
    OverwriteFile,
    /// Resume or discard unfinished plans of an earlier session. Holds the plan if there is exactly one.
    UnfinishedPlans(Option<PlanId>),
    /// Discard a plan in which people were not re-invited, or which has many open steps.
    DiscardPlan(PlanId),
    /// Discard all staged plans.
    DiscardStaged,
    /// Resume without the steps that send email, because the quota is reached.
    ResumeWithoutEmail(PlanId),
    /// Re-check creates with an unknown outcome, or send their emails again.
    RetryUnknownCreates(PlanId),
    /// Delete the old invites of this plan first, because the server allows one invite per email.
    DeleteFirst(PlanId),
}

impl PromptKind {
    /// Returns the button labels: the first changes nothing, the second does what the prompt asks.
    pub fn button_labels(self) -> &'static [&'static str] {
        match self {
            PromptKind::Quit => &["Stay", "Quit"],
            PromptKind::LongWait(_) => &["Do not wait", "Wait"],
            PromptKind::OverwriteFile => &["Cancel", "Overwrite"],
            PromptKind::UnfinishedPlans(Some(_)) => &["Review", "Resume", "Discard"],
            PromptKind::UnfinishedPlans(None) => &["Review", "Later"],
            PromptKind::DiscardPlan(_) => &["Keep", "Discard"],
            PromptKind::DiscardStaged => &["Keep", "Discard"],
            PromptKind::ResumeWithoutEmail(_) => &["Leave paused", "Delete only"],
            PromptKind::RetryUnknownCreates(_) => &["Check again", "Send again"],
            PromptKind::DeleteFirst(_) => &["Cancel", "Delete first"],
        }
    }

    /// Returns the index of the button that loses something.
    pub fn destructive_button(self) -> Option<usize> {
        match self {
            PromptKind::LongWait(_)
            | PromptKind::UnfinishedPlans(None)
            | PromptKind::RetryUnknownCreates(_) => None,
            PromptKind::UnfinishedPlans(Some(_)) => Some(2),
            _ => Some(1),
        }
    }
}
