//! Theme of this run: previewed by the theme picker, or chosen by name.

use crate::app::{Context, Model};
use crate::ui::built_in_themes;

/// A theme that the user can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeOption {
    /// Built-in name, or the configured file.
    pub name: String,
    /// What the theme is for.
    pub description: &'static str,
}

/// Returns the themes to choose from: the configured file if there is one, then the built-in themes.
pub fn theme_options(model: &Model) -> Vec<ThemeOption> {
    let built_in =
        built_in_themes().map(|(name, description)| ThemeOption { name: name.into(), description });
    let mut options: Vec<ThemeOption> = built_in.collect();
    let configured = configured_theme(model);
    if !options.iter().any(|option| option.name == configured) {
        options.insert(0, ThemeOption { name: configured.to_owned(), description: "your theme file" });
    }
    options
}

/// Returns the name of the configured theme.
pub fn configured_theme(model: &Model) -> &str {
    if model.options.theme.is_empty() { "terminal" } else { &model.options.theme }
}

/// Returns the name of the theme in use.
pub fn current_theme(model: &Model) -> &str {
    model.theme_name.as_deref().unwrap_or(configured_theme(model))
}

/// Shows a theme.
pub(crate) fn show(cx: &mut Context<'_>, name: &str) {
    cx.model.theme_name = (name != configured_theme(cx)).then(|| name.to_owned());
}

/// Shows a theme until the console exits, and names the setting that makes it permanent.
pub(crate) fn keep(cx: &mut Context<'_>, name: &str) {
    show(cx, name);
    if cx.model.theme_name.is_none() {
        return cx.info(format!("Theme {name} is on, as configured."));
    }
    let file = if cx.options.config_file.is_empty() { "config.toml" } else { &cx.options.config_file };
    let text = format!("Theme {name} is on until you quit. To keep it, set theme = \"{name}\" in {file}.");
    cx.info(text);
}
