//! What the console says of rows that it cannot show.

use crate::stage::{Stage, some_invites};

fn with_unreadable(rows: usize) -> Stage {
    let mut stage = Stage::new();
    stage.page_with_unreadable(some_invites(stage.now.wall), rows);
    stage.complete();
    stage
}

#[test]
fn header_counts_the_rows_that_cannot_be_shown() {
    let mut stage = with_unreadable(2);
    let screen = stage.text(120, 40);
    let header = screen.lines().next().expect("a header");
    assert!(header.contains("complete") && header.contains("2 rows could not be read"), "{header}");
    assert!(screen.contains("Each may be an invite for any email."), "{screen}");
    let screen = stage.text(40, 10);
    assert!(screen.lines().next().is_some_and(|header| header.contains("2 unreadable")), "{screen}");
    assert!(!with_unreadable(0).text(120, 40).contains("could not be read"));
}

#[test]
fn plan_that_sends_names_the_rows_that_cannot_be_shown() {
    let mut stage = with_unreadable(1);
    assert!(stage.press("r").text(120, 40).contains("It may be an invite for any email."));
    let mut stage = with_unreadable(1);
    stage.press("* d");
    let screen = stage.text(120, 40);
    let dialog: Vec<_> = screen.lines().filter(|line| line.contains("! ")).collect();
    assert!(!dialog.iter().any(|line| line.contains("could not be read")), "it sends nothing: {screen}");
}
