//! Handles events. All changes of the console's state happen here. Never blocks.

use crate::app::ops::{auto_refresh, clipboard, invites, marks, plan_events, query};
use crate::app::screens::export;
use crate::app::screens::switch_profile::ProfileSwitcher;
use crate::app::shell::{commands, early_input, reply, unknown_key};
use crate::app::{App, Context, Effect, Msg, Overlay, Screen, View};
use crate::domain::export::ExportResult;
use crate::domain::{Expiry, Now};
use crate::keys::keymap::KeyMatch;
use crate::keys::{Input, Key, Signal};

/// Starts the console: loads the list, or opens the menu of profiles.
pub fn begin(app: &mut App, now: Now) -> Vec<Effect> {
    app.model.now = now;
    if app.model.options.needs_profile {
        app.overlays.push(Overlay::SwitchProfile(ProfileSwitcher::before_connecting(&app.model)));
    } else {
        invites::refresh(&mut app.context());
    }
    std::mem::take(&mut app.out.effects)
}

/// Handles an event and returns the resulting effects.
pub fn update(app: &mut App, msg: Msg, now: Now) -> Vec<Effect> {
    app.model.now = now;
    match msg {
        Msg::Input(input) => app.on_input(input, false),
        Msg::Early(input) => app.on_input(input, true),
        msg => app.handle(msg),
    }
    app.process_navigation();
    app.run_automatic_updates();
    std::mem::take(&mut app.out.effects)
}

impl App {
    fn handle(&mut self, msg: Msg) {
        match msg {
            Msg::Input(_) | Msg::Early(_) => {}
            Msg::Reply(tenancy, id, reply) if tenancy == self.model.options.tenancy => {
                reply::on_reply(self, id, reply);
            }
            Msg::Reply(..) => self.model.stale_replies += 1,
            Msg::QueryFinished { number, order } => {
                let mut cx = self.context();
                if !marks::on_search_finished(&mut cx, number, &order) {
                    query::on_query_finished(&mut cx, number, order);
                }
            }
            Msg::EditorClosed(text) => {
                self.top_screen_mut().0.on_editor_text(text);
                self.on_terminal_restored();
            }
            Msg::Copied { what, sent } => clipboard::on_copied(&mut self.context(), &what, sent),
            Msg::Exported { number, exported } => self.on_exported(number, exported),
            Msg::ImportFileRead { number, read } => {
                self.with_import(|import, cx| import.on_file_read(number, read, cx));
            }
            Msg::ImportChecked(result) => self.with_import(|import, cx| import.on_checked(result, cx)),
            Msg::ProblemsFound(result) => {
                let (views, mut cx) = self.views_and_context();
                views.problems.on_scanned(result, &mut cx);
            }
            Msg::Tick => {
                let now = self.model.now;
                self.model.notifications.remove_expired(now);
                self.model.rate_limit_wait.take_if(|wait| wait.until <= now.mono);
            }
            Msg::Signal(Signal::Suspend) => self.push_effect(Effect::Suspend),
            Msg::Signal(Signal::Resume) => self.on_terminal_restored(),
            Msg::Signal(Signal::Interrupt | Signal::Terminate | Signal::Hangup | Signal::Fatal { .. }) => {
                self.push_effect(Effect::Quit);
            }
        }
    }

    /// Handles the return from another program: restarts the undo windows and redraws every cell.
    fn on_terminal_restored(&mut self) {
        plan_events::restart_undo_windows(&mut self.context());
        self.push_effect(Effect::Redraw);
    }

    /// Handles the end of an export, and updates its form if open.
    fn on_exported(&mut self, number: u64, exported: ExportResult) {
        let ui = self.ui_state();
        let form = match self.overlays.last_mut() {
            Some(Overlay::Export(form)) => Some(form),
            _ => None,
        };
        let mut cx = Context::new(&mut self.model, ui, &mut self.out);
        if export::on_finished(form, number, exported, &mut cx) {
            self.overlays.retain(|overlay| !matches!(overlay, Overlay::Export(_)));
        }
    }

    /// Runs the automatic actions after every event.
    fn run_automatic_updates(&mut self) {
        early_input::open_waiting_prompts(self);
        let mut cx = self.context();
        query::requery_if_time_based(&mut cx);
        auto_refresh::refresh_if_due(&mut cx);
        let (views, mut cx) = self.views_and_context();
        View::ALL.iter().for_each(|view| views.screen_mut(*view).sync(&mut cx));
        let ui = self.ui_state();
        let mut cx = Context::new(&mut self.model, ui, &mut self.out);
        self.overlays.iter_mut().for_each(|overlay| overlay.screen_mut().sync(&mut cx));
        if let Some(import) = &mut self.parked_import {
            import.sync(&mut cx);
        }
        self.update_palette();
        self.update_quit_prompt();
        self.warn_token_expiry();
        self.process_navigation();
    }

    /// Warns once per token if the token expires soon and is not renewed automatically.
    fn warn_token_expiry(&mut self) {
        let server_now = self.model.server_now(self.model.now);
        let expires_at =
            self.model.connection.as_ref().and_then(|connection| connection.expires_soon(server_now));
        if expires_at.is_some() && expires_at != self.expiry_warned_for {
            self.expiry_warned_for = expires_at;
            let remaining = Expiry(expires_at).remaining_text(server_now);
            let hint = self.model.options.new_token_hint();
            let text = format!("The token expires in {remaining} and is not renewed automatically. {hint}.");
            self.context().info(text);
        }
    }

    fn on_input(&mut self, input: Input, early: bool) {
        if !early_input::accept_input(self, &input, early) {
            return;
        }
        match input {
            Input::Key(key) => self.on_key(key),
            Input::Paste(text) => self.on_paste(&text),
            Input::Resize { .. } if self.model.metrics.too_small => {
                plan_events::restart_undo_windows(&mut self.context());
            }
            Input::Resize { .. } => {}
            Input::Scroll { down } => commands::on_scroll(self, down),
            Input::Click { column, row } => commands::on_click(self, column, row),
        }
    }

    fn on_key(&mut self, key: Key) {
        self.pending_keys.push(key);
        let contexts = self.top_screen().key_context().fallback_chain();
        match self.model.options.keys.find(contexts, &self.pending_keys) {
            KeyMatch::Prefix => {}
            KeyMatch::Action(action) => {
                self.pending_keys.clear();
                // Before the action: Esc must not only dismiss the answer to the unknown key.
                unknown_key::on_known_key(self);
                self.dispatch(action);
            }
            KeyMatch::None => {
                let typed = std::mem::take(&mut self.pending_keys);
                let (screen, mut cx) = self.top_screen_mut();
                if screen.type_key(key) {
                    return;
                }
                let Some(field) = screen.text_field() else {
                    return unknown_key::on_unknown_keys(self, &typed);
                };
                if field.type_key(key) {
                    screen.on_text_changed(&mut cx);
                }
            }
        }
    }

    /// Inserts pasted text into the focused field. A paste never acts as keys.
    pub(super) fn on_paste(&mut self, text: &str) {
        let (screen, mut cx) = self.top_screen_mut();
        if screen.paste(text) {
            return;
        }
        if let Some(field) = screen.text_field() {
            field.paste(text);
            screen.on_text_changed(&mut cx);
        }
    }
}
