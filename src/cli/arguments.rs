//! The arguments before clap parses them: joins `--json FIELDS`, and finds the options that also apply to usage errors.

use std::ffi::OsString;

use clap::ValueEnum as _;
use clap::error::{ContextKind, ContextValue};

use super::kinds;
use super::output::ColorChoice;

/// The arguments of this process.
#[derive(Debug)]
pub(super) struct Arguments {
    /// Arguments for clap.
    pub(super) words: Vec<OsString>,
    pub(super) color: Option<ColorChoice>,
    /// True if the results are JSON. Errors are then JSON too.
    pub(super) is_json: bool,
}

impl Arguments {
    /// Reads the arguments. Joins `--json` and a list of field names to `--json=FIELDS`: clap alone would
    /// also take an ID that follows `--json`.
    pub(super) fn new(arguments: impl IntoIterator<Item = OsString>) -> Arguments {
        let mut read = Arguments { words: Vec::new(), color: None, is_json: false };
        let mut arguments = arguments.into_iter().peekable();
        while let Some(word) = arguments.next() {
            let text = word.to_string_lossy().into_owned();
            let next = arguments.peek().map(|next| next.to_string_lossy().into_owned());
            if text == "--" {
                read.words.push(word);
                read.words.extend(arguments);
                break;
            }
            read.read_option(&text, next.as_deref());
            match next.filter(|next| text == "--json" && kinds::is_field_list(next)) {
                Some(fields) => {
                    read.words.push(format!("--json={fields}").into());
                    arguments.next();
                }
                None => read.words.push(word),
            }
        }
        read
    }

    fn read_option(&mut self, text: &str, next: Option<&str>) {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => match text.strip_prefix("-o").filter(|value| !value.is_empty()) {
                Some(value) => ("-o", Some(value)),
                None => (text, next),
            },
        };
        match (name, value) {
            ("--json" | "--jq", _) | ("-o" | "--format", Some("json" | "ndjson")) => self.is_json = true,
            ("--color", Some(value)) => self.color = ColorChoice::from_str(value, false).ok().or(self.color),
            _ => {}
        }
    }
}

/// Adds a tip to the error about a value that starts with `-`, which clap reads as an option.
pub(super) fn add_hyphen_hint(mut error: clap::Error, words: &[OsString]) -> clap::Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let is_rejected = |option: &str, value: &str| {
        option.starts_with("--")
            && !option.contains('=')
            && value.len() > 1
            && value.starts_with('-')
            && !value.starts_with("--")
            && !argument.is_empty()
            && (argument.split(' ').next() == Some(option) || value.starts_with(&argument))
    };
    let tip = if value.starts_with('-') {
        Some("use a number that is not negative".to_owned())
    } else {
        let pair = words.windows(2).find(|pair| is_rejected(&pair[0], &pair[1]));
        pair.map(|pair| format!("to pass '{}' as a value, use '{}={}'", pair[1], pair[0], pair[1]))
    };
    if let Some(tip) = tip {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Arguments {
        Arguments::new(text.split(' ').map(OsString::from))
    }

    #[test]
    fn json_takes_the_next_argument_only_if_it_names_fields() {
        for (typed, joined) in [
            ("g list --json email,expiry_time --limit 1", "g list --json=email,expiry_time --limit 1"),
            ("g delete --json jane@x.com --yes", "g delete --json jane@x.com --yes"),
            ("g delete --json email,jane --yes", "g delete --json email,jane --yes"),
            ("g list --json", "g list --json"),
            ("g list --json=email message", "g list --json=email message"),
            ("g delete -- --json email", "g delete -- --json email"),
        ] {
            let words: Vec<String> =
                read(typed).words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
            assert_eq!(words.join(" "), joined);
        }
    }

    #[test]
    fn json_and_color_are_found_in_every_spelling() {
        for text in ["g --json", "g --json=email", "g -o json", "g -ojson", "g --format=ndjson", "g --jq ."] {
            assert!(read(text).is_json, "{text}");
        }
        for text in ["g -o csv", "g -- --json", "g --message json", "g --format table"] {
            assert!(!read(text).is_json, "{text}");
        }
        assert_eq!(read("g --color always").color, Some(ColorChoice::Always));
        assert_eq!(read("g --color=never --color").color, Some(ColorChoice::Never));
        assert_eq!(read("g --color maybe").color, None);
    }
}
