//! Completes the last word of a filter: a domain after `@`, a named filter after `#`, or a key such as `exp<`.

use super::NamedFilters;

/// Terms that need a value, and those that are complete.
pub const COMPLETION_WORDS: [&str; 7] = ["exp<", "exp>", "exp:", "expired", "is:", "msg:", "note:"];
/// Frequent values of the keys.
const VALUES: [&str; 9] =
    ["exp:today", "exp<24h", "exp<48h", "exp<7d", "exp>3d", "exp>7d", "is:marked", "is:noted", "is:snoozed"];
/// Letters from which a plain word can be the beginning of a key.
const MIN_KEY_LETTERS: usize = 2;
/// Maximum number of completions.
const MAX_COMPLETIONS: usize = 8;

/// Returns the texts that complete the last word of a filter, the best first; raw.
/// `find_domains` returns the domains that start with a text in lower case, the most frequent first.
pub fn complete(
    text: &str,
    filters: &NamedFilters,
    find_domains: &dyn Fn(&str) -> Vec<String>,
) -> Vec<String> {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let before = &text[..text.len() - word.len()];
    if before.matches('"').count() % 2 == 1 {
        // The blank is inside of quotes.
        return Vec::new();
    }
    let positive = word.trim_start_matches('!');
    let kept = &text[..text.len() - positive.len()];
    let word = positive.to_lowercase();
    let found: Vec<String> = match word.chars().next() {
        Some('@') => find_domains(&word[1..]).into_iter().map(|domain| format!("@{domain}")).collect(),
        Some('#') => filters.iter().map(|(name, _)| format!("#{name}")).collect(),
        Some(_) if word.contains([':', '<', '>']) => VALUES.map(str::to_owned).to_vec(),
        Some(_) if word.chars().count() >= MIN_KEY_LETTERS => COMPLETION_WORDS.map(str::to_owned).to_vec(),
        _ => Vec::new(),
    };
    let fits = |candidate: &String| {
        let candidate = candidate.to_lowercase();
        candidate != word && candidate.starts_with(&word)
    };
    found.into_iter().filter(fits).take(MAX_COMPLETIONS).map(|word| format!("{kept}{word}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete_with(text: &str) -> Vec<String> {
        let filters = NamedFilters::new([("partners", "@oldpartner.com")]).expect("valid");
        let domains = ["oldpartner.com", "old.example", "acme.com"];
        let find = |start: &str| {
            domains.iter().filter(|name| name.starts_with(start)).map(|name| (*name).to_owned()).collect()
        };
        complete(text, &filters, &find)
    }

    #[test]
    fn last_word_is_completed_by_its_sign() {
        assert_eq!(complete_with("@old"), ["@oldpartner.com", "@old.example"]);
        assert_eq!(complete_with("jane  !@AC"), ["jane  !@acme.com"]);
        assert_eq!(complete_with("#p"), ["#partners"]);
        assert_eq!(complete_with("#"), ["#soon", "#expired", "#nomessage", "#partners"]);
        assert_eq!(complete_with("ms"), ["msg:"]);
        assert_eq!(complete_with("a exp"), ["a exp<", "a exp>", "a exp:", "a expired"]);
        assert_eq!(complete_with("is:n"), ["is:noted"]);
        assert_eq!(complete_with("exp<4"), ["exp<48h"]);
    }

    #[test]
    fn finished_quoted_or_short_word_is_not_completed() {
        for text in
            ["", "e", "jane", "@acme.com", "#partners", "expired", "@old ", "\"two ex", "/ex", "is:marked"]
        {
            assert_eq!(complete_with(text), Vec::<String>::new(), "{text}");
        }
    }
}
