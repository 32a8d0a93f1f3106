//! `guestlist man`: manual pages, generated from the command line definition and the documents in `docs/`.
//! Needs no server and no configuration.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::document::{self, Block};
use super::exit_code::{CliError, OK};
use super::help::{CLI, CONFIGURATION, FILTERS};
use super::output;
use super::results::Results;
use crate::config::typed_path_arg;

/// Date of the commit, if the program was built from a checkout or a package script named it.
const DATE: &str = match option_env!("GUESTLIST_DATE") {
    Some(date) => date,
    None => "",
};
const SOURCE: &str = concat!("guestlist ", env!("CARGO_PKG_VERSION"));
const MANUAL: &str = "guestlist manual";

/// Line between the notes of a command's help and its examples.
const EXAMPLES_LINE: &str = "Examples:";

/// Pages that are documents: name, section, summary, document.
const DOCUMENT_PAGES: &[(&str, &str, &str, &str)] = &[
    ("guestlist-config", "5", "configuration of guestlist", CONFIGURATION),
    ("guestlist-filters", "7", "filter language of guestlist", FILTERS),
];

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write all pages into man1, man5 and man7 in this folder [default: print the page of guestlist]
    #[arg(long, value_name = "DIR", value_parser = typed_path_arg)]
    output: Option<PathBuf>,
}

/// Prints or writes the manual pages.
pub(super) fn write_man(args: &ManArgs, mut command: Command) -> Result<u8, CliError> {
    command.build();
    let Some(dir) = &args.output else {
        let page = command_page(&command, "guestlist", "").map_err(|error| write_error(&error))?;
        // Write errors are checked at the end of every command.
        let _ = Results.write_all(&page);
        return Ok(OK);
    };
    let pages = write_pages(&command, dir).map_err(|error| write_error(&error))?;
    output::print_info(&format!("{pages} pages written to {}.", dir.display()));
    Ok(OK)
}

fn write_error(error: &io::Error) -> CliError {
    CliError::failed(format!("Could not write the manual: {error}. Choose another folder with --output."))
}

/// Writes all pages, and returns their number.
fn write_pages(command: &Command, dir: &Path) -> io::Result<usize> {
    for section in ["man1", "man5", "man7"] {
        fs::create_dir_all(dir.join(section))?;
    }
    for (name, section, summary, text) in DOCUMENT_PAGES {
        let page = document_page(name, section, summary, text)?;
        fs::write(dir.join(format!("man{section}/{name}.{section}")), page)?;
    }
    Ok(DOCUMENT_PAGES.len() + write_command_pages(command, "guestlist", "", dir)?)
}

/// Writes the page of a command and the pages of its subcommands, such as guestlist-plan-apply.1.
fn write_command_pages(command: &Command, name: &str, parent: &str, dir: &Path) -> io::Result<usize> {
    let mut pages = 1;
    for subcommand in subcommands(command) {
        pages += write_command_pages(subcommand, &format!("{name}-{}", subcommand.get_name()), name, dir)?;
    }
    fs::write(dir.join(format!("man1/{name}.1")), command_page(command, name, parent)?)?;
    Ok(pages)
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|subcommand| {
        !subcommand.is_hide_set() && (subcommand.get_name() != "help" || command.get_name() == "guestlist")
    })
}

/// Returns the page of a command.
fn command_page(command: &Command, name: &str, parent: &str) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone().display_name(name.to_owned())).title(name.to_uppercase());
    let man = man.date(DATE).source(SOURCE).manual(MANUAL);
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    let mut notes = Roff::new();
    for paragraph in help_notes(command).split("\n\n").filter(|text| !text.trim().is_empty()) {
        notes.control("PP", []).text([roman(join_lines(paragraph))]);
    }
    notes.to_writer(&mut page)?;
    man.render_options_section(&mut page)?;
    if subcommands(command).next().is_some() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut end = Roff::new();
    end.control("SH", ["EXAMPLES"]);
    add_code(&mut end, &examples(command).join("\n"));
    end.control("SH", ["EXIT STATUS"]);
    add_blocks(&mut end, &document::section(CLI, "Exit codes"));
    end.control("SH", ["ENVIRONMENT"]);
    add_blocks(&mut end, &document::section(CONFIGURATION, "Environment"));
    end.control("SH", ["FILES"]);
    add_blocks(&mut end, &document::section(CONFIGURATION, "Files"));
    end.control("SH", ["SEE ALSO"]);
    end.text([roman(see_also(command, name, parent))]);
    end.to_writer(&mut page)?;
    Ok(tidy(&String::from_utf8_lossy(&page)).into_bytes())
}

/// Returns the page of a document.
fn document_page(name: &str, section: &str, summary: &str, text: &str) -> io::Result<Vec<u8>> {
    let mut page = Roff::new();
    page.control("TH", [name.to_uppercase().as_str(), section, DATE, SOURCE, MANUAL]);
    page.control("SH", ["NAME"]).text([roman(format!("{name} - {summary}"))]);
    page.control("SH", ["DESCRIPTION"]);
    let is_title = |block: &Block| matches!(block, Block::Heading(1, _));
    let blocks: Vec<Block> = document::parse(text).into_iter().filter(|block| !is_title(block)).collect();
    add_blocks(&mut page, &blocks);
    page.control("SH", ["SEE ALSO"]).text([roman("guestlist(1)")]);
    let mut bytes = Vec::new();
    page.to_writer(&mut bytes)?;
    Ok(tidy(&String::from_utf8_lossy(&bytes)).into_bytes())
}

/// Removes what `mandoc -T lint` warns about: the definition of the apostrophe before each part, paragraphs
/// right after a heading, breaks beside a blank line, and blanks at the end of lines.
fn tidy(page: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in page.lines().map(str::trim_end) {
        let last = lines.last().copied().unwrap_or_default();
        let is_heading = last.starts_with(".SH") || last.starts_with(".SS");
        let is_repeated = (line.starts_with(".ie ") || line.starts_with(".el ")) && lines.contains(&line);
        if is_repeated || (is_heading && line == ".PP") || (last == ".sp" && line == ".br") {
            continue;
        }
        if line.is_empty() && last == ".br" {
            lines.pop();
        }
        lines.push(if line.is_empty() { ".sp" } else { line });
    }
    lines.join("\n") + "\n"
}

/// Returns the help of a command after its options, without the examples.
fn help_notes(command: &Command) -> String {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let notes = help.split(EXAMPLES_LINE).next().unwrap_or_default();
    notes.to_owned()
}

/// Returns the examples of a command, or those of its subcommands.
pub(super) fn examples(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let lines = help.split_once(EXAMPLES_LINE).map_or("", |(_, examples)| examples);
    let lines = lines.trim_start_matches('\n').lines().take_while(|line| line.starts_with("  "));
    let own: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
    if own.is_empty() { subcommands(command).flat_map(examples).collect() } else { own }
}

/// Returns the related pages: the parent, the subcommands, and the pages of documents.
fn see_also(command: &Command, name: &str, parent: &str) -> String {
    let parents = [parent].into_iter().filter(|parent| !parent.is_empty()).map(str::to_owned);
    let children = subcommands(command).map(|subcommand| format!("{name}-{}", subcommand.get_name()));
    let commands = parents.chain(children).map(|name| format!("{name}(1)"));
    let documents = DOCUMENT_PAGES.iter().map(|(name, section, ..)| format!("{name}({section})"));
    commands.chain(documents).collect::<Vec<_>>().join(", ")
}

fn add_blocks(roff: &mut Roff, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Heading(..=2, title) => _ = roff.control("SH", [title.to_uppercase().as_str()]),
            Block::Heading(_, title) => _ = roff.control("SS", [title.as_str()]),
            Block::Paragraph(text) => _ = roff.control("PP", []).text([roman(text)]),
            Block::ListItem(text) => _ = roff.control("IP", ["\\(bu", "2"]).text([roman(text)]),
            Block::Code(code) => add_code(roff, code),
            Block::Table(table) => {
                for row in &table.rows {
                    let name = row.first().map_or("", String::as_str);
                    roff.control("TP", []).text([bold(name)]);
                    roff.text([roman(document::describe_row(table, row))]);
                }
            }
        }
    }
}

/// Adds lines as they are.
fn add_code(roff: &mut Roff, code: &str) {
    roff.control("PP", []).control("RS", ["4"]).control("nf", []);
    for line in code.lines() {
        match line {
            "" => _ = roff.control("sp", []),
            line => _ = roff.text([roman(line)]),
        }
    }
    roff.control("fi", []).control("RE", []);
}

fn join_lines(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}
