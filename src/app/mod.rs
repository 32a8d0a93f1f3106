//! The console as a pure state machine: what it knows (`State`), what can happen (`Msg`), what follows
//! (`update`) and what is to be done about it (`Effect`). No terminal, no file, no network and no clock here.

pub mod input;
