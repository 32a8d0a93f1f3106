//! Detects filter syntax of other programs, which guestlist treats as plain words.

/// Field names for the remaining time in other programs.
const EXPIRY_NAMES: [&str; 6] = ["expires", "expiry", "expire", "expiration", "expired", "exp"];
/// Field names for the email in other programs.
const EMAIL_NAMES: [&str; 6] = ["email", "e-mail", "mail", "to", "address", "user"];
const DOMAIN_NAMES: [&str; 3] = ["domain", "host", "at"];
/// Field names for the message in other programs.
const MESSAGE_NAMES: [&str; 4] = ["message", "text", "body", "subject"];

/// Returns what was probably meant, as a sentence with raw text; `None` if nothing looks wrong.
pub fn syntax_hint(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().find_map(|(index, word)| {
        let previous = index.checked_sub(1).and_then(|index| words.get(index)).copied();
        word_hint(previous, word, words.get(index + 1).copied())
    })
}

fn word_hint(previous: Option<&str>, word: &str, next: Option<&str>) -> Option<String> {
    match (previous, word, next) {
        (Some(previous), "OR" | "|" | "||", Some(next)) if is_plain_word(previous) && is_plain_word(next) => {
            Some(format!("All terms must match. Did you mean /{previous}|{next}/?"))
        }
        (Some(_), "OR" | "|" | "||", Some(_)) => {
            Some("All terms must match. To match one of several, use a pattern: /one|other/.".to_owned())
        }
        (Some(_), "AND" | "&&" | "&", Some(_)) => Some(format!("All terms must match: remove {word}.")),
        (_, "NOT", Some(next)) => Some(format!("Did you mean !{next}?")),
        _ => field_hint(word),
    }
}

/// Parses a word such as `name:value` or `name<value` whose name is unknown.
fn field_hint(word: &str) -> Option<String> {
    let index = word.find([':', '<', '>', '='])?;
    let (name, rest) = word.split_at(index);
    let sign = name.chars().take_while(|c| *c == '!').count();
    let (not, name) = name.split_at(sign);
    let value = rest.trim_start_matches([':', '<', '>', '=']);
    if name.is_empty()
        || !name.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
        || rest.starts_with("://")
    {
        return None;
    }
    let name = name.to_lowercase();
    let name = name.as_str();
    let suggestion = match rest.starts_with([':', '=']) {
        _ if EXPIRY_NAMES.contains(&name) && name != "exp" => format!("{not}exp{rest}"),
        true if EMAIL_NAMES.contains(&name) && value.starts_with('@') => format!("{not}{value}"),
        true if EMAIL_NAMES.contains(&name) => format!("{not}={value}"),
        true if DOMAIN_NAMES.contains(&name) => format!("{not}@{}", value.trim_start_matches('@')),
        true if MESSAGE_NAMES.contains(&name) => format!("{not}msg:{value}"),
        true if !["msg", "note", "is", "exp"].contains(&name) => {
            format!("{not}\"{name}:{value}\" or {not}msg:{value}")
        }
        _ => return None,
    };
    Some(format!("There is no field {name}. Did you mean {suggestion}?"))
}

fn is_plain_word(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_filter_syntax_gets_a_suggestion() {
        for (text, expected) in [
            ("foo:bar", "msg:bar"),
            ("expires<2d", "Did you mean exp<2d?"),
            ("jane expiry>=7d", "Did you mean exp>=7d?"),
            ("acme OR fabrikam", "Did you mean /acme|fabrikam/?"),
            ("@acme.com | @b.org", "/one|other/"),
            ("a AND b", "remove AND"),
            ("NOT expired", "Did you mean !expired?"),
            ("email:ann@acme.com", "Did you mean =ann@acme.com?"),
            ("!domain:acme.com", "Did you mean !@acme.com?"),
            ("message:hello", "Did you mean msg:hello?"),
        ] {
            let hint = syntax_hint(text).unwrap_or_default();
            assert!(hint.contains(expected), "{text}: {hint}");
        }
    }

    #[test]
    fn valid_filter_gets_no_suggestion() {
        for text in [
            "jane",
            "exp<48h",
            "exp:2024-06-08",
            "msg:hello",
            "is:marked",
            "!note:",
            "@acme.com",
            "=a@b",
            "/a:b|c/",
            "\"a:b\"",
            "https://x.example",
            "09:30",
            "or",
            "OR",
        ] {
            assert_eq!(syntax_hint(text), None, "{text}");
        }
    }
}
