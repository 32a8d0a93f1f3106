//! The JSON of every command fits its definition in `docs/json-schema.json`, which allows no other field.

use std::cell::RefCell;
use std::collections::BTreeSet;

use guestlist::sandbox::{Action, Rule, StatusReply};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::harness::{CommandOutput, TestEnv, guest_email};
use crate::login::run_with_input;
use crate::output_errors::set_up_plans;

pub struct Schema {
    definitions: Value,
    /// Definitions that were compared with real output.
    checked: RefCell<BTreeSet<String>>,
}

impl Schema {
    pub fn read() -> Schema {
        let text = include_str!("../../docs/json-schema.json");
        let schema: Value = serde_json::from_str(text).expect("a JSON schema");
        Schema { definitions: schema["$defs"].clone(), checked: RefCell::default() }
    }

    fn validator(&self, name: &str) -> Validator {
        assert!(self.definitions[name].is_object(), "no definition {name}");
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/$defs/{name}"),
            "$defs": self.definitions,
        });
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a valid schema")
    }

    pub fn assert_valid(&self, name: &str, value: &Value) {
        let errors: Vec<String> =
            self.validator(name).iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?} in {value}");
        self.checked.borrow_mut().insert(name.to_owned());
    }

    /// Checks a document that has items, and returns it.
    fn check(&self, name: &str, output: &CommandOutput) -> Value {
        let document = output.json();
        self.assert_valid(name, &document);
        document
    }

    /// Checks the JSON error of a command: the last line of standard error.
    fn check_error(&self, output: &CommandOutput, kind: &str) {
        let line = output.stderr.lines().last().expect("an error");
        let error: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{}", output.stderr));
        self.assert_valid("error", &error);
        assert_eq!((&error["error"]["kind"], &error["error"]["code"]), (&kind.into(), &output.code.into()));
        assert_eq!(output.stdout, "");
    }
}

fn with_json(args: &[&str]) -> Vec<String> {
    args.iter().copied().chain(["--json"]).map(str::to_owned).collect()
}

fn run(env: &TestEnv, args: &[&str]) -> CommandOutput {
    let args = with_json(args);
    env.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Leaves a paused plan, a finished plan, a baseline with changes, and a configuration with a profile.
fn set_up() -> TestEnv {
    let env = set_up_plans();
    env.control.accept(&guest_email(3)).expect("accepted");
    env.control.create("elsewhere@example.com", "hello").expect("an invite");
    env
}

#[test]
fn reading_commands_fit_the_schema() {
    let (env, schema) = (set_up(), Schema::read());
    schema.check("list", &run(&env, &["list"]));
    schema.check("list", &run(&env, &["list", "--sort", "email", "--limit", "1"]));
    schema.check("show", &run(&env, &["show", &guest_email(4)]));
    schema.check("export", &env.run(&["export", "--format", "json"]));
    let changes = schema.check("changes", &run(&env, &["changes"]));
    assert_eq!(changes["items"].as_array().map(Vec::len), Some(3), "{changes}");
    let plans = schema.check("plan_show", &run(&env, &["plan", "show"]));
    let plan = plans["items"][0]["plan"].as_str().expect("a plan").to_owned();
    schema.check("plan_show_plan", &run(&env, &["plan", "show", &plan]));
    schema.check("journal_list", &run(&env, &["journal", "list"]));
    schema.check("journal_export", &run(&env, &["journal", "export"]));
    schema.check("journal_verify", &run(&env, &["journal", "verify"]));
    schema.check("doctor", &run(&env, &["doctor"]));
    schema.check("config_show", &run(&env, &["config", "show"]));
    schema.check("config_path", &run(&env, &["config", "path"]));
    let config = env.write_file("c.toml", "[profiles.acme]\nurl = \"https://example.com\"\n");
    schema.check("config_profiles", &run(&env, &["--config", &config, "config", "profiles"]));
    schema.check("problems", &run(&env, &["problems"]));
    schema.check("forecast", &run(&env, &["forecast"]));
    schema.check("wait", &run(&env, &["wait", &guest_email(4), "--for", "pending"]));
    schema.check("note", &run(&env, &["note", &guest_email(4), "a note"]));
    schema.check("note", &run(&env, &["snooze", &guest_email(4), "--before-expiry", "1h"]));
    schema.check("cache_path", &run(&env, &["cache", "path"]));
    schema.check("whoami", &run(&env, &["whoami"]));
    let token = std::fs::read_to_string(env.token_file()).expect("a token");
    let login = ["login", "--url", &env.url(), "--with-token", "--json"].map(str::to_owned);
    let login: Vec<&str> = login.iter().map(String::as_str).collect();
    schema.check("login", &run_with_input(&env, &login, &token));
    schema.check("cache_clear", &run(&env, &["cache", "clear"]));
    for (args, name) in [
        (&["list"][..], "invite"),
        (&["changes"], "change"),
        (&["journal", "list"], "plan"),
        (&["journal", "export"], "journal_plan"),
        (&["doctor"], "check"),
    ] {
        let output = env.run(&[args, &["-o", "ndjson"]].concat()).assert_code(0);
        for line in output.stdout.lines() {
            schema.assert_valid(name, &serde_json::from_str(line).expect("an object"));
        }
    }
    schema.check("changes", &run(&env, &["--no-cache", "changes"]));
    changing_commands_fit(&env, &schema);
    let documents = schema.definitions.as_object().expect("definitions").iter();
    let documents = documents.filter(|(_, definition)| definition["properties"].get("items").is_some());
    let missing: Vec<_> = documents.filter(|(name, _)| !schema.checked.borrow().contains(*name)).collect();
    assert!(missing.is_empty(), "not checked: {missing:?}");
}

fn changing_commands_fit(env: &TestEnv, schema: &Schema) {
    let list = env.write_file("list.txt", format!("new@example.com\n{}\nno email\n", guest_email(8)));
    let (five, six, file) = (guest_email(5), guest_email(6), env.path("plan.json"));
    env.run(&["resend", &guest_email(7), "--plan-file", &file]).assert_code(0);
    let commands: [&[&str]; 8] = [
        &["create", "ann@example.com"],
        &["delete", &five],
        &["resend", &six],
        &["edit", &guest_email(4), "--message", "another"],
        &["reinvite", &guest_email(2)],
        &["import", &list],
        &["plan", "apply", &file],
        &["plan", "resume"],
    ];
    for args in commands {
        let planned = schema.check("plan_run", &run(env, &[args, &["--dry-run"]].concat()));
        let done = schema.check("plan_run", &run(env, &[args, &["--yes"]].concat()));
        assert_eq!((&planned["dry_run"], &done["dry_run"]), (&true.into(), &false.into()), "{args:?}");
        assert_eq!(planned["items"].as_array().map(Vec::len), done["items"].as_array().map(Vec::len));
        assert!(done["items"][0]["outcome"] == "done" && done["plan"].is_string(), "{done}");
        assert_eq!(planned["skipped"], done["skipped"]);
        if args[0] == "create" {
            assert!(done["items"][0]["expiry_time"].is_string(), "the new invite: {done}");
        }
        if args[0] == "import" {
            assert_eq!(done["skipped"][1]["line"], 3, "{done}");
        }
    }
    schema.check("plan_run", &run(env, &["plan", "resume", "--yes"]));
    schema.check("plan_discard", &run(env, &["plan", "discard", "--yes"]));
    env.set_faults([Rule::for_method("DELETE", Action::Status(StatusReply::new(403)))]);
    let paused = run(env, &["delete", &guest_email(8), "--yes"]).assert_code(4);
    schema.check("plan_run", &paused);
    let error = paused.stderr.lines().find(|line| line.starts_with('{')).expect("a JSON error");
    schema.assert_valid("error", &serde_json::from_str(error).expect("JSON"));
    env.control.clear_faults();
    schema.check("plan_discard", &run(env, &["plan", "discard", "--dry-run"]));
    let discarded = schema.check("plan_discard", &run(env, &["plan", "discard", "--yes"]));
    assert_eq!(discarded["items"][0]["state"], "discarded");
    schema.check("journal_forget", &run(env, &["journal", "forget", &five, "--dry-run"]));
    schema.check("journal_forget", &run(env, &["journal", "forget", &five, "--yes"]));
    schema.check("journal_prune", &run(env, &["journal", "prune", "--before", "2124-01-01", "--dry-run"]));
    schema.check("journal_prune", &run(env, &["journal", "prune", "--before", "2124-01-01", "--yes"]));
}

#[test]
fn json_errors_fit_the_schema_with_stable_kinds() {
    let (env, schema) = (TestEnv::new(2), Schema::read());
    schema.check_error(&run(&env, &["list", "--nosuch"]).assert_code(2), "usage");
    schema.check_error(&env.run(&["list", "--json=role"]).assert_code(2), "usage");
    schema.check_error(&env.run(&["list", "--jq", ".["]).assert_code(2), "usage");
    schema.check_error(&env.run(&["list", "--filter", "exp<x", "-ojson"]).assert_code(2), "usage");
    schema.check_error(&run(&env, &["delete", &guest_email(0)]).assert_code(7), "refused");
    schema.check_error(&run(&env, &["create", &guest_email(0), "--yes"]).assert_code(8), "already_invited");
    env.set_faults([Rule::for_method("GET", Action::Status(StatusReply::new(403))).always()]);
    schema.check_error(&env.run(&["list", "-o", "ndjson"]).assert_code(4), "not_allowed");
    let plain = env.run(&["list"]).assert_code(4);
    assert!(plain.stderr.lines().any(|line| line.starts_with("guestlist: ")), "{}", plain.stderr);
}
