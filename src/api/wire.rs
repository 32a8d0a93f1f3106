//! The server's JSON as it stands on the wire, and how it becomes the domain's words. Tolerant of missing, null,
//! unknown and oddly typed fields: one bad row never kills a page. Rows are read straight into their fields,
//! without a tree in between, because a page may hold hundreds of them and a list a million.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::answer::{Cap, ListPage, Member, MemberPage, PageToken};
use crate::domain::{Draft, Expiry, Identity, Invite};

/// What a create sends: both keys always, and no others.
#[derive(Serialize)]
pub(super) struct NewInvite<'a> {
    message: &'a str,
    email: &'a str,
}

impl<'a> NewInvite<'a> {
    pub fn of(draft: &'a Draft) -> NewInvite<'a> {
        NewInvite { message: &draft.message, email: draft.email.trim() }
    }
}

/// A text field: strings as they are, numbers and truths as they are written, anything else as nothing.
#[derive(Default)]
struct Text(String);

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Text, E> {
        Ok(Text(text))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Text, E> {
        Ok(Text(truth.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        from.deserialize_any(TextVisitor)
    }
}

/// An object, or `None` where something else stands in its place. A derived `Deserialize` would also take a
/// list for an object.
struct Object<T>(Option<T>);

struct ObjectVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|row| Object(Some(row)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Object<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_unit<E>(self) -> Result<Object<T>, E> {
        Ok(Object(None))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Object<T>, D::Error> {
        from.deserialize_any(ObjectVisitor(std::marker::PhantomData))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct InviteFields {
    identity: Text,
    email: Text,
    message: Text,
    expiry_time: Text,
}

impl InviteFields {
    fn invite(self) -> Option<Invite> {
        Some(Invite {
            identity: Identity::parse(&self.identity.0)?,
            email: self.email.0,
            message: self.message.0,
            expiry: Expiry::parse(&self.expiry_time.0),
        })
    }
}

/// A page of the list.
#[derive(Deserialize)]
pub(super) struct ListBody(Object<ListFields>);

#[derive(Deserialize, Default)]
#[serde(default)]
struct ListFields {
    invites: Option<Vec<Object<InviteFields>>>,
    next_page_token: Option<Text>,
    page_token: Option<Text>,
}

impl ListBody {
    /// The page, unless the body is no object. `total` comes from a header.
    pub fn page(self, total: Option<u64>) -> Option<ListPage> {
        let body = self.0.0?;
        let rows = body.invites.unwrap_or_default();
        let read = rows.len();
        let invites: Vec<_> = rows.into_iter().filter_map(|row| row.0?.invite()).collect();
        let unusable = read - invites.len();
        Some(ListPage { invites, unusable, next: next(body.next_page_token, body.page_token), total })
    }
}

/// One invite, as create and get answer it.
#[derive(Deserialize)]
pub(super) struct InviteBody(Object<InviteFields>);

impl InviteBody {
    /// The invite, if it has an identity.
    pub fn invite(self) -> Option<Invite> {
        self.0.0?.invite()
    }
}

/// A page of the members; its page token has the other of the two names.
#[derive(Deserialize)]
pub(super) struct MembersBody(Object<MembersFields>);

#[derive(Deserialize, Default)]
#[serde(default)]
struct MembersFields {
    members: Option<Vec<Object<MemberFields>>>,
    next_page_token: Option<Text>,
    page_token: Option<Text>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct MemberFields {
    identity: Text,
    display_name: Text,
    email: Text,
    active: Text,
    roles: serde_json::Value,
}

impl MembersBody {
    /// The page, unless the body is no object.
    pub fn page(self) -> Option<MemberPage> {
        let body = self.0.0?;
        let members = body.members.unwrap_or_default().into_iter().filter_map(|row| row.0);
        let next = next(body.next_page_token, body.page_token);
        Some(MemberPage { members: members.map(MemberFields::member).collect(), next })
    }
}

impl MemberFields {
    fn member(self) -> Member {
        let roles = self.roles.as_array().map(Vec::as_slice).unwrap_or_default();
        Member {
            identity: self.identity.0,
            display_name: self.display_name.0,
            email: self.email.0,
            active: self.active.0.parse().ok(),
            roles: roles.iter().filter_map(|role| role.as_str().map(str::to_owned)).collect(),
        }
    }
}

/// The quotas.
#[derive(Deserialize)]
pub(super) struct CapsBody(Object<CapsFields>);

#[derive(Deserialize, Default)]
#[serde(default)]
struct CapsFields {
    caps: Option<Vec<Object<CapFields>>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct CapFields {
    resource_type: Text,
    resource_remaining: Text,
    resource_cap: Text,
}

impl CapsBody {
    /// The quotas, unless the body is no object. Their numbers come as texts.
    pub fn caps(self) -> Option<Vec<Cap>> {
        let rows = self.0.0?.caps.unwrap_or_default().into_iter().filter_map(|row| row.0);
        let cap = |row: CapFields| Cap {
            resource: row.resource_type.0,
            remaining: row.resource_remaining.0.trim().parse().ok(),
            cap: row.resource_cap.0.trim().parse().ok(),
        };
        Some(rows.map(cap).collect())
    }
}

/// The vendor's examples mix the two names. An empty `next_page_token` is the end whatever the other one says.
fn next(next_page_token: Option<Text>, page_token: Option<Text>) -> Option<PageToken> {
    let token = next_page_token.or(page_token)?.0;
    (!token.is_empty()).then(|| PageToken(token.into()))
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
