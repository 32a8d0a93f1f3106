//! The item of a pending invite.

use jiff::Timestamp;
use serde_json::json;

use super::item::Item;
use crate::domain::expiry::Urgency;
use crate::domain::invite_store::RowRef;

/// Returns the item of an invite, colored by urgency.
pub(super) fn invite_item(row: &RowRef<'_>, now: Timestamp) -> Item {
    let mut item = Item::new([
        ("email", json!(row.email)),
        ("message", json!(row.message)),
        ("expiry_time", json!(row.expiry.0.map(|at| at.to_string()))),
        ("identity", json!(row.identity().to_string())),
    ]);
    item.color = match row.expiry.urgency(now) {
        Urgency::WithinDay => Some("31"),
        Urgency::Soon => Some("33"),
        Urgency::Expired => Some("2"),
        Urgency::Later | Urgency::Unknown => None,
    };
    item.with_short_text("expiry_time", row.expiry.remaining_text(now))
}
