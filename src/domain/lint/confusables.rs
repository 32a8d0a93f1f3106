//! Detects look-alike letters, such as a Cyrillic `а` or a Greek `ο` in a Latin domain. Also detects
//! full-width forms and invisible characters. Reasons contain the code points, because the letters look the
//! same.

use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton;

use crate::domain::recipient::EmailProblem;
use crate::domain::text;

/// Returns the look-alike letters of an email: "not plain Latin: а (Cyrillic U+0430)". `None` for plain emails
/// and for emails in a single script. There is no suggestion if a letter has no Latin counterpart.
pub fn find_confusable(email: &str) -> Option<EmailProblem> {
    let email = email.trim();
    if email.is_ascii() {
        return None;
    }
    let hidden = text::code_points(email.chars().filter(|c| text::is_unsafe(*c)));
    let parts = email.split(['@', '.', '-', '_', '+']);
    let mut letters: Vec<char> = parts.flat_map(|part| confusable_letters(part, email)).collect();
    let mut reasons = Vec::new();
    if !hidden.is_empty() {
        reasons.push(format!("it contains invisible characters: {hidden}"));
    }
    letters.dedup();
    if !letters.is_empty() {
        reasons.push(format!("not plain Latin: {}", describe_letters(&letters)));
    }
    if reasons.is_empty() {
        return None;
    }
    let plain: String =
        email.chars().filter(|c| !text::is_unsafe(*c)).map(|c| latin_lookalike(c).unwrap_or(c)).collect();
    let suggestion = Some(plain).filter(|plain| plain.is_ascii());
    Some(EmailProblem { reason: reasons.join("; "), suggestion })
}

/// Returns the look-alike letters in one part of an email. These are letters of another script beside Latin
/// letters, and special forms of Latin letters. If every letter of the part has a Latin counterpart and the
/// email also contains Latin letters, all letters are returned.
fn confusable_letters(part: &str, email: &str) -> Vec<char> {
    let has_latin = part.chars().any(|c| c.script() == Script::Latin);
    let email_has_latin = email.chars().any(|c| c.is_ascii_alphabetic());
    let has_counterpart = |c: char| c.is_ascii() || !c.is_alphabetic() || latin_lookalike(c).is_some();
    if has_latin || (email_has_latin && part.chars().all(has_counterpart)) {
        part.chars().filter(|c| is_foreign(*c)).collect()
    } else {
        Vec::new()
    }
}

/// True for letters that Latin text does not contain. Other scripts, such as Japanese, are used beside Latin.
fn is_foreign(c: char) -> bool {
    matches!(c.script(), Script::Cyrillic | Script::Greek | Script::Armenian) || latin_lookalike(c).is_some()
}

fn latin_lookalike(c: char) -> Option<char> {
    match c {
        'к' | 'κ' => return Some('k'),
        // The Icelandic þ is not a disguised p.
        '\u{0}'..='\u{ff}' => return None,
        '\u{ff01}'..='\u{ff5e}' => return char::from_u32(c as u32 - 0xfee0),
        _ => {}
    }
    match skeleton(c.encode_utf8(&mut [0; 4])).collect::<String>().as_str() {
        "rn" => Some('m'),
        "l" if c.is_uppercase() => Some('I'),
        letter => letter.parse().ok().filter(char::is_ascii_alphabetic),
    }
}

fn describe_letters(letters: &[char]) -> String {
    let name = |c: &char| match c.script() {
        Script::Latin | Script::Common => format!("{c} (U+{:04X})", *c as u32),
        script => format!("{c} ({} U+{:04X})", script.full_name(), *c as u32),
    };
    letters.iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookalike_letter_is_named_by_script_and_code_point() {
        let found = find_confusable("jane@\u{430}cme.com").expect("Cyrillic a");
        assert_eq!(found.reason, "not plain Latin: \u{430} (Cyrillic U+0430)");
        assert_eq!(found.suggestion.as_deref(), Some("jane@acme.com"));
        let found = find_confusable("j\u{3bf}e@acme.c\u{43e}m").expect("Greek and Cyrillic o");
        assert!(
            found.reason.contains("Greek U+03BF") && found.reason.contains("Cyrillic U+043E"),
            "{}",
            found.reason
        );
        assert_eq!(found.suggestion.as_deref(), Some("joe@acme.com"));
    }

    #[test]
    fn all_foreign_part_that_looks_latin_is_found() {
        assert_eq!(
            find_confusable("bob@\u{430}\u{440}\u{435}.com").and_then(|found| found.suggestion).as_deref(),
            Some("bob@ape.com")
        );
        assert_eq!(
            find_confusable("bob@ａcme.com").and_then(|found| found.suggestion).as_deref(),
            Some("bob@acme.com")
        );
    }

    #[test]
    fn lookalike_of_any_script_is_found() {
        for email in ["ad\u{1d426}in@acme.com", "admin@\u{a4ee}cme.com", "\u{217f}ary@acme.com"] {
            assert!(find_confusable(email).is_some_and(|found| found.suggestion.is_some()), "{email}");
        }
    }

    #[test]
    fn invisible_characters_are_named() {
        let found = find_confusable("ja\u{200b}ne@acme.com").expect("hidden");
        assert_eq!(found.reason, "it contains invisible characters: U+200B");
        assert_eq!(found.suggestion.as_deref(), Some("jane@acme.com"));
    }

    #[test]
    fn email_in_its_own_script_is_not_flagged() {
        for email in [
            "jané@example.com",
            "þór@example.is",
            "почта@пример.рф",
            "иван@example.com",
            "田中@example.jp",
            "müller@web.de",
        ] {
            assert_eq!(find_confusable(email), None, "{email}");
        }
    }
}
