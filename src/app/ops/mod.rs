//! Operations on the model, the only way for screens to change it.
//!
//! Operations depend on no screen. They add navigation requests for the shell.

pub mod access;
pub mod annotations;
pub mod auto_refresh;
pub mod clipboard;
pub mod context;
pub mod drafts;
pub mod export;
pub mod invites;
pub mod marks;
pub mod plan_checks;
pub mod plan_events;
pub mod plans;
pub mod query;
pub mod reinvite;
pub mod row_actions;
pub mod staging;
pub mod table;
pub mod theme;
pub mod undo;
