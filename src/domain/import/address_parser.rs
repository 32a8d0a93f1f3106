//! Splits a line or cell into texts of one recipient each, and converts the texts to entries.
//! The recipient parser classifies each text.

use super::import_list::ImportEntry;
use crate::domain::recipient;

/// Separators of emails, including the full-width ones of East Asian keyboards.
pub(super) fn is_separator(c: char) -> bool {
    is_comma(c) || matches!(c, ';' | '；' | '\t' | '\n')
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，' | '、')
}

/// Splits a line or cell into the texts of recipients. A text without recipients is returned unchanged.
pub(super) fn split_recipients(text: &str) -> Vec<String> {
    // Between two emails, punctuation in spaces separates too.
    let text = &match text.matches('@').count() > 1 {
        true => text.replace(" / ", ", ").replace(" | ", ", "),
        false => text.to_owned(),
    };
    let mut recipients: Vec<String> = Vec::new();
    for piece in join_pieces(text, &split_pieces(text, is_separator)) {
        let words = || piece.split_whitespace();
        // In `boss@acme.com <ann@acme.com>` it is unknown which email is meant.
        let is_even = words().all(|word| word.contains('<')) || !piece.contains('<');
        let several = piece.matches('@').count() > 1 && is_even && words().all(|word| word.contains('@'));
        // `ann@acme.com <mailto:ann@acme.com>` is one recipient.
        if several && recipient::parse(piece).is_err() {
            recipients.extend(words().map(str::to_owned));
        } else if !piece.is_empty() {
            recipients.push(piece.to_owned());
        }
    }
    if recipients.is_empty() { vec![text.trim().to_owned()] } else { recipients }
}

/// Joins pieces that a comma has split: `Last, First <a@b>`, `jane@acme,com`.
fn join_pieces<'a>(text: &'a str, pieces: &[(usize, &'a str)]) -> Vec<&'a str> {
    let piece_end = |(offset, piece): (usize, &str)| offset + piece.len();
    let halves = find_name_halves(text, pieces);
    let mut recipients: Vec<&str> = Vec::new();
    let mut first_start: Option<usize> = None;
    for (index, piece) in pieces.iter().enumerate() {
        let start = *first_start.get_or_insert(piece.0);
        let next = pieces.get(index + 1);
        let is_cut = next.is_some_and(|next| {
            let comma = text[piece_end(*piece)..].chars().next().is_some_and(is_comma);
            comma && (halves[index] || is_half_domain(piece.1, next.1))
        });
        if !is_cut {
            recipients.push(text[start..piece_end(*piece)].trim());
            first_start = None;
        }
    }
    recipients
}

/// Returns whether each piece is the first half of a name: `Moss` in `Moss, Ann <ann@acme.com>`. Only
/// commas may separate the halves.
fn find_name_halves(text: &str, pieces: &[(usize, &str)]) -> Vec<bool> {
    let mut halves = vec![false; pieces.len()];
    let mut is_before_an_address = false;
    for (index, (offset, piece)) in pieces.iter().enumerate().rev() {
        let is_words = !piece.contains(['@', '＠', '<']) && !piece.trim().is_empty();
        halves[index] = is_words && is_before_an_address;
        let has_comma = text[offset + piece.len()..].chars().next().is_some_and(is_comma);
        is_before_an_address = piece.contains('<') || (halves[index] && has_comma);
    }
    halves
}

/// True for `jane@acme` before `com`: as two texts, the email would go to `jane@acme`.
fn is_half_domain(piece: &str, next: &str) -> bool {
    let next = next.trim();
    let is_ending = (2..=6).contains(&next.len()) && next.bytes().all(|b| b.is_ascii_lowercase());
    let has_no_dot =
        piece.trim().rsplit_once('@').is_some_and(|(_, domain)| !domain.contains(['.', ' ', '>']));
    is_ending && has_no_dot
}

/// Splits a line without a header into cells; also returns the separator.
/// The separator is the first that occurs of tab, bar, semicolon and comma.
pub(super) fn split_cells(line: &str) -> (char, Vec<String>) {
    let is_used = |separator: &char| split_pieces(line, |c| c == *separator).len() > 1;
    let Some(separator) = ['\t', '|', ';', '；', ',', '，', '、'].into_iter().find(is_used) else {
        return (super::records::NO_SEPARATOR, vec![line.trim().to_owned()]);
    };
    let pieces = split_pieces(line, |c| c == separator);
    let unquoted = |piece: &str| {
        let piece = piece.trim();
        let inner = piece.strip_prefix('"').and_then(|piece| piece.strip_suffix('"'));
        inner.map_or_else(|| piece.to_owned(), |inner| inner.replace("\"\"", "\"").trim().to_owned())
    };
    (separator, join_pieces(line, &pieces).into_iter().map(unquoted).collect())
}

/// Splits a text at separators outside of quotes and brackets, each piece with its position.
fn split_pieces(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (position, c) in unquoted_chars(text).filter(|(_, c)| is_separator(*c)) {
        pieces.push((start, &text[start..position]));
        start = position + c.len_utf8();
    }
    pieces.push((start, &text[start..]));
    pieces
}

/// Returns the characters outside of double quotes, angle brackets and parentheses.
/// An unclosed one is an ordinary character.
fn unquoted_chars(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let quotes_pair = text.matches('"').count().is_multiple_of(2);
    let parens_pair = text.matches('(').count() == text.matches(')').count();
    let angles_pair = text.matches('<').count() == text.matches('>').count();
    let (mut quoted, mut angled, mut depth) = (false, false, 0_usize);
    text.char_indices().filter(move |(_, c)| {
        match c {
            '"' if quotes_pair => quoted = !quoted,
            '<' if !quoted && angles_pair => angled = true,
            '>' if !quoted => angled = false,
            '(' if !quoted && parens_pair => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        !quoted && !angled && depth == 0
    })
}

/// Returns the entries of one cell or line. A text without emails becomes one entry without an email.
pub(super) fn parse_entries(line: usize, text: &str, cells: &[String]) -> Vec<ImportEntry> {
    let entry = |mut text: String| {
        strip_formula_guard(&mut text);
        let entry = ImportEntry { line, cells: cells.to_vec(), ..ImportEntry::default() };
        match recipient::parse(&text) {
            Ok(recipient) if recipient.repair.is_none() => {
                ImportEntry { email: recipient.email, name: recipient.name, ..entry }
            }
            Ok(recipient) => ImportEntry { email: text, name: recipient.name, ..entry },
            Err(_) => ImportEntry { email: text, ..entry },
        }
    };
    remove_aliases(split_recipients(text)).into_iter().map(entry).collect()
}

/// Keeps only the main email of a mailbox in Exchange's notation: `SMTP:` in capitals. The emails after
/// a lower-case `smtp:` are aliases.
fn remove_aliases(recipients: Vec<String>) -> Vec<String> {
    let scheme = |text: &str| text.trim_start_matches('{').get(..5).map(str::to_owned);
    let is_own = |text: &String| scheme(text).as_deref() == Some("SMTP:");
    match recipients.len() > 1 && recipients.iter().any(is_own) {
        true => {
            let bare = |text: String| text.trim_matches(['{', '}']).to_owned();
            recipients.into_iter().filter(is_own).map(bare).collect()
        }
        false => recipients,
    }
}

/// Removes the apostrophe that exports write before a cell that a spreadsheet would execute.
pub(super) fn strip_formula_guard(cell: &mut String) {
    let is_guarded = |rest: &str| {
        rest.starts_with(['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠']) && !rest.ends_with('\'')
    };
    if cell.strip_prefix('\'').is_some_and(is_guarded) {
        cell.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_split_at_every_common_separator() {
        for text in [
            "a@x.com, b@x.com",
            "a@x.com;b@x.com",
            "a@x.com b@x.com",
            "a@x.com\tb@x.com;",
            " a@x.com ;; b@x.com",
            "a@x.com、b@x.com",
            "a@x.com / b@x.com",
            "a@x.com，b@x.com；",
        ] {
            assert_eq!(split_recipients(text), ["a@x.com", "b@x.com"], "{text:?}");
        }
    }

    #[test]
    fn recipients_keep_commas_in_names() {
        for (text, recipients) in [
            ("\"Doe, Jane\" <jane@x.com>, Bob <bob@job>", ["\"Doe, Jane\" <jane@x.com>", "Bob <bob@job>"]),
            ("Moss, Ann <a@x.com>; Baker, Cole <c@x.com>", ["Moss, Ann <a@x.com>", "Baker, Cole <c@x.com>"]),
            ("'Moss, Ann' <a@x.com>, c@x.com", ["'Moss, Ann' <a@x.com>", "c@x.com"]),
            ("Dunn, Eva (Sales, EU) <e@x.com>; c@x.com", ["Dunn, Eva (Sales, EU) <e@x.com>", "c@x.com"]),
            ("Moss, Ann, Dr. <a@x.com>, nobody", ["Moss, Ann, Dr. <a@x.com>", "nobody"]),
            ("ann@x.com, jane@acme,com", ["ann@x.com", "jane@acme,com"]),
        ] {
            assert_eq!(split_recipients(text), recipients, "{text}");
        }
    }

    #[test]
    fn recipients_with_very_many_commas_are_one_name() {
        let text = format!("{}Ann <a@x.com>", "Moss, ".repeat(300_000));
        assert_eq!(split_recipients(&text), [text.as_str()]);
        assert_eq!(split_recipients("a@x.com <b@x.com>"), ["a@x.com <b@x.com>"]);
        assert_eq!(split_recipients("<a@x.com> <b@x.com>"), ["<a@x.com>", "<b@x.com>"]);
    }

    #[test]
    fn recipients_ambiguous_text_is_not_split() {
        for text in [
            "jane doe@acme.com",
            "jane@acme,com",
            "nobody",
            "jane@@acme.com",
            "Jane <jane@acme.com",
            "call O\"Hara",
        ] {
            assert_eq!(split_recipients(text), [text], "{text}");
        }
    }
}
