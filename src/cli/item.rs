//! Items of results: values with names, the same in every format.

use std::io;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::domain::json::escape_for_terminal;

/// What the items of a command have in common.
#[derive(Debug)]
pub(super) struct ItemKind {
    /// Names of the values, in order. `docs/json-schema.json` has the same names.
    pub(super) fields: &'static [&'static str],
    /// Columns of tables and tab-separated lines.
    pub(super) columns: &'static [Column],
    /// Field that identifies an item.
    pub(super) id: &'static str,
}

/// A column of a table.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) field: &'static str,
    pub(super) header: &'static str,
    /// Minimum width, for columns whose later values are wider than the first.
    pub(super) min_width: usize,
    /// True if only `wide` has this column; tab-separated lines always have it.
    pub(super) is_wide: bool,
    /// True if this column gives way on a narrow terminal.
    pub(super) is_flexible: bool,
}

impl Column {
    /// Returns a column of the narrow table.
    pub(super) const fn new(field: &'static str, header: &'static str) -> Column {
        Column { field, header, min_width: 0, is_wide: false, is_flexible: false }
    }

    pub(super) const fn wide(self) -> Column {
        Column { is_wide: true, ..self }
    }

    pub(super) const fn flexible(self) -> Column {
        Column { is_flexible: true, ..self }
    }

    pub(super) const fn min_width(self, min_width: usize) -> Column {
        Column { min_width, ..self }
    }
}

/// One result. Texts are raw; each format escapes them.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    values: Vec<(&'static str, Value)>,
    /// Shorter texts for people, such as "5 h" for a time; only for a table on a terminal.
    short_texts: Vec<(&'static str, String)>,
    /// Parameter of the escape sequence that colors the row.
    pub(super) color: Option<&'static str>,
}

impl Item {
    /// Returns an item with these values, in the order of the kind's fields. A missing value is `null`.
    pub(super) fn new<const N: usize>(values: [(&'static str, Value); N]) -> Item {
        Item { values: values.into(), ..Item::default() }
    }

    /// Sets the text of a field for a table on a terminal.
    pub(super) fn with_short_text(mut self, field: &'static str, text: String) -> Item {
        self.short_texts.push((field, text));
        self
    }

    /// Returns the value of a field.
    pub(super) fn value(&self, field: &str) -> &Value {
        self.values.iter().find(|(name, _)| *name == field).map_or(&Value::Null, |(_, value)| value)
    }

    /// Returns the value of a field as text. `null` is an empty text.
    pub(super) fn text(&self, field: &str) -> String {
        match self.value(field) {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        }
    }

    /// Returns the text of a field for a table on a terminal.
    pub(super) fn short_text(&self, field: &str) -> String {
        let short = self.short_texts.iter().find(|(name, _)| *name == field);
        short.map_or_else(|| self.text(field), |(_, text)| text.clone())
    }

    /// Returns the names and values, in order.
    pub(super) fn values(&self) -> &[(&'static str, Value)] {
        &self.values
    }

    /// Returns one JSON object with these fields, in this order.
    ///
    /// # Errors
    /// None in practice: the text is in memory.
    pub(super) fn to_json(&self, fields: &[&str]) -> io::Result<String> {
        Ok(escape_for_terminal(&serde_json::to_string(&Selection { item: self, fields })?))
    }
}

/// Some fields of an item.
struct Selection<'a> {
    item: &'a Item,
    fields: &'a [&'a str],
}

impl Serialize for Selection<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|field| (field, self.item.value(field))))
    }
}
