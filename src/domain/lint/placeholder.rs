//! Finds unfilled placeholders: `{name}`, `{{first name}}`, `<NAME>`, `[name]`, `XXX`, `TODO`. Text in
//! braces always counts; text in other brackets counts only if it is typical for placeholders.

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

/// Returns the first placeholder in a text.
pub fn find_placeholder(text: &str) -> Option<&str> {
    Some(PLACEHOLDER.as_ref()?.find(text)?.as_str())
}

/// Returns the first placeholder of a message as a fragment without trailing period. Sanitized.
pub fn placeholder_reason(message: &str) -> Option<String> {
    Some(format!("{} was left in the message", text::sanitize(find_placeholder(message)?)))
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
            assert_eq!(find_placeholder(text), Some(found), "{text}");
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
            assert_eq!(find_placeholder(text), None, "{text}");
        }
    }
}
