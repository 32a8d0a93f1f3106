//! Tests of the sort order: by each column, in both directions, and stable.

use super::*;

fn sorted_emails(sort: Sort, reversed: bool, rows: &[(&str, &str, &str, &str)]) -> String {
    matching_emails(&invite_store(rows), &Query { sort, reversed, ..Query::default() }, &HashSet::new())
}

#[test]
fn sorting_puts_expired_rows_last_and_unknown_after_them() {
    for (sort, reversed, expected) in [
        (Sort::Expiry, false, "Ann bob car zoe"),
        (Sort::Expiry, true, "car bob Ann zoe"),
        (Sort::Email, false, "Ann bob car zoe"),
        (Sort::Email, true, "zoe car bob Ann"),
        (Sort::Message, false, "zoe Ann car bob"),
        (Sort::Message, true, "bob car Ann zoe"),
    ] {
        assert_eq!(sorted_emails(sort, reversed, &ROWS[..4]), expected, "{sort:?} {reversed}");
    }
}

#[test]
fn equal_rows_keep_the_server_order_in_both_directions() {
    let long = "a message whose beginning is the same";
    let rows = [
        ("1", "one", long, "2022-06-19T00:00:00Z"),
        ("2", "TWO", long, "2022-06-19T00:00:00Z"),
        ("3", "two", long, "2022-06-19T00:00:00Z"),
        ("4", "six", "a message whose beginning is the sam", "2022-06-18T00:00:00Z"),
    ];
    for (sort, reversed, expected) in [
        (Sort::Expiry, false, "six one TWO two"),
        (Sort::Expiry, true, "one TWO two six"),
        (Sort::Email, false, "one six TWO two"),
        (Sort::Email, true, "TWO two six one"),
        (Sort::Message, false, "six one TWO two"),
        (Sort::Message, true, "one TWO two six"),
    ] {
        assert_eq!(sorted_emails(sort, reversed, &rows), expected, "{sort:?} {reversed}");
    }
}
