//! What the person has decided: flags, environment, `config.toml` and `keys.toml`, in this order of weight, and
//! the folders of this machine. The only room that reads the environment. It decides nothing about invites.

pub mod environment;
pub mod file;
pub mod keys;
pub mod paths;
pub mod settings;
pub mod theme;

pub use environment::Environment;
pub use settings::{Flags, Settings, Target};
