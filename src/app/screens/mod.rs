//! Screens. Each screen has a folder with its state, keys, footer and view.
//!
//! Screens do not depend on each other. They ask the shell to open another screen.

pub mod changes;
pub mod columns;
pub mod confirm;
pub mod copy_menu;
pub mod domains;
pub mod export;
pub mod filter;
pub mod help;
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
pub mod theme_picker;
pub mod triage;
pub mod unlock;
