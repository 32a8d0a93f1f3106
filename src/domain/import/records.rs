//! Splits a table with one separator into records, with quotes as spreadsheets write them.
//! An unbalanced quote affects only its own line.

/// Matches no character: for lists with a single column.
pub(super) const NO_SEPARATOR: char = '\0';
/// Maximum size of a quoted cell; the quote of a longer cell counts as unclosed.
/// With the limit, a list of unbalanced quotes takes linear time.
const MAX_QUOTED_BYTES: usize = 32 * 1024;

/// One row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// First line of the record, from 1.
    pub(super) line: usize,
    /// The cells, trimmed and without quotes.
    pub(super) cells: Vec<String>,
    /// True if the record's quotes are unbalanced: then the cells are a guess.
    pub(super) is_broken: bool,
    /// True if the record is below a second header with different columns.
    pub(super) follows_second_header: bool,
    /// True if the record starts with `#`, outside of quotes.
    pub(super) is_comment: bool,
}

impl Record {
    /// True if all cells are empty.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// Returns all non-empty records. With `width`, a record of several lines must have that many cells.
/// If it has another number of cells, its opening quote counts as unclosed.
pub(super) fn split_records(
    text: &str,
    separator: char,
    width: Option<usize>,
) -> impl Iterator<Item = Record> + '_ {
    let (mut at, mut line) = (0, 1);
    let next = move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let first_line = rest.split('\n').next().unwrap_or_default();
        let quoted = parse_quoted_record(rest, separator);
        let fits = |cells: &[String], length: usize| {
            let is_whole = |width| cells.len() == width && !contains_row(cells, width, separator);
            length <= first_line.len() || width.is_none_or(is_whole)
        };
        let (cells, length, is_broken) = match quoted {
            Some((cells, length)) if fits(&cells, length) => (cells, length, false),
            _ => (split_plain(first_line, separator), first_line.len(), true),
        };
        let is_comment = first_line.trim_start().starts_with('#');
        let record = Record { line, cells, is_broken, is_comment, follows_second_header: false };
        line += rest[..length].matches('\n').count() + 1;
        at += length + 1;
        Some(record)
    };
    std::iter::from_fn(next).filter(|record| !record.is_empty())
}

/// True if a cell of several lines holds the rest of a row with an email.
/// Then its quote was never closed.
fn contains_row(cells: &[String], width: usize, separator: char) -> bool {
    cells.iter().enumerate().filter(|(_, cell)| cell.contains('\n')).any(|(at, cell)| {
        let first = cell.split('\n').next().unwrap_or_default().trim_end_matches([separator, ' ']);
        let separators = first.matches(separator).count();
        first.contains('@') && separators > 0 && separators + 1 + at >= width
    })
}

/// Parses the record at the start of a text: its cells, and its length in bytes without the line end.
/// `None` if a quote is not closed at the end of a cell.
fn parse_quoted_record(text: &str, separator: char) -> Option<(Vec<String>, usize)> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let (cell, length) = parse_cell(&text[at..], separator)?;
        cells.push(cell);
        at += length;
        match text[at..].chars().next() {
            Some(c) if c == separator => at += c.len_utf8(),
            _ => return Some((cells, at)),
        }
    }
}

/// Parses the cell at the start of a text: its value, and its length in bytes.
fn parse_cell(text: &str, separator: char) -> Option<(String, usize)> {
    let is_end = |c: char| c == separator || c == '\n';
    let blanks = text.find(|c: char| is_end(c) || !c.is_whitespace()).unwrap_or(text.len());
    let end_of = |from: usize| text[from..].find(is_end).map_or(text.len(), |end| from + end);
    let Some(inner) = text[blanks..].strip_prefix('"') else {
        let end = end_of(blanks);
        return Some((text[blanks..end].trim().to_owned(), end));
    };
    let (value, length) = parse_quoted_cell(inner)?;
    // A quote at the start of a later cell opens that cell and does not close this one.
    let before_quote = value.trim_end_matches(' ');
    if value.contains('\n') && before_quote.ends_with(['\n', separator]) {
        return None;
    }
    let closed = blanks + 1 + length;
    let end = end_of(closed);
    let after = text[closed..end].trim();
    // `"Moss, Ann" <ann@acme.com>` has quotes as in a mail header.
    let is_mail = after.starts_with('<') && after.ends_with('>');
    match after.is_empty() {
        true => Some((value.trim().to_owned(), end)),
        false => is_mail.then(|| (text[blanks..end].trim().to_owned(), end)),
    }
}

/// Returns the text before the closing quote, and its length in bytes with the quote.
fn parse_quoted_cell(inner: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut rest = inner;
    loop {
        let quote = rest.find('"').filter(|quote| value.len() + quote <= MAX_QUOTED_BYTES)?;
        value.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                value.push('"');
                rest = after;
            }
            None => return Some((value, inner.len() - rest.len())),
        }
    }
}

/// Splits a line in which quotes are ordinary characters.
fn split_plain(line: &str, separator: char) -> Vec<String> {
    line.split(separator).map(|cell| cell.trim().trim_matches('"').trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed_records(text: &str) -> Vec<(usize, Vec<String>, bool)> {
        split_records(text, ',', Some(2))
            .map(|record| (record.line, record.cells, record.is_broken))
            .collect()
    }

    fn row(line: usize, cells: [&str; 2], is_broken: bool) -> (usize, Vec<String>, bool) {
        (line, cells.map(str::to_owned).into(), is_broken)
    }

    #[test]
    fn split_records_lone_quote_breaks_only_its_line() {
        assert_eq!(
            parsed_records("\"Jane,jane@x.com\n\"Moss, \"\"A\"\"\",a@x\nBob 5\" Lane,b@x\n\"C\" D,c@x"),
            [
                row(1, ["Jane", "jane@x.com"], true),
                row(2, ["Moss, \"A\"", "a@x"], false),
                row(3, ["Bob 5\" Lane", "b@x"], false),
                row(4, ["C\" D", "c@x"], true),
            ]
        );
    }

    #[test]
    fn records_multiline_quotes_need_the_width_of_the_table() {
        assert_eq!(
            parsed_records("\"a\nb\",x\n\nc,y"),
            [row(1, ["a\nb", "x"], false), row(4, ["c", "y"], false)]
        );
        assert_eq!(parsed_records("a,\"b@x,\nc@x\""), [row(1, ["a", "b@x,\nc@x"], false)]);
        assert_eq!(
            parsed_records("\"a,a@x\nMonitor 24\",b@x\n\",\n\",c@x"),
            [row(1, ["a", "a@x"], true), row(2, ["Monitor 24\"", "b@x"], false), row(4, ["", "c@x"], true),]
        );
        let shifted = parsed_records("\"a,x\nb,y\"");
        assert_eq!(shifted, [row(1, ["a", "x"], true), row(2, ["b", "y\""], false)]);
    }
}
