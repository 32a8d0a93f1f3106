//! The console as a pure state machine.
//!
//! State (`App`), events (`Msg`), transitions (`update`) and commands (`Effect`).
//! No code here uses the terminal, files, the network or the clock.

pub mod effect;
pub mod model;
pub mod msg;
pub mod nav;
pub mod ops;
pub mod render;
pub mod screen;
pub mod screens;
pub mod shell;

pub use effect::Effect;
pub use model::Model;
pub use model::in_flight::RequestPurpose;
pub use model::options::AppOptions;
pub use model::view::{RenderMetrics, View};
pub use msg::Msg;
pub use nav::{Nav, PromptKind, Route};
pub use ops::context::Context;
pub use render::RenderContext;
pub use screen::{Hint, Screen, hints};
pub use shell::App;
pub use shell::Overlay;
pub use shell::update::{begin, update};
