//! A copied text goes to the terminal. In tmux it is also wrapped for the outer terminal.

use crate::pty::Pty;
use crate::sandbox_server::SandboxServer;
use crate::test_env::TestEnv;

fn copied_bytes(tmux: bool) -> String {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    let mut command = server.console_command(&env);
    if tmux {
        command.env("TMUX", "/tmp/tmux-0/default,1,0");
    }
    let mut pty = Pty::start(command);
    pty.wait_for_table("412");
    pty.type_keys("y");
    pty.wait_for_text("clipboard");
    pty.type_keys("q");
    let result = pty.wait_for_clean_exit();
    assert_eq!(result.code, 0);
    String::from_utf8_lossy(&result.raw).into_owned()
}

#[test]
fn copy_sends_the_text_and_wraps_it_for_tmux() {
    let raw = copied_bytes(false);
    let (_, after) = raw.split_once("\u{1b}]52;c;").expect("a sequence for the clipboard");
    let text = after.split_once("\u{1b}\\").expect("its end").0;
    // "last.minute@" in base64.
    assert!(text.starts_with("bGFzdC5taW51dGVA"), "{text}");
    assert!(!raw.contains("Ptmux;"));
    let raw = copied_bytes(true);
    assert!(raw.contains(&format!("\u{1b}Ptmux;\u{1b}\u{1b}]52;c;{text}\u{1b}\u{1b}\\\u{1b}\\")));
}
