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
    Open "open" "open the invite, and look it up on the server",
    Back "back" "back one step; never loses work",
    New "new" "new invite",
    Delete "delete" "revoke the invite (asks first)",
    Undo "undo" "take a change back before anything was sent",
    Filter "filter" "filter as you type: words of address or message",
    SortEmail "sort-email" "sort by address",
    SortMessage "sort-message" "sort by message",
    SortExpiry "sort-expiry" "sort by expiry",
    Reverse "reverse" "turn the order round",
    Pane "pane" "detail pane: as it fits, side, below, off",
    Refresh "refresh" "read the list again",
    Stop "stop" "stop reading, or stop a change after the step in hand",
    Details "details" "messages and errors in full",
    Unfinished "unfinished" "changes that were not finished",
    Send "send" "send the invite",
    Next "next" "next field or button",
    Previous "previous" "previous field or button",
    Accept "accept" "do what has the focus",
    Yes "yes" "yes, do it",
    Editor "editor" "write the message in your $EDITOR",
    Resume "resume" "go on with what was not finished",
    Drop "drop" "give it up; nothing more is sent",
    Dismiss "dismiss" "dismiss what is shown",
    CursorLeft "cursor-left" "one character left",
    CursorRight "cursor-right" "one character right",
    CursorStart "cursor-start" "to the start of the field",
    CursorEnd "cursor-end" "to the end of the field",
    WordLeft "word-left" "one word left",
    WordRight "word-right" "one word right",
    DeleteLeft "delete-left" "delete the character before",
    DeleteRight "delete-right" "delete the character under the cursor",
    DeleteWord "delete-word" "delete the word before",
    DeleteToEnd "delete-to-end" "delete to the end",
    DeleteAll "delete-all" "empty the field",
    Help "help" "help for where you are",
    Redraw "redraw" "draw the screen anew",
    Suspend "suspend" "suspend; `fg` brings it back",
    Quit "quit" "quit",
}
