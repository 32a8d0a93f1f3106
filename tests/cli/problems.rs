//! `problems` and `forecast`: what the views of the console show, for scripts.

use serde_json::json;

use crate::harness::{TestEnv, guest_email};

#[test]
fn severe_problem_ends_with_9() {
    let env = TestEnv::new(3);
    env.run(&["problems"]).assert_code(0).assert_stderr("0 problems, 0 severe");
    env.control.create("info@example.com", "hello").expect("an invite");
    env.run(&["problems"]).assert_code(0);
    env.control.create("ann@gmial.com", "Dear {name},").expect("an invite");
    env.control.create(&guest_email(0), "again").expect("an invite");
    let output = env.run(&["problems", "--json"]).assert_code(9);
    let problems: Vec<String> = output
        .items()
        .iter()
        .map(|item| format!("{} {} {}", item["severity"], item["problem"], item["fix"]).replace('"', ""))
        .collect();
    let expected = [
        "severe typo? edit email",
        "severe placeholder edit message",
        "warning duplicate null",
        "warning duplicate delete",
        "info role address null",
    ];
    assert_eq!(problems, expected);
    assert_eq!(output.items()[0]["suggestion"], "ann@gmail.com");
    assert_eq!(output.json()["severe"], 2);
    let severe = env.run(&["problems", "--severity", "severe", "-o", "tsv"]).assert_code(9);
    assert_eq!(severe.rows().len(), 2);
    assert_eq!(env.request_count("POST") + env.request_count("DELETE"), 0);
}

#[test]
fn forecast_counts_days_and_takes_a_filter() {
    let env = TestEnv::new(3);
    let document = env.run(&["forecast", "--json"]).assert_code(0).json();
    let days = document["items"].as_array().expect("days");
    let count =
        |days: &[serde_json::Value]| -> u64 { days.iter().filter_map(|day| day["invites"].as_u64()).sum() };
    assert_eq!((days.len(), count(days), &document["expired"]), (14, 3, &json!(0)));
    let filtered = env.run(&["forecast", "--filter", "guest1", "--json"]).assert_code(0).items();
    assert_eq!(count(&filtered), 1);
    env.run(&["forecast", "--filter", "exp<x"]).assert_code(2);
}
