//! Resolves the configuration: flags override environment variables, and those override `config.toml`; also
//! `keys.toml`
//! and the folders. The only module that reads the environment.

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

pub use entries::ProfileConfig;
pub use environment::Environment;
pub use levels::Flags;
pub use provenance::{EffectiveValue, Origin};
pub use reader::Spanned;
pub use settings::{Badge, Settings, Target};
pub use typed_path::{parse_typed_path, typed_path_arg};
