//! The console as a pure state machine: what it knows (`State`), what can happen (`Msg`), what follows
//! (`update`) and what is to be done about it (`Effect`). No terminal, no file, no network and no clock here.

pub mod action;
pub mod attention;
pub mod available;
pub mod change;
pub mod changes;
pub mod context;
pub mod copying;
pub mod deadline;
mod drawn;
pub mod effect;
pub mod exporting;
pub mod field;
pub mod history;
pub mod input;
mod keeping;
pub mod keymap;
pub mod lines;
pub mod list;
pub mod marks;
pub mod messages;
mod mouse;
pub mod msg;
mod naming;
pub mod offline;
pub mod pace;
mod plan_event;
pub mod read_only;
mod remarking;
mod reply;
pub mod requests;
pub mod screen;
mod start;
pub mod state;
pub mod table;
pub mod tenancies;
mod token;
mod update;
mod verbs;
pub mod view;
pub mod watch;
mod weigh;

pub use effect::Effect;
pub use msg::Msg;
pub use state::State;
pub use update::{begin, update};
