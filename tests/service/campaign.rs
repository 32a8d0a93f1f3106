//! Random faults, kills and resumes: at the end server and journal agree on every step, and nobody was
//! mailed twice. `GUESTLIST_CAMPAIGN=1000` runs that many scripts instead of the usual few.

use guestlist::domain::plan::{Pin, PlanState, Progress};
use guestlist::domain::request::PlanEvent;
use guestlist::domain::{Invite, Outcome, Plan, Reply, Request, Step};
use guestlist::sandbox::{Action, RawReply, Rule, StatusReply, When};
use guestlist::store::Journal;

use crate::world::{Console, World, create, delete, letters};

/// A small generator with a seed, so that a script that fails can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn when(&mut self) -> When {
        if self.roll(2) == 0 { When::Before } else { When::After }
    }

    fn fault(&mut self) -> Rule {
        let method = ["POST", "DELETE", "GET"][self.roll(3) as usize];
        let status = |status, when| Action::Status(StatusReply { when, ..StatusReply::new(status) });
        let action = match self.roll(8) {
            0 => Action::Drop(self.when()),
            1 => status(500, self.when()),
            2 => status(504, self.when()),
            3 => Action::Status(StatusReply::new(429).header("archivist-rate-limit-reset", "3")),
            4 => status(402, When::Before),
            5 => Action::Truncate(self.roll(40)),
            6 => Action::Raw(RawReply {
                body: "<html>Sign in</html>".into(),
                when: self.when(),
                ..RawReply::default()
            }),
            _ => Action::Raw(RawReply { status: 404, body: "gone fishing".into(), ..RawReply::default() }),
        };
        Rule { skip: self.roll(6), times: 1 + self.roll(3), ..Rule::on(method, action) }
    }
}

fn scripts() -> u64 {
    #[allow(clippy::disallowed_methods, reason = "a test has no configuration to ask")]
    let wanted = std::env::var("GUESTLIST_CAMPAIGN").ok();
    wanted.and_then(|wanted| wanted.parse().ok()).unwrap_or(16)
}

#[tokio::test]
async fn whatever_happens_server_and_journal_agree_and_nobody_is_mailed_twice() {
    let seeds: Vec<u64> = (0..scripts()).collect();
    // Most of a script is waiting, so a few run side by side.
    for some in seeds.chunks(8) {
        futures_util::future::join_all(some.iter().map(|seed| script(*seed))).await;
    }
}

async fn script(seed: u64) {
    let mut dice = Dice(seed);
    let world = World::new(5).await;
    let mut console = world.console();
    let rows = console.read().await;
    let plan = plan(&console, &rows);
    world.faults((0..6).map(|_| dice.fault()));
    console.run(&plan, 0).await;
    let mut console = live_through(&world, console, &plan, &mut dice).await;
    world.control.clear_faults();
    let state = go_on(&mut console, &plan).await;
    assert_eq!(state, PlanState::Finished, "script {seed}");
    let journal = Journal::open(world.state.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("it is there");
    for (step, progress) in plan.steps.iter().zip(&entry.progress) {
        agree(&world, &format!("script {seed}, {step:?}, {progress:?}"), step, progress);
    }
    journal.verify().await.expect("it is consistent");
}

fn plan(console: &Console, rows: &[Invite]) -> Plan {
    let resend = |row: &Invite| Step::Resend { invite: row.clone(), before: Some(vec![Pin::of(row)]) };
    let new = |n: u8| create(&format!("new{n}@job"), "welcome", Some(vec![]));
    console.plan([
        new(0),
        delete(&rows[0]),
        resend(&rows[1]),
        new(1),
        delete(&rows[2]),
        resend(&rows[3]),
        new(2),
    ])
}

/// Lets the plan pause, and the program be killed, a few times under faults.
async fn live_through(world: &World, mut console: Console, plan: &Plan, dice: &mut Dice) -> Console {
    for _ in 0..4 {
        let kill_after = dice.roll(12);
        let mut heard = 0;
        let is_over = console
            .until("a pause, an end, or the moment of the kill", |_, reply| {
                heard += 1;
                match reply {
                    Reply::Plan(_, PlanEvent::Paused(_) | PlanEvent::Ended { .. }) => Some(true),
                    _ => (heard > kill_after).then_some(false),
                }
            })
            .await;
        if !is_over {
            console.kill().await;
            console = world.console();
        }
        console.read_to_end().await;
        console.ask(Request::resume(plan.id)).await;
    }
    console
}

/// Resumes until nothing is left to do.
async fn go_on(console: &mut Console, plan: &Plan) -> PlanState {
    for _ in 0..20 {
        let end = console.event("a pause or an end", |event| match event {
            PlanEvent::Paused(_) => Some(None),
            PlanEvent::Ended { state, .. } => Some(Some(*state)),
            _ => None,
        });
        if let Some(state) = end.await {
            return state;
        }
        console.read().await;
        console.ask(Request::resume(plan.id)).await;
    }
    PlanState::Paused
}

fn agree(world: &World, what: &str, step: &Step, progress: &Progress) {
    let there: Vec<_> = world.invites().into_iter().filter(|row| row.email == step.email()).collect();
    let old_is_there = step.target().is_some_and(|old| there.iter().any(|row| row.identity == old.identity));
    let new_ones = there.len() - usize::from(old_is_there);
    let outcome = progress.outcome.expect(what);
    let earlier = usize::from(step.target().is_some());
    let mails = letters(world.sandbox.outbox(), step.email()) - earlier;
    assert!(mails <= usize::from(step.mails()), "mailed twice: {what}");
    assert_eq!(mails, new_ones, "{what}");
    match (step.deletes(), step.mails(), outcome) {
        (false, _, Outcome::Done) => assert_eq!(new_ones, 1, "{what}"),
        (true, true, Outcome::Done) => assert!(new_ones == 1 && !old_is_there, "{what}"),
        (true, false, Outcome::Done | Outcome::AlreadyGone) => assert!(!old_is_there, "{what}"),
        (_, true, Outcome::Refused | Outcome::NotSent) => assert_eq!(new_ones, 0, "{what}"),
        (_, _, Outcome::Unknown) => {}
        (_, _, Outcome::OldStillLives) => assert!(old_is_there && new_ones == 1, "{what}"),
        (true, false, Outcome::Failed | Outcome::Refused) => assert!(old_is_there, "{what}"),
        other => panic!("{other:?}: {what}"),
    }
}
