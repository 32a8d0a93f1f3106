//! One line or one cell taken apart: the fields of a row, and the addresses in a text that may hold several, with
//! the names that stand before them. A blank inside an address is not guessed about: `jane doe@acme.com` may be
//! `Jane <doe@acme.com>` or `jane.doe@acme.com`, so it stays one text, which the verdict calls invalid.

use csv::StringRecord;

use super::read::reader;

/// The fields of a line that has no header above it: separated by tabs, or else semicolons, or else commas.
pub(super) fn fields_of_line(line: &str) -> Vec<String> {
    let Some(separator) =
        ['\t', ';', ','].into_iter().find(|separator| outside(line).any(|(_, c)| c == *separator))
    else {
        return vec![line.trim().to_owned()];
    };
    if separator == ',' && has_comma_for_dot(line) {
        return vec![line.trim().to_owned()];
    }
    let mut record = StringRecord::new();
    let read = reader(separator as u8).from_reader(line.as_bytes()).read_record(&mut record);
    match read {
        Ok(true) if !line.contains('<') => record.iter().map(|cell| cell.trim().to_owned()).collect(),
        // `"Doe, Jane" <jane@acme.com>` is quoted as mail does it, not as tables do.
        _ => pieces(line, |c| c == separator).into_iter().map(|piece| piece.trim().to_owned()).collect(),
    }
}

/// `jane@acme,com`: were it taken for two columns, the mail would go to `jane@acme`.
fn has_comma_for_dot(line: &str) -> bool {
    let after = |at: usize| line[at..].split([',', ' ']).nth(1).unwrap_or_default();
    let domain = |at: usize| line[at..].split(',').next().unwrap_or_default();
    let is_ending =
        |word: &str| (2..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
    line.find('@').is_some_and(|at| !domain(at).contains(['.', ' ']) && is_ending(after(at)))
}

/// The addresses in a text, each with the name before it. A text without any is given back as it is.
pub(super) fn addresses(text: &str) -> Vec<(Option<String>, String)> {
    let mut found = Vec::new();
    for piece in pieces(text, |c| matches!(c, ',' | ';' | '\t')) {
        let piece = piece.trim();
        if let Some((name, address)) = named(piece) {
            found.push((name, address));
        } else if piece.matches('@').count() > 1 && piece.split_whitespace().all(|word| word.contains('@')) {
            found.extend(piece.split_whitespace().map(|word| (None, word.to_owned())));
        } else if !piece.is_empty() {
            found.push((None, piece.to_owned()));
        }
    }
    // A comma for a dot, `jane@acme,com`, and a name with one, `Doe, Jane`, belong to one text.
    let broken = found.iter().any(|(_, address)| !address.contains('@'));
    if found.is_empty() || (broken && text.matches('@').count() < 2) {
        return vec![(None, text.trim().to_owned())];
    }
    found
}

/// `Name <address>`, `"Name" <address>`, `<address>`.
fn named(piece: &str) -> Option<(Option<String>, String)> {
    let (name, rest) = piece.rsplit_once('<')?;
    let address = rest.trim_end().strip_suffix('>')?.trim();
    let name = name.trim().trim_matches(['"', '\'']).trim();
    address.contains('@').then(|| ((!name.is_empty()).then(|| name.to_owned()), address.to_owned()))
}

/// The text cut at separators that stand outside of quotes and angle brackets.
fn pieces(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in outside(text).filter(|(_, c)| is_separator(*c)) {
        found.push(&text[from..at]);
        from = at + c.len_utf8();
    }
    found.push(&text[from..]);
    found
}

/// The characters outside of double quotes and angle brackets. A quote that is never closed is a character.
fn outside(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let paired = text.matches('"').count().is_multiple_of(2);
    let (mut quoted, mut bracketed) = (false, false);
    text.char_indices().filter(move |(_, c)| {
        match c {
            '"' if paired => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            _ => {}
        }
        !quoted && !bracketed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Option<String>, String)> {
        addresses(text)
    }

    #[test]
    fn a_line_with_several_addresses_is_taken_apart_at_every_usual_separator() {
        for text in [
            "a@x.com, b@x.com",
            "a@x.com;b@x.com",
            "a@x.com b@x.com",
            "a@x.com\tb@x.com;",
            " a@x.com ;; b@x.com",
        ] {
            assert_eq!(found(text), [(None, "a@x.com".to_owned()), (None, "b@x.com".to_owned())], "{text:?}");
        }
    }

    #[test]
    fn names_before_addresses_are_kept() {
        let name = |name: &str, address: &str| (Some(name.to_owned()), address.to_owned());
        assert_eq!(found("Jane Doe <jane@x.com>"), [name("Jane Doe", "jane@x.com")]);
        assert_eq!(
            found("\"Doe, Jane\" <jane@x.com>, Bob <bob@job>"),
            [name("Doe, Jane", "jane@x.com"), name("Bob", "bob@job")]
        );
        assert_eq!(found("<jane@x.com>"), [(None, "jane@x.com".to_owned())]);
    }

    #[test]
    fn what_is_not_plain_stays_one_text() {
        for text in [
            "jane doe@acme.com",
            "jane@acme,com",
            "nobody",
            "jane@@acme.com",
            "Jane <jane@acme.com",
            "call O\"Hara",
        ] {
            assert_eq!(found(text), [(None, text.to_owned())], "{text}");
        }
    }
}
