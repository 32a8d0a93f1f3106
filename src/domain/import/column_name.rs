//! Classifies column names by the emails below them, in many languages.

use crate::domain::words::{Words, parse_words};

/// Kind of column, derived from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnKind {
    /// The email of the person in the row: `Email`, `Work E-mail`, `Courriel`.
    Email,
    /// A sign-in name in the form of an email: `User principal name`.
    SignIn,
    /// An email of an unknown kind: `Mentor email`.
    QualifiedEmail,
    /// An email of another person, or a private email: `Manager Email`, `Home`.
    Other,
    /// The name does not show what the column contains.
    Neutral,
}

/// Complete names of email columns, letters and digits only.
static EMAIL_NAMES: Words = Words::new(|| parse_words(include_str!("words/email_names.txt")));
/// Sign-in names in the form of emails.
const SIGN_IN_NAMES: &[&str] = &["userprincipalname", "upn", "principalname"];
/// Words in the name of an email column that do not change whose email it is: "work email".
static NEUTRAL_WORDS: Words = Words::new(|| parse_words(include_str!("words/neutral_words.txt")));
/// Parts of the names of columns whose emails are not for invites.
static OTHER_PARTS: Words = Words::new(|| parse_words(include_str!("words/other_parts.txt")));
/// Parts of the names of columns that describe an email but contain none: `Email status`.
static METADATA_PARTS: Words = Words::new(|| parse_words(include_str!("words/metadata_parts.txt")));
/// Whole words in the names of [`ColumnKind::Other`], too short to be searched inside of other words.
static OTHER_WORDS: Words = Words::new(|| parse_words(include_str!("words/other_words.txt")));

/// Classifies a column name.
pub(super) fn classify(name: &str) -> ColumnKind {
    let words = split_words(name);
    let plain = normalize_name(name);
    let is_numbered = plain.ends_with(|c: char| matches!(c, '2'..='9'))
        || words.iter().any(|w| w.parse::<u32>().is_ok_and(|n| n > 1));
    // Includes the text in brackets: `Email (Manager)`.
    let whole: String = words.concat();
    let is_other = OTHER_PARTS.iter().any(|part| whole.contains(part))
        || words.iter().any(|word| OTHER_WORDS.contains(&word.as_str()));
    if is_other || (is_numbered && has_email_word(&plain)) {
        return ColumnKind::Other;
    }
    if SIGN_IN_NAMES.contains(&plain.as_str()) {
        return ColumnKind::SignIn;
    }
    if EMAIL_NAMES.contains(&plain.as_str()) {
        return ColumnKind::Email;
    }
    if !has_email_word(&plain) {
        return ColumnKind::Neutral;
    }
    let rest = NEUTRAL_WORDS.iter().fold(plain.replace('1', ""), |rest, word| {
        match EMAIL_NAMES.contains(&rest.as_str()) {
            true => rest,
            false => rest.replacen(word, "", 1),
        }
    });
    if EMAIL_NAMES.contains(&rest.as_str()) { ColumnKind::Email } else { ColumnKind::QualifiedEmail }
}

/// True if a name contains a word for email. False for `Mailing Address`, which is a street.
pub(super) fn has_email_word(plain: &str) -> bool {
    if METADATA_PARTS.iter().any(|part| plain.contains(part)) {
        return false;
    }
    let long = |word: &&&str| word.chars().count() > 4 || !word.is_ascii();
    (plain.contains("mail") && !plain.contains("mailing"))
        || plain.contains("epost")
        || EMAIL_NAMES
            .iter()
            .filter(long)
            .any(|word| !matches!(*word, "address" | "adresse" | "invitee" | "posta") && plain.contains(word))
}

/// Returns a name in lower case without white space, punctuation and bracketed text.
/// `Email Address [Required]` becomes `emailaddress`.
pub(super) fn normalize_name(name: &str) -> String {
    let mut depth = 0_usize;
    let outside = |c: &char| {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    let kept: String = name.chars().filter(outside).filter(|c| c.is_alphanumeric()).collect();
    let kept = if kept.is_empty() { name.chars().filter(|c| c.is_alphanumeric()).collect() } else { kept };
    // Some letters become two letters in lower case.
    kept.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Splits a name into lower-case words: `secondEmail` becomes `second` and `email`.
fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classify_knows_names_in_ten_languages() {
        for name in [
            "Email",
            "E-Mail",
            "e-mail address",
            "Email Address [Required]",
            "Work Email",
            "workEmail",
            "Primary Email",
            "E-mail 1 - Value",
            "E-Mail-Adresse",
            "Dienstliche E-Mail",
            "Courriel",
            "Adresse e-mail professionnelle",
            "Correo electrónico",
            "Indirizzo e-mail",
            "E-mail adres",
            "E-postadress",
            "Adres e-mail",
            "Электронная почта",
            "Рабочая почта",
            "メールアドレス",
            "工作邮箱",
            "이메일",
            "E-posta",
            "Emails",
            "profile.email",
            "emails.work.value",
            "Person Email",
            "EMAIL (work)",
        ] {
            assert_eq!(classify(name), ColumnKind::Email, "{name}");
        }
        for name in [
            "Manager Email",
            "managerEmail",
            "Private Email",
            "Personal e-mail",
            "Home",
            "Home Secondary Email",
            "Recovery Email",
            "secondEmail",
            "E-mail 2 - Value",
            "Email2",
            "New Primary Email [UPLOAD ONLY]",
            "Proxy addresses",
            "E-Mail Vorgesetzter",
            "Private E-Mail",
            "Email (Manager)",
            "E-Mail [privat]",
            "メール（個人）",
            "Mail perso",
            "Courriel du responsable",
            "Email personnel",
            "Correo del jefe",
            "Email privata",
            "E-mail leidinggevende",
            "Личная почта",
            "Почта руководителя",
            "上司のメールアドレス",
            "私人邮箱",
            "개인 이메일",
            "Kişisel e-posta",
            "Prywatny e-mail",
            "Alternate Email Address",
            "Old email",
            "CC",
        ] {
            assert_eq!(classify(name), ColumnKind::Other, "{name}");
        }
        assert_eq!(classify("User principal name"), ColumnKind::SignIn);
        assert_eq!(classify("Mentor Email"), ColumnKind::QualifiedEmail);
        for name in [
            "Name",
            "login",
            "Team",
            "Mailing Address",
            "Email status",
            "E-mail 1 - Label",
            "E-mail Type",
            "#",
            "",
        ] {
            assert_eq!(classify(name), ColumnKind::Neutral, "{name}");
        }
    }

    #[test]
    fn word_lists_are_complete() {
        let lists = [&EMAIL_NAMES, &NEUTRAL_WORDS, &OTHER_PARTS, &METADATA_PARTS, &OTHER_WORDS];
        assert_eq!(lists.map(|list| list.len()), [137, 110, 189, 29, 17]);
    }
}
