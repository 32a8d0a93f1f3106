//! Up to 4,096 invites packed together: their texts in one string, plus 32 bytes each.
//! Segments never shrink; `Rows` knows the removed rows.

use uuid::Uuid;

use crate::domain::{Expiry, Identity, Invite, limits};

/// Ends each text, so no match spans two texts.
const TEXT_END: char = '\u{1f}';

#[derive(Debug, Clone, PartialEq, Eq)]
struct Packed {
    /// The UUID, or 0 if the identity is not a UUID. Then the text contains the identity before the email.
    uuid: u128,
    expiry: i64,
    /// Offset of this invite's texts.
    start: u32,
    /// Offset of the message.
    message_start: u32,
}

/// Packed invites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    text: String,
    packed: Vec<Packed>,
}

impl Segment {
    /// Maximum number of invites in a segment.
    pub const CAPACITY: usize = 4096;

    /// Number of invites.
    pub(super) fn len(&self) -> usize {
        self.packed.len()
    }

    /// Returns all texts, one after the other, for searching.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the index of the invite at this byte of [`Segment::text`].
    pub fn index_at(&self, byte: usize) -> usize {
        self.packed.partition_point(|packed| packed.start as usize <= byte).saturating_sub(1)
    }

    /// Returns where the texts of the next invite begin.
    pub fn end_offset(&self, index: usize) -> usize {
        self.packed.get(index + 1).map_or(self.text.len(), |next| next.start as usize)
    }

    /// Returns where the email of an invite begins in [`Segment::text`]; a non-UUID identity is before it.
    pub fn searchable_start(&self, index: usize) -> usize {
        let Some(packed) = self.packed.get(index) else { return self.text.len() };
        let start = packed.start as usize;
        match packed.uuid {
            0 => start + self.text[start..].find(TEXT_END).map_or(0, |at| at + 1),
            _ => start,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.packed.len() == Segment::CAPACITY
    }

    /// Creates an empty segment with the capacity that a full segment needed.
    pub(super) fn next_after(full: &Segment) -> Segment {
        Segment { text: String::with_capacity(full.text.len()), packed: Vec::new() }
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
    }

    /// Appends an invite and returns its index. Cuts each text to `max_bytes`.
    pub(super) fn push(&mut self, invite: &Invite, max_bytes: usize) -> usize {
        if self.packed.is_empty() {
            self.packed.reserve_exact(Segment::CAPACITY);
        }
        let start = self.text.len() as u32;
        let uuid = invite.identity.uuid().map_or(0, |uuid| uuid.as_u128());
        if uuid == 0 {
            self.push_text(invite.identity.as_str(), max_bytes);
        }
        self.push_text(&invite.email, max_bytes);
        let message_start = self.text.len() as u32;
        self.push_text(&invite.message, max_bytes);
        self.packed.push(Packed { uuid, expiry: invite.expiry.to_micros(), start, message_start });
        self.packed.len() - 1
    }

    /// Appends a text. Cuts it so that the offsets of all further texts of `limits::MAX_FIELD_BYTES` still
    /// fit into `u32`.
    fn push_text(&mut self, text: &str, max_bytes: usize) {
        let reserved = (Segment::CAPACITY - self.packed.len()) * 3 * (limits::MAX_FIELD_BYTES + 1);
        let available =
            (u32::MAX as usize).saturating_sub(self.text.len() + reserved).max(limits::MAX_FIELD_BYTES);
        self.text.push_str(&text[..text.floor_char_boundary(max_bytes.min(available))]);
        self.text.push(TEXT_END);
    }

    pub(super) fn texts(&self, index: usize) -> Option<(&str, &str)> {
        let message_start = self.packed.get(index)?.message_start as usize;
        Some((
            &self.text[self.searchable_start(index)..message_start - 1],
            &self.text[message_start..self.end_offset(index) - 1],
        ))
    }

    pub(super) fn email_and_message(&self, index: usize) -> &str {
        &self.text[self.searchable_start(index)..self.end_offset(index)]
    }

    pub(super) fn uuid(&self, index: usize) -> u128 {
        self.packed.get(index).map_or(0, |packed| packed.uuid)
    }

    pub(super) fn expiry(&self, index: usize) -> Expiry {
        Expiry::from_micros(self.packed[index].expiry)
    }

    pub(super) fn identity(&self, index: usize) -> Identity {
        match self.packed[index].uuid {
            0 => {
                Identity::parse(self.text_identity(index)).unwrap_or_else(|| Identity::from_uuid(Uuid::nil()))
            }
            uuid => Identity::from_uuid(Uuid::from_u128(uuid)),
        }
    }

    pub(super) fn has_identity(&self, index: usize, identity: &Identity) -> bool {
        match self.packed[index].uuid {
            0 => self.text_identity(index) == identity.as_str(),
            uuid => identity.uuid().is_some_and(|named| named.as_u128() == uuid),
        }
    }

    fn text_identity(&self, index: usize) -> &str {
        &self.text[self.packed[index].start as usize..self.searchable_start(index) - 1]
    }
}
