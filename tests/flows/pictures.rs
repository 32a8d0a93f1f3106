//! The pictures in `assets/`, made from the frames of a console that works on a sandbox.
//! `UPDATE_PICTURES=1 cargo test --test flows pictures` makes them anew; without it a stale one fails.

use crate::console::{Console, World};
use crate::svg::{DARK, LIGHT, Palette, svg};

/// Holds what is on the screen against a picture.
fn show(console: &Console, name: &str, palette: &Palette, title: &str) {
    let path = format!("{}/assets/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    let picture = svg(&console.frame(), palette, title);
    #[allow(clippy::disallowed_methods, reason = "a switch of this test alone")]
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::write(path, picture).expect("written");
        return;
    }
    let shown = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(shown == picture, "assets/{name}.svg is not what the console shows: see the head of this file");
}

async fn opened(world: &World) -> Console {
    let mut console = world.open();
    console.wait_for("412 · complete").await;
    console.resize(110, 30);
    console.wait_for("rows 1–24 of 412").await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pending_invites() {
    let world = World::new().await;
    let mut console = opened(&world).await;
    console.press("j j");
    console.wait_for("▌ ● amelia").await;
    show(&console, "pending", &DARK, "The pending invites, the selected one in full beside them");
    show(&console, "pending-light", &LIGHT, "The pending invites on a light terminal");
    console.quit().await;
}
