//! Tests of the filter language as tables of cases: a filter, and the rows that match.

mod order;

use std::collections::HashSet;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::invite_store::InviteStore;
use crate::domain::{Expiry, Identity, Invite};

const ROWS: [(&str, &str, &str, &str); 8] = [
    ("odd-smith", "bob@acme.com", "Welcome to the audit", "2022-06-19T00:00:00Z"),
    ("b", "Ann.Smith@acme.com", "hello", "2022-06-18T00:00:00Z"),
    ("c", "zoe@other.org", "ask Smith at acme.com", ""),
    ("d", "carl@acme.co", "HELLO again", "2022-06-17T00:00:00Z"),
    ("00000000-0000-4000-a000-000000000001", "eve@eu.ACME.com", " ", "2022-06-17T12:00:00Z"),
    ("f", "fay@notacme.com", "two words\nbelow", "2022-06-17T12:00:00.000001Z"),
    ("g", "Jörg.Übel@x", "größe \"quoted\" /path/ #12", "2022-07-17T12:00:00Z"),
    ("h", "ian@acme.com.evil.org", "", "2022-06-17T13:00:00Z"),
];

fn now() -> Timestamp {
    "2022-06-17T12:00:00Z".parse().expect("a time")
}

fn invite_store(rows: &[(&str, &str, &str, &str)]) -> InviteStore {
    let mut store = InviteStore::default();
    for (identity, email, message, expiry) in rows {
        store.insert(&Invite {
            identity: Identity::parse(identity).expect("usable"),
            email: (*email).into(),
            message: (*message).into(),
            expiry: Expiry::parse(expiry),
        });
    }
    store
}

fn matching_emails(store: &InviteStore, query: &Query, marked: &HashSet<Identity>) -> String {
    let sorted = run(store.rows(), query, now(), marked);
    let emails = sorted.iter().filter_map(|row| store.rows().get(*row));
    emails.map(|row| row.email.chars().take(3).collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn parse_filter(filter: &str) -> Filter {
    let custom = [("old", "#expired !@acme.com"), ("two", "\"two words\"")];
    let filters = NamedFilters::new(custom).expect("good filters");
    Filter::parse(filter, &filters).unwrap_or_else(|error| panic!("{filter:?}: {error}"))
}

fn parse_error(filter: &str) -> ParseError {
    Filter::parse(filter, &NamedFilters::default()).expect_err(filter)
}

/// Returns the first letters of the matching emails, in alphabetical order.
fn matching_letters(filter: &str) -> String {
    let marked = ["b", "00000000-0000-4000-a000-000000000001", "gone"];
    let marked = marked.into_iter().filter_map(Identity::parse).collect();
    let query = Query { filter: parse_filter(filter), sort: Sort::Email, ..Query::default() };
    matching_emails(&invite_store(&ROWS), &query, &marked)
}

#[test]
fn each_term_form_matches_as_documented() {
    let all = "Ann bob car eve fay ian Jör zoe";
    for (filter, expected) in [
        ("", all),
        ("  ", all),
        ("smith", "Ann zoe"),
        ("hello", "Ann car"),
        ("hello ACME.CO", "Ann car"),
        ("hello acme.com", "Ann"),
        (".*", ""),
        ("comWelcome", ""),
        ("odd", ""),
        ("GRÖSSE", ""),
        ("GRÖß", "Jör"),
        ("\"two words\"", "fay"),
        ("\"two words", "fay"),
        ("\"words\nbelow\"", "fay"),
        ("\"@acme\" !@acme.com", "car ian"),
        ("\"quoted\"", "Jör"),
        ("\"\"quoted\"\"", "Jör"),
        ("\"#12\"", "Jör"),
        ("\"expired\"", ""),
        ("~annsm", "Ann"),
        ("~jübl", "Jör"),
        ("~\"l ag\"", "car"),
        ("=hello", "Ann"),
        ("=BOB@acme.com", "bob"),
        ("=\"hello again\"", "car"),
        ("=acme.com", ""),
        ("/^ann|^bob/", "Ann bob"),
        ("/O$/", "Ann car"),
        ("/hello AGAIN/", "car"),
        ("/two words/ below", "fay"),
        ("/two words", "fay"),
        ("//path//", "Jör"),
        (r"/\/path\/ #/", "Jör"),
        ("/^$/", "ian"),
        ("@acme.com", "Ann bob"),
        ("@ACME.com", "Ann bob"),
        ("@.acme.com", "eve"),
        ("@.com", "Ann bob eve fay"),
        ("@x", "Jör"),
        ("exp<48h", "Ann bob fay ian"),
        ("exp<1h", "fay"),
        ("exp<=1h", "fay ian"),
        ("exp>1h", "Ann bob Jör"),
        ("exp>=1H", "Ann bob ian Jör"),
        ("exp>36h", "Jör"),
        ("exp>=1d12h exp<=36h", "bob"),
        ("exp<4w", "Ann bob fay ian"),
        ("exp>0m", "Ann bob fay ian Jör"),
        ("exp<0m", ""),
        ("exp:2022-06-17", "car eve fay ian"),
        ("EXP:2022-06-17 !expired", "fay ian"),
        ("!exp:2022-06-17", "Ann bob Jör zoe"),
        ("exp:2022-06-20", ""),
        ("exp:today", "car eve fay ian"),
        ("exp:TODAY !expired", "fay ian"),
        ("!exp:today", "Ann bob Jör zoe"),
        ("expired", "car eve"),
        ("EXPIRED", "car eve"),
        ("!expired !exp>0m", "zoe"),
        ("msg:acme", "zoe"),
        ("msg:\"two words\"", "fay"),
        ("MSG:hello", "Ann car"),
        ("msg:", "Ann bob car fay Jör zoe"),
        ("!msg:", "eve ian"),
        ("is:marked", "Ann eve"),
        ("is:marked !@acme.com", "eve"),
        ("#soon", "Ann bob fay ian"),
        ("#expired", "car eve"),
        ("#nomessage", "eve ian"),
        ("!#soon", "car eve Jör zoe"),
        ("#old", "car eve"),
        ("!#old @acme.co", ""),
        ("#two", "fay"),
        ("!smith", "bob car eve fay ian Jör"),
        ("!!smith", "Ann zoe"),
        ("!\"two words\" !=hello !@x", "bob car eve ian zoe"),
        ("foo:bar", ""),
        ("exp", ""),
        ("a@b", ""),
        ("b@acme", "bob"),
    ] {
        assert_eq!(matching_letters(filter), expected, "{filter:?}");
    }
}

#[test]
fn parse_error_has_a_suggestion_and_a_position() {
    for (filter, range, message) in [
        ("hello /[/", 6..9, "Invalid regular expression /[/: unclosed character class."),
        ("/(/", 0..3, "Invalid regular expression /(/: unclosed group."),
        (r"/\w{9999}/", 0..10, r"Invalid regular expression /\w{9999}/: it is too large."),
        ("/", 0..1, "`/` needs a regular expression: /^ann/."),
        ("// x", 0..2, "`/` needs a regular expression: /^ann/."),
        ("exp<x", 0..5, "Invalid time exp<x. Use exp<48h or exp>7d, with the unit m, h, d or w."),
        ("exp=48h", 0..7, "Invalid time exp=48h. Use exp<48h or exp>7d, with the unit m, h, d or w."),
        ("exp<", 0..4, "Invalid time exp<. Use exp<48h or exp>7d, with the unit m, h, d or w."),
        ("exp<48", 0..6, "Invalid time exp<48. Use exp<48h or exp>7d, with the unit m, h, d or w."),
        (
            "exp>99999999999999w",
            0..19,
            "Invalid time exp>99999999999999w. Use exp<48h or exp>7d, with the unit m, h, d or w.",
        ),
        ("exp<4é", 0..6, "Invalid time exp<4é. Use exp<48h or exp>7d, with the unit m, h, d or w."),
        ("é #nope x", 2..7, "Unknown filter #nope. Use #soon, #expired, #nomessage."),
        ("is:odd", 0..6, "Unknown is:odd. Use is:marked, is:noted or is:snoozed."),
        ("!", 0..1, "`!` needs a term: !word or !@acme.com."),
        ("~", 0..1, "`~` needs letters: ~jdoe."),
        ("x =", 2..3, "`=` needs a whole email: =ann@acme.com."),
        ("!@", 0..2, "`@` needs a domain: @acme.com, or @.acme.com for its subdomains."),
        ("@.", 0..2, "`@` needs a domain: @acme.com, or @.acme.com for its subdomains."),
        ("\"\" x", 0..2, "The quotes are empty."),
        ("a\u{1f}b", 0..3, "The filter contains a control character."),
    ] {
        assert_eq!(parse_error(filter), ParseError { range, message: message.into() }, "{filter:?}");
    }
}

#[test]
fn oversized_filters_are_rejected() {
    let many = vec!["word"; 10_000].join(" ");
    assert_eq!(parse_error(&many).message, "A filter can have at most 64 terms.");
    let long = "x".repeat(1_001);
    assert_eq!(parse_error(&long).message, "A term can have at most 1,000 characters.");
    assert_eq!(parse_error(&format!("/{}/", "(a|b)*".repeat(500))).range, 0..3_002);
    assert!(parse_error("/((((a{50}){50}){50}){50}){50}/").message.contains("it is too large"));
    assert!(parse_error(&format!("/{}{}/", "(".repeat(90), ")".repeat(90))).message.contains("nest"));
    parse_filter(&vec!["招待状".repeat(333); 64].join(" "));
}

#[test]
fn every_form_in_the_reference_and_the_hint_parses() {
    assert_eq!(FILTER_HELP.len(), 18);
    for (form, _) in FILTER_HELP.iter() {
        parse_filter(form);
    }
    parse_filter(FILTER_HINT);
    for (name, text) in BUILT_IN {
        parse_filter(text);
        assert!(
            FILTER_HELP.iter().any(|(_, description)| description.contains(&format!("#{name}"))),
            "{name}"
        );
    }
}

#[test]
fn filter_reports_its_dependencies() {
    for (filter, time, marks) in [
        ("a", false, false),
        ("a !#soon", true, false),
        ("expired", true, false),
        ("exp:today", true, false),
        ("is:marked", false, true),
        ("", false, false),
    ] {
        let filter = parse_filter(filter);
        assert_eq!((filter.is_time_dependent(), filter.uses_marks()), (time, marks), "{}", filter.text());
    }
}

#[test]
fn user_filter_name_overrides_a_built_in_name() {
    let filters = NamedFilters::new([("soon", "exp<1h")]).expect("good");
    let filter = Filter::parse("#soon", &filters).expect("good");
    let query = Query { filter, ..Query::default() };
    assert_eq!(matching_emails(&invite_store(&ROWS), &query, &HashSet::new()), "fay");
    let listed: Vec<_> = filters.iter().collect();
    assert_eq!(listed, [("expired", "expired"), ("nomessage", "!msg:"), ("soon", "exp<1h")]);
}

fn highlighted(filter: &str, column: TextColumn, raw: &str, columns: usize) -> String {
    let (displayed, ranges) = parse_filter(filter).truncate_highlighted(column, raw, columns);
    let mut out = String::new();
    let mut offset = 0;
    for range in ranges {
        out.push_str(&format!("{}[{}]", &displayed[offset..range.start], &displayed[range.clone()]));
        offset = range.end;
    }
    out + &displayed[offset..]
}

#[test]
fn matched_characters_are_found_in_the_shown_text() {
    use TextColumn::{Email, Message};
    for (filter, column, raw, columns, expected) in [
        ("an sm", Email, "Ann.Smith an", 20, "[An]n.[Sm]ith [an]"),
        ("ann nn.s", Email, "Ann.Smith", 20, "[Ann.S]mith"),
        ("~asm", Email, "ann.smith@x", 20, "[a]nn.[sm]ith@x"),
        ("@acme.com", Email, "ann@acme.com", 20, "ann[@acme.com]"),
        ("@acme.com", Message, "to ann@acme.com", 20, "to ann@acme.com"),
        ("=ann@x", Email, "Ann@X", 20, "[Ann@X]"),
        ("/n+/", Email, "ann@n", 20, "a[nn]@[n]"),
        ("/x*/", Email, "ann", 20, "ann"),
        ("msg:an", Email, "ann", 20, "ann"),
        ("msg:an", Message, "ann", 20, "[an]n"),
        ("!an", Email, "bob", 20, "bob"),
        ("#two", Message, "two words", 20, "[two words]"),
        ("!#two", Message, "two words", 20, "two words"),
        ("", Email, "ann", 20, "ann"),
        // Escaped characters, and text after the cut.
        ("b", Email, "a\u{1b}b", 20, "a␛[b]"),
        ("/\\x{1b}/", Email, "a\u{1b}b", 20, "a[␛]b"),
        ("b", Email, "\u{202e}b", 20, "‹U+202E›[b]"),
        ("smith", Email, "ann.smith", 9, "ann.[smith]"),
        ("smith", Email, "ann.smith", 7, "ann.[sm…]"),
        ("smith", Email, "ann.smith", 4, "ann[…]"),
        ("ann", Email, "ann.smith", 5, "[ann].…"),
        ("状", Message, "招待状です", 10, "招待[状]です"),
        ("e", Message, "e\u{301}e", 10, "[e\u{301}e]"),
        ("a", Email, "a", 0, ""),
    ] {
        assert_eq!(highlighted(filter, column, raw, columns), expected, "{filter:?} {raw:?} {columns}");
    }
}

#[test]
fn huge_matching_text_is_highlighted_quickly() {
    let raw = "ab".repeat(30_000);
    assert_eq!(highlighted("/./ a b", TextColumn::Message, &raw, 6), "[ababa…]");
}

#[test]
fn removed_rows_are_not_found() {
    let mut store = invite_store(&ROWS);
    store.remove(&Identity::parse("b").expect("usable"));
    for (filter, expected) in [("smith", "zoe"), ("@acme.com", "bob"), ("exp<48h", "fay ian bob")] {
        let query = Query { filter: parse_filter(filter), ..Query::default() };
        assert_eq!(matching_emails(&store, &query, &HashSet::new()), expected, "{filter}");
    }
}

/// Returns random texts with many signs of the filter language.
fn filter_texts() -> impl Strategy<Value = String> {
    let signs = "!~=@#/\"<>:. aAbBéÉ招\\[(*1hdexpmsgis".chars().collect::<Vec<_>>();
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(proptest::sample::select(signs), 0..24)
            .prop_map(|chars| chars.into_iter().collect()),
    ]
}

fn random_words() -> impl Strategy<Value = String> {
    let letters = "aAbBéÉ.".chars().collect::<Vec<_>>();
    let letters = proptest::sample::select(letters);
    proptest::collection::vec(letters, 1..4).prop_map(|chars| chars.into_iter().collect())
}

fn random_sentences(max_words: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(random_words(), 0..max_words).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_or_gives_an_error_within_it(text in filter_texts(), raw in any::<String>(), columns in 0usize..40) {
        match Filter::parse(&text, &NamedFilters::default()) {
            Ok(filter) => {
                let (shown, ranges) = filter.truncate_highlighted(TextColumn::Message, &raw, columns);
                prop_assert!(ranges.iter().all(|range| shown.get(range.clone()).is_some_and(|part| !part.is_empty())));
                prop_assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
                let reparsed = Filter::parse(filter.text(), &NamedFilters::default());
                prop_assert_eq!(reparsed.expect("as before"), filter);
            }
            Err(error) => {
                prop_assert!(error.range.start < error.range.end && error.range.end <= text.chars().count());
                prop_assert!(error.message.ends_with('.'));
            }
        }
    }

    #[test]
    fn plain_words_match_a_row_by_row_search(
        rows in proptest::collection::vec((random_sentences(3), random_sentences(5)), 0..30),
        filter in proptest::collection::vec((any::<bool>(), random_words()), 0..4),
    ) {
        let mut store = InviteStore::default();
        for (n, (email, message)) in rows.iter().enumerate() {
            // Some identities are UUIDs and some are not, because they are packed differently.
            let identity = if n % 2 == 0 { format!("ab-{n}") } else { uuid::Uuid::from_u128(n as u128).to_string() };
            let identity = Identity::parse(&identity).expect("usable");
            store.insert(&Invite { identity, email: email.clone(), message: message.clone(), expiry: Expiry(None) });
        }
        let text: Vec<String> = filter.iter().map(|(not, word)| format!("{}{word}", if *not { "!" } else { "" })).collect();
        let query = Query { filter: parse_filter(&text.join(" ")), ..Query::default() };
        let found = run(store.rows(), &query, now(), &HashSet::new());
        let has = |text: &str, word: &str| text.to_lowercase().contains(&word.to_lowercase());
        let expected = rows.iter().enumerate().filter(|(_, (email, message))| {
            filter.iter().all(|(not, word)| (has(email, word) || has(message, word)) != *not)
        });
        let expected: Vec<u32> = expected.map(|(row, _)| row as u32).collect();
        prop_assert_eq!(found, expected);
    }
}
