//! Classifies column names by the emails below them, in many languages.

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
#[rustfmt::skip]
const EMAIL_NAMES: &[&str] = &[
    "email", "emails", "mail", "mails", "emailaddress", "emailaddresses", "mailaddress", "address", "invitee", "emailid", "emailsaddress", "emailaddr", "smtpaddress", "emailsvalue",
    "emailadresse", "emailadressen", "mailadresse", "mailadressen", "adresse", "epost", "epostadresse", "epostadress", "epostaddress",
    "courriel", "courriels", "adresseelectronique", "adresseélectronique", "adressemail", "adresseemail", "mél", "adressemél",
    "adressedemessagerie", "adressecourriel", "adressedecourriel",
    "correo", "correos", "correoelectronico", "correoelectrónico", "direcciondecorreo", "direccióndecorreo",
    "direccióndecorreoelectrónico", "direcciondecorreoelectronico", "direccióndeemail",
    "posta", "postaelettronica", "indirizzoemail", "indirizzodiposta", "indirizzomail", "indirizzodipostaelettronica",
    "endereçodeemail", "enderecodeemail", "correioeletrônico", "correioeletronico", "correioeletrónico",
    "emailadres", "mailadres", "eposta", "epostası", "epostaadresi", "epostaadresleri", "postaadresi", "sähköposti", "sähköpostiosoite", "meili",
    "poczta", "adresemail", "adresyemail", "pocztaelektroniczna", "adreseletroniczny", "adrespocztyelektronicznej",
    "emailcím", "emailcim", "emailovaadresa", "emailováadresa", "mailovaadresa", "emailadresa", "adresaemail", "adresăemail",
    "adresadeemail", "elpastas", "elpaštas", "elpastoadresas", "epasts", "epastaadrese",
    "электроннаяпочта", "почта", "элпочта", "адресэлектроннойпочты", "адресэлпочты", "имейл", "емейл", "електроннапошта",
    "пошта", "имейладрес", "ηλεκτρονικήδιεύθυνση", "ηλεκτρονικόταχυδρομείο", "διεύθυνσηemail",
    "メール", "メールアドレス", "eメール", "eメールアドレス", "電子メール", "電子メールアドレス", "メアド",
    "邮箱", "邮箱地址", "电子邮件", "电子邮件地址", "电子邮箱", "邮件", "邮件地址", "電子郵件", "電子郵件地址", "電子信箱", "信箱", "電郵", "電郵地址",
    "이메일", "이메일주소", "메일", "전자우편", "전자메일", "메일주소",
    "البريدالإلكتروني", "البريدالالكتروني", "بريدإلكتروني", "דואל", "דוארלקטרוני", "דוא״ל", "אימייל", "ईमेल", "ईमेलपता", "อีเมล", "thưđiệntử", "surel", "emel", "alamatemail",
];
/// Sign-in names in the form of emails.
const SIGN_IN_NAMES: &[&str] = &["userprincipalname", "upn", "principalname"];
/// Words in the name of an email column that do not change whose email it is: "work email".
#[rustfmt::skip]
const NEUTRAL_WORDS: &[&str] = &[
    "work", "business", "company", "corporate", "office", "organisational", "organizational", "primary", "main", "official", "default", "preferred",
    "employee", "staff", "user", "member", "invitee", "guest", "attendee", "participant", "student", "contact", "customer",
    "client", "recipient", "login", "account", "required", "readonly", "value", "profile", "person", "persons", "people", "their", "the", "your",
    "dienstliche", "dienstlich", "geschäftliche", "geschäftlich", "geschäfts", "firmen", "arbeits", "mitarbeiter", "benutzer", "teilnehmer", "gast",
    "professionnelle", "professionnel", "travail", "pro", "utilisateur", "employé", "invité", "principale", "principal",
    "trabajo", "laboral", "corporativo", "empresa", "usuario", "empleado", "invitado", "dellavoro", "lavoro", "aziendale", "utente", "dipendente", "ospite",
    "trabalho", "profissional", "corporativa", "funcionário", "werk", "zakelijk", "zakelijke", "medewerker", "arbete", "arbeid", "arbejde", "jobb", "työ",
    "służbowy", "sluzbowy", "praca", "рабочая", "рабочий", "рабочей", "служебная", "корпоративная", "会社", "勤務先", "職場", "工作", "公司", "单位", "企业", "회사", "업무", "직장",
    "iş", "şirket", "العمل", "de", "du", "da", "do", "des", "of",
];
/// Parts of the names of columns whose emails are not for invites.
#[rustfmt::skip]
const OTHER_PARTS: &[&str] = &[
    "manager", "mgr", "supervisor", "boss", "leader", "reportsto", "reportto", "private", "personal", "home", "recovery", "second", "alternat",
    "backup", "other", "additional", "assistant", "secretary", "emergency", "parent", "guardian", "mother", "father", "spouse", "partner", "former",
    "previous", "proxy", "alias", "forward", "reply", "sender", "owner", "approver", "sponsor", "requester", "requestor", "referrer", "referral", "createdby", "invitedby",
    "addedby", "modifiedby", "creator", "notification", "billing", "invoice", "uploadonly", "rescue", "fallback", "escalation", "coordinator", "headof", "hrbp", "recruiter", "buddy", "originalrow",
    "vorgesetz", "leiter", "betreuer", "führungskraft", "chef", "privat", "persönlich", "weitere", "zweit", "wiederherstell", "notfall", "assistenz", "ersatz", "eltern",
    "responsable", "supérieur", "superieur", "privé", "prive", "personnel", "domicile", "secondaire", "secours", "récupération", "recuperation", "autre", "gestionnaire",
    "jefe", "gerente", "privado", "particular", "secundari", "recupera", "otro", "alternativ", "encargado",
    "responsabile", "capo", "secondari", "recupero", "altr", "gestor", "chefe", "pessoal", "outro", "coordenador", "superior",
    "leidinggevende", "persoonlijk", "thuis", "tweede", "herstel", "hoofd", "leder", "personlig", "sekundär", "hemma", "hjem", "esimies", "esihenkilö", "koti",
    "kierownik", "przełożon", "menedżer", "menadżer", "prywatn", "osobist", "dodatkow", "zapasow", "domow",
    "руковод", "начальник", "менеджер", "личн", "домашн", "дополнит", "резерв", "частн", "запасн", "керівник", "особист",
    "上司", "管理者", "マネージャ", "部長", "課長", "個人", "自宅", "予備", "副", "プライベート", "経理", "代理",
    "经理", "主管", "上级", "领导", "私人", "个人", "备用", "家庭", "家长", "經理", "上級", "私人", "備用", "恢复",
    "관리자", "상사", "매니저", "개인", "보조", "복구", "팀장", "집", "yönetici", "müdür", "kişisel", "özel", "ikincil", "kurtarma", "diğer",
    "المدير", "مدير", "شخصي", "vedoucí", "soukrom", "osobn", "nadřízen", "vezető", "főnök", "magán",
];
/// Parts of the names of columns that describe an email but contain none: `Email status`.
#[rustfmt::skip]
const METADATA_PARTS: &[&str] = &[
    "type", "label", "status", "preference", "display", "verified", "optin", "optout", "consent", "subscri", "count", "format", "frequency", "domain",
    "signature", "bounced", "opened", "delivered", "template", "language", "setting", "permission", "quota", "server", "enabled", "typ", "statut", "estado", "stato",
];
/// Whole words in the names of [`ColumnKind::Other`], too short to be searched inside of other words.
#[rustfmt::skip]
const OTHER_WORDS: &[&str] = &["alt", "old", "new", "cc", "bcc", "from", "by", "head", "lead", "teamlead", "hr", "perso", "director", "ev", "pa", "ea", "cm"];

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

/// Returns a name in lower case without white space, punctuation and bracketed text. `Email Address [Required]`
/// becomes `emailaddress`.
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
}
