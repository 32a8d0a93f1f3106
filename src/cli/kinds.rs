//! The kinds of items: fields, columns and the identifying field. `docs/json.md` lists them.

use super::item::{Column, ItemKind};
use crate::domain::export;

/// A pending invite.
pub(super) const INVITE: ItemKind = ItemKind {
    fields: &export::COLUMNS,
    columns: &[
        Column::new("email", "EMAIL"),
        Column::new("expiry_time", "EXPIRES IN"),
        Column::new("message", "MESSAGE").flexible(),
        Column::new("identity", "IDENTITY").wide(),
    ],
    id: "identity",
};

/// A step of a plan, before or after it ran.
pub(super) const STEP: ItemKind = ItemKind {
    fields: &["step", "outcome", "verb", "email", "identity", "expiry_time", "message", "note"],
    columns: &[
        Column::new("outcome", "OUTCOME").min_width("already invited".len()),
        Column::new("verb", "VERB"),
        Column::new("email", "EMAIL"),
        Column::new("identity", "IDENTITY").min_width("invites/00000000-0000-0000-0000-000000000000".len()),
        Column::new("note", "NOTE").flexible(),
    ],
    id: "identity",
};

/// A plan in the journal.
pub(super) const PLAN: ItemKind = ItemKind {
    fields: &["plan", "created_at", "state", "steps", "tally", "tenancy"],
    columns: &[
        Column::new("plan", "PLAN"),
        Column::new("created_at", "CREATED"),
        Column::new("state", "STATE"),
        Column::new("steps", "STEPS"),
        Column::new("tally", "TALLY"),
        Column::new("tenancy", "TENANCY").flexible(),
    ],
    id: "plan",
};

/// A plan of `journal export`, with its steps and requests.
pub(super) const JOURNAL_PLAN: ItemKind = ItemKind {
    fields: &["plan", "tenancy", "created_at", "state", "filter", "steps", "calls"],
    columns: &[
        Column::new("plan", "PLAN"),
        Column::new("created_at", "CREATED"),
        Column::new("state", "STATE"),
        Column::new("filter", "FILTER"),
        Column::new("tenancy", "TENANCY").flexible(),
    ],
    id: "plan",
};

/// A change since the baseline.
pub(super) const CHANGE: ItemKind = ItemKind {
    fields: &[
        "kind",
        "description",
        "local",
        "not_before",
        "not_after",
        "email",
        "message",
        "expiry_time",
        "identity",
        "expiry_time_was",
        "message_was",
        "replaces",
        "replaced_by",
    ],
    columns: &[
        Column::new("kind", "KIND"),
        Column::new("email", "EMAIL"),
        Column::new("description", "DESCRIPTION").flexible(),
        Column::new("not_before", "NOT BEFORE"),
        Column::new("not_after", "NOT AFTER"),
        Column::new("identity", "IDENTITY").wide(),
    ],
    id: "identity",
};

/// A check of `doctor`.
pub(super) const CHECK: ItemKind = ItemKind {
    fields: &["check", "status", "message"],
    columns: &[
        Column::new("status", "STATUS"),
        Column::new("check", "CHECK"),
        Column::new("message", "MESSAGE"),
    ],
    id: "check",
};

/// A setting of `config show`.
pub(super) const SETTING: ItemKind = ItemKind {
    fields: &["name", "value", "from", "at", "origin"],
    columns: &[Column::new("name", "NAME"), Column::new("value", "VALUE"), Column::new("origin", "ORIGIN")],
    id: "name",
};

/// A profile of the configuration.
pub(super) const PROFILE: ItemKind =
    ItemKind { fields: &["name"], columns: &[Column::new("name", "NAME")], id: "name" };

/// A file or folder that guestlist uses.
pub(super) const FILE: ItemKind = ItemKind {
    fields: &["name", "path", "exists"],
    columns: &[Column::new("name", "NAME"), Column::new("path", "PATH"), Column::new("exists", "EXISTS")],
    id: "path",
};

/// A problem of an invite.
pub(super) const PROBLEM: ItemKind = ItemKind {
    fields: &["severity", "problem", "email", "reason", "fix", "suggestion", "identity"],
    columns: &[
        Column::new("severity", "SEVERITY"),
        Column::new("problem", "PROBLEM"),
        Column::new("email", "EMAIL"),
        Column::new("reason", "REASON").flexible(),
        Column::new("fix", "FIX"),
        Column::new("suggestion", "SUGGESTION").wide(),
        Column::new("identity", "IDENTITY").wide(),
    ],
    id: "identity",
};

/// A day of the forecast.
pub(super) const FORECAST_DAY: ItemKind = ItemKind {
    fields: &["date", "weekday", "invites"],
    columns: &[Column::new("date", "DATE"), Column::new("weekday", "DAY"), Column::new("invites", "INVITES")],
    id: "date",
};

/// The note and the snooze of an email.
pub(super) const ANNOTATION: ItemKind = ItemKind {
    fields: &["email", "note", "snoozed_until"],
    columns: &[
        Column::new("email", "EMAIL"),
        Column::new("snoozed_until", "SNOOZED UNTIL"),
        Column::new("note", "NOTE").flexible(),
    ],
    id: "email",
};

/// An event of `list --watch`.
pub(super) const INVITE_EVENT: ItemKind = ItemKind {
    fields: &["event", "at", "email", "message", "expiry_time", "identity"],
    columns: &[
        Column::new("event", "EVENT").min_width("changed".len()),
        Column::new("at", "AT"),
        Column::new("email", "EMAIL"),
        Column::new("expiry_time", "EXPIRES"),
        Column::new("identity", "IDENTITY").wide(),
    ],
    id: "identity",
};

/// The state of an email's invites, for `wait`.
pub(super) const INVITE_STATE: ItemKind = ItemKind {
    fields: &["email", "state", "expiry_time", "identity"],
    columns: &[
        Column::new("email", "EMAIL"),
        Column::new("state", "STATE"),
        Column::new("expiry_time", "EXPIRES"),
        Column::new("identity", "IDENTITY").wide(),
    ],
    id: "email",
};

/// What `whoami` knows about the token and its owner.
pub(super) const ACCOUNT: ItemKind = ItemKind {
    fields: &[
        "profile",
        "url",
        "tenant",
        "name",
        "subject",
        "token_source",
        "expires_at",
        "renewed",
        "accepted",
        "error",
    ],
    columns: &[
        Column::new("profile", "PROFILE"),
        Column::new("url", "URL"),
        Column::new("tenant", "TENANCY"),
        Column::new("name", "NAME"),
        Column::new("expires_at", "EXPIRES"),
        Column::new("accepted", "ACCEPTED"),
        Column::new("subject", "SUBJECT").wide(),
        Column::new("token_source", "TOKEN").wide().flexible(),
    ],
    id: "subject",
};

/// A profile that `login` wrote.
pub(super) const LOGIN: ItemKind = ItemKind {
    fields: &["profile", "url", "tenant", "invites", "config", "credential_file"],
    columns: &[
        Column::new("profile", "PROFILE"),
        Column::new("url", "URL"),
        Column::new("tenant", "TENANCY"),
        Column::new("invites", "INVITES"),
        Column::new("credential_file", "FILE").wide(),
    ],
    id: "profile",
};

/// Every kind.
const ALL: [&ItemKind; 16] = [
    &INVITE,
    &STEP,
    &PLAN,
    &JOURNAL_PLAN,
    &CHANGE,
    &CHECK,
    &SETTING,
    &PROFILE,
    &FILE,
    &PROBLEM,
    &FORECAST_DAY,
    &ANNOTATION,
    &INVITE_EVENT,
    &INVITE_STATE,
    &ACCOUNT,
    &LOGIN,
];

/// Commands with items of one kind only, for completion.
const COMMAND_KINDS: &[(&str, &ItemKind)] = &[
    ("list", &INVITE),
    ("show", &INVITE),
    ("changes", &CHANGE),
    ("create", &STEP),
    ("delete", &STEP),
    ("resend", &STEP),
    ("import", &STEP),
    ("plan apply", &STEP),
    ("plan resume", &STEP),
    ("plan discard", &PLAN),
    ("journal list", &PLAN),
    ("journal export", &JOURNAL_PLAN),
    ("doctor", &CHECK),
    ("config show", &SETTING),
    ("config profiles", &PROFILE),
    ("edit", &STEP),
    ("reinvite", &STEP),
    ("problems", &PROBLEM),
    ("forecast", &FORECAST_DAY),
    ("note", &ANNOTATION),
    ("snooze", &ANNOTATION),
    ("wait", &INVITE_STATE),
    ("whoami", &ACCOUNT),
    ("login", &LOGIN),
    ("config path", &FILE),
];

/// Returns the fields of a command's items; the fields of all kinds if the command is not listed.
pub(super) fn fields_of(command: &str) -> Vec<&'static str> {
    if let Some((_, kind)) = COMMAND_KINDS.iter().find(|(name, _)| *name == command) {
        return kind.fields.to_vec();
    }
    let mut fields: Vec<&str> = ALL.iter().flat_map(|kind| kind.fields.iter().copied()).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Returns true if a text is a comma-separated list of field names of any kind.
pub(super) fn is_field_list(text: &str) -> bool {
    text.split(',').all(|name| ALL.iter().any(|kind| kind.fields.contains(&name.trim())))
}
