//! Snapshots of `--help`.

use crate::harness::TestEnv;

#[test]
fn each_command_has_help_with_examples() {
    let env = TestEnv::new(0);
    for args in [
        &[][..],
        &["list"],
        &["show"],
        &["export"],
        &["changes"],
        &["problems"],
        &["forecast"],
        &["wait"],
        &["note"],
        &["snooze"],
        &["edit"],
        &["reinvite"],
        &["create"],
        &["delete"],
        &["resend"],
        &["import"],
        &["plan"],
        &["plan", "show"],
        &["plan", "apply"],
        &["plan", "resume"],
        &["plan", "discard"],
        &["journal"],
        &["journal", "list"],
        &["journal", "export"],
        &["journal", "verify"],
        &["journal", "prune"],
        &["journal", "forget"],
        &["api"],
        &["doctor"],
        &["config"],
        &["config", "set"],
        &["config", "get"],
        &["config", "use"],
        &["config", "edit"],
        &["login"],
        &["logout"],
        &["whoami"],
        &["cache"],
        &["cache", "path"],
        &["cache", "clear"],
        &["completions"],
        &["man"],
        &["sandbox"],
        &["version"],
        &["help"],
    ] {
        let output = env.run(&[args, &["--help"]].concat()).assert_code(0);
        let name = if args.is_empty() { "guestlist".to_owned() } else { args.join("_") };
        insta::assert_snapshot!(format!("help_{name}"), output.stdout);
    }
}
