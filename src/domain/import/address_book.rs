//! Parses address books as tables: vCard (RFC 6350 and older forms) and LDIF (RFC 2849).
//! Both hold one property per line, with long lines folded.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::column_name::{self, ColumnKind};
use super::records::Record;
use super::table::Table;

/// A property: line, group, name, parameters in upper case, value.
struct Property {
    line: usize,
    group: String,
    name: String,
    parameters: Vec<String>,
    value: String,
}

/// Parses vCards: one row per card.
/// The columns are `Name`, `Email`, and more columns for further and private emails.
pub(super) fn parse_vcards(text: &str) -> Result<Table, String> {
    let mut table = Table::default();
    let mut card: Option<(usize, Vec<Property>)> = None;
    for property in parse_properties(text) {
        match (property.name.as_str(), property.value.trim().to_ascii_uppercase().as_str()) {
            ("BEGIN", "VCARD") => card = Some((property.line, Vec::new())),
            ("END", "VCARD") => {
                if let Some((line, properties)) = card.take() {
                    add_card(&mut table, line, &properties);
                }
            }
            _ => {
                if let Some((_, properties)) = &mut card {
                    properties.push(property);
                }
            }
        }
    }
    // A truncated file has no `END:VCARD` after its last card.
    if let Some((line, properties)) = card {
        add_card(&mut table, line, &properties);
    }
    table.pad_rows()
}

fn add_card(table: &mut Table, line: usize, properties: &[Property]) {
    let value = |name: &str| {
        properties.iter().find(|property| property.name == name).map(|property| property.value.clone())
    };
    let parts = || {
        let name = value("N")?;
        let mut parts = name.split(';').map(str::trim);
        let (last, first) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Some(format!("{first} {last}"))
    };
    let name = value("FN").filter(|name| !name.trim().is_empty()).or_else(parts).unwrap_or_default();
    let mut cells = Vec::new();
    table.set_cell(&mut cells, "Name", &unescape(&name));
    let has_parameter = |property: &Property, wanted: &str| {
        property.parameters.iter().any(|parameter| parameter.contains(wanted))
    };
    // Apple labels `item1.EMAIL` with a second property: `item1.X-ABLabel:_$!<Home>!$_`.
    let label = |email: &Property| {
        let label = properties
            .iter()
            .find(|other| other.name == "X-ABLABEL" && other.group == email.group && !email.group.is_empty());
        label.map(|label| label.value.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
    };
    let is_private = |email: &Property| {
        has_parameter(email, "HOME")
            || label(email).is_some_and(|label| column_name::classify(&label) == ColumnKind::Other)
    };
    let mut emails: Vec<&Property> = properties.iter().filter(|property| property.name == "EMAIL").collect();
    emails.sort_by_key(|email| (!has_parameter(email, "PREF"), !has_parameter(email, "WORK")));
    let (private, others): (Vec<&Property>, Vec<&Property>) =
        emails.into_iter().partition(|email| is_private(email));
    let named = others
        .iter()
        .zip(["Email", "Email 2", "Email 3"])
        .chain(private.iter().zip(["Home Email", "Home Email 2"]));
    for (email, column) in named {
        table.set_cell(&mut cells, column, &unescape(&email.value));
    }
    if others.is_empty() {
        table.set_cell(&mut cells, "Email", "");
    }
    table.rows.push(Record { line, cells, ..Record::default() });
}

/// Parses LDIF: one row per entry, with its attributes as columns.
pub(super) fn parse_ldif(text: &str) -> Result<Table, String> {
    let mut table = Table::default();
    let mut row: Option<Record> = None;
    for property in parse_properties(text) {
        if property.name == "DN" || property.name == "VERSION" {
            table.rows.extend(row.take());
            row = (property.name == "DN").then(|| Record { line: property.line, ..Record::default() });
            continue;
        }
        let Some(Record { cells, .. }) = &mut row else { continue };
        let name = property.name.to_lowercase();
        let column = match name.as_str() {
            "cn" | "displayname" => "name",
            "sn" => "last name",
            name => name,
        };
        // A second value of an attribute gets its own column.
        let index = table.header.iter().position(|other| other == column);
        let is_taken = index.and_then(|index| cells.get(index)).is_some_and(|cell| !cell.is_empty());
        match is_taken {
            true => table.set_cell(cells, &format!("{column} 2"), &property.value),
            false => table.set_cell(cells, column, &property.value),
        }
    }
    table.rows.extend(row);
    table.pad_rows()
}

/// Returns the properties of a text, unfolded and decoded.
fn parse_properties(text: &str) -> Vec<Property> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let folded = line.strip_prefix([' ', '\t']);
        let is_soft = lines.last().is_some_and(|(_, last)| {
            last.ends_with('=') && last.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
        });
        match (folded, lines.last_mut()) {
            (Some(rest), Some((_, last))) if !is_soft => last.push_str(rest),
            (_, Some((_, last))) if is_soft => {
                last.pop();
                last.push_str(line.trim_start());
            }
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
        .into_iter()
        .filter(|(_, line)| !line.starts_with('#'))
        .filter_map(|(index, line)| parse_property(index, &line))
        .collect()
}

fn parse_property(line: usize, text: &str) -> Option<Property> {
    let (head, value) = text.split_once(':')?;
    let mut parts = head.split(';');
    let name = parts.next()?.trim();
    // Apple writes `item1.EMAIL`.
    let (group, name) = name.rsplit_once('.').unwrap_or(("", name));
    let (group, name) = (group.to_ascii_uppercase(), name.to_ascii_uppercase());
    let parameters: Vec<String> = parts.map(str::to_ascii_uppercase).collect();
    let has_parameter = |wanted: &str| parameters.iter().any(|parameter| parameter.contains(wanted));
    let bytes = match value.strip_prefix(':') {
        Some(encoded) => base64_decode(encoded.trim().as_bytes()),
        None if has_parameter("QUOTED-PRINTABLE") => quoted_printable_decode(value.as_bytes()),
        None => None,
    };
    let value = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| value.to_owned());
    Some(Property { line, group, name, parameters, value: value.trim().to_owned() })
}

/// Removes vCard's backslashes before commas, semicolons and line ends.
fn unescape(value: &str) -> String {
    value
        .replace("\\n", " ")
        .replace("\\N", " ")
        .replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\\\\", "\\")
}
