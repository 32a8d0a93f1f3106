//! `config.toml`: read strictly, so that a misspelt entry is an error with its line and not a surprise.
//! `assets/config.toml` is the commented sample; a test reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::domain::query::Names;
use crate::domain::text::visible;

/// What can stand in the file. Every entry may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The server's address.
    pub url: Option<String>,
    /// The path of the API below the address; by default the documented one, and the older one if that fails.
    pub base_path: Option<String>,
    /// Where the token lies. `~/` at its start is the home folder.
    pub token_file: Option<PathBuf>,
    /// For how many seconds a confirmed deletion can be taken back; 0 to 60.
    pub hold_seconds: Option<u8>,
    /// Every how many minutes the list is read again by itself, 1 to 60; 0, as by default, never.
    pub refresh_minutes: Option<u8>,
    /// Whether the mouse is used: the wheel and a click. The terminal's own selection then needs Shift.
    pub mouse: Option<bool>,
    /// Whether the lists that were read are kept, for telling what changed and for reading without a server.
    pub cache: Option<bool>,
    /// How it looks: the name of a theme, or a file that says it.
    pub theme: Option<String>,
    /// The domains that lists may invite, `.acme.com` for the subdomains of one; by default all.
    pub allowed_domains: Option<Vec<String>>,
    /// Filters by their names, as they are written.
    #[serde(default)]
    filters: BTreeMap<String, Spanned<String>>,
    /// Messages by their names, with placeholders for the columns of a list.
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
    /// The same as the filters, understood.
    #[serde(skip)]
    pub names: Names,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is there, but cannot be read.
    #[error("{} cannot be read: {cause}. Mend its permissions, or name another file with --config", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It says something that is not understood.
    #[error("{} is not understood:\n{cause}", path.display())]
    NotUnderstood {
        /// Which file.
        path: PathBuf,
        /// Where in it, and what was expected.
        cause: String,
    },
}

/// Reads a file that was named, or the one at the usual place if there is one.
pub fn read(path: &Path, named: bool) -> Result<ConfigFile, FileError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && !named => {
            return Ok(ConfigFile::default());
        }
        Err(cause) => return Err(FileError::Unreadable { path: path.to_owned(), cause }),
    };
    parse(&text).map_err(|cause| FileError::NotUnderstood { path: path.to_owned(), cause })
}

/// Reads the text of a file.
pub fn parse(text: &str) -> Result<ConfigFile, String> {
    let mut file: ConfigFile =
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    if let Some(seconds) = file.hold_seconds.filter(|seconds| *seconds > 60) {
        return Err(format!("hold_seconds is {seconds}; it can be 0 to 60"));
    }
    if let Some(minutes) = file.refresh_minutes.filter(|minutes| *minutes > 60) {
        return Err(format!("refresh_minutes is {minutes}; it can be 1 to 60, or 0 for never"));
    }
    if let Some(domain) = file.allowed_domains.iter().flatten().find(|domain| !is_domain(domain)) {
        return Err(format!(
            "allowed_domains has {:?} in it; write acme.com, or .acme.com for its subdomains",
            visible(domain)
        ));
    }
    file.names = names(&file.filters, text)?;
    Ok(file)
}

/// Whether mail could go there: an entry that fits no address would refuse everybody.
fn is_domain(text: &str) -> bool {
    let name = text.strip_prefix('.').unwrap_or(text);
    !name.is_empty()
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains(|c: char| c == '@' || c == '*' || c.is_whitespace() || c.is_control())
}

fn names(filters: &BTreeMap<String, Spanned<String>>, text: &str) -> Result<Names, String> {
    Names::new(filters.iter().map(|(name, filter)| (name.as_str(), filter.get_ref().as_str()))).map_err(
        |not| {
            let start = filters.get(&not.name).map_or(0, |filter| filter.span().start);
            let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
            let (name, sentence) = (visible(&not.name), visible(&not.sentence));
            format!("line {line}: the filter {name}: {sentence}")
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_read_and_sets_nothing() {
        let sample = include_str!("../../assets/config.toml");
        assert_eq!(parse(sample).expect("the sample is good"), ConfigFile::default());
        let entries: String = sample
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = ") || line.starts_with('['))
            .map(|line| format!("{line}\n"))
            .collect();
        let all = parse(&entries).expect("each entry of the sample is good");
        assert!(all.url.is_some() && all.base_path.is_some() && all.token_file.is_some());
        assert!(
            all.cache.is_some()
                && all.hold_seconds.is_some()
                && all.refresh_minutes.is_some()
                && all.theme.is_some()
                && all.allowed_domains.is_some()
        );
        assert!(all.templates.contains_key("welcome"));
        assert!(all.names.iter().any(|(name, _)| name == "partners"));
    }

    #[test]
    fn a_named_filter_that_is_none_is_an_error_with_its_line_and_what_was_meant() {
        for (entry, sentence) in [
            (
                "old = \"exp<x\"",
                "line 3: the filter old: exp<x is not understood: exp<48h or exp>7d, with m, h, d or w for the unit.",
            ),
            (
                "\"a b\" = \"x\"",
                "line 3: the filter a b: a name has letters, digits, - and _ in it, and nothing else",
            ),
            ("all = \" \"", "line 3: the filter all: it is empty, and would let every row through"),
        ] {
            assert_eq!(
                parse(&format!("[filters]\ngood = \"#soon\"\n{entry}\n")).expect_err("refused"),
                sentence
            );
        }
        assert!(parse("[filters]\nold = 7\n").expect_err("no text").contains("line 2"));
    }

    #[test]
    fn a_misspelt_entry_is_an_error_with_its_line() {
        let error = parse("url = \"https://x\"\nhold_secs = 3\n").expect_err("unknown");
        assert!(error.contains("line 2") && error.contains("hold_secs"), "{error}");
    }

    #[test]
    fn a_hold_out_of_bounds_or_a_wrong_type_is_an_error() {
        assert_eq!(
            parse("hold_seconds = 90").expect_err("too long"),
            "hold_seconds is 90; it can be 0 to 60"
        );
        assert_eq!(
            parse("refresh_minutes = 61").expect_err("too rare"),
            "refresh_minutes is 61; it can be 1 to 60, or 0 for never"
        );
        assert!(parse("url = 7").is_err());
    }

    #[test]
    fn a_domain_that_nobody_could_be_in_is_an_error() {
        assert!(parse("allowed_domains = [\"Acme.com\", \".acme.com\"]").is_ok());
        for domain in ["@acme.com", "*.acme.com", "", ".", "acme com"] {
            let error = parse(&format!("allowed_domains = [{domain:?}]")).expect_err("refused");
            assert!(error.contains("write acme.com"), "{error}");
        }
    }

    #[test]
    fn a_file_that_was_named_has_to_be_there() {
        let nowhere = Path::new("/nonexistent/guestlist.toml");
        assert!(read(nowhere, false).is_ok());
        assert!(matches!(read(nowhere, true), Err(FileError::Unreadable { .. })));
    }
}
