//! Draws the theme picker: the themes, and the main styles of the selected theme.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::ThemePicker;
use crate::app::RenderContext;
use crate::app::ops::theme::{configured_theme, theme_options};
use crate::domain::text::truncate;
use crate::ui::{dialog, list};

/// Maximum columns of a name.
const MAX_NAME_WIDTH: usize = 24;

/// Draws the picker above the footer, so that the list stays visible.
pub fn draw(picker: &ThemePicker, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::text_width(60, frame);
    let options = theme_options(cx);
    let names: Vec<String> = options.iter().map(|option| truncate(&option.name, MAX_NAME_WIDTH)).collect();
    let description = |index: usize, _| {
        let option = &options[index];
        let configured = if option.name == configured_theme(cx) { " · configured" } else { "" };
        format!("{}{configured}", option.description)
    };
    let mut lines = list::menu_lines(&names, description, picker.selected, columns, theme);
    if let Some(line) = lines.get_mut(picker.selected) {
        list::highlight_row(line, columns, theme);
    }
    lines.push(Line::default());
    let samples = [
        ("urgent", theme.urgent),
        ("warning", theme.warning),
        ("expired", theme.expired),
        ("match", theme.matched),
        ("mark", theme.mark),
        ("success", theme.success),
        ("error", theme.error),
    ];
    let mut sample_line = Line::default();
    for (word, style) in samples {
        if sample_line.width() + word.len() <= columns as usize {
            sample_line.extend([Span::styled(word, style), Span::raw(" ")]);
        }
    }
    lines.push(sample_line);
    let area = dialog::open_above_footer("Theme", columns, lines.len() as u16, theme, frame);
    dialog::draw_lines(&lines, area, frame);
}
