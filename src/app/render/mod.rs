//! What several views draw.

pub mod notifications;
