//! `guestlist config`: writes the sample, and shows and checks the configuration. `config_edit` changes it.
//! Makes no requests, and shows no token and no secret.

use std::io::Write as _;
use std::path::Path;

use clap::Subcommand;
use serde_json::json;

use super::config_edit::{self, GetArgs, SetArgs, UseArgs};
use super::config_writer::value_mistakes;
use super::console::load_theme;
use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::item::Item;
use super::kinds::{FILE, PROFILE, SETTING};
use super::{output, results};
use crate::config::paths::{Paths, credential_dir};
use crate::config::{Environment, Origin, config_file, keys_file};
use crate::service::maintenance;
use crate::{files, log};

/// Sample `config.toml`, in which every setting is commented out.
const SAMPLE: &str = include_str!("../../assets/config.toml");

/// Subcommands of `config`.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Write the commented sample, if there is no file yet
    #[command(after_help = include_str!("help/config_init.txt"))]
    Init,
    /// Show where all files of guestlist are
    #[command(after_help = include_str!("help/config_path.txt"))]
    Path(FormatArgs),
    /// Set a setting in config.toml; comments and order stay
    #[command(after_help = include_str!("help/config_set.txt"))]
    Set(SetArgs),
    /// Print the value of a setting
    #[command(after_help = include_str!("help/config_get.txt"))]
    Get(GetArgs),
    /// Make a profile the default
    #[command(after_help = include_str!("help/config_use.txt"))]
    Use(UseArgs),
    /// Edit config.toml in your editor, and check it
    #[command(after_help = include_str!("help/config_edit.txt"))]
    Edit,
    /// Check config.toml, keys.toml and the theme
    #[command(after_help = include_str!("help/config_check.txt"))]
    Check,
    /// List the names of the profiles, one per line; shells complete --profile with them
    #[command(after_help = include_str!("help/config_profiles.txt"))]
    Profiles(FormatArgs),
    /// Show every value and where it comes from
    #[command(after_help = include_str!("help/config_show.txt"))]
    Show(FormatArgs),
}

/// Runs the subcommand.
pub(super) async fn run(global: GlobalArgs, command: ConfigCommand) -> Result<u8, CliError> {
    let paths = Paths::default_paths()
        .ok_or_else(|| CliError::usage("Could not find the home folder. Set HOME to an absolute path."))?;
    match command {
        ConfigCommand::Init => init(&global.config_file(&paths).0),
        ConfigCommand::Path(args) => print_path(&global, &paths, &args),
        ConfigCommand::Profiles(args) => print_profiles(&global, &paths, &args),
        ConfigCommand::Check => check(global, &paths),
        ConfigCommand::Show(args) => show(global, &args),
        ConfigCommand::Set(args) => config_edit::set(&global.config_file(&paths).0, &args),
        ConfigCommand::Get(args) => {
            let path = global.config_file(&paths).0;
            config_edit::get(global, &path, &args)
        }
        ConfigCommand::Use(args) => config_edit::use_profile(&global.config_file(&paths).0, &args),
        ConfigCommand::Edit => config_edit::edit(&global.config_file(&paths).0, SAMPLE).await,
    }
}

fn init(path: &Path) -> Result<u8, CliError> {
    let failed = |error: std::io::Error| {
        let sentence = match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                format!(
                    "{} already exists and was left unchanged. Edit this file, or choose another file with --config.",
                    path.display()
                )
            }
            _ => format!("Could not write {}: {error}.", path.display()),
        };
        CliError::failed(sentence)
    };
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        files::create_private_dir(dir).map_err(failed)?;
    }
    let mut file = files::private_options().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(SAMPLE.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    results::record_change("The sample was written.");
    output::print_result(&path.display().to_string());
    output::print_info("Sample written. All settings are commented out, so nothing changes yet.");
    Ok(OK)
}

fn print_path(global: &GlobalArgs, paths: &Paths, args: &FormatArgs) -> Result<u8, CliError> {
    let (config, _) = global.config_file(paths);
    let paths = [
        ("config", config.clone()),
        ("tokens", credential_dir(&config)),
        ("keys", paths.config.join("keys.toml")),
        ("state", paths.state.clone()),
        ("journal", maintenance::journal_file(&paths.state)),
        ("log", log::file(&paths.state)),
        ("cache", maintenance::cache_file(&paths.cache)),
    ];
    args.printer(&FILE)?.print_all(paths.iter().map(|(name, path)| file_item(name, path)), Vec::new(), OK)
}

/// Returns the item of a file or folder.
pub(super) fn file_item(name: &str, path: &Path) -> Item {
    let exists = path.exists();
    let text = path.display().to_string();
    Item::new([("name", json!(name)), ("path", json!(text)), ("exists", json!(exists))])
}

fn print_profiles(global: &GlobalArgs, paths: &Paths, args: &FormatArgs) -> Result<u8, CliError> {
    let printer = args.printer(&PROFILE)?;
    let (config, is_named) = global.config_file(paths);
    let file = config_file::read(&config, is_named).map_err(|error| CliError::usage(error.to_string()))?;
    printer.print_all(file.profiles.keys().map(|name| Item::new([("name", json!(name))])), Vec::new(), OK)
}

fn check(global: GlobalArgs, paths: &Paths) -> Result<u8, CliError> {
    let (config, is_named) = global.config_file(paths);
    let mut errors = Vec::new();
    match config_file::read(&config, is_named) {
        Err(error) => errors.push(error.to_string()),
        Ok(file) => {
            errors.extend(value_mistakes(&file).iter().map(|text| format!("{} {text}", config.display())));
        }
    }
    errors.extend(keys_file::read(&paths.config.join("keys.toml")).err().map(|error| error.to_string()));
    if errors.is_empty() {
        match global.resolve() {
            Err(error) => errors.push(error.message),
            Ok(resolved) => {
                let environment: &Environment = &resolved.environment;
                errors.extend(load_theme(&resolved.settings.theme, &resolved.paths, environment).err());
            }
        }
    }
    if errors.is_empty() {
        output::print_result("ok");
        return Ok(OK);
    }
    Err(CliError::usage(errors.join("\n")))
}

fn show(global: GlobalArgs, args: &FormatArgs) -> Result<u8, CliError> {
    let printer = args.printer(&SETTING)?;
    let resolved = global.resolve()?;
    let items = resolved.settings.effective_values.iter().map(|setting| {
        let (from, at) = match setting.origin {
            Origin::Default => ("default", json!(null)),
            Origin::File(line) => ("file", json!(line)),
            Origin::EnvVar(name) => ("environment", json!(name)),
            Origin::Flag(name) => ("flag", json!(name)),
        };
        Item::new([
            ("name", json!(setting.name)),
            ("value", json!(setting.value)),
            ("from", json!(from)),
            ("at", at),
            ("origin", json!(setting.origin.to_string())),
        ])
    });
    printer.print_all(items, Vec::new(), OK)
}
