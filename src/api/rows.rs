//! Parses a response with rows: the list, the members, the quotas.
//! Distinguishes an empty response from an error with a success status, and parses rows one by one if one of
//! them is malformed. Pure.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::error_body;
use super::lenient_json::{self, Parsed};
use super::types::PageToken;

/// The fields of one row.
pub(super) trait RowFields: DeserializeOwned {
    /// Name of the JSON array with the rows.
    const FIELD: &'static str;
}

/// The object around the rows.
pub(super) struct Body<R> {
    /// The rows, or `None` if the array is missing or null. An element is `None` if its row cannot be read.
    rows: Option<Vec<Option<R>>>,
    next_page_token: Option<TokenText>,
    page_token: Option<TokenText>,
    /// True if there is a paging field, whatever its value.
    is_paged: bool,
    /// True if there is a `code`, `error`, `errors` or `message`, whatever its value.
    may_be_error: bool,
    /// True if `code`, `error` or `errors` reports an error.
    is_error: bool,
    /// True if `message` has text and no `code` reports a success.
    has_message: bool,
    /// True if there is a field that no response with rows has.
    has_unknown: bool,
}

impl<R: RowFields> Body<R> {
    /// Parses a body.
    pub fn parse(bytes: &[u8]) -> Option<Parsed<Body<R>>> {
        lenient_json::parse_with(
            bytes,
            |bytes| {
                let mut json = serde_json::Deserializer::from_slice(bytes);
                let body = json.deserialize_map(BodyVisitor(|row: RowObject<R>| row.0))?;
                json.end().map(|()| body)
            },
            |text| {
                let mut json = serde_json::Deserializer::from_str(text);
                let body = json.deserialize_map(BodyVisitor(|row: LenientRow<R>| row.0)).ok()?;
                json.end().ok().map(|()| body)
            },
        )
    }

    /// Returns the rows and the next page; `None` if the body is an error.
    /// Missing or null rows are an empty page only if the object has no other fields, or has a paging field.
    pub fn into_page(self) -> Option<(Vec<Option<R>>, Option<PageToken>)> {
        let is_empty = !self.may_be_error && (self.is_paged || !self.has_unknown);
        let rows = match self.rows {
            _ if self.is_error => return None,
            // No rows but a reason: most likely an error.
            Some(rows) if rows.is_empty() && self.has_message => return None,
            Some(rows) => rows,
            None if is_empty => Vec::new(),
            None => return None,
        };
        // The vendor's examples mix both names. An empty `next_page_token` marks the last page, whatever
        // `page_token` is.
        let token = self.next_page_token.or(self.page_token).map(TokenText::into_text);
        Some((rows, token.filter(|token| !token.is_empty()).map(|token| PageToken(token.into()))))
    }
}

/// Parses a body; each row is parsed as an `E`.
struct BodyVisitor<R, E>(fn(E) -> Option<R>);

impl<'de, R: RowFields, E: Deserialize<'de>> Visitor<'de> for BodyVisitor<R, E> {
    type Value = Body<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body<R>, A::Error> {
        let (mut rows, mut next_page_token, mut page_token) = (None, None, None);
        let (mut may_be_error, mut is_error, mut has_unknown) = (false, false, false);
        let (mut has_code, mut has_message) = (false, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                key if key == R::FIELD => {
                    let read: Option<Vec<E>> = map.next_value()?;
                    let read = read.map(|rows| rows.into_iter().map(self.0).collect());
                    set_once(&mut rows, R::FIELD, read)?;
                }
                "next_page_token" => set_once(&mut next_page_token, "next_page_token", map.next_value()?)?,
                "page_token" => set_once(&mut page_token, "page_token", map.next_value()?)?,
                "code" | "error" | "errors" => {
                    may_be_error = true;
                    has_code |= key == "code";
                    is_error |= error_body::is_error_value(&map.next_value::<Value>()?);
                }
                "message" => {
                    may_be_error = true;
                    let message: Value = map.next_value()?;
                    has_message |= message.as_str().is_some_and(|text| !text.trim().is_empty());
                }
                _ => {
                    has_unknown = true;
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Body {
            rows: rows.flatten(),
            is_paged: next_page_token.is_some() || page_token.is_some(),
            next_page_token: next_page_token.flatten(),
            page_token: page_token.flatten(),
            may_be_error,
            is_error,
            has_message: has_message && !has_code,
            has_unknown,
        })
    }
}

/// Rejects a field that occurs twice with two values, because neither can be trusted.
fn set_once<T, E: Error>(field: &mut Option<T>, name: &'static str, value: T) -> Result<(), E> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}

/// A page token: a string, or an integer as written.
/// Anything else is an error, because ignoring it would end the list too early.
#[derive(Deserialize)]
#[serde(untagged)]
enum TokenText {
    Text(String),
    Number(u64),
}

impl TokenText {
    fn into_text(self) -> String {
        match self {
            TokenText::Text(text) => text,
            TokenText::Number(number) => number.to_string(),
        }
    }
}

/// An object, or `None` for null. A derived `Deserialize` would also accept an array.
pub(super) struct RowObject<T>(pub(super) Option<T>);

struct RowObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RowObjectVisitor<T> {
    type Value = RowObject<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RowObject<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|row| RowObject(Some(row)))
    }

    fn visit_unit<E>(self) -> Result<RowObject<T>, E> {
        Ok(RowObject(None))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for RowObject<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<RowObject<T>, D::Error> {
        from.deserialize_any(RowObjectVisitor(PhantomData))
    }
}

/// A row of a malformed body, or `None` if this row cannot be read.
/// A field that occurs twice with two values makes a row unreadable.
struct LenientRow<R>(Option<R>);

impl<'de, R: RowFields> Deserialize<'de> for LenientRow<R> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<LenientRow<R>, D::Error> {
        let row = <&RawValue>::deserialize(from)?;
        let fields: serde_json::Result<Fields> = serde_json::from_str(row.get());
        let fields = fields.and_then(|Fields(fields)| serde_json::from_value(Value::Object(fields)));
        Ok(LenientRow(fields.ok()))
    }
}

/// The fields of a row. Two that contradict each other are an error.
struct Fields(Map<String, Value>);

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Map::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if fields.insert(key, value.clone()).is_some_and(|known| known != value) {
                return Err(A::Error::custom("a field has two values"));
            }
        }
        Ok(Fields(fields))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Fields, D::Error> {
        from.deserialize_map(FieldsVisitor)
    }
}
