//! Renders a frame as SVG, with box characters as lines and colors from a palette. The same frame gives the same
//! bytes, so that tests detect stale screenshots.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

/// Size of a cell.
const CELL_WIDTH: usize = 9;
const CELL_HEIGHT: usize = 19;
/// Margin around the frame.
const MARGIN: usize = 14;

/// The colors of a terminal.
pub struct Palette {
    background: &'static str,
    foreground: &'static str,
    dimmed: &'static str,
    ansi: [&'static str; 16],
}

/// A dark terminal.
pub const DARK: Palette = Palette {
    background: "#16181d",
    foreground: "#d7dae0",
    dimmed: "#8a909c",
    ansi: [
        "#16181d", "#f07178", "#8fc979", "#e5c07b", "#6cb6ff", "#c792ea", "#56c8d8", "#b8bdc7", "#5c6370",
        "#ff8f95", "#a9dd94", "#f5d58f", "#8ccbff", "#ddb1f7", "#7fe0ee", "#f2f4f8",
    ],
};

/// A light terminal.
pub const LIGHT: Palette = Palette {
    background: "#fbfbfa",
    foreground: "#24292f",
    dimmed: "#70767f",
    ansi: [
        "#24292f", "#c0262d", "#2a7a36", "#946200", "#0b5cad", "#8250a8", "#11758a", "#6a7078", "#8c939c",
        "#d63a40", "#348f42", "#b07800", "#1f74cc", "#9a66c2", "#1b90a8", "#fbfbfa",
    ],
};

struct CellStyle<'a> {
    fg: &'a str,
    bg: Option<&'a str>,
    modifiers: Modifier,
}

impl Palette {
    fn color_hex(&self, color: Color) -> Option<&'static str> {
        let index = match color {
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
            _ => return None,
        };
        Some(self.ansi[index])
    }

    fn cell_style(&self, cell: &Cell) -> CellStyle<'_> {
        let plain = if cell.modifier.contains(Modifier::DIM) { self.dimmed } else { self.foreground };
        let (fg, bg) = (self.color_hex(cell.fg).unwrap_or(plain), self.color_hex(cell.bg));
        let modifiers = cell.modifier & (Modifier::BOLD | Modifier::UNDERLINED | Modifier::CROSSED_OUT);
        match cell.modifier.contains(Modifier::REVERSED) {
            true => CellStyle { fg: bg.unwrap_or(self.background), bg: Some(fg), modifiers },
            false => CellStyle { fg, bg, modifiers },
        }
    }
}

/// The arms of a box character: up, right, down, left.
fn box_arms(symbol: &str) -> Option<[bool; 4]> {
    let (y, n) = (true, false);
    Some(match symbol {
        "─" => [n, y, n, y],
        "│" => [y, n, y, n],
        "┌" => [n, y, y, n],
        "┐" => [n, n, y, y],
        "└" => [y, y, n, n],
        "┘" => [y, n, n, y],
        "├" => [y, y, y, n],
        "┤" => [y, n, y, y],
        "┬" => [n, y, y, y],
        "┴" => [y, y, n, y],
        "┼" => [y, y, y, y],
        _ => return None,
    })
}

/// Width of a character that fills its cell from the left.
fn block_width(symbol: &str) -> Option<usize> {
    match symbol {
        "▌" => Some(CELL_WIDTH / 2),
        "█" => Some(CELL_WIDTH),
        _ => None,
    }
}

/// Draws a frame. Screen readers read `title` aloud.
pub fn render_svg(buffer: &Buffer, palette: &Palette, title: &str) -> String {
    let mut out = open_svg(buffer, palette, title);
    for y in 0..buffer.area.height as usize {
        draw_row(buffer, palette, y, &mut out);
    }
    out + "</svg>\n"
}

/// Draws frames of equal size that are shown in turn, each for its time in milliseconds, without end.
///
/// A row is drawn once for all consecutive frames in which it is equal.
pub fn render_animation(frames: &[(Buffer, u32)], palette: &Palette, title: &str) -> String {
    let mut out = open_svg(&frames[0].0, palette, title);
    let mut starts = vec![0];
    starts.extend(frames.iter().scan(0, |end, (_, time)| {
        *end += time;
        Some(*end)
    }));
    let total = starts[frames.len()];
    let (mut body, mut spans) = (String::new(), BTreeSet::new());
    for y in 0..frames[0].0.area.height as usize {
        let row = |frame: &(Buffer, u32)| {
            (0..frame.0.area.width).map(|x| frame.0[(x, y as u16)].clone()).collect::<Vec<_>>()
        };
        let mut first = 0;
        for same in frames.chunk_by(|one, two| row(one) == row(two)) {
            let end = first + same.len();
            if same.len() == frames.len() {
                draw_row(&same[0].0, palette, y, &mut body);
            } else {
                let _ = writeln!(body, "<g class=\"f{first}-{end}\">");
                draw_row(&same[0].0, palette, y, &mut body);
                body.push_str("</g>\n");
                spans.insert((first, end));
            }
            first = end;
        }
    }
    out.push_str("<style>g{visibility:hidden}\n");
    for (first, end) in spans {
        let [from, to] = [first, end].map(|frame| f64::from(starts[frame]) * 100.0 / f64::from(total));
        let before = if first == 0 { "" } else { "0%{visibility:hidden}" };
        let after = if end == frames.len() { "" } else { &format!("{to:.2}%{{visibility:hidden}}") };
        let name = format!("f{first}-{end}");
        let _ = writeln!(
            out,
            ".{name}{{animation:{name} {total}ms step-end infinite}}@keyframes {name}{{{before}{from:.2}%{{visibility:visible}}{after}}}"
        );
    }
    out.push_str("</style>\n");
    out + &body + "</svg>\n"
}

fn open_svg(buffer: &Buffer, palette: &Palette, title: &str) -> String {
    let (columns, rows) = (buffer.area.width as usize, buffer.area.height as usize);
    let (width, height) = (columns * CELL_WIDTH + 2 * MARGIN, rows * CELL_HEIGHT + 2 * MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"15\">\n\
         <title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n",
        escape_xml(title),
        palette.background
    )
}

fn draw_row(buffer: &Buffer, palette: &Palette, y: usize, out: &mut String) {
    let mut x = 0;
    while x < buffer.area.width as usize {
        x += draw_run(buffer, palette, x, y, out);
    }
}

/// Draws the next cells with the same style, and returns their number of columns.
fn draw_run(buffer: &Buffer, palette: &Palette, start: usize, y: usize, out: &mut String) -> usize {
    let cell = |x: usize| &buffer[(x as u16, y as u16)];
    let style = palette.cell_style(cell(start));
    let (mut text, mut blocks) = (String::new(), Vec::new());
    let mut x = start;
    while x < buffer.area.width as usize {
        let current = palette.cell_style(cell(x));
        if (current.fg, current.bg, current.modifiers) != (style.fg, style.bg, style.modifiers) {
            break;
        }
        let symbol = cell(x).symbol();
        if let Some(arms) = box_arms(symbol) {
            draw_box_lines(arms, x, y, style.fg, out);
            text.push(' ');
        } else if let Some(columns) = block_width(symbol) {
            blocks.push((x, columns));
            text.push(' ');
        } else {
            text.push_str(symbol);
        }
        x += symbol.width().max(1);
    }
    let (left, top) = (MARGIN + start * CELL_WIDTH, MARGIN + y * CELL_HEIGHT);
    if let Some(bg) = style.bg {
        let width = (x - start) * CELL_WIDTH;
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{CELL_HEIGHT}\" fill=\"{bg}\"/>"
        );
    }
    for (x, columns) in blocks {
        let (x, fg) = (MARGIN + x * CELL_WIDTH, style.fg);
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{top}\" width=\"{columns}\" height=\"{CELL_HEIGHT}\" fill=\"{fg}\"/>"
        );
    }
    if style.modifiers.contains(Modifier::UNDERLINED) {
        // Underlines blanks too, as terminals do: only the line shows a text field.
        let (y, right, fg) = (top + CELL_HEIGHT - 2, MARGIN + x * CELL_WIDTH, style.fg);
        let _ = writeln!(out, "<path d=\"M{left} {y}H{right}\" stroke=\"{fg}\"/>");
    }
    draw_words(&text, left, top, &style, out);
    x - start
}

/// Places each word separately, so that another font width does not move later words.
fn draw_words(text: &str, left: usize, top: usize, style: &CellStyle<'_>, out: &mut String) {
    let mut attributes = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::CROSSED_OUT, " text-decoration=\"line-through\""),
    ] {
        attributes.push_str(if style.modifiers.contains(modifier) { attribute } else { "" });
    }
    let mut column = 0;
    for word in text.split(' ') {
        if !word.is_empty() {
            let (x, y, length) =
                (left + column * CELL_WIDTH, top + CELL_HEIGHT - 5, word.width() * CELL_WIDTH);
            let (fg, word) = (style.fg, escape_xml(word));
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{fg}\"{attributes}>{word}</text>"
            );
        }
        column += word.width() + 1;
    }
}

fn draw_box_lines([up, right, down, left]: [bool; 4], x: usize, y: usize, color: &str, out: &mut String) {
    let (x0, y0) = (MARGIN + x * CELL_WIDTH, MARGIN + y * CELL_HEIGHT);
    let (cx, cy) = (x0 + CELL_WIDTH / 2, y0 + CELL_HEIGHT / 2);
    let mut path = String::new();
    for (is_present, line) in [
        (up, format!("M{cx} {cy}V{y0}")),
        (right, format!("M{cx} {cy}H{}", x0 + CELL_WIDTH)),
        (down, format!("M{cx} {cy}V{}", y0 + CELL_HEIGHT)),
        (left, format!("M{cx} {cy}H{x0}")),
    ] {
        path.push_str(if is_present { &line } else { "" });
    }
    let _ = writeln!(out, "<path d=\"{path}\" stroke=\"{color}\" fill=\"none\"/>");
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
