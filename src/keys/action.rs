//! Actions that keys can be bound to: their names in the key table and one-line descriptions.
//!
//! The help lists the actions in the order of this file.

use serde::Deserialize;
use strum::IntoStaticStr;

macro_rules! actions {
    ($($variant:ident $description:literal,)*) => {
        /// Action that a key can be bound to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, IntoStaticStr)]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        #[allow(missing_docs, reason = "`description` describes each")]
        pub enum Action {
            $($variant,)*
        }

        impl Action {
            /// Returns the name in the key table.
            pub fn name(self) -> &'static str {
                self.into()
            }

            /// Returns the one-line description.
            pub fn description(self) -> &'static str {
                match self { $(Action::$variant => $description,)* }
            }
        }
    };
}

actions! {
    Down "Move down one row",
    Up "Move up one row",
    First "Go to the first row",
    Last "Go to the last row",
    HalfPageDown "Scroll down half a page",
    HalfPageUp "Scroll up half a page",
    PageDown "Scroll down one page",
    PageUp "Scroll up one page",
    Open "Open the selected item",
    Back "Go back; unsaved work is kept",
    Mark "Mark or unmark the row and move down",
    MarkRange "Start or end range marking",
    MarkAll "Mark all visible rows",
    MarkInvert "Invert the marks of all visible rows",
    MarkNone "Clear all marks",
    Forecast "Show or hide the expiry forecast",
    PreviousDay "Go to the previous day",
    NextDay "Go to the next day",
    NextWeekend "Go to the next Saturday",
    FilterDay "Filter by this day",
    MarkDay "Mark or unmark all invites that expire on this day",
    MarkMatching "Mark all rows that match a filter, including hidden ones",
    Triage "Triage: decide invite by invite, then apply one plan",
    New "Create a new invite",
    Import "Import a list of emails (paste or file)",
    Delete "Delete the selected or marked invites (asks first)",
    Resend "Resend the selected or marked invites (asks first)",
    Edit "Edit: send a corrected invite and delete this one",
    Undo "Undo, or re-invite people whose invites were deleted",
    Copy "Copy emails (in Requests: copy as curl)",
    CopyMenu "Copy as… (id, JSON, CSV, curl)",
    Note "Edit the note for this email",
    Snooze "Snooze the selected or marked rows",
    ShowSnoozed "Show or hide snoozed rows",
    Export "Export visible or marked rows (CSV, JSON, NDJSON, Markdown)",
    ShowRequests "Show API requests for this invite",
    Filter "Filter as you type",
    NextTab "Go to the next filter tab",
    PreviousTab "Go to the previous filter tab",
    SaveFilter "Save the filter as a tab, or remove its tab",
    SortEmail "Sort by email",
    SortMessage "Sort by message",
    SortExpiry "Sort by expiry",
    ReverseSort "Reverse the sort order",
    Domains "Show the email domains with their number of invites",
    Columns "Configure columns",
    DetailPane "Move the detail pane: auto, right, bottom, off",
    AutoRefresh "Turn auto-refresh on or off",
    Refresh "Refresh",
    Stop "Stop loading, or stop the plan after the current step",
    Notifications "Show all notifications and errors",
    ToggleColumn "Show or hide the column",
    MoveDown "Move the column one place right",
    MoveUp "Move the column one place left",
    Widen "Make the column wider",
    Narrow "Make the column narrower",
    ResetColumns "Reset columns",
    Send "Send the invite",
    Next "Go to the next field or button",
    Previous "Go to the previous field or button",
    HistoryPrevious "Previous entry in the history",
    HistoryNext "Next entry in the history",
    Confirm "Confirm",
    Yes "Confirm (plans: up to 5 steps)",
    YesUppercase "Confirm a plan of 6 to 25 steps",
    Stage "Stage the plan for later",
    RemoveStep "Remove the selected step",
    Keep "Keep the invite as it is",
    Fix "Decide to edit the invite as suggested",
    KeepDomain "Keep all undecided invites of this domain in the queue",
    DeleteDomain "Decide to delete all undecided invites of this domain in the queue",
    ResendDomain "Decide to resend all undecided invites of this domain in the queue",
    SnoozeDomain "Snooze all undecided invites of this domain in the queue",
    Skip "Go to the next undecided invite",
    UndoDecision "Undo the last decision, also one about a domain",
    ToggleOrder "Order what is undecided by urgency, or as in the table",
    Later "Leave and stage the decisions; the next time, triage resumes",
    Include "Include despite the warning (toggle)",
    IncludeExpired "Include all entries whose earlier invite expired",
    Exclude "Exclude or include this entry",
    EmailColumn "Use the next column that contains emails",
    TakeSuggestions "Show all suggestions, then accept them",
    NextFlagged "Go to the next entry that needs attention",
    NextEntry "Preview the message for the next person",
    PreviousEntry "Preview the message for the previous person",
    Pause "Pause or resume the plan",
    Editor "Write the message in your $EDITOR",
    Resume "Resume the plan",
    Discard "Discard the plan",
    Reinvite "Re-invite people whose invites were deleted",
    MarkSeen "Mark all changes as seen",
    ToggleDismiss "Dismiss this problem, or undo the dismissal",
    ShowDismissed "Show or hide dismissed problems",
    Login "Sign in to a server (runs guestlist login)",
    SwitchProfile "Switch profile (running plans continue)",
    Theme "Choose a color theme, with a preview",
    ToggleReadOnly "Turn read-only mode on or off",
    ViewPending "Go to Pending: all pending invites",
    ViewPlans "Go to Plans: staged, running and unfinished plans",
    ViewChanges "Go to Changes: changes since your last visit",
    ViewProblems "Go to Problems: problems and their fixes",
    ViewJournal "Go to Journal: changes made from this machine",
    ViewRequests "Go to Requests: all API requests",
    NextView "Go to the next view",
    PreviousView "Go to the previous view",
    DismissMessage "Dismiss the notification",
    CursorLeft "Move left one character",
    CursorRight "Move right one character",
    CursorStart "Go to the start of the field",
    CursorEnd "Go to the end of the field",
    WordLeft "Move left one word",
    WordRight "Move right one word",
    Backspace "Delete the character before the cursor",
    DeleteChar "Delete the character under the cursor",
    DeleteWord "Delete the word before the cursor",
    DeleteToEnd "Delete to the end of the field",
    ClearField "Clear the field",
    Palette "Open the command palette",
    Complete "Complete the text",
    Help "Show help for this screen",
    Redraw "Redraw the screen",
    Suspend "Suspend (`fg` resumes)",
    Quit "Quit",
}
