//! Edits the text of `config.toml`. Changes only the lines of one setting: comments and order stay.
//! Pure. [`ConfigText::new_text`] refuses a text with mistakes, so that no edit breaks the file.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::config_file;
use super::provenance::{describe_command, hide_password};

/// Settings of a token source.
const SOURCE_SETTINGS: [&str; 7] = [
    "token_file",
    "token_env",
    "token_command",
    "client_id",
    "client_secret_env",
    "client_secret_file",
    "client_secret_command",
];

/// Settings that `guestlist login` writes into a profile.
const LOGIN_SETTINGS: [&str; 4] = ["url", "token_file", "client_id", "client_secret_file"];

/// A text that is being edited.
#[derive(Debug, Clone)]
pub struct ConfigText(String);

impl ConfigText {
    /// Starts with the text of a file.
    pub fn new(text: impl Into<String>) -> ConfigText {
        ConfigText(text.into())
    }

    /// Sets a setting to a value in TOML syntax. `path` has its tables, as in `["profiles", "acme", "url"]`.
    /// A new setting at the top follows its commented example, if the file has one.
    ///
    /// # Errors
    /// The text is not TOML, or its table has no lines of its own.
    pub fn set(&mut self, path: &[&str], value: &str) -> Result<(), String> {
        let Some((name, tables)) = path.split_last() else { return Ok(()) };
        if let Some(found) = self.find(path)? {
            self.0.replace_range(found.value, value);
            return Ok(());
        }
        let line = format!("{} = {value}\n", quote_key(name));
        let before = self.0.clone();
        for at in self.places_for(name, tables)? {
            self.0 = before.clone();
            self.insert_line(at, &line);
            if self.find(path).is_ok_and(|found| found.is_some_and(|found| self.0[found.value] == *value)) {
                return Ok(());
            }
        }
        self.0 = before;
        let header: Vec<String> = tables.iter().map(|table| quote_key(table)).collect();
        let gap = if self.0.trim().is_empty() { "" } else { "\n" };
        self.insert_line(self.0.len(), &format!("{gap}[{}]\n{line}", header.join(".")));
        self.find(path).map(drop)
    }

    /// Removes the lines of a setting. Does nothing if it is not set.
    ///
    /// # Errors
    /// The text is not TOML.
    pub fn remove(&mut self, path: &[&str]) -> Result<(), String> {
        if let Some(found) = self.find(path)? {
            let lines = self.whole_lines(found.key.start..found.value.end);
            self.0.replace_range(lines, "");
        }
        Ok(())
    }

    /// Sets the server URL and the token source of a profile. Removes its previous source.
    ///
    /// # Errors
    /// The text is not TOML, or the profile has no lines of its own.
    pub fn set_login(&mut self, profile: &str, url: &str, source: &[(&str, &str)]) -> Result<(), String> {
        for name in SOURCE_SETTINGS.iter().filter(|name| !source.iter().any(|(new, _)| new == *name)) {
            self.remove(&["profiles", profile, name])?;
        }
        for (name, value) in [("url", url)].iter().chain(source) {
            self.set(&["profiles", profile, name], &quote_text(value))?;
        }
        Ok(())
    }

    /// Removes the token source of a profile. Removes the profile if nothing but its server URL is left, and
    /// then the setting that makes it the default. Returns true if the profile was removed.
    ///
    /// # Errors
    /// The text is not TOML.
    pub fn remove_login(&mut self, profile: &str) -> Result<bool, String> {
        let path = ["profiles", profile];
        let Some(found) = self.find(&path)? else { return Ok(false) };
        let is_whole = found.names.iter().all(|name| LOGIN_SETTINGS.contains(&name.as_str()));
        if !is_whole || !self.0[found.value.clone()].starts_with('[') {
            for name in SOURCE_SETTINGS {
                self.remove(&["profiles", profile, name])?;
            }
            return Ok(false);
        }
        let mut lines = self.whole_lines(found.value.start..found.content_end);
        if self.0[..lines.start].ends_with("\n\n") {
            lines.start -= 1;
        }
        self.0.replace_range(lines, "");
        let default = self.find(&["profile"])?;
        if default.is_some_and(|found| self.0[found.value] == quote_text(profile)) {
            self.remove(&["profile"])?;
        }
        Ok(true)
    }

    /// Returns a value without quotes and secrets; `None` if the setting is not set.
    ///
    /// # Errors
    /// The text is not TOML.
    pub fn get(&self, path: &[&str]) -> Result<Option<String>, String> {
        let Some(found) = self.find(path)? else { return Ok(None) };
        let written = &self.0[found.value];
        Ok(Some(match parse_value(written) {
            Some(toml::Value::String(text)) if path.last() == Some(&"proxy") => hide_password(&text),
            Some(toml::Value::String(text)) => text,
            Some(toml::Value::Array(list)) if path.last().is_some_and(|name| name.ends_with("_command")) => {
                describe_command(
                    &list.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect::<Vec<_>>(),
                )
            }
            _ => written.to_owned(),
        }))
    }

    /// Returns the edited text.
    ///
    /// # Errors
    /// The text has mistakes: a line for each.
    pub fn new_text(&self) -> Result<&str, String> {
        config_file::parse(&self.0).map(|_| self.0.as_str())
    }

    fn find(&self, path: &[&str]) -> Result<Option<Found>, String> {
        let table = DeTable::parse(&self.0).map_err(|error| error.to_string().trim_end().to_owned())?;
        Ok(find_in(table.get_ref(), path))
    }

    /// Returns where a line for a new setting of a table may be inserted, the best place first.
    fn places_for(&self, name: &str, tables: &[&str]) -> Result<Vec<usize>, String> {
        if !tables.is_empty() {
            let table = self.find(tables)?.filter(|found| self.0[found.value.clone()].starts_with('['));
            return Ok(table.map(|found| found.content_end).into_iter().collect());
        }
        let table = DeTable::parse(&self.0).map_err(|error| error.to_string().trim_end().to_owned())?;
        let last = plain_values(table.get_ref()).map(|(_, value)| value.end).max();
        let is_empty = table.get_ref().is_empty();
        let fallback = last.unwrap_or(if is_empty { self.0.len() } else { 0 });
        Ok(self.commented_example(name).into_iter().chain([fallback]).collect())
    }

    /// Returns the end of the line `# name = …` above the first table.
    fn commented_example(&self, name: &str) -> Option<usize> {
        let mut end = 0;
        for line in self.0.split_inclusive('\n').take_while(|line| !line.starts_with('[')) {
            end += line.len();
            let example = line.strip_prefix('#').and_then(|rest| rest.trim_start().strip_prefix(name));
            if example.is_some_and(|rest| rest.trim_start().starts_with('=')) {
                return Some(end - 1);
            }
        }
        None
    }

    /// Inserts a line behind the line at this offset; at 0 in front of the first line.
    fn insert_line(&mut self, at: usize, line: &str) {
        if !self.0.is_empty() && !self.0.ends_with('\n') {
            self.0.push('\n');
        }
        let at = if at == 0 { 0 } else { self.whole_lines(at - 1..at).end };
        self.0.insert_str(at, line);
    }

    /// Extends a range to whole lines, with the last line end.
    fn whole_lines(&self, range: Range<usize>) -> Range<usize> {
        let start = self.0[..range.start].rfind('\n').map_or(0, |at| at + 1);
        // A range that ends behind a line end has its whole line already.
        let end = range.end.saturating_sub(1).max(range.start);
        let end = self.0[end..].find('\n').map_or(self.0.len(), |at| end + at + 1);
        start..end
    }
}

/// A setting or table of the text.
struct Found {
    key: Range<usize>,
    /// The value, or the header of a table.
    value: Range<usize>,
    /// Names in a table.
    names: Vec<String>,
    /// End of the last value of a table, or of its header.
    content_end: usize,
}

fn find_in(table: &DeTable<'_>, path: &[&str]) -> Option<Found> {
    let (first, rest) = path.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
    let inner = value.get_ref().as_table();
    if !rest.is_empty() {
        return find_in(inner?, rest);
    }
    let ends = inner.into_iter().flat_map(plain_values).map(|(_, value)| value.end);
    Some(Found {
        key: key.span(),
        value: value.span(),
        names: inner
            .into_iter()
            .flat_map(|table| table.keys())
            .map(|key| key.get_ref().to_string())
            .collect(),
        content_end: ends.chain([value.span().end]).max().unwrap_or_default(),
    })
}

/// Returns the settings of a table that are not tables.
fn plain_values<'t>(table: &'t DeTable<'_>) -> impl Iterator<Item = (&'t str, Range<usize>)> {
    let plain = table.iter().filter(|(_, value)| !matches!(value.get_ref(), DeValue::Table(_)));
    plain.map(|(key, value)| (key.get_ref().as_ref(), value.span()))
}

/// Writes a text as a TOML value.
pub fn quote_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Returns the text if it is a value in TOML: a number, true, false, a list or a text in quotes.
pub fn parse_literal(text: &str) -> Option<String> {
    let is_literal = |value: &toml::Value| !value.is_table() && !value.is_datetime();
    parse_value(text).filter(is_literal).map(|_| text.trim().to_owned())
}

fn parse_value(text: &str) -> Option<toml::Value> {
    let mut table: toml::Table = toml::from_str(&format!("value = {text}\n")).ok()?;
    let value = table.remove("value");
    value.filter(|_| table.is_empty())
}

fn quote_key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_bare { name.to_owned() } else { quote_text(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edit: impl FnOnce(&mut ConfigText) -> Result<(), String>) -> String {
        let mut config = ConfigText::new(text);
        edit(&mut config).expect("edited");
        config.new_text().expect("valid").to_owned()
    }

    #[test]
    fn set_changes_only_its_own_line() {
        for (text, path, value, expected) in [
            ("", &["mouse"][..], "true", "mouse = true\n"),
            ("# a\nmouse = false # b\n", &["mouse"], "true", "# a\nmouse = true # b\n"),
            ("mouse = true", &["cache"], "false", "mouse = true\ncache = false\n"),
            (
                "# mouse = false\n\n# more\n[profiles.a]\n",
                &["mouse"],
                "true",
                "# mouse = false\nmouse = true\n\n# more\n[profiles.a]\n",
            ),
            ("# about a\n[profiles.a]\n", &["mouse"], "true", "mouse = true\n# about a\n[profiles.a]\n"),
            (
                "[profiles.a]\nurl = \"https://x\" # x\n\n# b\n[profiles.b]\n",
                &["profiles", "a", "badge"],
                "\"A\"",
                "[profiles.a]\nurl = \"https://x\" # x\nbadge = \"A\"\n\n# b\n[profiles.b]\n",
            ),
            (
                "[profiles.a.filters]\nx = \"@y\"\n",
                &["profiles", "a", "badge"],
                "\"A\"",
                "[profiles.a.filters]\nx = \"@y\"\n\n[profiles.a]\nbadge = \"A\"\n",
            ),
            (
                "mouse = true\n",
                &["profiles", "x.y", "badge"],
                "\"A\"",
                "mouse = true\n\n[profiles.\"x.y\"]\nbadge = \"A\"\n",
            ),
            (
                "allowed_domains = [\n  \"a.com\",\n]\n",
                &["filters", "x"],
                "\"@y\"",
                "allowed_domains = [\n  \"a.com\",\n]\n\n[filters]\nx = \"@y\"\n",
            ),
        ] {
            assert_eq!(edited(text, |config| config.set(path, value)), expected);
        }
    }

    #[test]
    fn set_follows_each_example_of_the_sample() {
        let sample = include_str!("../../assets/config.toml");
        let text = edited(sample, |config| config.set(&["undo_seconds"], "9"));
        assert!(text.contains("# undo_seconds = 5\nundo_seconds = 9\n"), "{text}");
        assert_eq!(text.replace("undo_seconds = 9\n", ""), sample);
    }

    #[test]
    fn login_and_logout_restore_the_file() {
        for text in ["", "# mine\nmouse = true # x\n", include_str!("../../assets/config.toml")] {
            let mut config = ConfigText::new(text);
            let source = [("token_file", "/t \"q\"")];
            config.set_login("acme", "https://acme.example", &source).expect("set");
            config.set(&["profile"], "\"acme\"").expect("set");
            let file = config_file::parse(config.new_text().expect("valid")).expect("valid");
            assert_eq!(file.profile.expect("a default").value, "acme");
            assert!(config.remove_login("acme").expect("removed"));
            assert_eq!(config.new_text().expect("valid").trim_end(), text.trim_end());
        }
    }

    #[test]
    fn login_replaces_the_source_and_keeps_the_rest() {
        let text =
            "[profiles.a]\n# mine\nbadge = \"A\" # red\nclient_id = \"c\"\nclient_secret_env = \"S\"\n";
        let source = [("token_file", "/t")];
        let after = edited(text, |config| config.set_login("a", "https://x", &source));
        assert_eq!(
            after,
            "[profiles.a]\n# mine\nbadge = \"A\" # red\nurl = \"https://x\"\ntoken_file = \"/t\"\n"
        );
        let after = edited(&after, |config| config.remove_login("a").map(|whole| assert!(!whole)));
        assert_eq!(after, "[profiles.a]\n# mine\nbadge = \"A\" # red\nurl = \"https://x\"\n");
    }

    #[test]
    fn table_without_lines_of_its_own_is_refused() {
        for text in ["profiles = { a = { badge = \"A\" } }\n", "profiles.a.badge = \"A\"\n"] {
            let mut config = ConfigText::new(text);
            let result = config.set(&["profiles", "a", "color"], "\"red\"");
            assert!(result.is_err() || config.new_text().is_err(), "{config:?}");
        }
    }
}
