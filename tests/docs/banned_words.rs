//! The words that `docs/style.md` rules out are in no document, comment or text of the program. The glossary and the
//! style guide may name them.

use std::sync::LazyLock;

use regex::Regex;

use crate::{Document, read_documents, read_source_files};

/// Words and phrases, as regular expressions without case.
const BANNED_WORDS: &[&str] = &[
    // Another word is the one of the glossary.
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

/// Banned words with a second meaning that source needs: characters, code, spellings of other programs.
const ALLOWED_IN_SOURCE: &[&str] =
    &["letters?", "of it", "of them", "of which", "e-mails?", "doings?", "walls?"];

/// Words that source does not use at all, not even in names.
const BANNED_NAMES: &str =
    "revokes?|revoked|mend(s|ed|ing)?|walk|roster|doings|reins?|leash|by itself|somebody|is told";

/// Files with stored names: a table of the journal is called `walk`.
const FILES_WITH_STORED_NAMES: &[&str] =
    &["src/store/schema.rs", "src/store/migrations/4_triage_session.sql", "src/store/triage_session.rs"];

/// Comments and string literals. The last alternative skips character literals.
const TEXT_IN_SOURCE: &str = concat!(
    r##"(?s)(?<text>//[^\n]*|b?r"[^"]*"|b?r#".*?"#|b?"(?:\\.|[^"\\])*")"##,
    r##"|'(?:\\[^']*|[^'\\\n])'"##
);

/// Names of files, flags and items are those of the program; addresses are examples.
static INLINE_CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"`[^`]*`|\S+@\S+").expect("a regular expression"));

static BANNED_WORD: LazyLock<Regex> = LazyLock::new(|| whole_words(&BANNED_WORDS.join("|")));

fn whole_words(words: &str) -> Regex {
    Regex::new(&format!(r"(?i)\b({words})\b")).expect("a regular expression")
}

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

#[test]
fn comments_and_texts_of_the_program_use_no_banned_word() {
    let words: Vec<&str> =
        BANNED_WORDS.iter().copied().filter(|word| !ALLOWED_IN_SOURCE.contains(word)).collect();
    let banned = whole_words(&words.join("|"));
    let texts = Regex::new(TEXT_IN_SOURCE).expect("a regular expression");
    let mut found = Vec::new();
    for file in source_files_without_stored_names() {
        let is_rust = file.name.ends_with(".rs");
        let text = if is_rust { production_part(&file.text) } else { &file.text };
        let parts: Vec<(usize, &str)> = match is_rust {
            true => texts
                .captures_iter(text)
                .filter_map(|part| part.name("text"))
                .map(|part| (part.start(), part.as_str()))
                .collect(),
            false => vec![(0, text)],
        };
        for (start, part) in parts {
            if let Some(hit) = banned.find(&INLINE_CODE.replace_all(part, "")) {
                let line = text[..start].lines().count();
                found.push(format!("{}:{line}: {:?} in {part}", file.name, hit.as_str()));
            }
        }
    }
    assert!(found.is_empty(), "see docs/style.md:\n{}", found.join("\n"));
}

#[test]
fn names_use_no_banned_word() {
    let banned = whole_words(BANNED_NAMES);
    let mut found = Vec::new();
    for file in source_files_without_stored_names() {
        let hits = file.text.lines().enumerate().filter(|(_, line)| banned.is_match(line));
        found.extend(hits.map(|(index, line)| format!("{}:{}: {line}", file.name, index + 1)));
    }
    assert!(found.is_empty(), "see docs/style.md:\n{}", found.join("\n"));
}

#[test]
fn banned_words_are_found_in_comments_and_texts_only() {
    let texts = Regex::new(TEXT_IN_SOURCE).expect("a regular expression");
    let source = r##"let walk = '"'; say("a \" wall"); // perhaps"##;
    let parts: Vec<&str> =
        texts.captures_iter(source).filter_map(|part| part.name("text")).map(|part| part.as_str()).collect();
    assert_eq!(parts, [r#""a \" wall""#, "// perhaps"]);
    assert_eq!(production_part("fn a() {}\n#[cfg(test)]\nmod tests {\n"), "fn a() {}\n");
}

fn source_files_without_stored_names() -> impl Iterator<Item = Document> {
    read_source_files().into_iter().filter(|file| !FILES_WITH_STORED_NAMES.contains(&file.name.as_str()))
}

/// The source without its unit tests, which quote odd words on purpose.
fn production_part(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests {").next().unwrap_or(source)
}

/// The text with an empty line for each line of a generated table: the words there are those of the program.
fn blank_generated_tables(text: &str) -> String {
    let mut is_inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        let is_mark = line.starts_with("<!--");
        is_inside = if is_mark { !line.starts_with("<!-- /") } else { is_inside };
        if !is_inside {
            kept.push_str(line);
        }
        kept.push('\n');
    }
    kept
}
