//! The layers of `app`: which file may import which, and which files may draw.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::source_paths::SourcePaths;

/// The layers of `app`, the lowest first. A file may import files of its own layer and of lower ones.
const LAYERS: &[&str] = &[
    "app/model/",
    "app/effect.rs",
    "app/msg.rs",
    "app/nav.rs",
    "app/ops/",
    "app/render/",
    "app/screen.rs",
    "app/screens/",
    "app/shell/",
    "app/mod.rs",
];

/// Returns the screen of a file. Each screen is a folder or a single file, and imports no other screen.
fn screen_name(file: &str) -> Option<&str> {
    let inside = file.strip_prefix("app/screens/")?;
    inside.split(['/', '.']).next().filter(|name| *name != "mod")
}

fn layer_index(file: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| file.starts_with(layer))
}

/// Returns true if a file of `app` may draw: use ratatui and the theme.
fn may_draw(file: &str) -> bool {
    file.ends_with("/view.rs") && file != "app/model/view.rs"
        || file.ends_with("_view.rs")
        || file.starts_with("app/render/")
        || file.starts_with("app/shell/frame/")
}

/// Returns imports of `app` to a higher layer or another screen, and files without a layer.
pub fn find_breaches(graph: &Graph) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (file, targets) in graph.imports.iter().filter(|(file, _)| file.starts_with("app/")) {
        let Some(layer) = layer_index(file) else {
            found.insert(format!("{file} has no layer"));
            continue;
        };
        for target in targets.iter().filter(|target| target.starts_with("app/")) {
            let screens = (screen_name(file), screen_name(target));
            let other_screen = matches!(screens, (Some(own), Some(other)) if own != other);
            if other_screen || layer_index(target).is_some_and(|other| other > layer) {
                found.insert(format!("{file} may not import {target}"));
            }
        }
    }
    found
}

/// Returns files of `app` that draw and are no view.
pub fn find_drawing_outside_views<'a>(
    files: impl IntoIterator<Item = &'a (String, SourcePaths)>,
) -> BTreeSet<String> {
    let in_app = files.into_iter().filter(|(file, _)| file.starts_with("app/") && !may_draw(file));
    let drawing = in_app.filter(|(_, source_paths)| {
        source_paths.paths.iter().any(|(path, _)| {
            let theme = [["ui", "theme"], ["ui", "Theme"]];
            path[0] == "ratatui" || path.get(1..3).is_some_and(|inner| theme.iter().any(|name| inner == name))
        })
    });
    drawing.map(|(file, _)| format!("{file} may not draw")).collect()
}
