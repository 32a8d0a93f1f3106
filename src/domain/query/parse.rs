//! Parses filters, including named ones. The forms are those of `reference`; any other text is a plain word, and
//! an incomplete or unknown form is a mistake with a hint.

use jiff::tz::TimeZone;
use regex::Regex;

use super::filter::{Filter, Mistake};
use super::fuzzy::Fuzzy;
use super::names::{BUILT_IN, Names, NotTaken};
use super::term::{Bounds, Term, Test, literal, pattern};
use crate::domain::forecast;

/// Maximum terms of one filter: more than anyone types, and few enough to keep a pasted page responsive.
const MOST_TERMS: usize = 64;
/// Maximum characters of one term.
const LONGEST_TERM: usize = 1_000;
const MICROS: i64 = 1_000_000;

/// Kind of a term by its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Fuzzy,
    Exact,
    Pattern,
    Domain,
    Message,
    Note,
    Is,
    Expiry,
    Name,
}

/// A term as written.
#[derive(Debug)]
struct Written<'a> {
    not: bool,
    kind: Kind,
    /// The whole term.
    whole: &'a str,
    /// The text after the sign, without quotes.
    value: &'a str,
    quoted: bool,
}

impl Filter {
    /// Parses a text, with the named filters that it may refer to.
    pub fn parse(text: &str, names: &Names) -> Result<Filter, Mistake> {
        Filter::parse_as(text, names, false)
    }

    /// Parses a text that is still being typed: an incomplete domain at its end matches by its start.
    pub fn parse_typing(text: &str, names: &Names) -> Result<Filter, Mistake> {
        Filter::parse_as(text, names, true)
    }

    fn parse_as(text: &str, names: &Names, typing: bool) -> Result<Filter, Mistake> {
        let (terms, typing) = terms(text, names, typing)?;
        Ok(Filter::new(text, typing, terms))
    }
}

impl Names {
    /// Adds these filters to the built-in ones. They may refer to the built-in ones, and replace one of the same
    /// name.
    pub fn new<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Names, NotTaken> {
        let built_in = Names::default();
        let mut names = Names::default();
        for (name, text) in own {
            let refuse = |sentence: String| NotTaken { name: name.to_owned(), sentence };
            if !is_name(name) {
                return Err(refuse("a name may contain only letters, digits, - and _".to_owned()));
            }
            let filter = Filter::parse(text, &built_in).map_err(|mistake| refuse(mistake.sentence))?;
            if filter.is_empty() {
                return Err(refuse("it is empty and would match every row".to_owned()));
            }
            names.own.insert(name.to_owned(), filter);
        }
        Ok(names)
    }

    /// Sets the time zone of calendar days, also in the filters themselves. The default is UTC.
    pub fn in_zone(mut self, zone: TimeZone) -> Names {
        let built_in = Names { zone: zone.clone(), ..Names::default() };
        for filter in self.own.values_mut() {
            // It was valid in one time zone, and is valid in any, except for a day at the end of the supported range.
            if let Ok(there) = Filter::parse(filter.text(), &built_in) {
                *filter = there;
            }
        }
        Names { zone, ..self }
    }

    fn find(&self, name: &str) -> Option<Result<Filter, Mistake>> {
        if let Some(filter) = self.own.get(name) {
            return Some(Ok(filter.clone()));
        }
        let (_, text) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        Some(Filter::parse(text, &Names::default()))
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// Parses the terms of a text. If `typing`, a domain at its end may be incomplete; returns whether there is one.
fn terms(text: &str, names: &Names, typing: bool) -> Result<(Vec<Term>, bool), Mistake> {
    let (mut terms, mut is_open) = (Vec::new(), false);
    let mut at = 0;
    while let Some(skipped) = text[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + skipped;
        let written = written(&text[start..]);
        at = start + written.whole.len();
        let mistake = |sentence: String| {
            let from = text[..start].chars().count();
            Mistake { at: from..from + written.whole.chars().count(), sentence }
        };
        if terms.len() == MOST_TERMS {
            return Err(mistake(format!("A filter can have at most {MOST_TERMS} terms.")));
        }
        if written.whole.chars().nth(LONGEST_TERM).is_some() {
            return Err(mistake("A term can have at most 1,000 characters.".to_owned()));
        }
        if written.whole.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            return Err(mistake("The filter contains a control character.".to_owned()));
        }
        let test = match typing && at == text.len() {
            true => beginning_of_domain(&written),
            false => None,
        };
        is_open = test.is_some();
        let test = test.map_or_else(|| self::test(&written, names), Ok).map_err(mistake)?;
        let needle = if matches!(test, Test::Expired) { None } else { needle(&written) };
        terms.push(Term { not: written.not, test, needle });
    }
    Ok((terms, is_open))
}

/// Splits off the term at the start of a text.
fn written(text: &str) -> Written<'_> {
    let after_not = text.trim_start_matches('!');
    let nots = text.len() - after_not.len();
    let (kind, sign) = kind_of(after_not);
    let rest = &after_not[sign..];
    let (value, length, quoted) = match rest.chars().next() {
        _ if kind == Kind::Pattern => delimited(rest, '/'),
        Some('"') => delimited(&rest[1..], '"'),
        _ => {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            (&rest[..end], end, false)
        }
    };
    let opening = usize::from(quoted && kind != Kind::Pattern);
    let whole = &text[..nots + sign + opening + length];
    Written { not: nots % 2 == 1, kind, whole, value, quoted }
}

/// Returns the kind of the term at the start of a text, and the length of its sign in bytes.
fn kind_of(text: &str) -> (Kind, usize) {
    let begins = |sign: &str| text.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
    match text.chars().next() {
        Some('~') => (Kind::Fuzzy, 1),
        Some('=') => (Kind::Exact, 1),
        Some('/') => (Kind::Pattern, 1),
        Some('@') => (Kind::Domain, 1),
        Some('#') => (Kind::Name, 1),
        _ if begins("msg:") => (Kind::Message, 4),
        _ if begins("note:") => (Kind::Note, 5),
        _ if begins("is:") => (Kind::Is, 3),
        _ if ["exp<", "exp>", "exp=", "exp:"].into_iter().any(begins) => (Kind::Expiry, 3),
        _ => (Kind::Word, 0),
    }
}

/// Returns the text before a closing mark that is followed by a space or the end. At the end of the text the
/// mark may be missing while the user types. In a pattern a backslash escapes it.
fn delimited(rest: &str, mark: char) -> (&str, usize, bool) {
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

/// Converts a written term to a test.
///
/// # Errors
///
/// The mistake as a sentence.
fn test(written: &Written<'_>, names: &Names) -> Result<Test, String> {
    let value = written.value;
    let missing = |what: &str| Err(what.to_owned());
    let text = |before: &str, behind: &str| {
        literal(before, value, behind).ok_or_else(|| format!("{} is too long.", written.whole))
    };
    match written.kind {
        Kind::Word if written.quoted && value.is_empty() => missing("The quotes are empty."),
        Kind::Word if value.is_empty() => missing("`!` needs a term: !word or !@acme.com."),
        Kind::Word if !written.quoted && value.eq_ignore_ascii_case("expired") => Ok(Test::Expired),
        Kind::Word => Ok(Test::Word(text("", "")?)),
        Kind::Fuzzy if value.is_empty() => missing("`~` needs letters: ~jdoe."),
        Kind::Fuzzy => Ok(Test::Fuzzy(Fuzzy::new(value))),
        Kind::Exact if value.is_empty() => missing("`=` needs a whole email: =ann@acme.com."),
        Kind::Exact => Ok(Test::Exact(text(r"\A", r"\z")?)),
        Kind::Pattern if value.is_empty() => missing("`/` needs a regular expression: /^ann/."),
        Kind::Pattern => {
            let refused = |why| format!("Invalid regular expression /{value}/: {why}.");
            Ok(Test::Pattern(pattern(value).map_err(refused)?))
        }
        Kind::Domain if value.trim_start_matches('.').is_empty() => {
            missing("`@` needs a domain: @acme.com, or @.acme.com for its subdomains.")
        }
        Kind::Domain if value.starts_with('.') => Ok(Test::Domain(text("@[^@]+", r"\s*\z")?)),
        Kind::Domain => Ok(Test::Domain(text("@", r"\s*\z")?)),
        Kind::Message if value.is_empty() => Ok(Test::HasMessage),
        Kind::Message => Ok(Test::MessageWord(text("", "")?)),
        Kind::Note if value.is_empty() => Ok(Test::HasNote),
        Kind::Note => Ok(Test::NoteWord(text("", "")?)),
        Kind::Is if value.eq_ignore_ascii_case("marked") => Ok(Test::Marked),
        Kind::Is if value.eq_ignore_ascii_case("noted") => Ok(Test::HasNote),
        Kind::Is if value.eq_ignore_ascii_case("snoozed") => Ok(Test::Snoozed),
        Kind::Is => Err(format!("Unknown is:{value}. Use is:marked, is:noted or is:snoozed.")),
        Kind::Expiry if value.starts_with(':') => day(&value[1..], &names.zone)
            .ok_or_else(|| format!("Invalid date exp{value}. Use exp:2024-06-08.")),
        Kind::Expiry => bounds(value).map(Test::Left).ok_or_else(|| {
            format!("Invalid time exp{value}. Use exp<48h or exp>7d, with the unit m, h, d or w.")
        }),
        Kind::Name => named(value, names),
    }
}

/// A domain of which maybe only the start is typed.
fn beginning_of_domain(written: &Written<'_>) -> Option<Test> {
    let value = written.value;
    if written.kind != Kind::Domain
        || written.not
        || written.quoted
        || value.trim_start_matches('.').is_empty()
    {
        return None;
    }
    let before = if value.starts_with('.') { "@[^@]+" } else { "@" };
    literal(before, value, r"[^@]*\z").map(Test::Domain)
}

/// Returns the text that a matching row must contain.
fn needle(written: &Written<'_>) -> Option<Regex> {
    match written.kind {
        Kind::Word | Kind::Exact | Kind::Message if !written.value.is_empty() => {
            literal("", written.value, "")
        }
        Kind::Domain if written.value.starts_with('.') => literal("", written.value, ""),
        Kind::Domain => literal("@", written.value, ""),
        _ => None,
    }
}

fn named(name: &str, names: &Names) -> Result<Test, String> {
    match names.find(name) {
        Some(filter) => Ok(Test::All(filter.map_err(|mistake| mistake.sentence)?.terms().to_vec())),
        None => {
            let known: Vec<String> = names.iter().map(|(name, _)| format!("#{name}")).collect();
            Err(format!("Unknown filter #{name}. Use {}.", known.join(", ")))
        }
    }
}

/// Parses a day such as `2024-06-08` in the time zone.
fn day(text: &str, zone: &TimeZone) -> Option<Test> {
    // Without the length check a time of day after the date would be parsed and then ignored.
    let date = text.parse().ok().filter(|_| text.len() == "2024-06-08".len())?;
    let (from, until) = forecast::bounds(date, zone)?;
    Some(Test::Between(from.as_microsecond(), until.as_microsecond()))
}

/// Parses `<48h`, `>=7d`, `<2d12h` as bounds of the remaining time.
fn bounds(text: &str) -> Option<Bounds> {
    let (less, rest) = match text.split_at_checked(1)? {
        ("<", rest) => (true, rest),
        (">", rest) => (false, rest),
        _ => return None,
    };
    let (or_equal, length) = rest.strip_prefix('=').map_or((false, rest), |length| (true, length));
    let micros = micros(length)?;
    // In whole numbers, `< n` is at most `n - 1`, and `>= n` is above `n - 1`.
    Some(match (less, or_equal) {
        (true, true) => Bounds { above: 0, most: micros },
        (true, false) => Bounds { above: 0, most: micros - 1 },
        (false, false) => Bounds { above: micros, most: i64::MAX },
        (false, true) => Bounds { above: micros - 1, most: i64::MAX },
    })
}

/// Parses a duration such as `48h` or `2d12h`, in microseconds.
fn micros(text: &str) -> Option<i64> {
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
        total = total.checked_add(number.checked_mul(seconds * MICROS)?)?;
        rest = &rest[unit_at + 1..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 12 * 60 * 60 * 1_000_000;

    fn bounds(text: &str, names: &Names) -> (i64, i64) {
        let filter = Filter::parse(text, names).expect("good");
        assert!(!filter.asks_time(), "a day stays the same");
        match filter.terms() {
            [term] => match &term.test {
                Test::Between(from, until) => (*from, *until),
                other => panic!("{other:?}"),
            },
            terms => panic!("{terms:?}"),
        }
    }

    #[test]
    fn a_day_is_that_of_the_zone_also_in_a_named_filter() {
        let names = Names::new([("day", "exp:1970-01-02")]).expect("good");
        assert_eq!(
            bounds("exp:1970-01-02", &names),
            (2 * NOON, 4 * NOON),
            "of UTC as long as nothing is said"
        );
        let names = names.in_zone(TimeZone::posix("<+12>-12").expect("a zone"));
        assert_eq!(bounds("exp:1970-01-02", &names), (NOON, 3 * NOON));
        let own = names.own["day"].terms()[0].test.clone();
        assert!(matches!(own, Test::Between(NOON, _)), "{own:?}");
    }

    #[test]
    fn what_is_no_day_is_refused_and_it_is_said_how_one_is_written() {
        for text in ["exp:", "exp:2022-6-17", "exp:2022-06-31", "exp:2022-06-17T10:00", "exp:9999-12-31"] {
            let mistake = Filter::parse(text, &Names::default()).expect_err(text);
            let sentence = format!("Invalid date {text}. Use exp:2024-06-08.");
            assert_eq!(mistake, Mistake { at: 0..text.len(), sentence });
        }
    }
}
