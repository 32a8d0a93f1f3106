//! Message templates with `{placeholders}`, filled from the columns of a list.
//! `{name|there}` has a fallback. A message that is too long or has an unfilled placeholder becomes an error
//! with the reason, not a draft.

use super::{ImportEntry, ImportList};
use crate::domain::lint::placeholder;
use crate::domain::{Draft, limits, text};

/// Why an entry's message cannot be sent. Its text is a fragment without trailing period, sanitized.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Placeholders without a value in this entry.
    #[error("{}", missing_value_text(.0))]
    MissingValue(Vec<String>),
    /// Placeholder in the message that no column can fill: `<NAME>`, `{{name}}`, `TODO`.
    #[error("{} is left in the message", text::sanitize(.0))]
    UnknownPlaceholder(String),
    /// The message is longer than the server's limit. Contains its length in code points.
    #[error("the message has {0} characters (max. {max})", max = limits::MAX_MESSAGE_CHARS)]
    TooLong(usize),
}

fn missing_value_text(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{{{}}}", text::sanitize(name))).collect();
    let first = names.first().map_or("", |name| name.trim_matches(['{', '}']));
    format!("no value for {} (add a fallback: {{{first}|there}})", names.join(", "))
}

enum Part {
    Text(String),
    /// A placeholder's name, and its fallback for entries without a value: `{name|there}`.
    Placeholder(String, Option<String>),
}

/// A message for many people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(String);

impl Template {
    /// Accepts any text. Errors appear when the template is filled.
    pub fn new(text: impl Into<String>) -> Template {
        Template(text.into())
    }

    /// Returns why the template is wrong for every entry: a fragment such as "a { is not closed".
    pub fn error_reason(&self) -> Option<String> {
        self.split_parts().into_iter().find_map(|part| match part {
            Part::Placeholder(..) => None,
            Part::Text(text) => match placeholder::find_placeholder(&text) {
                Some(placeholder) => Some(format!("{} matches no column", text::sanitize(placeholder))),
                None => text.contains('{').then(|| "a { is not closed".to_owned()),
            },
        })
    }

    /// Returns the message of an entry with missing values left as placeholders.
    pub fn preview(&self, list: &ImportList, entry: &ImportEntry) -> String {
        self.fill(list, entry).0
    }

    /// Returns the draft of an entry. Fails if a placeholder has no value or the message is too long.
    pub fn draft(&self, list: &ImportList, entry: &ImportEntry) -> Result<Draft, TemplateError> {
        for part in self.split_parts() {
            let Part::Text(text) = part else { continue };
            if let Some(placeholder) = placeholder::find_placeholder(&text) {
                return Err(TemplateError::UnknownPlaceholder(placeholder.to_owned()));
            }
        }
        let (message, missing) = self.fill(list, entry);
        if !missing.is_empty() {
            return Err(TemplateError::MissingValue(missing));
        }
        match message.chars().count() {
            length if length > limits::MAX_MESSAGE_CHARS => Err(TemplateError::TooLong(length)),
            _ => Ok(Draft { email: entry.email.trim().to_owned(), message }),
        }
    }

    fn fill(&self, list: &ImportList, entry: &ImportEntry) -> (String, Vec<String>) {
        let (mut message, mut missing) = (String::new(), Vec::new());
        for part in self.split_parts() {
            match part {
                Part::Text(text) => message.push_str(&text),
                Part::Placeholder(name, fallback) => match list.resolve(entry, &name).or(fallback) {
                    Some(value) => message.push_str(&value),
                    None => {
                        message.push_str(&format!("{{{name}}}"));
                        missing.push(name);
                    }
                },
            }
        }
        (message, missing)
    }

    /// Splits the template into text and placeholders. `{name}` is a placeholder; `{{name}}` and a single
    /// brace are text.
    fn split_parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut rest = self.0.as_str();
        let mut text = String::new();
        while let Some(at) = rest.find('{') {
            let inner = &rest[at + 1..];
            let end = inner.find(['{', '}']).filter(|end| *end > 0 && inner[*end..].starts_with('}'));
            match end {
                Some(end) if !text.ends_with('{') || at > 0 => {
                    text.push_str(&rest[..at]);
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    let (name, fallback) = match inner[..end].split_once('|') {
                        Some((name, fallback)) => (name, Some(fallback.trim().to_owned())),
                        None => (&inner[..end], None),
                    };
                    parts.push(Part::Placeholder(name.trim().to_owned(), fallback));
                    rest = &inner[end + 1..];
                }
                _ => {
                    text.push_str(&rest[..=at]);
                    rest = inner;
                }
            }
        }
        text.push_str(rest);
        parts.push(Part::Text(text));
        parts
    }
}

#[cfg(test)]
impl Template {
    /// Returns the names of the template's placeholders, in order, without duplicates.
    pub(super) fn placeholders(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for part in self.split_parts() {
            match part {
                Part::Placeholder(name, _) if !names.contains(&name) => names.push(name),
                _ => {}
            }
        }
        names
    }
}
