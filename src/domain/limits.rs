//! The limits that the Invites API's contract names, and those we set ourselves against hostile answers.
//! Numbers only. Lengths of text are Unicode code points, as the server counts them.

use std::time::Duration;

/// Longest e-mail address the server takes, in code points.
pub const EMAIL: usize = 128;
/// Longest message the server takes, in code points.
pub const MESSAGE: usize = 256;
/// How long an invite lives before it expires. Inferred from the vendor's examples, written nowhere.
pub const LIFETIME: Duration = Duration::from_secs(10 * 24 * 60 * 60);

/// Rows we ask for in each page. The first page asks for the total as well.
pub const PAGE_SIZE: usize = 500;
/// Most bytes of one answer, counted after decompression.
pub const BODY_BYTES: usize = 32 * 1024 * 1024;
/// Most bytes of an answer that are kept for the detail view and the request log.
pub const KEPT_BODY_BYTES: usize = 16 * 1024;
/// Most pages of one reading; a server that goes on longer is taken to go on for ever.
pub const PAGES: usize = 100_000;
/// Pages in a row that bring no new row before the reading is given up.
pub const PAGES_WITHOUT_NEWS: usize = 50;
/// Most bytes of one text field that the roster keeps. Such a message could not be sent again anyway.
pub const FIELD_BYTES: usize = 64 * 1024;

/// A wait longer than this is not waited out in silence: the person is asked.
pub const LONG_WAIT: Duration = Duration::from_secs(15 * 60);
/// A wait longer than this is taken for a broken header.
pub const ABSURD_WAIT: Duration = Duration::from_secs(24 * 60 * 60);
/// The pauses between the looks for something that the server may show late: 30 s in all.
pub const LOOK_AGAIN: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];
/// How long after a request its effect may still come, or be missing in the list. Absence proves nothing before.
pub const LATE_EFFECT: Duration = Duration::from_secs(10 * 60);
/// How far apart the two readings are whose absence proves that a late POST created nothing.
pub const SETTLE_GAP: Duration = Duration::from_secs(5);
/// Up to so many targets are looked at one by one before a plan runs; above, the list is read once.
pub const LOOK_ONE_BY_ONE: usize = 20;

/// The most bytes of a list for import, pasted, from a file or from standard input. A longer list is an error.
pub const LIST_BYTES: usize = 8 * 1024 * 1024;
/// The most entries of such a list.
pub const LIST_ENTRIES: usize = 100_000;
