//! Texts that fill a column of a table exactly. What stands in them, and which columns there are, is the views' affair.

use ratatui::text::Span;

use crate::domain::query::{Field, Filter};
use crate::domain::text::{fit, width};
use crate::ui::theme::Theme;

/// A text cut to its column or filled up to it.
pub fn padded(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let missing = columns.saturating_sub(width(&text));
    text + &" ".repeat(missing)
}

/// The same, with what the filter matched made visible.
pub fn matched(
    filter: &Filter,
    field: Field,
    raw: &str,
    columns: usize,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let (mut text, ranges) = filter.fitted(field, raw, columns);
    text.push_str(&" ".repeat(columns.saturating_sub(width(&text))));
    let (mut spans, mut at) = (Vec::new(), 0);
    for range in ranges {
        spans.push(Span::raw(text[at..range.start].to_owned()));
        spans.push(Span::styled(text[range.clone()].to_owned(), theme.matched));
        at = range.end;
    }
    spans.push(Span::raw(text[at..].to_owned()));
    spans
}
