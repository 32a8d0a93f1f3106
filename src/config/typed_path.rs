//! File paths as people type, paste or drop them: quoted, with escaped blanks, as a `file://` address, below `~`.

use std::path::{Path, PathBuf};

use url::Url;

use super::Environment;

/// Reads a path as it was typed, with the home folder of this process. A file that has the text as its name is meant
/// literally.
pub fn typed_path(text: &str) -> PathBuf {
    let literal = PathBuf::from(text);
    if literal.symlink_metadata().is_ok() {
        return literal;
    }
    parse(text, Environment::read().home.as_deref())
}

/// For clap: [`typed_path`] with the signature of a value parser.
///
/// # Errors
/// None: every text is a path.
pub fn typed_path_arg(text: &str) -> Result<PathBuf, std::convert::Infallible> {
    Ok(typed_path(text))
}

fn parse(text: &str, home: Option<&Path>) -> PathBuf {
    let text = text.trim();
    if let Some(path) = Url::parse(text).ok().filter(|url| url.scheme() == "file").and_then(to_file) {
        return path;
    }
    let path = match unquoted(text) {
        Some(inside) => inside.to_owned(),
        None if cfg!(unix) => unescaped(text),
        None => text.to_owned(),
    };
    match (path.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(path),
    }
}

/// What a `file:` address names on this machine; a host other than this one is none of ours.
fn to_file(url: Url) -> Option<PathBuf> {
    url.to_file_path().ok()
}

/// What is between quotes that begin and end a text.
fn unquoted(text: &str) -> Option<&str> {
    ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// Without the backslashes that terminals put before blanks and brackets of a dropped file.
fn unescaped(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        path.push(if c == '\\' { rest.next().unwrap_or(c) } else { c });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn typed_path_in_each_form_is_the_file_that_is_meant() {
        for (typed, meant) in [
            ("list.csv", "list.csv"),
            ("  /tmp/list.csv ", "/tmp/list.csv"),
            ("'/tmp/my list.csv'", "/tmp/my list.csv"),
            ("\"/tmp/my list.csv\"", "/tmp/my list.csv"),
            (r"/tmp/my\ list\ \(1\).csv", "/tmp/my list (1).csv"),
            ("file:///tmp/my%20list.csv", "/tmp/my list.csv"),
            ("file://localhost/tmp/list.csv", "/tmp/list.csv"),
            ("~/list.csv", "/home/ann/list.csv"),
            ("~", "/home/ann"),
            ("'~/my list.csv'", "/home/ann/my list.csv"),
            ("~bob/list.csv", "~bob/list.csv"),
            ("it's.csv", "it's.csv"),
            ("-", "-"),
        ] {
            assert_eq!(parse(typed, Some(Path::new("/home/ann"))), PathBuf::from(meant), "{typed}");
        }
        assert_eq!(parse("~/list.csv", None), PathBuf::from("~/list.csv"), "without a home it stays");
    }
}
