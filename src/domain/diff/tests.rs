//! Tests with two lists three days apart: what a root user sees after the list has changed.

use super::*;

fn at(day: u8, hour: u8) -> Timestamp {
    format!("2024-06-{day:02}T{hour:02}:00:00Z").parse().expect("a time")
}

fn invite(name: &str, day: u8) -> Invite {
    Invite {
        identity: Identity::parse(name).expect("usable"),
        email: format!("{name}@acme.com"),
        message: format!("for {name}"),
        expiry: Expiry(Some(at(day, 0))),
    }
}

fn snapshot(at: Timestamp, invites: impl IntoIterator<Item = Invite>) -> Snapshot {
    let mut store = InviteStore::default();
    for invite in invites {
        store.insert(&invite);
    }
    Snapshot { taken_at: at, store }
}

fn descriptions(changes: &Diff) -> Vec<(&str, &str)> {
    let known = changes.members_known;
    changes
        .changes
        .iter()
        .map(|change| (change.invite.identity.as_str(), change.description(known)))
        .collect()
}

#[test]
fn each_kind_of_change_is_distinguished() {
    let names = |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
    let invites = |names: &[String], day: u8| names.iter().map(|name| invite(name, day)).collect::<Vec<_>>();
    let stay = invites(&names("stay", 20), 12);
    let gone = invites(&names("gone", 6), 10);
    let expired = invites(&names("dead", 3), 5);
    let old = snapshot(at(3, 9), [stay.clone(), gone, expired].concat());
    let new = snapshot(at(6, 9), [stay, invites(&names("new", 4), 16)].concat());
    let members: Members = ["GONE1@acme.com", "gone4@acme.com", "stay1@acme.com"].into_iter().collect();
    let local_changes = LocalChanges::default();
    let confirmed = |_: &Identity| true;
    let result = diff(
        &old,
        &new,
        DiffInput { local_changes: &local_changes, members: Some(&members), is_confirmed_gone: &confirmed },
    );
    assert_eq!(result.summary(), "4 new, 6 gone before expiry (2 are members now), 3 expired");
    assert_eq!(result.unseen_count(), 13);
    let reinvitable: Vec<&str> = result
        .changes
        .iter()
        .filter(|change| matches!(change.kind, ChangeKind::Expired { .. }) && change.kind.can_reinvite())
        .map(|change| change.invite.message.as_str())
        .collect();
    assert_eq!(reinvitable, ["for dead0", "for dead1", "for dead2"]);
    let find_change = |name: &str| {
        result.changes.iter().find(|change| change.invite.identity.as_str() == name).expect(name)
    };
    assert_eq!(
        (find_change("gone0").not_before, find_change("gone0").not_after),
        (at(3, 9), at(6, 9)),
        "a range, not an instant"
    );
    assert_eq!(
        find_change("gone1").description(true),
        "is a member now; has no permissions until a policy grants some"
    );

    let unconfirmed = diff(
        &old,
        &new,
        DiffInput { local_changes: &local_changes, members: None, is_confirmed_gone: &|_| false },
    );
    assert_eq!(unconfirmed.summary(), "4 new, 6 possibly gone, 3 expired");
    assert_eq!(unconfirmed.unconfirmed_identities().count(), 6);
    let with_members = diff(
        &old,
        &new,
        DiffInput { local_changes: &local_changes, members: Some(&members), is_confirmed_gone: &|_| false },
    );
    assert_eq!(
        with_members.summary(),
        "4 new, 6 possibly gone, 3 expired",
        "a member may have another pending invite"
    );
    assert_eq!(with_members.unconfirmed_identities().count(), 6);
}

#[test]
fn local_changes_are_not_news() {
    let old = snapshot(at(3, 9), ["a", "b", "c"].map(|name| invite(name, 12)));
    let new = snapshot(at(6, 9), [invite("c", 12), invite("b2", 13), invite("d", 13), invite("e", 13)]);
    let name = |text: &str| Identity::parse(text).expect("usable");
    let mut local_changes = LocalChanges::default();
    local_changes.deleted.insert(name("a"));
    local_changes.replaced.insert(name("b"), name("b2"));
    for created in ["b2", "d", "short", "brief"] {
        let day = if created == "brief" { 5 } else { 13 };
        local_changes.created.insert(name(created), (invite(created, day), at(4, 0)));
    }
    local_changes.created.insert(name("long-ago"), (invite("long-ago", 13), at(2, 0)));
    let result = diff(
        &old,
        &new,
        DiffInput { local_changes: &local_changes, members: None, is_confirmed_gone: &|_| true },
    );
    assert_eq!(
        descriptions(&result),
        [
            ("b2", "created from this machine"),
            ("d", "created from this machine"),
            ("e", "new, not from this machine"),
            ("a", "deleted from this machine"),
            ("b", "deleted from this machine and re-invited"),
            ("brief", "expired, unless it was accepted or deleted before"),
            ("short", "gone before expiry: accepted, or deleted elsewhere"),
        ]
    );
    assert_eq!(result.unseen_count(), 3);
    let short = result.changes.last().expect("the last");
    assert_eq!((short.not_before, short.not_after), (at(4, 0), at(6, 9)), "not before it was created");
}

#[test]
fn invite_renewed_by_a_local_create_is_not_news() {
    let (old, new) = (snapshot(at(3, 9), [invite("a", 12)]), snapshot(at(6, 9), [invite("a", 14)]));
    let mut local_changes = LocalChanges::default();
    local_changes.created.insert(invite("a", 14).identity, (invite("a", 14), at(4, 0)));
    let result = diff(
        &old,
        &new,
        DiffInput { local_changes: &local_changes, members: None, is_confirmed_gone: &|_| true },
    );
    assert_eq!(descriptions(&result), [("a", "created from this machine")]);
}

#[test]
fn modified_invites_are_reported() {
    let mut reworded = invite("b", 12);
    reworded.message = "something else".into();
    let old = snapshot(
        at(3, 9),
        [invite("a", 12), invite("b", 12), invite("c", 5), invite("d", 2), invite("e", 2)],
    );
    let new = snapshot(at(6, 9), [invite("a", 16), reworded, invite("c", 5), invite("d", 2)]);
    let local_changes = LocalChanges::default();
    let result = diff(
        &old,
        &new,
        DiffInput { local_changes: &local_changes, members: None, is_confirmed_gone: &|_| true },
    );
    assert_eq!(
        descriptions(&result),
        [("a", "expiry changed"), ("b", "message or email changed"), ("c", "expired, still in the list"),]
    );
    assert_eq!(result.changes[0].kind, ChangeKind::Renewed { old_expiry: Expiry(Some(at(12, 0))) });
    assert_eq!(result.changes[1].kind, ChangeKind::Modified { old_message: "for b".into() });
    let same = diff(
        &new,
        &new,
        DiffInput { local_changes: &local_changes, members: None, is_confirmed_gone: &|_| true },
    );
    assert_eq!(same.summary(), "no changes");
}

#[test]
fn resend_from_elsewhere_is_one_change() {
    let with_email = |name: &str, email: &str| Invite { email: email.into(), ..invite(name, 12) };
    let old = snapshot(at(3, 9), [with_email("old1", "Ann@acme.com"), with_email("old2", "bob@acme.com")]);
    let new = snapshot(at(6, 9), [with_email("new1", "ann@acme.com"), with_email("new2", "ann@acme.com")]);
    let local_changes = LocalChanges::default();
    let input =
        |is_confirmed_gone| DiffInput { local_changes: &local_changes, members: None, is_confirmed_gone };
    let mut unconfirmed = diff(&old, &new, input(&|_| false));
    assert_eq!(unconfirmed.summary(), "2 new, 2 possibly gone", "the old invite may still exist");
    let result = diff(&old, &new, input(&|_| true));
    assert_eq!(result.summary(), "1 new, 1 resent elsewhere, 1 gone before expiry");
    let replaced = old.store.rows().iter().filter_map(|row| old.store.rows().get(row)).next();
    let replaced = replaced.expect("a row").identity();
    assert_eq!(result.changes[0].kind, ChangeKind::Resent { replaced });
    assert_eq!((result.changes[0].word(), result.unseen_count()), ("resent", 3));
    assert!(!result.changes[0].can_reinvite(), "the new invite is pending");
    // After the check the service makes the changes certain.
    unconfirmed.changes.iter_mut().for_each(|change| change.is_certain = true);
    unconfirmed.pair_resends();
    assert_eq!(unconfirmed, result);
}
