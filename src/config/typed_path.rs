//! Parses file paths that the user typed, pasted or dropped.
//! They can be quoted, have escaped spaces, be a `file://` URL, or start with `~`.

use std::path::{Path, PathBuf};

use url::Url;

use super::Environment;
use super::paths::expand_tilde;

/// Parses a path, with the home folder of this process.
/// If a file has exactly that name, the text is taken literally.
pub fn parse_typed_path(text: &str) -> PathBuf {
    let literal = PathBuf::from(text);
    if literal.symlink_metadata().is_ok() {
        return literal;
    }
    parse(text, Environment::read().home.as_deref())
}

/// Parses a path as [`parse_typed_path`] does; a value parser for clap.
///
/// # Errors
///
/// Never: every text is a path.
pub fn typed_path_arg(text: &str) -> Result<PathBuf, std::convert::Infallible> {
    Ok(parse_typed_path(text))
}

fn parse(text: &str, home: Option<&Path>) -> PathBuf {
    let text = text.trim();
    let file_url = Url::parse(text).ok().filter(|url| url.scheme() == "file");
    // A URL of another host has no local path.
    if let Some(path) = file_url.and_then(|url| url.to_file_path().ok()) {
        return path;
    }
    let path = match unquote(text) {
        Some(inside) => inside.to_owned(),
        None if cfg!(unix) => unescape(text),
        None => text.to_owned(),
    };
    expand_tilde(Path::new(&path), home)
}

/// Returns the text between quotes at both ends.
fn unquote(text: &str) -> Option<&str> {
    ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// Removes backslashes that terminals put in front of spaces and brackets of a dropped file.
fn unescape(text: &str) -> String {
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
    fn typed_path_in_each_form_resolves_to_its_file() {
        for (typed, expected) in [
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
            assert_eq!(parse(typed, Some(Path::new("/home/ann"))), PathBuf::from(expected), "{typed}");
        }
        let dir = parse("~/new/", Some(Path::new("/home/ann")));
        assert_eq!(dir.as_os_str(), "/home/ann/new/", "a slash at the end stays: a folder is meant");
        assert_eq!(parse("~/list.csv", None), PathBuf::from("~/list.csv"), "without a home it stays");
    }
}
