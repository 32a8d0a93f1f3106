//! Keys, actions, and which key does what where.

pub mod action;
pub mod context;
pub mod input;
pub mod keymap;
