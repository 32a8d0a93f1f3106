//! One kill: a plan runs until a request hangs, the process is killed, and another run resumes the plan. Many scenes
//! run in
//! parallel, because most of each is waiting.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::thread;

use guestlist::sandbox::{Action, FaultTiming, RequestStatus, Rule};

use crate::harness::{TestEnv, wait_until};

/// Number of scenes in parallel.
const PARALLEL_RUNS: usize = 16;

/// Where the program is killed: at the n-th request with this method, counted from 0, before or after its effect.
#[derive(Debug, Clone, Copy)]
pub struct KillPoint {
    pub method: &'static str,
    pub nth: usize,
    pub timing: FaultTiming,
}

/// Every request with this method, killed before and after its effect.
pub fn kill_points(method: &'static str, calls: usize) -> Vec<KillPoint> {
    (0..calls)
        .flat_map(|nth| {
            [FaultTiming::Before, FaultTiming::After].map(|timing| KillPoint { method, nth, timing })
        })
        .collect()
}

/// Runs a scene for each kill.
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

/// Runs a command, kills it there, and leaves a server without faults.
pub fn run_and_kill(env: &TestEnv, args: &[&str], at: KillPoint) {
    let rule = Rule { skip: at.nth as u64, ..Rule::for_method(at.method, Action::Hang(at.timing)) };
    env.set_faults([rule]);
    let running = env.start(args);
    // Not only on the wire: the hanging request is before or after its effect.
    wait_until("the call hangs", || env.control.hanging_requests() == 1);
    running.kill();
    env.control.clear_faults();
}

/// Resumes, and asserts that nothing is left, that server and journal agree, and that no completed request was
/// repeated.
pub fn resume_and_check(env: &TestEnv, rows: usize, at: KillPoint) {
    let answered: BTreeSet<u64> = env
        .control
        .requests()
        .iter()
        .filter(|call| call.outcome == RequestStatus::Answered)
        .map(|call| call.number)
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
    for call in env.control.requests().iter().filter(|call| call.method != "GET") {
        let request = format!("{} {} {}", call.method, call.path, call.body);
        if let Some(first) = done.get(&request) {
            assert!(
                !answered.contains(first),
                "{at:?}: call {first} was answered, {} repeats it",
                call.number
            );
        }
        done.insert(request, call.number);
    }
    let expected = done.len() + usize::from(at.timing == FaultTiming::Before);
    assert_eq!(
        env.request_count("POST") + env.request_count("DELETE"),
        expected,
        "{at:?}: only the one that hung is repeated"
    );
}
