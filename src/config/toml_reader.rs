//! Reads a TOML table setting by setting, checks the types and keeps the lines.
//! A setting that remains at the end is unknown, and the error suggests a similar name.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use crate::domain::text::sanitize;

/// A value and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The parsed value.
    pub value: T,
    /// Starts at 1.
    pub line: usize,
}

/// A table whose settings are read one by one.
pub(super) struct TableReader<'a> {
    text: &'a str,
    /// ` in [profiles.acme]`, or empty at the top; suffix of errors.
    path: String,
    remaining: Vec<(String, usize, DeValue<'a>)>,
    known_names: Vec<&'static str>,
}

impl<'a> TableReader<'a> {
    /// Parses a file. The error has the line.
    pub(super) fn parse(text: &'a str) -> Result<TableReader<'a>, String> {
        let table = DeTable::parse(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        Ok(TableReader::new(text, String::new(), table.into_inner()))
    }

    fn new(text: &'a str, path: String, table: DeTable<'a>) -> TableReader<'a> {
        let remaining = table.into_iter().map(|(key, value)| {
            let line = line_number(text, key.span().start);
            (key.into_inner().into_owned(), line, value.into_inner())
        });
        TableReader { text, path, remaining: remaining.collect(), known_names: Vec::new() }
    }

    fn take(&mut self, name: &'static str) -> Option<(usize, DeValue<'a>)> {
        self.known_names.push(name);
        let index = self.remaining.iter().position(|(key, ..)| key == name)?;
        let (_, line, value) = self.remaining.remove(index);
        Some((line, value))
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        convert: impl FnOnce(DeValue<'a>) -> Option<T>,
    ) -> Result<Option<Spanned<T>>, String> {
        let Some((line, value)) = self.take(name) else { return Ok(None) };
        let given = type_name(&value);
        match convert(value) {
            Some(value) => Ok(Some(Spanned { value, line })),
            None => Err(format!("line {line}: {name}{} must be {expected}, not {given}", self.path)),
        }
    }

    /// Reads a text that is not empty.
    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<Spanned<String>>, String> {
        let text = self.read(name, "a text in quotes", |value| value.as_str().map(str::to_owned))?;
        match text {
            Some(Spanned { value, line }) if value.trim().is_empty() => {
                Err(format!("line {line}: {name}{} is empty; remove the line", self.path))
            }
            text => Ok(text),
        }
    }

    /// Reads a boolean.
    pub(super) fn flag(&mut self, name: &'static str) -> Result<Option<Spanned<bool>>, String> {
        self.read(name, "true or false", |value| value.as_bool())
    }

    /// Reads an integer within these bounds.
    pub(super) fn number(
        &mut self,
        name: &'static str,
        min: usize,
        max: usize,
    ) -> Result<Option<Spanned<usize>>, String> {
        let number = self.read(name, "a whole number", |value| {
            let number = value.as_integer()?;
            i64::from_str_radix(number.as_str(), number.radix()).ok()
        })?;
        let Some(Spanned { value, line }) = number else { return Ok(None) };
        match usize::try_from(value).ok().filter(|value| (min..=max).contains(value)) {
            Some(value) => Ok(Some(Spanned { value, line })),
            None => Err(format!("line {line}: {name}{} must be {min} to {max}, not {value}", self.path)),
        }
    }

    /// Reads a list of texts.
    pub(super) fn texts(&mut self, name: &'static str) -> Result<Option<Spanned<Vec<String>>>, String> {
        self.read(name, "a list of texts, such as [\"one\", \"two\"]", |value| {
            let texts = value.as_array()?.iter().map(|text| text.get_ref().as_str().map(str::to_owned));
            texts.collect()
        })
    }

    /// Reads a program and its arguments.
    pub(super) fn command(&mut self, name: &'static str) -> Result<Option<Spanned<Vec<String>>>, String> {
        let expected = "a program and its arguments, such as [\"pass\", \"show\", \"acme\"]";
        let command: Option<Spanned<Vec<String>>> = self.read(name, expected, |value| {
            value.as_array()?.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect()
        })?;
        match command {
            Some(Spanned { value, line }) if value.first().is_none_or(String::is_empty) => {
                Err(format!("line {line}: {name}{} must name a program", self.path))
            }
            command => Ok(command),
        }
    }

    /// Reads a table.
    pub(super) fn table(&mut self, name: &'static str) -> Result<Option<TableReader<'a>>, String> {
        let (text, path) = (self.text, self.path.clone());
        let table = self.read(name, "a table: write its name in [ ]", |value| match value {
            DeValue::Table(table) => Some(table),
            _ => None,
        })?;
        let table_path = match path.strip_prefix(" in [").and_then(|path| path.strip_suffix(']')) {
            Some(parent) => format!(" in [{parent}.{name}]"),
            None => format!(" in [{name}]"),
        };
        Ok(table.map(|table| TableReader::new(text, table_path, table.value)))
    }

    /// Returns all remaining entries, which must be texts.
    pub(super) fn into_texts(self) -> Result<BTreeMap<String, Spanned<String>>, String> {
        let path = self.path;
        let entries = self.remaining.into_iter().map(|(name, line, value)| match value.as_str() {
            Some(text) => Ok((name, Spanned { value: text.to_owned(), line })),
            None => {
                let (name, given) = (sanitize(&name), type_name(&value));
                Err(format!("line {line}: {name}{path} must be a text in quotes, not {given}"))
            }
        });
        entries.collect()
    }

    /// Returns all remaining entries, which must be tables, with their lines.
    pub(super) fn into_tables(self) -> Result<Vec<(String, usize, TableReader<'a>)>, String> {
        let (text, path) = (self.text, self.path);
        let parent = path.trim_start_matches(" in [").trim_end_matches(']').to_owned();
        let tables = self.remaining.into_iter().map(|(name, line, value)| match value {
            DeValue::Table(table) => {
                let path = format!(" in [{parent}.{}]", sanitize(&name));
                Ok((name, line, TableReader::new(text, path, table)))
            }
            value => Err(format!(
                "line {line}: {}{path} must be a table, not {}",
                sanitize(&name),
                type_name(&value)
            )),
        });
        tables.collect()
    }

    /// Fails if a setting remains. `top_level_only`: settings that only the top of the file can have.
    pub(super) fn finish(self, top_level_only: &[&str]) -> Result<(), String> {
        let Some((name, line, _)) = self.remaining.first() else { return Ok(()) };
        let (shown_name, path) = (sanitize(name), &self.path);
        if top_level_only.contains(&name.as_str()) {
            return Err(format!(
                "line {line}: {shown_name} is for all profiles: write it above the first [ ]"
            ));
        }
        let guess = did_you_mean(name, self.known_names.iter().copied());
        let guess = guess.map(|guess| format!("; did you mean {guess}?")).unwrap_or_default();
        Err(format!("line {line}: unknown setting {shown_name}{path}{guess}"))
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
