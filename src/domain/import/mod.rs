//! Import: parses a pasted or loaded list, checks its entries, and fills messages from its columns.
//! Steps: bytes → text ([`decode()`]) → records → columns → entries ([`parse()`]) → statuses ([`check_job`]).
//! Pure: makes no requests.

mod address_book;
mod address_parser;
pub mod check_job;
mod column_name;
mod columns;
pub mod decode;
pub mod entry_state;
mod formats;
mod import_list;
mod layout;
mod lines;
pub mod parse;
mod placeholder_values;
mod records;
pub mod sent_history;
mod table;
pub mod template;

pub use decode::{DecodedText, decode, normalize_pasted};
pub use entry_state::EntryState;
pub use import_list::{ColumnChoice, ImportColumn, ImportEntry, ImportError, ImportList};
pub use parse::parse;
pub use sent_history::{LastSent, SentHistory, sent_history};
pub use template::{Template, TemplateError};

#[cfg(test)]
mod column_tests;
#[cfg(test)]
mod entry_tests;
#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;
