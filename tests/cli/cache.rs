//! `cache`: shows and deletes the cached lists without a server.

use std::fs;

use crate::place::{Place, Running};

#[test]
fn the_cache_is_named_and_deleted() {
    let place = Place::new(0);
    let run = |args: &[&str]| Running::start(place.bare(args)).ended();
    let said = run(&["cache", "path"]).is(0).says("no lists are cached");
    let file = std::path::PathBuf::from(said.out.trim_end());
    assert!(said.out.trim_end().ends_with("/cache/guestlist/cache.db"), "{}", said.out);
    assert!(run(&["cache", "clear"]).is(0).out.contains("Nothing to delete"));
    assert!(!file.exists(), "asking makes nothing");
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    fs::write(&file, "a list").expect("written");
    run(&["cache", "path"]).is(0).says("1 kB");
    assert!(run(&["cache", "clear"]).is(0).out.contains("are deleted"));
    assert!(!file.exists());
}
