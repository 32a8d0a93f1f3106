//! Writes the email of a new invite as an `.eml` file into the outbox.
//! Headers contain only plain addresses and encoded words, so no text can inject a header, an address or a
//! body.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use textwrap::{Options, WordSplitter};

use super::invite_table::InviteRow;
use super::paging::format_expiry;
use super::sanitize::sanitize;
use super::workdir::create_new_file;

/// Maximum bytes of text in one encoded word, which may have 75 characters including 12 of markup.
const MAX_WORD_BYTES: usize = 45;
/// Maximum columns of a body line; a longer word, such as a link, has a line of its own.
const MAX_LINE_COLUMNS: usize = 72;
/// Maximum columns of a word, so that no line exceeds 998 bytes.
const MAX_WORD_COLUMNS: usize = 300;

/// Writes the email of an invite to the outbox. The file name is the UUID; renewals add a number.
pub(super) fn write_email(outbox: &Path, row: &InviteRow, now: Timestamp) -> io::Result<()> {
    let text = format_email(row, now);
    let mut number = 1;
    loop {
        let name = match number {
            1 => format!("{}.eml", row.uuid),
            _ => format!("{}-{number}.eml", row.uuid),
        };
        match create_new_file(&outbox.join(name)) {
            Ok(mut file) => return file.write_all(text.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

fn format_email(row: &InviteRow, now: Timestamp) -> String {
    let message = sanitize(&row.message, true);
    // Links stay whole: no line break at a hyphen.
    let options =
        Options::new(MAX_LINE_COLUMNS).break_words(false).word_splitter(WordSplitter::NoHyphenation);
    let mut lines = Vec::new();
    for line in textwrap::wrap(&message, options) {
        lines.extend(textwrap::wrap(&line, MAX_WORD_COLUMNS).into_iter().map(Cow::into_owned));
    }
    let text = format!(
        include_str!("email.txt"),
        recipient = format_recipient(&row.email),
        date = jiff::fmt::rfc2822::to_string(&now.to_zoned(TimeZone::UTC)).unwrap_or_default(),
        uuid = row.uuid,
        second = now.as_second(),
        message = lines.join("\n"),
        expiry = format_expiry(row.expiry),
    );
    text.replace('\n', "\r\n")
}

/// Returns the recipient: a plain address unchanged, or an encoded name with a dummy address.
fn format_recipient(email: &str) -> String {
    if is_plain(email) {
        return format!("<{email}>");
    }
    let words: Vec<String> = encoded_words(&sanitize(email, false)).collect();
    format!("{}\n <nobody@sandbox.invalid>", words.join("\n "))
}

/// Returns true for dot-atoms around one `@`: such an address is safe in a header.
fn is_plain(email: &str) -> bool {
    let atom = |text: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        !text.is_empty() && text.chars().all(legal)
    };
    let dot_atom = |text: &str| text.split('.').all(atom);
    email.split_once('@').is_some_and(|(local, domain)| dot_atom(local) && dot_atom(domain))
}

/// Encodes the text as encoded words without splitting a character.
fn encoded_words(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let fits = (1..=rest.len().min(MAX_WORD_BYTES)).rev().find(|at| rest.is_char_boundary(*at))?;
        let (word, after) = rest.split_at(fits);
        rest = after;
        Some(format!("=?utf-8?B?{}?=", STANDARD.encode(word)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email_text(email: &str, message: &str) -> String {
        let row = InviteRow {
            order: 1,
            uuid: uuid::Uuid::from_u128(7),
            email: email.into(),
            message: message.to_owned().into(),
            expiry: 1_655_465_443,
        };
        format_email(&row, Timestamp::from_second(1_654_601_443).expect("a time"))
    }

    fn headers(text: &str) -> Vec<&str> {
        text.split_once("\r\n\r\n").expect("a body").0.split("\r\n").collect()
    }

    #[test]
    fn plain_email_is_readable() {
        let text = email_text("jane.doe@example.com", "Welcome!\nSee you on Monday.");
        assert!(headers(&text).contains(&"To: <jane.doe@example.com>"));
        assert!(headers(&text).contains(&"Date: Tue, 7 Jun 2022 11:30:43 +0000"));
        assert!(text.contains("\r\n\r\nWelcome!\r\nSee you on Monday.\r\n"));
        assert!(text.contains("until 2022-06-17T11:30:43Z."));
    }

    #[test]
    fn email_address_cannot_inject_a_header() {
        for hostile in [
            "jane@example.com\r\nBcc: all@example.com",
            "jane@example.com\nBcc: all@example.com",
            "jane@example.com, all@example.com",
            "\"x\" <all@example.com>",
            "=?utf-8?Q?x?=@example.com>",
            "日本@example.com",
            "a\u{202e}b@example.com",
            "jane@example.com\r\n\r\nbody",
        ] {
            let text = email_text(hostile, "hi");
            let headers = headers(&text);
            assert_eq!(headers.iter().filter(|line| !line.starts_with(' ')).count(), 8, "{hostile:?}");
            let to = headers.iter().find(|line| line.starts_with("To: ")).expect("a To");
            assert!(to.starts_with("To: =?utf-8?B?"), "{hostile:?}");
            assert!(headers.iter().all(|line| line.is_ascii() && line.len() <= 78), "{hostile:?}");
            assert!(!text.contains("all@example.com"), "{hostile:?}");
        }
    }

    #[test]
    fn email_body_wraps_text_and_keeps_links_whole() {
        let short = "https://example.com/well-known/some-path/to-a-document";
        let long = format!("https://example.com/{}", "some-path/".repeat(10));
        let text = email_text("a@b", &format!("Please read this first: {short} and then {long} today."));
        let body = text.split_once("\r\n\r\n").expect("a body").1;
        let expected = format!("Please read this first:\r\n{short} and then\r\n{long}\r\ntoday.\r\n");
        assert!(body.starts_with(&expected), "{body}");
    }

    #[test]
    fn email_body_is_sanitized_and_lines_are_short() {
        let text = email_text("a@b", &format!("\x1b[2J\u{202e}\u{200b}{}", "😀".repeat(250)));
        let body = text.split_once("\r\n\r\n").expect("a body").1;
        assert!(body.starts_with("␛[2J<U+202E><U+200B>😀"));
        for message in ["😀", "\u{1000}", "\u{202e}"].map(|c| c.repeat(2_000)) {
            assert!(email_text("a@b", &message).split("\r\n").all(|line| line.len() < 998));
        }
    }
}
