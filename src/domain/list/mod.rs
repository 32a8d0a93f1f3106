//! Import: parses a pasted or loaded list, checks each entry before any request, and fills messages from its
//! columns. Steps: bytes → text ([`decode()`]) → records → columns → entries ([`read()`]) → statuses
//! ([`judge`]). Pure: makes no requests.

mod cards;
pub mod checking;
mod column_name;
mod columns;
pub mod decode;
pub mod earlier;
mod fill;
mod foreign;
mod layout;
mod lines;
pub mod read;
mod records;
mod sheet;
mod split;
mod table;
pub mod tally;
pub mod template;
pub mod verdict;

pub use decode::{DecodedText, decode, normalize_pasted};
pub use earlier::{LastSent, SentHistory, sent_history};
pub use read::parse;
pub use sheet::{ColumnChoice, EntryWarning, ImportColumn, ImportEntry, ImportError, ImportList};
pub use tally::StatusCounts;
pub use template::{Template, TemplateError};
pub use verdict::{CheckContext, EntryStatus, check};

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
