//! Tests with random tables: emails come only from the chosen column.
//! Quotes, separators, order of columns, language of the header and errors in the rows are random.

use proptest::prelude::*;

use super::parse::parse;
use super::{ColumnChoice, ImportList};
use crate::domain::recipient;

/// Column names in ten languages: email, name, manager's email, private email.
const HEADERS: [[&str; 4]; 12] = [
    ["Work Email", "Name", "Manager Email", "Private Email"],
    ["email", "fullName", "managerEmail", "secondEmail"],
    ["E-Mail-Adresse", "Name", "E-Mail Vorgesetzter", "Private E-Mail"],
    ["Adresse e-mail", "Nom", "E-mail du responsable", "E-mail personnel"],
    ["Correo electrónico", "Nombre", "Correo del jefe", "Correo particular"],
    ["Indirizzo e-mail", "Nome", "Email responsabile", "Email privata"],
    ["E-mailadres", "Naam", "E-mail leidinggevende", "Privé e-mail"],
    ["E-mail", "Nome", "E-mail do gestor", "E-mail pessoal"],
    ["Электронная почта", "Имя", "Почта руководителя", "Личная почта"],
    ["メールアドレス", "氏名", "上司のメールアドレス", "個人メール"],
    ["电子邮箱", "姓名", "经理邮箱", "私人邮箱"],
    ["이메일", "이름", "관리자 이메일", "개인 이메일"],
];

#[derive(Debug, Clone)]
struct RandomRow {
    name: String,
    has: [bool; 3],
    quoted: [bool; 5],
    /// Number of the error in the row. 0: none, 1: a quote before the first cell, 2: an unquoted separator
    /// in the name, 3: the first cell is missing, 4: the last cell is missing, 5: a quote inside of the
    /// name.
    mistake: u8,
}

fn random_row() -> impl Strategy<Value = RandomRow> {
    let name = "[A-Z][a-z]{2,6}(, | |\"|; | 5\" )[A-Z][a-z]{2,6}";
    (name, any::<[bool; 3]>(), any::<[bool; 5]>(), 0..6_u8)
        .prop_map(|(name, has, quoted, mistake)| RandomRow { name, has, quoted, mistake })
}

fn table_text(header: &[&str; 4], order: &[usize], separator: char, rows: &[RandomRow]) -> String {
    let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let safe = |cell: &str, quoted: bool| {
        if quoted || cell.contains([separator, '"', '\n']) { quote(cell) } else { cell.to_owned() }
    };
    let names = ["Team", header[0], header[1], header[2], header[3]];
    let mut lines: Vec<String> =
        vec![order.iter().map(|at| safe(names[*at], false)).collect::<Vec<_>>().join(&separator.to_string())];
    for (n, row) in rows.iter().enumerate() {
        let own = |has: bool, email: String| if has { email } else { String::new() };
        let cells = [
            "Audit".to_owned(),
            own(row.has[0], format!("e{n}@work.example")),
            row.name.clone(),
            own(row.has[1], format!("m{n}@boss.example")),
            own(row.has[2], format!("p{n}@home.example")),
        ];
        let mut texts: Vec<String> = order
            .iter()
            .map(|at| match (at, row.mistake) {
                (2, 2) => format!("Moss{separator} Ann"),
                (2, 5) => "Bob 5\" Lane".to_owned(),
                _ => safe(&cells[*at], row.quoted[*at]),
            })
            .collect();
        match row.mistake {
            1 => texts[0] = format!("\"{}", texts[0].trim_matches('"')),
            3 => drop(texts.remove(0)),
            4 => drop(texts.pop()),
            _ => {}
        }
        lines.push(texts.join(&separator.to_string()));
    }
    lines.join("\n")
}

/// Returns the emails that would be invited without a prompt, and all suggested emails.
fn sent_and_suggested(list: &ImportList) -> (Vec<String>, Vec<String>) {
    let good =
        list.entries.iter().filter(|entry| entry.warning.is_none() && recipient::is_email(&entry.email));
    let suggested = list.entries.iter().filter_map(|entry| match &entry.warning {
        Some(warning) => warning.suggestion.clone(),
        None => recipient::suggestion(&entry.email),
    });
    (good.map(|entry| entry.email.clone()).collect(), suggested.collect())
}

proptest! {
    #[test]
    fn parse_random_tables_takes_only_the_email_column(
        language in 0..HEADERS.len(),
        order in Just(vec![0, 1, 2, 3, 4]).prop_shuffle(),
        separator in prop::sample::select(vec![',', ';', '\t', '，', '；']),
        rows in prop::collection::vec(random_row(), 1..8),
    ) {
        let text = table_text(&HEADERS[language], &order, separator, &rows);
        let list = parse(&text, None);
        let (good, suggested) = sent_and_suggested(&list);
        for email in good.iter().chain(&suggested) {
            prop_assert!(email.ends_with("@work.example"), "{email} of\n{text}");
        }
        let whole = |row: &&RandomRow| row.has[0] && matches!(row.mistake, 0 | 5);
        if list.error.is_none() {
            prop_assert!(good.len() >= rows.iter().filter(whole).count(), "{good:?} of\n{text}");
        }
    }

    #[test]
    fn parse_random_tables_takes_the_chosen_column(
        language in 0..HEADERS.len(),
        order in Just(vec![0, 1, 2, 3, 4]).prop_shuffle(),
        separator in prop::sample::select(vec![',', ';', '\t']),
        rows in prop::collection::vec(random_row(), 1..8),
    ) {
        let text = table_text(&HEADERS[language], &order, separator, &rows);
        let manager = order.iter().position(|at| *at == 3).expect("there");
        let (good, suggested) = sent_and_suggested(&parse(&text, Some(&ColumnChoice::Index(manager))));
        for email in good.iter().chain(&suggested) {
            prop_assert!(email.ends_with("@boss.example"), "{email} of\n{text}");
        }
    }

    #[test]
    fn parse_any_text_never_panics(text in "[a-c@.,;\t\n\"'<>#:|＠、{}\\[\\] =-]{0,120}") {
        let list = parse(&text, None);
        let (good, suggested) = sent_and_suggested(&list);
        prop_assert!(good.iter().chain(&suggested).all(|email| recipient::is_email(email)));
    }
}
