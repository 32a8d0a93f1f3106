//! Limits of the Invites API's contract, and guestlist's own limits against hostile responses.
//! Text lengths are Unicode code points, as the server counts them.

use std::time::Duration;

/// Maximum length of an email, in code points.
pub const MAX_EMAIL_CHARS: usize = 128;
/// Maximum length of a message, in code points.
pub const MAX_MESSAGE_CHARS: usize = 256;
/// Lifetime of an invite. Inferred from the vendor's examples; not documented.
pub const INVITE_LIFETIME: Duration = Duration::from_secs(10 * 24 * 60 * 60);

/// Number of rows requested per page.
pub const PAGE_SIZE: usize = 500;
/// Maximum size of one response, after decompression.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Maximum size of a response that is kept for the detail view and the request log.
pub const MAX_RECORDED_BODY_BYTES: usize = 16 * 1024;
/// Maximum number of pages of one load. A longer list is treated as endless.
pub const MAX_PAGES: usize = 100_000;
/// Maximum number of consecutive pages without a new row. After more, the load fails.
pub const MAX_PAGES_WITHOUT_NEW_ROWS: usize = 50;
/// Maximum size of one text field in the invite store. A longer message could not be resent anyway.
pub const MAX_FIELD_BYTES: usize = 64 * 1024;

/// Maximum wait without the user's confirmation.
pub const MAX_UNCONFIRMED_WAIT: Duration = Duration::from_secs(15 * 60);
/// Maximum plausible wait. A header with a longer wait is ignored.
pub const MAX_PLAUSIBLE_WAIT: Duration = Duration::from_secs(24 * 60 * 60);
/// Delays between repeated checks for an effect that the server may show late: 30 s in total.
pub const RECHECK_DELAYS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];
/// Maximum time after a request until the list shows its effect. Before that, a missing invite proves
/// nothing.
pub const MAX_EFFECT_DELAY: Duration = Duration::from_secs(10 * 60);
/// Time between two loads of the list. If a new invite is missing in both, the POST had no effect.
pub const RECONCILE_INTERVAL: Duration = Duration::from_secs(5);
/// Maximum number of targets that are fetched one by one before a plan runs.
/// For more targets, the list is loaded once.
pub const MAX_SINGLE_FETCHES: usize = 20;

/// Maximum size of a list to import. A longer list is an error.
pub const MAX_IMPORT_BYTES: usize = 8 * 1024 * 1024;
/// Maximum number of entries in a list to import.
pub const MAX_IMPORT_ENTRIES: usize = 100_000;
