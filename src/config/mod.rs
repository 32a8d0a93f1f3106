//! Resolves the configuration from flags, environment variables, `config.toml` and `keys.toml`.
//! Flags override environment variables, which override `config.toml`.
//! This is the only module that reads the environment.

pub mod config_file;
pub mod config_text;
pub mod environment;
pub mod keys_file;
mod layers;
pub mod network;
pub mod paths;
pub mod profile;
mod provenance;
pub mod settings;
mod target;
pub mod theme_choice;
pub mod toml_reader;

pub use config_text::ConfigText;
pub use environment::Environment;
pub use layers::Flags;
pub use paths::{parse_typed_path, typed_path_arg};
pub use profile::ProfileConfig;
pub use provenance::{EffectiveValue, Origin};
pub use settings::{Settings, Target};
pub use toml_reader::Spanned;
