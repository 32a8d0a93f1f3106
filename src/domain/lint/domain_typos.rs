//! Detects likely typos of mail domains.
//! A rare domain is compared with frequent ones: a short public list, and the frequent domains of the tenancy
//! itself. A frequent domain is never reported as a typo. Linear in the number of emails: an index of
//! spellings without one letter finds similar domains.

use std::cmp::Reverse;

use hashbrown::HashMap;

use super::known_domains::{AMBIGUOUS_ENDINGS, NONEXISTENT_ENDINGS, PUBLIC_DOMAINS};
use crate::domain::text;

/// Maximum number of emails in a domain that can be a typo.
const MAX_RARE_COUNT: usize = 3;
/// Minimum number of emails in a frequent domain.
/// It also needs [`MIN_FREQUENCY_RATIO`] times as many emails as the rare domain.
const MIN_FREQUENT_COUNT: usize = 5;
const MIN_FREQUENCY_RATIO: usize = 5;
/// Minimum length of a domain part with a typo. Shorter parts are different names: `eu.acme.com`,
/// `us.acme.com`.
const MIN_PART_BYTES: usize = 4;
/// Maximum length of a compared domain.
const MAX_DOMAIN_BYTES: usize = 64;

/// The probably correct spelling of an email, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole email, corrected.
    pub email: String,
    /// "acme.co 1, acme.com 41", or "gmial.com is one letter away from gmail.com". Sanitized.
    pub reason: String,
}

/// Number of emails in each domain, and the models: the frequent domains that others are compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainStats {
    counts: HashMap<String, usize>,
    /// Models by spelling: the correct spelling, and each spelling without one letter.
    models_by_spelling: HashMap<String, Vec<String>>,
}

impl DomainStats {
    /// Learns domains from the emails of a tenancy. Always includes the public domains.
    pub fn from_emails<'a>(emails: impl IntoIterator<Item = &'a str>) -> DomainStats {
        let mut domains = DomainStats::default();
        for (_, domain) in emails.into_iter().filter_map(split_email) {
            *domains.counts.entry_ref(to_lower(domain).as_ref()).or_default() += 1;
        }
        let learned = domains
            .counts
            .iter()
            .filter(|(name, count)| **count >= MIN_FREQUENT_COUNT && is_comparable(name));
        let models: Vec<String> = learned.map(|(name, _)| name.clone()).collect();
        for model in models.into_iter().chain(PUBLIC_DOMAINS.iter().map(|name| (*name).to_owned())) {
            for spelling in spellings_without_one_letter(&model) {
                let similar = domains.models_by_spelling.entry(spelling).or_default();
                if !similar.contains(&model) {
                    similar.push(model.clone());
                }
            }
        }
        domains
    }

    /// Returns the number of learned emails in a domain. The domain must be in lower case.
    pub fn count(&self, domain: &str) -> usize {
        self.counts.get(domain).copied().unwrap_or(0)
    }

    /// Returns the learned domains that start with a text in lower case, the most frequent first.
    pub fn starting_with(&self, start: &str) -> Vec<String> {
        let mut found: Vec<_> = self.counts.iter().filter(|(domain, _)| domain.starts_with(start)).collect();
        found.sort_by(|(domain_a, a), (domain_b, b)| b.cmp(a).then_with(|| domain_a.cmp(domain_b)));
        found.into_iter().map(|(domain, _)| domain.clone()).collect()
    }

    /// Returns the email that was probably meant; `None` if nothing looks wrong.
    pub fn suggest(&self, email: &str) -> Option<Suggestion> {
        let (local, domain) = split_email(email.trim())?;
        let domain = to_lower(domain);
        let count = self.count(&domain);
        if count > MAX_RARE_COUNT || PUBLIC_DOMAINS.contains(&&*domain) || !is_comparable(&domain) {
            return None;
        }
        let (model, reason) = self.find_closest(&domain, count)?;
        Some(Suggestion { email: format!("{local}@{model}"), reason })
    }

    fn find_closest(&self, domain: &str, count: usize) -> Option<(String, String)> {
        let ending = domain.rsplit('.').next().unwrap_or_default();
        let respelled = |table: &[(&str, &str)]| {
            let right = table.iter().find(|(wrong, _)| *wrong == ending)?.1;
            Some(format!("{}{right}", &domain[..domain.len() - ending.len()]))
        };
        let corrected = respelled(&NONEXISTENT_ENDINGS);
        let spellings = [Some(domain.to_owned()), corrected.clone(), respelled(&AMBIGUOUS_ENDINGS)];
        let models = spellings.iter().flatten().flat_map(|spelling| self.neighbors(spelling));
        let usable = models.filter(|model| *model != domain && self.is_model_for(model, count));
        // The name decides last, so the same list always gives the same result.
        let rank = |model: &&str| {
            let popularity =
                PUBLIC_DOMAINS.iter().position(|public| public == model).unwrap_or(PUBLIC_DOMAINS.len());
            (strsim::osa_distance(domain, model), Reverse(self.count(model)), popularity, (*model).to_owned())
        };
        let best = usable.min_by_key(rank);
        if let Some(model) = best {
            return Some((model.to_owned(), self.reason(domain, count, model)));
        }
        let model = corrected.filter(|model| model.len() > 4)?;
        Some((model, format!("no domain ends in .{}", text::sanitize(ending))))
    }

    /// Returns the models that equal a spelling or differ from it by one typo.
    fn neighbors<'a>(&'a self, spelling: &'a str) -> impl Iterator<Item = &'a str> {
        let found = spellings_without_one_letter(spelling)
            .into_iter()
            .filter_map(|short| self.models_by_spelling.get(&short))
            .flatten();
        found.map(String::as_str).filter(move |model| is_single_typo(spelling, model))
    }

    fn is_model_for(&self, model: &str, count: usize) -> bool {
        PUBLIC_DOMAINS.contains(&model)
            || self.count(model) >= MIN_FREQUENT_COUNT.max(count * MIN_FREQUENCY_RATIO)
    }

    fn reason(&self, domain: &str, count: usize, model: &str) -> String {
        let (domain, model_text) = (text::sanitize(domain), text::sanitize(model));
        match self.count(model) {
            model_count if model_count >= MIN_FREQUENT_COUNT => {
                let (count, model_count) = (text::format_count(count), text::format_count(model_count));
                format!("{domain} {count}, {model_text} {model_count}")
            }
            _ => format!("{domain} is close to {model_text}, a public mail domain"),
        }
    }
}

/// Splits at the last `@`; `None` if a side is missing.
pub(super) fn split_email(email: &str) -> Option<(&str, &str)> {
    email.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

fn to_lower(domain: &str) -> std::borrow::Cow<'_, str> {
    let domain = domain.trim();
    match domain.chars().any(char::is_uppercase) {
        true => domain.to_lowercase().into(),
        false => domain.into(),
    }
}

fn is_comparable(domain: &str) -> bool {
    domain.len() <= MAX_DOMAIN_BYTES && domain.len() > MIN_PART_BYTES
}

/// Returns the text, and every text with one character removed.
fn spellings_without_one_letter(text: &str) -> Vec<String> {
    let without = |(at, c): (usize, char)| format!("{}{}", &text[..at], &text[at + c.len_utf8()..]);
    std::iter::once(text.to_owned()).chain(text.char_indices().map(without)).collect()
}

/// True if the domains differ by one typo in one part: a letter added, missing, replaced or swapped.
fn is_single_typo(domain: &str, model: &str) -> bool {
    if domain == model {
        return true;
    }
    if strsim::osa_distance(domain, model) > 1 {
        return false;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (domain.split('.').collect(), model.split('.').collect());
    if a.len() != b.len() {
        // A missing or additional dot, at any position.
        return domain.replace('.', "") == model.replace('.', "");
    }
    match a.iter().zip(&b).enumerate().find(|(_, (a, b))| a != b) {
        // Two existing endings are two domains: acme.us, acme.uk. Typos of endings have their own tables.
        Some((index, _)) if index + 1 == a.len() => false,
        Some((_, (a, b))) => a.len().max(b.len()) >= MIN_PART_BYTES && !differs_only_in_digits(a, b),
        None => false,
    }
}

/// True for `team1` and `team2`, which are different on purpose.
fn differs_only_in_digits(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain_stats(counts: &[(&str, usize)]) -> DomainStats {
        let emails: Vec<String> = counts
            .iter()
            .flat_map(|(domain, count)| (0..*count).map(move |n| format!("p{n}@{domain}")))
            .collect();
        DomainStats::from_emails(emails.iter().map(String::as_str))
    }

    fn suggested_email(domains: &DomainStats, email: &str) -> Option<String> {
        domains.suggest(email).map(|suggestion| suggestion.email)
    }

    #[test]
    fn rare_domain_near_a_frequent_one_is_flagged_with_counts() {
        let domains = domain_stats(&[("acme.co", 1), ("acme.com", 41), ("acne.com", 1)]);
        let suggestion = domains.suggest("Jane.Doe@Acme.co").expect("a typo");
        assert_eq!(suggestion.email, "Jane.Doe@acme.com");
        assert_eq!(suggestion.reason, "acme.co 1, acme.com 41");
        assert_eq!(suggested_email(&domains, "bob@acne.com").as_deref(), Some("bob@acme.com"));
        assert_eq!(suggested_email(&domains, "bob@acme.com"), None);
    }

    #[test]
    fn typos_of_public_domains_are_found_without_a_list() {
        let domains = DomainStats::from_emails([]);
        for (typo, meant) in [
            ("a@gmial.com", "a@gmail.com"),
            ("a@gmal.com", "a@gmail.com"),
            ("a@gmail.co", "a@gmail.com"),
            ("a@gmail.con", "a@gmail.com"),
            ("a@gmial.con", "a@gmail.com"),
            ("a@gmailcom", "a@gmail.com"),
            ("a@hotmial.com", "a@hotmail.com"),
            ("a@outlok.com", "a@outlook.com"),
            ("a@northwind.con", "a@northwind.com"),
        ] {
            assert_eq!(suggested_email(&domains, typo).as_deref(), Some(meant), "{typo}");
        }
    }

    #[test]
    fn plausible_domains_are_not_flagged() {
        let domains = domain_stats(&[
            ("acme.com", 41),
            ("acme.uk", 20),
            ("acme.shop", 20),
            ("eu.acme.com", 30),
            ("team1.example.org", 30),
            ("northwind.com", 40),
            ("northwing.com", 4),
        ]);
        for email in [
            "a@acme.us",
            "a@acme.show",
            "a@acme.org",
            "a@us.acme.com",
            "a@team2.example.org",
            "a@northwing.com",
            "a@mail.com",
            "a@yahoo.de",
            "a@hotmail.es",
            "bob@job",
            "a@",
            "no address",
        ] {
            assert_eq!(suggested_email(&domains, email), None, "{email}");
        }
    }
}
