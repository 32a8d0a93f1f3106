//! The filter's language in words: the help and the README show this table, and tests hold both to it.

/// Each form of a term with what it finds. Terms are separated by blanks, and all of them have to hold.
pub const REFERENCE: &[(&str, &str)] = &[
    ("word", "in the address or the message, whatever the case"),
    ("\"two words\"", "with blanks, or with a sign in front that would mean something else"),
    ("~jdoe", "these letters in this order, close together: jane.doe"),
    ("=ann@acme.com", "the whole address, or the whole message"),
    ("/^a.*z$/", "a regular expression, found in the address or the message"),
    ("@acme.com", "exactly this domain"),
    ("@.acme.com", "the subdomains of it"),
    ("exp<48h", "expires in less; also <= > >=, with m h d w; neither expired nor unknown"),
    ("exp:2024-06-08", "expires on this day of the calendar where you are, or did so"),
    ("expired", "has expired"),
    ("msg:word", "in the message alone; \"two words\" in quotes"),
    ("msg:", "has a message"),
    ("note:word", "in the note on the person; note: or is:noted, has a note"),
    ("is:snoozed", "was put off, and is shown for that; !is:snoozed: was not"),
    ("is:marked", "is marked"),
    ("!term", "not so: !expired, !msg: (has no message), !@acme.com"),
    ("#soon", "a named filter: #soon, #expired, #nomessage, and your own from config.toml"),
];

/// The same in one line, for an empty field.
pub const HINT: &str =
    "word ~fuzzy !not @domain exp<48h expired #soon msg: =exact /regex/ \"two words\" @.sub is:marked";
