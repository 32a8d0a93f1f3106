//! What an action means: the screen in front does it, but for those that mean the same everywhere.

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::nav::Route;
use crate::app::ops::{access, reinvite};
use crate::app::shell::app::App;
use crate::keys::action::Action;

impl App {
    /// Does what an action means where the person is, and what is asked of the shell by that.
    pub(crate) fn dispatch(&mut self, action: Action) {
        match action {
            Action::Redraw => self.effect(Effect::Redraw),
            Action::Suspend => self.effect(Effect::Suspend),
            Action::Quit => self.quit(),
            _ => self.act(action),
        }
        self.process_navigation();
    }

    fn act(&mut self, action: Action) {
        let in_view = self.stack.is_empty();
        let (screen, mut cx) = self.front_mut();
        if screen.field().is_some_and(|field| field.act(action)) {
            screen.edited(&mut cx);
        } else if !(in_view && self.act_in_every_view(action)) {
            let (screen, mut cx) = self.front_mut();
            screen.act(action, &mut cx);
        }
    }

    /// What the keys do that mean the same in every view. False where an action is none of these.
    fn act_in_every_view(&mut self, action: Action) -> bool {
        let (shown, keys) = (self.views.shown, self.views.front().keys());
        let mut cx = self.context();
        match action {
            Action::ViewPending => cx.go(View::Pending),
            Action::ViewPlan => cx.go(View::Plan),
            Action::ViewChanges => cx.go(View::Changes),
            Action::ViewProblems => cx.go(View::Problems),
            Action::ViewJournal => cx.go(View::Journal),
            Action::ViewRequests => cx.go(View::Requests),
            Action::NextView => cx.go(shown.beside(false)),
            Action::PreviousView => cx.go(shown.beside(true)),
            Action::Undo => reinvite::undo(&mut cx),
            Action::Commands => cx.open(Route::Palette),
            Action::Details => cx.open(Route::Notifications),
            Action::Help => cx.open(Route::Help(keys)),
            Action::Tenancies => cx.open(Route::SwitchProfile),
            Action::ReadOnly => access::toggle_read_only(&mut cx),
            _ => return false,
        }
        true
    }
}
