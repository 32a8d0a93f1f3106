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

pub use decode::{Decoded, decode, pasted};
pub use earlier::{Earlier, Sent, earlier};
pub use read::read;
pub use sheet::{Column, ColumnChoice, Doubt, Entry, Hold, Sheet};
pub use tally::Tally;
pub use template::{Template, Unfit};
pub use verdict::{Known, Verdict, judge};

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
