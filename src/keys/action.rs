//! Actions that keys can be bound to: their names in the key table and one-line descriptions.
//!
//! Their order here is their order in the help.

use serde::Deserialize;

macro_rules! actions {
    ($($variant:ident $name:literal $description:literal,)*) => {
        /// Action that a key can be bound to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[allow(missing_docs, reason = "`description` describes each")]
        pub enum Action {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl Action {
            /// Returns the name in the key table.
            pub fn name(self) -> &'static str {
                match self { $(Action::$variant => $name,)* }
            }

            /// Returns the one-line description.
            pub fn description(self) -> &'static str {
                match self { $(Action::$variant => $description,)* }
            }
        }
    };
}

actions! {
    Down "down" "Move down one row",
    Up "up" "Move up one row",
    First "first" "Go to the first row",
    Last "last" "Go to the last row",
    HalfPageDown "half-page-down" "Scroll down half a page",
    HalfPageUp "half-page-up" "Scroll up half a page",
    PageDown "page-down" "Scroll down one page",
    PageUp "page-up" "Scroll up one page",
    Open "open" "Open the selected item",
    Back "back" "Go back; unsaved work is kept",
    Mark "mark" "Mark or unmark the row and move down",
    MarkRange "mark-range" "Start or end range marking",
    MarkAll "mark-all" "Mark all visible rows",
    MarkInvert "mark-invert" "Invert the marks of all visible rows",
    MarkNone "mark-none" "Clear all marks",
    Forecast "forecast" "Show or hide the expiry forecast",
    PreviousDay "previous-day" "Go to the previous day",
    NextDay "next-day" "Go to the next day",
    NextWeekend "next-weekend" "Go to the next Saturday",
    FilterDay "filter-day" "Filter by this day",
    MarkDay "mark-day" "Mark or unmark all invites that expire on this day",
    MarkMatching "mark-matching" "Mark all rows that match a filter, including hidden ones",
    Triage "triage" "Triage: decide invite by invite, then apply one plan",
    New "new" "Create a new invite",
    Import "import" "Import a list of emails (paste or file)",
    Delete "delete" "Delete the selected or marked invites (asks first)",
    Resend "resend" "Resend the selected or marked invites (asks first)",
    Edit "edit" "Edit: send a corrected invite and delete this one",
    Undo "undo" "Undo, or re-invite people whose invites were deleted",
    Copy "copy" "Copy emails (in Requests: copy as curl)",
    CopyMenu "copy-menu" "Copy as… (id, JSON, CSV, curl)",
    Note "note" "Edit the note for this email",
    Snooze "snooze" "Snooze the selected or marked rows",
    ShowSnoozed "show-snoozed" "Show or hide snoozed rows",
    Export "export" "Export visible or marked rows (CSV, JSON, NDJSON, Markdown)",
    ShowRequests "show-requests" "Show API requests for this invite",
    Filter "filter" "Filter as you type",
    SortEmail "sort-email" "Sort by email",
    SortMessage "sort-message" "Sort by message",
    SortExpiry "sort-expiry" "Sort by expiry",
    ReverseSort "reverse-sort" "Reverse the sort order",
    Domains "domains" "Show the email domains with their number of invites",
    Columns "columns" "Configure columns",
    DetailPane "detail-pane" "Move the detail pane: auto, right, bottom, off",
    AutoRefresh "auto-refresh" "Turn auto-refresh on or off",
    Refresh "refresh" "Refresh",
    Stop "stop" "Stop loading, or stop the plan after the current step",
    Notifications "notifications" "Show all messages and errors",
    ToggleColumn "toggle-column" "Show or hide the column",
    MoveDown "move-down" "Move the column one place right",
    MoveUp "move-up" "Move the column one place left",
    Widen "widen" "Make the column wider",
    Narrow "narrow" "Make the column narrower",
    ResetColumns "reset-columns" "Reset columns",
    Send "send" "Send the invite (import: continue)",
    Next "next" "Go to the next field or button",
    Previous "previous" "Go to the previous field or button",
    HistoryPrevious "history-previous" "Previous entry in the history",
    HistoryNext "history-next" "Next entry in the history",
    Confirm "confirm" "Confirm",
    LowercaseY "yes" "Confirm (plans: up to 5 steps)",
    YesUppercase "yes-uppercase" "Confirm a plan of 6 to 25 steps",
    Stage "stage" "Stage the plan for later",
    RemoveStep "remove-step" "Remove the selected step",
    Keep "keep" "Keep the invite as it is",
    Skip "skip" "Skip without a decision",
    PreviousInvite "previous-invite" "Go to the previous invite",
    Include "include" "Include despite the warning (toggle)",
    IncludeExpired "include-expired" "Include all entries whose earlier invite expired",
    Exclude "exclude" "Exclude or include this entry",
    EmailColumn "email-column" "Use the next column that contains emails",
    TakeSuggestions "take-suggestions" "Show all suggestions and accept them",
    NextFlagged "next-flagged" "Go to the next entry that needs attention",
    NextUndecided "next-undecided" "Go to the next undecided invite",
    Pause "pause" "Pause or resume the plan",
    Editor "editor" "Write the message in your $EDITOR",
    Resume "resume" "Resume the plan",
    Discard "discard" "Discard the plan",
    Reinvite "reinvite" "Re-invite people whose invites were deleted",
    MarkSeen "mark-seen" "Mark all changes as seen",
    ToggleDismiss "toggle-dismiss" "Dismiss this problem, or undo the dismissal",
    ShowDismissed "show-dismissed" "Show or hide dismissed problems",
    SwitchProfile "switch-profile" "Switch profile (running plans continue)",
    ToggleReadOnly "toggle-read-only" "Turn read-only mode on or off",
    ViewPending "view-pending" "Go to Pending: all pending invites",
    ViewPlans "view-plans" "Go to Plans: staged, running and unfinished plans",
    ViewChanges "view-changes" "Go to Changes: changes since your last visit",
    ViewProblems "view-problems" "Go to Problems: problems and their fixes",
    ViewJournal "view-journal" "Go to Journal: changes made from this machine",
    ViewRequests "view-requests" "Go to Requests: all API requests",
    NextView "next-view" "Go to the next view",
    PreviousView "previous-view" "Go to the previous view",
    DismissMessage "dismiss-message" "Dismiss the message",
    CursorLeft "cursor-left" "Move left one character",
    CursorRight "cursor-right" "Move right one character",
    CursorStart "cursor-start" "Go to the start of the field",
    CursorEnd "cursor-end" "Go to the end of the field",
    WordLeft "word-left" "Move left one word",
    WordRight "word-right" "Move right one word",
    Backspace "backspace" "Delete the character before the cursor",
    DeleteChar "delete-char" "Delete the character under the cursor",
    DeleteWord "delete-word" "Delete the word before the cursor",
    DeleteToEnd "delete-to-end" "Delete to the end of the field",
    ClearField "clear-field" "Clear the field",
    Palette "palette" "Open the command palette",
    Complete "complete" "Complete the name",
    Help "help" "Show help for this screen",
    Redraw "redraw" "Redraw the screen",
    Suspend "suspend" "Suspend (`fg` resumes)",
    Quit "quit" "Quit",
}
