//! What stands below the options in `--help`: examples, and what a script has to know.

/// For `guestlist` itself.
pub(super) const GUESTLIST: &str = "\
Examples:
  guestlist                                      a try-out on this machine, if nothing is configured
  guestlist --token-file ~/.datatrails/bearer-token.txt
  guestlist create jane.doe@example.com --message \"Welcome, Jane.\"
  guestlist delete jane.doe@example.com --dry-run
  guestlist list --filter 'exp<48h' --json email,expiry_time | jq
  guestlist sandbox --listen 127.0.0.1:8400      a server to point a second console at

Environment:
  DATATRAILS_URL     the server's address
  BEARER_TOKEN_FILE  the file that holds the token
  GUESTLIST_PROFILE  the profile of config.toml that is used
  DATATRAILS_CLIENT_ID, DATATRAILS_CLIENT_SECRET
                     an app registration, where no other token is named
  NO_COLOR           no colours
  VISUAL, EDITOR     the editor for messages [default: vi]
  GUESTLIST_LOG      off, error, warn, info (default), debug or trace

Configuration (config.toml, keys.toml), journal and log, and the lists that were read, on Linux:
  ~/.config/guestlist/    ~/.local/state/guestlist/    ~/.cache/guestlist/

Exit codes:
  0    done
  1    failed
  2    usage, configuration, or no terminal for the console
  4    not authenticated, or not allowed
  5    partly done; of list: PARTIAL, not all of it could be read
  6    outcome unknown
  7    refused by a guard: --read-only, not confirmed, a guarded profile, --expect, the wrong
       tenancy, message too long, invited already, a file that is there, a plan applied before
  8    already invited; nothing was sent
  101  a mistake of guestlist's own
  130  interrupted; 128 + n ended by signal n";

/// For `list`.
pub(super) const LIST: &str = "\
Rows are printed as pages arrive, in the server's order; with --sort the whole list is read
first. A list that could not be read to its end is said to be PARTIAL (exit code 5), and what
came of it is printed. A table that goes to no terminal has no heading: address, expiry, message
and identity in full, with tabs between them.

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
Only a complete list is exported. A file that is there already is left as it is (exit code 7).

Examples:
  guestlist export --format csv --output invites.csv
  guestlist export --format markdown --filter expired
  guestlist export --format json --sort email --output invites.json --force";

/// For `create`.
pub(super) const CREATE: &str = "\
An address that has an invite already, or to which another plan may still send, is refused (exit
code 7): guestlist resend sends again. An address that somebody else invites in the meantime is
skipped: exit code 8 if nothing was sent, 5 if something was.

Examples:
  guestlist create jane.doe@example.com --message \"Welcome, Jane.\"
  guestlist create jane@example.com john@example.com --message-file welcome.txt --yes";

/// For `delete`.
pub(super) const DELETE: &str = "\
An address that has several invites is not guessed at: they are named (exit code 2).

Examples:
  guestlist delete jane.doe@example.com
  guestlist delete invites/f4e4b1b5-8186-4feb-9072-9999f89d4619 --yes
  guestlist delete jane.doe@example.com --dry-run
  guestlist delete --filter expired --expect 12 --yes
  guestlist delete --filter '@oldpartner.com' --plan-file partners.json";

/// For `resend`.
pub(super) const RESEND: &str = "\
A resend is a new invite and a new e-mail with the old message; then the old one is revoked. With
--delete-first nobody is invited between the two calls; what is owed then is in the journal.

Examples:
  guestlist resend jane.doe@example.com
  guestlist resend f4e4b1b5-8186-4feb-9072-9999f89d4619 --delete-first --yes
  guestlist resend --filter 'exp<48h' --expect 7 --yes";

/// For `import`.
pub(super) const IMPORT: &str = "\
Who is invited already, and who is in the list twice, is mailed no second time. What is no
address, outside the allowed domains, probably misspelled, or was sent from here before is named
and left out (exit code 5, when the others are done). A message that cannot be filled for a
single line refuses the whole list (exit code 7), and so does an unclear email column.

Examples:
  guestlist import guests.csv --message-file welcome.txt --dry-run
  guestlist import guests.csv --message 'Welcome, {name|there}.' --yes
  guestlist import staff.csv --email-column 'Work Email' --rejected left.csv --yes
  guestlist import guests.csv --template welcome --plan-file guests.json
  grep example.com guests.txt | guestlist import - --yes";

/// For `plan resume`.
pub(super) const RESUME: &str = "\
What calls without an answer did is looked for first. Nothing that was answered is sent again.
An invite that is not in the list may still appear: it stays unknown (exit code 6) and is not sent
again by --yes. After 10 minutes without it, it counts as not created. --send-again sends it
earlier and may email somebody twice. guestlist plan discard ends such a plan.

Examples:
  guestlist plan resume
  guestlist plan resume 3f2a --yes
  guestlist plan resume --no-email               after a quota was reached: only revoke
  guestlist plan resume --send-again             send what is unknown again";

/// For `plan apply`.
pub(super) const APPLY: &str = "\
The plan runs only in its own tenancy, and only once. What has changed on the server since it
was made is said first; invites that are gone, and addresses that are invited by now, are left
out.

Examples:
  guestlist delete --filter expired --plan-file old.json
  guestlist plan apply old.json --dry-run
  guestlist plan apply old.json --yes";

/// For `plan show`.
pub(super) const SHOW: &str = "\
Examples:
  guestlist plan show                            what can go on
  guestlist plan show 3f2a                       one of them, with all of its steps";

/// For `plan discard`.
pub(super) const DISCARD: &str = "\
Nothing more of it is sent. What it has done stays done, and stays in the journal.

Examples:
  guestlist plan discard 3f2a";

/// For `journal list`.
pub(super) const JOURNAL_LIST: &str = "\
Columns: name, when, state, what, how far, for which tenancy.

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
Each line says ok, warning or error, what was looked at, and what to do. The list is read once;
nothing is changed. Exit code 0 where all is well, otherwise that of what is worst.

Examples:
  guestlist doctor
  guestlist doctor --profile acme --json | jq '.[] | select(.status != \"ok\")'";

/// For `changes`.
pub(super) const CHANGES: &str = "\
Compared is with the list that was seen when the console's view of changes was last left. The
command does not move that, so it says the same again; --mark-seen does. Each line has tabs between
what happened, the address, the same in words, the earliest and the latest time at which it
happened (UTC), and the identity. What was done from this machine comes last. Who is missing in the
list is looked for once more before it is called gone. Where no list was seen before, this one
is from now on (\"changes\": null).

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
Plans that can still go on are kept.

Examples:
  guestlist journal prune --before 2024-06-01";

/// For `journal forget`.
pub(super) const JOURNAL_FORGET: &str = "\
Refused (exit code 7) while a plan that has the address can still go on.

Examples:
  guestlist journal forget jane.doe@example.com";

/// For `config init`.
pub(super) const CONFIG_INIT: &str = "\
A file that is there is never written over (exit code 1).

Examples:
  guestlist config init
  guestlist --config work.toml config init";

/// For `config path`.
pub(super) const CONFIG_PATH: &str = "\
Columns: what, where, and whether it is not there.

Examples:
  guestlist config path";

/// For `config check`.
pub(super) const CONFIG_CHECK: &str = "\
Prints good, or what is wrong with its file and line (exit code 2). No server is asked.

Examples:
  guestlist config check
  guestlist --profile acme config check";

/// For `config show`.
pub(super) const CONFIG_SHOW: &str = "\
Columns: name, value, where it came from. No token and no secret is shown.

Examples:
  guestlist config show
  guestlist --profile acme config show --json";
