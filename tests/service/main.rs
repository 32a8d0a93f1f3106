//! The service task over real HTTP against the sandbox, with a real journal in a temporary folder.

mod plans;
mod reading;
mod recovery;
mod settling;
mod world;
