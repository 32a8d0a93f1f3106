//! Finds unfilled placeholders: `{name}`, `{{first name}}`, `<NAME>`, `[name]`, `XXX`, `TODO`. Text in
//! braces always counts; text in other brackets counts only if it is typical for placeholders.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::text;

static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let word = r"(?:[\p{Lu}][\p{Lu}\d _-]{1,30}|(?i:(?:your |their |the |insert |first|last|full|given)?[ _-]?(?:name|company|organisation|organization|e-?mail|address|date|link|team|role|title|recipient)(?: here)?))";
    let pattern = format!(
        r"\{{\{{[^{{}}]{{0,60}}\}}\}}|\$?\{{[^{{}}]{{0,60}}\}}|<{word}>|\[{word}\]|\bX{{3,}}\b|\bTODO\b|\bTBD\b"
    );
    Regex::new(&pattern).ok()
});

/// Returns the byte ranges of the placeholders in a text.
pub fn find_placeholders(text: &str) -> Vec<Range<usize>> {
    match PLACEHOLDER.as_ref() {
        Some(pattern) => pattern.find_iter(text).map(|at| at.range()).collect(),
        None => Vec::new(),
    }
}

/// Returns the first placeholder of a message as a fragment without trailing period. Sanitized.
pub fn placeholder_reason(message: &str) -> Option<String> {
    let first = find_placeholders(message).into_iter().next()?;
    Some(format!("{} was left in the message", text::sanitize(&message[first])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfilled_placeholders_are_found() {
        for (text, found) in [
            ("Dear {name}, hello", "{name}"),
            ("Dear {{ first name }}!", "{{ first name }}"),
            ("Dear ${name}", "${name}"),
            ("Dear <NAME>,", "<NAME>"),
            ("Dear <first name>,", "<first name>"),
            ("Dear [name], TODO", "[name]"),
            ("Dear [Your Name]", "[Your Name]"),
            ("Dear XXX,", "XXX"),
            ("until TODO", "TODO"),
        ] {
            let ranges = find_placeholders(text);
            assert_eq!(ranges.first().map(|range| &text[range.clone()]), Some(found), "{text}");
        }
    }

    #[test]
    fn ordinary_brackets_and_words_are_not_flagged() {
        for text in [
            "see [1]",
            "a <b> tag",
            "<https://x.y>",
            "[sic]",
            "xxx kisses",
            "todo list",
            "I <3 you",
            "XX",
            "(name)",
        ] {
            assert_eq!(find_placeholders(text), Vec::<Range<usize>>::new(), "{text}");
        }
    }
}
