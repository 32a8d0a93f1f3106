//! Texts below the options in `--help`: examples, and facts for scripts.

/// For `guestlist` itself.
pub(super) const GUESTLIST: &str = "\
Examples:
  guestlist                                      opens the sandbox if no token is configured
  guestlist --token-file ~/.datatrails/bearer-token.txt
  guestlist create jane.doe@example.com --message \"Welcome, Jane.\"
  guestlist delete jane.doe@example.com --dry-run
  guestlist list --filter 'exp<48h' --json email,expiry_time | jq
  guestlist sandbox --listen 127.0.0.1:8400      a server for a second console

Environment:
  DATATRAILS_URL     the server URL
  BEARER_TOKEN_FILE  the file that holds the token
  GUESTLIST_PROFILE  the profile of config.toml to use
  DATATRAILS_CLIENT_ID, DATATRAILS_CLIENT_SECRET
                     an app registration, if no other token is configured
  NO_COLOR           no color
  VISUAL, EDITOR     the editor for messages [default: vi]
  GUESTLIST_LOG      off, error, warn, info (default), debug or trace

Configuration (config.toml, keys.toml), journal and log, and cached lists, on Linux:
  ~/.config/guestlist/    ~/.local/state/guestlist/    ~/.cache/guestlist/

Exit codes:
  0    done
  1    failed; no changes were made
  2    usage, configuration, or no terminal for the console
  4    not authenticated, or not allowed
  5    partly done; for list: the list is incomplete (PARTIAL)
  6    outcome unknown
  7    refused: --read-only, not confirmed, a guarded profile, --expect, the wrong tenancy,
       message too long, flagged emails, an existing file, a plan applied before
  8    already invited; no email was sent
  101  internal error
  130  interrupted; 128 + n ended by signal n";

/// For `list`.
pub(super) const LIST: &str = "\
Rows are printed as pages arrive, in the server's order; with --sort the whole list is loaded
first. If loading fails, the rows received so far are printed and marked PARTIAL (exit code 5).
Without a terminal, a table has no header: email, expiry, message and identity in full, separated
by tabs.

Examples:
  guestlist list
  guestlist list --filter 'exp<48h' --sort expiry
  guestlist list --filter '@acme.com !expired' --json email,expiry_time | jq
  guestlist list --format csv > invites.csv";

/// For `show`.
pub(super) const SHOW_INVITE: &str = "\
Examples:
  guestlist show jane.doe@example.com
  guestlist show invites/f4e4b1b5-8186-4feb-9072-9999f89d4619 --json";

/// For `export`.
pub(super) const EXPORT: &str = "\
Only a complete list is exported. An existing file is left unchanged (exit code 7).

Examples:
  guestlist export --format csv --output invites.csv
  guestlist export --format markdown --filter expired
  guestlist export --format json --sort email --output invites.json --force";

/// For `create`.
pub(super) const CREATE: &str = "\
Emails that already have an invite, or that an unfinished plan may invite, are refused (exit code
7). Use guestlist resend to send a new link. Emails that other users invite at the same time are
skipped: the exit code is 8 if no invite was created, otherwise 5.

Examples:
  guestlist create jane.doe@example.com --message \"Welcome, Jane.\"
  guestlist create jane@example.com john@example.com --message-file welcome.txt --yes";

/// For `delete`.
pub(super) const DELETE: &str = "\
If an email has several invites, guestlist lists the invites and deletes none (exit code 2).

Examples:
  guestlist delete jane.doe@example.com
  guestlist delete invites/f4e4b1b5-8186-4feb-9072-9999f89d4619 --yes
  guestlist delete jane.doe@example.com --dry-run
  guestlist delete --filter expired --expect 12 --yes
  guestlist delete --filter '@oldpartner.com' --plan-file partners.json";

/// For `resend`.
pub(super) const RESEND: &str = "\
A resend creates a new invite with the old message, which sends a new email, and then deletes the
old invite. With --delete-first the person has no invite in between; the journal records this.

Examples:
  guestlist resend jane.doe@example.com
  guestlist resend f4e4b1b5-8186-4feb-9072-9999f89d4619 --delete-first --yes
  guestlist resend --filter 'exp<48h' --expect 7 --yes";

/// For `import`.
pub(super) const IMPORT: &str = "\
Emails with a pending invite and duplicates are skipped. Invalid, disallowed, misspelled or
previously invited emails are reported and skipped (exit code 5 if the other invites are
created). If a message cannot be filled for one line, or the email column is unclear, the whole
list is refused (exit code 7).

Examples:
  guestlist import guests.csv --message-file welcome.txt --dry-run
  guestlist import guests.csv --message 'Welcome, {name|there}.' --yes
  guestlist import staff.csv --email-column 'Work Email' --rejected left.csv --yes
  guestlist import guests.csv --template welcome --plan-file guests.json
  grep example.com guests.txt | guestlist import - --yes";

/// For `plan resume`.
pub(super) const PLAN_RESUME: &str = "\
Requests without a response are checked first. Completed requests are never repeated. An invite
that is not in the list may still appear: its outcome stays unknown (exit code 6), and --yes does
not create it again. After 10 minutes it counts as not created. --send-again creates it earlier
and may email a person twice. To discard such a plan, run guestlist plan discard.

Examples:
  guestlist plan resume
  guestlist plan resume 3f2a --yes
  guestlist plan resume --no-email               after the quota was reached: only delete
  guestlist plan resume --send-again             repeat creates with an unknown outcome";

/// For `plan apply`.
pub(super) const PLAN_APPLY: &str = "\
A plan can be applied once, and only to the tenancy it was made for. Later changes of the list
are reported first. Invites that are gone, and emails that are already invited, are skipped.

Examples:
  guestlist delete --filter expired --plan-file old.json
  guestlist plan apply old.json --dry-run
  guestlist plan apply old.json --yes";

/// For `plan show`.
pub(super) const PLAN_SHOW: &str = "\
Examples:
  guestlist plan show                            lists resumable plans
  guestlist plan show 3f2a                       one plan with all its steps";

/// For `plan discard`.
pub(super) const PLAN_DISCARD: &str = "\
The remaining steps will not run. Completed steps stay done, and stay in the journal.

Examples:
  guestlist plan discard 3f2a";

/// For `journal list`.
pub(super) const JOURNAL_LIST: &str = "\
Columns: id, time, state, steps, summary, tenancy.

Examples:
  guestlist journal list
  guestlist journal list --limit 10";

/// For `journal export`.
pub(super) const JOURNAL_EXPORT: &str = "\
Examples:
  guestlist journal export | jq '.[].steps[].email'
  guestlist journal export --format csv > journal.csv";

/// For `completions`.
pub(super) const COMPLETIONS: &str = "\
Examples:
  guestlist completions bash > ~/.local/share/bash-completion/completions/guestlist
  guestlist completions zsh > ~/.zfunc/_guestlist
  guestlist completions fish > ~/.config/fish/completions/guestlist.fish
  guestlist completions powershell >> $PROFILE";

/// For `config profiles`.
pub(super) const CONFIG_PROFILES: &str = "\
Examples:
  guestlist config profiles
  for name in $(guestlist config profiles); do guestlist doctor --profile \"$name\"; done";

/// For `doctor`.
pub(super) const DOCTOR: &str = "\
Columns: status (ok, warning or error), check, message. The list is loaded once; no changes are
made. Exits with 0 if all checks pass, otherwise with the code of the worst result.

Examples:
  guestlist doctor
  guestlist doctor --profile acme --json | jq '.[] | select(.status != \"ok\")'";

/// For `changes`.
pub(super) const CHANGES: &str = "\
Compares the list with the baseline: the list when you last left the view Changes of the console.
Running the command again shows the same changes; --mark-seen makes this list the baseline.
Columns, separated by tabs: kind, email, description, earliest and latest time (UTC), identity.
Changes from this machine come last. guestlist checks again before it reports an invite as gone.
If there is no baseline, this list becomes the baseline (\"changes\": null).

Examples:
  guestlist changes
  guestlist changes --json | jq -r '.changes[] | select(.kind == \"gone\") | .email'
  guestlist changes --mark-seen";

/// For `man`.
pub(super) const MAN: &str = "\
Examples:
  guestlist man --output ~/.local/share/man/man1
  guestlist man | man -l -";

/// For `journal prune`.
pub(super) const JOURNAL_PRUNE: &str = "\
Plans that can be resumed are kept.

Examples:
  guestlist journal prune --before 2024-06-01";

/// For `journal forget`.
pub(super) const JOURNAL_FORGET: &str = "\
Refused (exit code 7) while a plan with this email can be resumed.

Examples:
  guestlist journal forget jane.doe@example.com";

/// For `config init`.
pub(super) const CONFIG_INIT: &str = "\
An existing file is left unchanged (exit code 1).

Examples:
  guestlist config init
  guestlist --config work.toml config init";

/// For `config path`.
pub(super) const CONFIG_PATH: &str = "\
Columns: name, path, status.

Examples:
  guestlist config path";

/// For `config check`.
pub(super) const CONFIG_CHECK: &str = "\
Prints ok, or each error with its file and line (exit code 2). Makes no requests.

Examples:
  guestlist config check
  guestlist --profile acme config check";

/// For `config show`.
pub(super) const CONFIG_SHOW: &str = "\
Columns: name, value, source. No token and no secret is shown.

Examples:
  guestlist config show
  guestlist --profile acme config show --json";
