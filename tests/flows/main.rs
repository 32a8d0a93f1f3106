//! What a person does with the console, from the first screen to the last: the real loop over a buffer, the real
//! service task and journal, real HTTP to the real sandbox.

#![allow(clippy::expect_used, clippy::panic, reason = "a test tells by failing")]

mod changes;
mod changing;
mod columns;
mod console;
mod copying;
mod filtering;
mod forecast;
mod journal;
mod looking;
mod many;
mod marking;
mod pictures;
mod plans;
mod problems;
mod remarks;
mod requests;
mod running;
mod svg;
mod tenancies;
mod text;
mod triage;
mod troubles;
mod unseen;
