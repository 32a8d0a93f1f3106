//! What stands below the options in `--help`: examples, and what a script has to know.

/// For `guestlist` itself.
pub(super) const GUESTLIST: &str = "\
Examples:
  guestlist                                      a try-out on this machine, if nothing is configured
  guestlist --token-file ~/.datatrails/bearer-token.txt
  guestlist create jane.doe@example.com --message \"Welcome, Jane.\"
  guestlist delete jane.doe@example.com --dry-run
  guestlist sandbox --listen 127.0.0.1:8400      a server to point a second console at

Environment:
  DATATRAILS_URL     the server's address
  BEARER_TOKEN_FILE  the file that holds the token
  NO_COLOR           no colours
  VISUAL, EDITOR     the editor for messages
  GUESTLIST_LOG      off, error, warn, info (default), debug or trace

Configuration (config.toml, keys.toml), journal and log, and the lists that were read, on Linux:
  ~/.config/guestlist/    ~/.local/state/guestlist/    ~/.cache/guestlist/

Exit codes:
  0    done
  1    failed
  2    usage, configuration, or no terminal for the console
  4    not authenticated, or not allowed
  5    partly done
  6    outcome unknown
  7    refused by a guard: --read-only, not confirmed, message too long, invited already
  101  a mistake of guestlist's own
  130  interrupted; 128 + n ended by signal n";

/// For `create`.
pub(super) const CREATE: &str = "\
An address that has an invite already is refused (exit code 7): guestlist resend sends again.

Examples:
  guestlist create jane.doe@example.com --message \"Welcome, Jane.\"
  guestlist create jane@example.com john@example.com --message-file welcome.txt --yes";

/// For `delete`.
pub(super) const DELETE: &str = "\
An address that has several invites is not guessed at: they are named (exit code 2).

Examples:
  guestlist delete jane.doe@example.com
  guestlist delete invites/f4e4b1b5-8186-4feb-9072-9999f89d4619 --yes
  guestlist delete jane.doe@example.com --dry-run";

/// For `resend`.
pub(super) const RESEND: &str = "\
A resend is a new invite and a new e-mail with the old message; then the old one is revoked. With
--delete-first nobody is invited between the two calls; what is owed then is in the journal.

Examples:
  guestlist resend jane.doe@example.com
  guestlist resend f4e4b1b5-8186-4feb-9072-9999f89d4619 --delete-first --yes";

/// For `import`.
pub(super) const IMPORT: &str = "\
Who is invited already, and who is in the list twice, is mailed no second time. A line that is no
address is named and left out (exit code 5, when the others are done).

Examples:
  guestlist import guests.txt --message-file welcome.txt --dry-run
  grep example.com guests.txt | guestlist import - --yes";

/// For `plan resume`.
pub(super) const RESUME: &str = "\
What calls without an answer did is looked for first. Nothing that was answered is sent again.

Examples:
  guestlist plan resume
  guestlist plan resume 3f2a --yes
  guestlist plan resume --without-mail           after a quota was reached: only revoke";

/// For `plan show`.
pub(super) const SHOW: &str = "\
Examples:
  guestlist plan show                            what can go on
  guestlist plan show 3f2a                       one of them, with all of its steps";

/// For `plan drop`.
pub(super) const DROP: &str = "\
Nothing more of it is sent. What it has done stays done, and stays in the journal.

Examples:
  guestlist plan drop 3f2a";

/// For `journal list`.
pub(super) const JOURNAL_LIST: &str = "\
Columns: name, when, state, what, how far, for which tenancy.

Examples:
  guestlist journal list
  guestlist journal list --limit 10";

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
