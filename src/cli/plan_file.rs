//! A plan in a file: written now, applied later, perhaps by somebody else. It is pinned to its tenancy and has its
//! name, so that it is applied once. What stands in such a file comes from outside.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::codes::{Ended, FAILED, USAGE};
use super::file;
use super::message;
use crate::domain::Plan;
use crate::domain::text::visible;

/// The form of the file; another one is not guessed at.
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    guestlist_plan: u32,
    plan: Plan,
}

#[derive(Debug, Deserialize)]
struct Form {
    guestlist_plan: u32,
}

/// Writes it; a file that is there already is left as it is.
pub(super) fn write(path: &Path, plan: Plan) -> Result<(), Ended> {
    let written = Written { guestlist_plan: VERSION, plan };
    let text = serde_json::to_vec_pretty(&written)
        .map_err(|error| Ended::new(FAILED, format!("The plan could not be written: {error}.")))?;
    file::write(path, &[&text[..], b"\n"].concat(), false)
}

/// Reads it; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Plan, Ended> {
    let name = path.display();
    let bad =
        |why: String| Ended::new(USAGE, format!("{name} is no plan of guestlist's: {}.", visible(&why)));
    let text = message::read(path)?;
    let form: Form = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
    if form.guestlist_plan != VERSION {
        let why = format!("{name} was written in form {}; this program reads {VERSION}", form.guestlist_plan);
        return Err(Ended::new(USAGE, format!("{why}. Use the guestlist that wrote it.")));
    }
    let written: Written = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
    Ok(written.plan)
}
