//! Parses filters, including named filters.
//! `help` lists the forms of a term. Any other text is a plain word; an incomplete or unknown form is an
//! error with a hint.

use jiff::tz::TimeZone;
use regex::Regex;

use super::filter::{Filter, ParseError};
use super::fuzzy::FuzzyWord;
use super::named_filters::{BUILT_IN, InvalidNamedFilter, NamedFilters};
use super::term::{Bounds, Predicate, Term, compile_literal, compile_regex};
use crate::domain::forecast;

/// Maximum number of terms of one filter. Without the limit, a pasted page would block the console.
const MAX_TERMS: usize = 64;
/// Maximum number of characters of one term.
const MAX_TERM_CHARS: usize = 1_000;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// Kind of a term, given by the sign at its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TermKind {
    Word,
    Fuzzy,
    Exact,
    Regex,
    Domain,
    Message,
    Note,
    Is,
    Expiry,
    Name,
}

/// A term as the user typed it.
#[derive(Debug)]
struct RawTerm<'a> {
    is_negated: bool,
    kind: TermKind,
    /// The whole term.
    text: &'a str,
    /// The text after the sign, without quotes.
    value: &'a str,
    is_quoted: bool,
}

impl Filter {
    /// Parses a filter. `filters` are the named filters that the text may refer to.
    pub fn parse(text: &str, filters: &NamedFilters) -> Result<Filter, ParseError> {
        Filter::parse_text(text, filters, false)
    }

    /// Parses a filter that is still being typed. An incomplete domain at the end matches all domains that
    /// start with it.
    pub fn parse_incomplete(text: &str, filters: &NamedFilters) -> Result<Filter, ParseError> {
        Filter::parse_text(text, filters, true)
    }

    fn parse_text(text: &str, filters: &NamedFilters, is_typing: bool) -> Result<Filter, ParseError> {
        let (terms, is_typing) = parse_terms(text, filters, is_typing)?;
        Ok(Filter::new(text, is_typing, terms))
    }
}

impl NamedFilters {
    /// Adds custom filters to the built-in filters. A custom filter may refer to built-in filters, and
    /// replaces the built-in filter of the same name.
    pub fn new<'a>(
        custom: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<NamedFilters, InvalidNamedFilter> {
        let built_in = NamedFilters::default();
        let mut filters = NamedFilters::default();
        for (name, text) in custom {
            let reject = |message: String| InvalidNamedFilter { name: name.to_owned(), message };
            if !is_valid_name(name) {
                return Err(reject("a name may contain only letters, digits, - and _".to_owned()));
            }
            let filter = Filter::parse(text, &built_in).map_err(|error| reject(error.message))?;
            if filter.is_empty() {
                return Err(reject("it is empty and would match every row".to_owned()));
            }
            filters.custom.insert(name.to_owned(), filter);
        }
        Ok(filters)
    }

    /// Sets the time zone of calendar days for built-in and custom filters. The default is UTC.
    pub fn with_zone(mut self, zone: TimeZone) -> NamedFilters {
        let built_in = NamedFilters { zone: zone.clone(), ..NamedFilters::default() };
        for filter in self.custom.values_mut() {
            // A filter that is valid in one time zone is valid in any, except for a day at the end of the
            // supported range.
            if let Ok(filter_in_zone) = Filter::parse(filter.text(), &built_in) {
                *filter = filter_in_zone;
            }
        }
        NamedFilters { zone, ..self }
    }

    fn find(&self, name: &str) -> Option<Result<Filter, ParseError>> {
        if let Some(filter) = self.custom.get(name) {
            return Some(Ok(filter.clone()));
        }
        let (_, text) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        Some(Filter::parse(text, &NamedFilters::default()))
    }
}

fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// Parses the terms of a text.
/// If `is_typing`, a domain at the end may be incomplete. Also returns true if it is.
fn parse_terms(text: &str, filters: &NamedFilters, is_typing: bool) -> Result<(Vec<Term>, bool), ParseError> {
    let (mut terms, mut is_open) = (Vec::new(), false);
    let mut at = 0;
    while let Some(skipped) = text[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + skipped;
        let raw = split_term(&text[start..]);
        at = start + raw.text.len();
        let error = |message: String| {
            let from = text[..start].chars().count();
            ParseError { range: from..from + raw.text.chars().count(), message }
        };
        if terms.len() == MAX_TERMS {
            return Err(error(format!("A filter can have at most {MAX_TERMS} terms.")));
        }
        if raw.text.chars().nth(MAX_TERM_CHARS).is_some() {
            return Err(error("A term can have at most 1,000 characters.".to_owned()));
        }
        if raw.text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            return Err(error("The filter contains a control character.".to_owned()));
        }
        let predicate = match is_typing && at == text.len() {
            true => parse_domain_prefix(&raw),
            false => None,
        };
        is_open = predicate.is_some();
        let predicate = predicate.map_or_else(|| self::parse_predicate(&raw, filters), Ok).map_err(error)?;
        let required = if matches!(predicate, Predicate::Expired) { None } else { required_text(&raw) };
        terms.push(Term { is_negated: raw.is_negated, predicate, required_text: required });
    }
    Ok((terms, is_open))
}

/// Returns the term at the start of a text.
fn split_term(text: &str) -> RawTerm<'_> {
    let after_not = text.trim_start_matches('!');
    let nots = text.len() - after_not.len();
    let (kind, sign) = term_kind(after_not);
    let rest = &after_not[sign..];
    let (value, length, quoted) = match rest.chars().next() {
        _ if kind == TermKind::Regex => split_delimited(rest, '/'),
        Some('"') => split_delimited(&rest[1..], '"'),
        _ => {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            (&rest[..end], end, false)
        }
    };
    let opening = usize::from(quoted && kind != TermKind::Regex);
    let whole = &text[..nots + sign + opening + length];
    RawTerm { is_negated: nots % 2 == 1, kind, text: whole, value, is_quoted: quoted }
}

/// Returns the kind of the term at the start of a text, and the length of its sign in bytes.
fn term_kind(text: &str) -> (TermKind, usize) {
    let begins = |sign: &str| text.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
    match text.chars().next() {
        Some('~') => (TermKind::Fuzzy, 1),
        Some('=') => (TermKind::Exact, 1),
        Some('/') => (TermKind::Regex, 1),
        Some('@') => (TermKind::Domain, 1),
        Some('#') => (TermKind::Name, 1),
        _ if begins("msg:") => (TermKind::Message, 4),
        _ if begins("note:") => (TermKind::Note, 5),
        _ if begins("is:") => (TermKind::Is, 3),
        _ if ["exp<", "exp>", "exp=", "exp:"].into_iter().any(begins) => (TermKind::Expiry, 3),
        _ => (TermKind::Word, 0),
    }
}

/// Returns the text before a closing mark that is followed by a space or the end.
/// At the end of the text, the mark may be missing while the user types. In a pattern, a backslash escapes
/// the mark.
fn split_delimited(rest: &str, mark: char) -> (&str, usize, bool) {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && mark == '/' {
            chars.next();
        } else if c == mark && chars.peek().is_none_or(|(_, next)| next.is_whitespace()) {
            return (&rest[..at], at + 1, true);
        }
    }
    (rest, rest.len(), true)
}

/// Converts a term to a predicate.
///
/// # Errors
///
/// Returns the reason as a sentence.
fn parse_predicate(raw: &RawTerm<'_>, filters: &NamedFilters) -> Result<Predicate, String> {
    let value = raw.value;
    let fail = |what: &str| Err(what.to_owned());
    let text = |before: &str, after: &str| {
        compile_literal(before, value, after).ok_or_else(|| format!("{} is too long.", raw.text))
    };
    match raw.kind {
        TermKind::Word if raw.is_quoted && value.is_empty() => fail("The quotes are empty."),
        TermKind::Word if value.is_empty() => fail("`!` needs a term: !word or !@acme.com."),
        TermKind::Word if !raw.is_quoted && value.eq_ignore_ascii_case("expired") => Ok(Predicate::Expired),
        TermKind::Word => Ok(Predicate::Word(text("", "")?)),
        TermKind::Fuzzy if value.is_empty() => fail("`~` needs letters: ~jdoe."),
        TermKind::Fuzzy => Ok(Predicate::Fuzzy(FuzzyWord::new(value))),
        TermKind::Exact if value.is_empty() => fail("`=` needs a whole email: =ann@acme.com."),
        TermKind::Exact => Ok(Predicate::Exact(text(r"\A", r"\z")?)),
        TermKind::Regex if value.is_empty() => fail("`/` needs a regular expression: /^ann/."),
        TermKind::Regex => {
            let to_message = |cause| format!("Invalid regular expression /{value}/: {cause}.");
            Ok(Predicate::Regex(compile_regex(value).map_err(to_message)?))
        }
        TermKind::Domain if value.trim_start_matches('.').is_empty() => {
            fail("`@` needs a domain: @acme.com, or @.acme.com for its subdomains.")
        }
        TermKind::Domain if value.starts_with('.') => Ok(Predicate::Domain(text("@[^@]+", r"\s*\z")?)),
        TermKind::Domain => Ok(Predicate::Domain(text("@", r"\s*\z")?)),
        TermKind::Message if value.is_empty() => Ok(Predicate::HasMessage),
        TermKind::Message => Ok(Predicate::MessageWord(text("", "")?)),
        TermKind::Note if value.is_empty() => Ok(Predicate::HasNote),
        TermKind::Note => Ok(Predicate::NoteWord(text("", "")?)),
        TermKind::Is if value.eq_ignore_ascii_case("marked") => Ok(Predicate::Marked),
        TermKind::Is if value.eq_ignore_ascii_case("noted") => Ok(Predicate::HasNote),
        TermKind::Is if value.eq_ignore_ascii_case("snoozed") => Ok(Predicate::Snoozed),
        TermKind::Is => Err(format!("Unknown is:{value}. Use is:marked, is:noted or is:snoozed.")),
        TermKind::Expiry if value.eq_ignore_ascii_case(":today") => {
            Ok(Predicate::ExpiresToday(filters.zone.clone()))
        }
        TermKind::Expiry if value.starts_with(':') => parse_day(&value[1..], &filters.zone)
            .ok_or_else(|| format!("Invalid date exp{value}. Use exp:2024-06-08 or exp:today.")),
        TermKind::Expiry => parse_bounds(value).map(Predicate::TimeLeft).ok_or_else(|| {
            format!("Invalid time exp{value}. Use exp<48h or exp>7d, with the unit m, h, d or w.")
        }),
        TermKind::Name => parse_named(value, filters),
    }
}

/// Parses a domain that the user may still be typing. Matches all domains that start with this text.
fn parse_domain_prefix(raw: &RawTerm<'_>) -> Option<Predicate> {
    let value = raw.value;
    if raw.kind != TermKind::Domain
        || raw.is_negated
        || raw.is_quoted
        || value.trim_start_matches('.').is_empty()
    {
        return None;
    }
    let before = if value.starts_with('.') { "@[^@]+" } else { "@" };
    compile_literal(before, value, r"[^@]*\z").map(Predicate::Domain)
}

/// Returns the text that a matching row must contain.
fn required_text(raw: &RawTerm<'_>) -> Option<Regex> {
    match raw.kind {
        TermKind::Word | TermKind::Exact | TermKind::Message if !raw.value.is_empty() => {
            compile_literal("", raw.value, "")
        }
        TermKind::Domain if raw.value.starts_with('.') => compile_literal("", raw.value, ""),
        TermKind::Domain => compile_literal("@", raw.value, ""),
        _ => None,
    }
}

fn parse_named(name: &str, filters: &NamedFilters) -> Result<Predicate, String> {
    match filters.find(name) {
        Some(filter) => Ok(Predicate::All(filter.map_err(|error| error.message)?.terms().to_vec())),
        None => {
            let known: Vec<String> = filters.iter().map(|(name, _)| format!("#{name}")).collect();
            Err(format!("Unknown filter #{name}. Use {}.", known.join(", ")))
        }
    }
}

/// Parses a day such as `2024-06-08` in the time zone.
fn parse_day(text: &str, zone: &TimeZone) -> Option<Predicate> {
    // Without the length check a time of day after the date would be parsed and then ignored.
    let date = text.parse().ok().filter(|_| text.len() == "2024-06-08".len())?;
    let (from, until) = forecast::day_bounds(date, zone)?;
    Some(Predicate::ExpiresBetween(from.as_microsecond(), until.as_microsecond()))
}

/// Parses `<48h`, `>=7d`, `<2d12h` as bounds of the remaining time.
fn parse_bounds(text: &str) -> Option<Bounds> {
    let (less, rest) = match text.split_at_checked(1)? {
        ("<", rest) => (true, rest),
        (">", rest) => (false, rest),
        _ => return None,
    };
    let (or_equal, length) = rest.strip_prefix('=').map_or((false, rest), |length| (true, length));
    let micros = parse_micros(length)?;
    // In whole numbers, `< n` means at most `n - 1`, and `>= n` means more than `n - 1`.
    Some(match (less, or_equal) {
        (true, true) => Bounds { more_than: 0, at_most: micros },
        (true, false) => Bounds { more_than: 0, at_most: micros - 1 },
        (false, false) => Bounds { more_than: micros, at_most: i64::MAX },
        (false, true) => Bounds { more_than: micros - 1, at_most: i64::MAX },
    })
}

/// Parses a duration such as `48h` or `2d12h`, in microseconds.
fn parse_micros(text: &str) -> Option<i64> {
    let (mut total, mut rest) = (0_i64, text);
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..unit_at].parse().ok()?;
        let seconds = match rest.as_bytes()[unit_at].to_ascii_lowercase() {
            b'm' => 60,
            b'h' => 60 * 60,
            b'd' => 24 * 60 * 60,
            b'w' => 7 * 24 * 60 * 60,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(seconds * MICROS_PER_SECOND)?)?;
        rest = &rest[unit_at + 1..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    const NOON: i64 = 12 * 60 * 60 * 1_000_000;

    fn bounds(text: &str, filters: &NamedFilters) -> (i64, i64) {
        let filter = Filter::parse(text, filters).expect("good");
        assert!(!filter.is_time_dependent(), "a day stays the same");
        match filter.terms() {
            [term] => match &term.predicate {
                Predicate::ExpiresBetween(from, until) => (*from, *until),
                other => panic!("{other:?}"),
            },
            terms => panic!("{terms:?}"),
        }
    }

    #[test]
    fn day_uses_the_time_zone_also_in_a_named_filter() {
        let filters = NamedFilters::new([("day", "exp:1970-01-02")]).expect("good");
        assert_eq!(bounds("exp:1970-01-02", &filters), (2 * NOON, 4 * NOON), "UTC by default");
        let filters = filters.with_zone(TimeZone::posix("<+12>-12").expect("a zone"));
        assert_eq!(bounds("exp:1970-01-02", &filters), (NOON, 3 * NOON));
        let custom = filters.custom["day"].terms()[0].predicate.clone();
        assert!(matches!(custom, Predicate::ExpiresBetween(NOON, _)), "{custom:?}");
    }

    #[test]
    fn today_is_the_date_in_the_time_zone() {
        let now = Timestamp::from_microsecond(2 * NOON + 1).expect("a time");
        for (zone, hour, expected) in [("<+12>-12", 1, true), ("<+12>-12", -13, false), ("<+00>0", -1, false)]
        {
            let filters = NamedFilters::default().with_zone(TimeZone::posix(zone).expect("a zone"));
            let filter = Filter::parse("exp:today", &filters).expect("good");
            let mut store = crate::domain::invite_store::InviteStore::default();
            store.insert(&crate::domain::Invite {
                identity: crate::domain::Identity::parse("a").expect("usable"),
                email: "a@x.com".into(),
                message: String::new(),
                expiry: crate::domain::Expiry::from_micros(2 * NOON + hour * NOON / 12),
            });
            let (marked, annotations) = (Default::default(), Default::default());
            let found = crate::domain::query::filter_rows(store.rows(), &filter, now, &marked, &annotations);
            assert_eq!(!found.is_empty(), expected, "{zone} {hour}");
        }
    }

    #[test]
    fn invalid_day_error_shows_the_format() {
        for text in ["exp:", "exp:2022-6-17", "exp:2022-06-31", "exp:2022-06-17T10:00", "exp:9999-12-31"] {
            let error = Filter::parse(text, &NamedFilters::default()).expect_err(text);
            let message = format!("Invalid date {text}. Use exp:2024-06-08 or exp:today.");
            assert_eq!(error, ParseError { range: 0..text.len(), message });
        }
    }
}
