//! Splits the text of a recipient into name and email.
//! Removes list marks before it and comments after it.

use std::borrow::Cow;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;

use super::name;
use super::syntax::is_email;

/// The email and the name in a text, unchecked.
pub(super) struct RawRecipient {
    pub(super) email: String,
    pub(super) name: Option<String>,
}

static LIST_MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:\s*(?:>\s+|[•◦‣▪●○–—·・→▸➤]\s*|[-*+]\s+|\d{1,4}[.)]\s+|\([\da-zA-Z]{1,3}\)\s+|[a-zA-Z]\)\s+|\[[ xX]?\]\s+|☐|☑|✓))+\s*").ok()
});
static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\[([^\]]*)\]\(\s*(mailto:[^)\s]+)\s*\)$").ok());
static COMMENTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:\s*(?:\[[^\]]*\]|\([^)]*\)|[,;.]))*\s*$").ok());
static TRAILING_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(\S+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)$").ok());

/// Removes list marks: `- `, `* `, `1. `, `- [ ] `, `• `. A mark needs a space after it, because
/// `-ann@acme.com` and `1.ann@acme.com` are legal emails.
pub(in crate::domain) fn strip_marks(text: &str) -> &str {
    let end = LIST_MARKS.as_ref().and_then(|marks| marks.find(text)).map_or(0, |found| found.end());
    &text[end..]
}

/// Splits the text of one recipient into name and email.
pub(super) fn split_recipient(typed: &str) -> RawRecipient {
    let text = strip_marks(trim_text(typed));
    let text =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、'));
    if let Some(link) = LINK.as_ref().and_then(|link| link.captures(text)) {
        return new_recipient(&link[1], &link[2]);
    }
    if let Some((before, email)) = split_bracketed(text) {
        return new_recipient(before, email);
    }
    if !is_email(text)
        && let Some(parts) = TRAILING_NAME.as_ref().and_then(|pattern| pattern.captures(text))
        && parts[1].contains('@')
    {
        return new_recipient(&parts[2], &parts[1]);
    }
    // `Ann Moss (ann@acme.com)`, as Outlook shows it.
    if let Some((before, email)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && is_email(email.trim())
        && !before.contains('@')
    {
        return new_recipient(before, email);
    }
    new_recipient("", text)
}

/// Trims white space and byte order marks.
fn trim_text(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Splits `Name <address>` that is followed only by comments in brackets.
fn split_bracketed(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.rsplit_once('<')?;
    let (email, after) = rest.split_once('>')?;
    let is_comment = COMMENTS.as_ref().is_some_and(|comments| comments.is_match(after));
    // `from=<a@b>` is a log field; an encoded word ends with `?=`.
    let is_field = before.trim_end().ends_with('=') && !before.trim_end().ends_with("?=");
    // `<a@b> <c@d>` contains two emails.
    (is_comment && !is_field && email.contains(['@', '＠']) && !before.contains('<'))
        .then_some((before, email))
}

fn new_recipient(raw_name: &str, raw_email: &str) -> RawRecipient {
    let email = strip_scheme(raw_email.trim());
    RawRecipient { name: name::clean_name(raw_name, &email), email }
}

/// Returns the email of `mailto:a%2Bb@c?subject=x` and of `SMTP:a@b`.
fn strip_scheme(text: &str) -> String {
    let after = |scheme: &str| {
        let head = text.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme))?;
        Some(text[head.len()..].trim_start())
    };
    if let Some(email) = after("mailto:") {
        let email = email.split('?').next().unwrap_or_default();
        return percent_decode(email.trim_start_matches('/'));
    }
    after("smtp:").unwrap_or(text).to_owned()
}

/// Decodes escapes such as `%2B`. If the result is not UTF-8, the text is returned unchanged.
fn percent_decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Cow::into_owned)
}
