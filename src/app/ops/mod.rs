//! What can be done with the model: the only way in which a screen changes it. It knows no screen; what it wants of one it asks the
//! shell for.

pub mod access;
pub mod annotations;
pub mod auto_refresh;
pub mod clipboard;
pub mod context;
pub mod drafts;
pub mod export;
pub mod invites;
pub mod marks;
pub mod plan_events;
pub mod plans;
pub mod reinvite;
pub mod row_actions;
pub mod staging;
pub mod table;
