//! Wraps text to a width, between words if possible. The text must already be escaped.

use std::ops::Range;

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Splits a text into lines, without the blanks at line breaks.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    line_ranges(text, width).into_iter().map(|range| text[range].trim_end().to_owned()).collect()
}

/// Returns the lines of a text as byte ranges, which cover the whole text. At least one line.
pub fn line_ranges(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    let (mut lines, mut start, mut columns, mut last_blank) = (Vec::new(), 0, 0, None);
    for (index, grapheme) in text.grapheme_indices(true) {
        let grapheme_width = grapheme.width();
        if columns + grapheme_width > width && index > start && grapheme != " " {
            let break_at = last_blank.filter(|blank| *blank > start).unwrap_or(index);
            lines.push(start..break_at);
            start = break_at;
            columns = text[start..index].width();
            last_blank = None;
        }
        columns += grapheme_width;
        if grapheme == " " {
            last_blank = Some(index + 1);
        }
    }
    lines.push(start..text.len());
    lines
}

/// Splits a text in several styles into lines.
pub fn wrap_parts(parts: &[Span<'static>], width: usize) -> Vec<Line<'static>> {
    let text: String = parts.iter().map(|part| part.content.as_ref()).collect();
    let to_line = |range: Range<usize>| {
        let (mut start, mut spans) = (0, Vec::new());
        for part in parts {
            let end = start + part.content.len();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                spans.push(Span::styled(part.content[from - start..to - start].to_owned(), part.style));
            }
            start = end;
        }
        Line::from(spans)
    };
    line_ranges(&text, width).into_iter().map(to_line).collect()
}

/// Returns the line index and the column of a byte of the text.
pub fn position_of(text: &str, lines: &[Range<usize>], byte: usize) -> (usize, usize) {
    let line = lines.iter().rposition(|line| line.start <= byte).unwrap_or(0);
    let start = lines.get(line).map_or(0, |line| line.start);
    (line, text[start..byte.max(start)].width())
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn wrap_breaks_at_words_and_cuts_long_ones() {
        assert_eq!(wrap("to be or not to be", 7), ["to be", "or not", "to be"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("招待状です", 4), ["招待", "状で", "す"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("abc", 0), ["a", "b", "c"]);
    }

    #[test]
    fn ranges_cover_the_text_and_fit_the_width() {
        let text = "Please join our tenancy 招待状 to review-the-very-long-audit-trail of shipments";
        for width in 2..40 {
            let lines = line_ranges(text, width);
            assert_eq!(lines.iter().map(|line| &text[line.clone()]).collect::<String>(), text);
            assert!(lines.iter().all(|line| text[line.clone()].trim_end().width() <= width), "{width}");
        }
    }

    #[test]
    fn styled_parts_keep_their_styles_across_lines() {
        let style = Style::new().underlined();
        let lines = wrap_parts(&[Span::raw("to be or "), Span::styled("not to be", style)], 10);
        let texts: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["to be or ", "not to be"]);
        assert!(lines[1].spans.iter().all(|span| span.style == style), "{lines:?}");
    }

    #[test]
    fn cursor_position_is_found_in_its_line() {
        let text = "to be or not";
        let lines = line_ranges(text, 6);
        assert_eq!(position_of(text, &lines, 0), (0, 0));
        assert_eq!(position_of(text, &lines, 7), (1, 1));
        assert_eq!(position_of(text, &lines, text.len()), (1, 6));
    }
}
