//! Asking what changed, whenever the list was read to its end; and moving the baseline on, when what there is was seen. The
//! baseline never moves at the start, and never by a list that is not all there is.

use std::collections::HashSet;

use super::{Changes, Item, is_pending_again, items};
use crate::app::model::Model;
use crate::app::model::in_flight::RequestPurpose;
use crate::app::ops::context::Context;
use crate::domain::change::{Change, Compared, Listed};
use crate::domain::{Identity, Request};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

impl Changes {
    /// The list was just read to its end: what changed up to it? Asked before its rows take the place of the shown ones.
    pub(crate) fn listed(&mut self, cx: &mut Context<'_>) {
        let rows = cx.invites.incoming.as_ref().unwrap_or(&cx.invites.shown).rows().clone();
        let tenancy = cx.session.as_ref().map_or(&cx.options.tenancy, |session| &session.key).clone();
        self.listed = Some(Listed { tenancy, at: cx.exact_server_now(cx.now), rows });
        self.compare(cx);
    }

    /// Asks again: the members are known now, or something was done from here.
    pub(crate) fn compare(&mut self, cx: &mut Context<'_>) {
        if let Some(listed) = self.listed.clone() {
            let members = cx.members.clone();
            cx.ask_for(RequestPurpose::Compare, Request::Compare { listed, members });
        }
    }

    /// What changed. The same change stays selected where it is still there.
    pub(crate) fn compared(&mut self, compared: Compared, model: &Model) {
        let name = |change: &Change| change.invite.identity.clone();
        let selected: Option<Identity> = self.selected().and_then(|item| self.change(item)).map(name);
        self.items = compared.changes.as_ref().map(items).unwrap_or_default();
        self.compared = Some(compared);
        self.count();
        let is_selected = |item: &Item| self.change(*item).map(name) == selected;
        let found = selected.as_ref().and_then(|_| self.items.iter().position(is_selected));
        if found.is_none() {
            self.opened = None;
        }
        let line = found.unwrap_or(self.lines.cursor);
        self.lines.go_to(line, self.items.len(), model.metrics.text_height);
        self.prune(model);
    }

    /// Marks of invites that are in no change any more, or whose address is pending again, are of no use.
    fn prune(&mut self, model: &Model) {
        if self.marked.is_empty() {
            return;
        }
        let changes = self.items.iter().filter_map(|item| self.change(*item));
        let there: HashSet<_> = changes
            .filter(|change| change.can_be_sent_again() && !is_pending_again(model, change))
            .map(|change| change.invite.identity.clone())
            .collect();
        self.marked.retain(|name| there.contains(name));
    }

    /// Marks all of it as seen, and says so; or says why not.
    pub(super) fn mark_seen(&mut self, cx: &mut Context<'_>) {
        match self.see(cx) {
            Ok(()) => cx.note("All of it is marked as seen; it stays here until you quit."),
            Err(why) => cx.note(format!("It is not marked as seen: {why}.")),
        }
    }

    /// Notes what is certain as seen. The baseline moves only when nothing is in doubt: otherwise what is doubtful now
    /// would never be told. Fails with half a sentence.
    pub(super) fn see(&mut self, cx: &mut Context<'_>) -> Result<(), String> {
        if !cx.invites.is_complete() || cx.invites.stale.is_some() {
            let key = cx.key(KeyContext::Changes, Action::Refresh);
            return Err(format!("the list that is shown is not the whole list of now; {key} reads it"));
        }
        let (Some(compared), Some(listed)) = (&self.compared, &self.listed) else {
            return Err("nothing was compared yet".to_owned());
        };
        if compared.at != listed.at {
            return Err("a newer list is being compared".to_owned());
        }
        let changes = compared.changes.iter().flat_map(|changes| &changes.list);
        let (sure, unsure): (Vec<_>, Vec<_>) = changes.partition(|change| change.sure);
        let (doubtful, listed) = (unsure.len(), listed.clone());
        self.seen.extend(sure.into_iter().map(Change::key));
        self.count();
        if doubtful > 0 {
            return Err(format!("whether {doubtful} are gone is not known yet"));
        }
        cx.ask(Request::Seen(listed));
        Ok(())
    }
}
