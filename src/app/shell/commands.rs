//! Dispatches actions to the front screen. Handles global actions, which mean the same on every screen.

use crate::app::model::click_area::ClickTarget;
use crate::app::ops::theme::theme_options;
use crate::app::ops::{access, undo};
use crate::app::screens::palette::Command;
use crate::app::{App, Effect, Overlay, Route, Screen, View};
use crate::keys::{Action, KeyContext};
use crate::ui::list::cycle;

impl App {
    /// Runs an action in the current context, then the resulting navigation.
    pub(crate) fn dispatch(&mut self, action: Action) {
        match action {
            Action::Redraw => self.push_effect(Effect::Redraw),
            Action::Suspend => self.push_effect(Effect::Suspend),
            Action::Quit => self.quit(),
            _ => self.run_action(action),
        }
        self.process_navigation();
    }

    fn run_action(&mut self, action: Action) {
        let in_view = self.overlays.is_empty();
        let (screen, mut cx) = self.top_screen_mut();
        if screen.text_field().is_some_and(|field| field.apply(action)) {
            screen.on_text_changed(&mut cx);
        } else if !(in_view && (self.reject_if_disabled(action) || self.run_global_action(action))) {
            let (screen, mut cx) = self.top_screen_mut();
            screen.handle_action(action, &mut cx);
        }
    }

    /// True if an action is disabled; notifies the user why.
    ///
    /// Operations check again only if they have other callers. An action with nothing to open or to unmark
    /// does nothing silently: a notification would hide the current one, and the next Esc would dismiss it.
    fn reject_if_disabled(&mut self, action: Action) -> bool {
        let Some(reason) = self.disabled_reason(action) else { return false };
        let mut cx = self.context();
        if cx.change_disabled_reason().as_ref() == Some(&reason) {
            access::check_writable(&mut cx);
        } else if !matches!(action, Action::Open | Action::MarkNone) {
            cx.info(format!("{}: {reason}.", action.name()));
        }
        true
    }

    /// Handles a global action. Returns false for other actions.
    fn run_global_action(&mut self, action: Action) -> bool {
        let (view, context) = (self.views.current, self.views.current_screen().key_context());
        let mut cx = self.context();
        match action {
            Action::NextView => cx.show_view(cycle(View::ALL, view, false)),
            Action::PreviousView => cx.show_view(cycle(View::ALL, view, true)),
            Action::Undo => undo::undo(&mut cx),
            Action::Palette => cx.open(Route::Palette),
            Action::Notifications => cx.open(Route::Notifications),
            Action::Help => cx.open(Route::Help(context)),
            Action::SwitchProfile => cx.open(Route::SwitchProfile),
            Action::Theme => cx.open(Route::Theme),
            Action::Login => cx.push_effect(Effect::Login),
            Action::ToggleReadOnly => access::toggle_read_only(&mut cx),
            _ => match View::ALL.iter().copied().find(|candidate| candidate.action() == action) {
                Some(candidate) => cx.show_view(candidate),
                None => return false,
            },
        }
        true
    }
}

/// Lines per notch of the mouse wheel.
const LINES_PER_NOTCH: usize = 3;

/// Moves the front list by the mouse wheel: a long list by some lines, a menu by one entry.
pub(super) fn on_scroll(app: &mut App, down: bool) {
    let context = app.top_screen().key_context();
    let (action, lines) = match (context, down) {
        // In text fields "down" means the next field, which the wheel must not select.
        (KeyContext::Form | KeyContext::Filter, _) => return,
        // The wheel must not choose an answer.
        (KeyContext::Prompt, _) if matches!(app.overlays.last(), Some(Overlay::Prompt(_))) => return,
        (KeyContext::Prompt, true) => (Action::Next, 1),
        (KeyContext::Prompt, false) => (Action::Previous, 1),
        (_, true) => (Action::Down, LINES_PER_NOTCH),
        (_, false) => (Action::Up, LINES_PER_NOTCH),
    };
    (0..lines).for_each(|_| app.dispatch(action));
}

/// Handles a click on a part of the last frame.
///
/// A button is pressed as with Enter, so a click confirms nothing that Enter would not confirm.
pub(super) fn on_click(app: &mut App, column: u16, row: u16) {
    app.pending_keys.clear();
    match app.model.metrics.click_target(column, row) {
        Some(ClickTarget::Action(action)) => app.dispatch(action),
        Some(ClickTarget::Tab(index)) => {
            let (screen, mut cx) = app.top_screen_mut();
            screen.on_tab_clicked(index, &mut cx);
        }
        Some(ClickTarget::Row(index)) => {
            let (screen, mut cx) = app.top_screen_mut();
            screen.on_row_clicked(index, &mut cx);
        }
        Some(ClickTarget::Button(index)) if app.top_screen_mut().0.focus_button(index) => {
            app.dispatch(Action::Confirm);
        }
        Some(ClickTarget::Button(_)) | None => {}
    }
}

impl App {
    /// Returns why an action is disabled, a fragment without trailing period; `None` if it is enabled.
    pub fn disabled_reason(&self, action: Action) -> Option<String> {
        self.disabled_reason_on(self.screen_behind_palette(), action)
    }

    fn disabled_reason_on(&self, screen: &dyn Screen, action: Action) -> Option<String> {
        match action {
            Action::Undo if self.model.plans.plan_in_undo_window().is_some() => None,
            Action::Undo if self.model.annotation_sync.undo.is_some() => self.model.journal_disabled_reason(),
            Action::Undo => self.model.change_disabled_reason(),
            Action::Suspend if cfg!(not(unix)) => Some("not supported on this system".to_owned()),
            _ => screen.disabled_reason(action, &self.model),
        }
    }

    fn screen_behind_palette(&self) -> &dyn Screen {
        let behind = self.overlays.iter().rev().find(|overlay| !matches!(overlay, Overlay::Palette(_)));
        behind.map_or(self.views.current_screen(), Overlay::screen)
    }

    /// Returns the arguments that palette commands offer.
    fn argument_choices(&self) -> Vec<Command> {
        let themes = theme_options(&self.model)
            .into_iter()
            .map(|option| (Action::Theme, option.name, option.description.to_owned()));
        let profiles = self.model.options.profiles.iter();
        let profiles =
            profiles.map(|profile| (Action::SwitchProfile, profile.name.clone(), profile.url.clone()));
        let choice = |(action, argument, description)| Command::with_argument(action, argument, description);
        themes.chain(profiles).map(choice).collect()
    }

    /// Updates the open palette with the available actions.
    pub(super) fn update_palette(&mut self) {
        if !matches!(self.overlays.last(), Some(Overlay::Palette(_))) {
            return;
        }
        let screen = self.screen_behind_palette();
        let (keys, mut actions) = (&self.model.options.keys, Vec::new());
        for action in
            screen.key_context().fallback_chain().iter().flat_map(|context| keys.actions_in(*context))
        {
            if action != Action::Palette && !actions.contains(&action) {
                actions.push(action);
            }
        }
        let command = |action| Command::new(action, self.disabled_reason_on(screen, action));
        let (context, commands) = (screen.key_context(), actions.into_iter().map(command).collect());
        let choices = self.argument_choices();
        if let Some(Overlay::Palette(palette)) = self.overlays.last_mut() {
            palette.set_commands(context, commands, choices, &self.recent_actions);
        }
    }
}
