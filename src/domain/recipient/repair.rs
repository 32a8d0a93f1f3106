//! Suggests the email that was probably meant.
//! A suggestion is always a legal email, but its mailbox may not exist. It is never made from several words,
//! and never contains a list mark, prefix or query.

use super::raw_recipient::strip_marks;
use super::syntax::{guest_email, half_width_form, is_email};
use crate::domain::text;

/// Maximum number of words of a name. A longer text is a sentence.
const MAX_NAME_WORDS: usize = 5;

/// Removes quotes and trailing punctuation; also returns what was removed, as a fragment.
pub(super) fn trim_quotes_and_punctuation(raw: &str) -> Option<(String, String)> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '`' | '«' | '»' | '*');
    let inner = raw.trim_matches(is_quote);
    let inner =
        inner.trim_end_matches(|c: char| matches!(c, '.' | ':' | '!' | '?' | ',' | ';') || is_quote(c));
    if inner == raw || !is_email(inner) {
        return None;
    }
    let last = raw.chars().next_back().unwrap_or_default();
    let repair = if raw.starts_with(is_quote) {
        "there are quotes around it".to_owned()
    } else {
        format!("there was {last} at its end")
    };
    Some((inner.to_owned(), repair))
}

/// Returns the email that was probably meant; `None` if it is not obvious.
pub fn suggestion(raw: &str) -> Option<String> {
    let plain: String = raw
        .chars()
        .filter(|c| !text::is_unsafe(*c) || c.is_whitespace())
        .map(|c| half_width_form(c).unwrap_or(c))
        .collect();
    let plain = strip_marks(plain.trim());
    [guest_email(plain), fix_typos(plain), find_only_email(plain)]
        .into_iter()
        .flatten()
        .find(|email| is_email(email) && email != raw)
}

/// Fixes unambiguous typos: doubled signs, a comma for a dot, spaces beside the @.
fn fix_typos(plain: &str) -> Option<String> {
    let is_around = |c: char| {
        c.is_whitespace()
            || matches!(c, '<' | '>' | '"' | '\'' | ',' | ';' | ':' | '.' | '(' | ')' | '[' | ']')
    };
    let mut email = plain.trim_matches(is_around).to_owned();
    if let Some((_, inner)) =
        email.rsplit_once('<').filter(|(name, inner)| inner.contains('@') && is_short_name(name))
    {
        email = inner.to_owned();
    }
    for (wrong, right) in [(" @", "@"), ("@ ", "@"), ("@@", "@"), ("..", "."), ("@.", "@"), (".@", "@")] {
        email = email.replace(wrong, right);
    }
    let (local, domain) = email.rsplit_once('@')?;
    let domain = domain.replace(" .", ".").replace(". ", ".").replace(", ", ".").replace(',', ".");
    if plain.contains(char::is_whitespace) && !domain.contains('.') {
        return None;
    }
    let email = format!("{local}@{domain}");
    parse_plain(&email).or_else(|| (!email.contains(char::is_whitespace)).then_some(email))
}

/// True if a text can be a name. False for a log field and for the sentence above a mail reply.
fn is_short_name(text: &str) -> bool {
    !text.contains('@') && !text.ends_with('=') && text.split_whitespace().count() <= MAX_NAME_WORDS
}

/// Returns the only email in a text of several words.
/// The email must come first, or after its owner's name.
fn find_only_email(plain: &str) -> Option<String> {
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut with_at = words.iter().enumerate().filter(|(_, word)| word.contains('@'));
    let (index, word) = with_at.next().filter(|_| words.len() > 1)?;
    if with_at.next().is_some() {
        return None;
    }
    let email = parse_plain(word.trim_matches(['<', '>', '(', ')', '[', ']', ',', ';', '"', '\'']))?;
    let local = email.rsplit_once('@')?.0.to_lowercase();
    let is_label = |word: &&str| {
        word.strip_suffix(':').is_some_and(|label| {
            ["email", "e-mail", "mail", "to"].iter().any(|name| label.eq_ignore_ascii_case(name))
        })
    };
    let is_owners = |word: &&str| {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        word.chars().count() > 1 && local.contains(&word)
    };
    let is_mark = |word: &&str| !word.chars().any(char::is_alphabetic);
    if index > MAX_NAME_WORDS {
        return None;
    }
    let is_plain = index == 0
        || words[..index].iter().all(is_mark)
        || words[..index].iter().any(is_owners)
        || words[..index].iter().all(is_label);
    is_plain.then_some(email)
}

/// Parses a text that needs no repair.
fn parse_plain(text: &str) -> Option<String> {
    let found = (!text.contains(char::is_whitespace)).then(|| parse_once(text))?;
    found.filter(|email| is_email(email))
}

/// Parses a recipient without computing a suggestion, to avoid endless recursion.
fn parse_once(text: &str) -> Option<String> {
    let email = super::raw_recipient::split_recipient(text).email;
    if is_email(&email) { Some(email) } else { trim_quotes_and_punctuation(&email).map(|(email, _)| email) }
}
