//! Reference of the filter language. The help and the docs show this table, and tests check it.

/// Each form of a term with its meaning. Spaces separate terms, and all terms must match.
pub const FILTER_HELP: &[(&str, &str)] = &[
    ("word", "in the email or the message, ignoring case"),
    ("\"two words\"", "exact phrase; also escapes a leading operator"),
    ("~jdoe", "these letters in this order, close together: jane.doe"),
    ("=ann@acme.com", "the whole email, or the whole message"),
    ("/^a.*z$/", "regular expression in the email or the message"),
    ("@acme.com", "exactly this domain"),
    ("@.acme.com", "its subdomains"),
    ("exp<48h", "expires within 48 h (also <= > >=; units m h d w)"),
    ("exp:2024-06-08", "expires (or expired) on this local date"),
    ("expired", "has expired"),
    ("msg:word", "only in the message; \"two words\" in quotes"),
    ("msg:", "has a message"),
    ("note:word", "in the note; note: or is:noted: has a note"),
    ("is:snoozed", "is snoozed (shows snoozed rows); !is:snoozed: is not"),
    ("is:marked", "is marked"),
    ("!term", "does not match: !expired, !msg: (no message), !@acme.com"),
    ("#soon", "a named filter: #soon, #expired, #nomessage, and your own from config.toml"),
];

/// The most important forms in one line, for an empty filter field.
pub const FILTER_HINT: &str =
    "word ~fuzzy !not @domain exp<48h expired #soon msg: =exact /regex/ \"two words\" @.sub is:marked";
