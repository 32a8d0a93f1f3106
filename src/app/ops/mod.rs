//! What can be done with the model.

pub mod access;
pub mod annotations;
pub mod auto_refresh;
pub mod clipboard;
pub mod delete_first;
pub mod mark_matching;
pub mod marking;
pub mod plan_checks;
pub mod plan_events;
pub mod reading;
pub mod reinvite;
pub mod row_actions;
pub mod staging;
pub mod table_prefs;
pub mod token;
