//! What the person has decided: flags, environment, `config.toml` and `keys.toml`, in this order of weight, and
//! the folders of this machine. The only room that reads the environment. It decides nothing about invites.

pub mod entries;
pub mod environment;
pub mod file;
pub mod keys;
mod levels;
pub mod network;
pub mod paths;
mod provenance;
pub mod reader;
pub mod settings;
mod target;
pub mod theme;
mod typed_path;

pub use entries::Entries;
pub use environment::Environment;
pub use levels::Flags;
pub use provenance::{Origin, Shown};
pub use reader::Found;
pub use settings::{Badge, Settings, Target};
pub use typed_path::{typed_path, typed_path_arg};
