//! Detects look-alike letters, such as a Cyrillic `а` or a Greek `ο` in a Latin domain. Also detects full-width
//! forms and invisible characters. Reasons give code points, because the letters look the same.

use crate::domain::text;

/// What is wrong with an email that is not what it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusable {
    /// "not plain Latin: а (Cyrillic U+0430)". Sanitized.
    pub reason: String,
    /// The email in the expected letters; `None` if some have no counterpart.
    pub corrected: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Armenian,
}

/// Letters of other scripts and the Latin ones they look like, in the same order.
const LATIN_LOOKALIKES: &[(&str, &str)] = &[
    ("аеорсхуіјѕһԁԛԝӏкгАВЕКМНОРСТХУІЈЅ", "aeopcxyijshdqwlkrABEKMHOPCTXYIJS"),
    ("οανρυικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oavpuikABEZHIKMNOPTYX"),
    ("օսոհ", "ounh"),
    ("ıɡɑ", "iga"),
];

/// Returns the look-alike letters of an email; `None` for plain ones and for those in a single script.
pub fn find_confusable(email: &str) -> Option<Confusable> {
    let email = email.trim();
    if email.is_ascii() {
        return None;
    }
    let hidden: Vec<char> = email.chars().filter(|c| is_invisible(*c)).collect();
    let mut letters = Vec::new();
    for part in email.split(['@', '.', '-', '_', '+']) {
        letters.extend(confusable_letters(part, email));
    }
    let mut reasons = Vec::new();
    if !hidden.is_empty() {
        reasons.push(format!("it contains invisible characters: {}", code_points(&hidden)));
    }
    letters.dedup();
    if !letters.is_empty() {
        reasons.push(format!("not plain Latin: {}", name_letters(&letters)));
    }
    if reasons.is_empty() {
        return None;
    }
    let plain: String =
        email.chars().filter(|c| !is_invisible(*c)).map(|c| latin_lookalike(c).unwrap_or(c)).collect();
    Some(Confusable { reason: reasons.join("; "), corrected: Some(plain).filter(|plain| plain.is_ascii()) })
}

/// Returns the letters of one part that make it look like something else. These are letters of another script
/// beside Latin ones, all letters if each has a Latin counterpart and the email is Latin otherwise, and
/// disguised Latin ones.
fn confusable_letters(part: &str, email: &str) -> Vec<char> {
    let scripts: Vec<(char, Script)> = part.chars().filter_map(|c| script(c).map(|s| (c, s))).collect();
    let foreign =
        |(c, s): &(char, Script)| (*s != Script::Latin || latin_lookalike(*c).is_some()).then_some(*c);
    let has_latin = scripts.iter().any(|(_, script)| *script == Script::Latin);
    let email_has_latin = email.chars().any(|c| c.is_ascii_alphabetic());
    let all_have_lookalikes = scripts.iter().all(|(c, _)| c.is_ascii() || latin_lookalike(*c).is_some());
    if has_latin || (email_has_latin && all_have_lookalikes) {
        scripts.iter().filter_map(foreign).collect()
    } else {
        Vec::new()
    }
}

fn script(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' => {
            Some(Script::Latin)
        }
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{530}'..='\u{58f}' => Some(Script::Armenian),
        _ => None,
    }
}

fn latin_lookalike(c: char) -> Option<char> {
    if let '\u{ff01}'..='\u{ff5e}' = c {
        return char::from_u32(c as u32 - 0xfee0);
    }
    LATIN_LOOKALIKES
        .iter()
        .find_map(|(from, to)| from.chars().zip(to.chars()).find(|(lookalike, _)| *lookalike == c))
        .map(|(_, to)| to)
}

fn is_invisible(c: char) -> bool {
    let mut bytes = [0; 4];
    let alone: &str = c.encode_utf8(&mut bytes);
    text::sanitize(alone) != alone
}

fn name_letters(letters: &[char]) -> String {
    let name = |c: &char| match script(*c) {
        Some(Script::Latin) | None => format!("{c} (U+{:04X})", *c as u32),
        Some(script) => format!("{c} ({script:?} U+{:04X})", *c as u32),
    };
    letters.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn code_points(letters: &[char]) -> String {
    letters.iter().map(|c| format!("U+{:04X}", *c as u32)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookalike_letter_is_named_by_script_and_code_point() {
        let found = find_confusable("jane@\u{430}cme.com").expect("Cyrillic a");
        assert_eq!(found.reason, "not plain Latin: \u{430} (Cyrillic U+0430)");
        assert_eq!(found.corrected.as_deref(), Some("jane@acme.com"));
        let found = find_confusable("j\u{3bf}e@acme.c\u{43e}m").expect("Greek and Cyrillic o");
        assert!(
            found.reason.contains("Greek U+03BF") && found.reason.contains("Cyrillic U+043E"),
            "{}",
            found.reason
        );
        assert_eq!(found.corrected.as_deref(), Some("joe@acme.com"));
    }

    #[test]
    fn all_foreign_part_that_looks_latin_is_found() {
        assert_eq!(
            find_confusable("bob@\u{430}\u{440}\u{435}.com").and_then(|found| found.corrected).as_deref(),
            Some("bob@ape.com")
        );
        assert_eq!(
            find_confusable("bob@ａcme.com").and_then(|found| found.corrected).as_deref(),
            Some("bob@acme.com")
        );
    }

    #[test]
    fn invisible_characters_are_named() {
        let found = find_confusable("ja\u{200b}ne@acme.com").expect("hidden");
        assert_eq!(found.reason, "it contains invisible characters: U+200B");
        assert_eq!(found.corrected.as_deref(), Some("jane@acme.com"));
    }

    #[test]
    fn email_in_its_own_script_is_not_flagged() {
        for email in
            ["jané@example.com", "почта@пример.рф", "иван@example.com", "田中@example.jp", "müller@web.de"]
        {
            assert_eq!(find_confusable(email), None, "{email}");
        }
    }
}
