//! Everything a person can bind a key to, with the name it has in the key table and one line that says what it
//! does. Their order here is the order in the help. What an action does is decided in `app::screen`.

use serde::Deserialize;

macro_rules! actions {
    ($($variant:ident $name:literal $words:literal,)*) => {
        /// Something a key can be bound to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[allow(missing_docs, reason = "`words` says what each does")]
        pub enum Action {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl Action {
            /// Its name in the key table.
            pub fn name(self) -> &'static str {
                match self { $(Action::$variant => $name,)* }
            }

            /// What it does, in one line.
            pub fn words(self) -> &'static str {
                match self { $(Action::$variant => $words,)* }
            }
        }
    };
}

actions! {
    Down "down" "one row down",
    Up "up" "one row up",
    First "first" "to the first row",
    Last "last" "to the last row",
    HalfPageDown "half-page-down" "half a page down",
    HalfPageUp "half-page-up" "half a page up",
    PageDown "page-down" "one page down",
    PageUp "page-up" "one page up",
    Open "open" "open what is selected; an invite is looked up on the server",
    Back "back" "back one step; never loses work",
    Mark "mark" "mark the row, or take its mark away, and move on",
    MarkRange "mark-range" "mark from here to where you go; again to end it",
    MarkAll "mark-all" "mark all rows that are shown",
    MarkInvert "mark-invert" "mark the shown rows that are not marked, and only those",
    MarkNone "mark-none" "take all marks away",
    Forecast "forecast" "forecast: how many expire on each of the next days; again to close it",
    PreviousDay "previous-day" "one day back",
    NextDay "next-day" "one day on",
    NextWeekend "next-weekend" "to the next Saturday",
    FilterDay "filter-day" "show what expires on this day alone, as a filter",
    MarkDay "mark-day" "mark all that expire on this day; again to take those marks away",
    MarkMatching "mark-matching" "mark all rows of the list that match a filter, shown or not",
    Triage "triage" "triage: one invite after the other, a decision each, one plan at the end",
    New "new" "new invite",
    Import "import" "many at once: a pasted list, or a file",
    Delete "delete" "revoke: the row, or the marked rows that are shown (asks first)",
    Resend "resend" "send again and revoke the old one: the row, or the marked ones (asks first)",
    Edit "edit" "correct: send another invite in place of this one",
    Undo "undo" "take a change back before anything was sent; afterwards, what can be restored",
    Copy "copy" "copy through the terminal: the addresses; of a request the curl call",
    CopyMenu "copy-menu" "choose what to copy: identity, JSON, CSV, curl call and more",
    Note "note" "write a note on the person; it stays with the address",
    Snooze "snooze" "put it off until later: the row, or the marked rows that are shown",
    ShowSnoozed "show-snoozed" "show what was put off too, or hide it again",
    Export "export" "export what is shown, or the marks of it: CSV, JSON, NDJSON, Markdown",
    ShowRequests "show-requests" "the requests that were made about this invite",
    Filter "filter" "filter as you type",
    SortEmail "sort-email" "sort by address",
    SortMessage "sort-message" "sort by message",
    SortExpiry "sort-expiry" "sort by expiry",
    ReverseSort "reverse-sort" "turn the order round",
    Domains "domains" "the domains of the tenancy, with how many invites go to each",
    Columns "columns" "choose the columns, their order and widths",
    DetailPane "detail-pane" "detail pane: as it fits, side, below, off",
    AutoRefresh "auto-refresh" "read the list again by itself from time to time, or stop that",
    Refresh "refresh" "read again what is shown",
    Stop "stop" "stop reading, or stop a plan after the step in hand",
    Notifications "notifications" "messages and errors in full",
    ToggleColumn "toggle-column" "show the column, or hide it",
    MoveDown "move-down" "move the column one place back",
    MoveUp "move-up" "move the column one place to the front",
    Widen "widen" "make the column wider",
    Narrow "narrow" "make the column narrower",
    ResetColumns "reset-columns" "the columns as they come",
    Send "send" "send the invite; with a list, go on",
    Next "next" "next field or button",
    Previous "previous" "previous field or button",
    HistoryPrevious "history-previous" "what was typed before",
    HistoryNext "history-next" "what was typed after that",
    Confirm "confirm" "do what has the focus",
    LowercaseY "yes" "yes, do it",
    YesUppercase "yes-uppercase" "yes, do it, to more than a few",
    Stage "stage" "set it aside as staged, to be run later",
    RemoveStep "remove-step" "take the step under the cursor out",
    Keep "keep" "leave it as it is",
    Skip "skip" "the next one, without a decision",
    PreviousInvite "previous-invite" "the one before",
    Include "include" "take it as it is, although it is doubtful, or take that back",
    IncludeExpired "include-expired" "take in all that were sent before and have expired since",
    Exclude "exclude" "leave it out, or take it in again",
    EmailColumn "email-column" "take the addresses from the next column that holds some",
    TakeSuggestions "take-suggestions" "show all suggestions, and take them",
    NextFlagged "next-flagged" "the next one that needs somebody",
    NextUndecided "next-undecided" "the next one that was not decided about",
    Pause "pause" "pause the plan after the step in hand, or go on",
    Editor "editor" "write the message in your $EDITOR",
    Resume "resume" "go on with what was not finished",
    Discard "discard" "give it up; nothing more is sent",
    Reinvite "reinvite" "invite again whom a plan has revoked",
    MarkSeen "mark-seen" "all of this is seen: tell changes from here on",
    ToggleDismiss "toggle-dismiss" "this is no problem: do not list it again, or list it after all",
    ShowDismissed "show-dismissed" "show the dismissed problems too, or hide them again",
    SwitchProfile "switch-profile" "change to another tenancy; what runs here goes on",
    ToggleReadOnly "toggle-read-only" "refuse all changes, or allow them again",
    ViewPending "view-pending" "the pending invites",
    ViewPlans "view-plans" "plans: staged, running, not finished",
    ViewChanges "view-changes" "what changed since you looked last",
    ViewProblems "view-problems" "what looks wrong, each with its fix",
    ViewJournal "view-journal" "the journal: what was done from here",
    ViewRequests "view-requests" "the requests: each call that was made",
    NextView "next-view" "the next view",
    PreviousView "previous-view" "the view before",
    DismissMessage "dismiss-message" "dismiss what is shown",
    CursorLeft "cursor-left" "one character left",
    CursorRight "cursor-right" "one character right",
    CursorStart "cursor-start" "to the start of the field",
    CursorEnd "cursor-end" "to the end of the field",
    WordLeft "word-left" "one word left",
    WordRight "word-right" "one word right",
    Backspace "backspace" "delete the character before",
    DeleteChar "delete-char" "delete the character under the cursor",
    DeleteWord "delete-word" "delete the word before",
    DeleteToEnd "delete-to-end" "delete to the end",
    ClearField "clear-field" "empty the field",
    Palette "palette" "all commands by their names, with or without a key",
    Complete "complete" "complete the name",
    Help "help" "help for where you are",
    Redraw "redraw" "draw the screen anew",
    Suspend "suspend" "suspend; `fg` brings it back",
    Quit "quit" "quit",
}
