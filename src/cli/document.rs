//! The documents in `docs/`, which are also the help topics and parts of the manual pages.
//! Reads the Markdown that they use: headings, paragraphs, lists, code blocks and tables.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// Level and text. The title of a document has level 1.
    Heading(usize, String),
    Paragraph(String),
    ListItem(String),
    /// Lines without their indent.
    Code(String),
    Table(Table),
}

/// A table. All texts are plain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Returns the blocks of a document.
pub(super) fn parse(document: &str) -> Vec<Block> {
    let (mut blocks, mut table, mut text) = (Vec::new(), Table::default(), String::new());
    for event in Parser::new_ext(document, Options::ENABLE_TABLES) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::Start(
                Tag::Paragraph | Tag::Item | Tag::CodeBlock(_) | Tag::Heading { .. } | Tag::TableCell,
            ) => {
                text.clear();
            }
            Event::Start(Tag::Table(_)) => table = Table::default(),
            Event::Start(Tag::TableRow) => table.rows.push(Vec::new()),
            Event::End(TagEnd::TableCell) => {
                let row = table.rows.last_mut().unwrap_or(&mut table.head);
                row.push(std::mem::take(&mut text));
            }
            Event::End(end) => blocks.extend(finish_block(end, &mut text, &mut table)),
            _ => {}
        }
    }
    blocks
}

/// Returns the block that ends here. A block without text, such as a picture, is left out.
fn finish_block(end: TagEnd, text: &mut String, table: &mut Table) -> Option<Block> {
    let content = text.trim_end().to_owned();
    let is_empty = content.is_empty();
    let block = match end {
        TagEnd::Table => return Some(Block::Table(std::mem::take(table))),
        TagEnd::Heading(level) => Block::Heading(level as usize, content),
        TagEnd::Paragraph => Block::Paragraph(content),
        TagEnd::Item => Block::ListItem(content),
        TagEnd::CodeBlock => Block::Code(content),
        _ => return None,
    };
    text.clear();
    (!is_empty).then_some(block)
}

/// Returns the blocks below a heading, without the heading.
pub(super) fn section(document: &str, title: &str) -> Vec<Block> {
    let blocks = parse(document);
    let is_heading = |block: &Block| matches!(block, Block::Heading(_, text) if text == title);
    let Some(start) = blocks.iter().position(is_heading) else { return Vec::new() };
    let Block::Heading(level, _) = blocks[start] else { return Vec::new() };
    let is_inside = |block: &&Block| !matches!(block, Block::Heading(other, _) if *other <= level);
    blocks[start + 1..].iter().take_while(is_inside).cloned().collect()
}

/// Formats blocks as plain text of a width in columns.
pub(super) fn to_text(blocks: &[Block], width: usize) -> String {
    let mut text = String::new();
    let mut is_list = false;
    for block in blocks {
        let is_item = matches!(block, Block::ListItem(_));
        let continues_list = is_list && is_item;
        if !text.is_empty() && !continues_list {
            text.push('\n');
        }
        is_list = is_item;
        text += &match block {
            Block::Heading(_, title) => format!("{title}:\n"),
            Block::Paragraph(paragraph) => fill(paragraph, width, "", ""),
            Block::ListItem(item) => fill(item, width, "- ", "  "),
            Block::Code(code) => textwrap::indent(code, "  ") + "\n",
            Block::Table(table) => table_text(table, width),
        };
    }
    text
}

fn fill(text: &str, width: usize, first: &str, next: &str) -> String {
    let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(next);
    textwrap::fill(text, options.break_words(false)) + "\n"
}

/// Maximum width of a first column beside the others. Longer cells have a line of their own.
const MAX_FIRST_COLUMN: usize = 30;

/// Formats the rows of a table: the first cell, and beside it the description.
fn table_text(table: &Table, width: usize) -> String {
    let names = table.rows.iter().filter_map(|row| Some(row.first()?.chars().count()));
    let indent = names.filter(|width| *width <= MAX_FIRST_COLUMN).max().unwrap_or(0) + 4;
    let next = " ".repeat(indent);
    let mut text = String::new();
    for row in &table.rows {
        let name = row.first().map_or("", String::as_str);
        let description = describe_row(table, row);
        match name.chars().count() <= MAX_FIRST_COLUMN {
            true => text += &fill(&description, width, &format!("{:indent$}", format!("  {name}")), &next),
            false => text += &format!("  {name}\n{}", fill(&description, width, &next, &next)),
        }
    }
    text
}

/// Returns the cells after the first as one text. The last column has the meaning, the others are named.
pub(super) fn describe_row(table: &Table, row: &[String]) -> String {
    let Some((meaning, others)) = row.get(1..).and_then(<[String]>::split_last) else { return String::new() };
    let named = table.head.iter().skip(1).zip(others).filter(|(_, cell)| !cell.is_empty());
    let named: Vec<String> = named.map(|(name, cell)| format!("{name}: {cell}")).collect();
    match (table.head.last().is_some_and(|name| name == "default"), named.is_empty()) {
        (false, true) => meaning.clone(),
        (false, false) => format!("{meaning} ({})", named.join("; ")),
        (true, _) => [named, vec![format!("default: {meaning}")]].concat().join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "# Title\n\nSome `code` and a\n[link](x.md).\n\n<img src=\"a\">\n\n## One\n\n\
        - first\n- second\n\n```sh\nls\n\nls -l\n```\n\n### Deep\n\n| a | b |\n|---|---|\n| `x` | ex |\n\n## Two\n\nEnd.\n";

    #[test]
    fn document_is_read_as_blocks() {
        let text = |text: &str| text.to_owned();
        assert_eq!(
            parse(DOCUMENT)[..2],
            [Block::Heading(1, text("Title")), Block::Paragraph(text("Some code and a link."))]
        );
        let table = Table { head: vec![text("a"), text("b")], rows: vec![vec![text("x"), text("ex")]] };
        let expected = [
            Block::ListItem(text("first")),
            Block::ListItem(text("second")),
            Block::Code(text("ls\n\nls -l")),
            Block::Heading(3, text("Deep")),
            Block::Table(table),
        ];
        assert_eq!(section(DOCUMENT, "One"), expected);
        assert_eq!(section(DOCUMENT, "Three"), []);
    }

    #[test]
    fn blocks_are_printed_as_plain_text() {
        let text = to_text(&section(DOCUMENT, "One"), 40);
        assert_eq!(text, "- first\n- second\n\n  ls\n\n  ls -l\n\nDeep:\n\n  x  ex\n");
    }

    #[test]
    fn columns_between_name_and_meaning_are_named() {
        let cells = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let table = |head: &str| Table { head: cells(head), rows: Vec::new() };
        assert_eq!(
            describe_row(&table("field|default|meaning"), &cells("skip|0|ignores")),
            "ignores (default: 0)"
        );
        assert_eq!(describe_row(&table("field|default|meaning"), &cells("skip||ignores")), "ignores");
        assert_eq!(
            describe_row(&table("setting|flag|default"), &cells("theme|--t|dark")),
            "flag: --t; default: dark"
        );
    }
}
