//! One kill: a plan runs until a request hangs, the process is killed, and another run resumes it.
//! Many scenarios run in parallel, because they mostly wait.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::thread;

use guestlist::sandbox::{Action, FaultTiming, RequestStatus, Rule};

use crate::harness::{TestEnv, wait_until};

/// Number of scenarios in parallel.
const PARALLEL_RUNS: usize = 16;

/// Request at which the program is killed, before or after its effect.
/// `nth` counts the requests with this method from 0.
#[derive(Debug, Clone, Copy)]
pub struct KillPoint {
    pub method: &'static str,
    pub nth: usize,
    pub timing: FaultTiming,
}

/// Returns every request with this method, killed before and after its effect.
pub fn kill_points(method: &'static str, request_count: usize) -> Vec<KillPoint> {
    (0..request_count)
        .flat_map(|nth| {
            [FaultTiming::Before, FaultTiming::After].map(|timing| KillPoint { method, nth, timing })
        })
        .collect()
}

/// Runs a scenario for each kill.
pub fn run_for_each(kills: Vec<KillPoint>, scenario: impl Fn(KillPoint) + Sync) {
    let remaining = Mutex::new(kills.into_iter());
    let next = || remaining.lock().expect("the list").next();
    thread::scope(|scope| {
        for _ in 0..PARALLEL_RUNS {
            scope.spawn(|| {
                while let Some(kill) = next() {
                    scenario(kill);
                }
            });
        }
    });
}

/// Runs a command, kills it at the request, and clears the faults.
pub fn run_and_kill(env: &TestEnv, args: &[&str], at: KillPoint) {
    let rule = Rule { skip: at.nth as u64, ..Rule::for_method(at.method, Action::Hang(at.timing)) };
    env.set_faults([rule]);
    let running = env.start(args);
    // Not only logged: the hanging request is before or after its effect.
    wait_until("the request hangs", || env.control.hanging_request_count() == 1);
    running.kill();
    env.control.clear_faults();
}

/// Resumes the plan, and asserts that it finishes.
/// Server and journal must agree, and no completed request may be repeated.
pub fn resume_and_check(env: &TestEnv, rows: usize, at: KillPoint) {
    let answered: BTreeSet<u64> = env
        .control
        .requests()
        .iter()
        .filter(|request| request.outcome == RequestStatus::Answered)
        .map(|request| request.number)
        .collect();
    // A create that was killed before its effect may still arrive: repeating it needs more than --yes.
    let is_lost = at.method == "POST" && at.timing == FaultTiming::Before;
    let args = ["plan", "resume", "--yes", "--send-again"];
    env.run(if is_lost { &args } else { &args[..3] }).assert_code(0);
    let output = env.run(&["journal", "list"]).assert_code(0);
    let row = &output.rows()[0];
    assert_eq!((row[2], row[4]), ("finished", &*format!("{rows} done")), "{at:?}");
    env.run(&["journal", "verify"]).assert_code(0);

    // A request is identified by method and path (delete) or body (create).
    let mut done: HashMap<String, u64> = HashMap::new();
    for logged in env.control.requests().iter().filter(|logged| logged.method != "GET") {
        let key = format!("{} {} {}", logged.method, logged.path, logged.body);
        if let Some(first) = done.get(&key) {
            assert!(
                !answered.contains(first),
                "{at:?}: request {first} was answered, {} repeats it",
                logged.number
            );
        }
        done.insert(key, logged.number);
    }
    let expected = done.len() + usize::from(at.timing == FaultTiming::Before);
    assert_eq!(
        env.request_count("POST") + env.request_count("DELETE"),
        expected,
        "{at:?}: only the hanging request is repeated"
    );
}
