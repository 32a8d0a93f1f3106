//! Reference of the filter language. The help and the docs show this table, and tests check it.

use crate::domain::words::{Pairs, parse_pairs};

/// Each form of a term with its meaning. Spaces separate terms, and all terms must match.
pub static FILTER_HELP: Pairs = Pairs::new(|| parse_pairs(include_str!("filter_help.txt")));

/// The most important forms in one line, for an empty filter field.
pub const FILTER_HINT: &str =
    "word ~fuzzy !not @domain exp<48h expired #soon msg: =exact /regex/ \"two words\" @.sub is:marked";
