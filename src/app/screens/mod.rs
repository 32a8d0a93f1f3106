//! One folder a screen, with all that belongs to it: its state, its keys, its footer, and its view. No screen knows another:
//! what one wants of another it asks the shell for.

pub mod changes;
pub mod columns;
pub mod confirm;
pub mod copy_menu;
pub mod domains;
pub mod export;
pub mod filter;
pub mod import;
pub mod invite_form;
pub mod journal;
pub mod note;
pub mod pager;
pub mod palette;
pub mod pending;
pub mod plans;
pub mod problems;
pub mod prompt;
pub mod requests;
pub mod snooze;
pub mod switch_profile;
pub mod triage;
pub mod unlock;
