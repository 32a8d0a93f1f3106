//! `resend`: one new invite and one email per person, and no old invite left.

use guestlist::sandbox::{Action, OnDuplicate, Rule};

use crate::place::{Place, guest};

#[test]
fn the_same_message_goes_out_again_and_the_old_invite_is_gone() {
    let place = Place::new(2);
    let old = place.identities(&guest(0));
    let said = place.run(&["resend", &guest(0), "--yes"]).is(0);
    let new = place.identities(&guest(0));
    assert_ne!(new, old);
    assert_eq!(said.rows(), [["done", "resend", "guest0@example.com", &format!("invites/{}", new[0])]]);
    let invite = place.control.invites().into_iter().find(|invite| invite.email == guest(0)).expect("there");
    assert_eq!(invite.message, "message 0");
    assert_eq!(place.letters(&guest(0)), 2, "the first one, and this one");
}

#[test]
fn two_invites_of_one_address_share_one_e_mail() {
    for args in [&["--yes"][..], &["--delete-first", "--yes"]] {
        let place = Place::new(1);
        place.control.create(&guest(0), "message 0").expect("a second one");
        let old = place.identities(&guest(0));
        let said = place.run(&[&["resend", &old[0], &old[1]], args].concat()).is(0);
        assert_eq!(said.rows().len(), 2, "{}", said.out);
        assert_eq!((place.letters(&guest(0)), place.identities(&guest(0)).len()), (3, 1));
        assert!(!old.contains(&place.identities(&guest(0))[0]));
    }
}

#[test]
fn a_server_that_takes_no_duplicates_is_dealt_with_by_delete_first() {
    let place = Place::new(1);
    place.faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()]);
    let old = place.identities(&guest(0));
    let said = place.run(&["resend", &guest(0), "--yes"]).is(1);
    assert_eq!(said.outcomes(), ["1 refused resend"]);
    assert_eq!(place.identities(&guest(0)), old, "nothing is lost");
    place.run(&["resend", &guest(0), "--delete-first", "--yes"]).is(0);
    let new = place.identities(&guest(0));
    assert!(new.len() == 1 && new != old);
}

#[test]
fn what_cannot_be_sent_again_is_refused_before_anything_is_sent() {
    let place = Place::new(1);
    place.control.create("long@example.com", &"x".repeat(257)).expect("the server takes it");
    let said = place.run(&["resend", &guest(0), "long@example.com", "--yes"]).is(7);
    said.says("long@example.com").says("257 characters");
    assert_eq!((place.calls("POST"), place.calls("DELETE")), (0, 0));
}
