//! Deserializes TOML, keeps the lines, and explains errors with the line, the name and what is expected.
//! The error of an unknown setting suggests a similar name.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use toml::de::{DeString, DeTable, DeValue};

use crate::domain::text::sanitize;

/// A value and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The parsed value.
    pub value: T,
    /// Line number; the first line is 1.
    pub line: usize,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    /// Takes the line from the span, where `TomlText` stores it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Spanned<T>, D::Error> {
        let found = toml::Spanned::<T>::deserialize(deserializer)?;
        Ok(Spanned { line: found.span().start, value: found.into_inner() })
    }
}

/// Deserializes an integer from `MIN` to `MAX`.
pub(super) fn number<'de, D: Deserializer<'de>, const MIN: usize, const MAX: usize>(
    deserializer: D,
) -> Result<Option<Spanned<usize>>, D::Error> {
    let Spanned { value, line } = Spanned::<i64>::deserialize(deserializer)?;
    match usize::try_from(value).ok().filter(|value| (MIN..=MAX).contains(value)) {
        Some(value) => Ok(Some(Spanned { value, line })),
        None => Err(D::Error::custom(format!("must be {MIN} to {MAX}, not {value}"))),
    }
}

/// Deserializes a program and its arguments.
pub(super) fn command<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Spanned<Vec<String>>>, D::Error> {
    let found = Spanned::<Vec<String>>::deserialize(deserializer)?;
    match found.value.first().is_none_or(String::is_empty) {
        true => Err(D::Error::custom("must contain a program")),
        false => Ok(Some(found)),
    }
}

/// A parsed file. Each value's span is its line and the offset of its end.
pub(super) struct TomlText<'a> {
    text: &'a str,
    table: DeTable<'a>,
    /// Settings that only the top of the file can have.
    top_level_only: &'a [&'a str],
}

impl<'a> TomlText<'a> {
    /// Parses a file. The error has the line.
    pub(super) fn parse(text: &'a str, top_level_only: &'a [&'a str]) -> Result<TomlText<'a>, String> {
        let table = DeTable::parse(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let mut table = table.into_inner();
        number_lines(text, &mut table);
        Ok(TomlText { text, table, top_level_only })
    }

    /// Deserializes the file without the settings in `skipped`. Adds each error, and leaves out its setting.
    pub(super) fn read<T: DeserializeOwned + Default>(
        &self,
        skipped: &[&str],
        errors: &mut Vec<String>,
    ) -> T {
        let mut table = self.table.clone();
        skipped.iter().for_each(|name| drop(table.remove(*name)));
        loop {
            let whole = toml::Spanned::new(0..0, table.clone());
            let error = match T::deserialize(toml::Deserializer::from(whole)) {
                Ok(value) => return value,
                Err(error) => error,
            };
            errors.push(self.explain(&error));
            if !error.span().is_some_and(|span| remove_setting(&mut table, span.end)) {
                return T::default();
            }
        }
    }

    /// Adds two errors that serde accepts: empty texts, and lists in place of profiles.
    pub(super) fn check(&self, errors: &mut Vec<String>) {
        self.check_table(&self.table, "", errors);
    }

    fn check_table(&self, table: &DeTable<'_>, path: &str, errors: &mut Vec<String>) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("filters" | "templates", DeValue::Table(_)) if path != "profiles." => {}
                (name, DeValue::Table(inner)) => self.check_table(inner, &format!("{path}{name}."), errors),
                (_, DeValue::Array(_)) if path == "profiles." => {
                    errors.push(self.error(path, key, "must be a table, not a list"));
                }
                (_, DeValue::String(text)) if text.trim().is_empty() => {
                    errors.push(self.error(path, key, "is empty; remove the line"));
                }
                _ => {}
            }
        }
    }

    /// Returns the error with the line and the name of its setting.
    fn explain(&self, error: &toml::de::Error) -> String {
        // Serde's messages quote values, which may be secrets; only the setting and the types are shown.
        let message = error.message();
        let setting = error.span().and_then(|span| find_setting(&self.table, "", span.end));
        let Some((path, key, value)) = setting else {
            return "a setting has the wrong type".to_owned();
        };
        match message.rsplit_once(", expected ") {
            Some((reason, known)) if reason.starts_with("unknown field") => {
                self.explain_unknown(&path, key, known)
            }
            Some((_, expected)) => {
                let (expected, given) = (expected_text(&path, key.get_ref(), expected), type_name(value));
                self.error(&path, key, &format!("must be {expected}, not {given}"))
            }
            None if message.starts_with("must ") => self.error(&path, key, message),
            None => self.error(&path, key, "has an invalid value"),
        }
    }

    /// Explains an unknown setting. `known`: serde's list of settings, each between backticks.
    fn explain_unknown(&self, path: &str, key: &toml::Spanned<DeString<'_>>, known: &str) -> String {
        let (name, line) = (key.get_ref().as_ref(), line_number(self.text, key.span().start));
        let top_level = self.top_level_only.iter().copied();
        if name != "profiles" && self.top_level_only.contains(&name) {
            return format!("line {line}: {name} is for all profiles: write it above the first [ ]");
        }
        let known = known.split('`').skip(1).step_by(2).chain(top_level.filter(|_| path.is_empty()));
        let guess = did_you_mean(name, known);
        let guess = guess.map(|guess| format!("; did you mean {guess}?")).unwrap_or_default();
        format!("line {line}: unknown setting {}{}{guess}", sanitize(name), table_suffix(path))
    }

    fn error(&self, path: &str, key: &toml::Spanned<DeString<'_>>, reason: &str) -> String {
        let (line, name) = (line_number(self.text, key.span().start), sanitize(key.get_ref()));
        format!("line {line}: {name}{} {reason}", table_suffix(path))
    }
}

/// Replaces the start of each value's span by its line.
fn number_lines(text: &str, table: &mut DeTable<'_>) {
    for (key, value) in table.iter_mut() {
        if let DeValue::Table(inner) = value.get_mut() {
            number_lines(text, inner);
        }
        let span = line_number(text, key.span().start)..value.span().end;
        *value = toml::Spanned::new(span, value.get_ref().clone());
    }
}

/// A setting with the path of its table, such as `profiles.acme.`.
type Setting<'t, 'a> = (String, &'t toml::Spanned<DeString<'a>>, &'t DeValue<'a>);

/// Returns the setting at this offset.
fn find_setting<'t, 'a>(table: &'t DeTable<'a>, path: &str, offset: usize) -> Option<Setting<'t, 'a>> {
    table.iter().find_map(|(key, value)| {
        let inner = value.get_ref().as_table();
        let inner = inner.and_then(|table| find_setting(table, &format!("{path}{}.", key.get_ref()), offset));
        inner.or_else(|| is_at(key, value, offset).then(|| (path.to_owned(), key, value.get_ref())))
    })
}

/// Removes the setting at this offset; returns false if there is none.
fn remove_setting(table: &mut DeTable<'_>, offset: usize) -> bool {
    let is_inside = table.iter_mut().any(|(_, value)| match value.get_mut() {
        DeValue::Table(inner) => remove_setting(inner, offset),
        _ => false,
    });
    let found = || table.iter().find(|(key, value)| is_at(key, value, offset)).map(|(key, _)| key.clone());
    is_inside || found().is_some_and(|key| table.remove(key.get_ref().as_ref()).is_some())
}

fn is_at(key: &toml::Spanned<DeString<'_>>, value: &toml::Spanned<DeValue<'_>>, offset: usize) -> bool {
    (key.span().start..=value.span().end).contains(&offset)
}

/// Returns ` in [profiles.acme]`, or nothing at the top.
fn table_suffix(path: &str) -> String {
    path.strip_suffix('.').map(|path| format!(" in [{}]", sanitize(path))).unwrap_or_default()
}

/// Returns the user's words for what serde expects.
fn expected_text(path: &str, name: &str, expected: &str) -> &'static str {
    match (name, expected) {
        _ if path == "profiles." => "a table",
        ("allowed_domains", _) => "a list of texts, such as [\"one\", \"two\"]",
        ("token_command" | "client_secret_command", _) => {
            "a program and its arguments, such as [\"pass\", \"show\", \"acme\"]"
        }
        (_, "a boolean") => "true or false",
        (_, "i64") => "a whole number",
        (_, "a map") => "a table: write its name in [ ]",
        _ => "a text in quotes",
    }
}

/// Returns the known name that is most similar to an unknown one.
pub(super) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.map(|known| (strsim::damerau_levenshtein(name, known), known));
    let similar = distances
        .filter(|(distance, known)| *distance <= (known.len() / 3).max(2) && *distance < known.len());
    similar.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

fn line_number(text: &str, index: usize) -> usize {
    text.get(..index).unwrap_or_default().matches('\n').count() + 1
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
