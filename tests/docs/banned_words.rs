//! No document uses a word that `docs/style.md` rules out.
//! The glossary and the style guide may name them.

use std::sync::LazyLock;

use regex::Regex;

use crate::read_documents;

/// Words and phrases, as regular expressions without case.
const BANNED_WORDS: &[&str] = &[
    // The glossary has another word.
    "revok(e|es|ed|ing)",
    "e-mails?",
    "as-it-is",
    "(give|gives|given|giving) up",
    "(go|goes|going) on",
    "(put|puts|putting) off",
    "run(s|ning)? out",
    "call(s|ed)? the server",
    // Metaphors.
    "rooms?",
    "houses?",
    "walls?",
    "doors?",
    "gates?",
    "reins?",
    "leash(es)?",
    "twins?",
    "letters?",
    "doings?",
    "rosters?",
    "walk(s|ed|ing)?",
    "in hand",
    // Old or indirect words.
    "anew",
    "mend(s|ed|ing)?",
    "perhaps",
    "meanwhile",
    "all the same",
    "by itself",
    "by themselves",
    "by then",
    "somebody",
    "someone",
    "nobody",
    "whoever",
    "whom",
    "thereof",
    "the gravest",
    "of which",
    "of it",
    "of them",
    "is told",
    "are told",
    "is said",
    "shall",
    // British spelling.
    "colour(s|ed)?",
    "licences?",
    "behaviours?",
    "cancelled",
    "recognise[sd]?",
];

/// Documents that name banned words to replace them.
const EXEMPT_DOCUMENTS: &[&str] = &["docs/style.md", "docs/glossary.md"];

/// Names of files, flags and items are those of the program.
static INLINE_CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("`[^`]*`").expect("a regular expression"));

static BANNED_WORD: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(r"(?i)\b({})\b", BANNED_WORDS.join("|"));
    Regex::new(&pattern).expect("a regular expression")
});

#[test]
fn documents_use_no_banned_word() {
    let mut found = Vec::new();
    for document in read_documents() {
        if EXEMPT_DOCUMENTS.contains(&document.name.as_str()) {
            continue;
        }
        let text = blank_generated_tables(&document.text);
        let hits = text.lines().enumerate().filter_map(|(index, line)| {
            let hit =
                BANNED_WORD.find(&INLINE_CODE.replace_all(line, "")).map(|hit| hit.as_str().to_owned())?;
            Some(format!("{}:{}: {hit:?} in {line}", document.name, index + 1))
        });
        found.extend(hits);
    }
    assert!(found.is_empty(), "see docs/style.md:\n{}", found.join("\n"));
}

/// Returns the text with an empty line for each line of a generated table.
/// The words in such a table are those of the program.
fn blank_generated_tables(text: &str) -> String {
    let mut is_inside = false;
    let mut kept_text = String::new();
    for line in text.lines() {
        let is_mark = line.starts_with("<!--");
        is_inside = if is_mark { !line.starts_with("<!-- /") } else { is_inside };
        if !is_inside {
            kept_text.push_str(line);
        }
        kept_text.push('\n');
    }
    kept_text
}
